"""What is practised: episodes, exchanges and the checks of a reply, as data, refused with every fault at once.

`practice/<system>.toml` has the exercises of a system's types, `wording/checks.toml` the checks; a team's entries take
the place of those of the same id. A check answers yes or no about one reply, never about the person who wrote it. Files
are read when somebody first practises their system.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from threading import Lock

from knowledge.belief import Belief, believe
from knowledge.errors import Faults
from knowledge.files import CheckFile, ChecksFile, ExchangeFile, ExerciseFile, ExercisesFile, read_each, twice
from knowledge.segment import cut
from knowledge.slots import plain
from knowledge.systems import Kind, System, Systems
from knowledge.tree import DATA, Source, Tree, tree
from knowledge.wording import Wording

FOLDER = "practice"
CHECKS = "wording/checks.toml"
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

    def holds(self, reply: str, wording: Wording) -> bool:
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
        return not (self.wording and wording.check(reply))


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

    def met(self, reply: str, wording: Wording) -> tuple[str, ...]:
        """Ids of the checks that hold for a reply."""
        return tuple(check.id for check in self.checks if check.holds(reply, wording))


class Exercises:
    """All exercises; those of a system are read when they are first asked for."""

    def __init__(self, systems: Systems, source: Source = DATA) -> None:
        self._systems, self._files = systems, tree(source)
        self._read: dict[str, Mapping[str, Exercise]] = {}
        self._one_at_a_time = Lock()
        found = [PurePosixPath(name).stem for name in self._files.names(f"{FOLDER}/*.toml")]
        self.systems = tuple(id for id in found if id in systems)
        self._strangers = [id for id in found if id not in systems]

    def of(self, system: str) -> Mapping[str, Exercise]:
        """The exercises of a system by type; nothing where there are none.

        Raises:
            Faults: with every fault of the files.
        """
        if system not in self.systems:
            return {}
        with self._one_at_a_time:
            if system not in self._read:
                self._read[system] = _exercises(self._systems, system, self._files)
            return self._read[system]

    def read_all(self) -> None:
        """Read every file; of systems that have faults themselves, those of the exercises wait.

        Raises:
            Faults: with every fault of every file.
        """
        faults: list[str] = []
        _checks(self._files, faults)
        for id in filter(self._sound, self.systems):
            try:
                self.of(id)
            except Faults as found:
                faults.extend(found.faults)
        for id in self._strangers:
            entry = self._files.last(f"{FOLDER}/{id}.toml")
            faults.append(f"{entry.said}: system: 没有“{id}”这个分类系统")
        if faults:
            raise Faults(dict.fromkeys(faults))

    def _sound(self, id: str) -> bool:
        """Whether a system can be read; its own faults are said with it."""
        try:
            self._systems.catalogue(id)
        except Faults:
            return False
        return True

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


def load_checks(source: Source = DATA) -> Mapping[str, Check]:
    """The checks by id.

    Raises:
        Faults: with every fault of their files.
    """
    faults: list[str] = []
    found = _checks(tree(source), faults)
    if faults:
        raise Faults(faults)
    return found


def _exercises(systems: Systems, system: str, files: Tree) -> Mapping[str, Exercise]:
    faults: list[str] = []
    checks = _checks(files, faults)
    types = systems.catalogue(system).types
    common = [check for check in checks.values() if check.common]
    found: dict[str, Exercise] = {}
    for layer, (said, told) in enumerate(read_each(files, f"{FOLDER}/{system}.toml", ExercisesFile, faults)):
        if told.system != system:
            faults.append(f"{said}: system: 应当和文件同名（{system}）")
        faults.extend(f"{said}: {id}: id: 编号重复" for id in twice(row.id for row in told.type))
        for row in told.type:
            # Where a team has replaced the card, the lines that the shipped exercises name are not there any more.
            replaced = layer == 0 and len(files.layers(f"{system}/types/{row.id}.toml")) > 1
            wrong = list(_faults(row, types, checks, replaced=replaced))
            faults.extend(f"{said}: {row.id}: {fault}" for fault in wrong)
            if not wrong:
                found[row.id] = _exercise(row, types[row.id], checks, common, replaced=replaced)
    if faults:
        raise Faults(faults)
    return found


def _exercise(
    row: ExerciseFile, kind: Kind, checks: Mapping[str, Check], common: Sequence[Check], *, replaced: bool
) -> Exercise:
    return Exercise(
        kind=kind,
        source=tuple(row.source),
        episodes=tuple(row.episodes),
        exchanges=tuple(_exchange(scene, kind, replaced=replaced) for scene in row.scene),
        checks=(*(checks[id] for id in row.checks if id in checks), *common),
    )


def _exchange(told: ExchangeFile, kind: Kind, *, replaced: bool) -> Exchange:
    """With the lines of the card that say why; where they are not known, its gist says it for all."""
    card = kind.card
    good = Reply(told.good, fits=True, why=card.essence if replaced else card.do[told.do - 1])
    wrong = (
        Reply(reply.zh, fits=False, why=card.essence if replaced else card.dont[reply.dont - 1]) for reply in told.bad
    )
    return Exchange(told.says, (good, *wrong))


def _faults(
    row: ExerciseFile, types: Mapping[str, Kind], checks: Mapping[str, Check], *, replaced: bool
) -> Iterator[str]:
    """Faults that only show beside the card and the checks."""
    if row.id not in types:
        yield f"id: 没有“{row.id}”这个类型"
        return
    missing = [id for id in row.checks if checks and id not in checks]  # none at all: their file has been refused
    yield from (f"checks: 没有“{id}”这一样（{CHECKS}）" for id in missing)
    card = types[row.id].card
    for number, scene in enumerate(row.scene):
        if not replaced and scene.do > len(card.do):
            yield f"scene[{number}].do: 打法卡“该做”只有 {len(card.do)} 条"
        for reply in scene.bad:
            if not replaced and reply.dont > len(card.dont):
                yield f"scene[{number}].dont: 打法卡“别做”只有 {len(card.dont)} 条"
    yield from (f"episodes: “{text}”写了两遍" for text in twice(row.episodes))


def _checks(files: Tree, faults: list[str]) -> Mapping[str, Check]:
    found: dict[str, Check] = {}
    for said, told in read_each(files, CHECKS, ChecksFile, faults):
        faults.extend(f"{said}: {id}: id: 编号重复" for id in twice(row.id for row in told.check))
        for row in told.check:
            try:
                found[row.id] = _check(row)
            except re.error as fault:
                faults.append(f"{said}: {row.id}: 写法（正则）不对：{fault}")
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
