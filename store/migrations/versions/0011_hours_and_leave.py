"""The evening's hour, quiet hours, leave, and messages of their own for what has an hour."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

ALERTS = sa.text("alert_at IS NOT NULL")


def upgrade() -> None:
    """Apply. Who is there already is asked in the evening from the day of their next morning on."""
    # Added in place, not in a batch: a batch would make the table of people anew, to which everything refers.
    op.add_column("person", sa.Column("evening_at", sa.String(length=5), nullable=False, server_default="18:00"))
    op.add_column("person", sa.Column("next_evening_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("person", sa.Column("quiet_from", sa.String(length=5), nullable=False, server_default="21:00"))
    op.add_column("person", sa.Column("quiet_to", sa.String(length=5), nullable=False, server_default="08:00"))
    op.add_column("person", sa.Column("brief_lead", sa.Integer(), nullable=False, server_default="60"))
    op.add_column("person", sa.Column("away_from", sa.Date(), nullable=True))
    op.add_column("person", sa.Column("away_to", sa.Date(), nullable=True))
    op.execute("UPDATE person SET next_evening_at = next_push_at")
    op.create_index("ix_person_evening", "person", ["active", "unreachable", "next_evening_at"])
    op.add_column("reminder", sa.Column("alert_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index(
        "ix_reminder_alert", "reminder", ["state", "alert_at"], sqlite_where=ALERTS, postgresql_where=ALERTS
    )


def downgrade() -> None:
    """Take back."""
    op.drop_index("ix_reminder_alert", "reminder")
    op.drop_column("reminder", "alert_at")
    op.drop_index("ix_person_evening", "person")
    for name in ("away_to", "away_from", "brief_lead", "quiet_to", "quiet_from", "next_evening_at", "evening_at"):
        op.drop_column("person", name)
