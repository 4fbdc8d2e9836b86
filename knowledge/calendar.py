"""Chinese working days: weekends, statutory holidays and the swaps around them.

The swaps of a year are known when the State Council announces them, late in the year before; for a year without them
only the statutory days are certain, and an admin's `overrides` (date -> is a working day) complete the calendar.
"""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from functools import cache, lru_cache

import holidays

WEEKEND = (5, 6)
ONE = timedelta(days=1)
SEARCH = 40  # days; the longest stretch of days off so far is 9


@cache
def _year(year: int) -> tuple[frozenset[date], frozenset[date]]:
    """Days off and working weekends of a year."""
    china = holidays.country_holidays("CN", years=year)
    weekdays: Iterable[date] = getattr(china, "weekend_workdays", ())
    return frozenset(china), frozenset(weekdays)


@lru_cache(maxsize=4096)  # a day's list asks for the same few days a thousand times
def _usually(day: date) -> bool:
    off, swapped = _year(day.year)
    return day in swapped or (day not in off and day.weekday() not in WEEKEND)


def is_working(day: date, overrides: Mapping[date, bool] | None = None) -> bool:
    """Whether people work on `day`."""
    if overrides and day in overrides:
        return overrides[day]
    return _usually(day)


def working_from(day: date, overrides: Mapping[date, bool] | None = None) -> date:
    """`day` if people work on it, else the next day on which they do.

    Raises:
        ValueError: there is none within 40 days, which only overrides can bring about.
    """
    later = day
    for _ in range(SEARCH):
        if is_working(later, overrides):
            return later
        later += ONE
    raise ValueError(f"no working day within {SEARCH} days of {day}")


def working_before(day: date, overrides: Mapping[date, bool] | None = None) -> date:
    """`day` if people work on it, else the last day before it on which they do.

    Raises:
        ValueError: there is none within 40 days, which only overrides can bring about.
    """
    earlier = day
    for _ in range(SEARCH):
        if is_working(earlier, overrides):
            return earlier
        earlier -= ONE
    raise ValueError(f"no working day within {SEARCH} days before {day}")
