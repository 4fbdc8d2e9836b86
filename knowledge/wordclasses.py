"""Words of like use as one class: what a draft does, said by words that no training draft had.

The classes are data (`wording/classes.toml`). A text is read from the left, the longest word first; numbers, and the
signs that part clauses, are classes too. What belongs to no class is passed over, so that what stands before and after
it become neighbours: 别(再)催 and 别(老是)问 are alike.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise

from knowledge.slots import ENDS, plain

NUMBER, ASKED, LOUD, PARTED = "#", "?", "!", "/"
FIRST, LAST = "<", ">"


@dataclass(frozen=True, eq=False)
class WordClasses:
    """The class of each word, as `plain` has it, and how long words are, the longest first."""

    of: Mapping[str, str]
    sizes: tuple[int, ...]

    @staticmethod
    def read(rows: Mapping[str, str]) -> "WordClasses":
        """From the rows of the file; of a word that stands in two, the first counts."""
        of: dict[str, str] = {}
        for name, words in rows.items():
            for word in words.split():
                of.setdefault(plain(word), name)
        return WordClasses(of, tuple(sorted({len(word) for word in of}, reverse=True)))

    def classes(self, told: str) -> list[str]:
        """The classes of a text of `plain`, in order; signs or digits in a row are one."""
        found: list[str] = []
        at = 0
        while at < len(told):
            size = next((size for size in self.sizes if told[at : at + size] in self.of), 0)
            if size:
                found.append(self.of[told[at : at + size]])
            elif (sign := _sign(told[at])) and not (at and _sign(told[at - 1]) == sign):
                found.append(sign)
            at += size or 1
        return found

    def features(self, told: str) -> Iterator[str]:
        """Single classes, two and three in a row, and two with one between them; all begin with %."""
        row = [FIRST, *self.classes(told), LAST]
        yield from (f"%{one}" for one in row[1:-1])
        yield from (f"%{one}|{two}" for one, two in pairwise(row))
        yield from (f"%{one}|{two}|{three}" for one, two, three in zip(row, row[1:], row[2:], strict=False))
        yield from (f"%{one}_{three}" for one, three in zip(row, row[2:], strict=False))


def _sign(character: str) -> str:
    if character in "?？":
        return ASKED
    if character in "!！":
        return LOUD
    if character in ENDS or character == "…":
        return PARTED
    return NUMBER if character.isdecimal() else ""
