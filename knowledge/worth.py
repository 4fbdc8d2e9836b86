"""Which advice is worth giving: what reps said of a line after trying it, and how much that proves.

A share of few cases proves little, so nothing is said in percent below `ENOUGH` cases, and from there on as an
interval. Lines that have proven themselves come first and those that have proven useless last; the others stay where
the editors put them.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from math import sqrt

from knowledge.systems import Kind

ENOUGH = 8  # cases: below, the interval is wider than half of everything
Z = 1.96  # of the normal distribution, for 95 %
SECTIONS = {"opening": "开场", "do": "该做", "say": "可以这样说", "close": "促成"}  # what can be tried and judged


@dataclass(frozen=True, slots=True)
class Tried:
    """How often reps said of a line that it helped, and that it did not; `moved`: how many customers of those whom
    it helped went a stage further afterwards.
    """

    helped: int = 0
    useless: int = 0
    moved: int = 0

    @property
    def cases(self) -> int:
        """How often it was judged."""
        return self.helped + self.useless

    @property
    def enough(self) -> bool:
        """Whether there are enough cases to speak of a share."""
        return self.cases >= ENOUGH

    @property
    def rank(self) -> int:
        """-1 for a line that has proven itself, 1 for one that has proven useless, 0 for anything else."""
        if not self.enough:
            return 0
        low, high = wilson(self.helped, self.cases)
        return -1 if low > 0.5 else 1 if high < 0.5 else 0


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a handling card: its key, its section (of `SECTIONS`), and its words with slots."""

    key: str
    section: str
    text: str


def wilson(successes: int, cases: int, z: float = Z) -> tuple[float, float]:
    """The share that may lie behind so many successes, from the lowest to the highest, each from 0 to 1.

    The score interval of E. B. Wilson (1927), which keeps its promise with few cases too. Without cases: 0 to 1.
    """
    if cases == 0:
        return 0.0, 1.0
    share, square = successes / cases, z * z / cases
    middle = (share + square / 2) / (1 + square)
    half = z / (1 + square) * sqrt(share * (1 - share) / cases + square / (4 * cases))
    return (middle - half if successes else 0.0), (middle + half if successes < cases else 1.0)


def key(section: str, text: str) -> str:
    """What a line is remembered by: it changes with its words."""
    return hashlib.sha256(f"{section}\n{text}".encode()).hexdigest()[:12]


@lru_cache(maxsize=256)
def lines(kind: Kind) -> tuple[Line, ...]:
    """The lines of a handling card that can be tried, as the editors put them."""
    return tuple(Line(key(name, text), name, text) for name in SECTIONS for text in getattr(kind.card, name))


def ordered(kind: Kind, tried: Mapping[str, Tried]) -> Kind:
    """The type with the lines of its card in the order of what has been tried, by line."""
    ranks = tuple(tried[line.key].rank if line.key in tried else 0 for line in lines(kind))
    return _ordered(kind, ranks) if any(ranks) else kind


@lru_cache(maxsize=256)
def _ordered(kind: Kind, ranks: tuple[int, ...]) -> Kind:
    told = list(zip(lines(kind), ranks, strict=True))
    sections = {name: _sorted([one for one in told if one[0].section == name]) for name in SECTIONS}
    return replace(kind, card=kind.card.model_copy(update=sections))


def _sorted(told: Sequence[tuple[Line, int]]) -> list[str]:
    return [line.text for line, _ in sorted(told, key=lambda one: one[1])]
