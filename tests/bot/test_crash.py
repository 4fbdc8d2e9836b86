"""Kill -9 in the middle of the push, again and again: the harness of `bench/crash.py` in short."""

import json

import pytest

from bench.crash import Report, crashes
from bench.strict import StrictTelegram


def _is_clean(report: Report) -> None:
    assert (report.twice, report.lost, report.said_sent, report.unasked) == (0, 0, 0, 0)
    assert set(report.states) <= {"sent", "uncertain"}
    assert sum(report.states.values()) == report.reps


async def test_twenty_kills_lose_nothing_double_nothing_and_put_one_message_each_in_doubt_at_most(lite: str) -> None:
    """One at a time, with answers for which the pace alone would have several on the wire, however slow the machine."""
    report = await crashes(20, lite, seed=20, answer=(0.03, 0.1), at_once=1, each=8)

    _is_clean(report)
    assert max(report.in_doubt) == 1
    assert report.states["uncertain"] == sum(report.in_doubt)


async def test_kills_with_as_many_on_the_wire_as_the_pace_needs_lose_nothing_and_double_nothing(lite: str) -> None:
    report = await crashes(6, lite, seed=6)

    _is_clean(report)
    assert report.states.get("uncertain", 0) == sum(report.in_doubt)


@pytest.mark.parametrize("url", ["postgresql"], indirect=True)
async def test_kills_among_two_processes_on_one_postgresql_lose_nothing_and_double_nothing(url: str) -> None:
    _is_clean(await crashes(6, url, processes=2, seed=6))


def test_the_telegram_of_the_harness_refuses_what_comes_too_fast_and_says_for_how_long() -> None:
    telegram = StrictTelegram()
    answers = [telegram.counted(b'{"chat_id": %d, "text": "x"}' % chat, 0.0) for chat in range(31)]

    told = [json.loads(answer.partition(b"\r\n\r\n")[2]) for answer in answers]
    assert [one["ok"] for one in told] == [True] * 30 + [False]
    assert told[-1]["parameters"] == {"retry_after": 1}
    assert telegram.refused == [30]
