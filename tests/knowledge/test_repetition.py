"""Spaced repetition: whole days apart, longer the better it went, in aware UTC."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.repetition import LONGEST, RATINGS, Memory, Outcome, reviewed

NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
OUTCOMES = st.sampled_from(sorted(RATINGS))
STEPS = st.lists(st.tuples(OUTCOMES, st.integers(min_value=0, max_value=200)), min_size=1, max_size=12)


def lived(steps: list[tuple[Outcome, int]]) -> Memory:
    """The memory after reviews, each so many days after the one before."""
    memory, now = None, NOW
    for outcome, days in steps:
        now += timedelta(days=days)
        memory = reviewed(memory, outcome, now)
    assert memory is not None
    return memory


def test_what_was_wrong_comes_tomorrow_and_what_was_right_later() -> None:
    days = {outcome: (reviewed(None, outcome, NOW).due - NOW).days for outcome in ("again", "hard", "good")}

    assert days == {"again": 1, "hard": 1, "good": 2}


def test_right_again_and_again_comes_ever_later() -> None:
    memory, gaps = None, []
    for _ in range(5):
        now = memory.due if memory else NOW
        memory = reviewed(memory, "good", now)
        gaps.append((memory.due - now).days)

    assert gaps == [2, 11, 46, LONGEST, LONGEST]


def test_a_slip_brings_it_back_soon() -> None:
    memory = None
    for _ in range(4):
        memory = reviewed(memory, "good", memory.due if memory else NOW)
    assert memory is not None
    before = (memory.due - memory.reviewed).days
    slipped = reviewed(memory, "again", memory.due)

    assert (slipped.due - slipped.reviewed).days < before / 2


@given(steps=STEPS)
def test_it_is_due_after_whole_days_between_one_and_the_longest(steps: list[tuple[Outcome, int]]) -> None:
    memory = lived(steps)
    gap = memory.due - memory.reviewed

    assert gap % timedelta(days=1) == timedelta()
    assert 1 <= gap.days <= LONGEST
    assert memory.due.utcoffset() == timedelta()
    assert memory.stability > 0
    assert 1 <= memory.difficulty <= 10


@given(steps=STEPS, wait=st.integers(min_value=1, max_value=120))
def test_a_better_answer_never_comes_sooner(steps: list[tuple[Outcome, int]], wait: int) -> None:
    memory = lived(steps)
    now = memory.reviewed + timedelta(days=wait)
    again, hard, good = (reviewed(memory, outcome, now).due for outcome in ("again", "hard", "good"))

    assert again <= hard <= good


@given(steps=STEPS)
def test_the_same_answers_give_the_same_days(steps: list[tuple[Outcome, int]]) -> None:
    assert lived(steps) == lived(steps)


@given(late=st.integers(min_value=0, max_value=60), outcome=OUTCOMES)
def test_a_missed_day_costs_nothing(late: int, outcome: Outcome) -> None:
    memory = reviewed(reviewed(None, "good", NOW), "good", NOW + timedelta(days=2))
    in_time = reviewed(memory, "good", memory.due)
    later = reviewed(memory, "good", memory.due + timedelta(days=late))

    assert later.stability >= in_time.stability


def test_any_aware_time_is_taken_and_a_naive_one_refused() -> None:
    local = NOW.astimezone(ZoneInfo("Asia/Shanghai"))

    assert reviewed(None, "good", local) == reviewed(None, "good", NOW)
    with pytest.raises(ValueError, match="aware"):
        reviewed(None, "good", NOW.replace(tzinfo=None))
