"""Scenes: which systems matter where, in which order; and what wins where the advice of two types conflicts."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from pydantic import Field

from knowledge.errors import Faults
from knowledge.files import File, Id, Line, read
from knowledge.systems import DATA, Systems

FIRST = 4  # systems of a scene that are shown at once


class SceneFile(File):
    """One scene."""

    id: Id
    zh: Line
    about: Line
    systems: Annotated[list[str], Field(min_length=1)]


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
    """A line of business, and the systems that matter in it, in order."""

    id: str
    zh: str
    about: str
    systems: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Conflict:
    """What wins where several types meet in one customer."""

    when: frozenset[str]
    wins: str
    zh: str


def load_scenes(systems: Systems, data: Path = DATA) -> Mapping[str, Scene]:
    """The scenes, by id, in the order of the file.

    Raises:
        Faults: with every fault of the file, also where it names a system that does not exist.
    """
    faults: list[str] = []
    told = read(data / "scenes.toml", ScenesFile, faults, data)
    rows = told.scene if told else []
    faults.extend(
        f"scenes.toml: {row.id}.systems: 没有“{id}”这个分类系统"
        for row in rows
        for id in row.systems
        if id not in systems
    )
    if faults:
        raise Faults(faults)
    return {row.id: Scene(row.id, row.zh, row.about, tuple(row.systems)) for row in rows}


def load_conflicts(data: Path = DATA) -> Sequence[Conflict]:
    """The conflicts, in the order of the file.

    Raises:
        Faults: with every fault of the file; whether its types exist is for `strangers` to say.
    """
    faults: list[str] = []
    told = read(data / "conflicts.toml", ConflictsFile, faults, data)
    rows = told.conflict if told else []
    faults.extend(
        f"conflicts.toml: conflict[{number}].wins: 要是 when 里的一个"
        for number, row in enumerate(rows)
        if row.wins not in row.when
    )
    if faults:
        raise Faults(faults)
    return [Conflict(frozenset(row.when), row.wins, row.zh) for row in rows]


def strangers(conflicts: Sequence[Conflict], systems: Systems) -> list[str]:
    """Faults of conflicts that name a system or a type that does not exist; reads every system that is named."""
    keys = [(number, key) for number, conflict in enumerate(conflicts) for key in sorted(conflict.when)]
    return [
        f"conflicts.toml: conflict[{number}]: 没有“{key}”这个“系统:类型”"
        for number, key in keys
        if not _exists(key, systems)
    ]


def _exists(key: str, systems: Systems) -> bool:
    system, _, type = key.partition(":")
    return system in systems and type in systems.catalogue(system).types


def conflicting(conflicts: Sequence[Conflict], types: Collection[str]) -> list[Conflict]:
    """Those that a customer of all these types ("system:type") meets; the most specific first."""
    met = [conflict for conflict in conflicts if conflict.when <= set(types)]
    return sorted(met, key=lambda conflict: -len(conflict.when))
