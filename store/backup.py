"""Backup and restore. SQLite by its own online backup; PostgreSQL by its own tools, which know better."""

import shutil
import sqlite3
from pathlib import Path

from sqlalchemy import Engine

from knowledge.errors import ZhikeError
from store import migrate


class BackupImpossible(ZhikeError):
    """备份做不了。"""


def backup(engine: Engine, file: Path) -> None:
    """Copy the whole database into `file` while it may be in use.

    Raises:
        BackupImpossible: the database is PostgreSQL, or the file exists or cannot be written.
    """
    _sqlite_only(engine, "pg_dump")
    if file.exists():
        raise BackupImpossible(f"{file} 已经存在，换个名字，免得盖掉旧的备份。")
    part = file.with_name(file.name + ".part")
    try:
        with engine.connect() as connection, sqlite3.connect(part) as copy:
            source = connection.connection.driver_connection
            assert isinstance(source, sqlite3.Connection)
            source.backup(copy)
        copy.close()
        part.rename(file)
    except (OSError, sqlite3.Error) as fault:
        raise BackupImpossible(f"备份写不了：{fault}") from fault


def restore(engine: Engine, file: Path) -> None:
    """Replace the whole database by a backup; what was there is kept beside it as `….before-restore`.

    Raises:
        BackupImpossible: the file is no backup of ours, or is of a newer version.
    """
    _sqlite_only(engine, "pg_restore")
    target = Path(engine.url.database or "")
    _checked(file)
    engine.dispose()
    if target.exists():
        with sqlite3.connect(target) as old:
            old.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        old.close()
        shutil.copy2(target, target.with_name(target.name + ".before-restore"))
    with sqlite3.connect(file) as source, sqlite3.connect(target) as copy:
        source.backup(copy)
    source.close()
    copy.close()
    migrate.upgrade(engine)


def _checked(file: Path) -> None:
    if not file.is_file():
        raise BackupImpossible(f"没有这个文件：{file}")
    try:
        with sqlite3.connect(f"file:{file}?mode=ro", uri=True) as source:
            sound = source.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
            ours = source.execute("SELECT count(*) FROM sqlite_master WHERE name = 'prospect'").fetchone()[0]
        source.close()
    except sqlite3.Error as fault:
        raise BackupImpossible(f"{file} 不是数据库文件，或者已经损坏。") from fault
    if not sound or not ours:
        raise BackupImpossible(f"{file} 不是知客的备份，或者已经损坏。")


def _sqlite_only(engine: Engine, tool: str) -> None:
    if engine.dialect.name != "sqlite":
        raise BackupImpossible(f"PostgreSQL 请用它自己的 {tool}。")
