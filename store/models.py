"""The team's own models, and what they are fitted on: the reps' words on results.

Of a system one model at most is in use. Those that came before it stay, the newest `KEPT` in all, to go back to; one
that was put back is forgotten when the next is taken.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime

from sqlalchemy import select as columns
from sqlmodel import Session, col, delete, func, select, update

from knowledge.corpus import Text
from knowledge.text import legible
from store.tables import Feedback, FittedRow, InterviewRow

KEPT = 5  # models of a system; about 1.2 MB each
VOICE = "team"  # of the texts that reps typed


@dataclass(frozen=True, slots=True)
class Cases:
    """Interviews whose type a rep named: `texts` of those in which something was typed, and how many had nothing."""

    texts: Sequence[Text]
    silent: int


@dataclass(frozen=True, slots=True)
class Made:
    """A model of the team's, without its weights. `base` is the digest of the corpus that it was fitted on."""

    id: int
    at: datetime
    base: str
    report: str
    active: bool


@dataclass(frozen=True, slots=True)
class InUse:
    """The model that is in use, with its file."""

    at: datetime
    base: str
    body: bytes


def cases(session: Session, system: str) -> Cases:
    """The last word of a rep on each interview, the oldest interview first."""
    last = select(func.max(Feedback.id)).where(col(Feedback.system) == system).group_by(col(Feedback.interview_id))
    found = (
        select(InterviewRow.state, Feedback.correct)
        .join(Feedback, col(Feedback.interview_id) == col(InterviewRow.id))
        .where(col(Feedback.id).in_(last))
        .order_by(col(InterviewRow.id))
    )
    rows = [(_typed(state), correct) for state, correct in session.exec(found)]
    texts = [Text(VOICE, text, (correct,)) for text, correct in rows if text]
    return Cases(texts, len(rows) - len(texts))


def _typed(state: str) -> str:
    """What the rep typed in an interview, a turn a line."""
    return "\n".join(text for _, _, said in json.loads(state)["turns"] if said and (text := legible(said)))


def take(session: Session, *, system: str, body: bytes, base: str, report: str, now: datetime) -> None:
    """Put a new model into use."""
    mine = col(FittedRow.system) == system
    before = session.exec(select(func.max(FittedRow.id)).where(mine, col(FittedRow.active))).one()
    session.exec(delete(FittedRow).where(mine, col(FittedRow.id) > (before or 0)))
    session.exec(update(FittedRow).where(mine).values(active=False))
    session.add(FittedRow(system=system, at=now, body=body, base=base, report=report, active=True))
    session.flush()
    newest = select(FittedRow.id).where(mine).order_by(col(FittedRow.id).desc()).limit(KEPT)
    session.exec(delete(FittedRow).where(mine, col(FittedRow.id).not_in(newest)))


def put_back(session: Session, system: str, base: str) -> bool:
    """Put the one in use out of use, and the one before it into use; False where none was in use.

    Of another `base` than that none is put into use: the shipped model is, until the team is fitted again.
    """
    mine = col(FittedRow.system) == system
    now = session.exec(select(func.max(FittedRow.id)).where(mine, col(FittedRow.active))).one()
    if now is None:
        return False
    before = select(func.max(FittedRow.id)).where(mine, col(FittedRow.id) < now, col(FittedRow.base) == base)
    back = session.exec(before).one()
    session.exec(update(FittedRow).where(mine).values(active=col(FittedRow.id) == (back or 0)))
    return True


def made(session: Session, system: str) -> list[Made]:
    """The models that there are, the newest first."""
    parts = [col(getattr(FittedRow, field.name)) for field in fields(Made)]
    found = columns(*parts).where(col(FittedRow.system) == system).order_by(col(FittedRow.id).desc())
    return [Made(*row) for row in session.execute(found)]


def in_use(session: Session, system: str) -> InUse | None:
    """The model in use; None for the shipped one."""
    found = select(FittedRow.at, FittedRow.base, FittedRow.body).where(
        col(FittedRow.system) == system, col(FittedRow.active)
    )
    row = session.exec(found.order_by(col(FittedRow.id).desc()).limit(1)).one_or_none()
    return InUse(*row) if row else None
