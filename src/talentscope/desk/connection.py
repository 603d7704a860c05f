"""Opens the desk's database and brings its tables up to date. Thin: no decision about people is made here.

What is special to one database engine is here and nowhere else in this room.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing, suppress
from pathlib import Path
from threading import Lock
from typing import Any

from filelock import FileLock
from sqlalchemy import Connection, Engine, create_engine, event, inspect, text
from sqlalchemy.exc import SQLAlchemyError

from talentscope.runtime.errors import DeskError

HEAD = "0003"  # the newest migration; a test holds it to the folder
BUSY_SECONDS = 30
CONNECTIONS = 40
"""At most at a time, which is what a web server's threads need; the rest wait."""

MIGRATIONS = Path(__file__).resolve().parent / "migrations"


def open_engine(path: Path) -> Engine:
    """An SQLite engine in WAL mode with all migrations applied. Raises DeskError."""
    engine = create_engine(
        f"sqlite:///{path}",
        connect_args={"timeout": BUSY_SECONDS, "check_same_thread": False},
        pool_size=5,
        max_overflow=CONNECTIONS - 5,
    )
    event.listen(engine, "connect", _configure)
    event.listen(engine, "begin", _begin)
    try:
        if _version(engine) != HEAD:
            with FileLock(f"{path}.lock", timeout=BUSY_SECONDS):
                _migrate(engine)
    except (SQLAlchemyError, OSError) as error:
        raise DeskError(
            f"expected to open the desk {path}, but {str(getattr(error, 'orig', error)).lower()}",
            way_out="check that the data directory is writable and the disk is not full",
        ) from error
    return engine


def writing(engine: Engine) -> Engine:
    """The same engine for transactions that write."""
    return engine.execution_options(desk_writes=True)


def scrub(engine: Engine) -> None:
    """After an erasure: move the log into the file and empty it, so that no deleted text stays on the disk.

    Where a reader stands in the way, the next checkpoint does it: https://www.sqlite.org/pragma.html#pragma_wal_checkpoint
    """
    with closing(engine.raw_connection()) as connection, suppress(sqlite3.Error):
        cursor = connection.cursor()
        cursor.execute("PRAGMA busy_timeout = 1000")
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        cursor.execute(f"PRAGMA busy_timeout = {BUSY_SECONDS * 1000}")


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


def _version(engine: Engine) -> str | None:
    if not inspect(engine).has_table("alembic_version"):
        return None
    with engine.connect() as connection:
        version: str | None = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
        return version


def _migrate(engine: Engine) -> None:
    found = _version(engine)
    if found == HEAD:  # another process was faster
        return
    if found is not None and found > HEAD:
        raise DeskError(
            f"the desk was written by a newer talentscope (migration {found}; this one knows {HEAD})",
            way_out="install that version again",
        )
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    with writing(engine).begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


class Watch:
    """Tells whether anybody has committed since it was last asked, in about a microsecond. Safe to share."""

    def __init__(self, engine: Engine) -> None:
        self._connection = engine.raw_connection()
        self._lock = Lock()

    def close(self) -> None:
        """Give the connection back."""
        self._connection.close()

    def ticks(self) -> int:
        """Another number after every commit of whatever process; this connection itself never writes.

        Rule: https://www.sqlite.org/pragma.html#pragma_data_version
        Raises DeskError.
        """
        driver: Any = self._connection.driver_connection
        try:
            with self._lock:
                number: int = driver.execute("PRAGMA data_version").fetchone()[0]
        except driver.Error as error:
            raise DeskError(f"the desk cannot be read: {error}", way_out="check the data directory") from error
        return number
