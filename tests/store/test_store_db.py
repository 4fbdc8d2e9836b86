import asyncio
import sqlite3
from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import event, text
from sqlalchemy.exc import IntegrityError, OperationalError, StatementError
from sqlmodel import Session, SQLModel, select

from bot.service import open_database
from store import deliveries, people
from store.db import Database, DatabaseUnusable
from store.quick import Among, Quick
from store.tables import Person


async def test_what_is_written_is_there_for_the_next_reader(db):
    written = await db.write(people.team_named, "东组")
    read = await db.read(people.team_name, written.id)

    assert read == "东组"


async def test_a_read_changes_nothing(db):
    await db.read(people.team_named, "东组")

    assert await db.read(_teams) == 0


async def test_a_transaction_that_fails_leaves_nothing(db):
    def half(session):
        people.team_named(session, "东组")
        raise LookupError

    with pytest.raises(LookupError):
        await db.write(half)

    assert await db.read(_teams) == 0


def _teams(session):
    return session.execute(text("SELECT count(*) FROM team")).scalar()


async def test_many_writers_at_once_lose_nothing(db):
    await asyncio.gather(*(db.write(people.team_named, f"{number} 组") for number in range(20)))

    assert await db.read(_teams) == 20


def test_a_row_can_be_read_after_its_transaction(db, join):
    me = db.write_now(join, 11, "小林")

    assert (me.name, me.team_id is not None) == ("小林", True)


def test_a_reference_to_nothing_is_refused_on_either_database(session, customer):
    with pytest.raises(IntegrityError):
        customer(session, Person(id=99, telegram_id=1, name="", role="rep"))


def test_a_naive_time_is_refused(session, join):
    me = join(session, 11, "小林")
    me.pushed_at = datetime(2026, 6, 1, 8, 30)  # noqa: DTZ001 - the naive time is the point

    with pytest.raises(StatementError, match="naive"):
        session.flush()


@pytest.mark.parametrize("hours", [-8, 0, 8])
def test_a_time_of_any_zone_comes_back_as_the_same_instant_in_utc(session, join, hours):
    me = join(session, 11, "小林")
    at = datetime(2026, 6, 1, 8, 30, 15, 123456, timezone(timedelta(hours=hours)))
    me.pushed_at, me.next_push_at = at, None
    session.flush()
    session.expire_all()

    assert (me.pushed_at, me.pushed_at.tzinfo, me.next_push_at) == (at, UTC, None)


def test_times_are_compared_as_instants(session, join):
    me = join(session, 11, "小林")
    me.next_push_at = datetime(2026, 6, 1, 8, 30, tzinfo=timezone(timedelta(hours=8)))
    session.flush()

    assert deliveries.people_to_plan(session, datetime(2026, 6, 1, 0, 29, tzinfo=UTC), 9) == []
    assert deliveries.people_to_plan(session, datetime(2026, 6, 1, 0, 30, tzinfo=UTC), 9) == [me]


@pytest.mark.parametrize("wanted", [[], [2], list(range(2, 2000)), [3, 2, 3]])
def test_one_statement_asks_for_any_number_of_values(session, join, wanted):
    for number in range(1, 5):
        join(session, number, f"销售{number}")
    people_ = SQLModel.metadata.tables["person"]
    found = Quick(
        select(people_.c.telegram_id).where(Among(people_.c.telegram_id, "ids"), Among(people_.c.name, "only"))
    )

    told = found.rows(session, ids=wanted, only=["销售1", "销售2", "销售3"])

    assert {id for (id,) in told} == {2, 3} & set(wanted)


def test_sqlite_writes_ahead_and_keeps_references(lite):
    db = open_database(lite)
    with Session(db.engine) as session:
        settings = [
            session.execute(text(f"PRAGMA {name}")).scalar() for name in ("journal_mode", "synchronous", "foreign_keys")
        ]
    db.close()

    assert settings == ["wal", 2, 1]


def test_a_folder_that_is_not_there_is_made(tmp_path):
    db = open_database(f"sqlite:///{tmp_path / 'a' / 'b' / 'zhike.db'}")
    db.close()

    assert (tmp_path / "a" / "b" / "zhike.db").is_file()


def test_a_folder_that_cannot_be_made_is_named(tmp_path):
    (tmp_path / "file").write_text("")

    with pytest.raises(DatabaseUnusable, match="文件夹"):
        Database(f"sqlite:///{tmp_path / 'file' / 'sub' / 'zhike.db'}")


@pytest.mark.parametrize(
    "address",
    ["", "zhike.db", "://", "mysql+nothing://x/y", "mysql://x/y", "postgresql://x:port/y", "sqlite:///x?timeout=soon"],
)
def test_an_address_that_cannot_be_read_is_explained(address):
    with pytest.raises(DatabaseUnusable, match="数据库地址"):
        Database(address)


def test_a_locked_database_is_named_as_such(tmp_path):
    file = tmp_path / "zhike.db"
    open_database(f"sqlite:///{file}").close()
    holder = sqlite3.connect(file, isolation_level=None)
    holder.execute("BEGIN EXCLUSIVE")

    with pytest.raises(DatabaseUnusable, match="锁住了"):
        open_database(f"sqlite:///{file}?timeout=0.05")

    holder.rollback()
    holder.close()
    open_database(f"sqlite:///{file}").close()


def test_a_file_that_is_no_database_is_explained(tmp_path):
    (tmp_path / "zhike.db").write_text("just a letter" * 100)

    with pytest.raises(DatabaseUnusable, match="打不开"):
        open_database(f"sqlite:///{tmp_path / 'zhike.db'}")


def test_a_commit_that_fails_leaves_no_transaction_open(db, join):
    """On SQLite it would keep everybody's lock, and every later one would fail to begin."""

    def fail(_):
        event.remove(db.engine, "commit", fail)
        raise OSError("the disk is full")

    event.listen(db.engine, "commit", fail)
    with pytest.raises(OSError, match="disk"):
        db.write_now(join, 11, "小林")
    db.write_now(join, 12, "小王")

    assert db.read_now(people.by_telegram, 11) is None
    assert db.read_now(people.by_telegram, 12) is not None


def test_a_transaction_that_met_a_passing_lock_is_tried_again(db):
    tries = []

    def locked_twice(session):
        tries.append(session)
        if len(tries) < 3:
            raise OperationalError("BEGIN", {}, sqlite3.OperationalError("database is locked"))
        return people.team_named(session, "东组").name

    assert db.write_now(locked_twice) == "东组"
    assert len(tries) == 3


@pytest.mark.parametrize(("words", "tries"), [("database is locked", 3), ("no such table: team", 1)])
def test_a_lasting_fault_is_raised(db, words, tries):
    seen = []

    def fails(session):
        seen.append(session)
        raise OperationalError("SELECT", {}, sqlite3.OperationalError(words))

    with pytest.raises(OperationalError):
        db.write_now(fails)

    assert len(seen) == tries


async def test_writers_that_share_a_commit_fail_each_for_itself(db, join):
    """Eighty at once: every fourth fails, in its own code, in a statement of its own, or when its rows are flushed."""

    def write(session, number):
        people.team_named(session, f"{number} 组")
        if number % 12 == 0:
            raise LookupError(number)
        if number % 12 == 4:
            session.execute(text("INSERT INTO team (name) SELECT name FROM team"))
        if number % 12 == 8:
            session.add(Person(telegram_id=number, name="x", role="rep", team_id=99999, created_at=datetime.now(UTC)))
        return number

    done = await asyncio.gather(*(db.write(write, number) for number in range(80)), return_exceptions=True)

    assert [number for number in range(80) if done[number] != number] == list(range(0, 80, 4))
    assert all(isinstance(done[number], LookupError | IntegrityError) for number in range(0, 80, 4))
    assert await db.read(_teams) == 60


async def test_a_writer_that_was_given_up_does_not_hold_up_the_others(db):
    task = asyncio.create_task(db.write(people.team_named, "东组"))
    await asyncio.sleep(0)
    task.cancel()

    await db.write(people.team_named, "西组")

    async with asyncio.timeout(30):  # on PostgreSQL the two are done side by side, in either order
        while await db.read(_teams) < 2:
            await asyncio.sleep(0.01)


def test_a_connection_that_the_server_closed_is_opened_again_unnoticed(postgres, monkeypatch):
    monkeypatch.setattr("store.db.TRUSTED", 0.0)
    db = Database(postgres)
    other = Database(postgres)
    ask = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> "

    before = db.read_now(_backend)
    other.read_now(lambda session: session.execute(text(f"{ask} pg_backend_pid()")))

    assert db.read_now(_backend) != before
    db.close()
    other.close()


def test_a_connection_that_was_just_used_is_not_asked_whether_it_is_there(postgres, monkeypatch):
    asked = []
    db = Database(postgres)
    db.read_now(_backend)
    monkeypatch.setattr(db.engine.dialect, "do_ping", asked.append)

    db.read_now(_backend)
    monkeypatch.setattr("store.db.TRUSTED", 0.0)
    db.read_now(_backend)

    assert len(asked) == 1
    db.close()


def _backend(session):
    return session.execute(text("SELECT pg_backend_pid()")).scalar()
