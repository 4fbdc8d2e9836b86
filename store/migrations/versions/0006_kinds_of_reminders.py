"""Kinds of reminders: without a customer, with an hour, about another day, and coming again."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

OWN = sa.text("prospect_id IS NULL")


def upgrade() -> None:
    """Apply."""
    with op.batch_alter_table("reminder") as table:
        table.add_column(sa.Column("key", sa.String(length=32), nullable=False, server_default=""))
        table.add_column(sa.Column("day", sa.Date(), nullable=True))
        table.add_column(sa.Column("at", sa.Time(), nullable=True))
        table.add_column(sa.Column("part", sa.String(length=4), nullable=False, server_default=""))
        table.add_column(sa.Column("repeat", sa.String(length=16), nullable=False, server_default=""))
        table.alter_column("prospect_id", existing_type=sa.Integer(), nullable=True)
        table.drop_constraint("uq_reminder_once", type_="unique")
        table.create_unique_constraint("uq_reminder_once", ["prospect_id", "kind", "on", "key"])
    with op.batch_alter_table("reminder") as table:
        for column in ("key", "part", "repeat"):
            table.alter_column(column, existing_type=sa.String(), server_default=None)
    op.create_index(
        "uq_reminder_own_once",
        "reminder",
        ["person_id", "kind", "on", "key"],
        unique=True,
        sqlite_where=OWN,
        postgresql_where=OWN,
    )


def downgrade() -> None:
    """Take back. What has no customer, and the kinds that were not there, go."""
    op.drop_index("uq_reminder_own_once", "reminder")
    op.execute(sa.text("DELETE FROM reminder WHERE prospect_id IS NULL OR kind NOT IN ('contact', 'promise')"))
    with op.batch_alter_table("reminder") as table:
        table.drop_constraint("uq_reminder_once", type_="unique")
        table.create_unique_constraint("uq_reminder_once", ["prospect_id", "kind", "on"])
        table.alter_column("prospect_id", existing_type=sa.Integer(), nullable=False)
        for column in ("repeat", "part", "at", "day", "key"):
            table.drop_column(column)
