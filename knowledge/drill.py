"""A drill of about two minutes: a state machine without I/O, and what goes into it.

Its rules:
1. Every item is asked, answered once, told, and left behind; what does not fit where a drill stands gives None.
2. The outcome of an item is again, hard or good, as spaced repetition wants it, or skipped. It grades no person.

Nothing here knows Telegram, a database or a clock.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from hashlib import sha256
from typing import Any, NamedTuple, TypeVar

from knowledge.calendar import is_working
from knowledge.repetition import Memory, Outcome

RECOGNISE, REPLY, WRITE = "recognise", "reply", "write"
# Six items take about two minutes: one for the five that are tapped, one for the reply that is written at the end.
SLOTS = (RECOGNISE, REPLY, RECOGNISE, REPLY, RECOGNISE, WRITE)
NEW_A_DAY = 6  # cards met for the first time; each comes back within days, so more would pile up
SKIPPED = "skipped"
UNKNOWN = "?"  # chosen by who does not know
RIGHT = "0"  # the number of the reply that fits
STREAK = 2  # days from which a run is worth a word
LOOKED_BACK = 400  # days


class Place(NamedTuple):
    """A type of a system."""

    system: str
    type: str


class Key(NamedTuple):
    """What spaced repetition remembers: one kind of item about one type."""

    kind: str
    system: str
    type: str

    @property
    def place(self) -> Place:
        """The type."""
        return Place(self.system, self.type)


@dataclass(frozen=True, slots=True)
class Item:
    """One item: the number of its episode or exchange, what can be chosen in the order shown, and how it ended.

    `options` are types for RECOGNISE and numbers of replies (`RIGHT` fits) for REPLY; WRITE has none, and `met` names
    the checks that held for the reply. What was written is not kept.
    """

    kind: str
    system: str
    type: str
    number: int
    options: tuple[str, ...] = ()
    hinted: bool = False
    chosen: str = ""
    met: tuple[str, ...] = ()
    outcome: str = ""

    @property
    def key(self) -> Key:
        """What is remembered of it."""
        return Key(self.kind, self.system, self.type)

    @property
    def right(self) -> str:
        """The option that is right."""
        return self.type if self.kind == RECOGNISE else RIGHT

    @property
    def done(self) -> bool:
        """Whether it was answered, or skipped."""
        return bool(self.outcome)


@dataclass(frozen=True, slots=True)
class Drill:
    """The whole state: which item is at hand. Past the last one the drill is over."""

    items: tuple[Item, ...]
    at: int = 0

    @property
    def item(self) -> Item | None:
        """The item at hand, asked or told; None when the drill is over."""
        return self.items[self.at] if self.at < len(self.items) else None

    @property
    def answered(self) -> int:
        """How many items were answered; skipped ones were not."""
        return sum(item.done and item.outcome != SKIPPED for item in self.items)


def chosen(drill: Drill, option: str) -> Drill | None:
    """One of the options was tapped, or UNKNOWN."""
    item = drill.item
    if item is None or item.done or option not in (*item.options, UNKNOWN) or not item.options:
        return None
    return _ended(drill, replace(item, chosen=option), _rated(option == item.right, hinted=item.hinted))


def written(drill: Drill, met: Sequence[str], checks: int) -> Drill | None:
    """A reply was written, for which `met` of so many checks hold."""
    item = drill.item
    if item is None or item.done or item.kind != WRITE:
        return None
    outcome = _rated(len(met) == checks, hinted=item.hinted)
    if outcome == "again" and 2 * len(met) >= checks:
        outcome = "hard"
    return _ended(drill, replace(item, met=tuple(met)), outcome)


def skipped(drill: Drill) -> Drill | None:
    """Nothing is written this time; that is no answer, and nothing is remembered of it."""
    item = drill.item
    return None if item is None or item.done or item.kind != WRITE else _ended(drill, item, SKIPPED)


def hinted(drill: Drill) -> Drill | None:
    """A hint was asked for: what is right after it was not easy."""
    item = drill.item
    return None if item is None or item.done or item.hinted else _replaced(drill, replace(item, hinted=True))


def following(drill: Drill) -> Drill | None:
    """On from an item that was told."""
    item = drill.item
    return None if item is None or not item.done else replace(drill, at=drill.at + 1)


def _rated(right: bool, *, hinted: bool) -> Outcome:
    return ("hard" if hinted else "good") if right else "again"


def _ended(drill: Drill, item: Item, outcome: str) -> Drill:
    return _replaced(drill, replace(item, outcome=outcome))


def _replaced(drill: Drill, item: Item) -> Drill:
    return replace(drill, items=(*drill.items[: drill.at], item, *drill.items[drill.at + 1 :]))


def dump(drill: Drill) -> dict[str, Any]:
    """The state as plain values."""
    rows = [
        [i.kind, i.system, i.type, i.number, list(i.options), i.hinted, i.chosen, list(i.met), i.outcome]
        for i in drill.items
    ]
    return {"at": drill.at, "items": rows}


def restore(state: Mapping[str, Any]) -> Drill:
    """The state that `dump` made."""
    items = tuple(
        Item(kind, system, type, number, tuple(options), hinted, chosen, tuple(met), outcome)
        for kind, system, type, number, options, hinted, chosen, met, outcome in state["items"]
    )
    return Drill(items, state["at"])


# --- what goes into a drill -------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Known:
    """What is remembered of a key, how often it was shown, and when it was met."""

    memory: Memory
    seen: int
    met: datetime


@dataclass(frozen=True, slots=True)
class Wish:
    """What a drill may be made of.

    `wanted` are types in the order in which they matter: of the customers to be met next, those mistaken before, those
    put aside. `others` fill up. `theme` goes first until it was practised since `week`. What is due before `until` (the
    end of the local day) is due. `new` keys may be met for the first time. Types in `single` have only one exchange.
    """

    wanted: Sequence[Place]
    others: Sequence[Place]
    until: datetime
    week: datetime
    new: int
    theme: Place | None = None
    single: Collection[Place] = ()


def choose(wish: Wish, known: Mapping[Key, Known]) -> list[Key]:
    """The keys of a drill, in order: the theme, what is due, what is new and wanted, what is new; then ahead of time.

    There are always as many as `SLOTS`, unless there are fewer types than slots of a kind.
    """
    places = list(dict.fromkeys([*([wish.theme] if wish.theme else []), *wish.wanted, *wish.others]))
    chosen: list[Key] = []
    left = wish.new
    for kind in SLOTS:
        free = [key for place in places if (key := Key(kind, *place)) not in chosen and _apart(key, chosen, wish)]
        if not free:
            continue
        first = min(free, key=lambda key: _rank(key, known.get(key), wish, places, left))
        left -= first not in known
        chosen.append(first)
    return chosen


def _apart(key: Key, chosen: Sequence[Key], wish: Wish) -> bool:
    """A type with one exchange is not to be answered twice: the reply would have been read just before."""
    return not (key.kind == WRITE and key.place in wish.single and Key(REPLY, *key.place) in chosen)


def _rank(key: Key, known: Known | None, wish: Wish, places: Sequence[Place], new: int) -> tuple[int, float, int]:
    """Smaller goes first."""
    place = places.index(key.place)
    if key.place == wish.theme and (
        known is None or known.memory.reviewed < wish.week or known.memory.due < wish.until
    ):
        return (0, 0.0, place)
    if known is None:
        return (5, 0.0, place) if new <= 0 else (2 if key.place in wish.wanted else 3, 0.0, place)
    return (1 if known.memory.due < wish.until else 4, known.memory.due.timestamp(), place)


T = TypeVar("T")


def shuffled(options: Sequence[T], seed: str) -> list[T]:
    """The options in an order that only depends on the seed, so that a restart does not change it."""
    return sorted(options, key=lambda option: sha256(f"{seed}|{option}".encode()).digest())


def number(key: Key, seen: int, count: int, person: int) -> int:
    """Which of `count` episodes is shown the next time: one after the other, and colleagues begin at different ones.

    A reply is written to another exchange than the one in which it was chosen, where there are two.
    """
    begin = sha256(f"{person}|{key.system}|{key.type}".encode()).digest()[0]
    return (begin + seen + (key.kind == WRITE)) % count


def streak(days: Collection[date], today: date, special: Mapping[date, bool] | None = None) -> int:
    """How many days in a row were practised, up to today. Days off (`special` as in `calendar`) do not interrupt it."""
    run = 0
    for back in range(LOOKED_BACK):
        day = today - timedelta(days=back)
        if day in days:
            run += 1
        elif day != today and is_working(day, special):
            break
    return run
