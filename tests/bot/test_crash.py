"""Kill -9 in the middle of the push, again and again: the harness of `bench/crash.py` in short."""

import pytest

from bench.crash import Report, crashes
from scheduler.delivery import AT_ONCE


def _is_clean(report: Report) -> None:
    assert report.twice == 0
    assert report.lost == 0
    assert report.said_sent == 0
    assert report.unasked == 0
    assert set(report.states) <= {"sent", "uncertain"}
    assert sum(report.states.values()) == report.reps
    # In doubt is only what was begun. How near that is to what was on the wire is for `bench.crash` to say: on a slow
    # machine several may be on their way to the server, or answered and not noted yet.
    assert all(doubt <= AT_ONCE for doubt in report.in_doubt)
    assert sum(report.in_doubt) < report.reps / 2


async def test_twenty_kills_lose_nothing_and_double_nothing(lite: str) -> None:
    _is_clean(await crashes(20, lite, seed=20))


@pytest.mark.parametrize("url", ["postgresql"], indirect=True)
async def test_kills_among_two_processes_on_one_postgresql_lose_nothing_and_double_nothing(url: str) -> None:
    report = await crashes(6, url, processes=2, seed=6)

    assert (report.twice, report.lost, report.said_sent, report.unasked) == (0, 0, 0, 0)
    assert sum(report.states.values()) == report.reps
