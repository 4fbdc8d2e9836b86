import asyncio
import os
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp

from tests.bot.conftest import ROOT, Process

Act = Callable[..., Awaitable[Any]]


@asynccontextmanager
async def demo(folder: Path, *arguments: str) -> AsyncIterator[tuple[Process, str]]:
    """A demo process of its own with the address that it printed."""
    environment = {key: value for key, value in os.environ.items() if not key.startswith("ZHIKE_")}
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "demo", "--port", "0", "--database", f"sqlite:///{folder}/demo.db", *arguments),
        cwd=ROOT,
        env=environment,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    running = Process(process)
    try:
        yield running, (await running.says("http://127.0.0.1")).strip().rstrip("/")
    finally:
        if running.running:
            await running.kill()


class Page:
    """What the page asks of its server."""

    def __init__(self, address: str, session: aiohttp.ClientSession) -> None:
        self._address = address
        self._session = session

    async def post(self, path: str, **body: Any) -> Any:
        answer = await self._session.post(f"{self._address}{path}", json=body, headers={"X-Zhike-Demo": "1"})
        assert answer.status == 200, await answer.text()
        return await answer.json()

    async def texts(self, person: int) -> list[str]:
        """Every message of a person's chat."""
        state = await (await self._session.get(f"{self._address}/demo/state?person={person}")).json()
        return [message["text"] for message in state["messages"]]

    async def reads(self, person: int, words: str) -> str:
        """Wait for a message that contains `words`."""
        async with asyncio.timeout(60):
            while True:
                found = [text for text in await self.texts(person) if words in text]
                if found:
                    return found[-1]
                await asyncio.sleep(0.1)


async def test_a_newcomer_judges_a_customer_and_sees_the_morning_push(tmp_path: Path) -> None:
    async with demo(tmp_path) as (_, address), aiohttp.ClientSession() as session:
        page = Page(address, session)
        await page.post("/demo/act/say", person=1001, text="他坐下半天不吭声，问一句才点个头")
        verdict = await page.reads(1001, "沉默型")
        await page.post("/demo/clock", to="morning")
        push = await page.reads(1001, "今天联系")

    assert "把握" in verdict or "目前像" in verdict
    assert "刘芳" in push


async def test_a_manager_reminds_a_colleague_whose_phone_nobody_holds(tmp_path: Path) -> None:
    async with demo(tmp_path) as (_, address), aiohttp.ClientSession() as session:
        page = Page(address, session)
        await page.post("/demo/clock", to="morning")
        await page.post("/demo/act/say", person=1003, text="/overdue")
        await page.reads(1003, "点“提醒”我去说")
        state = await (await session.get(f"{address}/demo/state?person=1003")).json()
        listed = state["messages"][-1]
        reminding = next(key for row in listed["buttons"] for key in row if key["text"] == "👋 提醒小郑")
        await page.post("/demo/act/tap", person=1003, message_id=listed["id"], data=reminding["data"])
        reminder = await page.reads(1101, "帮你留意着")

    assert reminder.startswith("👋 陈主管")


async def test_a_killed_demo_keeps_the_chat_and_goes_on(tmp_path: Path) -> None:
    async with aiohttp.ClientSession() as session:
        async with demo(tmp_path) as (running, address):
            page = Page(address, session)
            await page.post("/demo/act/say", person=1001, text="/new 王总")
            await page.reads(1001, "我们来看看")
            await running.kill()
        async with demo(tmp_path) as (_, address):
            page = Page(address, session)
            before = await page.texts(1001)
            await page.post("/demo/act/say", person=1001, text="他坐下半天不吭声，问一句才点个头")
            await page.reads(1001, "沉默型")

    assert any("我们来看看" in text for text in before)


async def test_an_empty_demo_has_nobody_until_the_first_admin_uses_the_code(tmp_path: Path) -> None:
    async with demo(tmp_path, "--empty") as (running, address), aiohttp.ClientSession() as session:
        page = Page(address, session)
        code = next(line for line in running.lines if "/start " in line).split("/start ")[1]
        await page.post("/demo/act/say", person=1001, text="你好")
        refused = await page.reads(1001, "受邀")
        await page.post("/demo/act/say", person=1001, text=f"/start {code}")
        welcome = await page.reads(1001, "欢迎")

    assert "邀请链接" in refused
    assert "管理员" in welcome


async def test_a_port_that_is_taken_is_one_clear_line(tmp_path: Path) -> None:
    async with demo(tmp_path) as (_, address):
        port = address.rpartition(":")[2]
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "bot", "demo", "--port", port, "--database", f"sqlite:///{tmp_path}/other.db"),
            cwd=ROOT,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        _, said = await process.communicate()

    assert process.returncode == 1
    assert said.decode().splitlines()[-1].startswith(f"✗ 127.0.0.1 的 {port} 端口用不了")
