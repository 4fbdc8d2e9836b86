"""Hours in any zone, over midnight, over the days on which clocks change, and as people write them."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.calendar import is_working
from knowledge.hours import Hours, clock, clocks, in_the_evening, minutes

MINUTE = timedelta(minutes=1)
SHANGHAI = "Asia/Shanghai"
ZONES = (SHANGHAI, "America/Los_Angeles", "Europe/London", "Australia/Lord_Howe", "Asia/Kolkata", "Pacific/Kiritimati")
NIGHT = (time(21), time(8))

instants = st.integers(0, 2 * 365 * 24 * 60).map(lambda minute: datetime(2026, 1, 1, tzinfo=UTC) + minute * MINUTE)
times = st.times().map(lambda at: at.replace(second=0, microsecond=0))
days_off = st.tuples(st.dates(date(2026, 1, 1), date(2027, 12, 31)), st.integers(0, 40)).map(
    lambda one: (one[0], one[0] + timedelta(days=one[1]))
)
lives = st.builds(
    Hours,
    tz=st.sampled_from(ZONES),
    morning=times,
    evening=times,
    quiet=st.none() | st.tuples(times, times),
    away=st.none() | days_off,
    lead=st.integers(1, 720),
)


def at(text, tz=SHANGHAI):
    return Hours(tz, time(8)).instant(date.fromisoformat(text[:10]), time.fromisoformat(text[11:]))


@pytest.mark.parametrize(
    ("when", "opens"),
    [
        ("2026-11-26 20:59", "2026-11-26 20:59"),
        ("2026-11-26 21:00", "2026-11-27 08:00"),
        ("2026-11-26 23:59", "2026-11-27 08:00"),
        ("2026-11-27 00:00", "2026-11-27 08:00"),
        ("2026-11-27 07:59", "2026-11-27 08:00"),
        ("2026-11-27 08:00", "2026-11-27 08:00"),
        ("2026-12-31 22:00", "2027-01-01 08:00"),
        ("2026-02-28 22:00", "2026-03-01 08:00"),
    ],
)
def test_quiet_hours_go_over_midnight_and_over_the_end_of_a_month(when, opens):
    assert Hours(SHANGHAI, time(8, 30), quiet=NIGHT).opens(at(when)) == at(opens)


def test_after_a_leave_the_night_before_work_is_quiet_too():
    away = Hours(SHANGHAI, time(8, 30), quiet=NIGHT, away=(date(2026, 11, 30), date(2026, 12, 4)))

    assert away.opens(at("2026-11-29 22:00")) == at("2026-12-05 08:00")
    assert away.following(at("2026-11-29 22:00"), time(8, 30)) == at("2026-12-07 08:30")
    assert away.missed(date(2026, 11, 27), date(2026, 12, 7)) == 0
    assert Hours(SHANGHAI, time(8, 30)).missed(date(2026, 11, 27), date(2026, 12, 7)) == 5


def test_an_hour_of_ones_own_in_quiet_hours_is_kept_to():
    hours = Hours(SHANGHAI, time(6, 30), quiet=NIGHT)

    assert hours.held(at("2026-11-26 06:30"), own=time(6, 30)) is None
    assert hours.held(at("2026-11-26 06:30"), own=time(8, 30)) == at("2026-11-26 08:00")
    assert hours.held(at("2026-11-26 06:30")) == at("2026-11-26 08:00")


def test_quiet_hours_that_end_in_the_hour_that_comes_twice_are_quiet_the_second_time_until_that_minute():
    hours = Hours("America/Los_Angeles", time(8), quiet=(time(21), time(1, 30)))
    second = datetime(2026, 11, 1, 9, 10, tzinfo=UTC)  # 01:10 for the second time

    assert hours.opens(second) == datetime(2026, 11, 1, 9, 30, tzinfo=UTC)


@settings(max_examples=200, deadline=None)
@given(hours=lives, now=instants)
def test_what_waits_goes_out_in_the_first_minute_that_is_open(hours, now):
    opened = hours.opens(now)

    def closed(moment):
        local = hours.local(moment)
        return hours.is_away(local.date()) or hours.is_quiet(local.time())

    assert opened >= now
    assert not closed(opened)
    assert hours.opens(opened) == opened
    assert hours.held(now) == (opened if closed(now) else None)
    hour = timedelta(minutes=61)  # the hour that clocks skip is closed as a whole
    before = min(opened - hour, now + timedelta(days=50))
    assert all(closed(now + step * MINUTE) for step in range(0, int((before - now) / MINUTE), 37))


@settings(max_examples=200, deadline=None)
@given(hours=lives, after=instants)
def test_the_following_morning_is_of_a_working_day_without_leave_and_none_is_left_out(hours, after):
    following = hours.following(after, hours.morning)
    day = hours.local(following).date()

    assert following > after
    assert is_working(day)
    assert not hours.is_away(day)
    between = (hours.local(after).date() + timedelta(days=ahead) for ahead in range(1, 60))
    assert not any(one < day and is_working(one) and not hours.is_away(one) for one in between)


@settings(max_examples=200, deadline=None)
@given(hours=lives, now=instants, ahead=st.integers(0, 60), meeting=times)
def test_a_brief_comes_before_the_appointment_after_now_and_outside_quiet_hours(hours, now, ahead, meeting):
    day = hours.local(now).date() + timedelta(days=ahead)
    brief = hours.brief_at(day, meeting, now)

    if brief is not None:
        assert now <= brief < hours.instant(day, meeting)
        assert brief == now or not hours.is_quiet(hours.local(brief).time()) or _skipped(hours, brief)


def _skipped(hours, moment):
    """Whether clocks change within two hours."""
    near = [hours.local(moment + timedelta(hours=away)).utcoffset() for away in (-2, 2)]
    return near[0] != near[1]


@pytest.mark.parametrize(
    ("meeting", "brief"),
    [
        ("2026-11-27 10:00", "2026-11-27 09:00"),
        ("2026-11-27 08:30", "2026-11-27 08:00"),  # an hour before would be in the quiet hours
        ("2026-11-27 08:05", "2026-11-26 20:59"),  # too early in the morning: the evening before
        ("2026-11-27 06:00", "2026-11-26 20:59"),
        ("2026-11-26 21:30", "2026-11-26 20:30"),
    ],
)
def test_a_brief_goes_out_an_hour_before_or_where_that_is_quiet_at_the_nearest_hour_that_is_not(meeting, brief):
    hours = Hours(SHANGHAI, time(8, 30), quiet=NIGHT, lead=60)
    day, hour = date.fromisoformat(meeting[:10]), time.fromisoformat(meeting[11:])

    assert hours.brief_at(day, hour, at("2026-11-26 15:00")) == at(brief)


def test_of_an_appointment_that_is_near_the_brief_comes_at_once_and_of_one_that_has_passed_never():
    hours = Hours(SHANGHAI, time(8, 30), quiet=NIGHT, lead=60)
    now = at("2026-11-26 15:00")

    assert hours.brief_at(date(2026, 11, 26), time(15, 20), now) == now
    assert hours.brief_at(date(2026, 11, 26), time(15, 0), now) is None
    assert Hours(SHANGHAI, time(8, 30)).brief_at(date(2026, 11, 26), time(18, 0), now) is None


WRITTEN = {
    "八点": "08:00",
    "早上八点半": "08:30",
    "8点": "08:00",
    "08：10": "08:10",
    "19.45": "19:45",
    "6点30分": "06:30",
    "六点三十": "06:30",
    "下午三点一刻": "15:15",
    "中午一点": "13:00",
    "晚上九点": "21:00",
    "晚上十二点": "00:00",
    "半夜一点": "01:00",
    "凌晨两点": "02:00",
    "零点": "00:00",
    "二十一点": "21:00",
    "八点钟": "08:00",
}


@pytest.mark.parametrize(("written", "meant"), WRITTEN.items())
def test_an_hour_is_read_as_people_write_it(written, meant):
    found = clock(written)

    assert found is not None
    assert f"{found[0]:%H:%M}" == meant


@pytest.mark.parametrize("written", ["", "8", "24:00", "8:60", "-1:00", "٨:٣٠", "明天", "一百点", "9点-8点"])
def test_what_is_no_single_hour_of_a_day_is_not_read(written):
    assert clock(written) is None


def test_two_hours_are_read_in_their_order_and_nine_in_the_evening_is_21():
    begin, end = clocks("九点到早上八点")

    assert (in_the_evening(begin), end[0]) == (time(21), time(8))
    assert in_the_evening((time(9), "早上")) == time(9)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("半小时", 30),
        ("一个半小时", 90),
        ("两个半小时", 150),
        ("提前九十分钟", 90),
        ("一刻钟", 15),
        ("45", 45),
        ("两小时", 120),
        ("13小时", None),
        ("小时", None),
        ("三点", None),
        ("٣٠", None),
    ],
)
def test_a_span_of_time_is_read_in_minutes(written, meant):
    assert minutes(written) == meant
