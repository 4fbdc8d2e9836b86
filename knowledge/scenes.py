"""Scenes: which systems matter where, in which order; and what wins where the advice of two types conflicts."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated

from pydantic import Field

from knowledge.errors import Faults
from knowledge.files import File, Id, Line, Lines, read_each, twice
from knowledge.systems import Systems
from knowledge.tree import DATA, Source, tree

FIRST = 4  # systems of a scene that are shown at once


class SceneFile(File):
    """One scene."""

    id: Id
    zh: Line
    about: Line
    systems: Annotated[list[str], Field(min_length=1)]
    ask: Lines = Field(default_factory=list)


class ScenesFile(File):
    """`scenes.toml`."""

    scene: Annotated[list[SceneFile], Field(min_length=1)]


class ConflictFile(File):
    """Types of a customer ("system:type") whose cards disagree, which of them goes first, and how to do both."""

    when: Annotated[list[str], Field(min_length=2, max_length=3)]
    wins: str
    zh: Line


class ConflictsFile(File):
    """`conflicts.toml`."""

    conflict: list[ConflictFile]


@dataclass(frozen=True, slots=True)
class Scene:
    """A line of business, the systems that matter in it, in order, and what one asks there, from shallow to deep."""

    id: str
    zh: str
    about: str
    systems: tuple[str, ...]
    ask: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Conflict:
    """What wins where several types meet in one customer."""

    when: frozenset[str]
    wins: str
    zh: str
    said: str = ""  # where it stands, for faults


def load_scenes(systems: Systems, source: Source = DATA) -> Mapping[str, Scene]:
    """The scenes, by id: the shipped ones, the team's in the place of those of the same id, then the team's others.

    Raises:
        Faults: with every fault of the files, also where they name a system that does not exist.
    """
    faults: list[str] = []
    scenes: dict[str, Scene] = {}
    names: dict[str, str] = {}
    for said, told in read_each(tree(source), "scenes.toml", ScenesFile, faults):
        faults.extend(f"{said}: scene.{id}: 编号重复" for id in twice(row.id for row in told.scene))
        faults.extend(f"{said}: scene.{row.id}: {fault}" for row in told.scene for fault in _faults(row, systems))
        scenes |= {row.id: Scene(row.id, row.zh, row.about, tuple(row.systems), tuple(row.ask)) for row in told.scene}
        names |= {row.id: said for row in told.scene}
    owners: dict[str, str] = {}
    faults.extend(
        f"{names[id]}: scene.{id}.zh: “{scene.zh}”已经是 {owners[scene.zh]} 的名称"
        for id, scene in scenes.items()
        if owners.setdefault(scene.zh, id) != id
    )
    if faults:
        raise Faults(faults)
    return scenes


def _faults(row: SceneFile, systems: Systems) -> Iterator[str]:
    for id in row.systems:
        if id not in systems:
            yield f"systems: 没有“{id}”这个分类系统"
    for id in twice(row.systems):
        yield f"systems: “{id}”写了两遍"
    for line in row.ask:
        if not line.endswith("？"):
            yield f"ask: “{line}”不是问句，要用“？”结尾"


def load_conflicts(source: Source = DATA) -> Sequence[Conflict]:
    """The conflicts, in the order of the files; one of the team's replaces that between the same types.

    Raises:
        Faults: with every fault of the files; whether the types exist is for `strangers` to say.
    """
    faults: list[str] = []
    found: dict[frozenset[str], Conflict] = {}
    for said, told in read_each(tree(source), "conflicts.toml", ConflictsFile, faults):
        owners: dict[frozenset[str], int] = {}
        for number, row in enumerate(told.conflict):
            key, at = frozenset(row.when), f"{said}: conflict[{number}]"
            if row.wins not in row.when:
                faults.append(f"{at}.wins: 要是 when 里的一个")
            if len(key) < len(row.when):
                faults.append(f"{at}.when: 同一个类型写了两遍")
            if key in owners:
                faults.append(f"{at}.when: 和 conflict[{owners[key]}] 说的是同几种类型")
            owners[key] = number
            found[key] = Conflict(key, row.wins, row.zh, at)
    if faults:
        raise Faults(faults)
    return list(found.values())


def strangers(conflicts: Sequence[Conflict], systems: Systems) -> list[str]:
    """Faults of conflicts that name a system or a type that does not exist; reads every system that is named."""
    return [
        f"{conflict.said}.when: 没有“{key}”这个“系统:类型”"
        for conflict in conflicts
        for key in sorted(conflict.when)
        if not _exists(key, systems)
    ]


def _exists(key: str, systems: Systems) -> bool:
    system, _, type = key.partition(":")
    if system not in systems:
        return False
    try:
        return type in systems.catalogue(system).types
    except Faults:
        return True  # nobody knows while its own files have faults, which are said with them


def conflicting(conflicts: Sequence[Conflict], types: Collection[str]) -> list[Conflict]:
    """Those that a customer of all these types ("system:type") meets; the most specific first."""
    met = [conflict for conflict in conflicts if conflict.when <= set(types)]
    return sorted(met, key=lambda conflict: -len(conflict.when))
