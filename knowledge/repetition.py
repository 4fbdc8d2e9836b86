"""When to practise something again: spaced repetition by FSRS. The only file that knows fsrs.

Reviews are whole days apart: nobody practises twice in ten minutes before a visit, so there are no learning steps.
Times are aware UTC; fsrs refuses any other, and so do we.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from fsrs import Card, Rating, Scheduler, State

Outcome = Literal["again", "hard", "good"]
RETENTION = 0.9  # FSRS's own default: of what is due, nine in ten are still known
LONGEST = 90  # days; a type that was not met for a quarter is worth a look, however well it was known
RATINGS = {"again": Rating.Again, "hard": Rating.Hard, "good": Rating.Good}
# No fuzz: the same answers give the same days, on every machine and in every test.
_SCHEDULER = Scheduler(
    desired_retention=RETENTION,
    learning_steps=(),
    relearning_steps=(),
    maximum_interval=LONGEST,
    enable_fuzzing=False,
)


@dataclass(frozen=True, slots=True)
class Memory:
    """How well something is remembered: `stability` in days, `difficulty` from 1 to 10, as FSRS defines them."""

    stability: float
    difficulty: float
    reviewed: datetime
    due: datetime


def reviewed(memory: Memory | None, outcome: Outcome, now: datetime) -> Memory:
    """The memory after a review at `now`; None is something that is met for the first time.

    Raises:
        ValueError: `now` is naive.
    """
    if now.tzinfo is None:
        raise ValueError("a review needs an aware time")
    at = now.astimezone(UTC)
    card, _ = _SCHEDULER.review_card(_card(memory, at), RATINGS[outcome], at)
    if card.stability is None or card.difficulty is None:
        raise AssertionError("fsrs left a reviewed card without stability")
    return Memory(card.stability, card.difficulty, at, card.due)


def _card(memory: Memory | None, now: datetime) -> Card:
    """As fsrs has it. The id is ours to give: without one fsrs reads the clock, and sleeps."""
    if memory is None:
        return Card(card_id=0, due=now)
    return Card(
        card_id=0,
        state=State.Review,
        stability=memory.stability,
        difficulty=memory.difficulty,
        due=memory.due.astimezone(UTC),
        last_review=memory.reviewed.astimezone(UTC),
    )
