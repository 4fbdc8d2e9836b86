from datetime import timedelta

import pytest

from store import reminders, visits
from store.due import due_today, with_anything_due
from store.tables import Visit
from tests.conftest import planner


@pytest.fixture
def listed(session, me, today, systems):
    def names(day=today, person=me):
        return due_today(session, person, day, planner(systems))

    return names


def _promise(session, person, row, on, now, what="送样册"):
    reminders.promise(session, prospect_id=row.id, person_id=person.id, on=on, what=what, now=now)


def test_promises_come_first_then_grades_then_the_longest_late(session, me, customer, now, today, listed):
    customer(session, me, "乙级", grade="B", next_contact_on=today)
    customer(session, me, "甲级", grade="A", next_contact_on=today)
    customer(session, me, "甲级晚", grade="A", next_contact_on=today - timedelta(days=3))
    _promise(session, me, customer(session, me, "说好的", grade="D"), today, now)

    assert [row.name for row in listed()] == ["说好的", "甲级晚", "甲级", "乙级"]


def test_a_customer_with_a_promise_and_a_due_contact_is_listed_once(session, me, customer, now, today, listed):
    row = customer(session, me, next_contact_on=today)
    _promise(session, me, row, today - timedelta(days=1), now, "送样册")
    _promise(session, me, row, today, now, "")
    reminders.due_contacts(session, me.id, [(row.id, today)], now)

    [one] = listed()

    assert (one.id, one.due) == (row.id, today - timedelta(days=1))
    assert [(promised.on, promised.said) for promised in one.promises] == [
        (today - timedelta(days=1), "送样册"),
        (today, "联系"),
    ]


def test_a_noted_contact_alone_lists_nobody(session, me, customer, now, today, listed):
    row = customer(session, me, next_contact_on=today + timedelta(days=7))
    reminders.due_contacts(session, me.id, [(row.id, today)], now)

    assert listed() == []


def test_a_paused_or_archived_customer_is_not_listed_even_with_a_promise(session, me, customer, now, today, listed):
    for name, fields in {"停": {"paused": True}, "档": {"status": "archived"}}.items():
        _promise(session, me, customer(session, me, name, next_contact_on=today, **fields), today, now)

    assert listed() == []


def test_a_promise_about_a_customer_that_went_to_somebody_else_is_not_listed(
    session, me, other, customer, now, today, listed
):
    row = customer(session, me)
    _promise(session, me, row, today, now)
    row.owner_id = other.id
    session.flush()

    assert listed() == []
    assert listed(person=other) == []


def test_the_list_carries_the_last_note_the_next_step_and_an_opening(session, me, customer, now, today, listed):
    row = customer(session, me, type_id="silent", grade="B", next_step="带色卡", next_contact_on=today)
    row.last_contact_at = now - timedelta(days=1, hours=11)  # before midnight in Shanghai, one UTC day further back
    for away, note in ((9, "旧"), (1, "看了色卡")):
        visits.log(session, Visit(prospect_id=row.id, person_id=me.id, at=now - timedelta(days=away), note=note))

    [one] = listed()

    assert (one.last_note, one.next_step, one.last_contact) == ("看了色卡", "带色卡", today - timedelta(days=2))
    assert one.type_zh
    assert one.opening
    assert "{" not in one.opening


def test_a_customer_without_a_type_or_a_contact_is_greeted_like_a_stranger(session, me, customer, today, listed):
    customer(session, me, next_contact_on=today)

    [one] = listed()

    assert (one.type_zh, one.last_contact, one.last_note) == ("", None, "")
    assert one.opening.startswith("您好，我是我们公司的")
    assert (one.touch.method.id, one.touch.why) == ("call", "first")


def test_a_day_before_it_is_due_nobody_is_listed(session, me, customer, today, listed):
    customer(session, me, next_contact_on=today)

    assert listed(today - timedelta(days=1)) == []
    assert [row.lateness for row in listed()] == ["due"]
    assert [row.lateness for row in listed(today + timedelta(days=90))] == ["late"]


def test_who_has_anything_due_is_found_without_making_the_lists(session, join, customer, now, today, listed):
    late = today - timedelta(days=3)
    cases = {
        "到期": {"next_contact_on": late},
        "说好的": {"next_contact_on": today + timedelta(days=9)},
        "没到": {"next_contact_on": today + timedelta(days=1)},
        "暂停": {"next_contact_on": late, "paused": True},
        "归档": {"next_contact_on": late, "status": "archived"},
        "没有客户": None,
    }
    people_ = {}
    for number, (name, fields) in enumerate(cases.items()):
        person = people_[name] = join(session, 60 + number, name)
        if fields is not None:
            row = customer(session, person, **fields)
            if name != "没到":
                _promise(session, person, row, today if name != "到期" else today + timedelta(days=5), now)

    found = with_anything_due(session, [person.id for person in people_.values()], today)

    assert {name for name, person in people_.items() if person.id in found} == {"到期", "说好的"}
    assert all(bool(listed(person=person)) == (person.id in found) for person in people_.values())
    assert with_anything_due(session, [], today) == set()
