"""The evening's question, quiet hours, leave, and messages of their own for what has an hour."""

from datetime import date, datetime, time, timedelta

import pytest
from sqlmodel import Session

from scheduler.delivery import Outcome
from scheduler.push import LEASE
from store import coming, people, reminders
from store.tables import Person, Prospect, Reminder

MINUTES = timedelta(minutes=30)
AGAIN = Outcome("again", problem="429", after=30.0, cause="throttled")


@pytest.fixture
def mornings(new_mornings, lite):
    """On SQLite; what differs between the databases is tested with the store."""
    from bot.service import open_database

    db = open_database(lite)
    yield new_mornings(db)
    db.close()


def promise(mornings, person, row, on, *, at=None, what="送样册", said="2026-06-01 07:00"):
    kept = {"prospect_id": row.id, "person_id": person.id, "on": date.fromisoformat(on), "what": what}
    hour = time.fromisoformat(at) if at else None
    return mornings.db.write_now(reminders.promise, **kept, at=hour, now=mornings.at(said))


def promised(mornings, on="2026-06-01", **fields):
    """A rep with one customer to whom something is promised; no rhythm asks for anything."""
    person = mornings.join(1, "2026-06-01 08:30", **fields)
    row = mornings.customer(person, due="2026-12-31")
    return person, row, promise(mornings, person, row, on)


# The evening


async def test_in_the_evening_what_was_promised_for_today_and_is_open_is_asked_about_once(mornings):
    promised(mornings)

    sent = await mornings.live("2026-06-01 08:00", "2026-06-01 23:30", MINUTES)

    assert sent == ["06-01 08:30", "06-01 18:00"]
    assert "说好今天办的，还有 1 位没记" in mornings.sending.arrived(1)[1]
    assert "送样册" in mornings.sending.arrived(1)[1]


async def test_an_evening_with_nothing_open_sends_nothing(mornings):
    mornings.rep(1, "2026-06-01 08:30")  # the rhythm asks for a contact; nothing was promised

    assert await mornings.live("2026-06-01 08:00", "2026-06-01 23:30", MINUTES) == ["06-01 08:30"]


async def test_what_is_logged_before_the_evening_message_goes_out_is_not_asked_about(mornings):
    _, row, _ = promised(mornings)
    await mornings.tick("2026-06-01 08:30")
    mornings.sending.will(1, AGAIN)
    await mornings.tick("2026-06-01 18:00")
    now = mornings.at("2026-06-01 18:00:10")
    mornings.db.write_now(reminders.close, row.id, "done", date(2026, 6, 1), now)
    await mornings.tick("2026-06-01 18:01")

    assert mornings.sending.tries(1) == 2
    assert ("evening", "06-01", "moot") in mornings.rows()


async def test_a_promise_for_a_day_off_is_asked_about_in_the_evening_of_the_next_working_day(mornings):
    promised(mornings, "2026-06-06")  # a Saturday

    sent = await mornings.live("2026-06-05 08:00", "2026-06-09 23:30", MINUTES)

    assert sent == ["06-08 08:30", "06-08 18:00", "06-09 08:30"]  # the evening asks once, the morning goes on


@pytest.mark.parametrize(("evening", "asked"), [("19:30", ["06-01 19:30"]), ("", []), ("21:30", ["06-01 21:30"])])
async def test_the_evening_has_an_hour_of_ones_own_or_none(mornings, evening, asked):
    person, _, _ = promised(mornings, evening_at=evening)
    mornings.change(Person, person.id, next_evening_at=mornings.at("2026-06-01 08:30"))

    assert (await mornings.live("2026-06-01 09:00", "2026-06-01 23:30", MINUTES))[1:] == asked


async def test_an_evening_that_was_missed_is_made_up_for_until_the_quiet_hours_and_not_later(mornings):
    promised(mornings)
    await mornings.tick("2026-06-01 08:30")

    late = await mornings.live("2026-06-01 20:30", "2026-06-01 20:59", MINUTES)
    other = mornings.join(2, "2026-06-01 08:30")
    promise(mornings, other, mornings.customer(other, due="2026-12-31"), "2026-06-01")
    night = await mornings.live("2026-06-01 21:00", "2026-06-02 08:00", MINUTES)

    assert late == ["06-01 20:30"]
    assert night == []


async def test_an_uncertain_evening_message_is_asked_about_and_not_repeated(mornings):
    promised(mornings)
    await mornings.tick("2026-06-01 08:30")
    mornings.sending.will(1, Outcome("uncertain", problem="no answer in time", cause="no_answer"))
    await mornings.tick("2026-06-01 18:00")
    await mornings.push().tick(mornings.at("2026-06-01 18:00") + LEASE)

    assert "傍晚那条提醒可能没有送到" in mornings.sending.arrived(1)[-1]
    assert mornings.rows()[1:] == [("evening", "06-01", "uncertain"), ("checkeve", "06-01", "sent")]


# Quiet hours


async def test_a_morning_that_comes_late_waits_until_quiet_hours_in_the_middle_of_the_day_are_over(mornings):
    mornings.rep(1, "2026-06-01 08:30", quiet_from="12:00", quiet_to="14:00")

    assert await mornings.live("2026-06-01 12:30", "2026-06-01 23:30", MINUTES) == ["06-01 14:00"]


async def test_an_hour_of_ones_own_in_quiet_hours_is_kept_to(mornings):
    mornings.rep(1, "2026-06-01 06:30")

    assert await mornings.live("2026-06-01 05:00", "2026-06-01 23:30", MINUTES) == ["06-01 06:30"]


async def test_a_message_that_is_tried_again_in_quiet_hours_waits_and_counts_no_try(mornings):
    mornings.rep(1, "2026-06-01 11:30", quiet_from="12:00", quiet_to="14:00")
    mornings.sending.will(1, AGAIN)
    await mornings.tick("2026-06-01 11:59:50")

    assert await mornings.live("2026-06-01 12:00:30", "2026-06-01 15:00", MINUTES) == ["06-01 14:00"]
    assert mornings.sending.tries(1) == 2


async def test_what_a_manager_is_told_of_a_rep_waits_for_the_morning(mornings):
    rep = mornings.rep(1, "2026-06-01 22:30")
    boss = mornings.join(5, "2027-06-01 08:30")
    mornings.change(Person, boss.id, role="admin")
    mornings.sending.will(1, Outcome("unreachable", problem="blocked", cause="blocked"))

    sent = await mornings.live("2026-06-01 22:30", "2026-06-02 12:00", MINUTES)

    assert sent == ["06-02 08:00"]
    assert (f"gone:{rep.id}", "06-01", "sent") in mornings.rows()


# Leave


async def test_on_leave_nothing_comes_and_on_return_one_message_says_so(mornings):
    mornings.rep(1, "2026-06-01 08:30", away_from=date(2026, 6, 2), away_to=date(2026, 6, 8))

    sent = await mornings.live("2026-06-01 08:30", "2026-06-10 23:30", MINUTES)

    assert sent == ["06-01 08:30", "06-09 08:30", "06-10 08:30"]
    back, after = mornings.sending.arrived(1)[1:]
    assert "欢迎回来，请假攒下的都在这里" in back
    assert "中断" not in back
    assert "欢迎回来" not in after


async def test_an_outage_beside_a_leave_is_still_told_of(mornings):
    mornings.rep(1, "2026-06-01 08:30", away_from=date(2026, 6, 4), away_to=date(2026, 6, 5))
    await mornings.tick("2026-06-01 08:30")

    await mornings.live("2026-06-09 08:30", "2026-06-09 09:00", MINUTES)

    assert "前 3 个工作日服务中断" in mornings.sending.arrived(1)[1]  # the 2nd, the 3rd and the 8th


async def test_on_the_eve_of_a_leave_what_is_promised_for_its_days_is_shown(mornings):
    promised(mornings, "2026-06-09", away_from=date(2026, 6, 8), away_to=date(2026, 6, 12))

    sent = await mornings.live("2026-06-01 08:30", "2026-06-12 23:30", MINUTES)

    assert sent == ["06-05 18:00"]  # the Friday before
    [text] = mornings.sending.arrived(1)
    assert "请假期间有 <b>1</b> 件说好的事" in text
    assert "送样册" in text


async def test_who_goes_on_leave_before_a_message_goes_out_does_not_get_it(mornings):
    person = mornings.rep(1, "2026-06-01 08:30")
    mornings.sending.will(1, AGAIN)
    await mornings.tick("2026-06-01 08:30")
    mornings.change(Person, person.id, away_from=date(2026, 6, 1), away_to=date(2026, 6, 1))
    await mornings.tick("2026-06-01 08:31")

    assert mornings.sending.tries(1) == 1
    assert mornings.rows() == [("morning", "06-01", "moot")]


# What has an hour


def appointment(mornings, at="15:00", on="2026-06-01", **fields):
    person = mornings.join(1, "2026-06-01 08:30", next_push_at=None, next_evening_at=None, **fields)
    row = mornings.customer(person, due="2026-12-31")
    return person, row, promise(mornings, person, row, on, at=at, what="去他厂里看样")


@pytest.mark.parametrize(("lead", "comes"), [(60, ["06-01 14:00"]), (90, ["06-01 13:30"]), (0, [])])
async def test_before_an_appointment_the_brief_comes_by_itself_once(mornings, lead, comes):
    appointment(mornings, brief_lead=lead)

    assert await mornings.live("2026-06-01 08:00", "2026-06-01 23:00", MINUTES) == comes
    assert all("⏰ <b>15:00</b>　去他厂里看样" in text and "龙先生" in text for text in mornings.sending.arrived(1))


async def test_the_brief_of_an_early_appointment_comes_the_evening_before(mornings):
    appointment(mornings, "07:00", "2026-06-02")

    assert await mornings.live("2026-06-01 20:29", "2026-06-02 12:00", MINUTES) == ["06-01 20:59"]
    assert "⏰ <b>明天 07:00</b>" in mornings.sending.arrived(1)[0]


async def test_a_visit_that_was_logged_has_no_brief(mornings):
    _, row, _ = appointment(mornings)
    now = mornings.at("2026-06-01 10:00")
    mornings.db.write_now(reminders.close, row.id, "done", date(2026, 6, 1), now)

    assert await mornings.live("2026-06-01 12:00", "2026-06-01 23:00", MINUTES) == []
    assert mornings.rows() == []


async def test_a_visit_that_moves_takes_its_brief_along_and_it_comes_once_more_for_the_new_day(mornings):
    _, _, kept = appointment(mornings)
    await mornings.tick("2026-06-01 14:00")
    _move(mornings, kept, "2026-06-03", "2026-06-01 14:10")

    sent = await mornings.live("2026-06-01 14:30", "2026-06-03 23:00", MINUTES)

    assert sent == ["06-03 14:00"]
    assert mornings.rows() == [(f"brief:{kept.id}", "06-01", "sent"), (f"brief:{kept.id}", "06-03", "sent")]


async def test_a_visit_that_moves_while_its_brief_waits_has_it_at_the_new_hour_of_the_same_day(mornings):
    person, row, kept = appointment(mornings)
    mornings.sending.will(1, AGAIN)
    await mornings.tick("2026-06-01 14:00")
    promise(mornings, person, row, "2026-06-01", at="17:00", what="去他厂里看样", said="2026-06-01 14:00:10")

    sent = await mornings.live("2026-06-01 14:01", "2026-06-01 23:00", timedelta(minutes=1))

    assert sent == ["06-01 16:00"]
    assert mornings.rows() == [(f"brief:{kept.id}", "06-01", "sent")]


def _move(mornings, kept, on, at):
    def moved(session: Session) -> None:
        row = session.get_one(Reminder, kept.id)
        reminders.move(session, row, date.fromisoformat(on), mornings.at(at))

    mornings.db.write_now(moved)


async def test_a_brief_that_could_not_be_sent_before_the_appointment_is_not_sent_after_it(mornings):
    _, _, kept = appointment(mornings)

    assert await mornings.live("2026-06-01 15:00", "2026-06-01 18:00", MINUTES) == []
    assert mornings.rows() == [(f"brief:{kept.id}", "06-01", "failed")]


@pytest.mark.parametrize("fields", [{"paused": True}, {"status": "archived"}, {"owner_id": None}])
async def test_there_is_no_brief_of_a_customer_who_is_not_seen_any_more(mornings, fields):
    _, row, kept = appointment(mornings)
    if "owner_id" in fields:
        fields = {"owner_id": mornings.join(2, "2027-06-01 08:30", next_evening_at=None).id}
    mornings.change(Prospect, row.id, **fields)

    assert await mornings.live("2026-06-01 13:00", "2026-06-01 16:00", MINUTES) == []
    assert mornings.rows() == [(f"brief:{kept.id}", "06-01", "moot")]


async def test_an_uncertain_brief_is_offered_and_not_repeated(mornings):
    appointment(mornings)
    mornings.sending.will(1, Outcome("uncertain", problem="no answer in time", cause="no_answer"))
    await mornings.tick("2026-06-01 14:00")
    await mornings.push().tick(mornings.at("2026-06-01 14:00") + LEASE)

    assert "见面前那一页可能没有送到" in mornings.sending.arrived(1)[-1]


async def test_on_leave_no_brief_comes(mornings):
    appointment(mornings, away_from=date(2026, 6, 1), away_to=date(2026, 6, 1))

    assert await mornings.live("2026-06-01 13:00", "2026-06-01 16:00", MINUTES) == []


async def test_an_own_reminder_comes_at_its_hour_in_quiet_hours_too(mornings):
    person = mornings.join(1, "2026-06-01 08:30", next_push_at=None, next_evening_at=None)
    day = date(2026, 6, 1)
    own = {"person_id": person.id, "prospect_id": None, "kind": "own", "on": day, "day": day, "what": "交周报"}
    mornings.db.write_now(reminders.place, **own, at=time(22), now=mornings.at("2026-06-01 09:00"))

    assert await mornings.live("2026-06-01 09:00", "2026-06-02 09:00", MINUTES) == ["06-01 22:00"]
    assert mornings.sending.arrived(1) == ["⏰ <b>22:00</b>　交周报"]


async def test_an_uncertain_own_reminder_is_asked_about_and_not_repeated(mornings):
    person = mornings.join(1, "2026-06-01 08:30", next_push_at=None, next_evening_at=None)
    day = date(2026, 6, 1)
    own = {"person_id": person.id, "prospect_id": None, "kind": "own", "on": day, "day": day, "what": "交周报"}
    kept = mornings.db.write_now(reminders.place, **own, at=time(17), now=mornings.at("2026-06-01 09:00"))
    mornings.sending.will(1, Outcome("uncertain", problem="no answer in time", cause="no_answer"))

    await mornings.live("2026-06-01 16:00", "2026-06-01 20:00", MINUTES)

    assert mornings.rows() == [(f"brief:{kept.id}", "06-01", "uncertain"), (f"recheck:{kept.id}", "06-01", "sent")]
    assert "17:00 那条提醒可能没有送到" in mornings.sending.arrived(1)[-1]
    assert "交周报" in mornings.sending.arrived(1)[-1]


async def test_a_visit_without_an_hour_has_its_brief_below_the_mornings_list(mornings):
    person = mornings.join(1, "2026-06-01 08:30")
    row = mornings.customer(person, due="2026-12-31")
    promise(mornings, person, row, "2026-06-01", what="上门看样")

    await mornings.tick("2026-06-01 08:30")

    assert f"p:prep:{row.id}" in [button.data for line in mornings.sending.tried[-1].card.buttons for button in line]


# What comes next


def test_what_comes_next_is_the_morning_the_evening_with_promises_and_the_next_brief(mornings):
    person, _, _ = promised(mornings)
    row = mornings.customer(person, "甲先生", due="2026-12-31")
    promise(mornings, person, row, "2026-06-01", at="15:00")

    def read(session: Session, at: datetime):
        return [(f"{when.astimezone(at.tzinfo):%m-%d %H:%M}", kind) for when, kind in _coming(session, person, at)]

    assert mornings.db.read_now(read, mornings.at("2026-06-01 07:30")) == [
        ("06-01 08:30", "morning"),
        ("06-01 14:00", "brief"),
        ("06-01 18:00", "evening"),
    ]
    assert mornings.db.read_now(read, mornings.at("2026-06-01 19:00"))[0] == ("06-01 14:00", "brief")


def _coming(session, person, at):
    return coming.coming(session, session.get_one(Person, person.id), at)


def test_other_hours_move_what_is_still_to_come(mornings):
    person, _, kept = appointment(mornings)

    def change(session: Session) -> None:
        row = session.get_one(Person, person.id)
        row.brief_lead, row.tz = 30, "Asia/Tokyo"
        people.plan(row, mornings.at("2026-06-01 09:00"))
        reminders.set_alerts(session, person.id, mornings.at("2026-06-01 09:00"))

    mornings.db.write_now(change)

    assert mornings.db.read_now(lambda session: session.get_one(Reminder, kept.id).alert_at) == mornings.at(
        "2026-06-01 14:30", "Asia/Tokyo"
    )
