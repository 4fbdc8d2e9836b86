"""From words and answers to probabilities, with everything that moved them.

Texts give one joint likelihood (the union of their features: saying a thing twice counts once), each answered question
another; they multiply. `Belief.evidence` holds what each of them contributed.
"""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from operator import add, neg

from knowledge.features import Reading, read
from knowledge.model import NOTHING, Model
from knowledge.questions import Choice, Question
from knowledge.text import comparable

ANSWER_WEIGHT = (
    0.85  # answers of one rep about one meeting are not independent: each counts a little less than its likelihood
)
# Of 4,591 descriptions by four voices left out 97 in 100 are heard with these two, and of their 349 texts that say
# nothing 12 in 100; without the second, or with a first of 0.5, more of both.
SPEAKS = 0.3  # text with P(nothing about behaviour) above this says nothing by itself
ENOUGH_FROM = 0.2  # no type stands out below this
LABEL_FROM = 0.4  # below this the leading type is a guess among several, and is said to be one
LONGEST_PHRASE = 8  # characters
PLACES = 5  # of a feature that stands in more, the others get no share
SPAN_FROM = 0.1  # nats between the leading type and the mean type, below which a span is not worth showing


class Weighed(Mapping[str, float]):
    """Nats per type of some words of a text, worked out for those types that somebody asks for."""

    __slots__ = ("_first", "_last", "_words")

    def __init__(self, words: "Words", first: int, last: int) -> None:
        self._words = words
        self._first = first
        self._last = last

    def __getitem__(self, type: str) -> float:
        """The weight for a type."""
        return sum(self._words.nats(type)[self._first : self._last + 1])

    def __iter__(self) -> Iterator[str]:
        return iter(self._words.columns)

    def __len__(self) -> int:
        return len(self._words.columns)


@dataclass(frozen=True, slots=True)
class Evidence:
    """One contribution: a span of the rep's words (`source` counts the texts from 0), or an answer (`question` is set).

    `weights` are nats per type, relative to the mean over the types: above 0 speaks for it, below 0 against.
    """

    term: str
    weights: Mapping[str, float]
    source: int = 0
    start: int = 0
    end: int = 0
    question: str | None = None

    def leaning(self, types: Iterable[str]) -> float:
        """The largest weight, for or against, among `types`."""
        return max((abs(self.weights[type]) for type in types), default=0.0)


@dataclass(frozen=True)
class Belief:
    """What is believed of one customer. `p` sums to 1 and is ordered from the likeliest type down."""

    p: Mapping[str, float]
    evidence: tuple[Evidence, ...]
    speaks: bool
    answered: int = 0

    @cached_property
    def ranked(self) -> tuple[str, ...]:
        """Types from the likeliest down."""
        return tuple(self.p)

    @property
    def top(self) -> str:
        """The likeliest type."""
        return self.ranked[0]

    @property
    def second(self) -> str:
        """The runner-up."""
        return self.ranked[1]

    @property
    def sure(self) -> float:
        """Probability of the likeliest type."""
        return self.p[self.top]

    @property
    def margin(self) -> float:
        """How far the likeliest type is ahead of the runner-up."""
        return self.sure - self.p[self.second]

    @property
    def enough(self) -> bool:
        """Whether anything can be said of the type: something was told about behaviour, and some type stands out."""
        return (self.speaks or self.answered > 0) and self.sure >= ENOUGH_FROM

    @property
    def clear(self) -> bool:
        """Whether it can be called by the likeliest type."""
        return self.enough and self.sure >= LABEL_FROM

    def shown(self, count: int) -> tuple[Evidence, ...]:
        """The evidence for the likeliest type, first what it would lose most without."""
        return self._strongest(count, 1)

    def opposed(self, count: int) -> tuple[Evidence, ...]:
        """The evidence against the likeliest type, first what it would gain most without."""
        return self._strongest(count, -1)

    def without(self, piece: Evidence) -> float:
        """About what the probability of the likeliest type would be, had `piece` not been said."""
        lead = piece.weights[self.top]
        return self.sure / sum(p * math.exp(lead - piece.weights[type]) for type, p in self.p.items())

    def _strongest(self, count: int, sign: int) -> tuple[Evidence, ...]:
        telling = [piece for piece in self.evidence if sign * piece.weights[self.top] >= SPAN_FROM]
        return tuple(sorted(telling, key=lambda piece: sign * self.without(piece))[:count])


def believe(
    model: Model, texts: Sequence[str], answers: Sequence[tuple[Question, Choice]] = (), types: Sequence[str] = ()
) -> Belief:
    """The belief after `texts` (as typed) and `answers`, over `types` (default: those of the model)."""
    order = tuple(types) or tuple(label for label in model.labels if label != NOTHING)
    told = _read(model, tuple(texts), order)
    log_p = told.log_p
    pieces = [*told.pieces, *(_answer(question, choice, order) for question, choice in answers)]
    for question, choice in answers:
        log_p = list(map(add, log_p, _log_likelihood(question, choice, order)))
    ranked = sorted(zip(map(neg, _softmax(log_p)), order, strict=True))
    p = {type: -negative for negative, type in ranked}
    return Belief(p=p, evidence=tuple(pieces), speaks=told.speaks, answered=len(answers))


@lru_cache(maxsize=4096)  # the choices of sixteen systems
def _log_likelihood(_: Question, choice: Choice, order: tuple[str, ...]) -> list[float]:
    return [ANSWER_WEIGHT * math.log(choice.likelihood[type]) for type in order]


@lru_cache(maxsize=4096)
def _answer(question: Question, choice: Choice, order: tuple[str, ...]) -> Evidence:
    weights = _log_likelihood(question, choice, order)
    mean = sum(weights) / len(weights)
    centred = {type: weight - mean for type, weight in zip(order, weights, strict=True)}
    return Evidence(term=choice.zh, weights=centred, question=question.id)


@dataclass(frozen=True, slots=True)
class _Told:
    """What texts say: log-likelihood per type, in the order asked for, and the spans behind it."""

    log_p: list[float]
    pieces: Sequence[Evidence]
    speaks: bool


@lru_cache(maxsize=128)  # every tap in an interview asks again for what its texts say
def _read(model: Model, texts: tuple[str, ...], order: tuple[str, ...]) -> _Told:
    readings = [_reading(model, text) for text in texts]
    rows: dict[str, int] = {}
    known: list[list[str]] = []
    for reading, heard in zip(readings, _heard(model, readings), strict=True):
        keys = [key for key in reading.found if key not in rows] if heard else []
        rows.update(zip(keys, map(model.rows.__getitem__, keys), strict=True))
        known.append(keys)
    if not rows:
        return _Told([0.0] * len(order), [], speaks=False)
    columns = _columns(model, order)
    logits = model.logits(rows)
    silence = _softmax(logits)[model.labels.index(NOTHING)] if NOTHING in model.labels else 0.0
    own = [logits[column] for column in columns.values()]
    top = order[own.index(max(own))]
    # A text that probably says nothing is read as a mixture with "any type", not as a weak opinion.
    voice, noise = 1 - silence, silence / len(order)
    log_p = [math.log(voice * p + noise) for p in _softmax(own)]
    unit = model.factor(len(rows))
    pieces: list[Evidence] = []
    for source, (text, reading, keys) in enumerate(zip(texts, readings, known, strict=True)):
        words = Words(model, columns, unit, reading, keys, rows)
        for first, last in words.phrases(top):
            start, end = reading.words[first][0], reading.words[last][1]
            pieces.append(Evidence(text[start:end], Weighed(words, first, last), source, start, end))
    return _Told(log_p, pieces, speaks=silence < SPEAKS)


def _heard(model: Model, readings: Sequence[Reading]) -> Sequence[bool]:
    """Which of several texts count: one that says nothing must not water down what the others say."""
    if len(readings) == 1 or NOTHING not in model.labels:
        return [True] * len(readings)
    at = model.labels.index(NOTHING)
    heard = [_softmax(model.logits(one.found))[at] <= SPEAKS for one in readings]
    return heard if any(heard) else [True] * len(readings)


@lru_cache(maxsize=64)
def _columns(model: Model, order: tuple[str, ...]) -> Mapping[str, int]:
    return {type: model.labels.index(type) for type in order}


@lru_cache(maxsize=256)  # and every further text comes with those before it; about 20 kB each
def _reading(model: Model, text: str) -> Reading:
    return read(comparable(text), model.rows)


class Words:
    """The words of one text, and what each of them adds to the logits.

    A feature over several words is shared out evenly among them. What is said twice is credited by halves: either place
    alone takes nothing away.
    """

    __slots__ = ("_model", "_nats", "_reading", "_spans", "_unit", "columns")

    def __init__(
        self,
        model: Model,
        columns: Mapping[str, int],
        unit: float,
        reading: Reading,
        keys: Sequence[str],
        rows: Mapping[str, int],
    ) -> None:
        self.columns = columns
        self._model = model
        self._unit = unit
        self._reading = reading
        self._nats: dict[str, list[float]] = {}
        self._spans: dict[tuple[int, int, int], int] = {}  # words (first, last) and places: the sum of such features
        spans, found, again = self._spans, reading.found, reading.again
        get = spans.get
        for key in keys:
            places = (found[key], *again[key][: PLACES - 1]) if key in again else (found[key],)
            for first, last in places:
                span = (first, last, len(places))
                spans[span] = get(span, 0) + rows[key]

    def nats(self, type: str) -> list[float]:
        """What each word adds for a type, above the mean over the types."""
        if type not in self._nats:
            nats = [0.0] * len(self._reading.words)
            above, unit, column = self._model.above_mean, self._unit, self.columns[type]
            for (first, last, places), total in self._spans.items():
                share = above(total, column) * unit / ((last - first + 1) * places)
                for word in range(first, last + 1):
                    nats[word] += share
            self._nats[type] = nats
        return self._nats[type]

    def phrases(self, type: str) -> Iterator[tuple[int, int]]:
        """Neighbouring words that all speak for a type, or all against it, joined: the first and the last."""
        words, first = self._reading.words, 0
        nats = self.nats(type)
        for word in range(1, len(words) + 1):
            joins = (
                word < len(words)
                and _side(nats[word]) == _side(nats[first])
                and words[word][0] == words[word - 1][1]
                and words[word][1] - words[first][0] <= LONGEST_PHRASE
            )
            if not joins:
                if nats[first]:
                    yield first, word - 1
                first = word


def _side(weight: float) -> int:
    """1 for, -1 against, 0 for neither."""
    return (weight > 0) - (weight < 0)


def _softmax(logits: Sequence[float]) -> list[float]:
    highest = max(logits)
    raised = [math.exp(logit - highest) for logit in logits]
    total = sum(raised)
    return [value / total for value in raised]
