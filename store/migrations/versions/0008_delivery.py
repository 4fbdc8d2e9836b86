"""What is on the wire, why a message failed, the ticks of each process, and troubles of the service."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    with op.batch_alter_table("delivery") as batch:
        batch.alter_column("kind", existing_type=sa.String(length=10), type_=sa.String(length=20))
        batch.add_column(sa.Column("begun_at", sa.DateTime(timezone=True), nullable=True))
        batch.add_column(sa.Column("cause", sa.String(length=10), nullable=False, server_default=""))
    with op.batch_alter_table("delivery") as batch:
        batch.alter_column("cause", existing_type=sa.String(length=10), server_default=None)
        batch.create_index("ix_delivery_state_finished", ["state", "finished_at"])
    # A claim of an older version may have been on the wire.
    op.execute("UPDATE delivery SET begun_at = claimed_at WHERE state = 'claimed'")
    op.drop_index("ix_person_next_push_at", "person")
    op.create_index("ix_person_push", "person", ["active", "unreachable", "next_push_at"])
    op.create_table(
        "mark",
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )
    op.create_table(
        "alarm",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("figure", sa.Integer(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("over_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    still = sa.text("over_at IS NULL")
    op.create_index("uq_alarm_open", "alarm", ["kind"], unique=True, sqlite_where=still, postgresql_where=still)


def downgrade() -> None:
    """Take back; what an older version does not know is dropped."""
    op.drop_table("alarm")
    op.drop_table("mark")
    op.drop_index("ix_person_push", "person")
    op.create_index("ix_person_next_push_at", "person", ["next_push_at"])
    op.execute("DELETE FROM delivery WHERE kind NOT IN ('morning', 'check')")
    op.execute("UPDATE delivery SET state = 'failed' WHERE state = 'moot'")
    with op.batch_alter_table("delivery") as batch:
        batch.drop_index("ix_delivery_state_finished")
        batch.drop_column("cause")
        batch.drop_column("begun_at")
        batch.alter_column("kind", existing_type=sa.String(length=20), type_=sa.String(length=10))
