"""What a picture shows, as plain values: nothing here can draw. `bot/drawing.py` has one function for each kind.

A chart survives a round trip through JSON, because it is kept with the answer to an update and crosses to the process
that draws. Texts are short and plain, without markup; who draws shortens what is too wide.
"""

from collections.abc import Sequence
from dataclasses import astuple, dataclass, fields, is_dataclass
from functools import cache
from typing import Any, Literal, get_args, get_origin, get_type_hints

Look = Literal["light", "dark"]  # of a picture; Telegram tells no bot which its reader has


@dataclass(frozen=True, slots=True)
class Step:
    """One row of a Pareto chart: the share of the whole that those above come to, and its own, both from 0 to 1.

    `said` is its amount in words; `group` the number of its group. A row may stand for several.
    """

    label: str
    above: float
    share: float
    said: str
    group: int


@dataclass(frozen=True, slots=True)
class Pareto:
    """What the largest come to together, the largest first.

    `groups` say what each group is; `cuts` are the shares, 0 to 1, at which one ends.
    """

    title: str
    groups: tuple[str, ...]
    steps: tuple[Step, ...]
    cuts: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Cell:
    """One quarter of a square, how many are in it, and their names in the order in which they are to be read."""

    name: str
    many: int
    members: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Square:
    """Four quarters with names in them: `cells` in reading order, `up` and `across` grow to the top and the right."""

    title: str
    up: str
    across: str
    cells: tuple[Cell, Cell, Cell, Cell]


@dataclass(frozen=True, slots=True)
class Scale:
    """A whole number from `low` to `high`; from `cut` on it counts as high."""

    name: str
    low: int
    high: int
    cut: int
    value: int


@dataclass(frozen=True, slots=True)
class Plane:
    """One place on the plane of two scales. `quarters` are named in reading order; `who` stands there."""

    title: str
    across: Scale
    up: Scale
    quarters: tuple[str, str, str, str]
    who: str


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: `value` of `most`, and whether it is one of those that matter."""

    label: str
    value: int
    most: int
    strong: bool


@dataclass(frozen=True, slots=True)
class Bars:
    """Values side by side."""

    title: str
    bars: tuple[Bar, ...]


@dataclass(frozen=True, slots=True)
class Tile:
    """One figure in large type: what it is, and how it changed, in a few signs. `alarming` figures are red."""

    label: str
    value: str
    change: str
    alarming: bool


@dataclass(frozen=True, slots=True)
class Lane:
    """One person of a board. `grades` count the customers from the best grade to those without one. Of `plan` contacts
    of the week `done` are made; `overdue` customers are late, `today` are due; messages do not reach who is `lost`.
    """

    name: str
    grades: tuple[int, ...]
    done: int
    plan: int
    overdue: int
    today: int
    interviews: int
    won: int
    lost: bool


@dataclass(frozen=True, slots=True)
class Board:
    """A team: its figures, and a lane for each person shown; `keys` name the grades, `more` says who is not shown."""

    title: str
    tiles: tuple[Tile, ...]
    keys: tuple[str, ...]
    lanes: tuple[Lane, ...]
    more: str


@dataclass(frozen=True, slots=True)
class Day:
    """One day of a week: contacts made, and how many are to be made; `now` is today."""

    label: str
    done: int
    planned: int
    now: bool


@dataclass(frozen=True, slots=True)
class Week:
    """Somebody's week: figures, and a column for each day."""

    title: str
    tiles: tuple[Tile, ...]
    days: tuple[Day, ...]


@dataclass(frozen=True, slots=True)
class Level:
    """One stage of a funnel: how many are there now, and what is said of going on and of how long it takes."""

    label: str
    here: int
    onward: str
    stay: str


@dataclass(frozen=True, slots=True)
class Funnel:
    """Stages from the first to the last."""

    title: str
    levels: tuple[Level, ...]


Chart = Pareto | Square | Plane | Bars | Board | Week | Funnel
KINDS: dict[str, type[Chart]] = {
    kind.__name__.lower(): kind for kind in (Pareto, Square, Plane, Bars, Board, Week, Funnel)
}


def packed(chart: Chart) -> list[Any]:
    """A chart as values for JSON: its kind, then its fields."""
    return [type(chart).__name__.lower(), *astuple(chart)]


def unpacked(row: Sequence[Any]) -> Chart:
    """A chart from `packed`.

    Raises:
        ValueError: there is no such kind, or its fields are others.
    """
    kind, *values = row
    if kind not in KINDS:
        raise ValueError(f"no chart is called {kind!r}")
    chart: Chart = _made(KINDS[kind], values)
    return chart


def _made(hint: Any, value: Any) -> Any:
    """The value that JSON made plain, as it was: a dataclass from its fields, a tuple from a list."""
    if isinstance(hint, type) and is_dataclass(hint):
        return hint(*(_made(one, part) for one, part in zip(_hints(hint), value, strict=True)))
    if get_origin(hint) is tuple:
        return tuple(_made(get_args(hint)[0], part) for part in value)  # ours are all of one kind
    return value


@cache
def _hints(kind: Any) -> tuple[Any, ...]:
    hints = get_type_hints(kind)
    return tuple(hints[field.name] for field in fields(kind))
