import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.questions import WORTH_ASKING, Question, gain, likeliest_to_help, question
from knowledge.systems import Systems, load_systems

TYPES = ("a", "b", "c")
weight = st.floats(0.01, 10)
row = st.fixed_dictionaries(dict.fromkeys(TYPES, weight))
banks = st.lists(row, min_size=2, max_size=5)
beliefs = row.map(lambda raw: {type: value / sum(raw.values()) for type, value in raw.items()})


def made(rows: list[dict[str, float]], id: str = "q", topic: str = "t", cost: float = 1.0) -> Question:
    """A question with one choice per row."""
    choices = [(f"c{at}", f"选 {at}", weights) for at, weights in enumerate(rows)]
    return question(id=id, topic=topic, zh="他怎么说？", why="分得开", cost=cost, choices=choices)


TELLING = [{"a": 9.0, "b": 1.0, "c": 1.0}, {"a": 1.0, "b": 9.0, "c": 9.0}]
USELESS = [{"a": 3.0, "b": 3.0, "c": 3.0}, {"a": 7.0, "b": 7.0, "c": 7.0}]
EVEN = dict.fromkeys(TYPES, 1 / 3)


@given(banks)
def test_the_choices_of_each_type_sum_to_one(rows: list[dict[str, float]]) -> None:
    asked = made(rows)

    for type in TYPES:
        assert math.isclose(sum(choice.likelihood[type] for choice in asked.choices), 1)


@given(banks, beliefs)
def test_no_answer_is_expected_to_take_knowledge_away(rows: list[dict[str, float]], belief: dict[str, float]) -> None:
    assert gain(made(rows), belief) >= -1e-9


@given(banks, beliefs)
def test_a_question_gives_no_more_than_its_answer_or_the_doubt(
    rows: list[dict[str, float]], belief: dict[str, float]
) -> None:
    doubt = -sum(p * math.log2(p) for p in belief.values() if p > 0.002)

    assert gain(made(rows), belief) <= min(doubt, math.log2(len(rows))) + 0.02


def test_a_question_that_all_types_answer_alike_gives_nothing() -> None:
    assert gain(made(USELESS), EVEN) == pytest.approx(0)
    assert likeliest_to_help([made(USELESS)], EVEN, ()) is None


def test_nothing_is_left_to_ask_when_the_type_is_certain() -> None:
    certain = {"a": 1.0, "b": 0.0, "c": 0.0}

    assert gain(made(TELLING), certain) == pytest.approx(0)
    assert likeliest_to_help([made(TELLING)], certain, ()) is None


def test_a_topic_that_was_spent_is_not_asked_again() -> None:
    bank = [made(TELLING, "first", "money"), made(TELLING, "second", "money"), made(TELLING, "third", "talk")]

    chosen = likeliest_to_help(bank, EVEN, {"money"})

    assert chosen is not None
    assert chosen.id == "third"
    assert likeliest_to_help(bank, EVEN, {"money", "talk"}) is None


def test_the_cheaper_of_two_equal_questions_is_asked() -> None:
    bank = [made(TELLING, "dear", "x", cost=2), made(TELLING, "cheap", "y", cost=1)]

    chosen = likeliest_to_help(bank, EVEN, ())

    assert chosen is not None
    assert chosen.id == "cheap"


def test_an_empty_bank_has_no_question() -> None:
    assert likeliest_to_help([], EVEN, ()) is None


@given(banks)
def test_the_noise_of_a_type_is_the_entropy_of_its_answer(rows: list[dict[str, float]]) -> None:
    asked = made(rows)

    for type in TYPES:
        noise = -sum(c.likelihood[type] * math.log2(c.likelihood[type]) for c in asked.choices)
        assert asked.entropy[type] == pytest.approx(noise)


def test_a_noisier_question_helps_less() -> None:
    clear = [{"a": 99.0, "b": 1.0, "c": 1.0}, {"a": 1.0, "b": 99.0, "c": 99.0}]
    noisy = [{"a": 6.0, "b": 4.0, "c": 4.0}, {"a": 4.0, "b": 6.0, "c": 6.0}]

    assert gain(made(clear), EVEN) > 5 * gain(made(noisy), EVEN) > 0


def test_a_choice_is_found_by_its_id() -> None:
    asked = made(TELLING)

    assert asked.choice("c1") is asked.choices[1]
    assert asked.choice("c9") is None


def test_every_shipped_question_can_tell_types_apart(systems: Systems) -> None:
    system = systems["behavior"]
    even = dict.fromkeys(system.order, 1 / len(system.order))

    gains = {asked.id: gain(asked, even) for asked in system.questions.values()}

    assert min(gains.values()) > 0.05


def test_every_shipped_answer_is_possible_for_every_type(systems: Systems) -> None:
    for asked in systems["behavior"].questions.values():
        for choice in asked.choices:
            assert min(choice.likelihood.values()) > 0.005, (asked.id, choice.id)


def test_no_two_neighbouring_shipped_types_answer_everything_alike(systems: Systems) -> None:
    system = systems["behavior"]

    for kind in system.types.values():
        for near in kind.neighbours:
            pair = {kind.id: 0.5, near.id: 0.5}
            best = max(gain(asked, pair) for asked in system.questions.values())
            assert best > 0.1, (kind.id, near.id)


@settings(max_examples=60)
@given(st.lists(st.floats(0, 1), min_size=25, max_size=25).filter(lambda weights: sum(weights) > 0.1))
def test_the_question_chosen_is_the_one_with_most_gain_per_cost(weights: list[float]) -> None:
    system = load_systems()["behavior"]
    belief = {type: weight / sum(weights) for type, weight in zip(system.order, weights, strict=True)}
    bank = list(system.questions.values())

    chosen = likeliest_to_help(bank, belief, ())

    best = max(gain(asked, belief) / asked.cost for asked in bank)
    found = gain(chosen, belief) / chosen.cost if chosen else 0.0
    assert found == pytest.approx(best, abs=1e-6) or (chosen is None and best < WORTH_ASKING + 1e-6)
