"""The rep's own words, quoted so that they can be read: whole clauses, not the scraps that a model weighs."""

import re
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from knowledge.belief import Belief, Evidence
from knowledge.interview import Interview

_END = re.compile(r"[，。；！？,;!?…\s]+")
LONGEST = 16  # characters of a quote; with its marks it still is one line on a phone
TELLING = 0.15  # share of the strongest quote's weight, below which a quote would only puzzle
AGAINST = 0.5  # nats; weaker opposition is in nearly every text


@dataclass(frozen=True, slots=True)
class Quote:
    """A clause the rep wrote, or an answer to `question`, and what it weighs for the type in question, in nats."""

    words: str
    weight: float
    question: str = ""


def reasons(belief: Belief, interview: Interview, count: int, type: str = "") -> list[Quote]:
    """What speaks for `type` (the likeliest one where none is named), strongest first."""
    ordered = sorted(_quotes(belief, interview, type or belief.top), key=lambda quote: -quote.weight)
    return [quote for quote in ordered[:count] if quote.weight > max(0.0, TELLING * ordered[0].weight)]


def doubts(belief: Belief, interview: Interview, count: int) -> list[Quote]:
    """What speaks clearly against it, strongest first."""
    ordered = sorted(_quotes(belief, interview, belief.top), key=lambda quote: quote.weight)
    return [quote for quote in ordered[:count] if quote.weight < -AGAINST]


def _quotes(belief: Belief, interview: Interview, type: str) -> Iterator[Quote]:
    spans: dict[int, list[Evidence]] = {}
    for piece in belief.evidence:
        if piece.question:
            yield Quote(piece.term, piece.weights[type], piece.question)
        else:
            spans.setdefault(piece.source, []).append(piece)
    for source, text in enumerate(turn.text for turn in interview.turns if turn.text):
        left = deque(spans.get(source, ()))  # in the order of the text, as its clauses are
        for start, end in _clauses(text):
            inside = []
            while left and left[0].start < end:
                inside.append(left.popleft())
            if inside:
                yield Quote(_shortened(text, start, end, inside, type), sum(piece.weights[type] for piece in inside))


def _clauses(text: str) -> Iterator[tuple[int, int]]:
    start = 0
    for mark in _END.finditer(text):
        if mark.start() > start:
            yield start, mark.start()
        start = mark.end()
    if start < len(text):
        yield start, len(text)


def _shortened(text: str, start: int, end: int, inside: Sequence[Evidence], type: str) -> str:
    """The clause, or of a long one the part around its strongest phrase."""
    if end - start <= LONGEST:
        return text[start:end]
    strongest = max(inside, key=lambda piece: abs(piece.weights[type]))
    room = max(0, LONGEST - (strongest.end - strongest.start))
    first = max(start, min(strongest.start - room // 2, end - LONGEST))
    last = min(end, first + LONGEST)
    return f"{'…' if first > start else ''}{text[first:last]}{'…' if last < end else ''}"
