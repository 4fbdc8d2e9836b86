import asyncio
import os
import signal
import sqlite3
from datetime import datetime, timedelta

import psutil

from bot.sandbox import Phone
from bot.service import open_database
from store import people
from tests.bot.conftest import Station
from tests.conftest import TOKEN

DESCRIBED = "坐下来半天没吭声，问他什么都只是点头"


async def reply(phone: Phone, count: int) -> None:
    """Wait until the bot has said `count` messages."""
    async with asyncio.timeout(60):
        while sum(message.from_bot for message in phone.messages) < count:
            await asyncio.sleep(0.05)


def from_bot(phone: Phone) -> int:
    return sum(message.from_bot for message in phone.messages)


def interviews(station: Station) -> list[tuple[int, int, str]]:
    with sqlite3.connect(station.url.removeprefix("sqlite:///")) as connection:
        return connection.execute("SELECT id, version, state FROM interview ORDER BY id").fetchall()


async def test_a_bot_killed_in_an_interview_goes_on_at_the_next_tap(station: Station) -> None:
    phone = station.sandbox.phone(1001)
    async with station.zhike("run") as first:
        await first.says("已上线")
        await phone.say("/new 王总")
        await reply(phone, 1)
        await phone.say("昨天在店门口碰上一位客户")
        await reply(phone, 2)
        await first.kill()
    choice = phone.last.buttons[0][0].text
    await phone.tap(choice)
    async with station.zhike("run") as second:
        await second.says("已上线")
        await reply(phone, 3)
        await phone.settled()

    assert len(interviews(station)) == 1
    assert "✔️" in "".join(message.text for message in phone.messages)


async def test_an_update_whose_answer_was_cut_off_takes_effect_once_and_is_answered_after_the_restart(
    station: Station,
) -> None:
    phone = station.sandbox.phone(1001)
    async with station.zhike("run") as first:
        await first.says("已上线")
        await phone.say("/new 王总")
        await reply(phone, 1)
        station.sandbox.fail_next("sendMessage", status=500, delay=8)
        await phone.say(DESCRIBED)
        async with asyncio.timeout(90):
            while interviews(station)[0][1] < 2:
                await asyncio.sleep(0.02)
        await first.kill()
    committed = interviews(station)
    async with station.zhike("run") as second:
        await second.says("已上线")
        await reply(phone, 2)
        await phone.settled(timeout=60)

    assert interviews(station) == committed
    assert from_bot(phone) == 2


async def test_a_bot_killed_while_it_sends_the_morning_message_asks_about_it_and_does_not_send_it_again(
    station: Station,
) -> None:
    db = open_database(station.url)
    now = station.clock.now()

    def make_due(session: object) -> None:
        from sqlmodel import Session

        assert isinstance(session, Session)
        person = people.by_telegram(session, 1001)
        assert person is not None
        person.next_push_at = now - timedelta(days=1)
        person.tz, person.push_at = _zone_at_noon(now), "08:30"

    db.write_now(make_due)
    db.close()
    phone = station.sandbox.phone(1001)
    working_day = {"ZHIKE_REMINDERS__LATEST_PUSH": "23:59", "ZHIKE_CALENDAR__WORKING_DAYS": _every_day()}
    station.sandbox.fail_next("sendMessage", drop="after", delay=4)
    async with station.zhike("run", **working_day) as first:
        await first.says("已上线")
        await _delivery(station, "claimed")
        await asyncio.sleep(1.5)  # the request is on its way; the sandbox lets it in after 4 s, whoever is still there
        await first.kill()
    await reply(phone, 1)
    _age_claims(station)
    async with station.zhike("run", **working_day) as second:
        await second.says("已上线")
        await _delivery(station, "uncertain")

    assert _states(station, "morning") == ["uncertain"]
    assert from_bot(phone) == 1
    assert _states(station, "check") == ["planned"]


def _zone_at_noon(now: datetime) -> str:
    """A zone in which it is about noon, whenever this test runs (the signs of Etc/GMT are the other way round)."""
    ahead = 12 - now.hour
    return f"Etc/GMT{-ahead:+d}" if ahead else "Etc/GMT"


def _every_day() -> str:
    from bot.clock import SystemClock

    today = SystemClock().now().date()
    return "[" + ",".join(f'"{today + timedelta(days=away)}"' for away in (-1, 0, 1)) + "]"


def _rows(station: Station, query: str) -> list[tuple[str, ...]]:
    with sqlite3.connect(station.url.removeprefix("sqlite:///")) as connection:
        return connection.execute(query).fetchall()


def _states(station: Station, kind: str) -> list[str]:
    return [state for state, row_kind in _rows(station, "SELECT state, kind FROM delivery") if row_kind == kind]


async def _delivery(station: Station, state: str) -> None:
    async with asyncio.timeout(90):
        while state not in _states(station, "morning"):
            await asyncio.sleep(0.05)


def _age_claims(station: Station) -> None:
    """Two minutes go by, as far as the claim is concerned."""
    with sqlite3.connect(station.url.removeprefix("sqlite:///")) as connection:
        for moment in ("claimed_at", "begun_at"):
            connection.execute(f"UPDATE delivery SET {moment} = datetime({moment}, '-1 hour') WHERE state = 'claimed'")


async def test_sigterm_lets_the_bot_finish_its_answer(station: Station) -> None:
    phone = station.sandbox.phone(1001)
    async with station.zhike("run") as bot:
        await bot.says("已上线")
        station.sandbox.fail_next("sendMessage", status=200, delay=1)
        await phone.say("/help")
        async with asyncio.timeout(30):
            while not any(call.method == "getUpdates" and call.status == 200 for call in station.sandbox.calls):
                await asyncio.sleep(0.02)
        await asyncio.sleep(0.3)
        code = await bot.stop()

    assert code == 0
    assert "/customers" in phone.last.text


async def test_a_wrong_token_is_one_clear_line(station: Station) -> None:
    async with station.zhike("run", ZHIKE_TELEGRAM__TOKEN="700000001:another-token-than-the-sandbox-knows") as bot:
        code = await bot.ended()
        said = await bot.complaint()

    assert code == 1
    assert said.splitlines()[-1].startswith("✗ Telegram 不认这个令牌")
    assert "another-token" not in said


async def test_an_unreachable_server_is_one_clear_line(station: Station) -> None:
    async with station.zhike("run", ZHIKE_TELEGRAM__BASE_URL="http://127.0.0.1:9/bot") as bot:
        code = await bot.ended()
        said = await bot.complaint()

    assert code == 1
    assert said.splitlines()[-1].startswith("✗ 连不上 Telegram")
    assert "Traceback" not in said


async def test_a_second_poller_is_told_so_and_the_first_goes_on(station: Station) -> None:
    phone = station.sandbox.phone(1001)
    async with station.zhike("run") as first:
        await first.says("已上线")
        async with station.zhike("run") as second:
            ended = {asyncio.create_task(first.ended()), asyncio.create_task(second.ended())}
            done, _ = await asyncio.wait(ended, return_when=asyncio.FIRST_COMPLETED)
            loser, winner = (first, second) if not first.running else (second, first)
            said = await loser.complaint()
            await phone.say("/help")
            await reply(phone, 1)

            assert {task.result() for task in done} == {1}
            assert "另一个进程正在用同一个令牌" in said
            assert winner.running
            for task in ended - done:
                task.cancel()


async def test_a_locked_database_is_one_clear_line(station: Station) -> None:
    other = sqlite3.connect(station.url.removeprefix("sqlite:///"), isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    async with station.zhike("run", ZHIKE_DATABASE__URL=f"{station.url}?timeout=0.1") as bot:
        code = await bot.ended()
        said = await bot.complaint()
    other.close()

    assert code == 1
    assert said.splitlines()[-1] == "✗ 数据库被别的程序锁住了。关掉正在用它的程序再试。"


async def test_a_database_of_a_newer_version_is_left_alone(station: Station) -> None:
    with sqlite3.connect(station.url.removeprefix("sqlite:///")) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    async with station.zhike("run") as bot:
        code = await bot.ended()
        said = await bot.complaint()

    assert code == 1
    assert "更新版本" in said.splitlines()[-1]


async def test_the_first_start_prints_a_link_that_makes_the_first_admin_once(
    station: Station, tmp_path: object
) -> None:
    phone, late = station.sandbox.phone(1003), station.sandbox.phone(1002)
    async with station.zhike("run", ZHIKE_DATABASE__URL=f"sqlite:///{tmp_path}/empty.db") as bot:
        link = (await bot.says("start=")).strip()
        await bot.says("已上线")
        await phone.open_link(link)
        await reply(phone, 1)
        await late.open_link(link)
        await reply(late, 1)

    assert "管理员" in phone.last.text
    assert "用不了" in late.last.text


async def test_by_webhook_the_bot_answers_too_and_refuses_posts_without_the_secret(station: Station) -> None:
    import aiohttp

    phone = station.sandbox.phone(1001)
    port = _free_port()
    hook = f"http://127.0.0.1:{port}/hook"
    settings = {
        "ZHIKE_TELEGRAM__MODE": "webhook",
        "ZHIKE_TELEGRAM__WEBHOOK_URL": hook,
        "ZHIKE_TELEGRAM__WEBHOOK_SECRET": "open-sesame",
        "ZHIKE_TELEGRAM__PORT": str(port),
    }
    async with station.zhike("run", **settings) as bot:
        await bot.says("已上线")
        await phone.say("/help")
        await reply(phone, 1)
        async with aiohttp.ClientSession() as session:
            forged = await session.post(hook, json={"update_id": 1})
            broken = await session.post(hook, data=b"{", headers={"X-Telegram-Bot-Api-Secret-Token": "open-sesame"})

    assert forged.status == 403
    assert broken.status == 400
    assert "/customers" in phone.last.text


def _free_port() -> int:
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


async def test_the_log_says_what_was_done_and_nothing_private(station: Station) -> None:
    phone = station.sandbox.phone(1001)
    async with station.zhike("run", ZHIKE_LOG__LEVEL="DEBUG") as bot:
        await bot.says("已上线")
        await phone.say("/new 欧阳秘密")
        await reply(phone, 1)
        await phone.say(DESCRIBED)
        await reply(phone, 2)
        await bot.stop()
        log = await bot.complaint()

    assert '"action": "started"' in log
    assert "欧阳秘密" not in log
    assert DESCRIBED not in log
    assert TOKEN not in log


async def test_a_bot_whose_worker_is_killed_ends_with_one_clear_line_and_answers_after_the_restart(
    station: Station,
) -> None:
    phone = station.sandbox.phone(1001)
    async with station.zhike("run") as first:
        await first.says("已上线")
        os.kill(first.children[0], signal.SIGKILL)
        code = await first.ended()
        await first.says("负责判断的进程没有了", seconds=5)
    await phone.say("/new 王总")
    async with station.zhike("run") as second:
        await second.says("已上线")
        await reply(phone, 1)

    assert code == 1
    assert from_bot(phone) == 1


async def test_a_killed_bot_leaves_no_worker_behind(station: Station) -> None:
    async with station.zhike("run") as bot:
        await bot.says("已上线")
        (worker,) = bot.children
        await bot.kill()
        async with asyncio.timeout(20):
            while psutil.pid_exists(worker) and psutil.Process(worker).status() != psutil.STATUS_ZOMBIE:
                await asyncio.sleep(0.05)


async def test_the_running_bot_draws_in_a_third_process_that_starts_with_the_first_picture(station: Station) -> None:
    phone = station.sandbox.phone(1001)
    async with station.zhike("run") as process:
        await process.says("已上线")
        await phone.say("/help")
        await reply(phone, 1)
        before = process.children
        loaded = [_loads_matplotlib(pid) for pid in (process.pid, *before)]
        await phone.say("/abc")
        await reply(phone, 2)
        (drawing,) = set(process.children) - set(before)
        after = [_loads_matplotlib(pid) for pid in (process.pid, *before, drawing)]
        code = await process.stop()

    assert phone.last.media
    assert loaded == [False, False]
    assert after == [False, False, True]
    assert code == 0
    assert not psutil.pid_exists(drawing)


def _loads_matplotlib(pid: int) -> bool:
    return any("matplotlib" in part.path for part in psutil.Process(pid).memory_maps())


async def test_a_list_whose_taking_in_was_cut_off_is_taken_in_once_after_the_restart(station: Station) -> None:
    phone = station.sandbox.phone(1001)
    rows = "\n".join(f"新客户{number},1390000{number:04}" for number in range(2000))
    async with station.zhike("run") as first:
        await first.says("已上线")
        await phone.send_document("客户.csv", f"客户,电话\n{rows}\n".encode())
        await _button(phone, "✅ 导入 2000 位")
        await phone.tap("✅ 导入 2000 位")
        await _said(phone, "正在导入")
        await first.kill()
    async with station.zhike("run") as second:
        await second.says("已上线")
        await _said(phone, "导完了")
        await phone.settled(timeout=60)

    with sqlite3.connect(station.url.removeprefix("sqlite:///")) as connection:
        (count,) = connection.execute("SELECT count(*) FROM prospect WHERE name LIKE '新客户%'").fetchone()
    assert count == 2000
    assert "新客户 2000 位" in phone.last.text


async def _said(phone: Phone, words: str) -> None:
    """Wait until the bot's last message says that."""
    async with asyncio.timeout(90):
        while not any(message.from_bot and words in message.text for message in phone.messages):
            await asyncio.sleep(0.05)


async def _button(phone: Phone, label: str) -> None:
    """Wait until a message has that button."""
    async with asyncio.timeout(90):
        while not any(one.text == label for message in phone.messages for row in message.buttons for one in row):
            await asyncio.sleep(0.05)
