import sqlite3

import pytest

from bot.service import open_database
from store import people
from store.backup import BackupImpossible, backup, restore


@pytest.fixture
def kept(lite):
    made = open_database(lite)
    made.write_now(people.team_named, "备份时就有")
    yield made
    made.close()


def _teams(db):
    return sorted(db.read_now(lambda session: [people.team_name(session, number) for number in (1, 2)]))


def test_a_backup_restored_is_the_database_as_it_was(kept, tmp_path):
    backup(kept.engine, tmp_path / "copy.db")
    kept.write_now(people.team_named, "后来才有")
    restore(kept.engine, tmp_path / "copy.db")

    assert _teams(kept) == ["", "备份时就有"]


def test_what_a_restore_replaces_is_kept_beside_it(kept, tmp_path):
    backup(kept.engine, tmp_path / "copy.db")
    kept.write_now(people.team_named, "后来才有")
    restore(kept.engine, tmp_path / "copy.db")

    before = open_database(f"sqlite:///{tmp_path / 'zhike.db.before-restore'}")
    assert _teams(before) == ["后来才有", "备份时就有"]
    before.close()


def test_a_backup_is_made_while_somebody_writes(kept, tmp_path):
    def write_and_back_up(session):
        people.team_named(session, "还没提交")
        session.flush()
        backup(kept.engine, tmp_path / "copy.db")

    kept.write_now(write_and_back_up)

    copy = open_database(f"sqlite:///{tmp_path / 'copy.db'}")
    assert _teams(copy) == ["", "备份时就有"]
    copy.close()


def test_a_backup_opens_where_there_was_no_database(kept, tmp_path):
    backup(kept.engine, tmp_path / "copy.db")
    elsewhere = open_database(f"sqlite:///{tmp_path / 'new' / 'zhike.db'}")
    restore(elsewhere.engine, tmp_path / "copy.db")

    assert _teams(elsewhere) == ["", "备份时就有"]
    elsewhere.close()


def test_a_damaged_database_is_moved_away_and_replaced(kept, tmp_path):
    backup(kept.engine, tmp_path / "copy.db")
    kept.engine.dispose()
    for tail in ("-wal", "-shm"):
        (tmp_path / f"zhike.db{tail}").unlink(missing_ok=True)
    (tmp_path / "zhike.db").write_bytes(b"broken" * 2000)

    restore(kept.engine, tmp_path / "copy.db")

    assert _teams(kept) == ["", "备份时就有"]
    assert (tmp_path / "zhike.db.before-restore").read_bytes() == b"broken" * 2000


def test_an_older_backup_is_brought_up_to_date(kept, tmp_path):
    from store import migrate

    backup(kept.engine, tmp_path / "copy.db")
    restore(kept.engine, tmp_path / "copy.db")

    assert migrate.is_current(kept.engine)


def test_a_backup_does_not_cover_an_older_one(kept, tmp_path):
    (tmp_path / "copy.db").write_text("older")

    with pytest.raises(BackupImpossible, match="已经存在"):
        backup(kept.engine, tmp_path / "copy.db")

    assert (tmp_path / "copy.db").read_text() == "older"


def test_a_backup_into_a_folder_that_is_not_there_is_explained(kept, tmp_path):
    with pytest.raises(BackupImpossible, match="写不了"):
        backup(kept.engine, tmp_path / "nowhere" / "copy.db")


def test_a_file_that_is_not_there_is_no_backup(kept, tmp_path):
    with pytest.raises(BackupImpossible, match="没有这个文件"):
        restore(kept.engine, tmp_path / "copy.db")


def _foreign(file):
    connection = sqlite3.connect(file)
    connection.execute("CREATE TABLE cats (name TEXT)")
    connection.commit()
    connection.close()


def _half(file):
    connection = sqlite3.connect(file)
    connection.execute("CREATE TABLE prospect (name TEXT)")
    connection.commit()
    connection.close()


@pytest.mark.parametrize(
    "make", [lambda file: file.write_text("no database" * 500), lambda file: file.write_bytes(b""), _foreign, _half]
)
def test_what_is_no_backup_of_ours_is_refused_and_changes_nothing(kept, tmp_path, make):
    make(tmp_path / "copy.db")

    with pytest.raises(BackupImpossible, match="不是知客的备份"):
        restore(kept.engine, tmp_path / "copy.db")

    assert _teams(kept) == ["", "备份时就有"]


def test_a_backup_of_a_newer_version_is_refused_before_anything_is_replaced(kept, tmp_path):
    backup(kept.engine, tmp_path / "copy.db")
    connection = sqlite3.connect(tmp_path / "copy.db")
    connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.commit()
    connection.close()
    kept.write_now(people.team_named, "后来才有")

    with pytest.raises(BackupImpossible, match="更新版本"):
        restore(kept.engine, tmp_path / "copy.db")

    assert _teams(kept) == ["后来才有", "备份时就有"]
    assert not (tmp_path / "zhike.db.before-restore").exists()


def test_the_database_in_use_is_no_backup_of_itself(kept, tmp_path):
    with pytest.raises(BackupImpossible, match="不是备份"):
        restore(kept.engine, tmp_path / "zhike.db")

    assert _teams(kept) == ["", "备份时就有"]


def test_a_file_name_with_odd_letters_is_a_name_like_any_other(kept, tmp_path):
    file = tmp_path / "备份 100%?#1.db"
    backup(kept.engine, file)
    restore(kept.engine, file)

    assert _teams(kept) == ["", "备份时就有"]


@pytest.mark.parametrize("url", ["postgresql"], indirect=True)
def test_postgresql_is_left_to_its_own_tools(db, tmp_path):
    with pytest.raises(BackupImpossible, match="pg_dump"):
        backup(db.engine, tmp_path / "copy.db")
    with pytest.raises(BackupImpossible, match="pg_restore"):
        restore(db.engine, tmp_path / "copy.db")
