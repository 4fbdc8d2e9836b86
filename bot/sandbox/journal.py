"""What survives a restart, as rows of JSON in one SQLite file. Without a path the same code runs in memory.

Written from the event loop's thread: a row takes tens of microseconds, and WAL keeps it through a killed process.
"""

from __future__ import annotations

import json
import sqlite3
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_TABLES = ("message", "pending", "setting", "person", "chat")
_SCHEMA = "".join(f"CREATE TABLE IF NOT EXISTS {name} (key PRIMARY KEY, body TEXT NOT NULL);" for name in _TABLES) + (
    "CREATE TABLE IF NOT EXISTS file (key TEXT PRIMARY KEY, name TEXT NOT NULL, mime TEXT NOT NULL,"
    " path TEXT NOT NULL UNIQUE, data BLOB NOT NULL);"
)


class Journal:
    """Tables of key and JSON body, and one of files."""

    def __init__(self, path: Path | None = None) -> None:
        if path is not None:
            path.parent.mkdir(parents=True, exist_ok=True)
        self._db = sqlite3.connect(path or ":memory:", isolation_level=None, check_same_thread=False)
        self._db.executescript("PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;" + _SCHEMA)

    def put(self, table: str, key: int | str, body: str) -> None:
        """Insert or replace one row."""
        self._db.execute(f"REPLACE INTO {_known(table)} VALUES (?, ?)", (key, body))  # noqa: S608 - a name of _TABLES

    def drop(self, table: str, key: int | str) -> None:
        self._db.execute(f"DELETE FROM {_known(table)} WHERE key = ?", (key,))  # noqa: S608 - a name of _TABLES

    def drop_below(self, table: str, key: int) -> None:
        self._db.execute(f"DELETE FROM {_known(table)} WHERE key < ?", (key,))  # noqa: S608 - a name of _TABLES

    def rows(self, table: str) -> Iterator[tuple[Any, str]]:
        """Every (key, body), in order of the key."""
        yield from self._db.execute(f"SELECT key, body FROM {_known(table)} ORDER BY key")  # noqa: S608 - as above

    def put_file(self, key: str, name: str, mime: str, path: str, data: bytes) -> None:
        self._db.execute("REPLACE INTO file VALUES (?, ?, ?, ?, ?)", (key, name, mime, path, data))

    def file(self, *, key: str = "", path: str = "") -> tuple[str, str, str, str, bytes] | None:
        """(key, name, type, path, bytes) of the file with this key or path."""
        row = self._db.execute("SELECT * FROM file WHERE key = ? OR path = ?", (key, path)).fetchone()
        return None if row is None else (row[0], row[1], row[2], row[3], row[4])

    def setting(self, name: str, default: Any = None) -> Any:
        row = self._db.execute("SELECT body FROM setting WHERE key = ?", (name,)).fetchone()
        return default if row is None else json.loads(row[0])

    def set(self, name: str, value: object) -> None:
        self.put("setting", name, json.dumps(value, ensure_ascii=False))

    def count(self, name: str, first: int) -> int:
        """The next number of a counter that starts at `first` and never goes back."""
        value: int = self.setting(name, first)
        self.set(name, value + 1)
        return value

    def close(self) -> None:
        self._db.close()

    def __del__(self) -> None:
        """A sandbox of a test is dropped without a word; its connection must not be."""
        self._db.close()


def _known(table: str) -> str:
    if table not in _TABLES:
        raise KeyError(table)
    return table
