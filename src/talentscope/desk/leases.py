"""Leases: who may do what only one may do at a time, for a while. A holder that dies is waited out, not asked.

Times are those of `Store.shared_now`: the database's own on a server, so that machines whose clocks differ agree.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, insert, or_, select, update
from sqlalchemy.exc import IntegrityError

from talentscope.desk.store import Store
from talentscope.desk.tables import LEASES
from talentscope.desk.wording import one_line


@dataclass(frozen=True)
class Lease:
    """A lease in force. `doing` is what its holder is at, in a word; times are aware."""

    name: str
    holder: str
    doing: str
    taken_at: datetime
    expires_at: datetime


class Leases:
    """One row for each name. Nothing here is counted as a change of the desk: no page shows anything else for it."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def now(self) -> datetime:
        """The time that leases go by, aware: of the database where several machines may share it."""
        with self._store.read() as connection:
            return self._store.shared_now(connection)

    def take(self, name: str, holder: str, seconds: float, *, doing: str = "") -> bool:
        """Take the lease if nobody else holds it; whether it is ours for `seconds` from now. Raises DeskError."""
        with self._store.append() as connection:
            now = self._store.shared_now(connection)
            values = self._values(holder, doing, now, seconds) | {"taken_at": now}
            is_free = or_(LEASES.c.expires_at <= now, LEASES.c.holder == holder)
            changed = connection.execute(update(LEASES).where(LEASES.c.name == name, is_free).values(**values))
            return changed.rowcount == 1 or _insert(connection, name, values)

    def renew(self, name: str, holder: str, seconds: float, *, doing: str = "") -> bool:
        """Hold it for `seconds` from now. False once it has expired or is another's: whoever held it must stop."""
        with self._store.append() as connection:
            now = self._store.shared_now(connection)
            is_ours = (LEASES.c.name == name, LEASES.c.holder == holder, LEASES.c.expires_at > now)
            values = self._values(holder, doing, now, seconds)
            return connection.execute(update(LEASES).where(*is_ours).values(**values)).rowcount == 1

    def release(self, name: str, holder: str) -> None:
        """Give it back, if it is ours still."""
        with self._store.append() as connection:
            connection.execute(delete(LEASES).where(LEASES.c.name == name, LEASES.c.holder == holder))

    def holder_of(self, name: str) -> Lease | None:
        """Who holds it at this moment; None when nobody does."""
        with self._store.read() as connection:
            now = self._store.shared_now(connection)
            query = select(LEASES).where(LEASES.c.name == name, LEASES.c.expires_at > now)
            row = connection.execute(query).first()
        return None if row is None else Lease(row.name, row.holder, row.doing, row.taken_at, row.expires_at)

    @staticmethod
    def _values(holder: str, doing: str, now: datetime, seconds: float) -> dict[str, object]:
        return {
            "holder": one_line(holder, "the holder", most=200),
            "doing": doing,
            "expires_at": now + timedelta(seconds=seconds),
        }


def _insert(connection: Connection, name: str, values: dict[str, object]) -> bool:
    """The first lease of that name. False when somebody else's row is there, or was a moment faster."""
    if connection.execute(select(LEASES.c.name).where(LEASES.c.name == name)).first() is not None:
        return False
    try:
        with connection.begin_nested():
            connection.execute(insert(LEASES).values(name=name, **values))
    except IntegrityError:
        return False
    return True
