"""Drills, memories, themes of a week and who took part: whose they are, versions, and what a manager can read."""

from datetime import date, timedelta

import pytest
from sqlmodel import select

from knowledge.drill import Key, Place
from knowledge.repetition import reviewed
from store import interviews, people, practice
from store.interviews import Stale
from store.tables import DrillRow, Feedback, Theme

QUIET, SHREWD = Place("behavior", "silent"), Place("behavior", "shrewd")
MONDAY = date(2026, 6, 1)


def _begin(session, person, now, on=MONDAY, **state):
    return practice.begin(session, person_id=person.id, on=on, state={"at": 0, **state}, now=now)


def _done(session, row, now, answered=6):
    return practice.advance(session, row, {"at": 6}, answered=answered, done=True, now=now)


def _theme(session, team_ids, place, person, now, monday=MONDAY):
    practice.set_theme(session, team_ids=team_ids, monday=monday, place=place, person_id=person.id, now=now)


def _below(session, name, parent):
    team = people.team_named(session, name)
    team.parent_id = parent
    session.flush()
    return team.id


# --- drills -----------------------------------------------------------------------------------------------------------


def test_what_is_kept_comes_back(session, me, now):
    row = _begin(session, me, now, items=[["recognise", "behavior", "silent"]])
    session.expire_all()

    kept = practice.mine(session, me.id, row.id)
    assert practice.state(kept) == {"at": 0, "items": [["recognise", "behavior", "silent"]]}
    assert (kept.version, kept.answered, kept.created_at, kept.done_at) == (1, 0, now, None)


def test_nobody_has_the_drill_of_another(session, me, other, now):
    row = _begin(session, me, now)

    assert practice.mine(session, other.id, row.id) is None
    assert practice.unfinished(session, other.id, MONDAY) is None


def test_a_step_raises_the_version(session, me, now):
    later = now + timedelta(minutes=1)
    row = practice.advance(session, _begin(session, me, now), {"at": 1}, answered=1, done=False, now=later)

    assert (row.version, row.answered, row.updated_at, row.done_at) == (2, 1, later, None)


def test_a_step_from_an_old_version_is_refused_and_changes_nothing(session, me, now):
    row = _begin(session, me, now)
    practice.advance(session, row, {"at": 1}, answered=1, done=False, now=now)
    row.version = 1
    session.expunge(row)

    with pytest.raises(Stale):
        practice.advance(session, row, {"at": 5}, answered=5, done=True, now=now)
    assert practice.state(practice.mine(session, me.id, row.id)) == {"at": 1}


def test_the_unfinished_one_is_that_of_the_day(session, me, now):
    row = _begin(session, me, now)

    assert practice.unfinished(session, me.id, MONDAY).id == row.id
    assert practice.unfinished(session, me.id, MONDAY + timedelta(days=1)) is None
    _done(session, row, now)
    assert practice.unfinished(session, me.id, MONDAY) is None


def test_a_new_one_ends_the_old_ones_and_never_takes_their_id(session, me, other, now):
    theirs = _begin(session, other, now).id
    answered = practice.advance(session, _begin(session, me, now), {"at": 1}, answered=1, done=False, now=now).id
    empty = _begin(session, me, now).id
    new = _begin(session, me, now).id
    session.expire_all()

    assert practice.mine(session, me.id, answered).done_at == now
    assert practice.mine(session, me.id, answered).version == 3
    assert practice.mine(session, me.id, empty).done_at == now
    assert new not in (answered, empty)
    assert practice.mine(session, other.id, theirs).done_at is None


def test_days_are_those_with_an_answer(session, me, other, now):
    for person, back, answered in ((me, 0, 1), (me, 0, 6), (me, 2, 6), (me, 3, 0), (me, 40, 6), (other, 1, 6)):
        _done(session, _begin(session, person, now, MONDAY - timedelta(days=back)), now, answered)

    assert practice.days(session, me.id, MONDAY - timedelta(days=30)) == {MONDAY, MONDAY - timedelta(days=2)}
    assert practice.finished_on(session, me.id, MONDAY) == 2
    assert practice.finished_on(session, me.id, MONDAY - timedelta(days=3)) == 0


# --- what is remembered -----------------------------------------------------------------------------------------------


def test_a_review_is_kept_once_per_person_kind_and_type(session, me, other, now):
    key, reply = Key("recognise", *QUIET), Key("reply", *QUIET)
    first = reviewed(None, "good", now)
    second = reviewed(first, "good", first.due)
    practice.remember(session, me.id, key, first)
    practice.remember(session, me.id, key, second)
    practice.remember(session, me.id, reply, first)
    practice.remember(session, other.id, key, first)
    session.expire_all()

    kept = practice.remembered(session, me.id)
    assert set(kept) == {key, reply}
    assert (kept[key].memory, kept[key].seen, kept[key].met) == (second, 2, now)
    assert kept[key].memory.due.utcoffset() == timedelta()


def test_a_memory_goes_on_after_it_was_kept_as_if_it_had_not_been(session, me, now):
    key, memory = Key("write", *QUIET), None
    for outcome in ("good", "hard", "again", "good"):
        memory = reviewed(memory, outcome, memory.due if memory else now)
        practice.remember(session, me.id, key, memory)
        session.expire_all()
        kept = practice.remembered(session, me.id)[key].memory

        assert reviewed(kept, "good", kept.due) == reviewed(memory, "good", memory.due)


# --- what is worth practising -----------------------------------------------------------------------------------------


def test_a_type_is_put_aside_once(session, me, other, now):
    first = practice.put_aside(session, me.id, QUIET, now)
    again = practice.put_aside(session, me.id, QUIET, now)
    elsewhere = practice.put_aside(session, other.id, SHREWD, now)
    practice.put_aside(session, me.id, SHREWD, now)

    assert (first, again, elsewhere) == (True, False, True)
    assert practice.aside(session, me.id) == [SHREWD, QUIET]
    assert practice.aside(session, other.id) == [SHREWD]


def test_types_that_were_mistaken_come_the_last_first(session, me, other, now):
    row = interviews.begin(session, person_id=me.id, name="", prospect_id=None, state={"system": "behavior"}, now=now)
    for person, said, correct in (
        (me, "silent", "shrewd"),
        (me, "silent", "silent"),
        (me, "picky", "silent"),
        (me, "picky", "shrewd"),
        (other, "silent", "tricky"),
    ):
        word = {"person_id": person.id, "interview_id": row.id, "system": "behavior", "at": now}
        interviews.correct(session, Feedback(said=said, correct=correct, **word))
        session.flush()

    assert practice.mistaken(session, me.id) == [SHREWD, QUIET]


# --- teams ------------------------------------------------------------------------------------------------------------


def test_a_theme_is_that_of_the_nearest_team_above(session, me, now):
    top = me.team_id
    middle = _below(session, "城西一组", top)
    bottom = _below(session, "城西一组甲", middle)
    beside = people.team_named(session, "城东组").id
    _theme(session, [top], QUIET, me, now)
    before = [practice.theme(session, id, MONDAY) for id in (top, middle, bottom, beside, None)]
    _theme(session, [middle], SHREWD, me, now)
    after = [practice.theme(session, id, MONDAY) for id in (top, middle, bottom, beside, None)]

    assert before == [QUIET, QUIET, QUIET, None, None]
    assert after == [QUIET, SHREWD, SHREWD, None, None]


def test_a_theme_is_for_its_week_replaced_and_taken_away(session, me, now):
    _theme(session, [me.team_id], QUIET, me, now)
    _theme(session, [me.team_id], SHREWD, me, now)
    next_week = MONDAY + timedelta(days=7)

    assert practice.theme(session, me.team_id, MONDAY) == SHREWD
    assert practice.theme(session, me.team_id, next_week) is None
    assert len(session.exec(select(Theme)).all()) == 1
    _theme(session, [me.team_id], None, me, now)
    assert practice.theme(session, me.team_id, MONDAY) is None


def test_a_loop_among_the_teams_ends(session, me, now):
    one, two = me.team_id, people.team_named(session, "城东组").id
    for id, parent in ((one, two), (two, one)):
        session.get_one(people.Team, id).parent_id = parent
    session.flush()

    assert practice.theme(session, one, MONDAY) is None
    _theme(session, [two], QUIET, me, now)
    assert practice.theme(session, one, MONDAY) == QUIET


def test_the_teams_on_top_are_those_below_no_other(session, me):
    below = _below(session, "城西一组", me.team_id)
    beside = people.team_named(session, "城东组").id

    assert practice.roots(session) == sorted([me.team_id, beside])
    assert below not in practice.roots(session)


def test_taking_part_is_counted_in_days_and_drills_of_active_reps_of_the_teams(session, me, other, join, now):
    boss = join(session, 13, "老何", role="manager")
    left = join(session, 14, "小赵")
    stranger = join(session, 15, "小钱", team="城东组")
    left.active = False
    for person, back, answered in (
        (me, 0, 6), (me, 0, 2), (me, -2, 6), (me, 1, 6), (me, -1, 0), (boss, 0, 6), (left, 0, 6), (stranger, 0, 6),
    ):  # fmt: skip
        _done(session, _begin(session, person, now, MONDAY - timedelta(days=back)), now, answered)

    own = practice.participation(session, {me.team_id}, MONDAY)
    everybody = practice.participation(session, None, MONDAY)
    assert {(row.name, row.days, row.drills) for row in own} == {("小林", 2, 3), ("小梅", 0, 0)}
    assert {row.name for row in everybody} == {"小林", "小梅", "小钱"}
    assert practice.participation(session, set(), MONDAY) == []


def test_what_a_manager_reads_has_no_answer_in_it(session, me, now):
    _done(session, _begin(session, me, now), now)

    row = practice.participation(session, None, MONDAY)[0]
    assert set(row.__slots__) == {"name", "days", "drills"}
    assert session.exec(select(DrillRow)).one().state not in repr(row)
