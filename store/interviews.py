"""Interviews: one row each; a change names the version that it started from, so that nothing can fork it."""

import json
from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam
from sqlmodel import Session, SQLModel, col, delete, insert, select, update

from knowledge.errors import ZhikeError
from store.quick import Quick
from store.tables import Feedback, InterviewRow

ASIDE = 0  # the version of what is kept aside: nobody has said yet that it is an interview
SETTLED = -1  # the version of what was kept aside and has become something else, such as a note


@dataclass(frozen=True, slots=True)
class Kept:
    """An interview as it stood when it was read; the functions below give back what it has become."""

    id: int
    prospect_id: int | None
    name: str
    system: str
    state: str
    version: int
    created_at: datetime


_TABLE = SQLModel.metadata.tables["interview"]
_KEPT = select(*(_TABLE.c[field.name] for field in fields(Kept))).where(_TABLE.c.person_id == bindparam("me"))
_CURRENT = Quick(_KEPT.where(_TABLE.c.open).order_by(_TABLE.c.id.desc()).limit(1))
_LATEST = Quick(_KEPT.order_by(_TABLE.c.id.desc()).limit(1))
_MOVED = Quick(
    _KEPT.where(_TABLE.c.version > 0, _TABLE.c.updated_at >= bindparam("since")).order_by(_TABLE.c.id.desc()).limit(1)
)
_MINE = Quick(_KEPT.where(_TABLE.c.id == bindparam("row")))
_CLOSE = Quick(update(_TABLE).where(_TABLE.c.person_id == bindparam("me"), _TABLE.c.open).values(open=False))
_BEGIN = Quick(
    insert(_TABLE)
    .values({name: bindparam(name) for name in ("prospect_id", "name", "system", "state", "version", "created_at")})
    .values(person_id=bindparam("me"), open=bindparam("waits"), updated_at=bindparam("created_at"))
    .returning(_TABLE.c.id)
)
_FORGET = Quick(delete(_TABLE).where(_TABLE.c.id == bindparam("row"), _TABLE.c.version == bindparam("aside")))
_SETTLE = Quick(
    update(_TABLE).where(_TABLE.c.id == bindparam("row"), _TABLE.c.version == ASIDE).values(version=SETTLED)
)
_ADVANCE = Quick(
    update(_TABLE)
    .where(_TABLE.c.id == bindparam("row"), _TABLE.c.version == bindparam("before"))
    .values(
        state=bindparam("after"), open=bindparam("waits"), updated_at=bindparam("now"), version=_TABLE.c.version + 1
    )
)
_ABOUT = Quick(
    update(_TABLE).where(_TABLE.c.id == bindparam("row")).values(name=bindparam("who"), prospect_id=bindparam("whom"))
)


class Stale(ZhikeError):
    """这一步刚刚已经处理过了。"""


def begin(
    session: Session,
    *,
    person_id: int,
    name: str,
    prospect_id: int | None,
    state: dict[str, Any],
    now: datetime,
    version: int = 1,
    open: bool = True,
) -> Kept:
    """Keep a new interview and close the one that the person had open."""
    close(session, person_id)
    return _kept(session, person_id, prospect_id, name, state, now, version=version, open=open)


def keep_aside(
    session: Session, *, person_id: int, name: str, prospect_id: int | None, state: dict[str, Any], now: datetime
) -> Kept:
    """Keep what was said while its sender decides what it is; the interview that is open stays so."""
    return _kept(session, person_id, prospect_id, name, state, now, version=ASIDE, open=False)


def taken_up(session: Session, kept: Kept, *, person_id: int, open: bool, now: datetime) -> Kept:
    """What was kept aside becomes the person's interview, instead of the one that was open."""
    close(session, person_id)
    return advance(session, kept, state(kept), open=open, now=now)


def forget(session: Session, kept: Kept) -> None:
    """Delete what was kept aside: it has become something else."""
    _FORGET.change(session, row=kept.id, aside=ASIDE)


def settle(session: Session, kept: Kept) -> None:
    """What was kept aside has become something else; what was offered of it besides can still be done."""
    _SETTLE.change(session, row=kept.id)


def _kept(
    session: Session,
    person_id: int,
    prospect_id: int | None,
    name: str,
    state: dict[str, Any],
    now: datetime,
    *,
    version: int,
    open: bool,
) -> Kept:
    values = {
        "prospect_id": prospect_id,
        "name": name,
        "system": state["system"],
        "state": packed(state),
        "version": version,
        "created_at": now,
    }
    ((id,),) = _BEGIN.rows(session, me=person_id, waits=open, **values)
    return Kept(id=id, **values)


def close(session: Session, person_id: int) -> None:
    """Put down the interview that waits for the person's answer."""
    _CLOSE.change(session, me=person_id)


def current(session: Session, person_id: int) -> Kept | None:
    """The interview that waits for the person's answer."""
    row = _CURRENT.first(session, me=person_id)
    return Kept(*row) if row else None


def latest(session: Session, person_id: int) -> Kept | None:
    """The interview that the person began last, whether or not it still waits for an answer."""
    row = _LATEST.first(session, me=person_id)
    return Kept(*row) if row else None


def moved_since(session: Session, person_id: int, since: datetime) -> Kept | None:
    """The last interview of the person, if it has moved since then."""
    row = _MOVED.first(session, me=person_id, since=since)
    return Kept(*row) if row else None


def mine(session: Session, person_id: int, interview_id: int) -> Kept | None:
    """The interview of that id, if it is that person's."""
    row = _MINE.first(session, me=person_id, row=interview_id)
    return Kept(*row) if row else None


def texts_about(session: Session, person_id: int, prospect_id: int, count: int = 5) -> list[str]:
    """What the person wrote of a customer in the last interviews about them, the oldest first."""
    found = (
        select(InterviewRow.state)
        .where(col(InterviewRow.person_id) == person_id, col(InterviewRow.prospect_id) == prospect_id)
        .where(col(InterviewRow.version) != SETTLED)
        .order_by(col(InterviewRow.id).desc())
        .limit(count)
    )
    states = reversed(session.exec(found).all())
    return [text for kept in states for _, _, text in json.loads(kept)["turns"] if text]


def state(kept: Kept) -> dict[str, Any]:
    """The state that `advance` or `begin` kept."""
    told: dict[str, Any] = json.loads(kept.state)
    return told


def advance(session: Session, kept: Kept, state: dict[str, Any], *, open: bool, now: datetime) -> Kept:
    """Replace the state of the version in `kept`.

    Raises:
        Stale: another process or tap has moved the interview on since it was read.
    """
    after = packed(state)
    if _ADVANCE.change(session, row=kept.id, before=kept.version, after=after, waits=open, now=now) != 1:
        raise Stale
    return replace(kept, state=after, version=kept.version + 1)


def about(session: Session, kept: Kept, *, name: str, prospect_id: int | None) -> None:
    """Say whom the interview is about."""
    _ABOUT.change(session, row=kept.id, who=name, whom=prospect_id)


def correct(session: Session, row: Feedback) -> None:
    """Keep a rep's correction or confirmation."""
    session.add(row)


def corrected(session: Session, interview_id: int) -> Feedback | None:
    """The last word of a rep on an interview's result."""
    found = select(Feedback).where(col(Feedback.interview_id) == interview_id)
    return session.exec(found.order_by(col(Feedback.id).desc()).limit(1)).one_or_none()


packed = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
