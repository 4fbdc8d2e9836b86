from collections import Counter
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from knowledge.calendar import is_working
from knowledge.festivals import load_festivals
from knowledge.kinds import load_kinds
from store import facts, occasions, prospects, reminders
from store.due import due_today, matters_today
from store.tables import Reminder
from tests.conftest import planner

ZONE = ZoneInfo("Asia/Shanghai")
BEGIN = date(2026, 6, 1)


def _at(day):
    return datetime.combine(day, time(8, 30), ZONE)


def _open(session, row, kind):
    return [(one.key, one.on.isoformat()) for one in reminders.of(session, row.id, kind)]


@pytest.fixture
def life(session, me, systems):
    """`life(row, days, contact)`: live so many days from `BEGIN`, on working days look at the list and do it.

    What was on the list, as (kind or festival, the day that it is about) with the dates on which it was there.
    """

    def live(row, days, contact=True):
        seen = {}
        for away in range(days):
            today = BEGIN + timedelta(days=away)
            if not is_working(today):
                continue
            now = _at(today)
            reminders.settle(session, me.id, today, now)
            listed = due_today(session, me, today, planner(systems))
            shown = [one for item in listed for one in item.occasions] + list(matters_today(session, me, today))
            for one in shown:
                about = {"festival": one.key, "service": one.key, "own": f"{one.key} {one.day}"}.get(
                    one.kind, str(one.day)
                )
                seen.setdefault((one.kind, about), []).append(today.isoformat())
            if contact:
                reminders.close(session, row.id, "done", today, now)
                for one in matters_today(session, me, today):
                    reminders.finish(session, session.get_one(Reminder, one.id), "done", today, now)
        return seen

    return live


def test_in_a_year_every_kind_comes_up_on_its_day_once(session, me, customer, now, life):
    row = customer(session, me)
    for fact, value in {
        "birthday": "L08-15",
        "renewal_on": "03-10",
        "trial_end": "2026-07-15",
        "sold_on": "2026-06-01",
    }.items():
        occasions.keep(session, row, fact, value, BEGIN, now)
    occasions.quoted(session, row, BEGIN, now)
    for prospect_id, repeat, day in ((row.id, "w5", date(2026, 6, 5)), (None, "m15", date(2026, 6, 15))):
        reminders.place(
            session,
            person_id=me.id,
            prospect_id=prospect_id,
            kind="own",
            key=repeat,
            on=day,
            day=day,
            repeat=repeat,
            what="对账",
            now=now,
        )

    seen = life(row, 365)

    assert {key: days for key, days in seen.items() if key[0] not in {"own", "festival"}} == {
        ("birthday", "2026-09-25"): ["2026-09-18", "2026-09-24"],  # the 25th is Mid-Autumn, a day off
        ("renewal", "2027-03-10"): ["2027-02-04", "2027-03-03", "2027-03-10"],  # 8 February is in the Spring Festival
        ("trial", "2026-07-15"): ["2026-07-08", "2026-07-14"],
        ("quote", "2026-06-01"): ["2026-06-04"],
        ("service", "first"): ["2026-06-08"],
        ("service", "training"): ["2026-06-22"],
        ("service", "follow"): ["2026-07-22"],
    }
    own = {about: days for (kind, about), days in seen.items() if kind == "own"}
    fridays = [f"w5 {BEGIN + timedelta(4 + 7 * week)}" for week in range(51)]
    fifteenths = [f"m15 {date(2026 + month // 12, month % 12 + 1, 15)}" for month in range(5, 17)]
    assert all(len(days) == 1 for days in own.values())
    assert set(own) >= {*fridays, *fifteenths}
    greeted = Counter(about for kind, about in seen if kind == "festival")
    assert greeted == dict.fromkeys([one.id for one in load_festivals().greeted], 1)
    assert all(len(days) == 1 for (kind, _), days in seen.items() if kind == "festival")


def test_where_nobody_does_anything_no_chain_has_two_open_rows_and_nothing_is_listed_twice(
    session, me, customer, now, life
):
    row = customer(session, me)
    occasions.keep(session, row, "birthday", "07-06", BEGIN, now)
    reminders.place(
        session, person_id=me.id, prospect_id=None, kind="own", key="k", on=BEGIN, day=BEGIN, repeat="w1", now=now
    )

    seen = life(row, 120, contact=False)

    assert seen["birthday", "2026-07-06"] == ["2026-06-29", "2026-06-30", "2026-07-06", "2026-07-07"]
    weeks = [days for (kind, _), days in seen.items() if kind == "own"]
    listed = [day for days in weeks for day in days]
    assert len(listed) == len(set(listed)) == sum(is_working(BEGIN + timedelta(away)) for away in range(120))
    assert len(reminders.matters(session, me.id, date.max)) - len(load_festivals().greeted) <= 1
    assert sorted(_open(session, row, "birthday")) == [("0", "2027-07-06"), ("7", "2027-06-29")]


def test_a_day_said_anew_replaces_what_it_brought(session, me, customer, now):
    row = customer(session, me)
    occasions.keep(session, row, "birthday", "07-06", BEGIN, now)
    occasions.keep(session, row, "birthday", "08-07", BEGIN, now)

    assert sorted(_open(session, row, "birthday")) == [("0", "2026-08-07"), ("7", "2026-07-31")]
    assert facts.known(session, row.id)["birthday"][0] == "08-07"


def test_a_day_that_is_forgotten_brings_nothing(session, me, customer, now):
    row = customer(session, me)
    occasions.keep(session, row, "trial_end", "2026-07-15", BEGIN, now)
    occasions.forget(session, row.id, "trial_end", now)

    assert _open(session, row, "trial") == []
    assert "trial_end" not in facts.known(session, row.id)


def test_a_trial_that_is_over_brings_nothing(session, me, customer, now):
    row = customer(session, me)
    occasions.keep(session, row, "trial_end", "2026-05-15", BEGIN, now)

    assert _open(session, row, "trial") == []


def test_a_step_that_was_not_done_does_not_bring_the_next(session, me, customer, now):
    row = customer(session, me)
    occasions.keep(session, row, "sold_on", "2026-06-01", BEGIN, now)
    first = date(2026, 6, 8)
    reminders.put_off(session, row.id, first, first + timedelta(2), now)
    reminders.close(session, row.id, "missed", first, now)

    assert _open(session, row, "service") == [("first", "2026-06-10")]

    reminders.close(session, row.id, "done", date(2026, 6, 10), now)

    assert _open(session, row, "service") == [("training", "2026-06-24")]


def test_the_trade_says_who_serves_even_if_it_is_known_later(session, me, customer, now):
    row = customer(session, me)
    occasions.keep(session, row, "sold_on", "2026-06-01", BEGIN, now)
    occasions.trade(session, row, "factory", BEGIN)

    (first,) = reminders.of(session, row.id, "service")
    assert first.what == load_kinds().stage_words(load_kinds().stages[0], "factory")
    assert "技术服务" in first.what


def test_the_last_quote_counts(session, me, customer, now):
    row = customer(session, me)
    occasions.quoted(session, row, BEGIN, now)
    occasions.quoted(session, row, BEGIN + timedelta(1), now)

    assert _open(session, row, "quote") == [("", "2026-06-05")]


def test_silence_is_counted_from_the_last_contact_and_comes_up_every_fortnight(session, me, customer, now, life):
    row = customer(session, me)
    reminders.quiet(session, row, BEGIN + timedelta(1), now, 14)
    reminders.quiet(session, row, BEGIN + timedelta(28), now, 14)

    seen = life(row, 61)

    assert [days for (kind, _), days in seen.items() if kind == "dormant"] == [
        ["2026-06-29"],
        ["2026-07-13"],
        ["2026-07-27"],
    ]


def test_reminders_follow_the_customer_and_stop_with_pause_and_archive(session, me, other, customer, now, systems):
    row = customer(session, me)
    occasions.keep(session, row, "birthday", "06-01", BEGIN, now)

    def listed(person):
        found = due_today(session, person, BEGIN, planner(systems))
        return [one.kind for item in found for one in item.occasions]

    assert listed(me) == ["birthday"]

    row.paused = True
    session.flush()
    assert listed(me) == []

    row.paused, row.status = False, "archived"
    session.flush()
    assert listed(me) == []

    row.status, row.owner_id = "active", other.id
    reminders.hand_over(session, [row.id], other.id, now)
    session.expire_all()
    assert (listed(me), listed(other)) == ([], ["birthday"])


def test_a_festival_is_one_row_for_a_rep_with_customers_and_none_without(session, me, other, customer, now):
    customer(session, me)
    customer(session, me, "别人")
    day = date(2026, 9, 22)  # three days before Mid-Autumn
    for _ in range(2):
        for person in (me, other):
            reminders.settle(session, person.id, day, _at(day))

    (one,) = reminders.matters(session, me.id, day)
    assert (one.kind, one.key, one.day) == ("festival", "mid_autumn", date(2026, 9, 25))
    assert list(reminders.matters(session, other.id, day)) == []

    reminders.finish(session, one, "done", day, _at(day))
    reminders.settle(session, me.id, day + timedelta(1), _at(day + timedelta(1)))

    assert list(reminders.matters(session, me.id, day + timedelta(1))) == []


def test_the_customers_of_a_festival_are_the_active_ones_the_better_graded_first(session, me, customer):
    for name, fields in {"丙": {}, "乙": {"grade": "B"}, "停": {"paused": True}, "档": {"status": "archived"}}.items():
        customer(session, me, name, **fields)
    customer(session, me, "甲", grade="A", type_id="silent")

    assert list(prospects.greeted(session, me.id)) == [("甲", "silent"), ("乙", ""), ("丙", "")]


def test_a_reminder_is_reached_only_by_whom_it_belongs_to(session, me, other, customer, now):
    row = customer(session, me)
    theirs = reminders.promise(session, prospect_id=row.id, person_id=me.id, on=BEGIN, what="", now=now)
    own = reminders.place(session, person_id=me.id, prospect_id=None, kind="own", on=BEGIN, now=now)

    assert reminders.mine(session, me.id, theirs.id) == (theirs, row)
    assert reminders.mine(session, me.id, own.id) == (own, None)
    assert reminders.mine(session, other.id, own.id) is None

    row.owner_id = other.id
    session.flush()

    assert reminders.mine(session, me.id, theirs.id) is None


def test_two_people_may_be_reminded_of_the_same_and_one_of_two_things_on_a_day(session, me, other, now):
    for person, key in ((me, "a"), (me, "b"), (other, "a"), (me, "a")):
        reminders.place(session, person_id=person.id, prospect_id=None, kind="own", key=key, on=BEGIN, now=now)

    assert [one.key for one in reminders.matters(session, me.id, BEGIN)] == ["a", "b"]
    assert [one.key for one in reminders.matters(session, other.id, BEGIN)] == ["a"]


def test_a_reminder_that_is_moved_onto_another_joins_it(session, me, customer, now):
    row = customer(session, me)
    later = BEGIN + timedelta(1)
    first = reminders.promise(session, prospect_id=row.id, person_id=me.id, on=BEGIN, what="送样", now=now)
    second = reminders.promise(session, prospect_id=row.id, person_id=me.id, on=later, what="谈价", now=now)

    assert reminders.move(session, first, later, now) is second
    assert (first.state, second.state, second.what) == ("moved", "open", "送样；谈价")


def test_birthdays_of_customers_and_their_families_are_told_by_their_day_once_each(session, me, customer):
    row, other, now = customer(session, me, "甲"), customer(session, me, "乙"), _at(BEGIN)
    occasions.keep(session, row, "birthday", "06-20", BEGIN, now)
    occasions.keep_family(session, row, "女儿", "06-03", BEGIN, now)
    occasions.keep_family(session, other, "老婆", "06-10", BEGIN, now)
    occasions.keep_family(session, other, "儿子", "08-10", BEGIN, now)
    june = [(date(2026, 6, 1), date(2026, 6, 30))]

    found = occasions.birthdays(session, [row.id, other.id], june)

    assert found == [
        (row.id, "女儿", date(2026, 6, 3)),
        (other.id, "老婆", date(2026, 6, 10)),
        (row.id, "", date(2026, 6, 20)),
    ]
    assert [one[0] for one in occasions.birthdays(session, [other.id], june)] == [other.id]
    assert occasions.birthdays(session, [], june) == []
    assert occasions.birthdays(session, [row.id], []) == []
