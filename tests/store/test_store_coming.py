"""What is due at an hour, on either database: promises of a day, own messages of reminders, what comes next."""

from datetime import date, time, timedelta

from sqlmodel import select

from store import coming, deliveries, people, reminders
from store.tables import Delivery

LATER = timedelta(hours=1)


def _promise(session, person, row, on, now, at=None):
    return reminders.promise(session, prospect_id=row.id, person_id=person.id, on=on, what="送样册", at=at, now=now)


def test_what_was_promised_for_days_is_the_persons_own_of_live_customers(session, me, other, customer, now, today):
    mine, theirs = customer(session, me, "甲"), customer(session, other, "乙")
    paused = customer(session, me, "丙", paused=True)
    for person, row, on in ((me, mine, today), (other, theirs, today), (me, paused, today), (me, theirs, today)):
        _promise(session, person, row, on, now)
    _promise(session, me, mine, today + timedelta(days=1), now)

    assert [row.id for _, row in reminders.promised(session, me.id, today, today)] == [mine.id]
    wanted = [(me.id, today, today), (other.id, today + timedelta(days=1), today + timedelta(days=9))]
    assert reminders.with_promises(session, wanted) == {me.id}
    assert reminders.with_promises(session, []) == set()


def test_a_reminder_with_an_hour_is_told_of_when_its_moment_has_come_and_once(session, me, customer, now, today):
    row = customer(session, me, "甲")
    kept = _promise(session, me, row, today, now, time(15))  # the brief at 14:00 in Shanghai
    moment = now.replace(hour=6)

    assert kept.alert_at == moment
    assert list(reminders.to_tell(session, moment - LATER, 9)) == []
    assert [one.id for one in reminders.to_tell(session, moment, 9)] == [kept.id]
    assert list(reminders.to_tell(session, moment + LATER, 9)) == []


def test_what_is_closed_is_not_told_of(session, me, customer, now, today):
    row = customer(session, me, "甲")
    _promise(session, me, row, today, now, time(15))
    reminders.close(session, row.id, "done", today, now)

    assert list(reminders.to_tell(session, now + timedelta(days=1), 9)) == []


def test_a_message_that_waits_counts_no_try_and_is_claimed_again_then(session, me, now, today):
    deliveries.plan(session, person_id=me.id, kind="gone:1", on=today, due_at=now)
    [row] = deliveries.claim(session, by="a", now=now, limit=9)
    deliveries.hold(session, row.id, now + LATER)

    assert list(deliveries.claim(session, by="a", now=now, limit=9)) == []
    [again] = deliveries.claim(session, by="a", now=now + LATER, limit=9)
    assert again.attempts == 1


def test_what_was_moot_can_be_planned_again_and_what_went_out_cannot(session, me, now, today):
    for kind, state in (("brief:1", "moot"), ("brief:2", "sent")):
        deliveries.plan(session, person_id=me.id, kind=kind, on=today, due_at=now)
        [row] = deliveries.claim(session, by="a", now=now, limit=9)
        deliveries.finish(session, row.id, state, now)
        deliveries.plan_again(session, person_id=me.id, kind=kind, on=today, due_at=now + LATER)
    deliveries.plan_again(session, person_id=me.id, kind="brief:3", on=today, due_at=now + LATER)

    found = session.exec(select(Delivery.kind, Delivery.state).order_by(Delivery.kind)).all()
    assert found == [("brief:1", "planned"), ("brief:2", "sent"), ("brief:3", "planned")]


def test_what_comes_next_and_how_the_last_one_ended(session, me, customer, now, today):
    people.plan(me, now)
    row = customer(session, me, "甲")
    _promise(session, me, row, today, now, time(15))
    deliveries.plan(session, person_id=me.id, kind="morning", on=today, due_at=now)
    [sent] = deliveries.claim(session, by="a", now=now, limit=9)
    deliveries.finish(session, sent.id, "sent", now)

    assert [kind for _, kind in coming.coming(session, me, now)] == ["brief", "evening", "morning"]
    assert coming.last(session, me) == (now, "sent")


def test_the_last_message_is_the_newest_one_of_the_days_work_that_went_out_or_should_have(session, me, now, today):
    assert coming.last(session, me) is None
    told = (("morning", 3, "sent"), ("evening", 2, "uncertain"), ("morning", 1, "moot"), ("gone:1", 0, "sent"))
    for kind, away, state in told:
        at = now - timedelta(days=away)
        deliveries.plan(session, person_id=me.id, kind=kind, on=today - timedelta(days=away), due_at=at)
        [row] = deliveries.claim(session, by="a", now=at, limit=9)
        deliveries.finish(session, row.id, state, at)
    deliveries.plan(session, person_id=me.id, kind="morning", on=today, due_at=now)

    assert coming.last(session, me) == (now - timedelta(days=2), "uncertain")


def test_who_is_away_is_known_by_name_until_the_last_day(session, me, other, today):
    me.away_from, me.away_to = today, today + timedelta(days=2)
    other.away_from, other.away_to = date(2026, 1, 1), date(2026, 1, 2)
    session.flush()

    assert people.away(session, None, today) == [(me.name, today + timedelta(days=2))]
    assert people.away(session, {me.team_id}, today + timedelta(days=2)) == [(me.name, today + timedelta(days=2))]
    assert people.away(session, None, today + timedelta(days=3)) == []
