"""What the model sees in a text: words, pairs of words and runs of characters, each with its place.

A word under a negation ("不怎么还价", "没嫌贵") becomes another feature than the bare word, and so does a run of
characters that begins there, so that a denied behaviour speaks against its type. A negation reaches to the end of its
clause, or `REACH` words.
"""

import re
from dataclasses import dataclass
from itertools import pairwise

from knowledge.segment import cut

Span = tuple[int, int]

GRAMS = (1, 2, 3, 4)
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

    found: dict[str, tuple[int, int]]
    words: list[Span]
    again: dict[str, list[tuple[int, int]]]


def read(text: str) -> Reading:
    """Words and features of a comparable text."""
    found: dict[str, tuple[int, int]] = {}
    words: list[Span] = []
    again: dict[str, list[tuple[int, int]]] = {}
    for clause in _CLAUSE.finditer(text):
        _clause(clause.group(), clause.start(), found, words, again)
    return Reading(found, words, again)


def features(text: str) -> list[str]:
    """Only the features of a comparable text, each once."""
    return list(read(text).found)


def _clause(
    clause: str,
    offset: int,
    found: dict[str, tuple[int, int]],
    words: list[Span],
    again: dict[str, list[tuple[int, int]]],
) -> None:
    """Add what one clause holds to `found`, `words` and `again`."""
    number = len(words)
    place: list[int] = []  # of each character, the number of its word
    marks: list[str] = []  # of each character, how it is marked
    marked: list[str] = []
    reach = 0
    for word in cut(clause):
        start = offset + len(place)
        place.extend([number + len(marked)] * len(word))
        words.append((start, start + len(word)))
        if word in CONTRASTS:
            reach = 0
        mark = "¬" if reach else ""
        marks.extend([mark] * len(word))
        marked.append(mark + word)
        reach = REACH if word in NEGATIONS else max(0, reach - 1)
    seen = found.setdefault
    for size in GRAMS:
        for start in range(len(clause) - size + 1):
            here = (place[start], place[start + size - 1])
            key = marks[start] + clause[start : start + size]
            if seen(key, here) is not here:
                again.setdefault(key, []).append(here)
    for at, word in enumerate(marked, start=number):
        here = (at, at)
        if len(word) > 1 and seen(f"w{word}", here) is not here:  # one plain character is a feature already
            again.setdefault(f"w{word}", []).append(here)
    for at, (left, right) in enumerate(pairwise(marked), start=number):
        here = (at, at + 1)
        if seen(f"{left}|{right}", here) is not here:
            again.setdefault(f"{left}|{right}", []).append(here)
