"""A customer who is due: why, how, and whether today has time for it. The order is that of `knowledge/plan.py`."""

from dataclasses import dataclass
from datetime import date

from knowledge.kinds import Occasion
from knowledge.methods import Chosen

PAGE = 5  # customers in one message, with buttons: a phone shows about this many without scrolling for long


def pages(planned: int, count: int) -> list[range]:
    """The places on each page of a list of `count`, of which the first `planned` are today's; the others begin anew."""
    if not count:
        return [range(0)]
    begins = [*range(0, planned, PAGE), *range(planned, count, PAGE)]
    ends = [*begins[1:], count]
    return [range(begin, end) for begin, end in zip(begins, ends, strict=True)]


@dataclass(frozen=True, slots=True)
class Promised:
    """What the rep said would happen on a day; `hour` is a local hour or a part of the day, "" where none was said."""

    on: date
    what: str
    hour: str = ""

    @property
    def said(self) -> str:
        """As the list of that day says it: 15:00 送样册."""
        return f"{self.hour} {self.what}".strip()


@dataclass(frozen=True, slots=True)
class DueCustomer:
    """One customer of a day's list. `promises` are what the rep said would happen, `occasions` what else makes it
    due; `last_note` is their own words, of the day `noted_on`. Where it `waits`, today has no time for it.

    `worth` is the grade whose time it takes, `latest` until when it may wait, `touch` how to make the contact.
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
    promises: tuple[Promised, ...] = ()
    occasions: tuple[Occasion, ...] = ()
    type_id: str = ""
    worth: str = "new"
    latest: date | None = None
    touch: Chosen | None = None
    words: str = ""  # what to say with that method, where `opening` is something else
    waits: bool = False
    noted_on: date | None = None
