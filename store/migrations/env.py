"""Alembic's entry: the connection comes from `store.migrate`, which is the only caller."""

from typing import Literal

from alembic import context
from sqlmodel.sql.sqltypes import AutoString

from store import tables


def plain_type(kind: str, item: object, _: object) -> str | Literal[False]:
    """Types as plain SQLAlchemy ones, so that a migration does not change when our code does."""
    if kind == "type" and isinstance(item, tables.UtcDateTime):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and isinstance(item, AutoString):
        return f"sa.String(length={item.length})"
    return False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=tables.Person.metadata,
    render_as_batch=True,  # SQLite cannot alter a column in place
    render_item=plain_type,
)
with context.begin_transaction():
    context.run_migrations()
