"""How names are typed with Latin letters: by initials (`sj`), by full pinyin (`shajia`), or mixed (`shaj`).

The table is `data/pinyin.txt`: a syllable and the characters that are read so in some name, a line each; made from
pypinyin by `python -m knowledge.dictionary`, which reads each name as a whole (行家 is hang jia, not xing jia). A
character that is not in the table is passed over by no letter, so its name is found by its characters alone.
"""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from knowledge.text import comparable

PINYIN = Path(__file__).parent / "data" / "pinyin.txt"
_TYPED = re.compile(r"[a-z][a-z0-9]*")
_BETWEEN = re.compile(r"[\s'’`·-]+")  # people part syllables by these
_DOUBLE = ("zh", "ch", "sh")


@cache
def _table() -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for line in PINYIN.read_text(encoding="utf-8").splitlines():
        syllable, chars = line.split(" ")
        for char in chars:
            found[char] = (*found.get(char, ()), syllable)
    return found


def letters(words: str) -> str:
    """What was typed as a run of letters, where it is nothing else; otherwise ""."""
    run = _BETWEEN.sub("", comparable(words))
    return run if _TYPED.fullmatch(run) else ""


@cache
def readings(name: str) -> tuple[tuple[str, ...], ...]:
    """The readings of each character of a name; letters and digits read as themselves, marks have none."""
    marks = (char for char in comparable(name) if char.isalnum())
    return tuple((char,) if char.isascii() else _table().get(char, ()) for char in marks)


def spelt(name: str) -> str:
    """A name in full pinyin without spaces, by the first reading of each character."""
    return "".join(found[0] for found in readings(name) if found)


def ends(typed: str, name: tuple[tuple[str, ...], ...], at: int) -> Iterator[int]:
    """After which character of a name the typed letters may end, when they begin at character `at`."""
    if not typed:
        yield at
        return
    if at == len(name):
        return
    for reading in name[at]:
        for part in _parts(reading):
            if typed.startswith(part):
                yield from ends(typed[len(part) :], name, at + 1)
        if len(typed) < len(reading) and reading.startswith(typed):
            yield at + 1  # the last syllable is still being typed


def _parts(reading: str) -> Iterator[str]:
    """What may stand for a character among others: its initial, or all of it."""
    if len(reading) > 1:
        yield reading[0]
    if reading[:2] in _DOUBLE:
        yield reading[:2]
    yield reading
