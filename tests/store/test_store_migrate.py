import pytest
from sqlalchemy import MetaData, inspect, text
from sqlmodel import Session, select

from store import migrate, prospects
from store.db import Database
from store.migrate import NewerDatabase
from store.tables import Reminder
from tests.store.conftest import NOW


@pytest.fixture
def empty(url):
    made = Database(url)
    yield made.engine
    made.close()


def _differences(engine):
    with engine.connect() as connection:
        return migrate.differences(connection)


def _tables(engine):
    return set(inspect(engine).get_table_names()) - {"alembic_version"}


def test_the_migrations_make_the_tables_of_the_code(empty):
    migrate.upgrade(empty)

    assert _differences(empty) == []
    assert migrate.is_current(empty)


def test_down_leaves_nothing_and_up_again_makes_the_same(empty):
    migrate.upgrade(empty)
    made = _tables(empty)
    migrate.downgrade(empty, "base")
    after = _tables(empty)
    migrate.upgrade(empty)

    assert len(made) == 29
    assert after == set()
    assert _tables(empty) == made
    assert _differences(empty) == []


def test_every_single_step_goes_down_and_up(empty):
    for revision in migrate.revisions():
        migrate.upgrade(empty, revision)
        migrate.downgrade(empty, "-1")
        migrate.upgrade(empty, revision)

    assert migrate.is_current(empty)
    assert _differences(empty) == []


def test_an_empty_database_is_not_current(empty):
    with empty.connect() as connection:
        assert migrate.current(connection) is None
        assert migrate.known(migrate.current(connection))
    assert not migrate.is_current(empty)


def test_upgrading_twice_changes_nothing(empty):
    migrate.upgrade(empty)
    migrate.upgrade(empty)

    assert migrate.is_current(empty)


def test_a_missing_table_is_a_difference(empty):
    migrate.upgrade(empty)
    with empty.begin() as connection:
        connection.execute(text("DROP TABLE receipt"))

    assert any("receipt" in repr(one) for one in _differences(empty))


def test_a_newer_database_is_refused_and_left_alone(empty):
    migrate.upgrade(empty)
    with empty.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))

    with pytest.raises(NewerDatabase, match="请升级程序"):
        migrate.upgrade(empty)
    with pytest.raises(NewerDatabase):
        migrate.downgrade(empty, "base")

    assert len(_tables(empty)) == 29
    assert not migrate.is_current(empty)


def test_the_revisions_are_one_line_that_ends_at_the_head():
    assert migrate.revisions()[-1] == migrate.head()
    assert len(set(migrate.revisions())) == len(migrate.revisions())


def test_the_numbers_in_the_names_of_the_files_are_alembics_revisions() -> None:
    from alembic.script import ScriptDirectory

    script = ScriptDirectory(str(migrate.HERE))

    assert migrate.head() == script.get_current_head()
    assert migrate.revisions() == sorted(found.revision for found in script.walk_revisions())


def _filled(table, **values):
    """A row for a reflected table: what is not given is empty."""
    empty = {"DATETIME": NOW, "TIMESTAMP": NOW, "DATE": NOW.date(), "INTEGER": 0, "BIGINT": 0, "BOOLEAN": False}
    kinds = {column.name: str(column.type).split("(")[0].split()[0] for column in table.columns if not column.nullable}
    return {name: empty.get(kind, 0.0 if kind in {"FLOAT", "DOUBLE"} else "") for name, kind in kinds.items()} | values


def test_reminders_survive_the_kinds_and_lose_only_what_was_not_there_before(empty):
    migrate.upgrade(empty, "0005")
    with empty.begin() as connection:
        tables = MetaData()
        tables.reflect(connection)
        connection.execute(tables.tables["person"].insert(), _filled(tables.tables["person"], id=1))
        connection.execute(tables.tables["prospect"].insert(), _filled(tables.tables["prospect"], id=1, owner_id=1))
        told = {"id": 99, "prospect_id": 1, "person_id": 1, "kind": "promise", "what": "送样", "state": "open"}
        connection.execute(tables.tables["reminder"].insert(), _filled(tables.tables["reminder"], **told))
    migrate.upgrade(empty)
    with Session(empty) as session:
        kept = [(one.kind, one.what, one.key, one.repeat, one.at) for one in session.exec(select(Reminder))]
        for prospect_id, kind in ((1, "birthday"), (None, "own")):
            session.add(Reminder(prospect_id=prospect_id, person_id=1, kind=kind, on=NOW.date(), created_at=NOW))
        session.commit()
    migrate.downgrade(empty, "0005")
    with empty.connect() as connection:
        left = connection.execute(text("SELECT kind, what FROM reminder")).all()

    assert kept == [("promise", "送样", "", "", None)]
    assert [tuple(one) for one in left] == [("promise", "送样")]


def test_making_tables_anew_loses_no_row_and_no_reference(empty):
    migrate.upgrade(empty, "0010")
    with empty.begin() as connection:
        made = MetaData()
        made.reflect(connection)
        rows = (
            ("person", {"id": 1}),
            ("prospect", {"id": 7, "owner_id": 1}),
            ("visit", {"prospect_id": 7, "person_id": 1}),
        )
        for name, told in (*rows, ("fact", {"prospect_id": 7})):
            connection.execute(made.tables[name].insert(), _filled(made.tables[name], **{"id": 5, **told}))
    counts = {}
    for step in ("head", "0010", "head"):
        (migrate.upgrade if step == "head" else migrate.downgrade)(empty, step)
        with empty.connect() as connection:
            tables = ("person", "prospect", "visit", "fact")
            found = [connection.execute(text(f"SELECT count(*) FROM {one}")).scalar() for one in tables]
            counts[step] = found

    assert counts == {"head": [1, 1, 1, 1], "0010": [1, 1, 1, 1]}
    assert _differences(empty) == []


def test_the_id_of_what_is_gone_is_not_given_again(session, me, customer, now):
    gone = customer(session, me, "甲").id
    prospects.erase(session, gone)

    assert customer(session, me, "乙").id > gone


def test_reminders_of_ones_own_are_still_told_apart(empty):
    migrate.upgrade(empty)
    if empty.dialect.name == "sqlite":
        with empty.connect() as connection:
            made = "SELECT sql FROM sqlite_master WHERE name = 'uq_reminder_own_once'"
            assert "prospect_id IS NULL" in connection.execute(text(made)).scalar()
