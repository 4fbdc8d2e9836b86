from datetime import timedelta

import pytest
from sqlmodel import func, select

from store import complaints, contacts, interviews, people, prospects, reminders, visits
from store.tables import (
    Complaint,
    ComplaintEvent,
    ContactRow,
    Feedback,
    InterviewRow,
    Prospect,
    Reminder,
    Visit,
)


def test_an_owner_gets_the_own_customer(session, me, customer):
    row = customer(session, me)

    assert prospects.mine(session, me.id, row.id) is row


def test_no_function_returns_a_customer_of_another_owner(session, me, other, customer, now, today):
    theirs = customer(session, other, "龙先生", phone_key="13900000000", next_contact_on=today, notes="秘密")
    reminders.promise(session, prospect_id=theirs.id, person_id=other.id, on=today, what="送样", now=now)

    assert prospects.mine(session, me.id, theirs.id) is None
    assert list(prospects.named(session, me.id, "龙先生")) == []
    assert list(prospects.duplicates(session, me.id, "龙先生", "13900000000")) == []
    assert prospects.page(session, me.id, "", 0) == ([], 0)
    assert prospects.page(session, me.id, "秘密", 0) == ([], 0)
    assert prospects.page(session, me.id, "", 0, "archived") == ([], 0)
    assert list(prospects.due(session, me.id, today)) == []
    assert prospects.count(session, me.id) == 0
    assert list(reminders.open_until(session, me.id, today)) == []


def test_a_customer_that_was_handed_over_is_gone_for_the_old_owner(session, me, other, customer, today):
    row = customer(session, me, next_contact_on=today)
    row.owner_id = other.id
    session.flush()

    assert prospects.mine(session, me.id, row.id) is None
    assert [one.id for one in prospects.due(session, other.id, today)] == [row.id]


def test_a_name_finds_active_customers_of_exactly_that_name(session, me, customer):
    rows = [customer(session, me, "龙先生"), customer(session, me, "龙先生")]
    customer(session, me, "龙先生们")
    customer(session, me, "龙先生", status="archived")

    assert [row.id for row in prospects.named(session, me.id, "龙先生")] == [row.id for row in rows]


def test_duplicates_have_the_same_name_or_number_and_may_be_archived(session, me, customer):
    by_name = customer(session, me, "龙先生", status="archived")
    by_number = customer(session, me, "龙总", phone_key="13900000000")
    customer(session, me, "路女士", phone_key="13900000001")

    found = prospects.duplicates(session, me.id, "龙先生", "13900000000")

    assert [row.id for row in found] == [by_name.id, by_number.id]


def test_two_customers_without_a_number_are_no_duplicates(session, me, customer):
    customer(session, me, "甲")

    assert list(prospects.duplicates(session, me.id, "乙", "")) == []


@pytest.mark.parametrize(
    ("field", "text", "words"),
    [
        ("name_key", "龙先生", "龙"),
        ("company", "Aurora 家具", "aurora"),
        ("phone_key", "13900000000", "0000"),
        ("notes", "喜欢原木色", "原木"),
        ("notes", "给了 100% 的定金", "100%"),
        ("notes", "型号 A_1", "A_1"),
        ("notes", r"路径 C:\报价", "C:\\报价"),
        ("notes", "他说 \"行\" 也说 'ok'", '"行"'),
        ("notes", "他说 'ok'", "'ok'"),
        ("company", "O'Neil; DROP TABLE prospect", "o'neil;"),
    ],
)
def test_a_word_is_found_in_every_text(session, me, customer, field, text, words):
    row = customer(session, me, "某人", **{field: text})
    customer(session, me, "别人")

    found, count = prospects.page(session, me.id, words, 0)

    assert ([one.id for one in found], count) == ([row.id], 1)


@pytest.mark.parametrize("wildcard", ["%", "_", "1%0", "A_1", "\\"])
def test_a_wildcard_is_a_letter_like_any_other(session, me, customer, wildcard):
    customer(session, me, "某人", notes="A11 和 100")

    assert prospects.page(session, me.id, wildcard, 0) == ([], 0)


def test_every_word_must_be_there_but_not_in_the_same_text(session, me, customer):
    both = customer(session, me, "龙先生", company="晨光", notes="要大号")
    customer(session, me, "龙太太", company="夕阳", notes="要大号")

    found, count = prospects.page(session, me.id, "晨光 大号", 0)

    assert ([row.id for row in found], count) == ([both.id], 1)


def test_pages_hold_all_customers_once_those_due_first(session, me, customer, today):
    later = [customer(session, me, f"无{at}") for at in range(3)]
    due = [customer(session, me, f"有{at}", next_contact_on=today - timedelta(days=at)) for at in range(prospects.PAGE)]

    first, count = prospects.page(session, me.id, "", 0)
    second, _ = prospects.page(session, me.id, "", 1)
    third, _ = prospects.page(session, me.id, "", 2)

    assert count == prospects.PAGE + 3
    assert [row.id for row in first] == [row.id for row in reversed(due)]
    assert [row.id for row in second] == [row.id for row in later]
    assert third == []


def test_an_archived_customer_is_on_the_archived_page_only(session, me, customer):
    row = customer(session, me, status="archived")

    assert prospects.page(session, me.id, "", 0) == ([], 0)
    assert [one.id for one in prospects.page(session, me.id, "", 0, "archived")[0]] == [row.id]


def test_due_are_active_customers_whose_day_has_come_the_longest_due_first(session, me, customer, today):
    now_due = customer(session, me, "今", next_contact_on=today)
    long_due = customer(session, me, "早", next_contact_on=today - timedelta(days=9))
    customer(session, me, "明", next_contact_on=today + timedelta(days=1))
    customer(session, me, "停", next_contact_on=today, paused=True)
    customer(session, me, "档", next_contact_on=today, status="archived")
    customer(session, me, "无")

    assert [row.id for row in prospects.due(session, me.id, today)] == [long_due.id, now_due.id]


def test_the_count_is_of_active_customers(session, me, customer):
    customer(session, me, "甲")
    customer(session, me, "乙", paused=True)
    customer(session, me, "丙", status="archived")

    assert prospects.count(session, me.id) == 2


def test_a_change_is_dated(session, me, customer, now):
    row = customer(session, me)

    prospects.touch(row, now + timedelta(hours=1))

    assert row.updated_at == now + timedelta(hours=1)


def test_erasing_takes_everything_about_the_customer_and_nothing_else(session, me, customer, now, today):
    gone, kept = customer(session, me, "走"), customer(session, me, "留")
    for row in (gone, kept):
        visits.log(session, Visit(prospect_id=row.id, person_id=me.id, at=now))
        reminders.promise(session, prospect_id=row.id, person_id=me.id, on=today, what="", now=now)
        grief = complaints.add(session, Complaint(prospect_id=row.id, person_id=me.id, opened_at=now, what="送货晚了"))
        complaints.note(session, grief.id, me.id, "opened", "送货晚了", now)
        contacts.add(session, ContactRow(prospect_id=row.id, name="李工", created_at=now, updated_at=now))
        talk = interviews.begin(
            session, person_id=me.id, name=row.name, prospect_id=row.id, state={"system": "behavior"}, now=now
        )
        word = Feedback(
            person_id=me.id, interview_id=talk.id, system="behavior", said="silent", correct="shrewd", at=now
        )
        interviews.correct(session, word)
    session.flush()

    erased = prospects.erase(session, gone.id)

    assert erased
    for table in (Prospect, Visit, Reminder, InterviewRow, Feedback, Complaint, ComplaintEvent, ContactRow):
        assert session.exec(select(func.count()).select_from(table)).one() == 1, table
    assert people.by_id(session, me.id) is me


def test_erasing_what_is_not_there_says_so(session, me, customer):
    row = customer(session, me)

    assert not prospects.erase(session, row.id + 1)
    assert prospects.erase(session, row.id)
    assert not prospects.erase(session, row.id)
