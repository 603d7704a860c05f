"""Sessions that were signed out: a small SQLite file, since a signed cookie alone cannot be taken back.

A file, and no memory of this process: it holds for every process over the same data directory, and after a restart.
"""

from __future__ import annotations

import os
import sqlite3
import threading
from pathlib import Path

from talentscope.runtime.errors import DeskError


class EndedSessions:
    """Ids of sessions that ended, until they would have expired anyway. Safe to share between threads."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._connection: sqlite3.Connection | None = None

    def end(self, session_id: str, *, until: int, now: int) -> None:
        """This session is over; `until` and `now` are seconds since 1970. Raises DeskError."""
        with self._lock:
            try:
                connection = self._open()
                with connection:
                    connection.execute("DELETE FROM ended WHERE until < ?", (now,))
                    connection.execute("INSERT OR REPLACE INTO ended VALUES (?, ?)", (session_id, until))
            except (sqlite3.Error, OSError) as error:
                raise DeskError(
                    f"the session could not be ended here: {error}", way_out="close the browser; check disk and rights"
                ) from error

    def is_ended(self, session_id: str) -> bool:
        """Whether the session was ended. Raises DeskError: a session that nobody can look up is no session."""
        with self._lock:
            try:
                found = self._open().execute("SELECT 1 FROM ended WHERE session_id = ?", (session_id,)).fetchone()
            except (sqlite3.Error, OSError) as error:
                raise DeskError(
                    f"sessions could not be looked up: {error}", way_out="check the data directory"
                ) from error
        return found is not None

    def _open(self) -> sqlite3.Connection:
        if self._connection is None:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            os.close(os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600))
            connection = sqlite3.connect(self._path, check_same_thread=False, timeout=5)
            connection.execute("PRAGMA journal_mode=WAL")
            with connection:
                connection.execute(
                    "CREATE TABLE IF NOT EXISTS ended (session_id TEXT PRIMARY KEY, until INTEGER NOT NULL)"
                )
            self._connection = connection
        return self._connection
