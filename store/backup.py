"""Backup and restore. SQLite by its own online backup; PostgreSQL by its own tools, which know better."""

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import cast

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
        with engine.connect() as connection, closing(sqlite3.connect(part)) as copy:
            cast(sqlite3.Connection, connection.connection.driver_connection).backup(copy)
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
    if target.exists() and file.samefile(target):
        raise BackupImpossible(f"{file} 就是正在用的数据库，不是备份。")
    engine.dispose()
    try:
        _set_aside(target)
        with closing(sqlite3.connect(file)) as source, closing(sqlite3.connect(target)) as copy:
            source.backup(copy)
    except (OSError, sqlite3.Error) as fault:
        raise BackupImpossible(f"恢复没有做成：{fault}") from fault
    migrate.upgrade(engine)


def _set_aside(target: Path) -> None:
    """Keep a copy of what is there; a damaged database is moved away, since nothing can be written into it."""
    if not target.exists():
        return
    kept = target.with_name(target.name + ".before-restore")
    try:
        with closing(sqlite3.connect(target)) as old:
            old.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        shutil.copy2(target, kept)
    except sqlite3.OperationalError:
        raise  # locked, and the like: not damaged
    except sqlite3.DatabaseError:
        target.replace(kept)
        for tail in ("-wal", "-shm"):
            target.with_name(target.name + tail).unlink(missing_ok=True)


def _checked(file: Path) -> None:
    if not file.is_file():
        raise BackupImpossible(f"没有这个文件：{file}")
    try:
        with closing(sqlite3.connect(f"{file.resolve().as_uri()}?mode=ro", uri=True)) as source:
            sound = source.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
            ours = source.execute("SELECT count(*) FROM sqlite_master WHERE name = 'prospect'").fetchone()[0]
            version = source.execute("SELECT version_num FROM alembic_version").fetchone() if ours else None
    except sqlite3.Error as fault:
        raise BackupImpossible(f"{file} 不是知客的备份，或者已经损坏。") from fault
    if not sound or version is None:
        raise BackupImpossible(f"{file} 不是知客的备份，或者已经损坏。")
    if version[0] not in migrate.revisions():
        raise BackupImpossible(f"{file} 是更新版本的知客做的备份，请先升级程序。")


def _sqlite_only(engine: Engine, tool: str) -> None:
    if engine.dialect.name != "sqlite":
        raise BackupImpossible(f"PostgreSQL 请用它自己的 {tool}。")
