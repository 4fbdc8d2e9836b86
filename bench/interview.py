"""How quickly the questions find the type: adaptive beside fixed forms: `python -m bench.interview [ROUNDS]`.

For every type and round a customer is made up. The rep who answers saw the customer as the likelihoods of the bank say
(`as seen`), or always as the likeliest answer says (`consistent`), with one answer in five wrong where that is named:
any other choice of the question. Some interviews start with nothing said, some with a text of the corpus whose voice
the model has not seen (its model is fitted here, without four voices).

- adaptive: the interview as it is (`knowledge/interview.py`), at most six questions, stopped when sure.
- best fixed form: the six questions that together say most about the type before anything is known, chosen one after
  the other, always in that order, with the same rule for stopping.
- fixed order: the whole bank as it stands in the file, until sure.
"""

import math
import random
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from statistics import mean

from bench.inference import LEFT_OUT
from bench.machine import machine
from knowledge.belief import Belief, believe
from knowledge.corpus import read_corpus
from knowledge.interview import MOST_QUESTIONS, settled
from knowledge.questions import Choice, Question, gain, likeliest_to_help
from knowledge.systems import System, load_systems
from knowledge.training import Tuning, examples, fit, write
from knowledge.tree import DATA

ROUNDS = 8
WRONG = 0.2

Answer = Callable[[Question, str, random.Random], Choice]
Next = Callable[[Belief, Sequence[Question]], Question | None]


def as_seen(question: Question, type: str, dice: random.Random) -> Choice:
    """An answer drawn from what reps who met that type say."""
    return dice.choices(question.choices, [choice.likelihood[type] for choice in question.choices])[0]


def consistent(question: Question, type: str, dice: random.Random) -> Choice:  # noqa: ARG001 - one signature
    """The likeliest answer."""
    return max(question.choices, key=lambda choice: choice.likelihood[type])


def with_errors(answer: Answer) -> Answer:
    """The same, one answer in five wrong."""

    def wrong_at_times(question: Question, type: str, dice: random.Random) -> Choice:
        right = answer(question, type, dice)
        others = [choice for choice in question.choices if choice is not right]
        return dice.choice(others) if dice.random() < WRONG else right

    return wrong_at_times


def adaptive(system: System) -> Next:
    """The question that helps most."""

    def choose(belief: Belief, asked: Sequence[Question]) -> Question | None:
        if len(asked) >= MOST_QUESTIONS:
            return None
        return likeliest_to_help(system.questions.values(), belief.p, {question.topic for question in asked})

    return choose


def in_order(form: Sequence[Question]) -> Next:
    """One after the other."""
    return lambda _, asked: form[len(asked)] if len(asked) < len(form) else None


def best_form(system: System, length: int = MOST_QUESTIONS) -> list[Question]:
    """Chosen one after the other: each says most about the type, given all answers to those before, on average."""
    dice = random.Random(7)
    sample = [(type, dict[str, float]()) for type in system.order for _ in range(40)]
    beliefs = [dict.fromkeys(system.order, 1 / len(system.order)) for _ in sample]
    form: list[Question] = []
    for _ in range(length):
        left = [q for q in system.questions.values() if q.topic not in {asked.topic for asked in form}]
        best = max(left, key=lambda question: mean(gain(question, belief) for belief in beliefs) / question.cost)
        form.append(best)
        beliefs = [_after(belief, as_seen(best, type, dice)) for belief, (type, _) in zip(beliefs, sample, strict=True)]
    return form


def _after(belief: dict[str, float], choice: Choice) -> dict[str, float]:
    raised = {type: p * choice.likelihood[type] for type, p in belief.items()}
    total = math.fsum(raised.values())
    return {type: p / total for type, p in raised.items()}


def course(system: System, text: str, type: str, answer: Answer, choose: Next, dice: random.Random) -> Iterator[Belief]:
    """What is believed of one customer at the start and after each question."""
    asked: list[Question] = []
    given: list[tuple[Question, Choice]] = []
    while True:
        told = believe(system.model, [text] if text else [], given, system.order)
        yield told
        question = None if settled(told) else choose(told, asked)
        if question is None:
            return
        asked.append(question)
        given.append((question, answer(question, type, dice)))


def interview(
    system: System, text: str, type: str, answer: Answer, choose: Next, dice: random.Random
) -> tuple[int, bool]:
    """How many questions until it stopped, and whether the type was right."""
    *before, last = course(system, text, type, answer, choose, dice)
    return len(before), last.top == type


def held_out(system: System) -> tuple[System, dict[str, list[str]]]:
    """The system with a model that has not seen four voices, and their texts by type."""
    texts = list(read_corpus(DATA / "corpus" / system.id))
    with tempfile.TemporaryDirectory() as folder:
        fitted = fit(examples([text for text in texts if text.voice not in LEFT_OUT]))
        model = write(fitted, Path(folder) / "model.bin", Tuning.of(system.model), {})
    rows: dict[str, list[str]] = {}
    for text in texts:
        if text.voice in LEFT_OUT and len(text.types) == 1:
            rows.setdefault(text.label, []).append(text.text)
    return replace(system, model=model), rows


def main(rounds: int = ROUNDS) -> None:
    """Simulate and print."""
    system, texts = held_out(load_systems()["behavior"])
    forms: dict[str, Next] = {
        "adaptive": adaptive(system),
        "best fixed form of six": in_order(best_form(system)),
        "fixed order, whole bank": in_order(list(system.questions.values())),
    }
    answers: dict[str, Answer] = {
        "consistent": consistent,
        "consistent, one in five wrong": with_errors(consistent),
        "as seen": as_seen,
    }
    print(machine())
    print("| starts with | answers | questions | mean number | right |\n|---|---|---|---:|---:|")
    for start in ("nothing", "a text"):
        for kind, answer in answers.items():
            for name, choose in forms.items():
                dice = random.Random(11)
                told = [
                    interview(system, dice.choice(texts[type]) if start == "a text" else "", type, answer, choose, dice)
                    for type in system.order
                    for _ in range(rounds)
                ]
                number, right = mean(count for count, _ in told), mean(ok for _, ok in told)
                print(f"| {start} | {kind} | {name} | {number:.2f} | {right:.3f} |", flush=True)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
