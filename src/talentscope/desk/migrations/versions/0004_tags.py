"""Tags: free words on the entries of shortlists.

Revision ID: 0004
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table; all else stays as it is."""
    op.create_table(
        "tags",
        sa.Column("tag_id", sa.Integer, primary_key=True),
        sa.Column("shortlist_id", sa.Integer, sa.ForeignKey("shortlists.shortlist_id"), nullable=False),
        sa.Column("github_id", sa.BigInteger, nullable=False),
        sa.Column("text", sa.String(30), nullable=False),
        sa.Column("at", sa.DateTime, nullable=False),
        sa.Column("actor", sa.String(200), nullable=False),
        sa.UniqueConstraint("shortlist_id", "github_id", "text"),
    )
    op.create_index("tags_account", "tags", ["github_id"])
    if op.get_bind().dialect.name == "postgresql":  # as the other tables with somebody's rows (0002)
        op.execute("ALTER TABLE tags SET (autovacuum_vacuum_threshold = 0, autovacuum_vacuum_scale_factor = 0)")


def downgrade() -> None:
    """All tags are lost."""
    op.drop_index("tags_account", "tags")
    op.drop_table("tags")
