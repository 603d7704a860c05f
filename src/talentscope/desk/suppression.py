"""The desk: who said no, and the record of who did what. Only keyed hashes of people are kept.

`is_suppressed` is asked before load, score, show and export, often 100,000 times in a row: hashes are held in
memory and read again as soon as any process has written to the desk.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from threading import Lock
from typing import Any

from sqlalchemy import Connection, Engine, delete, func, insert, or_, select, update
from sqlalchemy.exc import DBAPIError

from talentscope.desk.connection import open_engine
from talentscope.desk.key import Hasher, load_key
from talentscope.desk.tables import AUDIT, KEYS, SUPPRESSIONS
from talentscope.runtime.clock import Clock
from talentscope.runtime.errors import DeskError, UsageError


def open_desk(*, home: Path, key: str | None, clock: Clock, actor: str = "operator") -> Desk:
    """The desk in `<home>/desk.sqlite`, made on first use. `key` is Settings.desk_key; `actor` signs the audit.

    Raises DeskError (unreadable, unwritable, wrong key) or SettingError (key too short).
    """
    path = home / "desk.sqlite"
    hasher = Hasher(load_key(home, key, may_create=not path.exists()))
    desk = Desk(open_engine(path), hasher=hasher, clock=clock, actor=actor)
    desk.check_key()
    return desk


class Desk:
    """Suppressions and audit. Safe to share between threads."""

    def __init__(self, engine: Engine, *, hasher: Hasher, clock: Clock, actor: str) -> None:
        self._engine, self._hasher, self._clock, self._actor = engine, hasher, clock, actor
        self._lock = Lock()
        self._watcher = engine.connect()
        self._seen_version: int | None = None
        self._hashes: frozenset[str] = frozenset()

    def __enter__(self) -> Desk:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the database."""
        self._watcher.close()
        self._engine.dispose()

    def check_key(self) -> None:
        """Raises DeskError when the suppressions were hashed with another key: none of them would be found."""
        with self._engine.begin() as connection:
            known = connection.execute(select(KEYS.c.fingerprint)).scalar()
            if known is None:
                connection.execute(insert(KEYS).values(fingerprint=self._hasher.fingerprint()))
            elif known != self._hasher.fingerprint():
                raise DeskError(
                    "the key of the desk is not the one its suppressions were made with; none of them would be found",
                    way_out="restore desk.key, or set TALENTSCOPE_DESK_KEY to the former key",
                )

    def suppress(self, *, github_id: int | None = None, login: str | None = None, reason: str) -> None:
        """Never show, score, load or export this account again. Give both where known: logins change, ids do not.

        Raises UsageError when neither is given. Doing it twice is the same as once.
        """
        account_hash, login_hash = self._hash(github_id, login)
        with self._write() as connection:
            found = connection.execute(
                select(SUPPRESSIONS.c.suppression_id).where(_is_about(account_hash, login_hash))
            ).scalars()
            rows = list(found)
            if len(rows) > 1:  # known by id in one row and by login in another: now known to be one account
                connection.execute(delete(SUPPRESSIONS).where(SUPPRESSIONS.c.suppression_id.in_(rows[1:])))
            values = {"account_hash": account_hash, "login_hash": login_hash}
            if rows:
                given = {name: value for name, value in values.items() if value is not None}
                connection.execute(update(SUPPRESSIONS).where(SUPPRESSIONS.c.suppression_id == rows[0]).values(**given))
            else:
                connection.execute(insert(SUPPRESSIONS).values(**values, **self._stamp(), reason=reason))
            self._append(connection, "suppress", subject=account_hash or login_hash, detail=reason)

    def release(self, *, github_id: int | None = None, login: str | None = None) -> bool:
        """Take a suppression back. False when there was none. Raises UsageError when neither is given."""
        account_hash, login_hash = self._hash(github_id, login)
        with self._write() as connection:
            removed = connection.execute(delete(SUPPRESSIONS).where(_is_about(account_hash, login_hash))).rowcount
            if removed:
                self._append(connection, "release", subject=account_hash or login_hash, detail="")
        return removed > 0

    def is_suppressed(self, github_id: int | None, login: str | None) -> bool:
        """Whether the account said no, by id or by login."""
        hashes = self._current_hashes()
        if not hashes:
            return False
        if github_id is not None and self._hasher.account(github_id) in hashes:
            return True
        return login is not None and self._hasher.login(login) in hashes

    def suppression_count(self) -> int:
        """How many accounts are suppressed."""
        with self._engine.connect() as connection:
            return connection.execute(select(func.count()).select_from(SUPPRESSIONS)).scalar_one()

    def record(self, action: str, *, detail: str, github_id: int | None = None, login: str | None = None) -> None:
        """Append to the audit: who did what, to whom (hashed). `detail` must not name a person."""
        subject = None
        if github_id is not None:
            subject = self._hasher.account(github_id)
        elif login is not None:
            subject = self._hasher.login(login)
        with self._write() as connection:
            self._append(connection, action, subject=subject, detail=detail)

    def _current_hashes(self) -> frozenset[str]:
        """The hashes in force. `data_version` changes when another connection commits, in whatever process.

        Rule: https://www.sqlite.org/pragma.html#pragma_data_version
        """
        with self._lock:
            driver: Any = self._watcher.connection.driver_connection
            version = driver.execute("PRAGMA data_version").fetchone()[0]
            if version != self._seen_version:
                rows = driver.execute("SELECT account_hash, login_hash FROM suppressions").fetchall()
                self._hashes = frozenset(value for row in rows for value in row if value is not None)
                self._seen_version = version
            return self._hashes

    def _hash(self, github_id: int | None, login: str | None) -> tuple[str | None, str | None]:
        if github_id is None and not (login or "").strip():
            raise UsageError("expected a login or an account id, came neither", way_out="name the account")
        account_hash = None if github_id is None else self._hasher.account(github_id)
        return account_hash, self._hasher.login(login) if login else None

    def _write(self) -> _Writing:
        return _Writing(self._engine)

    def _stamp(self) -> dict[str, object]:
        return {"created_at": self._now(), "created_by": self._actor}

    def _now(self) -> datetime:
        return self._clock.now().replace(tzinfo=None)

    def _append(self, connection: Connection, action: str, *, subject: str | None, detail: str) -> None:
        values = {"at": self._now(), "actor": self._actor, "action": action, "subject_hash": subject, "detail": detail}
        connection.execute(insert(AUDIT).values(**values))


class _Writing:
    """One transaction; a database that refuses becomes a DeskError."""

    def __init__(self, engine: Engine) -> None:
        self._begin = engine.begin()

    def __enter__(self) -> Connection:
        try:
            return self._begin.__enter__()
        except DBAPIError as error:
            raise _refused(error) from error

    def __exit__(self, kind: Any, error: Any, trace: Any) -> None:
        try:
            self._begin.__exit__(kind, error, trace)
        except DBAPIError as failure:
            raise _refused(failure) from failure
        if isinstance(error, DBAPIError):
            raise _refused(error) from error


def _refused(error: DBAPIError) -> DeskError:
    return DeskError(
        f"the desk could not be written: {error.orig}", way_out="nothing was changed; check disk and rights"
    )


def _is_about(account_hash: str | None, login_hash: str | None) -> Any:
    conditions = []
    if account_hash is not None:
        conditions.append(SUPPRESSIONS.c.account_hash == account_hash)
    if login_hash is not None:
        conditions.append(SUPPRESSIONS.c.login_hash == login_hash)
    return or_(*conditions)
