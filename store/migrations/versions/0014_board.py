"""Stages that customers went through, verdicts on advice, the managers' digest, who nudged, and indexes for counting."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

COVERING = {  # index: table, the columns that it had, the one that is added so that counting need not read the rows
    "ix_prospect_owner_status": ("prospect", ["owner_id", "status", "next_contact_on"], "paused"),
    "ix_visit_person_at": ("visit", ["person_id", "at"], "outcome"),
}


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "stage",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("prospect_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("stage", sa.String(length=32), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ahead", sa.Boolean(), nullable=False),
        sa.Column("won", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"]),
        sa.ForeignKeyConstraint(["prospect_id"], ["prospect.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
    )
    still = sa.text("until IS NULL")
    op.create_index("uq_stage_open", "stage", ["prospect_id"], unique=True, sqlite_where=still, postgresql_where=still)
    op.create_index("ix_stage_prospect_since", "stage", ["prospect_id", "since"])
    op.create_index("ix_stage_person_won", "stage", ["person_id", "won", "since"])
    op.create_table(
        "verdict",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("prospect_id", sa.Integer(), nullable=False),
        sa.Column("system", sa.String(length=32), nullable=False),
        sa.Column("type_id", sa.String(length=32), nullable=False),
        sa.Column("line", sa.String(length=16), nullable=False),
        sa.Column("helped", sa.Boolean(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"]),
        sa.ForeignKeyConstraint(["prospect_id"], ["prospect.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("prospect_id", "system", "type_id", "line", name="uq_verdict_once"),
    )
    op.create_index("ix_verdict_type", "verdict", ["system", "type_id", "line", "helped"])
    op.create_index("ix_verdict_person", "verdict", ["person_id"])
    for name, (table, columns, more) in COVERING.items():
        op.drop_index(name, table)
        op.create_index(name, table, [*columns, more])
    op.create_index("ix_prospect_owner_grade", "prospect", ["owner_id", "status", "grade"])
    op.create_index("ix_interview_person_created", "interview", ["person_id", "created_at"])
    op.add_column("person", sa.Column("digest", sa.Boolean(), nullable=False, server_default=sa.true()))
    op.add_column("delivery", sa.Column("sender_id", sa.Integer(), nullable=True))


def downgrade() -> None:
    """Take back."""
    op.drop_column("delivery", "sender_id")
    op.drop_column("person", "digest")
    op.drop_index("ix_interview_person_created", "interview")
    op.drop_index("ix_prospect_owner_grade", "prospect")
    for name, (table, columns, _) in COVERING.items():
        op.drop_index(name, table)
        op.create_index(name, table, columns)
    op.drop_table("verdict")
    op.drop_table("stage")
