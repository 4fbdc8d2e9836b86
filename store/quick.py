"""Statements for the path that every answer takes: compiled once per dialect, run on the driver's own cursor.

Through `Session.exec` a statement costs many times what it takes in the driver (`bench/store.py`). Here values still
pass through the column types, errors are SQLAlchemy's, and pending changes of the session are flushed first.
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, Dialect, bindparam
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import Mapped
from sqlalchemy.sql.base import Executable
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.types import Boolean, UserDefinedType
from sqlmodel import Session

DRIVER = "driver"  # key of `Session.info`: a `Driver`, kept for the length of a transaction

Row = tuple[Any, ...]


class Driver(NamedTuple):
    """The driver's own connection below a connection of SQLAlchemy's."""

    connection: Any
    dialect: Dialect
    fault: type[Exception]

    @staticmethod
    def of(connection: Connection) -> "Driver":
        """What is below `connection`, which has begun."""
        dialect = connection.dialect
        return Driver(connection.connection.driver_connection, dialect, dialect.loaded_dbapi.Error)

    def translated(self, fault: Exception, sql: str) -> BaseException:
        """A fault of the driver as SQLAlchemy would raise it, without the values."""
        return DBAPIError.instance(sql, None, fault, self.fault, hide_parameters=True, dialect=self.dialect)


@dataclass(frozen=True, slots=True)
class _Compiled:
    """SQL of one dialect, and what to do with the values on their way in and out."""

    sql: str
    names: tuple[str, ...] | None  # the order of the parameters; None where the driver takes them by name
    going: tuple[tuple[str, Callable[[Any], Any]], ...]
    fixed: dict[str, Any]
    coming: tuple[tuple[int, Callable[[Any], Any]], ...]


class Quick:
    """One statement with named parameters; call it with a session and their values."""

    def __init__(self, statement: Executable) -> None:
        self._statement: Any = statement
        self._by_dialect: dict[str, _Compiled] = {}

    def rows(self, session: Session, **values: Any) -> list[Row]:
        """Every row, as tuples in the order of the statement's columns."""
        compiled, cursor = self._run(session, values)
        found = cursor.fetchall()
        if not compiled.coming:
            return [tuple(row) for row in found]
        return [_converted(row, compiled.coming) for row in found]

    def first(self, session: Session, **values: Any) -> Row | None:
        """The first row, None if there is none."""
        rows = self.rows(session, **values)
        return rows[0] if rows else None

    def change(self, session: Session, **values: Any) -> int:
        """How many rows were changed."""
        return int(self._run(session, values)[1].rowcount)

    def ready(self, dialect: Dialect, rows: Sequence[dict[str, Any]]) -> None:
        """Convert the values of many rows in place, for `many`: it takes its time, and needs no transaction."""
        compiled = self._by_dialect.get(dialect.name) or self._compile(dialect)
        for row in rows:
            row.update(compiled.fixed)
        for name, convert in compiled.going:
            for row in rows:
                if name in row:
                    row[name] = convert(row[name])

    def many(self, session: Session, rows: Sequence[dict[str, Any]]) -> None:
        """Run the statement once for each row of converted values."""
        session.flush()
        driver = session.info.get(DRIVER) or Driver.of(session.connection())
        compiled = self._by_dialect.get(driver.dialect.name) or self._compile(driver.dialect)
        names = compiled.names
        given = rows if names is None else [tuple([row[name] for name in names]) for row in rows]
        try:
            driver.connection.cursor().executemany(compiled.sql, given)
        except driver.fault as fault:
            raise driver.translated(fault, compiled.sql) from fault

    def _run(self, session: Session, values: dict[str, Any]) -> tuple[_Compiled, Any]:
        # Only one that has begun, as it does with its first change, can have something pending; that is quickly seen.
        if session.in_transaction() and (session.new or session.dirty or session.deleted):
            session.flush()
        driver: Driver = session.info.get(DRIVER) or Driver.of(session.connection())
        compiled = self._by_dialect.get(driver.dialect.name) or self._compile(driver.dialect)
        if compiled.fixed:
            values = compiled.fixed | values
        for name, convert in compiled.going:
            values[name] = convert(values[name])
        try:
            given = values if compiled.names is None else [values[name] for name in compiled.names]
            return compiled, driver.connection.execute(compiled.sql, given)
        except driver.fault as fault:
            raise driver.translated(fault, compiled.sql) from fault

    def _compile(self, dialect: Dialect) -> _Compiled:
        made = self._statement.compile(dialect=dialect)
        binds = {name: bind for bind, name in made.bind_names.items()}
        going = {name: bind.type.dialect_impl(dialect).bind_processor(dialect) for name, bind in binds.items()}
        columns = getattr(self._statement, "exported_columns", ())
        coming = [column.type.dialect_impl(dialect).result_processor(dialect, None) for column in columns]
        compiled = _Compiled(
            sql=made.string,
            names=tuple(made.positiontup) if made.positional else None,
            going=tuple((name, convert) for name, convert in going.items() if convert),
            fixed={name: bind.value for name, bind in binds.items() if not bind.required},
            coming=tuple((at, convert) for at, convert in enumerate(coming) if convert),
        )
        self._by_dialect[dialect.name] = compiled
        return compiled


def _converted(row: Sequence[Any], coming: Sequence[tuple[int, Callable[[Any], Any]]]) -> Row:
    values = list(row)
    for at, convert in coming:
        values[at] = convert(values[at])
    return tuple(values)


class _Several(UserDefinedType[Sequence[Any]]):
    """A list as one parameter: JSON for SQLite, an array for PostgreSQL."""

    cache_ok = True

    def bind_processor(self, dialect: Dialect) -> Callable[[Any], Any]:
        """How it is given to the driver."""
        return json.dumps if dialect.name == "sqlite" else list


class Among(ColumnElement[bool]):
    """Whether a column is one of as many values as are given under a name: one statement whatever their number."""

    type = Boolean()
    inherit_cache = False

    def __init__(self, column: Mapped[Any] | ColumnElement[Any], name: str) -> None:
        self.column: Any = column
        self.values = bindparam(name, type_=_Several())

    def self_group(self, against: object = None) -> "Among":
        """As it is: `= 1` after it, as after any function, would hide it from SQLite's indexes."""
        del against
        return self


@compiles(Among, "sqlite")
def _among_json(one: Among, compiler: SQLCompiler, **how: Any) -> str:
    column, values = compiler.process(one.column, **how), compiler.process(one.values, **how)
    return f"{column} IN (SELECT value FROM json_each({values}))"  # noqa: S608 - of compiled parts, without values


@compiles(Among, "postgresql")
def _among_array(one: Among, compiler: SQLCompiler, **how: Any) -> str:
    return f"{compiler.process(one.column, **how)} = ANY({compiler.process(one.values, **how)})"
