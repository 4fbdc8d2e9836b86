"""From words and answers to probabilities, with everything that moved them.

Texts give one joint likelihood (the union of their features: saying a thing twice counts once), each answered question
another; they multiply. `Belief.evidence` holds what each of them contributed.
"""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

from knowledge.features import Reading, read
from knowledge.model import NOTHING, Model
from knowledge.questions import Choice, Question
from knowledge.text import comparable

ANSWER_WEIGHT = (
    0.85  # answers of one rep about one meeting are not independent: each counts a little less than its likelihood
)
SPEAKS = 0.5  # text with P(nothing about behaviour) above this carries no label by itself
LABEL_FROM = 0.4  # below this the leading type is a guess among several, and is said to be one
SPAN_FROM = 0.1  # nats between the leading type and the mean type, below which a span is not worth showing


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
        """Whether a label may be given at all: something was said about behaviour, and one type stands out."""
        return (self.speaks or self.answered > 0) and self.sure >= LABEL_FROM

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
    likelihood, spans, speaks = _read(model, tuple(texts), order)
    log_p, pieces = dict(likelihood), list(spans)
    for question, choice in answers:
        weights = {type: ANSWER_WEIGHT * math.log(choice.likelihood[type]) for type in order}
        for type in order:
            log_p[type] += weights[type]
        pieces.append(Evidence(term=choice.zh, weights=_centred(weights), question=question.id))
    p = _softmax(log_p)
    ordered = dict(sorted(p.items(), key=lambda item: (-item[1], item[0])))
    return Belief(p=ordered, evidence=tuple(pieces), speaks=speaks, answered=len(answers))


@lru_cache(maxsize=128)  # every tap in an interview asks again for what its texts say
def _read(
    model: Model, texts: tuple[str, ...], order: tuple[str, ...]
) -> tuple[Mapping[str, float], Sequence[Evidence], bool]:
    """Log-likelihood per type of all texts together, the spans behind it, and whether they speak of behaviour."""
    readings = [_reading(text) for text in texts]
    counted: set[str] = set()
    known: list[list[str]] = []
    for reading in readings:
        known.append([key for key in model.known(reading.found) if key not in counted])
        counted.update(known[-1])
    if not counted:
        return dict.fromkeys(order, 0.0), [], False
    logits = dict(zip(model.labels, model.logits([key for keys in known for key in keys]), strict=True))
    silence = _softmax(logits).get(NOTHING, 0.0)
    p = _softmax({type: logits[type] for type in order})
    # A text that probably says nothing is read as a mixture with "any type", not as a weak opinion.
    log_p = {type: math.log((1 - silence) * p[type] + silence / len(order)) for type in order}
    unit = model.factor(len(counted)) / PARTS
    top = model.labels.index(max(p, key=p.__getitem__))
    columns = [model.labels.index(type) for type in order]
    pieces: list[Evidence] = []
    for source, (text, reading, keys) in enumerate(zip(texts, readings, known, strict=True)):
        for start, end, total in _phrases(model, reading, keys, top):
            lanes = model.unpack(total)
            own = [lanes[column] for column in columns]
            mean = sum(own) / len(own)
            weights = {type: (lane - mean) * unit for type, lane in zip(order, own, strict=True)}
            pieces.append(Evidence(term=text[start:end], weights=weights, source=source, start=start, end=end))
    return log_p, pieces, silence < SPEAKS


# A feature over n = 1 to 4 words that stands in 1 to 5 places gives each word of each place 720 / n / places parts, so
# that shares stay whole numbers. What is said twice is credited by halves: either place alone takes nothing away.
PARTS = 720
PLACES = 5
LONGEST_PHRASE = 8


@lru_cache(maxsize=256)  # and every further text comes with those before it; about 20 kB each
def _reading(text: str) -> Reading:
    return read(comparable(text))


def _shares(model: Model, reading: Reading, keys: Sequence[str]) -> list[int]:
    """Of each word its share of the rows of the features that it is part of, in parts; 0 if it moved nothing.

    The offset of the rows is the same in every lane, so it is gone as soon as a lane is compared with the mean.
    """
    shares = [0] * len(reading.words)
    rows, found, again = model.rows, reading.found, reading.again
    for key in keys:
        places = (found[key], *again[key][: PLACES - 1]) if key in again else (found[key],)
        for first, last in places:
            row = rows[key] * (PARTS // ((last - first + 1) * len(places)))
            for word in range(first, last + 1):
                shares[word] += row
    return shares


def _phrases(model: Model, reading: Reading, keys: Sequence[str], top: int) -> Iterator[tuple[int, int, int]]:
    """Neighbouring words that all speak for the label `top`, or all against it, joined: start, end and their share."""
    start, end, total, lead = 0, -1, 0, False
    for (word_start, word_end), share in zip(reading.words, _shares(model, reading, keys), strict=True):
        if not share:
            continue
        lanes = model.unpack(share)
        leads = lanes[top] * len(lanes) > sum(lanes)
        if leads == lead and word_start == end and word_end - start <= LONGEST_PHRASE:
            total, end = total + share, word_end
            continue
        if end > 0:
            yield start, end, total
        start, end, total, lead = word_start, word_end, share, leads
    if end > 0:
        yield start, end, total


def _centred(weights: Mapping[str, float]) -> dict[str, float]:
    mean = sum(weights.values()) / len(weights)
    return {type: weight - mean for type, weight in weights.items()}


def _softmax(logits: Mapping[str, float]) -> dict[str, float]:
    highest = max(logits.values())
    raised = {type: math.exp(logit - highest) for type, logit in logits.items()}
    total = sum(raised.values())
    return {type: value / total for type, value in raised.items()}
