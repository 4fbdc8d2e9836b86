"""How long a customer list takes, in and out, and what everybody else notices of it: `python -m bench.imports [ROWS]`.

While a list of 10,000 rows is read, taken in and exported, one task asks the event loop to be woken every millisecond,
and another writes into the same database all the time, as other chats do; how late the one is and how long the other
waits is noted.
"""

import asyncio
import io
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from bench.loop import table, ticking
from bench.machine import machine
from bot.service import open_database
from handlers import book
from handlers.aside import Aside
from knowledge.cadence import load_cadence
from knowledge.columns import fields
from knowledge.imports import Doubles
from knowledge.standing import Rhythms
from knowledge.systems import PRIMARY, load_systems
from store import imports, people
from store.db import Database
from store.imports import Order

ROWS = 10_000
HEADS = [
    "客户", "公司", "电话", "微信", "等级", "类型", "年成交额", "成交次数", "上次联系", "下次联系", "下一步", "备注",
]  # fmt: skip
NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)


def listed(rows: int) -> bytes:
    """A customer list of so many rows and twelve columns."""
    from openpyxl import Workbook

    made, out = Workbook(write_only=True), io.BytesIO()
    sheet = made.create_sheet("客户")
    sheet.append(
        [
            "客户",
            "公司",
            "电话",
            "微信",
            "等级",
            "类型",
            "年成交额",
            "成交次数",
            "上次联系",
            "下次联系",
            "下一步",
            "备注",
        ]
    )
    for number in range(rows):
        sheet.append([
            f"客户{number}", f"华鑫建材{number % 900}", f"138{number:08}", f"wx{number}", "ABCD"[number % 4], "杀价型",
            number * 100, number % 5, "2026-11-01", "", "送样品", "看了样窗，问了三家的隔音数据，要原始报告",
        ])  # fmt: skip
    made.save(out)
    return out.getvalue()


async def chatting(db: Database, waits: list[float], over: asyncio.Event) -> None:
    """Write like a chat that never rests; how long each write takes, the last one too."""
    while not over.is_set():
        at = time.perf_counter()
        await db.write(people.await_text, 1, f"note:{len(waits)}")
        waits.append(time.perf_counter() - at)
        await asyncio.sleep(0.005)


async def measured(db: Database, url: str, rows: int) -> None:
    """Every step, with what others notice of it."""
    aside, known = Aside(), fields(load_systems(), PRIMARY)
    data = listed(rows)

    async def step(name: str, work: object) -> object:
        late: list[float] = []
        waits: list[float] = []
        over = asyncio.Event()
        ticks, chats = asyncio.create_task(ticking(late)), asyncio.create_task(chatting(db, waits, over))
        at = time.perf_counter()
        value = await work if asyncio.iscoroutine(work) else (await asyncio.sleep(2))
        took = time.perf_counter() - at
        ticks.cancel()
        over.set()
        await chats
        speed = f"{rows / took:,.0f}" if asyncio.iscoroutine(work) else ""
        print(f"| {name} | {took:.1f} | {speed} | {1e3 * max(waits):.0f} | {table(late)} |", flush=True)
        return value

    print(
        "| | seconds | rows a second | longest write of others (ms) | loop: median (ms) | 1 in 100 | 1 in 1000 ", end=""
    )
    print("| latest | over 20 ms |\n|---|---:|---:|---:|---:|---:|---:|---:|---:|")
    today = NOW.date()
    rhythms = Rhythms.of(load_cadence(), load_systems(), PRIMARY)
    await step("nothing", None)
    kept = await step("read and look", aside.run(None, imports.read, url, "客户.xlsx", data, known, today, 1))
    assert isinstance(kept, tuple)
    body, told = kept
    row = await db.write(imports.begin, person_id=1, owner_id=1, name="客户.xlsx", body=body, told=told, now=NOW)
    order = Order(row.id or 0, False, Doubles.NEW, rhythms, {}, NOW)
    await step("take in", aside.run(None, imports.take, url, order, known, today, behind=False))
    row = await db.write(imports.begin, person_id=1, owner_id=1, name="客户.xlsx", body=body, told=told, now=NOW)
    order = Order(row.id or 0, False, Doubles.OVER, rhythms, {}, NOW)
    await step(
        "take in again, over what is there", aside.run(None, imports.take, url, order, known, today, behind=False)
    )
    await step("export", aside.run(None, book.export, url, 1, known))


def main(rows: int = ROWS) -> None:
    """Measure and print."""
    print(machine())
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'bench.db'}"
        db = open_database(url)
        who = {"name": "小李", "role": "rep", "team_id": None, "tz": "Asia/Shanghai", "push_at": "08:30", "now": NOW}
        db.write_now(people.join, telegram_id=1, **who)
        asyncio.run(measured(db, url, rows))
        db.close()


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
