"""The desk's tables as SQLAlchemy sees them. No plain account id or login is in any of them; migrations/ makes them."""

from __future__ import annotations

from sqlalchemy import Column, DateTime, Integer, MetaData, String, Table, Text

METADATA = MetaData()

SUPPRESSIONS = Table(
    "suppressions",
    METADATA,
    Column("suppression_id", Integer, primary_key=True),
    Column("account_hash", String(64), unique=True),
    Column("login_hash", String(64), unique=True),
    Column("reason", Text, nullable=False),
    Column("created_at", DateTime, nullable=False),  # UTC; SQLite keeps no zone
    Column("created_by", String(200), nullable=False),
)

AUDIT = Table(
    "audit",
    METADATA,
    Column("audit_id", Integer, primary_key=True),
    Column("at", DateTime, nullable=False),  # UTC
    Column("actor", String(200), nullable=False),
    Column("action", String(100), nullable=False),
    Column("subject_hash", String(64)),
    Column("detail", Text, nullable=False),
)

KEYS = Table("keys", METADATA, Column("fingerprint", String(64), primary_key=True))
