"""The documents' own lists of behaviour types: the same belief, said in their names."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Annotated

from pydantic import Field

from knowledge.errors import Faults
from knowledge.files import File, Id, Line, read_each, twice
from knowledge.systems import System
from knowledge.tree import DATA, Source, tree


class NameFile(File):
    """One name of a list, and the types that it stands for: first the one that it names."""

    zh: Line
    ids: Annotated[list[str], Field(min_length=1)]


class ViewFile(File):
    """One list."""

    id: Id
    zh: Line
    source: list[str]
    names: Annotated[list[NameFile], Field(min_length=1)]


class ViewsFile(File):
    """`views.toml`."""

    view: list[ViewFile]


@dataclass(frozen=True, slots=True)
class View:
    """A list of names: `names` maps a type to what it is called there; one that the list lacks keeps its own name."""

    id: str
    zh: str
    names: Mapping[str, str]


def load_views(system: System, source: Source = DATA) -> Mapping[str, View]:
    """The views of a system, by id: the shipped ones, the team's in the place of those of the same id, and its others.

    Raises:
        Faults: with every fault of the files, also where they name a type that does not exist.
    """
    faults: list[str] = []
    views: dict[str, View] = {}
    for said, told in read_each(tree(source), "views.toml", ViewsFile, faults):
        faults.extend(f"{said}: view.{id}: 编号重复" for id in twice(row.id for row in told.view))
        for row in told.view:
            faults.extend(f"{said}: view.{row.id}: {fault}" for fault in _faults(row, system))
            views[row.id] = View(row.id, row.zh, {name.ids[0]: name.zh for name in row.names})
    if faults:
        raise Faults(faults)
    return views


def _faults(row: ViewFile, system: System) -> Iterator[str]:
    for name in row.names:
        for id in name.ids:
            if id not in system.types:
                yield f"{name.zh}: 没有“{id}”这个类型"
    for id in twice(name.ids[0] for name in row.names):
        yield f"names: “{id}”有两个名字"
    for zh in twice(name.zh for name in row.names):
        yield f"names: “{zh}”写了两遍"


def seen(system: System, view: View) -> System:
    """The system with its types called as in a view; they are found by their own names too."""
    types = {
        id: replace(kind, zh=view.names[id], aliases=(kind.zh, *kind.aliases)) if id in view.names else kind
        for id, kind in system.types.items()
    }
    return replace(system, types=types)
