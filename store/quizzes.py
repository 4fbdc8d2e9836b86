"""Questionnaires that are being ticked or were: one row each; a change names the version that it started from.

What is said of a customer goes with the customer: whoever has the customer has the results. What people say of
themselves is theirs alone.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_
from sqlmodel import Session, col, delete, or_, select, update

from store.interviews import Stale, packed
from store.tables import Prospect, Quiz

PAST = 10  # so many past results are shown


def begin(
    session: Session, *, person_id: int, prospect_id: int | None, system: str, sheet: Mapping[str, Any], now: datetime
) -> Quiz:
    """Keep a new one; one that the person left unfinished goes, results stay."""
    left = _begun(person_id, prospect_id, system)
    session.exec(delete(Quiz).where(left, col(Quiz.done_at).is_(None)))
    row = Quiz(
        person_id=person_id,
        prospect_id=prospect_id,
        system=system,
        answers=packed(sheet),
        created_at=now,
        updated_at=now,
    )
    session.add(row)
    session.flush()
    return row


def mine(session: Session, person_id: int, quiz_id: int) -> Quiz | None:
    """The one of that id, if it is of that person or of a customer of theirs."""
    own = and_(col(Quiz.prospect_id).is_(None), col(Quiz.person_id) == person_id)
    found = select(Quiz).where(col(Quiz.id) == quiz_id, or_(own, col(Quiz.prospect_id).in_(_customers(person_id))))
    return session.exec(found).one_or_none()


def unfinished(session: Session, person_id: int, prospect_id: int | None, system: str) -> Quiz | None:
    """The one that the person began and did not finish."""
    found = select(Quiz).where(_begun(person_id, prospect_id, system), col(Quiz.done_at).is_(None))
    return session.exec(found.order_by(col(Quiz.id).desc()).limit(1)).one_or_none()


def sheet(row: Quiz) -> dict[str, Any]:
    """The sheet that `begin` or `advance` kept."""
    told: dict[str, Any] = json.loads(row.answers)
    return told


def advance(session: Session, row: Quiz, sheet: Mapping[str, Any], *, done_at: datetime | None, now: datetime) -> Quiz:
    """Replace the sheet of the version in `row`.

    Raises:
        Stale: another process or tap has moved it on since it was read.
    """
    changed = session.exec(
        update(Quiz)
        .where(col(Quiz.id) == row.id, col(Quiz.version) == row.version)
        .values(answers=packed(sheet), version=row.version + 1, updated_at=now, done_at=done_at)
        .execution_options(synchronize_session=False)
    )
    if changed.rowcount != 1:
        raise Stale
    session.refresh(row)
    return row


def past(session: Session, person_id: int, prospect_id: int | None, system: str) -> Sequence[Quiz]:
    """The last results of one questionnaire, newest first."""
    found = select(Quiz).where(_of(person_id, prospect_id), col(Quiz.system) == system, col(Quiz.done_at).is_not(None))
    return session.exec(found.order_by(col(Quiz.done_at).desc(), col(Quiz.id).desc()).limit(PAST)).all()


def latest(session: Session, person_id: int, prospect_id: int | None) -> Sequence[Quiz]:
    """The last result of each questionnaire about one of the person's customers, or about the person; newest first."""
    found = select(Quiz).where(_of(person_id, prospect_id), col(Quiz.done_at).is_not(None))
    rows = session.exec(found.order_by(col(Quiz.done_at).desc(), col(Quiz.id).desc())).all()
    newest: dict[str, Quiz] = {}
    for row in rows:
        newest.setdefault(row.system, row)
    return list(newest.values())


def _customers(person_id: int) -> Any:
    return select(Prospect.id).where(col(Prospect.owner_id) == person_id)


def _begun(person_id: int, prospect_id: int | None, system: str) -> ColumnElement[bool]:
    """Begun by the person, of that customer or of themselves."""
    whom = col(Quiz.prospect_id).is_(None) if prospect_id is None else col(Quiz.prospect_id) == prospect_id
    return and_(col(Quiz.person_id) == person_id, col(Quiz.system) == system, whom)


def _of(person_id: int, prospect_id: int | None) -> ColumnElement[bool]:
    """About that customer, where it is the person's; without one, about the person."""
    if prospect_id is None:
        return and_(col(Quiz.person_id) == person_id, col(Quiz.prospect_id).is_(None))
    return and_(col(Quiz.prospect_id) == prospect_id, col(Quiz.prospect_id).in_(_customers(person_id)))
