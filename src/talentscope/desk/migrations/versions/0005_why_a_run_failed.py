"""Why a run of the schedule failed, beside that it did.

Revision ID: 0005
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; of runs before it nothing is known."""
    op.add_column("past_runs", sa.Column("message", sa.String(500), nullable=False, server_default=""))


def downgrade() -> None:
    """Why runs failed is forgotten."""
    op.drop_column("past_runs", "message")
