"""Everything the desk holds about one person: handed out, or deleted. A test holds both to cover every table."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, or_, select

from talentscope.desk.erasure import blank_requests, erase_rows, find_ids
from talentscope.desk.packing import unpack
from talentscope.desk.store import Store
from talentscope.desk.suppressions import Suppressions
from talentscope.desk.tables import AUDIT, LOOKS, PERSONAL, REQUESTS, SUPPRESSIONS

COLLEAGUES = frozenset({"actor", "added_by", "created_by", "settled_by"})
"""Left out: a person may ask what was done with their data and why, not which colleague did it.

Rule: CJEU C-579/21 (Pankki S), https://curia.europa.eu/juris/liste.jsf?num=C-579/21
"""

HASHED = (AUDIT, SUPPRESSIONS)
"""Tables that know people by keyed hash only: they are handed out, and stay; they keep a no and the proof of it."""


class Person:
    """Hands out or deletes what the desk holds about somebody."""

    def __init__(self, store: Store, suppressions: Suppressions) -> None:
        self._store, self._suppressions = store, suppressions

    def export(self, github_id: int | None, login: str | None) -> dict[str, Any]:
        """By table, the rows about this account; times as ISO 8601 in UTC. Tables without any are empty lists."""
        with self._store.read() as connection:
            ids = find_ids(connection, github_id=github_id, login=login)
            found: dict[str, Any] = {}
            for table in PERSONAL:
                rows = connection.execute(select(table).where(table.c.github_id.in_(ids)))
                found[str(table.name)] = [_plain(row) for row in rows]
            found[str(LOOKS.name)] = _seen(connection, ids)
            theirs = func.lower(REQUESTS.c.login) == (login or "").strip().removeprefix("@").lower()
            query = select(REQUESTS).where(theirs, REQUESTS.c.login != "")
            found[str(REQUESTS.name)] = [_plain(row) for row in connection.execute(query)]
            found[str(SUPPRESSIONS.name)] = self._suppressed(connection, github_id, login)
            found[str(AUDIT.name)] = self._audit(connection, ids, login)
        return found

    def erase(self, github_id: int | None, login: str | None, *, actor: str) -> dict[str, int]:
        """Delete all of it but keyed hashes; how many rows of each table went or were blanked."""
        with self._store.write() as connection:
            gone = erase_rows(connection, github_id=github_id, login=login)
            if login:
                gone[str(REQUESTS.name)] = blank_requests(connection, login=login)
            told = ", ".join(f"{count} of {table}" for table, count in sorted(gone.items()) if count) or "nothing held"
            self._store.log(connection, "erase", actor=actor, detail=told, github_id=github_id, login=login)
        self._store.scrub()
        return {name: count for name, count in gone.items() if count}

    def _suppressed(self, connection: Connection, github_id: int | None, login: str | None) -> list[dict[str, Any]]:
        rows = self._suppressions.about(connection, github_id, login)
        return [{"reason": row.reason, "created_at": row.created_at.isoformat()} for row in rows]

    def _audit(self, connection: Connection, ids: set[int], login: str | None) -> list[dict[str, Any]]:
        hashes = [self._store.hasher.account(number) for number in ids]
        hashes += [self._store.hasher.login(login)] if login else []
        query = select(AUDIT.c.at, AUDIT.c.action, AUDIT.c.detail).order_by(AUDIT.c.audit_id)
        is_about = or_(*(AUDIT.c.subject_hash == value for value in hashes))
        return [_plain(row) for row in connection.execute(query.where(is_about))] if hashes else []


def _seen(connection: Connection, ids: set[int]) -> list[dict[str, Any]]:
    rows = connection.execute(select(LOOKS.c.brief_name, LOOKS.c.at, LOOKS.c.github_ids))
    return [
        {"brief_name": row.brief_name, "at": row.at.isoformat()}
        for row in rows
        if not ids.isdisjoint(unpack(row.github_ids))
    ]


def _plain(row: Any) -> dict[str, Any]:
    return {
        str(name): value.isoformat() if isinstance(value, datetime) else value  # SQLAlchemy's names are no plain str
        for name, value in row._mapping.items()
        if name not in COLLEAGUES
    }
