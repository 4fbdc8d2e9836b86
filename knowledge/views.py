"""The documents' own lists of behaviour types: the same belief, said in their names."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated

from pydantic import Field

from knowledge.errors import Faults
from knowledge.files import File, Id, Line, read
from knowledge.systems import DATA, System


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


def load_views(system: System, data: Path = DATA) -> Mapping[str, View]:
    """The views of a system, by id, in the order of the file.

    Raises:
        Faults: with every fault of the file, also where it names a type that does not exist.
    """
    faults: list[str] = []
    told = read(data / "views.toml", ViewsFile, faults, data)
    rows = told.view if told else []
    faults.extend(
        f"views.toml: {row.id}: {name.zh}: 没有“{id}”这个类型"
        for row in rows
        for name in row.names
        for id in name.ids
        if id not in system.types
    )
    if faults:
        raise Faults(faults)
    return {row.id: View(row.id, row.zh, {name.ids[0]: name.zh for name in row.names}) for row in rows}


def seen(system: System, view: View) -> System:
    """The system with its types called as in a view; they are found by their own names too."""
    types = {
        id: replace(kind, zh=view.names[id], aliases=(kind.zh, *kind.aliases)) if id in view.names else kind
        for id, kind in system.types.items()
    }
    return replace(system, types=types)
