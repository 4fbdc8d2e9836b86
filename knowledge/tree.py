"""The knowledge files as they are at one moment: those that are shipped, and over them those of a team's own folder.

Both folders have the same shape. Of a file that both have the team's counts; files that hold a list of entries (scenes,
questions, facts …) are put together entry by entry by whoever reads them. A tree that was `kept` is in memory: what is
changed on disk afterwards does not change it, so files that nobody has asked for yet can be read hours later.
"""

import hashlib
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

DATA = Path(__file__).parent / "data"
CORPUS = "corpus"  # texts to learn from, which the running bot does not read
READ = (".toml", ".bin")
Limits = Mapping[str, Mapping[str, float]]  # per system, thresholds that replace those of its rules


@dataclass(frozen=True, slots=True)
class Entry:
    """One file: where it is, and what it is called where its faults are said."""

    path: Path
    said: str
    raw: bytes | None = None  # None: to be read when asked for

    def read(self) -> bytes:
        """What is in it.

        Raises:
            OSError: it cannot be read.
        """
        return self.path.read_bytes() if self.raw is None else self.raw


class Tree:
    """The files of one or several folders, the last of which goes first; `limits` are the configuration's."""

    def __init__(self, *folders: Path, limits: Limits | None = None) -> None:
        self.folders = folders
        self.limits: Limits = limits or {}
        self._layers = [
            {name: Entry(folder / name, said) for name, said in _inside(folder, at)}
            for at, folder in enumerate(folders)
        ]

    def __contains__(self, name: object) -> bool:
        return any(name in layer for layer in self._layers)

    def names(self, pattern: str) -> list[str]:
        """The names that match, in order; * stands for part of one level: `pace/types/*.toml`."""
        levels = pattern.count("/")
        found = {name for layer in self._layers for name in layer if name.count("/") == levels}
        return sorted(name for name in found if fnmatchcase(name, pattern))

    def layers(self, name: str) -> list[Entry]:
        """The file in each folder that has it, the one that counts last; one that cannot be read where none has."""
        return [layer[name] for layer in self._layers if name in layer] or [self._missing(name)]

    def _missing(self, name: str) -> Entry:
        """A file that should be there, in the folder that has others beside it."""
        beside = f"{name.rpartition('/')[0]}/"
        at = next((at for at, layer in enumerate(self._layers) if any(one.startswith(beside) for one in layer)), 0)
        return Entry(self.folders[at] / name, _said(self.folders[at], at, name))

    def last(self, name: str) -> Entry:
        """The file that counts."""
        return self.layers(name)[-1]

    def everything(self) -> list[tuple[Entry, str]]:
        """Every file of every folder, with its name."""
        return [(entry, name) for layer in self._layers for name, entry in layer.items()]

    @property
    def own(self) -> Path | None:
        """The team's own folder."""
        return self.folders[-1] if len(self.folders) > 1 else None

    def kept(self) -> "Tree":
        """The same files, in memory as they are now."""
        made = Tree(limits=self.limits)
        made.folders = self.folders
        made._layers = [{name: _taken(entry) for name, entry in layer.items()} for layer in self._layers]
        return made

    def digest(self) -> str:
        """What these files are recognised by."""
        found = hashlib.sha256()
        for layer in self._layers:
            for name, entry in sorted(layer.items()):
                found.update(name.encode() + b"\0" + hashlib.sha256(_taken(entry).raw or b"").digest())
        return found.hexdigest()[:12]


def _inside(folder: Path, at: int) -> Iterator[tuple[str, str]]:
    """The names of the files below a folder, and what each is called."""
    for root, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if name != CORPUS and not name.startswith("."))
        for file in sorted(files):
            if file.endswith(READ) and not file.startswith("."):
                name = (Path(root) / file).relative_to(folder).as_posix()
                yield name, _said(folder, at, name)


def _said(folder: Path, at: int, name: str) -> str:
    """What a file is called where its faults are said: the team's with its folder."""
    return name if at == 0 else f"{folder}/{name}"


def _taken(entry: Entry) -> Entry:
    """The file in memory; one that cannot be read stays to be read, which says so to whoever does."""
    try:
        return Entry(entry.path, entry.said, entry.read())
    except OSError:
        return entry


Source = Path | Tree


def tree(source: Source) -> Tree:
    """The files of one folder, or those that are given."""
    return source if isinstance(source, Tree) else Tree(source)
