"""The desk's tables as SQLAlchemy sees them; migrations/ makes them.

Suppressions and audit know people by keyed hash only. What a team writes about a developer (PERSONAL) carries the
account id: it goes at once when that person says no, and person.py can hand all of it out or delete it.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    DateTime,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)
from sqlalchemy.types import TypeDecorator

METADATA = MetaData()


class Moment(TypeDecorator[datetime]):
    """An aware time outside, UTC without a zone inside: SQLite keeps no zone."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Any) -> datetime | None:  # noqa: ARG002
        """To UTC. A time without a zone is UTC already."""
        if value is None or value.tzinfo is None:
            return value
        return value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Any) -> datetime | None:  # noqa: ARG002
        """Aware again."""
        return None if value is None else value.replace(tzinfo=UTC)


WHOLE = BigInteger().with_variant(Integer, "sqlite")
"""How numbers are asked for: one that is too great for any row is then not found, rather than out of range."""


def _number(name: str) -> Column[int]:
    return Column(name, WHOLE, primary_key=True)


def _actor(name: str, *, nullable: bool = False) -> Column[str]:
    return Column(name, String(200), nullable=nullable)


def _account() -> Column[int]:
    return Column("github_id", BigInteger, nullable=False)


def _shortlist() -> Column[int]:
    return Column("shortlist_id", WHOLE, ForeignKey("shortlists.shortlist_id"), nullable=False)


SUPPRESSIONS = Table(
    "suppressions",
    METADATA,
    _number("suppression_id"),
    Column("account_hash", String(64), unique=True),
    Column("login_hash", String(64), unique=True),
    Column("reason", Text, nullable=False),
    Column("created_at", Moment, nullable=False),
    _actor("created_by"),
)

AUDIT = Table(
    "audit",
    METADATA,
    _number("audit_id"),
    Column("at", Moment, nullable=False),
    _actor("actor"),
    Column("action", String(100), nullable=False),
    Column("subject_hash", String(64), index=True),
    Column("detail", Text, nullable=False),
)

KEYS = Table("keys", METADATA, Column("fingerprint", String(64), primary_key=True))
"""Which key the hashes were made with."""

REVISIONS = Table(
    "revisions",
    METADATA,
    Column("room", String(50), primary_key=True),
    Column("number", BigInteger, nullable=False),
)
"""Counts what was committed. Every writer takes the row `desk` first, so writers queue and none reads what is stale."""

BRIEF_VERSIONS = Table(
    "brief_versions",
    METADATA,
    _number("brief_version_id"),
    Column("name", String(64), nullable=False),
    Column("version", Integer, nullable=False),
    Column("title", String(200), nullable=False),
    Column("text", Text, nullable=False),
    Column("note", Text, nullable=False),
    Column("is_deleted", Boolean, nullable=False),
    Column("saved_at", Moment, nullable=False),
    _actor("saved_by"),
    UniqueConstraint("name", "version"),
)

SHORTLISTS = Table(
    "shortlists",
    METADATA,
    _number("shortlist_id"),
    Column("name", String(200), nullable=False),
    Column("brief_text", Text, nullable=False),
    Column("created_at", Moment, nullable=False),
    _actor("created_by"),
    Column("changed_at", Moment, nullable=False),
    Column("archived_at", Moment),
)

ENTRIES = Table(
    "shortlist_entries",
    METADATA,
    _number("entry_id"),
    _shortlist(),
    _account(),
    Column("login", String(100), nullable=False),
    Column("score", Float),
    Column("stage", String(20), nullable=False),
    Column("added_at", Moment, nullable=False),
    _actor("added_by"),
    UniqueConstraint("shortlist_id", "github_id"),
    Index("shortlist_entries_account", "github_id"),
)

MOVES = Table(
    "stage_moves",
    METADATA,
    _number("move_id"),
    _shortlist(),
    _account(),
    Column("from_stage", String(20), nullable=False),
    Column("to_stage", String(20), nullable=False),
    Column("reason", Text, nullable=False),
    Column("at", Moment, nullable=False),
    _actor("actor"),
    Index("stage_moves_account", "github_id"),
)

NOTES = Table(
    "notes",
    METADATA,
    _number("note_id"),
    _shortlist(),
    _account(),
    Column("text", Text, nullable=False),
    Column("at", Moment, nullable=False),
    _actor("actor"),
    Index("notes_account", "github_id"),
)

TAGS = Table(
    "tags",
    METADATA,
    _number("tag_id"),
    _shortlist(),
    _account(),
    Column("text", String(30), nullable=False),
    Column("at", Moment, nullable=False),
    _actor("actor"),
    UniqueConstraint("shortlist_id", "github_id", "text"),
    Index("tags_account", "github_id"),
)

DECISIONS = Table(
    "decisions",
    METADATA,
    _number("decision_id"),
    _shortlist(),
    _account(),
    Column("decision", String(20), nullable=False),
    Column("reason", Text, nullable=False),
    Column("at", Moment, nullable=False),
    _actor("actor"),
    Index("decisions_account", "github_id"),
)

CONTACTS = Table(
    "contacts",
    METADATA,
    _number("contact_id"),
    _shortlist(),
    _account(),
    Column("reason", Text, nullable=False),
    Column("at", Moment, nullable=False),
    _actor("actor"),
    Index("contacts_account", "github_id"),
)
"""When somebody wrote to a developer. It outlives the entry: the whole team waits, whichever list it was on."""

LOOKS = Table(
    "looks",
    METADATA,
    _number("look_id"),
    _actor("actor"),
    Column("brief_name", String(64), nullable=False),
    Column("at", Moment, nullable=False),
    Column("github_ids", LargeBinary, nullable=False),
    UniqueConstraint("actor", "brief_name"),
)
"""Whom somebody saw when they last looked at a brief: packed account ids (looks.py)."""

REQUESTS = Table(
    "requests",
    METADATA,
    _number("request_id"),
    Column("reference", String(20), nullable=False, unique=True),
    Column("kind", String(20), nullable=False),
    Column("login", String(100), nullable=False),
    Column("contact", String(320), nullable=False),
    Column("text", Text, nullable=False),
    Column("state", String(20), nullable=False),
    Column("submitted_at", Moment, nullable=False),
    Column("due_at", Moment, nullable=False),
    Column("outcome", String(20), nullable=False),
    Column("note", Text, nullable=False),
    Column("settled_at", Moment),
    _actor("settled_by", nullable=True),
)

API_KEYS = Table(
    "api_keys",
    METADATA,
    _number("key_id"),
    Column("name", String(200), nullable=False),
    Column("public_part", String(16), nullable=False, unique=True),
    Column("secret_hash", String(64), nullable=False),
    Column("scopes", String(200), nullable=False),
    Column("created_at", Moment, nullable=False),
    _actor("created_by"),
    Column("expires_at", Moment),
    Column("revoked_at", Moment),
    _actor("revoked_by", nullable=True),
)

MESSAGE_LENGTH = 500

PAST_RUNS = Table(
    "past_runs",
    METADATA,
    _number("past_run_id"),
    Column("entry", String(50), nullable=False),
    Column("ran_as", String(50), nullable=False),
    Column("started_at", Moment, nullable=False),
    Column("ended_at", Moment, nullable=False),
    Column("code", Integer, nullable=False),
    Column("ending", String(20), nullable=False),
    Column("has_done", Boolean, nullable=False),
    Column("run_id", String(64), nullable=False),
    Column("message", String(MESSAGE_LENGTH), nullable=False, server_default=""),
    Index("past_runs_entry", "entry", "ended_at"),
)
"""Runs of the schedule that ended. `ran_as` is another entry where that one covers this one, `message` says why it
failed."""

LEASES = Table(
    "leases",
    METADATA,
    Column("name", String(50), primary_key=True),
    Column("holder", String(200), nullable=False),
    Column("doing", String(50), nullable=False),
    Column("taken_at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False),
)
"""Who may do what only one may do at a time, until when; by the database's clock (store.py)."""

PERSONAL = (DECISIONS, NOTES, TAGS, MOVES, CONTACTS, ENTRIES)
"""Tables with rows about one developer, by `github_id`."""
