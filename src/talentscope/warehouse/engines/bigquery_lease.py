"""The run lock on BigQuery, which has none: a row with an end, moved forward by its holder's heartbeat.

One UPDATE takes it where it is free or over. BigQuery lets one of two conflicting UPDATEs of a table through and runs
the other again on what the first left, or refuses it; a read afterwards says whose it is. Times are the server's own,
so clocks of machines do not matter. A holder that dies stops renewing: after LEASE_SECONDS the row is free.
Rule: https://cloud.google.com/bigquery/docs/data-manipulation-language#dml-limitations
"""

from __future__ import annotations

import os
import re
import socket
import threading
import time
import uuid
from collections.abc import Mapping
from typing import Any, Protocol

from talentscope.runtime.errors import WarehouseError

LEASE_SECONDS = 180
BEAT_SECONDS = 45.0

_TABLE = "raw._talentscope_lease"
_CREATE = (
    f"CREATE TABLE IF NOT EXISTS {_TABLE} AS SELECT 'run' AS name, '' AS holder, '' AS told,"
    " CURRENT_TIMESTAMP AS since, CURRENT_TIMESTAMP AS ends_at"
)
_UPDATE = f"UPDATE {_TABLE} SET holder = $holder, told = $told, since = CURRENT_TIMESTAMP, ends_at = {{end}}"
_END = "CURRENT_TIMESTAMP + INTERVAL ({seconds}) SECOND"  # in brackets: sqlglot makes a bare number a text
_REFUSED = re.compile(r"concurrent (update|transaction)|could not serialize|too many dml|rate limit", re.I)


class Database(Protocol):
    """The part of the engine that a lease needs."""

    def connect(self) -> None: ...
    def execute(self, sql: str, parameters: Mapping[str, object]) -> int: ...
    def batches(self, sql: str, parameters: Mapping[str, object]) -> Any: ...


class LeaseHolder:
    """One attempt after another at the lease, and its heartbeat once it is ours."""

    def __init__(
        self, database: Database, *, purpose: str, seconds: int = LEASE_SECONDS, beat_seconds: float = BEAT_SECONDS
    ) -> None:
        self._database, self._seconds, self._beat_seconds = database, seconds, beat_seconds
        self._id = uuid.uuid4().hex
        self._told = f"process {os.getpid()} on {socket.gethostname()} for {purpose!r}"
        self._is_made = False
        self._sure_until = 0.0
        self._ended = threading.Event()
        self._heart: threading.Thread | None = None

    def acquire(self) -> bool:
        """Take it if it is free or over."""
        if not self._is_made:
            self._database.connect()
            self._database.execute(_CREATE, {})
            self._is_made = True
        if not self._move(f"(ends_at <= CURRENT_TIMESTAMP OR holder = '{self._id}')"):
            return False
        if self._read().get("holder") != self._id:
            return False
        self._ended.clear()
        self._heart = threading.Thread(target=self._beat, name="talentscope-lease", daemon=True)
        self._heart.start()
        return True

    def release(self) -> None:
        """Give it back, if it was taken."""
        if self._heart is None:
            return
        self._ended.set()
        self._heart.join(timeout=self._beat_seconds)
        self._heart = None
        self._sure_until = 0.0
        self._database.execute(
            f"UPDATE {_TABLE} SET ends_at = CURRENT_TIMESTAMP WHERE name = 'run' AND holder = $holder",
            {"holder": self._id},
        )

    def is_held(self) -> bool:
        """Whether the last heartbeat that came through still covers this moment."""
        return self._heart is not None and time.monotonic() < self._sure_until

    def describe(self) -> str:
        """Who holds it, since when, and for what, in words."""
        row = self._read()
        if not row.get("holder"):
            return "another process (it has just ended)"
        who, _, purpose = str(row["told"]).partition(" for ")
        return f"{who} since {row['since'].isoformat(timespec='seconds')} for {purpose}"

    def _move(self, condition: str) -> bool:
        """Its end forward where the condition holds. What counts is when we asked, not when the answer came."""
        asked = time.monotonic()
        end = _END.format(seconds=self._seconds)
        sql = f"{_UPDATE.format(end=end)} WHERE name = 'run' AND {condition}"
        try:
            moved = self._database.execute(sql, {"holder": self._id, "told": self._told}) == 1
        except WarehouseError as error:
            if _REFUSED.search(str(error)) or _REFUSED.search(error.message):
                return False
            raise
        if moved:
            self._sure_until = asked + self._seconds
        return moved

    def _beat(self) -> None:
        """Renews until released. An error is no end: the lease holds until its time is over, and `is_held` tells."""
        since = f"UPDATE {_TABLE} SET ends_at = {_END.format(seconds=self._seconds)}"
        while not self._ended.wait(self._beat_seconds):
            asked = time.monotonic()
            try:
                renewed = self._database.execute(
                    f"{since} WHERE name = 'run' AND holder = $holder", {"holder": self._id}
                )
            except WarehouseError:
                continue
            if renewed != 1:  # somebody else has it: never act on it again
                self._sure_until = 0.0
                return
            self._sure_until = asked + self._seconds

    def _read(self) -> dict[str, Any]:
        sql = f"SELECT holder, told, since FROM {_TABLE} WHERE name = 'run' AND ends_at > CURRENT_TIMESTAMP"
        rows = [row for batch in self._database.batches(sql, {}) for row in batch.to_pylist()]
        return dict(rows[0]) if rows else {}
