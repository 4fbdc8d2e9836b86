"""What a day takes, by rows: time, ways to keep in touch, customers without a plan; and a simulation beside the bot."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot import sample
from bot.config import Config
from bot.service import desk_for
from handlers.desk import Turn
from handlers.visits import write
from knowledge.due import pages
from knowledge.methods import Past
from knowledge.plan import cost
from knowledge.simulation import simulate
from store import facts, people, prospects, reminders, visits
from store.due import due_today, lived, next_contact, room_today, touch_of
from store.tables import Visit
from tests.conftest import planner, reading

ZONE = ZoneInfo("Asia/Shanghai")


@pytest.fixture
def plans(systems):
    return planner(systems)


def _visit(session, row, at, method="phone", how="", outcome="reached"):
    visits.log(
        session,
        Visit(prospect_id=row.id, person_id=row.owner_id, at=at, method=method, how=how, outcome=outcome, note="聊过"),
    )


def test_what_waits_begins_on_a_page_of_its_own():
    told = [[(page.start, page.stop) for page in pages(*case)] for case in ((0, 0), (3, 3), (3, 9), (7, 8), (0, 6))]

    assert told == [[(0, 0)], [(0, 3)], [(0, 3), (3, 8), (8, 9)], [(0, 5), (5, 7), (7, 8)], [(0, 5), (5, 6)]]


def test_what_a_day_has_no_time_for_waits_behind_the_plan(session, me, customer, today, plans):
    for at in range(8):
        customer(session, me, f"甲{at}", grade="A", next_contact_on=today)
    customer(session, me, "丁", grade="D", next_contact_on=today - timedelta(days=5))

    rows = due_today(session, me, today, plans)

    assert [row.waits for row in rows] == [False] * 4 + [True] * 5
    assert {row.name for row in rows if not row.waits} == {"甲0", "甲1", "甲2", "丁"}
    assert all(row.latest for row in rows)


def test_only_the_page_that_is_shown_is_looked_up_in_full(session, me, customer, now, today, plans):
    for at in range(7):
        _visit(session, customer(session, me, f"丙{at}", next_contact_on=today), now - timedelta(days=20))

    first, second = due_today(session, me, today, plans), due_today(session, me, today, plans, 1)

    assert [bool(row.last_note and row.touch and row.opening) for row in first] == [True] * 5 + [False] * 2
    assert [bool(row.last_note and row.touch and row.opening) for row in second] == [False] * 5 + [True] * 2
    assert [row.id for row in first] == [row.id for row in second]


def test_a_level_makes_the_rhythm_the_worth_and_the_way(session, me, customer, now, today, plans):
    row = customer(session, me, grade="D", next_contact_on=today - timedelta(days=4))
    before = due_today(session, me, today, plans)[0]
    facts.keep(session, row.id, "account_tie", "agreement", today)

    [after] = due_today(session, me, today, plans)

    assert (before.worth, before.lateness, before.method) == ("D", "due", "wechat")
    assert (after.worth, after.lateness, after.method) == ("A", "due", "visit")
    assert next_contact(session, row, today, today, plans) == today + timedelta(days=14)


def test_time_that_was_spent_this_month_is_counted_by_grade_and_local_day(session, me, customer, today, plans):
    row = customer(session, me, grade="A")
    midnight = datetime(2026, 6, 1, tzinfo=ZONE)
    for away in (timedelta(minutes=-1), timedelta(), timedelta(days=1, minutes=-1)):
        _visit(session, row, midnight + away)
    _visit(session, row, midnight + timedelta(hours=3), outcome="missed")

    month, tomorrow = midnight - timedelta(days=31), midnight + timedelta(days=1)

    assert visits.by_grade(session, me.id, month, midnight, tomorrow) == ({"A": 1}, {"A": 2})
    assert room_today(session, me, today, plans).shares["A"] == pytest.approx(10 / 21 - 2 * cost("A"))


def test_next_contacts_are_spread_over_days_with_room(session, me, customer, today, plans):
    rows = [customer(session, me, f"甲{at}", grade="A") for at in range(5)]
    for row in rows:
        row.next_contact_on = next_contact(session, row, today, today, plans)
        session.flush()
    own = customer(session, me, "自己定", grade="A", every_days=7)

    assert [row.next_contact_on - today for row in rows] == [timedelta(days=away) for away in (7, 7, 8, 8, 9)]
    assert next_contact(session, own, today, today, plans) == today + timedelta(days=7)
    assert next_contact(session, own, today - timedelta(days=90), today, plans, first=today) == today


def test_past_contacts_come_newest_first_with_local_dates(session, me, customer, now, plans):
    row, other = customer(session, me), customer(session, me, "别人")
    late = datetime(2026, 5, 20, 23, 30, tzinfo=ZONE)
    _visit(session, row, late - timedelta(days=1), "visit", "gift")
    _visit(session, row, late, "phone", outcome="missed")
    for at in range(12):
        _visit(session, other, now - timedelta(days=at))

    found = visits.recent(session, [row.id, other.id], ZONE)

    assert found[row.id] == [
        Past(date(2026, 5, 20), "phone", "", reached=False, note="聊过"),
        Past(date(2026, 5, 19), "visit", "gift", reached=True, note="聊过"),
    ]
    assert len(found[other.id]) == 8


def test_the_way_changes_for_somebody_who_does_not_pick_up(session, me, customer, now, today, plans):
    row = customer(session, me, grade="C", next_contact_on=today)
    for at in (1, 3):
        _visit(session, row, now - timedelta(days=at), "phone", outcome="missed")

    touch = touch_of(session, row, today, plans, ZONE)

    assert (touch.way, touch.why) == ("wechat", "deaf")


def test_who_has_no_plan_is_found_and_paused_or_archived_ones_are_not(session, me, other, customer, today):
    bare = customer(session, me, "没排")
    graded = customer(session, me, "没排的甲级", grade="A")
    customer(session, me, "排了", next_contact_on=today)
    customer(session, me, "停了", paused=True)
    customer(session, me, "归档", status="archived")
    customer(session, other, "别人的")

    rows, count = prospects.unplanned(session, me.id, 9)
    assert ([row.id for row in rows], count) == ([graded.id, bare.id], 2)
    assert prospects.unplanned(session, me.id, 0) == ((), 2)
    assert {row.name for row in prospects.kept(session, me.id)} == {"没排", "没排的甲级", "排了"}


def test_planned_work_is_counted_by_day_and_grade(session, me, customer, today):
    late = today + timedelta(days=3)
    rows = [customer(session, me, f"客{at}", grade=grade, next_contact_on=late) for at, grade in enumerate("AAB")]
    customer(session, me, "停", grade="A", next_contact_on=late, paused=True)
    customer(session, me, "远", grade="A", next_contact_on=late + timedelta(days=9))

    assert sorted(prospects.planned(session, me.id, today, late)) == [(late, "A", 2), (late, "B", 1)]
    assert prospects.planned(session, me.id, today, late, but=rows[2].id) == [(late, "A", 2)]


def test_facts_of_several_customers_come_together(session, me, customer, today):
    one, two = customer(session, me, "一"), customer(session, me, "二")
    facts.keep(session, one.id, "orders", 3, today)
    facts.keep(session, one.id, "came_by", "old", today)

    assert facts.of(session, [one.id, two.id], ["orders", "revenue"]) == {one.id: {"orders": (3, today)}}
    assert facts.of(session, [], ["orders"]) == {}


def test_a_simulation_lists_what_the_bot_lists_day_by_day(db, systems):
    """The same two reps, once by values and once by rows and the handlers' own logging of a contact."""
    start = datetime(2026, 11, 23, 1, tzinfo=ZoneInfo("UTC"))
    desk = desk_for(Config(), db, lambda: start, reading(systems))
    db.write_now(sample.fill, start)
    first, last = date(2026, 11, 23), date(2026, 12, 31)

    def live(session, telegram_id):
        caller = people.taking_turn(session, telegram_id)
        person = people.by_telegram(session, telegram_id)
        reminders.settle(session, caller.id, first, start)
        customers, before = lived(session, person, first, desk.planner)
        expected = [
            (day.on, [one.id for one in day.contacts]) for day in simulate(customers, first, last, before=before)
        ]
        seen = []
        for on, _ in expected:
            now = start + (on - first)
            turn = Turn(desk, session, caller, now, "bot", "")
            reminders.settle(session, caller.id, on, now)
            rows = [row for row in due_today(session, person, on, desk.planner) if not row.waits]
            seen.append((on, [row.id for row in rows]))
            for row in rows:
                write(turn, prospects.mine(session, caller.id, row.id), "")
                session.flush()
        return expected, seen

    for telegram_id in (1001, 1002):
        expected, seen = db.write_now(live, telegram_id)
        assert seen == expected
        assert sum(len(ids) for _, ids in seen) > 20
