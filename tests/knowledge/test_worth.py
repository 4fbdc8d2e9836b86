"""What proves itself: honest intervals, and lines in the order of what was found out."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.systems import Systems
from knowledge.worth import ENOUGH, SECTIONS, Tried, key, lines, ordered, wilson


@pytest.mark.parametrize(
    ("successes", "cases", "low", "high"),
    [(0, 0, 0.0, 1.0), (3, 3, 0.4385, 1.0), (0, 10, 0.0, 0.2775), (12, 14, 0.6006, 0.9599), (81, 263, 0.2553, 0.3662)],
)  # the last is the worked example of R. G. Newcombe (1998)
def test_intervals_are_those_of_the_books(successes: int, cases: int, low: float, high: float) -> None:
    assert wilson(successes, cases) == pytest.approx((low, high), abs=1e-4)


@given(st.integers(1, 500).flatmap(lambda cases: st.tuples(st.integers(0, cases), st.just(cases))))
def test_an_interval_holds_its_share_and_narrows_with_more_of_the_same(told: tuple[int, int]) -> None:
    successes, cases = told
    low, high = wilson(successes, cases)
    nearer = wilson(10 * successes, 10 * cases)

    assert 0 <= low <= successes / cases <= high <= 1
    assert nearer[1] - nearer[0] < high - low


@pytest.mark.parametrize(
    ("helped", "useless", "rank"),
    [(3, 0, 0), (ENOUGH - 1, 0, 0), (ENOUGH, 0, -1), (0, ENOUGH, 1), (6, 4, 0), (14, 2, -1), (2, 14, 1)],
)
def test_nothing_is_proven_by_few_cases_nor_by_an_even_word(helped: int, useless: int, rank: int) -> None:
    assert Tried(helped, useless).rank == rank


def test_what_is_proven_comes_first_and_what_is_useless_last_and_the_rest_stays(systems: Systems) -> None:
    kind = systems["behavior"].types["analytical"]
    said = kind.card.say
    tried = {
        key("say", said[2]): Tried(ENOUGH, 0),
        key("say", said[0]): Tried(0, ENOUGH),
        key("say", said[1]): Tried(3),
    }

    made = ordered(kind, tried)

    assert made.card.say == [said[2], said[1], *said[3:], said[0]]
    assert made.card.do == kind.card.do
    assert ordered(kind, tried) is made  # one object, so that what is made of it can be kept


def test_without_proof_a_card_is_the_one_that_it_was(systems: Systems) -> None:
    kind = systems["behavior"].types["silent"]

    assert ordered(kind, {}) is kind
    assert ordered(kind, {line.key: Tried(3, 1) for line in lines(kind)}) is kind


def test_every_line_of_every_card_has_a_key_of_its_own(systems: Systems) -> None:
    for kind in systems["behavior"].types.values():
        found = lines(kind)

        assert len({line.key for line in found}) == len(found)
        assert {line.section for line in found} <= set(SECTIONS)
        assert max(len(f"g:say:{10**9}:{line.key}".encode()) for line in found) <= 64
