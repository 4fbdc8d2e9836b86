"""What reps said of lines of advice that they tried, and what became of those customers."""

from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import bindparam
from sqlmodel import Session, SQLModel, col, delete, func, select

from knowledge.worth import Tried
from store.quick import Quick
from store.scopes import owners
from store.tables import StageRow, Verdict

_TABLE = SQLModel.metadata.tables["verdict"]
_COUNTS = Quick(  # asked whenever a card is opened; answered by an index alone
    select(_TABLE.c.line, _TABLE.c.helped, func.count())
    .where(_TABLE.c.system == bindparam("system"), _TABLE.c.type_id == bindparam("type"))
    .group_by(_TABLE.c.line, _TABLE.c.helped)
)


def say(
    session: Session,
    *,
    person_id: int,
    prospect_id: int,
    system: str,
    type_id: str,
    line: str,
    helped: bool | None,
    now: datetime,
) -> None:
    """Keep the last word on a line with a customer; None takes it back."""
    same = delete(Verdict).filter_by(prospect_id=prospect_id, system=system, type_id=type_id, line=line)
    session.exec(same)
    if helped is not None:
        session.add(
            Verdict(
                prospect_id=prospect_id,
                person_id=person_id,
                system=system,
                type_id=type_id,
                line=line,
                helped=helped,
                at=now,
            )
        )
        session.flush()


def of(session: Session, prospect_id: int, system: str, type_id: str) -> Mapping[str, bool]:
    """What was said of lines with that customer."""
    found = select(Verdict.line, Verdict.helped).filter_by(prospect_id=prospect_id, system=system, type_id=type_id)
    return dict(session.exec(found).all())


def counts(session: Session, system: str, type_id: str) -> Mapping[str, Tried]:
    """How each line of a type did with everybody."""
    found: dict[str, list[int]] = {}
    for line, helped, count in _COUNTS.rows(session, system=system, type=type_id):
        found.setdefault(line, [0, 0])[0 if helped else 1] = count
    return {line: Tried(helped, useless) for line, (helped, useless) in found.items()}


def of_team(session: Session, teams: Collection[int] | None, system: str) -> Mapping[tuple[str, str], Tried]:
    """The same by (type, line), as the people of these teams (None: everybody) said; with what came of it."""
    after = (
        select(StageRow.id)
        .where(col(StageRow.prospect_id) == col(Verdict.prospect_id), col(StageRow.ahead))
        .where(col(StageRow.until) > col(Verdict.at))
    )
    helped = col(Verdict.helped)
    found = (
        select(
            Verdict.type_id,
            Verdict.line,
            func.count().filter(helped),
            func.count().filter(~helped),
            func.count().filter(helped, after.exists()),
        )  # type: ignore[call-overload]
        .where(owners(col(Verdict.person_id), teams), col(Verdict.system) == system)
        .group_by(col(Verdict.type_id), col(Verdict.line))
    )
    return {(type, line): Tried(*numbers) for type, line, *numbers in session.exec(found)}
