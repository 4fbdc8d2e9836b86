"""What a restart of the process keeps."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.sandbox import Sandbox, SandboxPerson, serve

if TYPE_CHECKING:
    from pathlib import Path

LI = 11
PEOPLE = (SandboxPerson(LI, "小李", "li"),)


def opened(path: Path, clock: Any) -> Sandbox:
    return Sandbox(token="700001:sandbox-token", people=PEOPLE, clock=clock, journal=path)


async def test_chat_counters_and_waiting_updates_survive_a_restart(tmp_path: Path, clock: Any, calling: Any) -> None:
    path = tmp_path / "data" / "sandbox.sqlite3"
    before = opened(path, clock)
    async with serve(before) as url:
        call = calling(url)
        await before.phone(LI).say("/start")
        keyboard = {"inline_keyboard": [[{"text": "好", "callback_data": "ok"}]]}
        gone = await call.ok("sendMessage", chat_id=LI, text="会删掉")
        await call.ok("sendMessage", chat_id=LI, text="<b>问</b>", parse_mode="HTML", reply_markup=keyboard)
        await call.ok("deleteMessage", chat_id=LI, message_id=gone["message_id"])
        await call.ok("setMyCommands", commands=[{"command": "new", "description": "新客户"}])
        confirmed = (await call.ok("getUpdates"))[-1]["update_id"]
        await call.ok("getUpdates", offset=confirmed + 1)
        query = await before.phone(LI).tap("好")
    before.close()

    after = opened(path, clock)
    async with serve(after) as url:
        call = calling(url)
        [update] = await call.ok("getUpdates")
        await call.ok("answerCallbackQuery", callback_query_id=query, text="收到")
        sent = await call.ok("sendMessage", chat_id=LI, text="回来了")
        commands = await call.ok("getMyCommands")

    assert [m.text for m in after.phone(LI).messages] == ["/start", "问", "回来了"]
    assert after.phone(LI).messages[1].html == "<b>问</b>"
    assert update["callback_query"]["id"] == query
    assert update["update_id"] == confirmed + 1 > 800_000_000
    assert sent["message_id"] == gone["message_id"] + 2
    assert commands == [{"command": "new", "description": "新客户"}]
    after.close()


async def test_files_and_the_webhook_survive_a_restart(tmp_path: Path, clock: Any, calling: Any) -> None:
    path = tmp_path / "sandbox.sqlite3"
    before = opened(path, clock)
    message = await before.phone(LI).send_document("客户.csv", b"1,2")
    before.close()
    assert message.media is not None

    after = opened(path, clock)
    async with serve(after) as url:
        call = calling(url)
        file = await call.ok("getFile", file_id=message.media["object"]["file_id"])
        async with call.session.get(f"{url}/file/bot700001:sandbox-token/{file['file_path']}") as response:
            assert await response.read() == b"1,2"
    after.close()
