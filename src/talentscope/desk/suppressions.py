"""Who said no. Only keyed hashes of people are kept.

`is_suppressed` is asked before load, score, show and export: hashes are held in memory and read again as soon as any
process has changed a suppression. A pass over many accounts takes one `check` for all of them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from threading import Lock
from typing import Any

from sqlalchemy import Connection, delete, func, insert, or_, select, update

from talentscope.desk.erasure import erase_rows
from talentscope.desk.store import NOS, Store
from talentscope.desk.tables import SUPPRESSIONS
from talentscope.desk.wording import REASON, one_line, paragraphs
from talentscope.runtime.errors import UsageError


class Suppressions:
    """The table of suppressions, and the hashes in force."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._lock = Lock()
        self._held: tuple[int, frozenset[str]] | None = None

    def suppress(self, *, github_id: int | None, login: str | None, reason: str, actor: str) -> dict[str, int]:
        """See Desk.suppress."""
        account_hash, login_hash = self._hash(github_id, login)
        reason = paragraphs(reason, "the reason", most=REASON, least=0)
        with self._store.write(NOS) as connection:
            self._merge(connection, account_hash, login_hash, reason=reason, actor=actor)
            gone = erase_rows(connection, github_id=github_id, login=login)
            self._store.log(connection, "suppress", actor=actor, detail=reason, github_id=github_id, login=login)
            if gone:
                told = ", ".join(f"{count} of {table}" for table, count in sorted(gone.items()))
                detail = f"deleted from the desk with a suppression: {told}"
                self._store.log(connection, "forget", actor=actor, detail=detail, github_id=github_id, login=login)
        if gone:
            self._store.scrub()
        return gone

    def release(self, *, github_id: int | None, login: str | None, actor: str) -> bool:
        """See Desk.release."""
        account_hash, login_hash = self._hash(github_id, login)
        with self._store.write(NOS) as connection:
            removed = connection.execute(delete(SUPPRESSIONS).where(_is_about(account_hash, login_hash))).rowcount
            if removed:
                self._store.log(connection, "release", actor=actor, github_id=github_id, login=login)
        return removed > 0

    def is_suppressed(self, github_id: int | None, login: str | None) -> bool:
        """Whether the account said no, by id or by login."""
        return self.check()(github_id, login)

    def check(self) -> Callable[[int | None, str | None], bool]:
        """As `is_suppressed`, by what is in force at this moment."""
        hashes, hasher = self.hashes(), self._store.hasher

        def is_among(github_id: int | None, login: str | None) -> bool:
            if not hashes:
                return False
            if github_id is not None and hasher.account(github_id) in hashes:
                return True
            return login is not None and hasher.login(login) in hashes

        return is_among

    def among(self, connection: Connection, accounts: Mapping[int, str]) -> set[int]:
        """Who of these (logins by id) said no, by what a transaction sees: writers must not miss a no by a moment."""
        rows = connection.execute(select(SUPPRESSIONS.c.account_hash, SUPPRESSIONS.c.login_hash))
        hashes = {value for row in rows for value in row if value is not None}
        hasher = self._store.hasher
        return {
            github_id
            for github_id, login in accounts.items()
            if hashes and (hasher.account(github_id) in hashes or hasher.login(login) in hashes)
        }

    def about(self, connection: Connection, github_id: int | None, login: str | None) -> list[Any]:
        """The rows about one person."""
        return list(connection.execute(select(SUPPRESSIONS).where(_is_about(*self._hash(github_id, login)))))

    def count(self) -> int:
        """How many accounts are suppressed."""
        with self._store.read() as connection:
            return connection.execute(select(func.count()).select_from(SUPPRESSIONS)).scalar_one()

    def revision(self) -> int:
        """Another number after every change of a suppression."""
        return self._store.revision(NOS)

    def hashes(self) -> frozenset[str]:
        """The hashes of accounts and logins in force."""
        revision = self.revision()
        with self._lock:
            if self._held is not None and self._held[0] == revision:
                return self._held[1]
        with self._store.read() as connection:
            rows = connection.execute(select(SUPPRESSIONS.c.account_hash, SUPPRESSIONS.c.login_hash))
            held = frozenset(value for row in rows for value in row if value is not None)
        with self._lock:
            self._held = (revision, held)
        return held

    def _merge(
        self, connection: Connection, account_hash: str | None, login_hash: str | None, *, reason: str, actor: str
    ) -> None:
        found = connection.execute(select(SUPPRESSIONS.c.suppression_id).where(_is_about(account_hash, login_hash)))
        rows = list(found.scalars())
        if len(rows) > 1:  # known by id in one row and by login in another: now known to be one account
            connection.execute(delete(SUPPRESSIONS).where(SUPPRESSIONS.c.suppression_id.in_(rows[1:])))
        values = {"account_hash": account_hash, "login_hash": login_hash}
        if rows:
            given = {name: value for name, value in values.items() if value is not None}
            connection.execute(update(SUPPRESSIONS).where(SUPPRESSIONS.c.suppression_id == rows[0]).values(**given))
        else:
            stamp = {"created_at": self._store.now(), "created_by": one_line(actor, "the actor")}
            connection.execute(insert(SUPPRESSIONS).values(**values, **stamp, reason=reason))

    def _hash(self, github_id: int | None, login: str | None) -> tuple[str | None, str | None]:
        if github_id is None and not (login or "").strip():
            raise UsageError("expected a login or an account id, came neither", way_out="name the account")
        account_hash = None if github_id is None else self._store.hasher.account(github_id)
        return account_hash, self._store.hasher.login(login) if login else None


def _is_about(account_hash: str | None, login_hash: str | None) -> Any:
    conditions = []
    if account_hash is not None:
        conditions.append(SUPPRESSIONS.c.account_hash == account_hash)
    if login_hash is not None:
        conditions.append(SUPPRESSIONS.c.login_hash == login_hash)
    return or_(*conditions)
