from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from sqlalchemy.exc import IntegrityError
from sqlmodel import col, select, update

from bot.service import open_database
from store import deliveries, marks
from store.tables import Delivery


def _plan(session, person, on, due_at, kind="morning"):
    return deliveries.plan(session, person_id=person.id, kind=kind, on=on, due_at=due_at)


def _only(session):
    return session.exec(select(Delivery), execution_options={"populate_existing": True}).one()


def test_a_message_is_planned_once_a_day_and_kind(session, me, other, now, today):
    first = _plan(session, me, today, now)
    again = _plan(session, me, today, now + timedelta(hours=1))

    assert (first, again) == (True, False)
    assert _plan(session, me, today, now, "check")
    assert _plan(session, me, today + timedelta(days=1), now)
    assert _plan(session, other, today, now)


def test_the_message_of_a_group_with_the_longest_id_is_planned_once_whoever_claimed_the_group(
    session, me, other, now, today
):
    longest = f"group:{-(2**52) + 1}"  # an id has at most 52 bits (core.telegram.org/bots/api#chat)

    assert _plan(session, me, today, now, longest)
    assert not _plan(session, other, today, now, longest)
    assert _only(session).kind == longest


def test_planning_again_leaves_what_is_done_alone(session, me, now, today):
    _plan(session, me, today, now)
    [row] = deliveries.claim(session, by="a", now=now, limit=9)
    deliveries.finish(session, row.id, "sent", now, message_id=2**40)
    _plan(session, me, today, now)

    assert (_only(session).state, _only(session).message_id) == ("sent", 2**40)
    assert list(deliveries.claim(session, by="a", now=now, limit=9)) == []


def test_the_database_itself_refuses_a_second_row_of_a_day(session, me, now, today):
    for _ in range(2):
        session.add(Delivery(person_id=me.id, kind="morning", on=today, due_at=now))

    with pytest.raises(IntegrityError):
        session.flush()


def test_a_claim_takes_what_is_due_and_says_who_took_it(session, me, other, now, today):
    _plan(session, me, today, now)
    _plan(session, other, today, now + timedelta(seconds=1))

    [row] = deliveries.claim(session, by="host:1", now=now, limit=9)

    kept = (row.person_id, row.state, row.claimed_by, row.claimed_at, row.attempts)
    assert kept == (me.id, "claimed", "host:1", now, 1)


def test_a_claim_takes_no_more_than_asked_the_longest_due_first(session, me, now, today):
    for away in range(3):
        _plan(session, me, today - timedelta(days=away), now - timedelta(days=away))

    [row] = deliveries.claim(session, by="a", now=now, limit=1)

    assert row.on == today - timedelta(days=2)


def test_what_is_claimed_is_not_claimed_again(session, me, now, today):
    _plan(session, me, today, now)
    deliveries.claim(session, by="a", now=now, limit=9)

    assert list(deliveries.claim(session, by="b", now=now, limit=9)) == []


@pytest.mark.parametrize("state", ["sent", "uncertain", "failed", "moot"])
def test_a_claim_is_finished_once(session, me, now, today, state):
    _plan(session, me, today, now)
    [row] = deliveries.claim(session, by="a", now=now, limit=9)
    deliveries.finish(session, row.id, state, now, problem="x" * 300)
    deliveries.finish(session, row.id, "sent", now + timedelta(hours=1), message_id=5)
    deliveries.again(session, row.id, now, "")
    deliveries.unclaim(session, [row.id])

    done = _only(session)
    assert (done.state, done.finished_at, done.message_id, done.problem) == (state, now, None, "x" * 200)
    assert deliveries.state_of(session, me.id, "morning", today) == state


def test_what_certainly_did_not_arrive_is_tried_again_at_its_time(session, me, now, today):
    _plan(session, me, today, now)
    [row] = deliveries.claim(session, by="a", now=now, limit=9)
    later = now + timedelta(seconds=30)
    deliveries.again(session, row.id, later, "429")

    assert list(deliveries.claim(session, by="a", now=now, limit=9)) == []
    [row] = deliveries.claim(session, by="b", now=later, limit=9)
    assert (row.attempts, row.problem, row.claimed_by) == (2, "429", "b")


def test_a_claim_that_was_not_begun_does_not_count_as_a_try(session, me, now, today):
    _plan(session, me, today, now)
    [row] = deliveries.claim(session, by="a", now=now, limit=9)
    deliveries.unclaim(session, [row.id])

    assert (_only(session).state, _only(session).claimed_by, _only(session).attempts) == ("planned", "", 0)


def test_nothing_is_claimed_before_the_end_of_a_pause(session, me, now, today):
    _plan(session, me, today, now)
    marks.put(session, marks.PAUSE, now + timedelta(minutes=1))

    assert list(deliveries.claim(session, by="a", now=now, limit=9)) == []
    assert len(deliveries.claim(session, by="a", now=now + timedelta(minutes=1), limit=9)) == 1


def test_a_shorter_pause_does_not_end_a_longer_one(session, now):
    for minutes in (5, 1):
        marks.put(session, marks.PAUSE, now + timedelta(minutes=minutes), later=True)

    assert marks.get(session, marks.PAUSE) == now + timedelta(minutes=5)


def test_only_the_holder_of_a_claim_can_begin_it_and_once(session, me, now, today):
    _plan(session, me, today, now)
    [row] = deliveries.claim(session, by="a", now=now, limit=9)

    assert [deliveries.begin(session, row.id, by, now) for by in ("b", "a", "a")] == [False, True, False]
    assert _only(session).begun_at == now


def test_a_claim_that_was_given_back_cannot_be_begun(session, me, now, today):
    _plan(session, me, today, now)
    [row] = deliveries.claim(session, by="a", now=now, limit=9)
    put_back = deliveries.abandoned(session, now + timedelta(seconds=1))

    assert put_back == 1
    assert not deliveries.begin(session, row.id, "a", now)
    assert (_only(session).state, _only(session).attempts) == ("planned", 0)


def test_what_was_begun_and_not_finished_in_time_becomes_uncertain_and_the_rest_is_planned_again(
    session, me, other, join, now, today
):
    third = join(session, 13, "小石")
    for person in (me, other, third):
        _plan(session, person, today, now)
    rows = {row.person_id: row for row in deliveries.claim(session, by="dead", now=now, limit=9)}
    deliveries.begin(session, rows[me.id].id, "dead", now)
    deliveries.begin(session, rows[third.id].id, "dead", now + timedelta(seconds=1))
    later = now + timedelta(minutes=5)
    deliveries.abandoned(session, later)

    turned = deliveries.doubtful(session, begun_before=now + timedelta(seconds=1), now=later)

    assert [(row.person_id, row.state, row.cause, row.finished_at) for row in turned] == [
        (me.id, "uncertain", "died", later)
    ]
    assert deliveries.state_of(session, other.id, "morning", today) == "planned"
    assert deliveries.state_of(session, third.id, "morning", today) == "claimed"
    assert list(deliveries.doubtful(session, begun_before=now + timedelta(seconds=1), now=later)) == []


def test_what_its_own_process_still_has_on_the_wire_is_not_doubted(session, me, now, today):
    _plan(session, me, today, now)
    [row] = deliveries.claim(session, by="a", now=now, limit=9)
    deliveries.begin(session, row.id, "a", now)
    later = now + timedelta(hours=1)

    assert list(deliveries.doubtful(session, begun_before=later, now=later, but=[row.id])) == []


def test_an_urgent_claim_takes_only_what_is_about_the_service(session, me, now, today):
    for kind in ("morning", "alarm:1", "gone:2", "over:1"):
        _plan(session, me, today, now, kind)

    taken = deliveries.claim(session, by="a", now=now, limit=9, urgent=True)

    assert sorted(row.kind for row in taken) == ["alarm:1", "over:1"]


def test_a_message_that_was_never_planned_has_no_state(session, me, today):
    assert deliveries.state_of(session, me.id, "morning", today) is None


def test_people_whose_morning_has_come_are_looked_at_the_longest_waiting_first(session, join, now):
    waits = {"早": -2, "晚": -1, "未到": 1, "离开": -3, "拉黑": -3, "没有": None}
    for number, (name, hours) in enumerate(waits.items()):
        row = join(session, 20 + number, name)
        row.next_push_at = None if hours is None else now + timedelta(hours=hours)
        row.active, row.unreachable = name != "离开", name == "拉黑"
    session.flush()

    assert [row.name for row in deliveries.people_to_plan(session, now, 9)] == ["早", "晚"]
    assert [row.name for row in deliveries.people_to_plan(session, now, 1)] == ["早"]


def test_trouble_is_counted_by_its_cause_and_what_had_become_needless_is_none(session, me, now, today):
    ends = [
        ("sent", ""),
        ("uncertain", "died"),
        ("failed", "late"),
        ("failed", "late"),
        ("moot", "done"),
        ("failed", ""),
    ]
    for away in range(len(ends)):
        _plan(session, me, today - timedelta(days=away), now)
    for row in deliveries.claim(session, by="a", now=now, limit=9):
        state, cause = ends[(today - row.on).days]
        deliveries.finish(session, row.id, state, now - timedelta(days=0 if cause else 9), cause=cause)

    found = deliveries.troubled(session, now - timedelta(days=7))

    assert found == {("uncertain", "died"): 1, ("failed", "late"): 2}


def test_the_last_push_is_told_from_its_first_to_its_last_message(session, me, join, now, today):
    before = deliveries.last_push(session)
    for number, minutes in enumerate((-24 * 60, 0, 4, 6)):
        person = join(session, 30 + number, "某")
        _plan(session, person, today, now - timedelta(days=2))
        [row] = deliveries.claim(session, by="a", now=now, limit=1)
        deliveries.finish(session, row.id, "sent", now + timedelta(minutes=minutes))

    assert (before, deliveries.last_push(session)) == (None, (now, now + timedelta(minutes=6), 3))


def test_the_next_push_is_the_earliest_of_those_who_are_reached(session, join, now):
    assert deliveries.next_push(session) is None
    for number, (hours, unreachable) in enumerate(((1, True), (2, False), (2, False), (3, False))):
        row = join(session, 40 + number, "某")
        row.next_push_at, row.unreachable = now + timedelta(hours=hours), unreachable
    session.flush()

    assert deliveries.next_push(session) == (now + timedelta(hours=2), 2)


def test_overdue_is_what_waits_too_long_or_was_tried_too_often(session, me, now, today):
    _plan(session, me, today, now - timedelta(minutes=11))
    _plan(session, me, today - timedelta(days=1), now)
    _plan(session, me, today - timedelta(days=2), now + timedelta(minutes=5))
    session.exec(update(Delivery).where(col(Delivery.due_at) > now).values(attempts=5))

    assert deliveries.overdue(session, now - timedelta(minutes=10), 5) == 2


def test_waiting_are_the_planned_and_the_claimed(session, me, now, today):
    for away in range(3):
        _plan(session, me, today - timedelta(days=away), now)
    deliveries.claim(session, by="a", now=now, limit=1)
    [row] = deliveries.claim(session, by="a", now=now, limit=1)
    deliveries.finish(session, row.id, "sent", now)

    assert deliveries.waiting(session) == 2


def test_two_processes_that_claim_at_once_never_get_the_same_row(db, url, join, now, today):
    def plan_many(session):
        me = join(session, 11, "小林")
        for away in range(60):
            _plan(session, me, today - timedelta(days=away), now)

    db.write_now(plan_many)
    second = open_database(url)
    start = Barrier(4)

    def take(number):
        start.wait()
        got = []
        database = (db, second)[number % 2]
        while rows := database.write_now(deliveries.claim, by=str(number), now=now, limit=3):
            got.extend(row.id for row in rows)
        return got

    with ThreadPoolExecutor(4) as pool:
        taken = [id for got in pool.map(take, range(4)) for id in got]
    second.close()

    assert len(taken) == 60
    assert len(set(taken)) == 60


def test_two_processes_that_plan_at_once_plan_one(db, url, join, now, today):
    me = db.write_now(join, 11, "小林")
    second = open_database(url)
    start = Barrier(2)

    def plan(database):
        start.wait()
        return database.write_now(deliveries.plan, person_id=me.id, kind="morning", on=today, due_at=now)

    with ThreadPoolExecutor(2) as pool:
        made = list(pool.map(plan, [db, second]))
    second.close()

    assert sorted(made) == [False, True]
    assert db.read_now(lambda session: session.exec(select(col(Delivery.state))).all()) == ["planned"]
