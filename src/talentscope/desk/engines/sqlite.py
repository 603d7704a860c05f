"""The desk in a file of SQLite: the default."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from threading import Lock
from typing import Any

from filelock import FileLock
from sqlalchemy import Connection, Engine, create_engine, event, inspect, text

from talentscope.runtime.errors import DeskError

BUSY_SECONDS = 30
CONNECTIONS = 40
"""At most at a time, which is what a web server's threads need; the rest wait."""

WAYS = {
    "opened": "check that the data directory is writable and the disk is not full",
    "read": "check the data directory",
    "written": "nothing was changed; check disk and rights",
}


class SqliteDatabase:
    """A file in WAL mode: readers never wait, writers queue at their BEGIN."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.reading: Engine = create_engine(
            f"sqlite:///{path}",
            connect_args={"timeout": BUSY_SECONDS, "check_same_thread": False},
            pool_size=5,
            max_overflow=CONNECTIONS - 5,
            hide_parameters=True,
        )
        event.listen(self.reading, "connect", _configure)
        event.listen(self.reading, "begin", _begin)
        self.writing: Engine = self.reading.execution_options(desk_writes=True)
        self._watch: Any = None
        self._lock = Lock()

    @property
    def place(self) -> str:
        return str(self._path)

    def ticks(self) -> int:
        """See Database; about a microsecond. The connection that asks never writes.

        Rule: https://www.sqlite.org/pragma.html#pragma_data_version
        """
        with self._lock:
            if self._watch is None:
                self._watch = self.reading.raw_connection()
            driver: Any = self._watch.driver_connection
            try:
                number: int = driver.execute("PRAGMA data_version").fetchone()[0]
            except driver.Error as error:
                raise self.explain(error, doing="read") from error
        return number

    def version(self) -> str | None:
        if not self._path.exists() or not inspect(self.reading).has_table("alembic_version"):
            return None
        with self.reading.connect() as connection:
            version: str | None = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
            return version

    @contextmanager
    def alone(self) -> Iterator[Connection]:
        with FileLock(f"{self._path}.lock", timeout=BUSY_SECONDS), self.writing.begin() as connection:
            yield connection

    def scrub(self) -> None:
        """Move the log into the file and empty it, so that no deleted text stays on the disk.

        Where a reader stands in the way, the next checkpoint does it: https://www.sqlite.org/pragma.html#pragma_wal_checkpoint
        """
        with closing(self.reading.raw_connection()) as connection, suppress(sqlite3.Error):
            cursor = connection.cursor()
            cursor.execute("PRAGMA busy_timeout = 1000")
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            cursor.execute(f"PRAGMA busy_timeout = {BUSY_SECONDS * 1000}")

    def explain(self, error: Exception, *, doing: str) -> DeskError:
        cause = str(getattr(error, "orig", None) or error)
        if doing == "opened":
            return DeskError(f"expected to open the desk {self._path}, but {cause.lower()}", way_out=WAYS[doing])
        return DeskError(f"the desk could not be {doing}: {cause}", way_out=WAYS[doing])

    def close(self) -> None:
        with self._lock:
            if self._watch is not None:
                self._watch.close()
                self._watch = None
        self.reading.dispose()


def _configure(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # we say BEGIN ourselves, in _begin
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")  # a no must survive a power cut
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA secure_delete = ON")  # what is erased leaves no bytes in free pages


def _begin(connection: Connection) -> None:
    """A writer queues at its BEGIN: one that found out later could not wait, since what it read would be stale.

    Rule: https://www.sqlite.org/lang_transaction.html#immediate
    """
    is_writing = connection.get_execution_options().get("desk_writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if is_writing else "BEGIN")
