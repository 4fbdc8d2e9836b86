"""The rep's own words, quoted so that they can be read: whole clauses, not the scraps that a model weighs."""

import re
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

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
    for piece in belief.evidence:
        if piece.question:
            yield Quote(piece.term, piece.weights[type], piece.question)
    spans = tuple(piece for piece in belief.evidence if not piece.question)
    yield from _clause_quotes(tuple(turn.text for turn in interview.turns if turn.text), spans, type)


@lru_cache(maxsize=256)  # every answer of an interview shows what was said before it
def _clause_quotes(texts: tuple[str, ...], evidence: tuple[Evidence, ...], type: str) -> tuple[Quote, ...]:
    spans: dict[int, deque[Evidence]] = {}
    for piece in evidence:
        spans.setdefault(piece.source, deque()).append(piece)
    quotes = []
    for source, text in enumerate(texts):
        left = spans.get(source, deque())  # in the order of the text, as its clauses are
        for start, end in _clauses(text):
            inside = []
            while left and left[0].start < end:
                inside.append(left.popleft())
            if inside:
                weight = sum(piece.weights[type] for piece in inside)
                quotes.append(Quote(_shortened(text, start, end, inside, type), weight))
    return tuple(quotes)


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
