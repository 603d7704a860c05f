"""What a team writes: briefs, shortlists, looks, requests, API keys; and the counters of what was committed.

Revision ID: 0002
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

TABLES = (
    "api_keys",
    "requests",
    "looks",
    "contacts",
    "decisions",
    "notes",
    "stage_moves",
    "shortlist_entries",
    "shortlists",
    "brief_versions",
    "revisions",
)

ERASED = ("contacts", "decisions", "notes", "stage_moves", "shortlist_entries", "looks", "requests")


def upgrade() -> None:
    """Add the tables; suppressions and audit stay as they are."""
    revisions = op.create_table(
        "revisions",
        sa.Column("room", sa.String(50), primary_key=True),
        sa.Column("number", sa.BigInteger, nullable=False),
    )
    op.bulk_insert(revisions, [{"room": "desk", "number": 0}, {"room": "suppressions", "number": 0}])
    op.create_index("ix_audit_subject_hash", "audit", ["subject_hash"])
    op.create_table(
        "brief_versions",
        sa.Column("brief_version_id", sa.Integer, primary_key=True),
        sa.Column("name", sa.String(64), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("title", sa.String(200), nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("is_deleted", sa.Boolean, nullable=False),
        sa.Column("saved_at", sa.DateTime, nullable=False),
        sa.Column("saved_by", sa.String(200), nullable=False),
        sa.UniqueConstraint("name", "version"),
    )
    _make_shortlists()
    _make_rows_about_people()
    op.create_table(
        "looks",
        sa.Column("look_id", sa.Integer, primary_key=True),
        sa.Column("actor", sa.String(200), nullable=False),
        sa.Column("brief_name", sa.String(64), nullable=False),
        sa.Column("at", sa.DateTime, nullable=False),
        sa.Column("github_ids", sa.LargeBinary, nullable=False),
        sa.UniqueConstraint("actor", "brief_name"),
    )
    _make_requests_and_keys()
    if op.get_bind().dialect.name == "postgresql":
        for table in ERASED:  # what is deleted here is somebody's: a vacuum comes within a minute, however little it is
            op.execute(f"ALTER TABLE {table} SET (autovacuum_vacuum_threshold = 0, autovacuum_vacuum_scale_factor = 0)")


def _make_shortlists() -> None:
    op.create_table(
        "shortlists",
        sa.Column("shortlist_id", sa.Integer, primary_key=True),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("brief_text", sa.Text, nullable=False),
        sa.Column("created_at", sa.DateTime, nullable=False),
        sa.Column("created_by", sa.String(200), nullable=False),
        sa.Column("changed_at", sa.DateTime, nullable=False),
        sa.Column("archived_at", sa.DateTime),
    )
    op.create_table(
        "shortlist_entries",
        sa.Column("entry_id", sa.Integer, primary_key=True),
        sa.Column("shortlist_id", sa.Integer, sa.ForeignKey("shortlists.shortlist_id"), nullable=False),
        sa.Column("github_id", sa.BigInteger, nullable=False),
        sa.Column("login", sa.String(100), nullable=False),
        sa.Column("score", sa.Float),
        sa.Column("stage", sa.String(20), nullable=False),
        sa.Column("added_at", sa.DateTime, nullable=False),
        sa.Column("added_by", sa.String(200), nullable=False),
        sa.UniqueConstraint("shortlist_id", "github_id"),
    )
    op.create_index("shortlist_entries_account", "shortlist_entries", ["github_id"])


def _make_rows_about_people() -> None:
    own = {
        "stage_moves": (
            "move_id",
            [
                sa.Column("from_stage", sa.String(20), nullable=False),
                sa.Column("to_stage", sa.String(20), nullable=False),
                sa.Column("reason", sa.Text, nullable=False),
            ],
        ),
        "notes": ("note_id", [sa.Column("text", sa.Text, nullable=False)]),
        "decisions": (
            "decision_id",
            [sa.Column("decision", sa.String(20), nullable=False), sa.Column("reason", sa.Text, nullable=False)],
        ),
        "contacts": ("contact_id", [sa.Column("reason", sa.Text, nullable=False)]),
    }
    for table, (key, columns) in own.items():
        op.create_table(
            table,
            sa.Column(key, sa.Integer, primary_key=True),
            sa.Column("shortlist_id", sa.Integer, sa.ForeignKey("shortlists.shortlist_id"), nullable=False),
            sa.Column("github_id", sa.BigInteger, nullable=False),
            *columns,
            sa.Column("at", sa.DateTime, nullable=False),
            sa.Column("actor", sa.String(200), nullable=False),
        )
        op.create_index(f"{table}_account", table, ["github_id"])


def _make_requests_and_keys() -> None:
    op.create_table(
        "requests",
        sa.Column("request_id", sa.Integer, primary_key=True),
        sa.Column("reference", sa.String(20), nullable=False, unique=True),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("login", sa.String(100), nullable=False),
        sa.Column("contact", sa.String(320), nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("submitted_at", sa.DateTime, nullable=False),
        sa.Column("due_at", sa.DateTime, nullable=False),
        sa.Column("outcome", sa.String(20), nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("settled_at", sa.DateTime),
        sa.Column("settled_by", sa.String(200)),
    )
    op.create_table(
        "api_keys",
        sa.Column("key_id", sa.Integer, primary_key=True),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("public_part", sa.String(16), nullable=False, unique=True),
        sa.Column("secret_hash", sa.String(64), nullable=False),
        sa.Column("scopes", sa.String(200), nullable=False),
        sa.Column("created_at", sa.DateTime, nullable=False),
        sa.Column("created_by", sa.String(200), nullable=False),
        sa.Column("expires_at", sa.DateTime),
        sa.Column("revoked_at", sa.DateTime),
        sa.Column("revoked_by", sa.String(200)),
    )


def downgrade() -> None:
    """What the team wrote is lost."""
    op.drop_index("ix_audit_subject_hash", "audit")
    for table in TABLES:
        op.drop_table(table)
