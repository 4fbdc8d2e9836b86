"""Interviews: one row each; a change names the version that it started from, so that nothing can fork it."""

import json
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlmodel import Session

from knowledge.errors import ZhikeError
from store.tables import Feedback, InterviewRow, Practice


class Stale(ZhikeError):
    """这一步刚刚已经处理过了。"""


def begin(
    session: Session, *, person_id: int, name: str, prospect_id: int | None, state: dict[str, Any], now: datetime
) -> InterviewRow:
    """Keep a new interview and close the one that the person had open."""
    session.execute(
        update(InterviewRow)
        .where(InterviewRow.person_id == person_id, InterviewRow.open)  # type: ignore[arg-type]
        .values(open=False)
    )
    row = InterviewRow(
        person_id=person_id,
        prospect_id=prospect_id,
        name=name,
        system=state["system"],
        state=_packed(state),
        created_at=now,
        updated_at=now,
    )
    session.add(row)
    session.flush()
    return row


def current(session: Session, person_id: int) -> InterviewRow | None:
    """The interview that waits for the person's answer."""
    found = select(InterviewRow).where(InterviewRow.person_id == person_id, InterviewRow.open)  # type: ignore[arg-type]
    return session.scalars(found.order_by(InterviewRow.id.desc()).limit(1)).one_or_none()  # type: ignore[union-attr]


def mine(session: Session, person_id: int, interview_id: int) -> InterviewRow | None:
    """The interview of that id, if it is that person's."""
    found = select(InterviewRow).where(InterviewRow.id == interview_id, InterviewRow.person_id == person_id)  # type: ignore[arg-type]
    return session.scalars(found).one_or_none()


def state(row: InterviewRow) -> dict[str, Any]:
    """The state that `advance` or `begin` kept."""
    kept: dict[str, Any] = json.loads(row.state)
    return kept


def advance(session: Session, row: InterviewRow, state: dict[str, Any], *, open: bool, now: datetime) -> None:
    """Replace the state of the version in `row`.

    Raises:
        Stale: another process or tap has moved the interview on since `row` was read.
    """
    moved = session.execute(
        update(InterviewRow)
        .where(InterviewRow.id == row.id, InterviewRow.version == row.version)  # type: ignore[arg-type]
        .values(state=_packed(state), version=row.version + 1, open=open, updated_at=now)
        .execution_options(synchronize_session=False)
    )
    if moved.rowcount != 1:  # type: ignore[attr-defined]
        raise Stale
    session.refresh(row)


def correct(session: Session, row: Feedback) -> None:
    """Keep a rep's correction or confirmation."""
    session.add(row)


def corrected(session: Session, interview_id: int) -> Feedback | None:
    """The last word of a rep on an interview's result."""
    found = select(Feedback).where(Feedback.interview_id == interview_id)  # type: ignore[arg-type]
    return session.scalars(found.order_by(Feedback.id.desc()).limit(1)).one_or_none()  # type: ignore[union-attr]


def to_practise(session: Session, person_id: int, system: str, type_id: str, now: datetime) -> bool:
    """Put a type on a person's practice list; False if it was there already."""
    if practice(session, person_id, system, type_id):
        return False
    session.add(Practice(person_id=person_id, system=system, type_id=type_id, added_at=now))
    return True


def practice(session: Session, person_id: int, system: str, type_id: str) -> Practice | None:
    """That type on a person's practice list."""
    found = select(Practice).where(
        Practice.person_id == person_id, Practice.system == system, Practice.type_id == type_id
    )  # type: ignore[arg-type]
    return session.scalars(found).one_or_none()


def practices(session: Session, person_id: int) -> list[Practice]:
    """A person's practice list, the least practised first."""
    found = (
        select(Practice).where(Practice.person_id == person_id).order_by(Practice.right, Practice.tried, Practice.id)
    )  # type: ignore[arg-type]
    return list(session.scalars(found))


def _packed(state: dict[str, Any]) -> str:
    return json.dumps(state, ensure_ascii=False, separators=(",", ":"))
