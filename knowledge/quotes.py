"""The rep's own words, quoted so that they can be read: whole clauses, not the scraps that a model weighs."""

import math
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from knowledge.belief import Belief, Evidence
from knowledge.features import Span
from knowledge.interview import Interview

_END = re.compile(r"[，。；！？,;!?…\s]+")
LONGEST = 16  # characters of a quote; with its marks it still is one line on a phone
TELLING = 0.15  # share of the strongest quote's weight, below which a quote would only puzzle
AGAINST = 0.5  # nats; weaker opposition is in nearly every text
FELT = 0.03  # of probability: what costs the likeliest type less changes nothing for whoever reads it


@dataclass(frozen=True, slots=True)
class Quote:
    """A clause the rep wrote, or an answer to `question`, and what it weighs for the type in question, in nats."""

    words: str
    weight: float
    question: str = ""


def reasons(belief: Belief, interview: Interview, count: int, type: str = "") -> list[Quote]:
    """What speaks for `type` (the likeliest one where none is named), strongest first."""
    return _strongest(_quotes(belief, interview, type or belief.top), count)


def said(belief: Belief, texts: Sequence[str], count: int) -> list[Quote]:
    """What of texts that are no interview speaks for the likeliest type, strongest first."""
    return _strongest(_told(belief, texts, belief.top), count)


def _strongest(quotes: Iterable[Quote], count: int) -> list[Quote]:
    ordered = sorted(quotes, key=lambda quote: -quote.weight)
    return [quote for quote in ordered[:count] if quote.weight > max(0.0, TELLING * ordered[0].weight)]


def both_sides(belief: Belief, interview: Interview, most: int, against: int) -> tuple[list[Quote], list[Quote]]:
    """What speaks for the likeliest type, and what speaks clearly against it, strongest first: at most so many each."""
    quotes = list(_quotes(belief, interview, belief.top))
    return _strongest(quotes, most), _against(belief, quotes, against)


def _against(belief: Belief, quotes: Iterable[Quote], count: int) -> list[Quote]:
    ordered = sorted(quotes, key=lambda quote: quote.weight)
    return [quote for quote in ordered[:count] if quote.weight < -AGAINST and _lost(belief, quote) >= FELT]


def _lost(belief: Belief, quote: Quote) -> float:
    """How much more probable the likeliest type would be without words that speak against it."""
    odds = belief.sure / max(1 - belief.sure, 1e-9) * math.exp(-quote.weight)
    return odds / (1 + odds) - belief.sure


def _quotes(belief: Belief, interview: Interview, type: str) -> Iterator[Quote]:
    for piece in belief.answers():
        yield Quote(piece.term, piece.weights[type], piece.question or "")
    yield from _told(belief, [turn.text for turn in interview.turns if turn.text], type)


def _told(belief: Belief, texts: Sequence[str], type: str) -> Iterator[Quote]:
    for source, text in enumerate(texts):
        for clause in belief.weigh(source, _clauses(text)):
            words = clause.term if len(clause.term) <= LONGEST else _shortened(text, clause, belief, type)
            yield Quote(words, clause.weights[type])


@lru_cache(maxsize=256)  # every answer of an interview shows what was said before it
def _clauses(text: str) -> tuple[Span, ...]:
    ends = [mark.span() for mark in _END.finditer(text)]
    starts = [0, *(end for _, end in ends)]
    return tuple((a, b) for a, b in zip(starts, [*(a for a, _ in ends), len(text)], strict=True) if a < b)


def _shortened(text: str, clause: Evidence, belief: Belief, type: str) -> str:
    """Of a long clause, the part around the phrase that weighs most."""
    start, end = clause.start, clause.end
    inside = [p for p in belief.evidence if p.source == clause.source and start <= p.start < end and not p.question]
    strongest = max(inside, key=lambda piece: abs(piece.weights[type]), default=clause)
    room = max(0, LONGEST - (strongest.end - strongest.start))
    first = max(start, min(strongest.start - room // 2, end - LONGEST))
    last = min(end, first + LONGEST)
    return f"{'…' if first > start else ''}{text[first:last]}{'…' if last < end else ''}"
