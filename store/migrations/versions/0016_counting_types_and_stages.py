"""Indexes that hold all that types and stages are counted by."""

from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

STAGE = "ix_stage_prospect_since"


def upgrade() -> None:
    """Apply."""
    op.create_index("ix_prospect_owner_type", "prospect", ["owner_id", "status", "type_id"])
    op.drop_index(STAGE, "stage")
    op.create_index(STAGE, "stage", ["prospect_id", "since", "until", "stage", "ahead"])


def downgrade() -> None:
    """Take back."""
    op.drop_index(STAGE, "stage")
    op.create_index(STAGE, "stage", ["prospect_id", "since"])
    op.drop_index("ix_prospect_owner_type", "prospect")
