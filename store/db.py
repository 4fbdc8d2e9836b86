"""One database, SQLite or PostgreSQL, and whole transactions run off the event loop.

SQLite has one writer thread (it has one writer anyway) and a few reader threads; PostgreSQL a small pool for both.
A transaction is durable when `write` returns (WAL with synchronous=FULL).
"""

import asyncio
import logging
import shutil
import sqlite3
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeVar

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import ArgumentError, DisconnectionError, OperationalError
from sqlalchemy.pool import ConnectionPoolEntry
from sqlmodel import Session, SQLModel

from knowledge.errors import ZhikeError
from store.quick import DRIVER, Driver
from store.waiting import Outcome, Waiting, Work

logger = logging.getLogger(__name__)

P = ParamSpec("P")
R = TypeVar("R")

LOCK_WAIT = 5.0  # seconds that a transaction waits for another process's lock before it gives up
PATIENCE = 3  # tries of a transaction that met a locked or deadlocked database
TRUSTED = 1.0  # seconds that a connection to PostgreSQL is taken to be there after it was used
MOST_TOGETHER = 64  # works that share a commit; the last of them waits for about 30 ms of the others' work


class DatabaseUnusable(ZhikeError):
    """数据库打不开。"""


class Database:
    """An engine with its worker threads."""

    def __init__(self, url: str, *, threads: int = 4) -> None:
        self.engine = engine(url)
        self._reading = self.engine.execution_options(zhike_read=True)
        self.is_sqlite = self.engine.dialect.name == "sqlite"
        # PostgreSQL works transactions off side by side; there a commit for several would hold their locks together.
        together = MOST_TOGETHER if self.is_sqlite else 1
        self._writers = ThreadPoolExecutor(1 if self.is_sqlite else threads, "store-write")
        self._readers = ThreadPoolExecutor(2, "store-read") if self.is_sqlite else self._writers
        self._lines: list[_Line] = []  # to write through, which nobody uses at the moment
        self._waiting = Waiting(self._writers, 1 if self.is_sqlite else threads, self.write_all, together)

    async def write(self, transaction: Callable[Concatenate[Session, P], R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Run `transaction(session, …)` on a worker thread; when this returns, what it wrote is on disk.

        Those that wait at the same time share one commit. A transaction may be run again, after a fault of another one
        or a passing lock, so it must have no other effect than on the database.
        """
        return await self._waiting.turn(lambda session: transaction(session, *args, **kwargs))

    async def read(self, query: Callable[Concatenate[Session, P], R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Run `query(session, …)` on a worker thread; what it changes is rolled back."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._readers, lambda: self.read_now(query, *args, **kwargs))

    def write_now(self, transaction: Callable[Concatenate[Session, P], R], *args: P.args, **kwargs: P.kwargs) -> R:
        """The same as `write`, in this thread."""
        work: Work[R] = lambda session: transaction(session, *args, **kwargs)  # noqa: E731 - its type is stated
        return self._apart(work).get()

    def read_now(self, query: Callable[Concatenate[Session, P], R], *args: P.args, **kwargs: P.kwargs) -> R:
        """The same as `read`, in this thread."""
        with self._reading.connect() as connection:
            connection.begin()  # closing the connection takes it back
            with _session(connection) as session:
                return query(session, *args, **kwargs)

    def write_all(
        self, works: Sequence[Work[R]], before: Callable[[Sequence[R]], None] | None = None
    ) -> Sequence[Outcome[R]]:
        """What came of each work: all in one transaction, or, where one of them fails there, each in its own.

        `before` hears what all of them came to before the transaction commits. That may fail, and what comes of them
        then is different.
        """
        if len(works) == 1:
            return [self._apart(works[0], before)]
        try:
            return self._together(works, before)
        except Exception as fault:
            logger.info("works are done apart: %s", type(fault).__name__, extra={"action": "works_apart"})
            return [self._apart(work) for work in works]

    def _apart(self, work: Work[R], before: Callable[[Sequence[R]], None] | None = None) -> Outcome[R]:
        for patience in range(PATIENCE, 0, -1):
            try:
                return self._together([work], before if patience == PATIENCE else None)[0]
            except OperationalError as fault:
                if patience == 1 or not _passing(fault):
                    return Outcome(fault=fault)
                time.sleep(0.05)
            except Exception as fault:
                return Outcome(fault=fault)
        raise AssertionError("unreachable")

    def _together(
        self, works: Sequence[Work[R]], before: Callable[[Sequence[R]], None] | None = None
    ) -> list[Outcome[R]]:
        line = self._line()
        try:
            with line.connection.begin():
                values = [line.done(work) for work in works]
                if before is not None:
                    before(values)
        except BaseException:
            line.close()
            raise
        if self.is_sqlite:
            self._lines.append(line)
        else:
            line.close()
        return [Outcome(value) for value in values]

    def _line(self) -> "_Line":
        try:
            return self._lines.pop()
        except IndexError:
            return _Line.open(self.engine)

    def free(self) -> int | None:
        """MB free on the disk of a SQLite file; None for PostgreSQL, which may be on any machine."""
        path = self.engine.url.database
        if not self.is_sqlite or not path or path == ":memory:":
            return None
        return shutil.disk_usage(Path(path).resolve().parent).free // 1_000_000

    def close(self) -> None:
        """Finish what the threads are doing, then close every connection."""
        self._writers.shutdown()
        self._readers.shutdown()
        self.hang_up()

    def hang_up(self) -> None:
        """Close every connection that nobody uses; what comes later opens others."""
        while self._lines:
            self._lines.pop().close()
        self.engine.dispose()


def _session(connection: Connection) -> Session:
    """A session in the transaction of a connection, whose statements may go straight to the driver."""
    made = Session(connection, expire_on_commit=False, join_transaction_mode="rollback_only")
    made.info[DRIVER] = Driver.of(connection)
    return made


@dataclass(frozen=True, slots=True)
class _Line:
    """A connection with its session. To take both from the pool and put them back is a tenth of a short transaction, so
    on SQLite, where no server can hang up, they are kept.
    """

    connection: Connection
    session: Session

    @staticmethod
    def open(engine: Engine) -> "_Line":
        connection = engine.connect()
        return _Line(connection, _session(connection))

    def done(self, work: Work[R]) -> R:
        """What came of a work in a transaction that it shares: whatever fails in it ends the whole of it."""
        session = self.session
        value = work(session)
        if session.in_transaction():  # most works speak to the driver, past the session
            session.commit()
            session.close()
        return value

    def close(self) -> None:
        """Give the connection back. A COMMIT that failed leaves its transaction open on SQLite: it would keep the lock,
        and no other could begin.
        """
        self.session.close()
        if getattr(self.connection.connection.driver_connection, "in_transaction", False):
            self.connection.connection.rollback()
        self.connection.close()


def insert(session: Session, table: type[SQLModel]) -> sqlite.Insert | postgresql.Insert:
    """An insert that can say what happens where the row is there already, on either database."""
    dialect = session.get_bind().dialect.name
    return (postgresql.insert if dialect == "postgresql" else sqlite.insert)(table)


def engine(url: str) -> Engine:
    """An engine with our settings.

    Raises:
        DatabaseUnusable: the address cannot be read, or the folder of the SQLite file cannot be made.
    """
    try:
        parsed = make_url(url)
        if parsed.drivername in {"postgresql", "postgres"}:
            parsed = parsed.set(drivername="postgresql+psycopg")
        if parsed.get_backend_name() == "sqlite":
            return _sqlite(parsed)
        return _postgresql(parsed)
    except (ArgumentError, ImportError, ValueError) as fault:
        raise DatabaseUnusable(
            "数据库地址写错了。例：sqlite:///zhike.db 或 postgresql://用户:密码@主机/库名"
        ) from fault


def _postgresql(url: URL) -> Engine:
    made = create_engine(url, hide_parameters=True, pool_size=5, max_overflow=5)

    @event.listens_for(made, "checkin")
    def used(_: object, record: ConnectionPoolEntry) -> None:
        record.info["used"] = time.monotonic()

    @event.listens_for(made, "checkout")
    def look(connection: Any, record: ConnectionPoolEntry, _: object) -> None:
        """A server that went away is noticed before a transaction begins. To ask before each would be one way there
        and back in eight of a tick.
        """
        if time.monotonic() - record.info.get("used", 0.0) < TRUSTED:
            return
        try:
            made.dialect.do_ping(connection)
        except made.dialect.loaded_dbapi.Error as fault:
            raise DisconnectionError from fault

    return made


def _sqlite(url: URL) -> Engine:
    database = url.database
    if database and database != ":memory:":
        try:
            Path(database).resolve().parent.mkdir(parents=True, exist_ok=True)
        except OSError as fault:
            raise DatabaseUnusable(f"建不了数据库所在的文件夹：{Path(database).parent}") from fault
    if "timeout" not in url.query:
        url = url.update_query_dict({"timeout": str(LOCK_WAIT)})
    made = create_engine(
        url,
        hide_parameters=True,
        connect_args={"check_same_thread": False},
        pool_reset_on_return=None,  # every transaction here is ended by the block that began it
    )

    @event.listens_for(made, "connect")
    def settle(connection: sqlite3.Connection, _: object) -> None:
        connection.isolation_level = None  # we say BEGIN ourselves, below
        for setting in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "temp_store=MEMORY"):
            connection.execute(f"PRAGMA {setting}")

    @event.listens_for(made, "begin")
    def begin(connection: Connection) -> None:
        # IMMEDIATE: a deferred transaction that reads first cannot wait for the write lock of another process.
        reading = connection.get_execution_options().get("zhike_read")
        driver: Any = connection.connection.driver_connection
        try:
            driver.execute("BEGIN" if reading else "BEGIN IMMEDIATE")
        except sqlite3.OperationalError as fault:
            raise OperationalError("BEGIN", None, fault) from fault

    return made


def _passing(fault: OperationalError) -> bool:
    text = str(fault.orig).lower()
    return "locked" in text or "busy" in text or "deadlock" in text or "could not serialize" in text
