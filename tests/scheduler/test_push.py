import asyncio
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlmodel import Session, select

from bot.service import open_database
from knowledge.cadence import load_cadence
from knowledge.plan import window
from scheduler.delivery import Outcome
from scheduler.fakes import ScriptedSending
from scheduler.push import CLAIM, LEASE, SLICE
from store import deliveries, people, receipts, reminders, visits
from store.tables import Delivery, Person, Prospect, Visit

HOUR = timedelta(hours=1)
AGAIN = Outcome("again", problem="429", after=30.0, cause="throttled")
UNCERTAIN = Outcome("uncertain", problem="no answer in time", cause="no_answer")


# One message for each rep and local morning


async def test_a_rep_gets_one_message_in_the_morning(mornings):
    mornings.rep(1, "2026-06-01 08:30")

    early = await mornings.tick("2026-06-01 08:29")
    sent = await mornings.tick("2026-06-01 08:30")

    assert (early, sent) == (0, 1)
    [text] = mornings.sending.arrived(1)
    assert "龙先生" in text
    assert mornings.rows() == [("morning", "06-01", "sent")]
    assert mornings.person(1).pushed_at == mornings.at("2026-06-01 08:30")


async def test_ticking_again_sends_nothing_more_that_day(mornings):
    mornings.rep(1, "2026-06-01 08:30")

    assert await mornings.live("2026-06-01 08:00", "2026-06-01 23:30", timedelta(minutes=30)) == ["06-01 08:30"]


async def test_each_rep_gets_the_own_list_at_the_own_time(mornings):
    early, late = mornings.join(1, "2026-06-01 07:00"), mornings.join(2, "2026-06-01 09:15")
    mornings.customer(early, "甲先生")
    mornings.customer(late, "乙女士")

    sent = await mornings.live("2026-06-01 06:45", "2026-06-01 10:00", timedelta(minutes=15))

    assert sent == ["06-01 07:00", "06-01 09:15"]
    assert "甲先生" in mornings.sending.arrived(1)[0]
    assert "乙女士" not in mornings.sending.arrived(1)[0]
    assert "乙女士" in mornings.sending.arrived(2)[0]


async def test_many_customers_come_in_one_message(mornings):
    person = mornings.rep(1, "2026-06-01 08:30")
    for number in range(19):
        mornings.customer(person, f"客户{number}")

    await mornings.tick("2026-06-01 08:30")

    assert mornings.sending.tries(1) == 1
    assert "今天联系 20 位" in mornings.sending.arrived(1)[0]


async def test_nothing_is_sent_when_nothing_is_due(mornings):
    mornings.customer(mornings.join(1, "2026-06-01 08:30"), due="2026-06-02")

    sent = await mornings.live("2026-06-01 08:30", "2026-06-02 09:30", HOUR)

    assert sent == ["06-02 08:30"]
    assert "中断" not in mornings.sending.arrived(1)[0]


async def test_more_people_than_a_slice_all_get_theirs(mornings):
    for number in range(SLICE + 3):
        mornings.rep(100 + number, "2026-06-01 08:30")

    assert await mornings.tick("2026-06-01 08:30") == SLICE + 3


async def test_two_processes_on_one_database_send_once(mornings, url):
    for number in range(30):
        mornings.rep(100 + number, "2026-06-01 08:30")
    second = open_database(url)
    now = mornings.at("2026-06-01 08:30")

    await asyncio.gather(
        mornings.push("host:1").tick(now),
        mornings.push("host:2", second).tick(now),
        mornings.push("host:2", second).tick(now),
    )
    second.close()

    assert [mornings.sending.tries(100 + number) for number in range(30)] == [1] * 30
    assert {state for _, _, state in mornings.rows()} == {"sent"}


async def test_who_left_gets_nothing(mornings):
    person = mornings.rep(1, "2026-06-01 08:30")
    mornings.change(Person, person.id, active=False)

    assert await mornings.tick("2026-06-01 08:30") == 0
    assert mornings.sending.tried == []


async def test_who_leaves_between_plan_and_send_gets_nothing(mornings):
    person = mornings.rep(1, "2026-06-01 08:30")
    mornings.sending.will(1, AGAIN)
    await mornings.tick("2026-06-01 08:30")
    mornings.change(Person, person.id, active=False)
    await mornings.tick("2026-06-01 08:35")

    assert mornings.sending.tries(1) == 1
    assert mornings.rows() == [("morning", "06-01", "moot")]


# Working days


async def test_holidays_and_weekends_are_skipped_and_a_working_saturday_is_not(mornings):
    mornings.rep(1, "2026-09-30 08:30")

    sent = await mornings.live("2026-09-30 08:30", "2026-10-13 20:30", timedelta(hours=6))

    assert sent == [f"{day} 08:30" for day in ("09-30", "10-08", "10-09", "10-10", "10-12", "10-13")]
    assert not any("中断" in text for text in mornings.sending.arrived(1))


async def test_an_admin_can_make_a_day_off_or_a_working_day(mornings):
    mornings.days = {date(2026, 6, 2): False, date(2026, 6, 6): True}
    mornings.rep(1, "2026-06-01 08:30")

    sent = await mornings.live("2026-06-01 08:30", "2026-06-08 20:30", timedelta(hours=6))

    assert [text[:5] for text in sent] == ["06-01", "06-03", "06-04", "06-05", "06-06", "06-08"]
    assert not any("中断" in text for text in mornings.sending.arrived(1))


async def test_who_joins_on_a_weekend_hears_on_monday(mornings):
    mornings.rep(1, "2026-06-06 11:00")

    assert await mornings.live("2026-06-06 11:00", "2026-06-08 23:00", HOUR) == ["06-08 11:00"]


# Downtime


async def test_after_three_days_of_downtime_one_message_says_so(mornings):
    mornings.rep(1, "2026-06-01 08:30")
    await mornings.tick("2026-06-01 08:30")

    sent = await mornings.live("2026-06-05 10:00", "2026-06-05 19:00", HOUR)

    assert sent == ["06-05 10:00"]
    assert "前 3 个工作日" in mornings.sending.arrived(1)[1]


async def test_a_bot_that_comes_back_at_night_waits_for_the_morning(mornings):
    mornings.rep(1, "2026-06-01 08:30")

    sent = await mornings.live("2026-06-03 02:00", "2026-06-03 23:00", timedelta(minutes=30))

    assert sent == ["06-03 08:30"]


async def test_late_in_the_evening_nothing_is_sent_and_nothing_is_lost(mornings):
    person = mornings.join(1, "2026-06-01 08:30")
    mornings.customer(person, "甲先生", due="2026-06-01")
    mornings.customer(person, "乙女士", due="2026-06-02")

    sent = await mornings.live("2026-06-01 20:30", "2026-06-02 12:30", timedelta(hours=2))

    assert sent == ["06-02 08:30"]
    [text] = mornings.sending.arrived(1)
    assert "甲先生" in text
    assert "乙女士" in text


async def test_on_friday_evening_it_waits_until_monday(mornings):
    mornings.rep(1, "2026-06-05 08:30")

    assert await mornings.live("2026-06-05 20:30", "2026-06-08 20:30", timedelta(hours=4)) == ["06-08 08:30"]


async def test_at_the_latest_minute_it_is_still_sent(mornings):
    mornings.rep(1, "2026-06-01 08:30")

    assert await mornings.tick("2026-06-01 20:00") == 1


async def test_what_was_planned_in_the_morning_is_not_sent_at_night(mornings):
    mornings.rep(1, "2026-06-01 08:30")
    mornings.sending.will(1, AGAIN)
    await mornings.tick("2026-06-01 08:30")

    assert await mornings.live("2026-06-01 20:30", "2026-06-02 09:00", timedelta(minutes=30)) == ["06-02 08:30"]
    assert mornings.rows() == [("morning", "06-01", "failed"), ("morning", "06-02", "sent")]


async def test_what_was_planned_yesterday_is_not_sent_today(mornings):
    mornings.rep(1, "2026-06-01 08:30")
    mornings.sending.will(1, AGAIN)
    await mornings.tick("2026-06-01 08:30")

    assert await mornings.tick("2026-06-02 10:00") == 1
    assert mornings.sending.tries(1) == 2
    assert mornings.rows() == [("morning", "06-01", "failed"), ("morning", "06-02", "sent")]


async def test_who_asks_for_an_hour_in_the_evening_gets_it(mornings):
    mornings.rep(1, "2026-06-01 21:30")

    assert await mornings.live("2026-06-01 21:30", "2026-06-02 23:30", HOUR) == ["06-01 21:30", "06-02 21:30"]


# How a send ends


@pytest.mark.parametrize("problem", ["429", "connection refused"])
async def test_what_did_not_arrive_is_tried_again_later(mornings, problem):
    mornings.rep(1, "2026-06-01 08:30")
    mornings.sending.will(1, Outcome("again", problem=problem, after=30.0))

    first = await mornings.tick("2026-06-01 08:30")
    too_soon = await mornings.tick("2026-06-01 08:30:29")
    second = await mornings.tick("2026-06-01 08:30:30")

    assert (first, too_soon, second) == (0, 0, 1)
    assert mornings.sending.tries(1) == 2
    assert mornings.rows() == [("morning", "06-01", "sent")]


async def test_an_outage_of_hours_loses_nobody(mornings):
    for number in range(3):
        mornings.rep(100 + number, "2026-06-01 08:30")
        mornings.sending.will(100 + number, *[AGAIN] * 10)

    await mornings.live("2026-06-01 08:30", "2026-06-01 19:55", timedelta(minutes=5))

    assert [len(mornings.sending.arrived(100 + number)) for number in range(3)] == [1, 1, 1]


async def test_the_pause_that_telegram_asks_for_holds_for_everybody(mornings):
    for number in range(5):
        mornings.rep(100 + number, "2026-06-01 08:30")
        mornings.sending.will(100 + number, AGAIN)

    await mornings.tick("2026-06-01 08:30")
    await mornings.tick("2026-06-01 08:30:20")

    assert len(mornings.sending.tried) == 1
    assert {state for _, _, state in mornings.rows()} == {"planned"}


async def test_one_message_that_never_gets_through_does_not_hold_up_the_others(mornings):
    for number in range(5):
        mornings.rep(100 + number, "2026-06-01 08:30")
    mornings.sending.will(100, *[AGAIN] * 1000)

    await mornings.live("2026-06-01 08:30", "2026-06-01 09:30", timedelta(minutes=1))

    assert [len(mornings.sending.arrived(101 + number)) for number in range(4)] == [1, 1, 1, 1]
    assert mornings.sending.tries(100) < 10


async def test_no_pause_asked_for_is_still_a_pause(mornings):
    mornings.rep(1, "2026-06-01 08:30")
    mornings.sending.will(1, Outcome("again"))

    assert await mornings.tick("2026-06-01 08:30") == 0
    assert mornings.sending.tries(1) == 1


async def test_who_blocked_the_bot_is_unreachable_and_left_alone(mornings):
    mornings.rep(1, "2026-06-01 08:30")
    mornings.sending.will(1, Outcome("unreachable", problem="the person has blocked the bot"))

    await mornings.live("2026-06-01 08:30", "2026-06-04 20:30", timedelta(hours=4))

    assert mornings.person(1).unreachable
    assert mornings.sending.tries(1) == 1
    assert mornings.rows() == [("morning", "06-01", "failed")]


async def test_who_comes_back_after_blocking_is_written_to_again(mornings):
    person = mornings.rep(1, "2026-06-01 08:30")
    mornings.sending.will(1, Outcome("unreachable"))
    await mornings.tick("2026-06-01 08:30")
    mornings.change(Person, person.id, unreachable=False)

    assert await mornings.tick("2026-06-02 08:30") == 1


async def test_a_message_that_telegram_refuses_fails_for_that_day_only(mornings):
    mornings.rep(1, "2026-06-01 08:30")
    mornings.sending.will(1, Outcome("failed", problem="message is too long"))

    sent = await mornings.live("2026-06-01 08:30", "2026-06-02 08:30", HOUR)

    assert sent == ["06-02 08:30"]
    assert not mornings.person(1).unreachable


async def test_a_time_out_is_followed_once_by_a_short_question_and_never_by_a_repeat(mornings):
    mornings.rep(1, "2026-06-01 08:30")
    mornings.sending.will(1, UNCERTAIN)

    sent = await mornings.live("2026-06-01 08:30", "2026-06-01 20:00", timedelta(minutes=1))

    assert sent == ["06-01 08:32"]
    assert mornings.sending.tries(1) == 2
    assert "可能没有送到" in mornings.sending.arrived(1)[0]
    assert "龙先生" not in mornings.sending.arrived(1)[0]
    assert mornings.rows() == [("morning", "06-01", "uncertain"), ("check", "06-01", "sent")]


async def test_a_question_that_may_not_have_arrived_is_let_be(mornings):
    mornings.rep(1, "2026-06-01 08:30")
    mornings.sending.will(1, UNCERTAIN, UNCERTAIN)

    await mornings.live("2026-06-01 08:30", "2026-06-01 10:30", timedelta(minutes=2))

    assert mornings.sending.tries(1) == 2
    assert mornings.rows() == [("morning", "06-01", "uncertain"), ("check", "06-01", "uncertain")]


async def test_the_next_morning_after_a_time_out_is_an_ordinary_one(mornings):
    mornings.rep(1, "2026-06-01 08:30")
    mornings.sending.will(1, UNCERTAIN)

    sent = await mornings.live("2026-06-01 08:30", "2026-06-02 12:30", HOUR)

    assert sent == ["06-01 09:30", "06-02 08:30"]
    assert "龙先生" in mornings.sending.arrived(1)[1]


# Processes that die


async def test_what_a_dead_process_had_begun_becomes_uncertain_after_the_lease_and_is_asked_about(mornings):
    now = mornings.at("2026-06-01 08:30")
    _died(mornings, mornings.rep(1, "2026-06-01 08:30"), now, begun=True)

    await mornings.push().tick(now + LEASE)
    during = mornings.rows()
    await mornings.push().tick(now + LEASE + timedelta(seconds=1))
    after = mornings.rows()
    sent = await mornings.live("2026-06-01 08:34", "2026-06-01 19:34", HOUR)

    assert during == [("morning", "06-01", "claimed")]
    assert after == [("morning", "06-01", "uncertain"), ("check", "06-01", "planned")]
    assert sent == ["06-01 09:34"]
    assert mornings.sending.tries(1) == 1
    assert "可能没有送到" in mornings.sending.arrived(1)[0]


async def test_what_a_dead_process_had_claimed_and_not_begun_is_sent_soon_and_once(mornings):
    now = mornings.at("2026-06-01 08:30")
    _died(mornings, mornings.rep(1, "2026-06-01 08:30"), now, begun=False)

    early = await mornings.push().tick(now + CLAIM)
    sent = await mornings.push().tick(now + CLAIM + timedelta(seconds=1))

    assert (early, sent) == (0, 1)
    assert "龙先生" in mornings.sending.arrived(1)[0]
    assert mornings.rows() == [("morning", "06-01", "sent")]


def _died(mornings, person, now, *, begun):
    """A process claimed a message, perhaps began it, and was killed."""
    planned = {"person_id": person.id, "kind": "morning", "on": now.date(), "due_at": now}
    mornings.db.write_now(deliveries.plan, **planned)
    [row] = mornings.db.write_now(deliveries.claim, by="dead", now=now, limit=SLICE)
    if begun:
        assert mornings.db.write_now(deliveries.begin, row.id, "dead", now)


async def test_a_process_that_was_only_slow_does_not_send_what_was_taken_from_it(mornings):
    """It stands at the door for longer than a claim lasts, while another process takes its message over."""
    mornings.rep(1, "2026-06-01 08:30")
    now, taken = mornings.at("2026-06-01 08:30"), []

    def late():
        """The time, by the clock of the slow one: when it looks after the claim, the other has been here."""
        if mornings.rows() == [("morning", "06-01", "claimed")] and not taken:
            taken.append(mornings.db.write_now(deliveries.abandoned, now + timedelta(seconds=1)))
            mornings.db.write_now(deliveries.claim, by="other", now=now, limit=SLICE)
        return now

    sent = await mornings.push("slow").tick(now, late)

    assert (sent, taken) == (0, [1])
    assert mornings.sending.tried == []


async def test_nobody_is_asked_at_night_whether_the_morning_arrived(mornings):
    mornings.rep(1, "2026-06-01 08:30")
    mornings.sending.will(1, UNCERTAIN)
    await mornings.tick("2026-06-01 08:30")

    assert await mornings.live("2026-06-01 20:30", "2026-06-02 08:00", timedelta(minutes=30)) == []
    assert mornings.rows() == [("morning", "06-01", "uncertain"), ("check", "06-01", "failed")]


async def test_a_process_that_breaks_down_while_sending_leaves_the_others_to_be_sent(mornings):
    for number in range(3):
        mornings.rep(100 + number, "2026-06-01 08:30")
        mornings.sending.will(100 + number, *([OSError("broken")] if number == 1 else []))

    with pytest.raises(OSError, match="broken"):
        await mornings.tick("2026-06-01 08:30")
    await mornings.tick("2026-06-01 08:31")
    await mornings.tick("2026-06-01 08:33")

    assert [mornings.sending.tries(100 + number) for number in range(3)] == [1, 1, 1]
    states = sorted(state for kind, _, state in mornings.rows() if kind == "morning")
    assert states == ["sent", "sent", "uncertain"]


async def test_when_several_break_down_at_once_the_first_is_raised_and_each_of_the_others_is_logged(mornings, caplog):
    together = asyncio.Event()
    for number in range(4):
        mornings.rep(100 + number, "2026-06-01 08:30")

    class Breaking(ScriptedSending):
        async def send(self, telegram_id, card):
            if not self.tried:
                await super().send(telegram_id, card)
                await asyncio.sleep(0.2)  # a slow answer: the others go out together
                return Outcome("sent", message_id=1)
            self.tried.append(telegram_id)
            if len(self.tried) == 4:
                together.set()
            await together.wait()
            raise OSError(telegram_id)

    mornings.sending = Breaking()

    with pytest.raises(OSError, match=r"10[0-3]") as raised:
        await mornings.tick("2026-06-01 08:30")

    logged = [one.exc_info[1] for one in caplog.records if getattr(one, "action", "") == "push_broken_off"]
    assert len({fault.args for fault in (raised.value, *logged)}) == 3
    assert len(logged) == 2


async def test_a_tick_that_is_cancelled_gives_up_what_it_had_not_begun(mornings):
    for number in range(3):
        mornings.rep(100 + number, "2026-06-01 08:30")
        mornings.sending.will(100 + number, asyncio.CancelledError())

    with pytest.raises(asyncio.CancelledError):
        await mornings.tick("2026-06-01 08:30")

    assert sorted(state for _, _, state in mornings.rows()) == ["claimed", "planned", "planned"]


async def test_a_long_morning_does_not_look_like_a_dead_process(mornings):
    for number in range(2 * SLICE):
        mornings.rep(1000 + number, "2026-06-01 08:30")
    now = mornings.at("2026-06-01 08:30")
    settled = []

    def slowly() -> datetime:
        """A second passes at every look at the clock, and another process looks for dead claims."""
        nonlocal now
        now += timedelta(seconds=1)
        settled.extend(mornings.db.write_now(deliveries.doubtful, begun_before=now - LEASE, now=now))
        return now

    await mornings.push().tick(now, slowly)

    assert settled == []
    assert {state for _, _, state in mornings.rows()} == {"sent"}


# Time zones


async def test_the_morning_is_local_in_each_zone(mornings):
    mornings.rep(1, "2026-06-01 08:30")
    mornings.rep(2, "2026-06-01 08:30", tz="America/Los_Angeles")
    mornings.rep(3, "2026-06-01 08:30", tz="Asia/Kolkata")

    sent = await mornings.live("2026-06-01 00:30", "2026-06-02 00:30", timedelta(minutes=30), "UTC")

    assert sent == ["06-01 00:30", "06-01 03:00", "06-01 15:30", "06-02 00:30"]
    assert [len(mornings.sending.arrived(number)) for number in (1, 2, 3)] == [2, 1, 1]


@pytest.mark.parametrize(
    ("friday", "monday", "utc"),
    [
        ("2026-03-06", "2026-03-09", ["03-06 16:30", "03-09 15:30"]),  # the clocks go forward in between
        ("2026-10-30", "2026-11-02", ["10-30 15:30", "11-02 16:30"]),  # and back
    ],
)
async def test_the_morning_stays_at_half_past_eight_when_the_clocks_change(mornings, friday, monday, utc):
    mornings.rep(1, f"{friday} 08:30", tz="America/Los_Angeles")

    sent = await mornings.live(f"{friday} 14:30", f"{monday} 20:30", HOUR, "UTC")

    assert sent == utc


async def test_an_hour_that_the_clocks_skip_comes_an_hour_later_and_once(mornings):
    mornings.days = {date(2026, 3, 8): True}  # a Sunday
    mornings.rep(1, "2026-03-06 02:30", tz="America/Los_Angeles")

    sent = await mornings.live("2026-03-06 02:30", "2026-03-09 02:30", timedelta(minutes=30), "America/Los_Angeles")

    assert sent == ["03-06 02:30", "03-08 03:30", "03-09 02:30"]


async def test_an_hour_that_comes_twice_is_used_once(mornings):
    mornings.days = {date(2026, 11, 1): True}  # a Sunday
    mornings.rep(1, "2026-11-01 01:30", tz="America/Los_Angeles")

    sent = await mornings.live("2026-11-01 00:00", "2026-11-01 12:00", timedelta(minutes=30), "America/Los_Angeles")

    assert sent == ["11-01 01:30"]


async def test_who_travels_gets_no_second_message_for_the_same_date(mornings):
    person = mornings.rep(1, "2026-06-01 08:30")
    await mornings.tick("2026-06-01 08:30")
    west = "America/Los_Angeles"
    mornings.change(Person, person.id, tz=west, next_push_at=mornings.at("2026-06-01 08:30", west))

    assert await mornings.live("2026-06-01 08:30", "2026-06-02 08:30", HOUR, west) == ["06-02 08:30"]


# What is in the list


@pytest.mark.parametrize("fields", [{"paused": True}, {"status": "archived"}])
async def test_a_paused_or_archived_customer_is_not_in_the_list(mornings, fields):
    person = mornings.rep(1, "2026-06-01 08:30")
    row = mornings.customer(person, "停先生", **fields)
    _promise(mornings, person, row, "2026-06-01")

    await mornings.tick("2026-06-01 08:30")

    [text] = mornings.sending.arrived(1)
    assert "今天联系 1 位" in text
    assert "停先生" not in text


@pytest.mark.parametrize("fields", [{"paused": True}, {"status": "archived"}])
async def test_paused_and_archived_customers_alone_send_no_message(mornings, fields):
    person = mornings.join(1, "2026-06-01 08:30")
    _promise(mornings, person, mornings.customer(person, **fields), "2026-06-01")

    assert await mornings.tick("2026-06-01 08:30") == 0
    assert mornings.rows() == []


async def test_a_promise_reaches_its_rep_on_its_day_in_their_words(mornings):
    person = mornings.join(1, "2026-06-01 08:30")
    row = mornings.customer(person, due="2026-12-31")
    _promise(mornings, person, row, "2026-06-02")

    sent = await mornings.live("2026-06-01 08:30", "2026-06-02 08:30", HOUR)

    assert sent == ["06-02 08:30"]
    assert "说好的：送样册" in mornings.sending.arrived(1)[0]


async def test_a_promise_on_a_day_off_is_kept_for_the_next_working_day(mornings):
    person = mornings.join(1, "2026-06-05 08:30")
    _promise(mornings, person, mornings.customer(person, due="2026-12-31"), "2026-06-06")

    assert await mornings.live("2026-06-05 08:30", "2026-06-08 08:30", HOUR) == ["06-08 08:30"]


def _promise(mornings, person, row, on):
    kept = {"prospect_id": row.id, "person_id": person.id, "on": date.fromisoformat(on), "what": "送样册"}
    mornings.db.write_now(reminders.promise, **kept, now=mornings.at("2026-01-05 09:00"))


async def test_a_logged_contact_resets_the_clock(mornings):
    person = mornings.join(1, "2026-06-01 08:30")
    row = mornings.customer(person, grade="A")
    await mornings.tick("2026-06-01 08:30")
    due = _contacted(mornings, person, row, "2026-06-01 15:00")

    sent = await mornings.live("2026-06-02 08:30", f"{due} 20:30", timedelta(hours=4))

    assert due > date(2026, 6, 3)
    assert sent == [f"{due:%m-%d} 08:30"]


async def test_who_is_contacted_before_the_message_goes_out_is_not_in_it(mornings):
    person = mornings.join(1, "2026-06-01 08:30")
    row = mornings.customer(person, grade="A")
    mornings.sending.will(1, AGAIN)
    await mornings.tick("2026-06-01 08:30")
    _contacted(mornings, person, row, "2026-06-01 08:40")

    sent = await mornings.live("2026-06-01 08:45", "2026-06-02 08:45", HOUR)

    assert sent == []
    assert mornings.rows() == [("morning", "06-01", "moot")]


async def test_a_morning_on_which_all_was_done_already_does_not_count_as_an_outage(mornings):
    person = mornings.join(1, "2026-05-29 08:30")
    row = mornings.customer(person, grade="A")
    await mornings.tick("2026-05-29 08:30")
    mornings.sending.will(1, AGAIN)
    await mornings.tick("2026-06-01 08:30")
    _contacted(mornings, person, row, "2026-06-01 08:40")
    await mornings.tick("2026-06-01 08:45")
    mornings.customer(person, "乙女士", due="2026-06-02")

    await mornings.tick("2026-06-02 08:30")

    assert "乙女士" in mornings.sending.arrived(1)[-1]
    assert "中断" not in mornings.sending.arrived(1)[-1]


def _contacted(mornings, person, row, at):
    """Log a contact as the bot does: the visit, the rhythm's next day, and the reminders of today closed."""
    now = mornings.at(at)
    due = window(now.date(), load_cadence().rhythm(row.grade))[0]
    mornings.db.write_now(visits.log, Visit(prospect_id=row.id, person_id=person.id, at=now))
    mornings.db.write_now(reminders.close, row.id, "done", now.date(), now)
    mornings.change(Prospect, row.id, last_contact_at=now, next_contact_on=due)
    return due


async def test_a_customer_that_was_handed_over_is_in_the_new_owners_list_only(mornings):
    old, new = mornings.join(1, "2026-06-01 08:30"), mornings.join(2, "2026-06-01 08:30")
    row = mornings.customer(old)
    _promise(mornings, old, row, "2026-06-01")
    mornings.change(Prospect, row.id, owner_id=new.id)

    await mornings.tick("2026-06-01 08:30")

    assert mornings.sending.tries(1) == 0
    assert "龙先生" in mornings.sending.arrived(2)[0]
    assert mornings.rows() == [("morning", "06-01", "sent")]


async def test_a_due_contact_is_noted_for_the_record(mornings):
    person = mornings.join(1, "2026-06-01 08:30")
    row = mornings.customer(person, due="2026-05-28")
    await mornings.live("2026-06-01 08:30", "2026-06-02 08:30", HOUR)

    noted = mornings.db.read_now(reminders.open_until, person.id, date(2026, 6, 2))

    assert [(one.kind, one.on, prospect.id) for one, prospect in noted] == [("contact", date(2026, 5, 28), row.id)]


async def test_old_receipts_go_with_the_ticks(mornings):
    now = mornings.at("2026-06-03 12:00")
    for number, age in ((1, 3), (2, 1)):
        mornings.db.write_now(receipts.keep, number, None, "好", now - timedelta(days=age))

    await mornings.push().tick(now)

    assert [mornings.db.read_now(receipts.answer_to, number) for number in (1, 2)] == [None, "好"]


# What is about no customer, and what has passed


def _own(session, person, on, **fields):
    made = datetime.combine(on, datetime.min.time(), ZoneInfo("Asia/Shanghai"))
    kept = {"kind": "own", "what": "对账", "day": on, "prospect_id": None, **fields}
    reminders.place(session, person_id=person.id, on=on, now=made, **kept)


async def test_an_own_reminder_alone_is_reason_enough_for_a_message(mornings):
    person = mornings.join(1, "2026-06-01 08:30")
    mornings.db.write_now(_own, person, date(2026, 6, 1))

    await mornings.tick("2026-06-01 08:30")

    [text] = mornings.sending.arrived(1)
    assert "今天有 1 件事" in text
    assert "对账" in text


async def test_a_weekly_reminder_that_nobody_ticks_off_is_in_every_mornings_message_once(mornings):
    person = mornings.join(1, "2026-06-01 08:30")
    mornings.db.write_now(_own, person, date(2026, 6, 1), repeat="w1")

    await mornings.live("2026-06-01 08:00", "2026-06-12 10:00", timedelta(hours=1))

    texts = mornings.sending.arrived(1)
    assert len(texts) == 10
    assert [text.count("对账") for text in texts] == [1] * 10


async def test_a_birthday_that_has_passed_sends_nothing(mornings):
    person = mornings.join(1, "2026-06-08 08:30")
    row = mornings.customer(person, due="2026-12-01")
    mornings.db.write_now(_own, person, date(2026, 6, 1), kind="birthday", key="0", prospect_id=row.id, repeat="y06-01")

    await mornings.tick("2026-06-08 08:30")

    assert mornings.sending.tries(1) == 0
    with Session(mornings.db.engine) as session:
        assert [one.on for one in reminders.of(session, row.id, "birthday")] == [date(2027, 6, 1)]


# Several at once, and troubles that stay where they belong


async def test_a_list_that_cannot_be_made_keeps_nobody_else_waiting(mornings, caplog):
    broken = mornings.rep(1, "2026-06-01 08:30")
    mornings.rep(2, "2026-06-01 08:30")
    mornings.change(Person, broken.id, push_at="late")
    _planned(mornings, broken, "2026-06-01 08:30")

    sent = await mornings.tick("2026-06-01 08:30")

    assert (sent, mornings.sending.tries(1), mornings.sending.tries(2)) == (1, 0, 1)
    assert {getattr(record, "action", "") for record in caplog.records} >= {"plan_failed", "push_broken"}
    assert mornings.rows() == [("morning", "06-01", "planned"), ("morning", "06-01", "sent")]


def _planned(mornings, person, at):
    now = mornings.at(at)
    mornings.db.write_now(deliveries.plan, person_id=person.id, kind="morning", on=now.date(), due_at=now)


async def test_several_that_do_not_get_through_in_a_row_end_the_round_and_none_is_lost(mornings):
    down = Outcome("again", problem="no connection", after=5.0, cause="network")
    for number in range(100):
        mornings.rep(100 + number, "2026-06-01 08:30")
        mornings.sending.will(100 + number, down)

    await mornings.tick("2026-06-01 08:30")
    tried = len(mornings.sending.tried)
    held = await mornings.tick("2026-06-01 08:30:05")
    await mornings.live("2026-06-01 08:31", "2026-06-01 09:30", timedelta(seconds=20))

    assert tried < 40
    assert held == 0
    assert [len(mornings.sending.arrived(100 + number)) for number in range(100)] == [1] * 100


async def test_one_that_does_not_get_through_does_not_end_the_round(mornings):
    for number in range(20):
        mornings.rep(100 + number, "2026-06-01 08:30")
    mornings.sending.will(100, Outcome("again", problem="502", after=5.0, cause="network"))

    assert await mornings.tick("2026-06-01 08:30") == 19


async def test_a_short_pause_is_sat_out_and_the_round_goes_on(mornings):
    for number in range(60):
        mornings.rep(100 + number, "2026-06-01 08:30")
    mornings.sending.will(100, Outcome("again", problem="429", after=1.0, cause="throttled"))

    first = await mornings.tick("2026-06-01 08:30")
    second = await mornings.tick("2026-06-01 08:30:20")

    assert (first, second) == (59, 1)


async def test_a_process_that_winds_up_claims_nothing_more(mornings):
    for number in range(2 * SLICE):
        mornings.rep(100 + number, "2026-06-01 08:30")
    push = mornings.push()
    push.wind_up()

    assert await push.tick(mornings.at("2026-06-01 08:30")) == 0
    assert await mornings.tick("2026-06-01 08:30") == 2 * SLICE


async def test_where_answers_take_their_time_several_are_on_the_wire_at_once(mornings):
    for number in range(10):
        mornings.rep(100 + number, "2026-06-01 08:30")
    together, most, enough = 0, 0, asyncio.Event()

    class Slow(ScriptedSending):
        async def send(self, telegram_id, card):
            nonlocal together, most
            together += 1
            most = max(most, together)
            if not self.tried:
                await asyncio.sleep(0.2)  # until an answer has come, nobody knows how long one takes
            elif together == 5:
                enough.set()
            await (enough.wait() if self.tried else asyncio.sleep(0))
            together -= 1
            return await super().send(telegram_id, card)

    mornings.sending = Slow()

    assert await mornings.tick("2026-06-01 08:30") == 10
    assert most >= 5


async def test_where_answers_come_at_once_one_is_on_the_wire_at_a_time(mornings):
    for number in range(10):
        mornings.rep(100 + number, "2026-06-01 08:30")
    begun = []

    class Looking(ScriptedSending):
        async def send(self, telegram_id, card):
            begun.append(sum(row.begun_at is not None and row.state == "claimed" for row in _kept(mornings)))
            return await super().send(telegram_id, card)

    mornings.sending = Looking(per_second=0.001)  # next to a turn, any answer comes at once

    assert await mornings.tick("2026-06-01 08:30") == 10
    assert begun == [1] * 10


def _kept(mornings):
    return mornings.db.read_now(lambda session: session.exec(select(Delivery)).all())


async def test_the_processes_that_tick_share_the_pace(mornings, url):
    second = open_database(url)
    await mornings.push("host:1").tick(mornings.at("2026-06-01 08:30"))
    await mornings.push("host:2", second).tick(mornings.at("2026-06-01 08:30:10"))
    together = mornings.sending.processes
    await mornings.push("host:2", second).tick(mornings.at("2026-06-01 08:32"))
    second.close()

    assert (together, mornings.sending.processes) == (2, 1)


# Whom messages do not reach


async def test_the_manager_is_told_once_of_somebody_whom_messages_do_not_reach(mornings):
    rep, boss = mornings.rep(1, "2026-06-01 08:30"), mornings.join(5, "2027-06-01 08:30")
    team = mornings.db.write_now(people.team_named, "城东一组")
    mornings.change(Person, rep.id, team_id=team.id)
    mornings.change(Person, boss.id, team_id=team.id, role="manager")
    mornings.sending.will(1, Outcome("unreachable", problem="blocked", cause="blocked"))

    await mornings.live("2026-06-01 08:30", "2026-06-03 12:30", HOUR)

    [told] = mornings.sending.arrived(5)
    assert "销售1" in told
    assert "收不到" in told
    assert ("gone:" + str(rep.id), "06-01", "sent") in mornings.rows()


async def test_somebody_who_came_back_before_the_manager_was_told_is_not_told_of(mornings):
    rep, boss = mornings.rep(1, "2026-06-01 08:30"), mornings.join(5, "2027-06-01 08:30")
    mornings.change(Person, boss.id, role="admin")
    mornings.sending.will(1, Outcome("unreachable", problem="blocked", cause="blocked"))
    mornings.sending.will(5, AGAIN)
    await mornings.tick("2026-06-01 08:30")
    await mornings.tick("2026-06-01 08:30:20")
    mornings.change(Person, rep.id, unreachable=False)

    await mornings.live("2026-06-01 08:32", "2026-06-01 12:32", HOUR)

    assert mornings.sending.arrived(5) == []
    assert (f"gone:{rep.id}", "06-01", "moot") in mornings.rows()
