"""Statements for the path that every answer takes: compiled once per dialect, run on the driver's own cursor.

Through `Session.exec` a statement costs many times what it takes in the driver (`bench/store.py`). Here values still
pass through the column types, errors are SQLAlchemy's, and pending changes of the session are flushed first.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Dialect
from sqlalchemy.exc import DBAPIError
from sqlalchemy.sql.base import Executable
from sqlmodel import Session

DRIVER = "driver"  # key of `Session.info`: the driver's connection, kept for the length of a transaction

Convert = Callable[[Any], Any] | None
Row = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class _Compiled:
    """SQL of one dialect, and what to do with the values on their way in and out."""

    sql: str
    names: tuple[str, ...] | None  # the order of the parameters; None where the driver takes them by name
    going: dict[str, Callable[[Any], Any]]
    fixed: dict[str, Any]
    coming: tuple[Convert, ...]


class Quick:
    """One statement with named parameters; call it with a session and their values."""

    def __init__(self, statement: Executable) -> None:
        self._statement: Any = statement
        self._by_dialect: dict[str, _Compiled] = {}

    def rows(self, session: Session, **values: Any) -> list[Row]:
        """Every row, as tuples in the order of the statement's columns."""
        compiled, cursor = self._run(session, values)
        found = cursor.fetchall()
        if not any(compiled.coming):
            return [tuple(row) for row in found]
        return [tuple(to(v) if to else v for to, v in zip(compiled.coming, row, strict=True)) for row in found]

    def first(self, session: Session, **values: Any) -> Row | None:
        """The first row, None if there is none."""
        rows = self.rows(session, **values)
        return rows[0] if rows else None

    def change(self, session: Session, **values: Any) -> int:
        """How many rows were changed."""
        return int(self._run(session, values)[1].rowcount)

    def _run(self, session: Session, values: dict[str, Any]) -> tuple[_Compiled, Any]:
        session.flush()
        driver: Any = session.info.get(DRIVER) or session.connection().connection.driver_connection
        dialect = session.get_bind().dialect
        compiled = self._by_dialect.get(dialect.name) or self._compile(dialect)
        if compiled.fixed:
            values = compiled.fixed | values
        for name, convert in compiled.going.items():
            values[name] = convert(values[name])
        try:
            given = values if compiled.names is None else [values[name] for name in compiled.names]
            return compiled, driver.execute(compiled.sql, given)
        except dialect.loaded_dbapi.Error as fault:
            base = dialect.loaded_dbapi.Error
            raise DBAPIError.instance(compiled.sql, None, fault, base, hide_parameters=True, dialect=dialect) from fault

    def _compile(self, dialect: Dialect) -> _Compiled:
        made = self._statement.compile(dialect=dialect)
        binds = {name: bind for bind, name in made.bind_names.items()}
        going = {name: bind.type.dialect_impl(dialect).bind_processor(dialect) for name, bind in binds.items()}
        columns = getattr(self._statement, "exported_columns", ())
        compiled = _Compiled(
            sql=made.string,
            names=tuple(made.positiontup) if made.positional else None,
            going={name: convert for name, convert in going.items() if convert},
            fixed={name: bind.value for name, bind in binds.items() if not bind.required},
            coming=tuple(column.type.dialect_impl(dialect).result_processor(dialect, None) for column in columns),
        )
        self._by_dialect[dialect.name] = compiled
        return compiled
