"""How updates reach the bot: polling, conflicts, what it asked for, and the webhook."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

from aiohttp import web

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

LI, ZHOU = 11, 12
CONFLICT = "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"


async def test_a_waiting_poll_gets_what_comes(sandbox: Any, call: Any) -> None:
    waiting = asyncio.create_task(call.ok("getUpdates", timeout=20))
    await asyncio.sleep(0.05)

    await sandbox.phone(LI).say("/new 王总")
    [update] = await waiting

    assert update["message"]["text"] == "/new 王总"
    assert update["message"]["entities"] == [{"type": "bot_command", "offset": 0, "length": 4}]
    assert update["message"]["from"] == {
        "id": LI, "is_bot": False, "first_name": "小李", "username": "li", "language_code": "zh-hans",
    }  # fmt: skip
    assert isinstance(update["message"]["date"], int)


async def test_updates_stay_until_they_are_confirmed(sandbox: Any, call: Any) -> None:
    for text in ("一", "二", "三"):
        await sandbox.phone(LI).say(text)

    first = await call.ok("getUpdates", limit=2)
    again = await call.ok("getUpdates", limit=2)
    rest = await call.ok("getUpdates", offset=first[-1]["update_id"] + 1)
    last = await call.ok("getUpdates", offset=-1)

    assert first == again
    assert [u["message"]["text"] for u in first] == ["一", "二"]
    assert [u["message"]["text"] for u in rest] == ["三"]
    assert last == rest


async def test_a_second_poll_ends_the_first_with_a_conflict(call: Any) -> None:
    first = asyncio.create_task(call("getUpdates", timeout=20))
    await asyncio.sleep(0.05)
    second = asyncio.create_task(call("getUpdates", timeout=20))
    refused = await first

    assert (refused["error_code"], refused["description"]) == (409, CONFLICT)
    assert not second.done()
    second.cancel()


async def test_only_what_was_asked_for_is_delivered(sandbox: Any, call: Any) -> None:
    await call.ok("getUpdates", allowed_updates=["callback_query"])
    await sandbox.phone(LI).say("不要")
    await sandbox.phone(LI).tap_data(1, "要")

    [update] = await call.ok("getUpdates")

    assert update["callback_query"]["data"] == "要"
    assert update["callback_query"]["chat_instance"]
    assert update["callback_query"]["message"]["message_id"] == 1


async def test_a_tap_on_a_message_that_is_gone_says_so(sandbox: Any, call: Any) -> None:
    await sandbox.phone(LI).tap_data(404, "旧")

    [update] = await call.ok("getUpdates")

    assert update["callback_query"]["message"]["date"] == 0


@asynccontextmanager
async def receiver(*statuses: int) -> AsyncIterator[tuple[str, list[tuple[str, Any]]]]:
    """A bot's own address; it answers with the statuses in turn and then with 200."""
    got: list[tuple[str, Any]] = []
    left = list(statuses)

    async def take(request: web.Request) -> web.Response:
        status = left.pop(0) if left else 200
        if status == 200:
            got.append((request.headers.get("X-Telegram-Bot-Api-Secret-Token", ""), await request.json()))
        reply = {"method": "sendMessage", "chat_id": LI, "text": "从回复里发"} if status == 200 else {}
        return web.json_response(reply, status=status)

    app = web.Application()
    app.router.add_post("/hook", take)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}/hook", got
    finally:
        await runner.cleanup()


async def test_a_webhook_gets_updates_in_order_with_the_secret(sandbox: Any, call: Any) -> None:
    async with receiver() as (address, got):
        await call.ok("setWebhook", url=address, secret_token="s3cret")
        for number in range(5):
            await sandbox.phone(LI).say(f"李 {number}")
            await sandbox.phone(ZHOU).say(f"周 {number}")
        await sandbox.phone(LI).settled()
        info = await call.ok("getWebhookInfo")
        poll = await call("getUpdates")
        await call.ok("deleteWebhook")

    assert {secret for secret, _ in got} == {"s3cret"}
    texts = [update["message"]["text"] for _, update in got]
    assert [t for t in texts if t[0] == "李"] == [f"李 {n}" for n in range(5)]
    assert [t for t in texts if t[0] == "周"] == [f"周 {n}" for n in range(5)]
    assert (info["url"], info["pending_update_count"]) == (address, 0)
    assert poll["description"].startswith("Conflict: can't use getUpdates method while webhook is active")
    assert sandbox.phone(LI).last.text == "从回复里发"


async def test_a_webhook_that_fails_is_tried_again(sandbox: Any, call: Any) -> None:
    async with receiver(500, 502) as (address, got):
        await call.ok("setWebhook", url=address)
        await sandbox.phone(LI).say("要紧")
        await sandbox.phone(LI).settled()
        info = await call.ok("getWebhookInfo")
        await call.ok("deleteWebhook")

    assert [update["message"]["text"] for _, update in got] == ["要紧"]
    assert info["last_error_message"] == "Wrong response from the webhook: 502 Bad Gateway"


async def test_setting_a_webhook_may_forget_what_waits(sandbox: Any, call: Any) -> None:
    await sandbox.phone(LI).say("旧")
    async with receiver() as (address, got):
        await call.ok("setWebhook", url=address, drop_pending_updates=True)
        await sandbox.phone(LI).settled()
        await call.ok("deleteWebhook")

    assert got == []
