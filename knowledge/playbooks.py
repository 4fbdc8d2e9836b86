"""Playbooks as data: how a task is done step by step, one TOML file each, refused with every fault at once.

A playbook names types of the primary system that it serves best with; the cards of those types lead to it.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from threading import Lock

from knowledge.errors import Faults, UnknownPlaybook
from knowledge.files import MissFile, PlaybookFile, StepFile, read
from knowledge.systems import PRIMARY, Kind, Systems
from knowledge.text import comparable
from knowledge.tree import DATA, Source, Tree, tree


@dataclass(frozen=True, eq=False)  # compared and hashed as the one object that it is
class Playbook:
    """How a task is done: its steps, and what is easily missed."""

    id: str
    zh: str
    aliases: tuple[str, ...]
    about: str
    each: str
    source: tuple[str, ...]
    origin: str
    moments: tuple[str, ...]
    types: tuple[str, ...]
    steps: tuple[StepFile, ...]
    misses: tuple[MissFile, ...]


class Playbooks:
    """All playbooks, read when somebody first asks for one; `primary` is the system whose types they name."""

    def __init__(self, reader: Callable[[], Mapping[str, Playbook]], primary: str) -> None:
        self._reader = reader
        self._read: Mapping[str, Playbook] | None = None
        self._one_at_a_time = Lock()
        self.primary = primary

    @property
    def _all(self) -> Mapping[str, Playbook]:
        with self._one_at_a_time:
            if self._read is None:
                self._read = self._reader()
            return self._read

    def __iter__(self) -> Iterator[Playbook]:
        """All of them, in the order of their files.

        Raises:
            Faults: with every fault of every file.
        """
        return iter(self._all.values())

    def __contains__(self, id: object) -> bool:
        return id in self._all

    def __getitem__(self, id: str) -> Playbook:
        """The playbook of that id.

        Raises:
            UnknownPlaybook: there is none.
        """
        if id not in self._all:
            raise UnknownPlaybook(f"没有“{id}”这个打法。")
        return self._all[id]

    def naming(self, system: str, type: str) -> list[Playbook]:
        """Those made for a type, the most particular (the one that names the fewest types) first."""
        found = [book for book in self if system == self.primary and type in book.types]
        return sorted(found, key=lambda book: len(book.types))

    def at(self, moment: str) -> list[Playbook]:
        """Those for a moment; first those in whose own list it comes first, and those that serve few moments."""
        found = [book for book in self if moment in book.moments]
        return sorted(found, key=lambda book: (book.moments.index(moment), len(book.moments)))


def load_playbooks(systems: Systems, source: Source = DATA, primary: str = PRIMARY) -> Playbooks:
    """The playbooks, to be read when asked for."""
    return Playbooks(partial(_read_all, systems, tree(source), primary), primary)


def _read_all(systems: Systems, files: Tree, primary: str) -> Mapping[str, Playbook]:
    faults: list[str] = []
    told = {
        files.last(name).said: file
        for name in files.names("playbooks/*.toml")
        if (file := read(files, name, PlaybookFile, faults))
    }
    faults.extend(_between(told, _types(systems, primary)))
    if faults:
        raise Faults(faults)
    return {file.id: _playbook(file) for file in told.values()}


def _types(systems: Systems, primary: str) -> Mapping[str, Kind] | None:
    """The types that can be named; None where their own files have faults, which are said with their system."""
    try:
        return systems.catalogue(primary).types
    except Faults:
        return None


def _between(files: Mapping[str, PlaybookFile], types: Mapping[str, Kind] | None) -> Iterable[str]:
    """Faults that only show beside the other files."""
    owners: dict[str, str] = {}
    for name, file in files.items():
        base = name.rpartition("/")[2]
        stem = base.removesuffix(".toml")
        if file.id != stem:
            yield f"{name}: id: 应当和文件同名（{stem}）"
        for type in file.types:
            if types is not None and type not in types:
                yield f"{name}: types: 没有“{type}”这个类型"
        for alias in (file.zh, *file.aliases):
            owner = owners.setdefault(comparable(alias), base)
            if owner != base:
                yield f"{name}: aliases: “{alias}”已经是 {owner} 的名字"


def _playbook(file: PlaybookFile) -> Playbook:
    return Playbook(
        id=file.id,
        zh=file.zh,
        aliases=tuple(file.aliases),
        about=file.about,
        each=file.each,
        source=tuple(file.source),
        origin=file.origin,
        moments=tuple(file.moments),
        types=tuple(file.types),
        steps=tuple(file.step),
        misses=tuple(file.miss),
    )
