"""The team's morning in its group: whether and when, what the group is called, whether we are still in it."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

GROUPS = sa.text("substr(kind, 1, 6) = 'group:'")


def upgrade() -> None:
    """Apply. Groups that were claimed are looked at by the next tick."""
    op.add_column("group_chat", sa.Column("title", sa.String(length=60), nullable=False, server_default=""))
    op.add_column("group_chat", sa.Column("digest", sa.Boolean(), nullable=False, server_default=sa.true()))
    op.add_column("group_chat", sa.Column("unreachable", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("group_chat", sa.Column("next_digest_at", sa.DateTime(timezone=True), nullable=True))
    op.execute("UPDATE group_chat SET next_digest_at = greeted_at WHERE team_id IS NOT NULL")
    with op.batch_alter_table("delivery") as delivery:  # a chat's id has up to 17 signs
        delivery.alter_column("kind", existing_type=sa.String(length=20), type_=sa.String(length=30))
    op.create_index(
        "uq_delivery_group_once",
        "delivery",
        ["kind", "on"],
        unique=True,
        sqlite_where=GROUPS,
        postgresql_where=GROUPS,
    )


def downgrade() -> None:
    """Take back."""
    op.drop_index("uq_delivery_group_once", "delivery")
    op.execute("DELETE FROM delivery WHERE substr(kind, 1, 6) = 'group:'")
    with op.batch_alter_table("delivery") as delivery:
        delivery.alter_column("kind", existing_type=sa.String(length=30), type_=sa.String(length=20))
    op.drop_column("group_chat", "next_digest_at")
    op.drop_column("group_chat", "unreachable")
    op.drop_column("group_chat", "digest")
    op.drop_column("group_chat", "title")
