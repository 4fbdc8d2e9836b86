"""What needs a manager: which of the team's matters come first, and who of a team is to be looked at first."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

MOST = 3  # matters of a morning: more would not be read
MANY_LATE = 3  # customers of one rep who wait; fewer are the rep's own affair
QUIET_FROM = 2  # the weekday, Monday 0, from which a week without a contact is a matter
URGENCY = ("complaint", "unreachable", "grade_a", "many_late", "quiet", "won")  # the first matters most


@dataclass(frozen=True, slots=True)
class Matter:
    """Something about a rep or one of the rep's customers.

    `kind` is one of `URGENCY`; `days` how long it has waited, `count` how many it is about; `customer` and `rep` are
    ids (0: none), with their names.
    """

    kind: str
    rep: int
    rep_name: str
    customer: int = 0
    customer_name: str = ""
    days: int = 0
    count: int = 0


def first(matters: Sequence[Matter], most: int = MOST) -> list[Matter]:
    """The matters that need the manager most. One of a kind comes before a second one; good news come last."""
    ranked = sorted(matters, key=lambda one: (URGENCY.index(one.kind), -one.days, -one.count, one.rep, one.customer))
    seen: dict[str, int] = {}
    rounds = []
    for one in ranked:
        rounds.append((seen.get(one.kind, 0), one))
        seen[one.kind] = seen.get(one.kind, 0) + 1
    picked = sorted(rounds, key=lambda told: told[0])[:most]
    return sorted((one for _, one in picked), key=ranked.index)


def quiet(today: date) -> bool:
    """Whether a week without a contact says something yet."""
    return QUIET_FROM <= today.weekday() < 5


def pressing(*, unreachable: bool, overdue: int, done: int, plan: int) -> tuple[bool, int, float]:
    """How a rep is placed on the team's board, the first who is to be looked at: as a key for sorting."""
    return not unreachable, -overdue, done / plan if plan else 1.0
