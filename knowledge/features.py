"""What the model sees in a text: words, pairs of words, runs of characters and runs of sounds, each with its place.

Sounds are for what voice input and hurried thumbs make of words: 旧嗯了一声 sounds like 就嗯了一声 (`sounds.py`).

A word under a negation ("不怎么还价", "没嫌贵") becomes another feature than the bare word, and so does a run of
characters that begins there, so that a denied behaviour speaks against its type. A negation reaches to the end of its
clause, or `REACH` words; a second one right behind it takes it back.
"""

import re
from collections.abc import Container
from dataclasses import dataclass
from itertools import chain, pairwise

from knowledge.segment import cut
from knowledge.sounds import sounds

Span = tuple[int, int]  # of characters, the end excluded
Place = tuple[int, int]  # the first and the last word that a feature spans

GRAMS = (1, 2, 3, 4)
HEARD = (2, 3, 4)  # a single sound is too many words at once
REACH = 4
NEGATIONS = frozenset(
    [
        "不",
        "没",
        "没有",
        "没怎么",
        "不怎么",
        "不是",
        "并不",
        "并没",
        "并没有",
        "并非",
        "从不",
        "从来不",
        "从没",
        "从来没",
        "未",
        "无",
        "别",
        "倒没",
        "倒不",
        "也不",
        "也没",
        "不算",
        "毫不",
        "绝不",
        "不再",
        "甭",
        "冇",
        "唔",
        "不大",
        "不太",
        "很少",
        "没再",
        "都没",
        "都不",
        "不肯",
        "不会",
        "不曾",
        "没人",
        "不带",
    ]
)
CONTRASTS = frozenset(
    ["但", "但是", "可", "可是", "就是", "而是", "却", "只是", "不过", "反而", "偏偏", "结果", "倒是"]
)
_CLAUSE = re.compile(r"[^\s,，。.!！?？;；:：、…~～\-—()（）\[\]【】<>《》/\\|\"'“”‘’「」『』\n]+")


@dataclass(frozen=True, slots=True)
class Reading:
    """A comparable text as the model sees it: `found` maps a feature to the words (first, last) that it first spans.

    `again` holds the further places of a feature that stands in the text more than once.
    """

    found: dict[str, Place]
    words: list[Span]
    again: dict[str, list[Place]]


def read(text: str, known: Container[str] | None = None) -> Reading:
    """Words and features of a comparable text; only the features in `known`, if that is given."""
    found: dict[str, Place] = {}
    words: list[Span] = []
    again: dict[str, list[Place]] = {}
    for clause in _CLAUSE.finditer(text):
        _clause(clause.group(), clause.start(), found, words, again, known)
    return Reading(found, words, again)


def features(text: str) -> list[str]:
    """Only the features of a comparable text, each once."""
    return list(read(text).found)


def _clause(
    clause: str,
    offset: int,
    found: dict[str, Place],
    words: list[Span],
    again: dict[str, list[Place]],
    known: Container[str] | None,
) -> None:
    """Add what one clause holds to `found`, `words` and `again`."""
    number = len(words)
    place: list[int] = []  # of each character, the number of its word
    marks: list[str] = []  # of each character, how it is marked
    marked: list[str] = []
    reach, denied_before = 0, False
    for word in cut(clause):
        start = offset + len(place)
        place.extend([number + len(marked)] * len(word))
        words.append((start, start + len(word)))
        if word in CONTRASTS:
            reach = 0
        denies = word in NEGATIONS
        mark = "¬" if reach else ""
        marks.extend([mark] * len(word))
        marked.append(mark + word)
        # 不是不说话: what is denied twice in a row is said.
        reach = (0 if denied_before else REACH) if denies else max(0, reach - 1)
        denied_before = denies and not denied_before
    denied = "¬" in marks
    seen = found.setdefault
    for line, sizes in ((clause, GRAMS), (sounds(clause), HEARD)):
        for size in sizes:
            for start in range(len(line) - size + 1):
                key = line[start : start + size]
                if denied:
                    key = marks[start] + key
                if known is not None and key not in known:
                    continue
                here = (place[start], place[start + size - 1])
                if seen(key, here) is not here:
                    again.setdefault(key, []).append(here)
    numbers = range(number, number + len(marked))
    whole = ((f"w{word}", (at, at)) for at, word in zip(numbers, marked, strict=True) if len(word) > 1)
    pairs = zip(map("|".join, pairwise(marked)), pairwise(numbers), strict=True)
    for key, here in chain(whole, pairs):  # one plain character is a feature already
        if (known is None or key in known) and seen(key, here) is not here:
            again.setdefault(key, []).append(here)
