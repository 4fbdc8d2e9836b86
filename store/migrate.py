"""The schema: Alembic's migrations, run from code, on either database.

Alembic is imported where something has to change: a bot whose schema is up to date starts 0.1 s earlier without it.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Engine, inspect, text
from sqlmodel import SQLModel

from knowledge.errors import ZhikeError

if TYPE_CHECKING:
    from alembic.config import Config

HERE = Path(__file__).parent / "migrations"


class NewerDatabase(ZhikeError):
    """数据库是更新版本的程序建的，这个旧版本不敢动它。请升级程序，或者先用新版本执行 zhike db downgrade。"""


class BrokenReferences(ZhikeError):
    """升级以后有记录指向不存在的东西，没有升级。请先备份，再把这条消息告诉开发的人。"""


def upgrade(engine: Engine, to: str = "head") -> None:
    """Bring the schema up to date.

    Raises:
        NewerDatabase: the schema has a revision that this version does not know.
    """
    with _changing(engine) as connection:
        now = current(connection)
        if now == head() and to == "head":
            return
        if not known(now):
            raise NewerDatabase
        from alembic import command

        command.upgrade(_config(connection), to)


def downgrade(engine: Engine, to: str) -> None:
    """Take the schema back to a revision ("base" for empty, "-1" for one step).

    Raises:
        NewerDatabase: the schema has a revision that this version does not know.
    """
    with _changing(engine) as connection:
        if not known(current(connection)):
            raise NewerDatabase
        from alembic import command

        command.downgrade(_config(connection), to)


@contextmanager
def _changing(engine: Engine) -> Iterator[Connection]:
    """A transaction in which SQLite may make a table anew: references are not followed when the old one is dropped,
    and whether they all hold is checked before the commit.
    """
    with engine.connect() as connection:
        driver: Any = connection.connection.driver_connection if engine.dialect.name == "sqlite" else None
        if driver is not None:
            driver.execute("PRAGMA foreign_keys=OFF")  # takes no effect once a transaction has begun
        try:
            with connection.begin():
                yield connection
                if driver is not None and driver.execute("PRAGMA foreign_key_check").fetchall():
                    raise BrokenReferences
        finally:
            if driver is not None:
                driver.execute("PRAGMA foreign_keys=ON")


def is_current(engine: Engine) -> bool:
    """Whether the schema is the one that this version wants."""
    with engine.connect() as connection:
        return current(connection) == head()


def current(connection: Connection) -> str | None:
    """The revision of the schema, None for an empty database."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    revision: str | None = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return revision


def revisions() -> list[str]:
    """Every revision that this version knows, oldest first: the numbers that the files' names begin with."""
    return sorted(path.name[:4] for path in (HERE / "versions").glob("[0-9]*.py"))


def head() -> str:
    """The revision that this version wants."""
    return revisions()[-1]


def known(revision: str | None) -> bool:
    """Whether a schema's revision is one of ours."""
    return revision is None or revision in revisions()


def differences(connection: Connection) -> list[object]:
    """What the tables in code have and the database has not, or the other way round."""
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    context = MigrationContext.configure(connection, opts={"compare_type": True})
    return list(compare_metadata(context, SQLModel.metadata))


def new_revision(engine: Engine, message: str) -> None:
    """Write a migration from the difference between tables and schema; for developers."""
    from alembic import command

    with engine.begin() as connection:
        command.revision(
            _config(connection),
            message,
            autogenerate=True,
            rev_id=f"{len(revisions()) + 1:04}",
        )


def _config(connection: Connection) -> "Config":
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(HERE))
    config.attributes["connection"] = connection
    return config
