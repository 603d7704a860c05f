"""The record of who did what, when, to whom (hashed). Lines are added, never changed: the database refuses."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from talentscope.desk.store import Store
from talentscope.desk.tables import AUDIT
from talentscope.runtime.errors import UsageError

MOST_LINES = 1_000


@dataclass(frozen=True)
class AuditLine:
    """One line; `at` is aware. `subject_hash` tells two people apart, and names neither."""

    audit_id: int
    at: datetime
    actor: str
    action: str
    subject_hash: str | None
    detail: str


class Audit:
    """Reads the audit and adds to it."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def record(
        self, action: str, *, actor: str, detail: str = "", github_id: int | None = None, login: str | None = None
    ) -> None:
        """Add a line. `detail` must not name a person. Raises DeskError, UsageError for unreadable text."""
        with self._store.append() as connection:
            self._store.log(connection, action, actor=actor, detail=detail, github_id=github_id, login=login)

    def list(
        self, limit: int = 100, *, before_id: int | None = None, action: str | None = None, actor: str | None = None
    ) -> tuple[AuditLine, ...]:
        """Lines, the newest first; those older than line `before_id` when that is given."""
        if not 0 < limit <= MOST_LINES:
            raise UsageError(f"expected 1 to {MOST_LINES:,} lines, came {limit}", way_out="ask page by page")
        query = select(AUDIT).order_by(AUDIT.c.audit_id.desc()).limit(limit)
        for column, wanted in ((AUDIT.c.action, action), (AUDIT.c.actor, actor)):
            query = query if wanted is None else query.where(column == wanted)
        if before_id is not None:
            query = query.where(AUDIT.c.audit_id < before_id)
        with self._store.read() as connection:
            return tuple(AuditLine(**row._mapping) for row in connection.execute(query))

    def actions(self) -> tuple[str, ...]:
        """Every kind of action there is a line of, in order: what a filter can offer."""
        with self._store.read() as connection:
            return tuple(sorted(connection.execute(select(AUDIT.c.action).distinct()).scalars()))
