"""How a contact was made, beside the way."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.add_column("visit", sa.Column("how", sa.String(length=16), nullable=False, server_default=""))


def downgrade() -> None:
    """Take back."""
    op.drop_column("visit", "how")
