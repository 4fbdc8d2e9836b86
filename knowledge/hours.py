"""When somebody hears from us: the morning, the evening, quiet hours, leave, and how long before an appointment.

- What somebody asked for at an hour of their own comes at that hour, in quiet hours too; everything else waits.
- Quiet hours may go over midnight; they begin with their first minute and are over at their last one. Where both are
  the same there are none.
- On a day of leave nothing comes. Both ends of a leave belong to it.
- A local time that the clocks skip is the moment after the gap; one that comes twice is the first of the two.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from knowledge.calendar import is_working, working_from
from knowledge.numbers import HAN, number

DAY = timedelta(days=1)
LONGEST_LEAD = 12 * 60  # minutes
HURRY = timedelta(minutes=10)  # that a brief has to be there before the appointment, where quiet hours move it


@dataclass(frozen=True, slots=True)
class Hours:
    """The hours of one person, local to `tz`. `lead` is in minutes, 0 for no briefs; `away` has its first and last
    day.
    """

    tz: str
    morning: time
    evening: time | None = None
    quiet: tuple[time, time] | None = None
    away: tuple[date, date] | None = None
    lead: int = 0

    def local(self, at: datetime) -> datetime:
        """An instant where the person is."""
        return at.astimezone(ZoneInfo(self.tz))

    def instant(self, day: date, clock: time) -> datetime:
        """A local time of a day, in UTC."""
        return datetime.combine(day, clock, ZoneInfo(self.tz)).astimezone(UTC)

    def is_quiet(self, clock: time) -> bool:
        """Whether a local time of day lies in the quiet hours."""
        if self.quiet is None or self.quiet[0] == self.quiet[1]:
            return False
        begin, end = self.quiet
        return begin <= clock < end if begin < end else clock >= begin or clock < end

    def is_away(self, day: date) -> bool:
        """Whether a day lies in the leave."""
        return self.away is not None and self.away[0] <= day <= self.away[1]

    def opens(self, at: datetime) -> datetime:
        """The first moment from `at` on that is neither in quiet hours nor on leave, in UTC."""
        moment = at.astimezone(UTC)
        while True:
            local = self.local(moment)
            if self.away is not None and self.is_away(local.date()):
                moment = max(moment, self.instant(self.away[1] + DAY, time()))
            elif self.quiet is not None and self.is_quiet(local.time()):
                moment = self._quiet_end(moment, local, *self.quiet)
            else:
                return moment

    def _quiet_end(self, moment: datetime, local: datetime, begin: time, end: time) -> datetime:
        over_midnight = begin >= end and local.time() >= begin
        day = local.date() + (DAY if over_midnight else timedelta())
        zone = ZoneInfo(self.tz)
        ends = (datetime.combine(day, end, zone).replace(fold=fold).astimezone(UTC) for fold in (0, 1))
        return min(one for one in ends if one > moment)

    def held(self, at: datetime, own: time | None = None) -> datetime | None:
        """Until when a message has to wait; None if it may go. `own` is the hour at which the person asked for it."""
        local = self.local(at)
        if self.is_away(local.date()):
            return self.opens(at)
        if not self.is_quiet(local.time()) or (own is not None and self.is_quiet(own)):
            return None
        return self.opens(at)

    def following(self, after: datetime, clock: time, days: Mapping[date, bool] | None = None) -> datetime:
        """The next `clock` later than `after` of a working day without leave, in UTC."""
        day = self.local(after).date()
        if self.instant(day, clock) <= after:
            day += DAY
        return self.instant(self.first_day(day, days), clock)

    def first_day(self, day: date, days: Mapping[date, bool] | None = None) -> date:
        """`day`, or the next day after it that is a working one without leave."""
        found = working_from(day, days)
        if self.away is not None and self.is_away(found):
            found = working_from(self.away[1] + DAY, days)
        return found

    def missed(self, after: date, until: date, days: Mapping[date, bool] | None = None) -> int:
        """How many working days without leave lie between two days."""
        between = (after + timedelta(days=away) for away in range(1, (until - after).days))
        return sum(is_working(day, days) and not self.is_away(day) for day in between)

    def brief_at(self, day: date, clock: time, now: datetime) -> datetime | None:
        """When the brief of an appointment goes out: so many minutes before it, and not in quiet hours: when they end,
        if that leaves time, or else in the last minute before they begin. None for never.
        """
        meeting = self.instant(day, clock)
        if not self.lead or meeting <= now:
            return None
        wanted = max(meeting - timedelta(minutes=self.lead), now.astimezone(UTC))
        if self.quiet is None or not self.is_quiet(self.local(wanted).time()):
            return wanted
        opened = self._quiet_end(wanted, self.local(wanted), *self.quiet)
        if opened <= meeting - HURRY:
            return opened
        before = self._before_quiet(wanted, *self.quiet)
        return before if before > now else None

    def _before_quiet(self, moment: datetime, begin: time, end: time) -> datetime:
        local = self.local(moment)
        yesterday = begin >= end and local.time() < end
        return self.instant(local.date() - (DAY if yesterday else timedelta()), begin) - timedelta(minutes=1)


# --- hours as people write them ---------------------------------------------------------------------------------------

_NIGHT = ("半夜", "夜里", "深夜", "凌晨")
_PART = "凌晨|清早|一早|早上|早晨|上午|中午|下午|傍晚|晚上|夜里|半夜|深夜|早|晚"
_N = rf"\d{{1,2}}|{HAN}{{1,3}}"
_CLOCK = re.compile(
    rf"(?:({_PART})的? ?)?(?:(?<![\d:：.])(?<!^-)(\d{{1,2}})[:：.](\d\d)(?![\d:：.])"
    rf"|(?<!\d)({_N}|零)[点點时時](?:(半)|([一三])刻|({_N})分?(?!\d)|整|钟)?钟?)",
    re.ASCII,
)
_MINUTES = re.compile(rf"(?:(\d{{1,3}}|{HAN}{{1,3}})个?)?(半)?(?:个?(小时|钟头|钟)|(分钟?|分))(半)?|([一三])刻钟?")


def clocks(text: str) -> list[tuple[time, str]]:
    """The times of day in a text, in order, with the part of the day that was said ("" for none): 早上八点半, 21:30.

    Without a part the hour is as written: what 九点 means depends on what was asked for (`in_the_evening`).
    """
    found = []
    for match in _CLOCK.finditer(text):
        at = _time(match)
        if at is not None:
            found.append((at, match[1] or ""))
    return found


def clock(text: str) -> tuple[time, str] | None:
    """The one time of day in a text; None where there is none, or more than one."""
    found = clocks(text)
    return found[0] if len(found) == 1 else None


def in_the_evening(said: tuple[time, str]) -> time:
    """A time of day as it is meant where an evening is asked for: 九点 is 21:00, 早上九点 is not."""
    at, part = said
    return at.replace(hour=at.hour + 12) if not part and 1 <= at.hour <= 11 else at


def _time(match: re.Match[str]) -> time | None:
    part = match[1] or ""
    hours = 0 if match[4] == "零" else number(match[2] or match[4])
    minutes = int(match[3]) if match[3] else 30 if match[5] else 15 * number(match[6]) if match[6] else 0
    if match[7]:
        minutes = number(match[7])
    if part in _NIGHT or part in {"晚上", "晚"}:
        noon = 5 < hours < 12 or (part not in _NIGHT and 0 < hours < 12)
        hours = 0 if hours == 12 else hours + 12 if noon and part != "凌晨" else hours
    elif part in {"下午", "傍晚"} or (part == "中午" and hours < 3):
        hours += 12 if hours < 12 else 0
    return time(hours, minutes) if hours < 24 and minutes < 60 else None


def minutes(text: str) -> int | None:
    """A span of time in minutes: 半小时, 一个半小时, 九十分钟, 一刻钟, 45; None if there is none, or it is too long."""
    bare = text.strip()
    if re.fullmatch(r"\d{1,3}", bare, re.ASCII):
        return int(bare) if int(bare) <= LONGEST_LEAD else None
    match = _MINUTES.search(text)
    if match is None:
        return None
    if match[6]:
        return 15 * number(match[6])
    half = 30 if match[2] or match[5] else 0
    if match[1] is None and not match[2]:
        return None
    whole = number(match[1]) if match[1] else 0
    said = (60 * whole + half) if match[3] else whole
    return said if 0 < said <= LONGEST_LEAD else None
