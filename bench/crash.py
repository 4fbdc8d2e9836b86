"""Kill -9 the push at random moments and see what becomes of all messages: `python -m bench.crash [KILLS] [PROCESSES]`.

Twice: with a Telegram that is as near as loopback, where one message at a time is enough for the pace, and with one
whose answers take 50 to 200 ms, where it is not.

A nursery loads everything once and forks a service for each life, so that a life costs a fraction of a second and not a
start; it is killed within a second of beginning to tick. Two minutes then go by as far as its claims are
concerned, and the next one is born. The last of them lives until nothing waits. Then every rep must have got the
morning message once, or be known to be uncertain and have been asked; never twice.
"""

import asyncio
import os
import random
import select as waiting_for
import signal
import sys
import tempfile
from asyncio.subprocess import PIPE
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import mean

from sqlmodel import Session, col, select

from bench.machine import first_in_line, machine
from bench.push import FIRST, filled, working
from bench.strict import ANSWER, NEAR, StrictTelegram
from bench.telegram import TOKEN
from bot.service import FIRST as TICKS_AFTER
from bot.service import open_database
from scheduler.wire import AT_ONCE
from store.db import Database
from store.tables import Delivery, Person

KILLS = 200
EACH = 14  # reps for each kill, so that there is something to send whenever it comes
LIFE = 1.0  # seconds that a process lives at most once it ticks
PATIENCE = 300.0
ASKED = "可能没有送到"


@dataclass(slots=True)
class Report:
    """What became of the messages. `in_doubt` and `on_wire` have a figure for each kill."""

    reps: int = 0
    states: dict[str, int] = field(default_factory=dict)
    twice: int = 0  # reps that got two morning messages
    lost: int = 0  # reps that got none and are not known to be uncertain
    said_sent: int = 0  # reps noted as sent that got none
    unasked: int = 0  # uncertain ones that were not asked
    in_doubt: list[int] = field(default_factory=list)
    on_wire: list[int] = field(default_factory=list)
    arrived: int = 0  # of those in doubt


@dataclass(slots=True)
class Life:
    """A service, while it lives."""

    pid: int
    gone: asyncio.Event = field(default_factory=asyncio.Event)


@asynccontextmanager
async def nursery(
    base_url: str, database: str, now: datetime, at_once: int
) -> AsyncIterator[Callable[[], Awaitable[Life]]]:
    """A process that forks a service whenever it is asked to."""
    settings = working(now) | {
        "ZHIKE_TELEGRAM__TOKEN": TOKEN,
        "ZHIKE_TELEGRAM__BASE_URL": base_url,
        "ZHIKE_DATABASE__URL": database,
        "ZHIKE_REMINDERS__MESSAGES_AT_ONCE": str(at_once),
    }
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bench.crash", "--nursery", env=os.environ | settings, stdin=PIPE, stdout=PIPE
    )
    assert process.stdin is not None
    assert process.stdout is not None
    lives: dict[int, Life] = {}
    births: asyncio.Queue[Life] = asyncio.Queue()

    async def listen(stream: asyncio.StreamReader) -> None:
        while line := (await stream.readline()).decode():
            what, pid = line.split()
            if what == "born":
                lives[int(pid)] = Life(int(pid))
                births.put_nowait(lives[int(pid)])
            else:
                lives[int(pid)].gone.set()

    listening = asyncio.create_task(listen(process.stdout))

    async def born() -> Life:
        assert process.stdin is not None
        process.stdin.write(b"go\n")
        return await births.get()

    try:
        yield born
    finally:
        process.stdin.close()
        await process.wait()
        await listening


def rear() -> None:
    """The nursery: fork for each line that comes, and say who was born and who is gone. No thread runs in here."""
    from bot.clock import SystemClock
    from bot.config import load_config
    from bot.service import desk_for, run
    from knowledge.edition import edition
    from knowledge.segment import cut

    config = load_config()
    read = edition(config.files())
    cut("预热")
    open_, alive = True, set[int]()
    while open_ or alive:
        ready, _, _ = waiting_for.select([sys.stdin.fileno()] if open_ else [], [], [], 0.01)
        if ready:
            asked = os.read(sys.stdin.fileno(), 64)
            open_ = bool(asked)
            for _ in range(asked.count(b"\n")):
                pid = os.fork()
                if not pid:
                    break
                alive.add(pid)
                print("born", pid, flush=True)
            else:
                continue
            break
        for pid in list(alive):
            if os.waitpid(pid, os.WNOHANG)[0]:
                alive.discard(pid)
                print("gone", pid, flush=True)
    else:
        return
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    db = open_database(config.database.url)
    asyncio.run(run(config, desk_for(config, db, SystemClock().now, read), print))
    os._exit(0)


def summed(report: Report, db: Database, telegram: StrictTelegram) -> None:
    """Compare what the rows say with what Telegram let in."""
    mornings: Counter[int] = Counter()
    asked: Counter[int] = Counter()
    for (chat, said), count in telegram.got.items():
        (asked if ASKED in said else mornings)[chat] += count
    rows = db.read_now(_ended)
    report.twice = sum(count > 1 for chat, count in mornings.items() if chat >= FIRST)
    for rep in range(FIRST, FIRST + report.reps):
        state = rows.get(rep, "never planned")
        report.states[state] = report.states.get(state, 0) + 1
        report.lost += not mornings[rep] and state != "uncertain"
        report.said_sent += state == "sent" and not mornings[rep]
        report.unasked += state == "uncertain" and not asked[rep]
        report.arrived += state == "uncertain" and bool(mornings[rep])


def _ended(session: Session) -> dict[int, str]:
    found = select(Person.telegram_id, Delivery.state).join(Delivery, col(Delivery.person_id) == col(Person.id))
    return dict(session.exec(found.where(col(Delivery.kind) == "morning")).all())


def in_doubt(session: Session, pid: int) -> int:
    """What a dead process had begun. Two minutes go by, as far as its claims are concerned."""
    rows = session.exec(select(Delivery).where(col(Delivery.state) == "claimed")).all()
    theirs = [row for row in rows if f":{pid}:" in row.claimed_by]
    for row in theirs:
        for name in ("claimed_at", "begun_at"):
            if at := getattr(row, name):
                setattr(row, name, at - timedelta(minutes=10))
    return sum(row.begun_at is not None for row in theirs)


def waiting(session: Session, now: datetime) -> int:
    """How much is still to be done. Questions do not wait for their two minutes.

    People first, and those too that a process is planning just now: what it plans is there once it is done with them.
    """
    people = session.exec(select(Person.id).where(col(Person.next_push_at) <= now)).all()
    open_ = session.exec(select(Delivery).where(col(Delivery.state).in_(("planned", "claimed")))).all()
    for row in open_:
        if row.kind == "check" and row.state == "planned":
            row.due_at = min(row.due_at, now)
    return len(open_) + len(people)


async def crashes(
    kills: int,
    database: str = "",
    *,
    processes: int = 1,
    seed: int = 1,
    answer: tuple[float, float] = ANSWER,
    at_once: int = AT_ONCE,
    each: int = EACH,
) -> Report:
    """Live through so many deaths, on an empty database or (without one) on a new SQLite one."""
    dice, telegram = random.Random(seed), StrictTelegram(seed, answer)
    base_url = await telegram.listen()
    report = Report(reps=kills * each)
    with tempfile.TemporaryDirectory() as name:
        now = datetime.now(UTC)
        url = filled(Path(name), report.reps, now, database)
        db = Database(url)
        async with nursery(base_url, url, now, at_once) as born:
            lives = [await born() for _ in range(processes)]
            for _ in range(kills):
                await asyncio.sleep(TICKS_AFTER + dice.uniform(0, LIFE))
                life = lives.pop(0)
                os.kill(life.pid, signal.SIGKILL)
                report.on_wire.append(telegram.on_wire)
                await life.gone.wait()
                report.in_doubt.append(await db.write(in_doubt, life.pid))
                lives.append(await born())
            async with asyncio.timeout(PATIENCE):
                await _settled(db)
            for life in lives:
                os.kill(life.pid, signal.SIGTERM)
                await life.gone.wait()
        summed(report, db, telegram)
        db.close()
    await telegram.close()
    return report


async def _settled(db: Database) -> None:
    while True:
        if not await db.write(waiting, datetime.now(UTC)):
            return
        await asyncio.sleep(0.3)


def main(kills: int = KILLS, processes: int = 1) -> None:
    """Kill and print."""
    print(machine())
    print(first_in_line())
    ways = {"loopback": NEAR, "50 to 200 ms": ANSWER}
    reports = [asyncio.run(crashes(kills, processes=processes, answer=answer)) for answer in ways.values()]
    print("| an answer takes", *ways, "", sep=" | ")
    print("|---|---:|---:|")
    for name, figure in FIGURES.items():
        print(f"| {name}", *map(figure, reports), "", sep=" | ")


FIGURES: dict[str, Callable[[Report], str]] = {
    "kills, reps": lambda report: f"{len(report.in_doubt)}, {report.reps}",
    "ended as": lambda report: ", ".join(f"{count} {state}" for state, count in sorted(report.states.items())),
    "got the morning message twice": lambda report: f"**{report.twice}**",
    "got none and nobody knows": lambda report: f"**{report.lost + report.said_sent}**",
    "uncertain and not asked": lambda report: f"**{report.unasked}**",
    "uncertain for each kill: mean, most": lambda report: f"{mean(report.in_doubt):.2f}, {max(report.in_doubt)}",
    "on the wire at each kill: mean, most": lambda report: f"{mean(report.on_wire):.2f}, {max(report.on_wire)}",
    "uncertain ones that had arrived": lambda report: f"{report.arrived} of {sum(report.in_doubt)}",
}


if __name__ == "__main__":
    if sys.argv[1:] == ["--nursery"]:
        rear()
    else:
        main(*map(int, sys.argv[1:]))
