"""Questions with what each answer says about each type, and which one to ask next.

Nothing here is asked at random: the next question is the one with the largest expected information gain over the types,
per unit of the effort that it costs the rep.
"""

import math
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

WORTH_ASKING = (
    0.05  # bits per unit of cost: below it a rep's answer moves the leading probability by less than 2 points
)


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer to tap. `likelihood[type]` is P(a careful rep taps this | the customer is of that type)."""

    id: str
    zh: str
    likelihood: Mapping[str, float]


@dataclass(frozen=True, slots=True)
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
    live = [(type, p) for type, p in belief.items() if p > 0.002]
    answers = (sum(p * choice.likelihood[type] for type, p in live) for choice in question.choices)
    return _entropy(answers) - sum(p * question.entropy[type] for type, p in live)


def likeliest_to_help(bank: Iterable[Question], belief: Mapping[str, float], spent: Collection[str]) -> Question | None:
    """The question with most gain per cost whose topic is not in `spent`; none when none is worth asking."""
    open_questions = [question for question in bank if question.topic not in spent]
    if not open_questions:
        return None
    worth = {question.id: gain(question, belief) / question.cost for question in open_questions}
    best = max(open_questions, key=lambda question: worth[question.id])
    return best if worth[best.id] >= WORTH_ASKING else None


def _entropy(ps: Iterable[float]) -> float:
    return -sum(p * math.log2(p) for p in ps if p > 0)
