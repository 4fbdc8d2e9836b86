"""Make what people type comparable without moving a character.

Every function here returns a string of exactly the length that it was given, so that a span found in the
comparable text is a span of the person's own words.
"""

import re
import unicodedata
from functools import cache, lru_cache

import opencc

OPENING = "“‘「『《（〔【〈＂＇\"'"
CLOSING = "”’」』》）〕】〉＂＇\"'"
CHINESE = re.compile(r"[㐀-鿿豈-﫿]")
PHONE = re.compile(r"^\+?[\d\- ]{5,24}$")  # what is taken for a telephone number


@cache
def _converter() -> opencc.OpenCC:
    return opencc.OpenCC("tw2s")


def _fold(char: str) -> str:
    """One character in, one out: full width to half width, lower case; what would change length stays."""
    folded = unicodedata.normalize("NFKC", char).lower()
    return folded if len(folded) == 1 else char


@cache
def _folding() -> dict[int, str]:
    wide = (*range(0xFF01, 0xFF5F), 0x3000, *range(0x41, 0x5B))
    return {code: _fold(chr(code)) for code in wide}


def simplified(text: str) -> str:
    """Traditional characters as Simplified ones (OpenCC tw2s), each in its own place.

    A phrase that the converter would shorten or lengthen is converted character by character instead.
    """
    whole: str = _converter().convert(text)
    if len(whole) == len(text):
        return whole
    singles = (_converter().convert(char) for char in text)
    return "".join(new if len(new) == 1 else old for old, new in zip(text, singles, strict=True))


def folded(text: str) -> str:
    """Half width and lower case; same length as `text`."""
    return text.translate(_folding())


@lru_cache(maxsize=1024)  # whatever looks into a message begins with this
def comparable(text: str) -> str:
    """Simplified, half width, lower case; same length as `text`."""
    return simplified(folded(text))


def legible(text: str) -> str:
    """`text` without control and direction marks; its lines are kept, other white space is plain spaces."""
    if text.isprintable():
        return text.strip()
    kept = (char if char == "\n" or not char.isspace() else " " for char in text if _visible(char))
    return "".join(kept).strip()


def printable(text: str, limit: int) -> str:
    """`text` as one line for people: no control or direction marks, single spaces, at most `limit` characters."""
    line = " ".join(legible(text).split())
    return line if len(line) <= limit else line[: limit - 1] + "…"


def _visible(char: str) -> bool:
    return char.isspace() or char == "\u200d" or unicodedata.category(char) not in {"Cc", "Cf", "Cs", "Co", "Cn"}


def key(text: str) -> str:
    """A name in its comparable form."""
    return comparable(text).replace(" ", "")[:60]


def digits(phone: str) -> str:
    """A telephone number in its comparable form, without +86."""
    only = "".join(char for char in phone if char.isdigit())
    return only.removeprefix("86") if len(only) == 13 else only
