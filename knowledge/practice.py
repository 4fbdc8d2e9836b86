"""What is practised: episodes, exchanges and the checks of a reply, as data, refused with every fault at once.

`practice/<system>.toml` has the exercises of a system's types, `practice/checks.toml` the checks. A check answers yes
or no about one reply, never about the person who wrote it. Files are read when somebody first practises their system.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from threading import Lock

from knowledge.belief import Belief, believe
from knowledge.errors import Faults
from knowledge.files import CheckFile, ChecksFile, ExchangeFile, ExerciseFile, ExercisesFile, read
from knowledge.segment import cut
from knowledge.systems import DATA, Kind, System, Systems
from knowledge.wording import load_wording, plain

FOLDER = "practice"
CHECKS = "checks.toml"
CHOICES = 4  # types to choose from


@dataclass(frozen=True, slots=True)
class Check:
    """A yes or no about a reply, and how to do better; every text is that of the file."""

    id: str
    zh: str
    better: str
    patterns: tuple[re.Pattern[str], ...]
    without: tuple[re.Pattern[str], ...]
    words: frozenset[str]
    shortest: int
    longest: int | None
    wording: bool
    common: bool

    def holds(self, reply: str) -> bool:
        """Whether the reply has everything that is asked for, and nothing that is not wanted."""
        told = plain(reply).strip()
        if len(told) < self.shortest or (self.longest is not None and len(told) > self.longest):
            return False
        if not all(pattern.search(told) for pattern in self.patterns):
            return False
        if any(pattern.search(told) for pattern in self.without):
            return False
        if self.words and self.words.isdisjoint(cut(told)):
            return False
        return not (self.wording and load_wording().check(reply))


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer to choose: whether it fits, and the line of the type's card that says so."""

    zh: str
    fits: bool
    why: str


@dataclass(frozen=True, slots=True)
class Exchange:
    """What a customer says, and the replies to choose from; the first one fits."""

    says: str
    replies: tuple[Reply, ...]


@dataclass(frozen=True, slots=True)
class Exercise:
    """Everything that is practised of one type."""

    kind: Kind
    source: tuple[str, ...]
    episodes: tuple[str, ...]
    exchanges: tuple[Exchange, ...]
    checks: tuple[Check, ...]

    def met(self, reply: str) -> tuple[str, ...]:
        """Ids of the checks that hold for a reply."""
        return tuple(check.id for check in self.checks if check.holds(reply))


class Exercises:
    """All exercises; those of a system are read when they are first asked for."""

    def __init__(self, systems: Systems, data: Path = DATA) -> None:
        self._systems, self._data = systems, data
        self._read: dict[str, Mapping[str, Exercise]] = {}
        self._one_at_a_time = Lock()
        self.systems = tuple(
            sorted(path.stem for path in (data / FOLDER).glob("*.toml") if path.name != CHECKS and path.stem in systems)
        )

    def of(self, system: str) -> Mapping[str, Exercise]:
        """The exercises of a system by type; nothing where there are none.

        Raises:
            Faults: with every fault of the files.
        """
        if system not in self.systems:
            return {}
        with self._one_at_a_time:
            if system not in self._read:
                self._read[system] = _exercises(self._systems, system, self._data)
            return self._read[system]

    def get(self, system: str, type: str) -> Exercise | None:
        """The exercise of a type."""
        return self.of(system).get(type)


def lookalikes(system: System, kind: Kind, text: str, count: int = CHOICES - 1) -> list[str]:
    """Ids of the types that are easiest to take for `kind` in `text`: its neighbours first, then the likeliest."""
    declared = [near.id for near in kind.neighbours]
    inverse = [other.id for other in system.types.values() if other.neighbour(kind.id)]
    ordered = dict.fromkeys([*declared, *inverse, *heard(system, text).ranked])
    ordered.pop(kind.id, None)
    return list(ordered)[:count]


def told_apart(system: System, type: str, other: str) -> str:
    """How to tell two types apart, as either of them says it; "" where neither does."""
    one, two = system.type(type).neighbour(other), system.type(other).neighbour(type)
    found = one or two
    return found.tell if found else ""


def heard(system: System, text: str) -> Belief:
    """What the model makes of an episode."""
    return believe(system.model, [text], types=system.order)


# --- reading the files ------------------------------------------------------------------------------------------------


def load_checks(data: Path = DATA) -> Mapping[str, Check]:
    """The checks by id.

    Raises:
        Faults: with every fault of their file.
    """
    faults: list[str] = []
    found = _checks(data, faults)
    if faults:
        raise Faults(faults)
    return found


def load_exercises(systems: Systems, data: Path = DATA) -> Exercises:
    """All exercises, every file read at once.

    Raises:
        Faults: with every fault of every file.
    """
    made = Exercises(systems, data)
    faults: list[str] = []
    readers: list[Callable[[], object]] = [partial(load_checks, data)]
    readers.extend(partial(made.of, system) for system in made.systems if _sound(systems, system))
    for read_one in readers:
        try:
            read_one()
        except Faults as found:
            faults.extend(found.faults)
    faults.extend(_stray(systems, data))
    if faults:
        raise Faults(dict.fromkeys(faults))
    return made


def _sound(systems: Systems, id: str) -> bool:
    """Whether a system can be read; its own faults are said with it."""
    try:
        systems.catalogue(id)
    except Faults:
        return False
    return True


def _stray(systems: Systems, data: Path) -> Iterator[str]:
    for path in sorted((data / FOLDER).glob("*.toml")):
        if path.name != CHECKS and path.stem not in systems:
            yield f"{path.relative_to(data)}: system: 没有“{path.stem}”这个分类系统"


def _exercises(systems: Systems, system: str, data: Path) -> Mapping[str, Exercise]:
    faults: list[str] = []
    checks = _checks(data, faults)
    path = data / FOLDER / f"{system}.toml"
    told = read(path, ExercisesFile, faults, data)
    if told is not None:
        types = systems.catalogue(system).types
        faults.extend(f"{path.relative_to(data)}: {fault}" for fault in _faults(told, path.stem, types, checks))
    if faults or told is None:
        raise Faults(faults)
    common = [check for check in checks.values() if check.common]
    return {
        row.id: Exercise(
            kind=types[row.id],
            source=tuple(row.source),
            episodes=tuple(row.episodes),
            exchanges=tuple(_exchange(scene, types[row.id]) for scene in row.scene),
            checks=(*(checks[id] for id in row.checks), *common),
        )
        for row in told.type
    }


def _exchange(told: ExchangeFile, kind: Kind) -> Exchange:
    wrong = (Reply(reply.zh, fits=False, why=kind.card.dont[reply.dont - 1]) for reply in told.bad)
    return Exchange(told.says, (Reply(told.good, fits=True, why=kind.card.do[told.do - 1]), *wrong))


def _faults(told: ExercisesFile, name: str, types: Mapping[str, Kind], checks: Mapping[str, Check]) -> Iterator[str]:
    """Faults that only show beside the cards and the checks."""
    if told.system != name:
        yield f"system: 应当和文件同名（{name}）"
    ids = [row.id for row in told.type]
    for id in sorted({id for id in ids if ids.count(id) > 1}):
        yield f"{id}: id: 编号重复"
    for id in sorted(set(types) - set(ids)):
        yield f"{id}: 缺这一型的题"
    for row in told.type:
        if row.id not in types:
            yield f"{row.id}: id: 没有“{row.id}”这个类型"
            continue
        yield from (
            f"{row.id}: checks: 没有“{id}”这一样（checks.toml）" for id in row.checks if checks and id not in checks
        )
        yield from _exchange_faults(row, types[row.id])


def _exchange_faults(row: ExerciseFile, kind: Kind) -> Iterator[str]:
    for number, scene in enumerate(row.scene):
        if scene.do > len(kind.card.do):
            yield f"{row.id}: scene[{number}].do: 打法卡“该做”只有 {len(kind.card.do)} 条"
        for reply in scene.bad:
            if reply.dont > len(kind.card.dont):
                yield f"{row.id}: scene[{number}].dont: 打法卡“别做”只有 {len(kind.card.dont)} 条"
    for text in sorted({text for text in row.episodes if row.episodes.count(text) > 1}):
        yield f"{row.id}: episodes: “{text}”写了两遍"


def _checks(data: Path, faults: list[str]) -> Mapping[str, Check]:
    path = data / FOLDER / CHECKS
    told = read(path, ChecksFile, faults, data)
    rows = told.check if told else []
    name = path.relative_to(data)
    ids = [row.id for row in rows]
    faults.extend(f"{name}: {id}: id: 编号重复" for id in sorted({id for id in ids if ids.count(id) > 1}))
    found = {}
    for row in rows:
        try:
            found[row.id] = _check(row)
        except re.error as fault:
            faults.append(f"{name}: {row.id}: 写法（正则）不对：{fault}")
            # Whoever asks for it is not at fault.
            found[row.id] = _check(row.model_copy(update={"pattern": [], "without": []}))
    return found


def _check(row: CheckFile) -> Check:
    return Check(
        id=row.id,
        zh=row.zh,
        better=row.better,
        patterns=_compiled(row.pattern),
        without=_compiled(row.without),
        words=frozenset(row.words),
        shortest=row.shortest,
        longest=row.longest,
        wording=row.wording,
        common=row.common,
    )


def _compiled(patterns: Iterable[str]) -> tuple[re.Pattern[str], ...]:
    return tuple(map(re.compile, patterns))
