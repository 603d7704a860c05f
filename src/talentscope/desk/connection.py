"""Opens the desk's database and brings its tables up to date. Thin: no decision about people is made here."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from filelock import FileLock
from sqlalchemy import Engine, create_engine, event, inspect, text
from sqlalchemy.exc import DBAPIError

from talentscope.runtime.errors import DeskError

HEAD = "0001"  # the newest migration; a test holds it to the folder
BUSY_SECONDS = 30
MIGRATIONS = Path(__file__).resolve().parent / "migrations"


def open_engine(path: Path) -> Engine:
    """An SQLite engine in WAL mode with all migrations applied. Raises DeskError."""
    engine = create_engine(f"sqlite:///{path}", connect_args={"timeout": BUSY_SECONDS, "check_same_thread": False})
    event.listen(engine, "connect", _configure)
    try:
        if _version(engine) != HEAD:
            with FileLock(f"{path}.lock", timeout=BUSY_SECONDS):
                _migrate(engine)
    except (DBAPIError, OSError) as error:
        raise DeskError(
            f"expected to open the desk {path}, but {str(getattr(error, 'orig', error)).lower()}",
            way_out="check that the data directory is writable and the disk is not full",
        ) from error
    return engine


def _configure(connection: Any, _record: object) -> None:
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")  # a no must survive a power cut
    connection.execute("PRAGMA foreign_keys = ON")


def _version(engine: Engine) -> str | None:
    if not inspect(engine).has_table("alembic_version"):
        return None
    with engine.connect() as connection:
        version: str | None = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
        return version


def _migrate(engine: Engine) -> None:
    if _version(engine) == HEAD:  # another process was faster
        return
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
