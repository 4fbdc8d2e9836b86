"""The schema: Alembic's migrations, run from code, on either database."""

from pathlib import Path

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine
from sqlmodel import SQLModel

from knowledge.errors import ZhikeError

HERE = Path(__file__).parent / "migrations"


class NewerDatabase(ZhikeError):
    """数据库是更新版本的程序建的，这个旧版本不敢动它。请升级程序，或者先用新版本执行 zhike db downgrade。"""


def upgrade(engine: Engine, to: str = "head") -> None:
    """Bring the schema up to date.

    Raises:
        NewerDatabase: the schema has a revision that this version does not know.
    """
    with engine.begin() as connection:
        if not known(connection):
            raise NewerDatabase
        command.upgrade(_config(connection), to)


def downgrade(engine: Engine, to: str) -> None:
    """Take the schema back to a revision ("base" for empty, "-1" for one step).

    Raises:
        NewerDatabase: the schema has a revision that this version does not know.
    """
    with engine.begin() as connection:
        if not known(connection):
            raise NewerDatabase
        command.downgrade(_config(connection), to)


def is_current(engine: Engine) -> bool:
    """Whether the schema is the one that this version wants."""
    with engine.connect() as connection:
        return current(connection) == head()


def current(connection: Connection) -> str | None:
    """The revision of the schema, None for an empty database."""
    return MigrationContext.configure(connection).get_current_revision()


def head() -> str | None:
    """The revision that this version wants."""
    return ScriptDirectory(str(HERE)).get_current_head()


def known(connection: Connection) -> bool:
    """Whether the schema's revision is one of ours."""
    now = current(connection)
    return now is None or any(script.revision == now for script in ScriptDirectory(str(HERE)).walk_revisions())


def differences(connection: Connection) -> list[object]:
    """What the tables in code have and the database has not, or the other way round."""
    context = MigrationContext.configure(connection, opts={"compare_type": True})
    return list(compare_metadata(context, SQLModel.metadata))


def new_revision(engine: Engine, message: str) -> None:
    """Write a migration from the difference between tables and schema; for developers."""
    with engine.begin() as connection:
        command.revision(
            _config(connection),
            message,
            autogenerate=True,
            rev_id=f"{len(list((HERE / 'versions').glob('0*.py'))) + 1:04}",
        )


def _config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(HERE))
    config.attributes["connection"] = connection
    return config


def revisions() -> list[str]:
    """Every revision that this version knows."""
    return [script.revision for script in ScriptDirectory(str(HERE)).walk_revisions()]
