"""How characters sound to a phone that mishears: one private character per syllable.

Tones are gone, and so are the differences that accents and voice input lose (z/zh, c/ch, s/sh, l/n, an/ang, en/eng,
in/ing). The table is `data/sounds.txt`: a syllable and the characters that sound like it, a line each; made from
pypinyin by `python -m knowledge.dictionary`.
"""

from functools import cache
from pathlib import Path
from string import ascii_lowercase, digits

SOUNDS = Path(__file__).parent / "data" / "sounds.txt"
FIRST = 0xE000  # of the private use area, where no typed text is

_STARTS = (("zh", "z"), ("ch", "c"), ("sh", "s"), ("l", "n"))
_ENDS = (("ang", "an"), ("eng", "en"), ("ing", "in"))


def blurred(syllable: str) -> str:
    """A syllable of pinyin without tone, as it is misheard."""
    for clear, dull in _STARTS:
        if syllable.startswith(clear):
            syllable = dull + syllable.removeprefix(clear)
            break
    for clear, dull in _ENDS:
        if syllable.endswith(clear):
            return syllable.removesuffix(clear) + dull
    return syllable


@cache
def _table() -> dict[int, int]:
    spoken = [line.split(" ")[1] for line in SOUNDS.read_text(encoding="utf-8").splitlines()]
    rows = [*spoken, *ascii_lowercase, *digits]  # letters and digits sound like themselves, and are told from them too
    return {ord(char): FIRST + number for number, chars in enumerate(rows) for char in chars}


def sounds(text: str) -> str:
    """Each character of a comparable text replaced by its sound, where it is known; the same length."""
    return text.translate(_table())
