"""Connections to PostgreSQL that are quick to use again: loaded where there is a PostgreSQL."""

import time
from typing import Any

import psycopg
from psycopg.pq import TransactionStatus
from psycopg.rows import TupleRow
from sqlalchemy import URL, Engine, create_engine, event
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.pool import ConnectionPoolEntry

TRUSTED = 1.0  # seconds that a connection is taken to be there after it was used


class Connection(psycopg.Connection[TupleRow]):
    """One that keeps its prepared statements when a transaction is taken back.

    psycopg forgets them then, since tables that the transaction made are gone. Here every reading ends so, many times a
    second, and nothing would ever be prepared; tables are made by migrations alone. After a fault they are forgotten as
    well: one may be of a table that another process has just migrated.
    """

    def rollback(self) -> None:
        """Take back the transaction, if there is one."""
        if self.pgconn.transaction_status != TransactionStatus.INTRANS:
            super().rollback()
            return
        with self.lock:
            self.pgconn.exec_(b"ROLLBACK")


def engine(url: URL) -> Engine:
    """An engine with such connections; what is wrong with the address is raised when it is first used."""
    made = create_engine(url, hide_parameters=True, pool_size=5, max_overflow=5)

    @event.listens_for(made, "do_connect")
    def connect(_: object, __: object, arguments: list[Any], named: dict[str, Any]) -> Connection:
        return Connection.connect(*arguments, **named)

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
        except psycopg.Error as fault:
            raise DisconnectionError from fault

    return made
