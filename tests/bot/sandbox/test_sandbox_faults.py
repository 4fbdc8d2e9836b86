"""Trouble on order, and Telegram's own pace."""

from __future__ import annotations

import time
from typing import Any

import aiohttp
import pytest

from bot.sandbox import Sandbox, SandboxPerson, serve

LI = 11


async def test_a_dropped_answer_leaves_the_message_delivered(sandbox: Any, call: Any) -> None:
    sandbox.fail_next("sendMessage", drop="after")
    with pytest.raises(aiohttp.ClientError):
        await call("sendMessage", chat_id=LI, text="到了")

    assert [m.text for m in sandbox.phone(LI).messages] == ["到了"]
    assert (sandbox.calls[-1].method, sandbox.calls[-1].status) == ("sendMessage", 0)


async def test_a_dropped_request_leaves_nothing(sandbox: Any, call: Any) -> None:
    sandbox.fail_next("sendMessage", drop="before")
    with pytest.raises(aiohttp.ClientError):
        await call("sendMessage", chat_id=LI, text="没到")

    assert sandbox.phone(LI).messages == []


async def test_faults_are_used_up_in_order(sandbox: Any, call: Any) -> None:
    sandbox.fail_next("sendMessage", times=2, retry_after=7)
    sandbox.fail_next("sendMessage", status=502)

    answers = [await call("sendMessage", chat_id=LI, text="好") for _ in range(4)]

    assert [a.get("error_code", 200) for a in answers] == [429, 429, 502, 200]
    assert answers[0]["parameters"] == {"retry_after": 7}
    assert answers[0]["description"] == "Too Many Requests: retry after 7"


async def test_a_slow_call_is_only_slow(sandbox: Any, call: Any) -> None:
    sandbox.fail_next("getMe", status=200, delay=0.2)
    started = time.perf_counter()

    me = await call.ok("getMe")

    assert time.perf_counter() - started >= 0.2
    assert me["is_bot"] is True


async def paced(clock: Any, seconds: Any) -> Sandbox:
    people = [SandboxPerson(number, f"人{number}", f"p{number}", started=True) for number in range(1, 40)]
    return Sandbox(token="700001:sandbox-token", people=people, clock=clock, enforce_rates=True, monotonic=seconds)


async def test_one_person_gets_a_short_burst_and_then_one_a_second(clock: Any, seconds: Any, calling: Any) -> None:
    sandbox = await paced(clock, seconds)
    async with serve(sandbox) as url:
        call = calling(url)
        burst = [await call("sendMessage", chat_id=1, text="好") for _ in range(6)]
        seconds.now += 1
        seconds.now += burst[-1]["parameters"]["retry_after"]
        later = await call("sendMessage", chat_id=1, text="好")

    assert [a["ok"] for a in burst] == [True] * 5 + [False]
    assert isinstance(burst[-1]["parameters"]["retry_after"], int)
    assert later["ok"]


async def test_everybody_together_gets_thirty_a_second(clock: Any, seconds: Any, calling: Any) -> None:
    sandbox = await paced(clock, seconds)
    async with serve(sandbox) as url:
        call = calling(url)
        answers = [await call("sendMessage", chat_id=number, text="好") for number in range(1, 32)]
        seconds.now += 1
        after = await call("sendMessage", chat_id=32, text="好")

    assert [a["ok"] for a in answers] == [True] * 30 + [False]
    assert after["ok"]
