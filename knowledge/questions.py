"""Questions with what each answer says about each type, and which one to ask next.

Nothing here is asked at random: the next question is the one with the largest expected information gain over the types,
per unit of the effort that it costs the rep.
"""

import math
from array import array
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate
from operator import itemgetter, mul, sub

WORTH_ASKING = (
    0.05  # bits per unit of cost: below it a rep's answer moves the leading probability by less than 2 points
)
SLIP = 0.1  # share of answers taken for mere guesses: where one in five is wrong, fewer mislead (bench/interview.py)
LIVE = 0.002  # a type less probable than this moves no question's gain by more than a hundredth of a bit


@dataclass(frozen=True, slots=True, eq=False)  # like its question
class Choice:
    """One answer to tap. `likelihood[type]` is P(a rep taps this | the customer is of that type)."""

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
    """A question from raw weights per choice and type.

    They are normalised so that each type's choices sum to 1, and mixed with `SLIP` of an answer that says nothing.
    """
    rows = tuple(choices)
    types = tuple(rows[0][2])
    totals = {type: sum(weights[type] for _, _, weights in rows) for type in types}
    guess = SLIP / len(rows)
    made = tuple(
        Choice(
            id=c,
            zh=label,
            likelihood={type: (1 - SLIP) * weights[type] / totals[type] + guess for type in types},
        )
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
    worth, best = max(left, key=_FIRST, default=(0.0, None))
    return best if worth >= WORTH_ASKING else None


# --- estimates: `gain` of a whole bank at once ------------------------------------------------------------------------
#
# Of each type one integer is kept, with a 64-bit lane for the likelihood of each choice of each question, and then one
# for the entropy of each question. Multiplied by the type's probability and added up over the types, they hold all the
# sums of `gain`, in a tenth of the time; they are off by less than a millionth of a bit per unit of cost.

LANE = 8  # bytes
STEPS = 1 << 28  # of a probability or a bit, in whole numbers; a lane then holds less than 2**60
_FIRST = itemgetter(0)


def _product(pair: tuple[int, int]) -> int:
    return pair[0] * pair[1]


@dataclass(frozen=True, slots=True)
class _Packed:
    """A bank of questions as integers, one per type, and how to read their sums."""

    columns: Mapping[str, int]
    ends: tuple[int, ...]  # the choices of a question lie between two neighbours of these
    costs: tuple[float, ...]  # each times STEPS**2, which the sums carry as well

    @property
    def lanes(self) -> int:
        """One per choice, one per question."""
        return self.ends[-1] + len(self.costs)


def _estimates(questions: tuple[Question, ...], belief: Mapping[str, float]) -> Sequence[float]:
    """`gain(question, belief) / question.cost` of each question, nearly."""
    packed = _packed(questions)
    live = [(round(p * STEPS), packed.columns[type]) for type, p in belief.items() if p > LIVE]
    lanes = array("Q", sum(map(_product, live)).to_bytes(LANE * packed.lanes, "little"))
    # Lanes are whole numbers n = p * STEPS**2: the sum of p * log2(p) is that of n * log2(n), less log2(STEPS**2) for
    # all that is live. No loops in Python here: this runs for every answer.
    choices = lanes[: packed.ends[-1]]
    bits = list(accumulate(map(mul, choices, map(math.log2, choices)), initial=0.0))
    at = list(map(bits.__getitem__, packed.ends))
    most = sum(map(_FIRST, live)) * STEPS * math.log2(STEPS**2)
    gains = map(sub, map(sub, at, at[1:]), lanes[packed.ends[-1] :])
    return [(most + less) / cost for less, cost in zip(gains, packed.costs, strict=True)]


@lru_cache(maxsize=16)  # systems
def _packed(questions: tuple[Question, ...]) -> _Packed:
    columns = {}
    for type in questions[0].entropy:
        values = [choice.likelihood[type] for asked in questions for choice in asked.choices]
        values += [asked.entropy[type] for asked in questions]
        lanes = array("Q", (max(1, round(value * STEPS)) for value in values))  # never 0: its logarithm is taken
        columns[type] = int.from_bytes(lanes.tobytes(), "little")
    ends = tuple(accumulate((len(asked.choices) for asked in questions), initial=0))
    return _Packed(columns, ends, tuple(asked.cost * STEPS**2 for asked in questions))


def _entropy(ps: Iterable[float]) -> float:
    return -sum(p * math.log2(p) for p in ps if p > 0)
