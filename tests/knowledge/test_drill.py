"""The drill: every step, what goes into one, and days in a row."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge import drill as machine
from knowledge.calendar import is_working
from knowledge.drill import NEW_A_DAY, RECOGNISE, REPLY, SLOTS, UNKNOWN, WRITE, Drill, Item, Key, Known, Place, Wish
from knowledge.repetition import Memory

NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
UNTIL = datetime(2026, 11, 23, 16, 0, tzinfo=UTC)
ALL = [Place("behavior", f"t{number}") for number in range(12)]
TYPES = ("shrewd", "bargainer", "tricky")
ITEMS = {
    RECOGNISE: Item(RECOGNISE, "behavior", "shrewd", 0, TYPES),
    REPLY: Item(REPLY, "behavior", "shrewd", 0, ("2", "0", "1")),
    WRITE: Item(WRITE, "behavior", "shrewd", 0),
}


def at(kind: str, **more: object) -> Drill:
    """A drill that stands at an item of a kind."""
    return Drill((replace(ITEMS[kind], **more), ITEMS[WRITE]))  # type: ignore[arg-type]


# --- the machine ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "option", "outcome"),
    [
        (RECOGNISE, "shrewd", "good"),
        (RECOGNISE, "tricky", "again"),
        (RECOGNISE, UNKNOWN, "again"),
        (REPLY, "0", "good"),
        (REPLY, "2", "again"),
    ],
)
def test_what_is_chosen_is_right_or_comes_again(kind: str, option: str, outcome: str) -> None:
    after = machine.chosen(at(kind), option)

    assert after is not None
    assert after.item is not None
    assert (after.item.chosen, after.item.outcome, after.answered, after.at) == (option, outcome, 1, 0)


def test_right_after_a_hint_was_hard() -> None:
    hinted = machine.hinted(at(RECOGNISE))
    assert hinted is not None
    after = machine.chosen(hinted, "shrewd")

    assert after is not None
    assert after.item is not None
    assert after.item.outcome == "hard"
    assert machine.hinted(hinted) is None


@pytest.mark.parametrize(
    ("met", "outcome"), [("abcd", "good"), ("abc", "hard"), ("ab", "hard"), ("a", "again"), ("", "again")]
)
def test_a_reply_is_good_with_every_check_and_hard_with_half_of_them(met: str, outcome: str) -> None:
    after = machine.written(at(WRITE), tuple(met), 4)

    assert after is not None
    assert after.item is not None
    assert (after.item.outcome, after.item.met) == (outcome, tuple(met))


def test_a_reply_that_is_not_written_is_no_answer() -> None:
    after = machine.skipped(at(WRITE))

    assert after is not None
    assert after.item is not None
    assert (after.item.outcome, after.answered) == ("skipped", 0)


@pytest.mark.parametrize("kind", [RECOGNISE, REPLY, WRITE])
def test_an_item_is_answered_once(kind: str) -> None:
    done = at(kind, outcome="good")

    assert machine.chosen(done, ITEMS[kind].right) is None
    assert machine.written(done, (), 4) is None
    assert machine.skipped(done) is None
    assert machine.hinted(done) is None


def test_what_does_not_fit_is_refused() -> None:
    assert machine.chosen(at(RECOGNISE), "silent") is None
    assert machine.chosen(at(WRITE), UNKNOWN) is None
    assert machine.written(at(RECOGNISE), (), 4) is None
    assert machine.skipped(at(REPLY)) is None
    assert machine.following(at(RECOGNISE)) is None


def test_past_the_last_item_nothing_is_left_to_do() -> None:
    over = machine.following(Drill((replace(ITEMS[REPLY], outcome="good"),)))

    assert over is not None
    assert over.item is None
    assert machine.following(over) is machine.chosen(over, "0") is machine.hinted(over) is machine.skipped(over) is None


EVENTS = st.lists(
    st.sampled_from(["shrewd", "tricky", "0", "1", UNKNOWN, "hint", "skip", "next", "write"]), max_size=30
)


@given(events=EVENTS)
def test_any_walk_keeps_the_rules_and_survives_being_kept(events: list[str]) -> None:
    drill = Drill(tuple(ITEMS[kind] for kind in SLOTS))
    for event in events:
        steps = {
            "hint": machine.hinted,
            "skip": machine.skipped,
            "next": machine.following,
            "write": lambda now: machine.written(now, ("a",), 2),
        }
        after = steps.get(event, lambda now, event=event: machine.chosen(now, event))(drill)
        if after is None:
            continue
        assert after.at - drill.at == (event == "next")
        assert after.answered >= drill.answered
        assert all(item.done for item in after.items[: after.at])
        drill = machine.restore(machine.dump(after))
        assert drill == after


# --- what goes into a drill -------------------------------------------------------------------------------------------


def known(due: int, reviewed: int = -3) -> Known:
    """Due and reviewed so many days from now."""
    memory = Memory(1.0, 5.0, NOW + timedelta(days=reviewed), NOW + timedelta(days=due))
    return Known(memory, 1, NOW - timedelta(days=9))


def wish(*wanted: Place, **more: object) -> Wish:
    """A wish for these types."""
    kept: dict[str, object] = {"wanted": wanted, "others": ALL, "until": UNTIL, "week": NOW, "new": NEW_A_DAY}
    return Wish(**(kept | more))  # type: ignore[arg-type]


def of(kind: str, keys: list[Key]) -> list[str]:
    return [key.type for key in keys if key.kind == kind]


def test_types_of_the_next_customers_come_first_for_a_beginner() -> None:
    keys = machine.choose(wish(ALL[7], ALL[3]), {})

    assert [key.kind for key in keys] == list(SLOTS)
    assert of(RECOGNISE, keys)[:2] == ["t7", "t3"]
    assert of(REPLY, keys) == ["t7", "t3"]
    assert of(WRITE, keys) == ["t7"]


def test_what_is_due_comes_before_what_is_new_the_longest_due_first() -> None:
    kept = {Key(RECOGNISE, *ALL[5]): known(-1), Key(RECOGNISE, *ALL[6]): known(-4), Key(RECOGNISE, *ALL[8]): known(3)}

    assert of(RECOGNISE, machine.choose(wish(ALL[7]), kept)) == ["t6", "t5", "t7"]


def test_it_is_due_on_the_local_day_whatever_the_hour() -> None:
    later = Memory(1.0, 5.0, NOW, UNTIL - timedelta(minutes=1))
    kept = {Key(WRITE, *ALL[5]): Known(later, 1, NOW), Key(WRITE, *ALL[6]): known(1)}

    assert of(WRITE, machine.choose(wish(), kept)) == ["t5"]


def test_the_theme_goes_first_until_it_was_practised_this_week() -> None:
    due = {Key(RECOGNISE, *ALL[5]): known(-9)}
    monday = NOW - timedelta(days=1)
    fresh = machine.choose(wish(ALL[7], theme=ALL[2], week=monday), due)
    done = machine.choose(wish(ALL[7], theme=ALL[2], week=monday), due | {Key(RECOGNISE, *ALL[2]): known(2, 0)})

    assert [of(kind, fresh)[0] for kind in (RECOGNISE, REPLY, WRITE)] == ["t2", "t2", "t2"]
    assert of(RECOGNISE, done)[0] == "t5"


def test_without_new_ones_left_what_comes_soonest_is_practised_ahead() -> None:
    kept = {Key(kind, *place): known(2 + at) for kind in (RECOGNISE, REPLY, WRITE) for at, place in enumerate(ALL[:3])}
    keys = machine.choose(wish(ALL[9], new=0), kept)

    assert of(RECOGNISE, keys) == ["t0", "t1", "t2"]
    assert of(REPLY, keys) == ["t0", "t1"]


def test_a_type_with_one_exchange_is_not_answered_twice() -> None:
    keys = machine.choose(wish(ALL[7], single={ALL[7]}), {})

    assert of(REPLY, keys)[0] == "t7"
    assert of(WRITE, keys) != ["t7"]


PLACES = st.sampled_from(ALL)
KEYS = st.builds(lambda kind, place: Key(kind, *place), st.sampled_from([RECOGNISE, REPLY, WRITE]), PLACES)


@given(
    kept=st.dictionaries(KEYS, st.integers(min_value=-30, max_value=30)),
    wanted=st.lists(PLACES, max_size=6),
    theme=st.none() | PLACES,
    new=st.integers(min_value=-2, max_value=6),
)
def test_every_drill_is_whole_without_repeats_and_meets_no_more_new_ones_than_there_is_room_for(
    kept: dict[Key, int], wanted: list[Place], theme: Place | None, new: int
) -> None:
    memories = {key: known(days) for key, days in kept.items()}
    keys = machine.choose(wish(*wanted, theme=theme, new=new), memories)
    fresh = [key for key in keys if key not in memories and key.place != theme]
    short = sum(max(0, SLOTS.count(kind) - sum(key.kind == kind for key in memories)) for kind in set(SLOTS))

    assert [key.kind for key in keys] == list(SLOTS)
    assert len(set(keys)) == len(keys)
    assert len(fresh) <= max(new, 0) + short
    assert keys == machine.choose(wish(*wanted, theme=theme, new=new), memories)


def test_episodes_take_turns_and_colleagues_begin_elsewhere() -> None:
    key = Key(RECOGNISE, *ALL[0])
    mine = [machine.number(key, seen, 8, person=1) for seen in range(8)]

    assert sorted(mine) == list(range(8))
    assert len({machine.number(key, 0, 8, person) for person in range(30)}) > 3


def test_a_reply_is_written_to_another_exchange_than_the_one_chosen_from() -> None:
    reply, write = Key(REPLY, *ALL[0]), Key(WRITE, *ALL[0])

    assert machine.number(reply, 4, 2, person=1) != machine.number(write, 4, 2, person=1)


@given(options=st.lists(st.text(max_size=5), unique=True, max_size=6), seed=st.text(max_size=8))
def test_shuffling_loses_nothing_and_is_the_same_after_a_restart(options: list[str], seed: str) -> None:
    assert sorted(machine.shuffled(options, seed)) == sorted(options)
    assert machine.shuffled(options, seed) == machine.shuffled(list(reversed(options)), seed)


# --- days in a row ----------------------------------------------------------------------------------------------------

MONDAY = date(2026, 11, 23)


def back(*days: int) -> set[date]:
    return {MONDAY - timedelta(days=days) for days in days}


@pytest.mark.parametrize(
    ("days", "run"),
    [
        (back(), 0),
        (back(0), 1),
        (back(0, 3), 2),  # the weekend between does not count against it
        (back(0, 1, 3, 4), 4),  # and practising on it counts
        (back(3, 4), 2),  # not yet today
        (back(0, 4), 1),  # Friday was missed
    ],
)
def test_days_off_do_not_interrupt_a_run(days: set[date], run: int) -> None:
    assert machine.streak(days, MONDAY) == run


def test_a_day_off_by_the_configuration_does_not_interrupt_either() -> None:
    assert machine.streak(back(0, 4), MONDAY, {MONDAY - timedelta(days=3): False}) == 2


@given(
    days=st.sets(st.dates(date(2026, 9, 1), date(2026, 12, 31)), max_size=60),
    today=st.dates(date(2026, 9, 1), date(2026, 12, 31)),
)
def test_a_run_counts_days_that_were_practised_and_no_working_day_between_was_missed(
    days: set[date], today: date
) -> None:
    run = machine.streak(days, today)
    past = sorted((day for day in days if day <= today), reverse=True)[:run]

    assert len(past) == run
    if past:
        gone = [past[-1] + timedelta(days=ahead) for ahead in range((today - past[-1]).days)]
        assert [day for day in gone if day not in days and is_working(day)] == []
