"""Why nothing can be said in a group any more, and how often that came about."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply. Managers are not told of what was lost before."""
    op.add_column("group_chat", sa.Column("lost", sa.String(length=10), nullable=False, server_default=""))
    op.add_column("group_chat", sa.Column("losses", sa.Integer(), nullable=False, server_default="0"))
    op.execute("UPDATE group_chat SET lost = 'removed', losses = 1 WHERE unreachable")
    op.drop_column("group_chat", "unreachable")


def downgrade() -> None:
    """Take back."""
    op.add_column("group_chat", sa.Column("unreachable", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.execute("UPDATE group_chat SET unreachable = (lost <> '')")
    op.drop_column("group_chat", "losses")
    op.drop_column("group_chat", "lost")
    op.execute("DELETE FROM delivery WHERE substr(kind, 1, 5) = 'lost:'")
