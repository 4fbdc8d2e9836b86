"""A customer who is due: why, how, and in which order."""

from dataclasses import dataclass
from datetime import date

from knowledge.kinds import Occasion


@dataclass(frozen=True, slots=True)
class DueCustomer:
    """One customer of a day's list. `promises` are what the rep said would happen, `occasions` what else makes it
    due; `last_note` is their own words.
    """

    id: int
    name: str
    company: str
    type_zh: str
    grade: str
    due: date
    lateness: str
    method: str
    last_contact: date | None
    last_note: str
    next_step: str
    opening: str
    promises: tuple[str, ...] = ()
    occasions: tuple[Occasion, ...] = ()
    type_id: str = ""


def rank(item: DueCustomer, today: date) -> tuple[int, int, int, int]:
    """The smaller, the earlier: promises and occasions, then grade, then days late, then the older customer."""
    grade = "ABCD".index(item.grade) if item.grade else 2  # not graded yet ranks with C: it may turn out to be anything
    return (0 if item.promises or item.occasions else 1, grade, -(today - item.due).days, item.id)
