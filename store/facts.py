"""Facts about customers: the last word on each. An amount that stands for a range is kept as {"about": …}."""

import json
from collections.abc import Collection, Mapping, Sequence
from datetime import date
from functools import lru_cache

from sqlalchemy import select as columns
from sqlmodel import Session, col, select

from knowledge.numbers import About
from knowledge.rules import Value
from store.quick import Among, Quick
from store.tables import KnownFact, Prospect

_ABOUT = "about"
_SOME = Quick(
    columns(col(KnownFact.prospect_id), col(KnownFact.fact), col(KnownFact.value), col(KnownFact.at)).where(
        Among(col(KnownFact.prospect_id), "ids"), Among(col(KnownFact.fact), "only")
    )
)


def keep(session: Session, prospect_id: int, fact: str, value: Value, on: date) -> None:
    """Note what is known; it replaces what was known before."""
    row = _row(session, prospect_id, fact)
    if row is None:
        row = KnownFact(prospect_id=prospect_id, fact=fact, value="", at=on)
        session.add(row)
    row.value, row.at = written(value), on
    row.number = float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None
    session.flush()


def forget(session: Session, prospect_id: int, fact: str) -> None:
    """It is not known any more."""
    row = _row(session, prospect_id, fact)
    if row is not None:
        session.delete(row)
        session.flush()


def known(session: Session, prospect_id: int) -> Mapping[str, tuple[Value, date]]:
    """What is known of a customer, and since when."""
    found = session.exec(select(KnownFact).where(col(KnownFact.prospect_id) == prospect_id)).all()
    return {row.fact: (read(row.value), row.at) for row in found}


def of(
    session: Session, prospect_ids: Sequence[int], only: Collection[str]
) -> Mapping[int, Mapping[str, tuple[Value, date]]]:
    """Some facts of each of these customers; those of whom none is known are not in it."""
    told: dict[int, dict[str, tuple[Value, date]]] = {}
    for id, fact, value, on in _SOME.rows(session, ids=prospect_ids, only=sorted(only)) if prospect_ids else ():
        told.setdefault(id, {})[fact] = (read(value), on)
    return told


def written(value: Value) -> str:
    """A value as it is kept."""
    return json.dumps({_ABOUT: float(value)} if isinstance(value, About) else value, ensure_ascii=False)


@lru_cache(maxsize=4096)
def read(value: str) -> Value:
    """A value as it is kept; they are few and scalar."""
    found: Value | dict[str, float] = json.loads(value)
    return About(found[_ABOUT]) if isinstance(found, dict) else found


def numbers(session: Session, owner_id: int, fact: str) -> Sequence[tuple[int, float]]:
    """That number of each of the owner's active customers of whom it is known, the largest first."""
    found = (
        select(KnownFact.prospect_id, KnownFact.number)
        .join(Prospect, col(Prospect.id) == col(KnownFact.prospect_id))
        .where(
            col(Prospect.owner_id) == owner_id,
            col(Prospect.status) == "active",
            col(KnownFact.fact) == fact,
            col(KnownFact.number).is_not(None),
        )
        .order_by(col(KnownFact.number).desc(), col(KnownFact.prospect_id))
    )
    return [(id, number or 0.0) for id, number in session.exec(found)]


def of_owner(session: Session, owner_id: int) -> Mapping[int, Mapping[str, tuple[Value, date]]]:
    """The same for each of the owner's active customers of whom anything is known."""
    found = (
        select(KnownFact)
        .join(Prospect, col(Prospect.id) == col(KnownFact.prospect_id))
        .where(col(Prospect.owner_id) == owner_id, col(Prospect.status) == "active")
    )
    told: dict[int, dict[str, tuple[Value, date]]] = {}
    for row in session.exec(found):
        told.setdefault(row.prospect_id, {})[row.fact] = (read(row.value), row.at)
    return told


def _row(session: Session, prospect_id: int, fact: str) -> KnownFact | None:
    found = select(KnownFact).where(col(KnownFact.prospect_id) == prospect_id, col(KnownFact.fact) == fact)
    return session.exec(found).one_or_none()
