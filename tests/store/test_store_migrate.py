import pytest
from sqlalchemy import inspect, text

from store import migrate
from store.db import Database
from store.migrate import NewerDatabase


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

    assert len(made) == 20
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

    assert len(_tables(empty)) == 20
    assert not migrate.is_current(empty)


def test_the_revisions_are_one_line_that_ends_at_the_head():
    assert migrate.revisions()[-1] == migrate.head()
    assert len(set(migrate.revisions())) == len(migrate.revisions())


def test_the_numbers_in_the_names_of_the_files_are_alembics_revisions() -> None:
    from alembic.script import ScriptDirectory

    script = ScriptDirectory(str(migrate.HERE))

    assert migrate.head() == script.get_current_head()
    assert migrate.revisions() == sorted(found.revision for found in script.walk_revisions())
