"""Complaints and the people of a customer's firm, on both databases."""

from datetime import timedelta

from store import complaints, contacts, reminders
from store.tables import Complaint, ContactRow


def _complaint(session, customer_row, person, now, **fields):
    row = Complaint(prospect_id=customer_row.id, person_id=person.id, opened_at=now, what="送货晚了", **fields)
    return complaints.add(session, row)


def test_only_the_owner_of_the_customer_gets_a_complaint_or_a_person(session, me, other, customer, now):
    theirs = customer(session, other)
    grief = _complaint(session, theirs, other, now)
    worker = contacts.add(session, ContactRow(prospect_id=theirs.id, name="李工", created_at=now, updated_at=now))

    assert complaints.mine(session, me.id, grief.id) is None
    assert contacts.mine(session, me.id, worker.id) is None
    assert complaints.mine(session, other.id, grief.id) == (grief, theirs)
    assert contacts.mine(session, other.id, worker.id) == (worker, theirs)


def test_open_complaints_come_by_their_day_and_closed_ones_newest_first(session, me, customer, now, today):
    row = customer(session, me)
    later = _complaint(session, row, me, now, due_on=today + timedelta(days=3))
    sooner = _complaint(session, row, me, now, due_on=today)
    old, new = (_complaint(session, row, me, now, closed_at=now + timedelta(days=days)) for days in (1, 2))
    _complaint(session, customer(session, me, "别人"), me, now)

    assert list(complaints.open_of(session, row.id)) == [sooner, later]
    assert list(complaints.closed_of(session, row.id, 9)) == [new, old]
    assert list(complaints.closed_of(session, row.id, 1)) == [new]


def test_a_kind_counts_each_time_it_came_up(session, me, customer, now):
    row = customer(session, me)
    _complaint(session, row, me, now, kind="delivery", times=2, closed_at=now)
    _complaint(session, row, me, now, kind="delivery")
    _complaint(session, row, me, now, kind="quality")

    assert complaints.times(session, row.id, "delivery") == 3
    assert complaints.times(session, row.id, "money") == 0


def test_events_are_told_in_order_the_last_ones_where_there_are_many(session, me, customer, now):
    grief = _complaint(session, customer(session, me), me, now)
    for at in range(5):
        complaints.note(session, grief.id, me.id, "note", str(at), now + timedelta(minutes=at // 2))

    assert [one.text for one in complaints.events(session, grief.id, 3)] == ["2", "3", "4"]


def test_a_matter_stands_beside_what_else_is_promised_and_goes_without_it(session, me, customer, now, today):
    row = customer(session, me)
    reminders.promise(session, prospect_id=row.id, person_id=me.id, on=today, what="送样", now=now)
    complaints.remind(session, row, today, "给抱怨回话", now)
    complaints.remind(session, row, today, "给抱怨回话", now)
    both = [one.what for one in reminders.coming(session, row.id)]
    found = complaints.reminded(session, row.id, "给抱怨回话")
    complaints.forget(session, row.id, ["给抱怨回话"], now)

    assert both == ["给抱怨回话；送样"]
    assert found is not None
    assert found.on == today
    assert [one.what for one in reminders.coming(session, row.id)] == ["送样"]
    assert complaints.reminded(session, row.id, "给抱怨回话") is None


def test_a_reminder_with_nothing_else_to_say_is_dropped(session, me, customer, now, today):
    row = customer(session, me)
    complaints.remind(session, row, today, "给抱怨回话", now)
    complaints.forget(session, row.id, ["给抱怨回话"], now)

    assert list(reminders.open_until(session, me.id, today)) == []


def test_a_closed_reminder_of_that_day_does_not_come_back_with_its_words(session, me, customer, now, today):
    row = customer(session, me)
    reminders.promise(session, prospect_id=row.id, person_id=me.id, on=today, what="送样", now=now)
    reminders.close(session, row.id, "done", today, now)
    complaints.remind(session, row, today, "给抱怨回话", now)

    assert [one.what for one in reminders.coming(session, row.id)] == ["给抱怨回话"]


def test_a_reminder_left_over_from_an_owner_before_belongs_to_the_owner_now(session, me, other, customer, now, today):
    row = customer(session, me)
    reminders.promise(session, prospect_id=row.id, person_id=other.id, on=today, what="送样", now=now)
    reminders.close(session, row.id, "done", today, now)
    complaints.remind(session, row, today, "给抱怨回话", now)

    assert [one.person_id for one in reminders.coming(session, row.id)] == [me.id]


def test_a_deleted_complaint_takes_its_events_along(session, me, customer, now):
    gone, kept = (_complaint(session, customer(session, me), me, now) for _ in range(2))
    for row in (gone, kept):
        complaints.note(session, row.id, me.id, "opened", "", now)
    id = gone.id
    complaints.erase(session, id)

    assert list(complaints.events(session, id, 9)) == []
    assert len(complaints.events(session, kept.id, 9)) == 1


def test_people_come_in_the_order_in_which_they_were_told_of(session, me, customer, now):
    row = customer(session, me)
    for name in ("李工", "王总"):
        contacts.add(session, ContactRow(prospect_id=row.id, name=name, created_at=now, updated_at=now))
    contacts.erase(session, contacts.of(session, row.id)[0].id)

    assert [one.name for one in contacts.of(session, row.id)] == ["王总"]
