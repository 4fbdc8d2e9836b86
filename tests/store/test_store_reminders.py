from datetime import timedelta

import pytest
from sqlalchemy.exc import IntegrityError

from store import reminders
from store.tables import Reminder


def test_a_promise_is_open_on_its_day(session, me, customer, now, today):
    row = customer(session, me)
    kept = reminders.promise(session, prospect_id=row.id, person_id=me.id, on=today, what="送样册", now=now)

    assert list(reminders.open_until(session, me.id, today)) == [(kept, row)]
    assert list(reminders.open_until(session, me.id, today - timedelta(days=1))) == []


def test_the_same_day_said_again_replaces_the_words_and_opens_it_again(session, me, customer, now, today):
    row = customer(session, me)
    first = reminders.promise(session, prospect_id=row.id, person_id=me.id, on=today, what="送样册", now=now)
    reminders.close(session, row.id, "done", today, now)

    second = reminders.promise(session, prospect_id=row.id, person_id=me.id, on=today, what="送报价", now=now)

    assert second.id == first.id
    assert (second.what, second.state, second.closed_at) == ("送报价", "open", None)


def test_a_customer_kind_and_day_is_kept_once(session, me, customer, now, today):
    row = customer(session, me)
    for _ in range(2):
        session.add(Reminder(prospect_id=row.id, person_id=me.id, kind="promise", on=today, created_at=now))

    with pytest.raises(IntegrityError):
        session.flush()


def test_a_due_contact_is_noted_once_and_beside_a_promise(session, me, customer, now, today):
    row = customer(session, me)
    reminders.promise(session, prospect_id=row.id, person_id=me.id, on=today, what="送样册", now=now)
    for _ in range(2):
        reminders.due_contacts(session, me.id, [(row.id, today)], now)

    assert [one.kind for one, _ in reminders.open_until(session, me.id, today)] == ["promise", "contact"]


def test_a_reminder_is_found_by_its_key(session, me, customer, now, today):
    row = customer(session, me)
    kept = reminders.promise(session, prospect_id=row.id, person_id=me.id, on=today, what="", now=now)

    assert reminders.find(session, row.id, "promise", today) is kept
    assert reminders.find(session, row.id, "contact", today) is None
    assert reminders.find(session, row.id, "promise", today + timedelta(days=1)) is None


def test_an_archived_customer_reminds_of_nothing(session, me, customer, now, today):
    row = customer(session, me, status="archived")
    reminders.promise(session, prospect_id=row.id, person_id=me.id, on=today, what="", now=now)

    assert list(reminders.open_until(session, me.id, today)) == []


def test_open_reminders_come_earliest_first(session, me, customer, now, today):
    row = customer(session, me)
    days = [today - timedelta(days=away) for away in (0, 5, 2)]
    for on in days:
        reminders.promise(session, prospect_id=row.id, person_id=me.id, on=on, what="", now=now)

    assert [one.on for one, _ in reminders.open_until(session, me.id, today)] == sorted(days)


def test_what_is_coming_are_open_promises_only(session, me, customer, now, today):
    row, another = customer(session, me), customer(session, me, "别人")
    tomorrow = today + timedelta(days=1)
    reminders.promise(session, prospect_id=row.id, person_id=me.id, on=tomorrow, what="明", now=now)
    reminders.promise(session, prospect_id=row.id, person_id=me.id, on=today, what="今", now=now)
    reminders.promise(session, prospect_id=another.id, person_id=me.id, on=today, what="别", now=now)
    reminders.due_contacts(session, me.id, [(row.id, tomorrow)], now)

    assert [one.what for one in reminders.coming(session, row.id)] == ["今", "明"]

    reminders.close(session, row.id, "done", today, now)

    assert [one.what for one in reminders.coming(session, row.id)] == ["明"]


def test_closing_takes_what_is_due_of_that_customer_and_counts_it(session, me, customer, now, today):
    row, another = customer(session, me), customer(session, me, "别人")
    tomorrow = today + timedelta(days=1)
    for prospect, on in ((row, today), (row, tomorrow), (another, today)):
        reminders.promise(session, prospect_id=prospect.id, person_id=me.id, on=on, what="", now=now)
    reminders.due_contacts(session, me.id, [(row.id, today)], now)

    closed = reminders.close(session, row.id, "done", today, now)

    assert (closed, reminders.close(session, row.id, "done", today, now)) == (2, 0)
    still = [(prospect.id, one.on) for one, prospect in reminders.open_until(session, me.id, tomorrow)]
    assert still == [(another.id, today), (row.id, tomorrow)]
    done = reminders.find(session, row.id, "promise", today)
    session.refresh(done)
    assert (done.state, done.closed_at) == ("done", now)


def test_open_reminders_follow_the_customer_and_closed_ones_stay(session, me, other, customer, now, today):
    row = customer(session, me)
    before = today - timedelta(days=1)
    reminders.promise(session, prospect_id=row.id, person_id=me.id, on=before, what="旧", now=now)
    reminders.close(session, row.id, "done", before, now)
    reminders.promise(session, prospect_id=row.id, person_id=me.id, on=today, what="新", now=now)

    reminders.hand_over(session, [row.id], other.id, now)

    session.expire_all()
    assert [one.what for one, _ in reminders.open_until(session, other.id, today)] == ["新"]
    assert list(reminders.open_until(session, me.id, today)) == []
    assert reminders.find(session, row.id, "promise", before).person_id == me.id
