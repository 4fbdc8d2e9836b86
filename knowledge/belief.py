"""From words and answers to probabilities, with everything that moved them.

Texts give one joint likelihood (the union of their features: saying a thing twice counts once), each answered question
another; they multiply. `Belief.evidence` holds what each of them contributed.
"""

import math
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from itertools import islice, repeat
from operator import add, itemgetter, neg

from knowledge.courtesy import is_courtesy
from knowledge.features import Hit, Reading, Span, read
from knowledge.model import NOTHING, Model
from knowledge.questions import Choice, Question
from knowledge.text import comparable

# Of 5,100 descriptions by four voices left out 97 in 100 are heard with these two, and of their 330 texts that say
# nothing 9 in 100; with a SPEAKS of 0.5 it is 98 and 12.
SPEAKS = 0.3  # text with P(nothing about behaviour) above this says nothing by itself
ENOUGH_FROM = 0.2  # no type stands out below this
LABEL_FROM = 0.4  # below this the leading type is a guess among several, and is said to be one
LONGEST_PHRASE = 8  # characters
PLACES = 4  # of a feature that stands in more, the others get no share
SHARES = 12  # parts of a row: it can be divided among one to four places
SPAN_FROM = 0.1  # nats between the leading type and the mean type, below which a span is not worth showing


@dataclass(frozen=True, slots=True, eq=False)  # compared and hashed as the one object that it is
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


def _nothing() -> Sequence[Evidence]:
    return ()


def _no_other(_: Evidence) -> "Belief":
    raise LookupError("this belief was not made of texts and answers")


def _no_text(_: int, __: tuple[Span, ...]) -> "Sequence[Evidence]":
    return ()


@dataclass(frozen=True)
class Belief:
    """What is believed of one customer. `p` sums to 1 and is ordered from the likeliest type down.

    The evidence is worked out when somebody asks for it.
    """

    p: Mapping[str, float]
    speaks: bool
    answered: int = 0
    explain: Callable[[], Sequence[Evidence]] = field(default=_nothing, repr=False, compare=False)
    forget: Callable[[Evidence], "Belief"] = field(default=_no_other, repr=False, compare=False)
    weigh: Callable[[int, tuple[Span, ...]], Sequence[Evidence]] = field(default=_no_text, repr=False, compare=False)
    answers: Callable[[], Sequence[Evidence]] = field(default=_nothing, repr=False, compare=False)

    @cached_property
    def evidence(self) -> tuple[Evidence, ...]:
        """Everything that moved the probabilities: spans in the order of the texts, then answers."""
        return tuple(self.explain())

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
        """The strongest evidence for the likeliest type: without any of it that type would be less likely."""
        return self._strongest(count, 1)

    def opposed(self, count: int) -> tuple[Evidence, ...]:
        """The strongest evidence against it: without any of it that type would be more likely."""
        return self._strongest(count, -1)

    def without(self, piece: Evidence) -> float:
        """What the probability of the likeliest type would be, had `piece` not been said."""
        return self.forget(piece).p[self.top]

    def _strongest(self, count: int, sign: int) -> tuple[Evidence, ...]:
        """What is left out is read anew: weights do not know what the words around it would then come to."""
        telling = [piece for piece in self.evidence if sign * piece.weights[self.top] >= SPAN_FROM]
        ordered = sorted(telling, key=lambda piece: -sign * piece.weights[self.top])
        moving = (piece for piece in ordered if sign * (self.sure - self.without(piece)) > 0)
        return tuple(islice(moving, count))


def believe(
    model: Model, texts: Sequence[str], answers: Sequence[tuple[Question, Choice]] = (), types: Sequence[str] = ()
) -> Belief:
    """The belief after `texts` (as typed) and `answers`, over `types` (default: those of the model)."""
    order = tuple(types) or tuple(label for label in model.labels if label != NOTHING)
    told = _read(model, tuple(texts), order)
    chances = told.p
    if answers:
        log_p = list(map(math.log, chances))
        for question, choice in answers:
            log_p = list(map(add, log_p, _log_likelihood(question, choice, order)))
        chances = _softmax(log_p)
    ranked = sorted(zip(map(neg, chances), order, strict=True))
    p = {type: -negative for negative, type in ranked}

    def answered() -> Sequence[Evidence]:
        return [_answer(question, choice, order) for question, choice in answers]

    def explain() -> Sequence[Evidence]:
        return [*told.pieces, *answered()]

    def forget(piece: Evidence) -> Belief:
        if piece.question:
            return believe(model, texts, [(q, choice) for q, choice in answers if q.id != piece.question], order)
        text = texts[piece.source]
        cut = f"{text[: piece.start]}{text[piece.end :]}"
        return believe(model, [*texts[: piece.source], cut, *texts[piece.source + 1 :]], answers, order)

    return Belief(
        p=p,
        speaks=told.speaks,
        answered=len(answers),
        explain=explain,
        forget=forget,
        weigh=told.weigh,
        answers=answered,
    )


@lru_cache(maxsize=4096)  # the choices of sixteen systems
def _log_likelihood(_: Question, choice: Choice, order: tuple[str, ...]) -> list[float]:
    return [math.log(choice.likelihood[type]) for type in order]


@lru_cache(maxsize=4096)
def _answer(question: Question, choice: Choice, order: tuple[str, ...]) -> Evidence:
    weights = _log_likelihood(question, choice, order)
    mean = sum(weights) / len(weights)
    centred = {type: weight - mean for type, weight in zip(order, weights, strict=True)}
    return Evidence(term=choice.zh, weights=centred, question=question.id)


class _Told:
    """What texts say: the probability of each type, in the order asked for, and the spans behind it."""

    def __init__(self, p: list[float], *, speaks: bool, spans: "_Spans | None" = None) -> None:
        self.p = p
        self.speaks = speaks
        self._spans = spans
        self._weighed: dict[tuple[int, tuple[Span, ...]], Sequence[Evidence]] = {}

    @cached_property
    def pieces(self) -> Sequence[Evidence]:
        """Spans in the order of the texts."""
        return list(self._spans.pieces()) if self._spans else ()

    def weigh(self, source: int, stretches: tuple[Span, ...]) -> Sequence[Evidence]:
        """What whole clauses of one text weigh, worked out once: whatever is shown of a belief asks for the same."""
        if self._spans is None:
            return ()
        asked = source, stretches
        if asked not in self._weighed:
            self._weighed[asked] = self._spans.stretches(source, stretches)
        return self._weighed[asked]


@lru_cache(maxsize=128)  # every tap in an interview asks again for what its texts say
def _read(model: Model, texts: tuple[str, ...], order: tuple[str, ...]) -> _Told:
    readings = _heard(model, [_reading(model, text) for text in texts])
    rows = _rows(readings)
    if not rows:
        return _Told([1 / len(order)] * len(order), speaks=False)
    columns = _columns(model, order)
    total = sum(rows.values())
    logits = model.logits_at(total)
    shares = _softmax(logits)
    silence = shares[model.labels.index(NOTHING)] if NOTHING in model.labels else 0.0
    own = [shares[column] for column in columns.values()]
    top = order[own.index(max(own))]
    # A text that probably says nothing is read as a mixture with "any type", not as a weak opinion.
    voice, noise = (1 - silence) / sum(own), silence / len(order)
    p = [voice * share + noise for share in own]
    spans = _Spans(Weights(model, columns, total), texts, readings, top)
    return _Told(p, speaks=silence < SPEAKS, spans=spans)


def _rows(readings: Sequence[Reading | None]) -> dict[str, int]:
    if len(readings) == 1 and readings[0] is not None:
        return readings[0].found
    rows: dict[str, int] = {}
    for reading in readings:
        if reading is not None:
            rows |= reading.found
    return rows


@dataclass(frozen=True, slots=True)
class _Spans:
    """The words behind a belief, for whoever asks: `readings` has None for a text that was not heard."""

    weights: "Weights"
    texts: Sequence[str]
    readings: Sequence[Reading | None]
    top: str

    def pieces(self) -> Iterator[Evidence]:
        """The spans of the texts that were heard. What several say counts where it was said first."""
        said = set[str]()
        for source, (text, reading) in enumerate(zip(self.texts, self.readings, strict=True)):
            if reading is None:
                continue
            words = Words(self.weights, reading, said)
            said.update(reading.found)
            for start, end, share in words.phrases(self.top):
                yield Evidence(text[start:end], Weighed(self.weights, share), source, start, end)

    def stretches(self, source: int, stretches: tuple[Span, ...]) -> Sequence[Evidence]:
        """Whole clauses of one text, each with what the logits would lose without it; none of one not heard."""
        reading = self.readings[source]
        if reading is None:
            return ()
        said = set[str]().union(*(earlier.found for earlier in self.readings[:source] if earlier is not None))
        text = self.texts[source]
        shares = _apart(_within(self.weights.model, text, stretches), said)
        return [
            Evidence(text[start:end], Weighed(self.weights, share), source, start, end)
            for (start, end), share in zip(stretches, shares, strict=True)
        ]


def _apart(found: Sequence[dict[str, int]], said: Collection[str]) -> Iterator[int]:
    """The rows of each stretch, added up in `SHARES` parts: of a feature that several have, each has a part."""
    if said:
        found = [{key: row for key, row in rows.items() if key not in said} for rows in found]
    once, again = set[str](), set[str]()
    for rows in found:
        again |= once & rows.keys()
        once |= rows.keys()
    times = {key: sum(key in rows for rows in found) for key in again}
    for rows in found:
        shared = sum(rows[key] * (SHARES - SHARES // times[key]) for key in again & rows.keys())
        yield SHARES * sum(rows.values()) - shared


def _heard(model: Model, readings: Sequence[Reading]) -> Sequence[Reading | None]:
    """The readings that count: of several texts one that says nothing must not water down what the others say."""
    if len(readings) == 1 or NOTHING not in model.labels:
        return readings
    at = model.labels.index(NOTHING)
    heard = [
        reading if _softmax(model.logits_of(reading.found.values()))[at] <= SPEAKS else None for reading in readings
    ]
    return heard if any(heard) else readings


@lru_cache(maxsize=64)
def _columns(model: Model, order: tuple[str, ...]) -> Mapping[str, int]:
    return {type: model.labels.index(type) for type in order}


@lru_cache(maxsize=256)  # and every further text comes with those before it; about 30 kB each
def _reading(model: Model, text: str) -> Reading:
    line = comparable(text)
    return read("" if is_courtesy(line) else line, model.rows)


@lru_cache(maxsize=256)
def _within(model: Model, text: str, stretches: tuple[Span, ...]) -> Sequence[dict[str, int]]:
    """The features of each stretch: every further text asks for those of the texts before it again."""
    return _reading(model, text).within(stretches)


class Weights:
    """What the logits of all texts together would lose without some of their rows.

    A feature over several words is lost with any of them. What is said twice is credited by halves: either place alone
    takes nothing away. And as the sum of n rows is divided by the root of n, what is left counts for more.
    """

    __slots__ = ("_total", "columns", "model")

    def __init__(self, model: Model, columns: Mapping[str, int], total: int) -> None:
        self.columns = columns
        self.model = model
        self._total = total  # of the rows of all texts that were heard

    def loss(self, share: int, type: str) -> float:
        """What the logit of a type loses without a share of the rows, above the mean over the types."""
        model, column = self.model, self.columns[type]
        whole, all = model.above_mean(self._total, column), model.count(self._total)
        left = all - model.count(share) / SHARES
        kept = (whole - model.above_mean(share, column) / SHARES) * model.factor(left) if left > 0 else 0.0
        return whole * model.factor(all) - kept


class Words:
    """The words of one text, with what each weighs."""

    __slots__ = ("_shares", "_weights", "spans")

    def __init__(self, weights: Weights, reading: Reading, said: Collection[str]) -> None:
        self.spans = reading.words()
        self._weights = weights
        self._shares = self._shared_out(reading, said)

    def _shared_out(self, reading: Reading, said: Collection[str]) -> dict[Span, int]:
        """Of each run of words (the first and the last) the sum of the rows of what it is, in `SHARES` parts."""
        word = [0] * len(reading.line)  # of each character, the number of its word
        for number, (start, end) in enumerate(self.spans):
            word[start:end] = [number] * (end - start)
        shares: dict[Span, int] = {}
        get = shares.get
        for hit, places in _credited(reading, said):
            _, start, end, row = hit
            run = (word[start], word[end - 1])
            shares[run] = get(run, 0) + row * (SHARES // places)
        return shares

    def phrases(self, type: str) -> Iterator[tuple[int, int, int]]:
        """Neighbouring words that all speak for a type, or all against it, joined: start, end, and their share."""
        spans, shares = self.spans, [0] * len(self.spans)
        for (first, last), share in self._shares.items():
            for word in range(first, last + 1):
                shares[word] += share
        sides = [_side(self._weights.loss(share, type)) for share in shares]
        bounds, first = list[Span](), 0
        for word in range(1, len(spans) + 1):
            joins = (
                word < len(spans)
                and sides[word] == sides[first]
                and spans[word][0] == spans[word - 1][1]
                and spans[word][1] - spans[first][0] <= LONGEST_PHRASE
            )
            if not joins:
                bounds.append((first, word))
                first = word
        phrase = [number for number, (first, end) in enumerate(bounds) for _ in range(first, end)]  # of each word
        sums = [0] * len(bounds)
        for (first, last), share in self._shares.items():
            for number in range(phrase[first], phrase[last] + 1):
                sums[number] += share
        for (first, end), share in zip(bounds, sums, strict=True):
            if sides[first]:
                yield spans[first][0], spans[end - 1][1], share


def _side(weight: float) -> int:
    """1 for, -1 against, 0 for neither."""
    return (weight > 0) - (weight < 0)


_KEY = itemgetter(0)


def _credited(reading: Reading, said: Collection[str]) -> Iterable[tuple[Hit, int]]:
    """The hits that have a share in what is said, each with the number of places that share its feature's row."""
    hits = [hit for hit in reading.hits() if hit[0] not in said] if said else reading.hits()
    if len(reading.found) == len(hits):
        return zip(hits, repeat(1))
    times = Counter(map(_KEY, hits))
    if max(times.values(), default=0) > PLACES:
        kept = Counter[str]()
        hits = [hit for hit in hits if not kept.update((hit[0],)) and kept[hit[0]] <= PLACES]
        times = Counter(map(_KEY, hits))
    return zip(hits, map(times.__getitem__, map(_KEY, hits)), strict=True)


class Weighed(Mapping[str, float]):
    """Nats per type of a share of the rows, worked out for those types that somebody asks for."""

    __slots__ = ("_share", "_weights")

    def __init__(self, weights: Weights, share: int) -> None:
        self._weights = weights
        self._share = share

    def __getitem__(self, type: str) -> float:
        """The weight for a type."""
        return self._weights.loss(self._share, type)

    def __iter__(self) -> Iterator[str]:
        return iter(self._weights.columns)

    def __len__(self) -> int:
        return len(self._weights.columns)


def _softmax(logits: Sequence[float]) -> list[float]:
    highest = max(logits)
    raised = [math.exp(logit - highest) for logit in logits]
    total = sum(raised)
    return [value / total for value in raised]
