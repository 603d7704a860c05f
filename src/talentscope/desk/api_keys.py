"""Keys of programs that ask the API. A secret is shown once; only its keyed hash is kept."""

from __future__ import annotations

import hmac
import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, insert, select, update

from talentscope.desk.store import Store
from talentscope.desk.tables import API_KEYS
from talentscope.desk.wording import one_line
from talentscope.runtime.errors import UsageError

SCOPES = ("read", "export", "write", "operate")
MOST_KEYS = 1_000
_SECRET = re.compile(r"ts_([0-9a-f]{12})_[A-Za-z0-9_-]{43}")


@dataclass(frozen=True)
class KeyRecord:
    """What is known of a key; times are aware. `public_part` is the part of the secret that may be shown."""

    key_id: int
    name: str
    public_part: str
    scopes: tuple[str, ...]
    created_at: datetime
    created_by: str
    expires_at: datetime | None
    revoked_at: datetime | None
    revoked_by: str | None

    def is_valid(self, now: datetime) -> bool:
        """Whether it opens anything at that time."""
        return self.revoked_at is None and (self.expires_at is None or now < self.expires_at)


class ApiKeys:
    """Makes, checks and revokes keys."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def create(
        self, name: str, scopes: Sequence[str], *, actor: str, expires_at: datetime | None = None
    ) -> tuple[KeyRecord, str]:
        """A new key and its secret, which nobody can read again. Raises UsageError."""
        unknown = [scope for scope in scopes if scope not in SCOPES]
        if unknown or not scopes:
            raise UsageError(f"expected scopes out of {', '.join(SCOPES)}", way_out="choose at least one")
        now = self._store.now()
        if expires_at is not None and (expires_at.tzinfo is None or expires_at <= now):
            raise UsageError("expected a time of expiry that lies ahead", way_out="choose a later one, or none")
        public = secrets.token_hex(6)
        secret = f"ts_{public}_{secrets.token_urlsafe(32)}"
        values = {
            "name": one_line(name, "the name of the key"),
            "public_part": public,
            "secret_hash": self._store.hasher.secret(secret),
            "scopes": " ".join(scope for scope in SCOPES if scope in scopes),
            "created_at": now,
            "created_by": one_line(actor, "the actor"),
            "expires_at": expires_at,
        }
        with self._store.write() as connection:
            if connection.execute(select(func.count()).select_from(API_KEYS)).scalar_one() >= MOST_KEYS:
                raise UsageError(f"there are {MOST_KEYS:,} keys already", way_out="do with one key for each program")
            connection.execute(insert(API_KEYS).values(**values))
            self._store.log(connection, "create key", actor=actor, detail=f"{public}: {values['scopes']}")
            row = connection.execute(select(API_KEYS).where(API_KEYS.c.public_part == public)).one()
        return _to_record(row), secret

    def list(self) -> tuple[KeyRecord, ...]:
        """Every key ever made, the newest first."""
        with self._store.read() as connection:
            return tuple(_to_record(row) for row in connection.execute(select(API_KEYS).order_by(-API_KEYS.c.key_id)))

    def revoke(self, key_id: int, *, actor: str) -> KeyRecord:
        """Close a key for good; twice is the same as once. Raises UsageError for an unknown key."""
        with self._store.write() as connection:
            row = connection.execute(select(API_KEYS).where(API_KEYS.c.key_id == key_id)).first()
            if row is None:
                raise UsageError(f"there is no key {key_id}"[:100], way_out="see the list of keys")
            if row.revoked_at is None:
                values = {"revoked_at": self._store.now(), "revoked_by": one_line(actor, "the actor")}
                connection.execute(update(API_KEYS).where(API_KEYS.c.key_id == key_id).values(**values))
                self._store.log(connection, "revoke key", actor=actor, detail=row.public_part)
                row = connection.execute(select(API_KEYS).where(API_KEYS.c.key_id == key_id)).one()
        return _to_record(row)

    def check(self, secret: str) -> KeyRecord | None:
        """The key that this secret belongs to, or None: unknown, wrong, revoked, expired. No time tells which."""
        match = _SECRET.fullmatch(secret)
        public = match[1] if match is not None else ""
        with self._store.read() as connection:
            row = connection.execute(select(API_KEYS).where(API_KEYS.c.public_part == public)).first()
        given = self._store.hasher.secret(secret if match is not None else "")
        is_right = hmac.compare_digest(given, "" if row is None else row.secret_hash)
        if row is None or not is_right:
            return None
        record = _to_record(row)
        return record if record.is_valid(self._store.now()) else None


def _to_record(row: Any) -> KeyRecord:
    return KeyRecord(
        key_id=row.key_id,
        name=row.name,
        public_part=row.public_part,
        scopes=tuple(row.scopes.split()),
        created_at=row.created_at,
        created_by=row.created_by,
        expires_at=row.expires_at,
        revoked_at=row.revoked_at,
        revoked_by=row.revoked_by,
    )
