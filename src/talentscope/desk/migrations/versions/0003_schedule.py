"""What ran, and who may run now: past runs of the schedule, and leases.

Revision ID: 0003
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the two tables; all else stays as it is."""
    op.create_table(
        "past_runs",
        sa.Column("past_run_id", sa.Integer, primary_key=True),
        sa.Column("entry", sa.String(50), nullable=False),
        sa.Column("ran_as", sa.String(50), nullable=False),
        sa.Column("started_at", sa.DateTime, nullable=False),
        sa.Column("ended_at", sa.DateTime, nullable=False),
        sa.Column("code", sa.Integer, nullable=False),
        sa.Column("ending", sa.String(20), nullable=False),
        sa.Column("has_done", sa.Boolean, nullable=False),
        sa.Column("run_id", sa.String(64), nullable=False),
    )
    op.create_index("past_runs_entry", "past_runs", ["entry", "ended_at"])
    op.create_table(
        "leases",
        sa.Column("name", sa.String(50), primary_key=True),
        sa.Column("holder", sa.String(200), nullable=False),
        sa.Column("doing", sa.String(50), nullable=False),
        sa.Column("taken_at", sa.DateTime, nullable=False),
        sa.Column("expires_at", sa.DateTime, nullable=False),
    )


def downgrade() -> None:
    """What ran last is forgotten: everything is due again."""
    op.drop_table("leases")
    op.drop_index("past_runs_entry", "past_runs")
    op.drop_table("past_runs")
