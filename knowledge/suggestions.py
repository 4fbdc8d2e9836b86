"""Lists of customers that are worth having, in the words that make them: data (`data/lists.toml`)."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Annotated

from pydantic import Field

from knowledge import filters
from knowledge.errors import Faults
from knowledge.files import File, Id, Line, Origin, read_each, twice
from knowledge.filters import LONGEST, Says, Vocabulary
from knowledge.tree import DATA, Source, tree

LONGEST_ID = 40  # characters; a button carries it
SOME_DAY = date(2026, 1, 5)  # what words mean depends on the day, whether they mean something does not


class ListFile(File):
    """One list."""

    id: Annotated[Id, Field(max_length=LONGEST_ID)]
    words: Annotated[str, Field(min_length=2, max_length=LONGEST)]
    why: Line
    origin: Origin


class ListsFile(File):
    """`lists.toml`."""

    list: Annotated[list[ListFile], Field(min_length=1)]


def load_suggestions(source: Source = DATA) -> Mapping[str, ListFile]:
    """The lists, by id: the shipped ones, the team's in the place of those of the same id, then the team's others.

    Raises:
        Faults: with every fault of the files; whether the words are understood is for `not_understood` to say.
    """
    faults: list[str] = []
    found: dict[str, ListFile] = {}
    for said, told in read_each(tree(source), "lists.toml", ListsFile, faults):
        faults.extend(f"{said}: list.{id}: 编号重复" for id in twice(row.id for row in told.list))
        found |= {row.id: row for row in told.list}
    faults.extend(f"lists.toml: list.{row}: 和 {same} 是同样的词" for row, same in _same_words(found))
    if faults:
        raise Faults(faults)
    return found


def _same_words(rows: Mapping[str, ListFile]) -> Iterator[tuple[str, str]]:
    owners: dict[str, str] = {}
    for id, row in rows.items():
        if owners.setdefault(row.words, id) != id:
            yield f"{id}.words", owners[row.words]


def not_understood(rows: Mapping[str, ListFile], words: Vocabulary) -> Iterator[str]:
    """What the filter makes nothing of: such a list would stay empty, or hold those in whose notes the words stand."""
    for id, row in rows.items():
        told = filters.read(row.words, SOME_DAY, words, {})
        plain = [term.word for term in told.terms if isinstance(term, Says)]
        for word in (*told.unknown, *plain):
            yield f"lists.toml: list.{id}.words: 没看懂“{word}”"
