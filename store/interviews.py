"""Interviews: one row each; a change names the version that it started from, so that nothing can fork it.

Every answer of the bot comes through `current`, `begin` and `advance`: their statements are made once and write without
the unit of work, at a quarter of its cost.
"""

import json
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam
from sqlalchemy.orm import make_transient_to_detached
from sqlalchemy.orm.attributes import set_committed_value
from sqlmodel import Session, SQLModel, col, insert, select, update

from knowledge.errors import ZhikeError
from store.tables import Feedback, InterviewRow, Practice

_TABLE = SQLModel.metadata.tables["interview"]
_OPEN = (col(InterviewRow.person_id) == bindparam("me"), col(InterviewRow.open))
_CURRENT = select(InterviewRow).where(*_OPEN).order_by(col(InterviewRow.id).desc()).limit(1)
_CLOSE = update(_TABLE).where(_TABLE.c.person_id == bindparam("me"), _TABLE.c.open).values(open=False)
_BEGIN = insert(_TABLE).returning(_TABLE.c.id)
_ADVANCE = (
    update(_TABLE)
    .where(_TABLE.c.id == bindparam("row"), _TABLE.c.version == bindparam("before"))
    .values({name: bindparam(f"new_{name}") for name in ("state", "version", "open", "updated_at")})
)


class Stale(ZhikeError):
    """这一步刚刚已经处理过了。"""


def begin(
    session: Session, *, person_id: int, name: str, prospect_id: int | None, state: dict[str, Any], now: datetime
) -> InterviewRow:
    """Keep a new interview and close the one that the person had open."""
    session.exec(_CLOSE, params={"me": person_id})
    values = {
        "person_id": person_id,
        "prospect_id": prospect_id,
        "name": name,
        "system": state["system"],
        "state": _packed(state),
        "version": 1,
        "open": True,
        "created_at": now,
        "updated_at": now,
    }
    row = InterviewRow(id=session.exec(_BEGIN, params=values).scalar_one(), **values)
    make_transient_to_detached(row)  # it is in the database now; what the session holds is the same
    session.add(row)
    return row


def current(session: Session, person_id: int) -> InterviewRow | None:
    """The interview that waits for the person's answer."""
    return session.exec(_CURRENT, params={"me": person_id}).one_or_none()


def mine(session: Session, person_id: int, interview_id: int) -> InterviewRow | None:
    """The interview of that id, if it is that person's."""
    found = select(InterviewRow).where(col(InterviewRow.id) == interview_id, col(InterviewRow.person_id) == person_id)
    return session.exec(found).one_or_none()


def state(row: InterviewRow) -> dict[str, Any]:
    """The state that `advance` or `begin` kept."""
    kept: dict[str, Any] = json.loads(row.state)
    return kept


def advance(session: Session, row: InterviewRow, state: dict[str, Any], *, open: bool, now: datetime) -> None:
    """Replace the state of the version in `row`.

    Raises:
        Stale: another process or tap has moved the interview on since `row` was read.
    """
    after = {"state": _packed(state), "version": row.version + 1, "open": open, "updated_at": now}
    new = {f"new_{name}": value for name, value in after.items()}
    if session.exec(_ADVANCE, params={"row": row.id, "before": row.version, **new}).rowcount != 1:
        raise Stale
    for name, value in after.items():
        set_committed_value(row, name, value)


def correct(session: Session, row: Feedback) -> None:
    """Keep a rep's correction or confirmation."""
    session.add(row)


def corrected(session: Session, interview_id: int) -> Feedback | None:
    """The last word of a rep on an interview's result."""
    found = select(Feedback).where(col(Feedback.interview_id) == interview_id)
    return session.exec(found.order_by(col(Feedback.id).desc()).limit(1)).one_or_none()


def to_practise(session: Session, person_id: int, system: str, type_id: str, now: datetime) -> bool:
    """Put a type on a person's practice list; False if it was there already."""
    if practice(session, person_id, system, type_id):
        return False
    session.add(Practice(person_id=person_id, system=system, type_id=type_id, added_at=now))
    return True


def practice(session: Session, person_id: int, system: str, type_id: str) -> Practice | None:
    """That type on a person's practice list."""
    found = select(Practice).where(
        col(Practice.person_id) == person_id, col(Practice.system) == system, col(Practice.type_id) == type_id
    )
    return session.exec(found).one_or_none()


def practices(session: Session, person_id: int) -> list[Practice]:
    """A person's practice list, the least practised first."""
    found = select(Practice).where(col(Practice.person_id) == person_id)
    return list(session.exec(found.order_by(col(Practice.right), col(Practice.tried), col(Practice.id))))


def _packed(state: dict[str, Any]) -> str:
    return json.dumps(state, ensure_ascii=False, separators=(",", ":"))
