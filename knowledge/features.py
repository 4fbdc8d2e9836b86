"""What the model sees in a text: words, pairs of words, runs of characters (with one left out, too) and of sounds, and
how each clause begins and ends. With voices left out each of these earned its place; runs of four did not.

Sounds are for what voice input and hurried thumbs make of words: 旧嗯了一声 sounds like 就嗯了一声 (`sounds.py`).

A word under a negation ("不怎么还价", "没嫌贵") becomes another feature than the bare word, and so does a run of
characters that begins there, so that a denied behaviour speaks against its type. A negation reaches to the end of its
clause, or `REACH` words; a second one right behind it takes it back.
"""

from bisect import bisect_left
from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, chain, compress, pairwise
from operator import add
from typing import Any, Protocol

from knowledge.segment import cut
from knowledge.sounds import sounds

Span = tuple[int, int]  # of characters, the end excluded

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
DENIED = "¬"
BREAK = "\n"
_BREAKS = dict.fromkeys(
    map(ord, " \t\r\f\v\u3000，。.!！?？;；:：、…~～-—()（）[]【】<>《》/\\|\"'“”‘’「」『』,¬_^$"), BREAK
)


class Rows(Protocol):
    """The features that are looked for, each with what a model keeps of it."""

    def many(self, keys: Sequence[str], /) -> list[int | None]:
        """The rows of features; 0 or None where one is not looked for, as are those with a `BREAK` in them."""
        ...


class _Everything:
    def many(self, keys: Sequence[str], /) -> list[int | None]:
        return [None if BREAK in key else 1 for key in keys]


EVERYTHING = _Everything()  # every feature there could be


Hit = tuple[str, int, int, int]  # a feature, the characters that it spans (the end excluded), and its row


@dataclass(frozen=True, slots=True)
class Reading:
    """A comparable text as the model sees it: `found` holds its features, each once, with their rows."""

    found: dict[str, int]
    line: str  # the text with a `BREAK` for whatever parts it
    told: Sequence[str]  # its words, marked where they are denied
    keys: Sequence[str]  # everything that may be a feature
    rows: Sequence[int | None]  # and the row of each

    def words(self) -> list[Span]:
        """Where its words stand."""
        return [span for word, span in zip(self.told, _spans(self.told), strict=True) if word != BREAK]

    def hits(self) -> list[Hit]:
        """Every feature at every place where it stands."""
        starts, ends = _places(self.line, self.told)
        return list(compress(zip(self.keys, starts, ends, self.rows, strict=True), self.rows))  # type: ignore[arg-type]

    def within(self, stretches: Iterable[Span]) -> list[dict[str, int]]:
        """The features of each stretch with their rows. A stretch is whole clauses, so that no feature leaves it."""
        words = [start for start, _ in _spans(self.told)]
        clauses = [start for start, _ in _clauses(self.line)]
        made = []
        for start, end in stretches:
            first, last = bisect_left(words, start), bisect_left(words, end)
            edge, rim = bisect_left(clauses, start), bisect_left(clauses, end)
            keys, rows = list[str](), list[int | None]()
            at = 0
            for size in RUNS:
                length = max(0, len(self.line) - size + 1)
                keys += self.keys[at + start : at + min(end, length)]
                rows += self.rows[at + start : at + min(end, length)]
                at += length
            for length, low, high in (
                (len(words), first, last),
                (max(0, len(words) - 1), first, min(last, len(words) - 1)),
                (0, EDGES * edge, EDGES * rim),
            ):
                keys += self.keys[at + low : at + high]
                rows += self.rows[at + low : at + high]
                at += length
            known: Iterator[tuple[str, Any]] = compress(zip(keys, rows, strict=True), rows)
            made.append(dict(known))
        return made


def read(text: str, rows: Rows = EVERYTHING) -> Reading:
    """Words and features of a comparable text; only the features in `rows`."""
    line = text.translate(_BREAKS)
    told = cut(line)
    denied: Container[int] = ()
    if not NEGATIONS.isdisjoint(told):
        told = list(_marked(told))
        denied = _denied(told)
    keys = [*_runs(line, denied), *_words(told), *map("|".join, pairwise(told)), *_edges(line, denied)]
    # Most runs of characters are nothing that the model knows, and to find that out is most of what reading costs: it
    # is done for all at once, and where a feature stands is only worked out for those who ask.
    found = rows.many(keys)
    known: Iterator[tuple[str, Any]] = compress(zip(keys, found, strict=True), found)
    return Reading(dict(known), line, told, keys, found)


def _spans(told: Sequence[str]) -> Iterator[Span]:
    """The characters of each word, which may be marked."""
    return pairwise(accumulate((len(word) - (word[0] == DENIED) for word in told), initial=0))


def _denied(told: Sequence[str]) -> Container[int]:
    """The characters that are denied."""
    return {at for word, span in zip(told, _spans(told), strict=True) if word[0] == DENIED for at in range(*span)}


def _places(line: str, told: Sequence[str]) -> tuple[list[int], list[int]]:
    """Where the keys of `read` begin and end, in their order: runs, words, pairs of words, edges."""
    spans = list(_spans(told))
    starts: list[Iterable[int]] = [range(len(line) - size + 1) for size in RUNS]
    ends: list[Iterable[int]] = [range(size, len(line) + 1) for size in RUNS]
    for first, last in [*zip(spans, spans, strict=True), *pairwise(spans)]:
        starts.append(first[:1])
        ends.append(last[1:])
    for start, end in _clauses(line):
        starts.append((start, start, end - 1, max(start, end - 2)))
        ends.append((start + 1, min(start + 2, end), end, end))
    return list(chain.from_iterable(starts)), list(chain.from_iterable(ends))


RUNS = (1, 2, 3, 3, 2)  # how many characters the runs of each kind span
EDGES = 4  # of each clause


def _runs(line: str, denied: Container[int]) -> Iterator[str]:
    """The runs that begin at each character, kind by kind."""
    two = list(map(add, line, line[1:]))
    heard = sounds(line)
    kinds: tuple[Iterable[str], ...] = (
        line,
        two,
        map(add, two, line[2:]),
        (f"{a}_{c}" if b != BREAK else BREAK for a, b, c in zip(line, line[1:], line[2:], strict=False)),
        map(add, heard, heard[1:]),  # a single sound is too many words at once
    )
    if not denied:
        return chain.from_iterable(kinds)
    return (DENIED + key if at in denied else key for keys in kinds for at, key in enumerate(keys))


def _words(told: Sequence[str]) -> Iterator[str]:
    """A feature for each word; none for one character, which is a run already: a `BREAK` stands in for it."""
    return (f"w{word}" if len(word) > 1 + (word[0] == DENIED) else BREAK for word in told)


def _edges(line: str, denied: Container[int]) -> Iterator[str]:
    """How each clause begins and ends: its first character, its first two, its last, its last two."""
    for start, end in _clauses(line):
        yield f"^{line[start]}"
        yield f"^{line[start : start + 2]}" if end - start > 1 else BREAK
        yield f"{DENIED if end - 1 in denied else ''}{line[end - 1]}$"
        yield f"{DENIED if end - 2 in denied else ''}{line[end - 2 : end]}$" if end - start > 1 else BREAK


def _clauses(line: str) -> Iterator[Span]:
    at = 0
    for clause in line.split(BREAK):
        if clause:
            yield at, at + len(clause)
        at += len(clause) + 1


def telling(key: str) -> bool:
    """Whether a feature tells something even where it was seen once: all do but runs of three and pairs of words.

    Those are two fifths of what is seen seldom, and gave 1.5 points in a thousand (ten voices left out).
    """
    if "|" in key or BREAK in key:
        return False
    bare = key[1:] if key[0] == DENIED else key
    return len(bare) != 3 or bare[1] == "_" or bare[0] in "w^" or bare[2] == "$"


def features(text: str) -> list[str]:
    """Only the features of a comparable text, each once, in the order in which they are found."""
    return list(read(text).found)


def _marked(cut: Iterable[str]) -> Iterator[str]:
    """The words, those that are denied with a mark before them."""
    reach, denied_before = 0, False
    for word in cut:
        if word in CONTRASTS or word == BREAK:
            reach, denied_before = 0, denied_before and word != BREAK
        denies = word in NEGATIONS
        yield DENIED + word if reach else word
        # 不是不说话: what is denied twice in a row is said.
        reach = (0 if denied_before else REACH) if denies else max(0, reach - 1)
        denied_before = denies and not denied_before
