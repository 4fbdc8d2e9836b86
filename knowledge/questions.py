"""Questions with what each answer says about each type, and which one to ask next.

Nothing here is asked at random: the next question is the one with the largest expected information gain over the types,
per unit of the effort that it costs the rep.
"""

import math
from array import array
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate, pairwise

WORTH_ASKING = (
    0.05  # bits per unit of cost: below it a rep's answer moves the leading probability by less than 2 points
)
LIVE = 0.002  # a type less probable than this moves no question's gain by more than a hundredth of a bit


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer to tap. `likelihood[type]` is P(a careful rep taps this | the customer is of that type)."""

    id: str
    zh: str
    likelihood: Mapping[str, float]


@dataclass(frozen=True, slots=True, eq=False)  # compared and hashed as the one object that it is
class Question:
    """A question about something seen or heard. Two questions of one `topic` are never both asked."""

    id: str
    topic: str
    zh: str
    why: str
    cost: float
    choices: tuple[Choice, ...]
    entropy: Mapping[str, float]  # per type, of its answer: bits that are noise even when the type is known

    def choice(self, id: str) -> Choice | None:
        """The choice of that id, if there is one."""
        return next((choice for choice in self.choices if choice.id == id), None)


def question(
    *, id: str, topic: str, zh: str, why: str, cost: float, choices: Iterable[tuple[str, str, Mapping[str, float]]]
) -> Question:
    """A question from raw weights per choice and type; they are normalised so that each type's choices sum to 1."""
    rows = tuple(choices)
    types = tuple(rows[0][2])
    totals = {type: sum(weights[type] for _, _, weights in rows) for type in types}
    made = tuple(
        Choice(id=c, zh=label, likelihood={type: weights[type] / totals[type] for type in types})
        for c, label, weights in rows
    )
    noise = {type: _entropy(choice.likelihood[type] for choice in made) for type in types}
    return Question(id=id, topic=topic, zh=zh, why=why, cost=cost, choices=made, entropy=noise)


def gain(question: Question, belief: Mapping[str, float]) -> float:
    """Expected information, in bits, that the answer gives about the type; `belief` sums to 1."""
    live = [(type, p) for type, p in belief.items() if p > LIVE]
    answers = (sum(p * choice.likelihood[type] for type, p in live) for choice in question.choices)
    return _entropy(answers) - sum(p * question.entropy[type] for type, p in live)


def likeliest_to_help(bank: Iterable[Question], belief: Mapping[str, float], spent: Collection[str]) -> Question | None:
    """The question with most gain per cost whose topic is not in `spent`; none when none is worth asking."""
    questions = tuple(bank)
    estimates = _estimates(questions, belief) if questions else ()
    left = [(worth, asked) for worth, asked in zip(estimates, questions, strict=True) if asked.topic not in spent]
    if not left:
        return None
    most = max(worth for worth, _ in left)
    worth = {asked: gain(asked, belief) / asked.cost for about, asked in left if about > most - BLUR}
    best = max(worth, key=worth.__getitem__)
    return best if worth[best] >= WORTH_ASKING else None


# --- estimates: `gain` of a whole bank at once ------------------------------------------------------------------------
#
# Of each type one integer is kept, with a 64-bit lane for the likelihood of each choice of each question, and then one
# for the entropy of each question. Multiplied by the type's probability and added up over the types, they hold all the
# sums of `gain`, in a sixth of the time. Only the questions that come near the best are then computed exactly.

LANE = 8  # bytes
STEPS = 1 << 28  # of a probability or a bit, in whole numbers; a lane then holds less than 2**60
BLUR = 1e-6  # bits per unit of cost; the estimates of 2,000 random beliefs were off by 2e-8 at most


def _estimates(questions: tuple[Question, ...], belief: Mapping[str, float]) -> Sequence[float]:
    """`gain(question, belief) / question.cost` of each question, nearly."""
    columns, ends = _packed(questions)
    total = sum(round(p * STEPS) * columns[type] for type, p in belief.items() if p > LIVE)
    lanes = array("Q", total.to_bytes(LANE * (ends[-1] + len(questions)), "little"))
    ps = [lane / STEPS**2 for lane in lanes]
    bits = list(accumulate((-p * math.log2(p) if p else 0.0 for p in ps[: ends[-1]]), initial=0.0))
    spans = zip(questions, pairwise(ends), ps[ends[-1] :], strict=True)
    return [(bits[end] - bits[start] - noise) / asked.cost for asked, (start, end), noise in spans]


@lru_cache(maxsize=16)  # systems
def _packed(questions: tuple[Question, ...]) -> tuple[Mapping[str, int], tuple[int, ...]]:
    """Of each type its integer, and the lanes between which the choices of each question are."""
    columns = {}
    for type in questions[0].entropy:
        values = [choice.likelihood[type] for asked in questions for choice in asked.choices]
        values += [asked.entropy[type] for asked in questions]
        lanes = array("Q", (round(value * STEPS) for value in values))
        columns[type] = int.from_bytes(lanes.tobytes(), "little")
    return columns, tuple(accumulate((len(asked.choices) for asked in questions), initial=0))


def _entropy(ps: Iterable[float]) -> float:
    return -sum(p * math.log2(p) for p in ps if p > 0)
