"""Opens the desk's database and brings its tables up to date. What is special to one database is in engines/."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from filelock import Timeout
from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from talentscope.desk.engines.engine import Database
from talentscope.runtime.addresses import CloudSql, Postgres
from talentscope.runtime.errors import DeskError, UsageError

if TYPE_CHECKING:
    from alembic.config import Config

HEAD = "0005"  # the newest migration; a test holds it to the folder
MIGRATIONS = Path(__file__).resolve().parent / "migrations"
FILE = "desk.sqlite"
CONNECTIONS = 5
"""Of one process to a server, where the settings say nothing: the smallest Cloud SQL has 25 for everybody."""


@dataclass(frozen=True)
class Step:
    """One migration that is due. `is_loss`: it drops what people wrote."""

    revision: str
    title: str
    is_loss: bool


def database_at(home: Path, address: Postgres | CloudSql | None, *, connections: int = CONNECTIONS) -> Database:
    """The database at that address, or `<home>/desk.sqlite`. Nothing is opened or made yet.

    Raises DeskError for an address that the desk cannot be at, or where the libraries for it are missing.
    """
    if address is None:
        from talentscope.desk.engines.sqlite import SqliteDatabase

        return SqliteDatabase(home / FILE)
    if not isinstance(address, Postgres):
        raise DeskError(
            f"the desk cannot be opened by Google's connector ({address.place})",
            way_out="give the server's own address: postgresql://…",
        )
    try:
        from talentscope.desk.engines.postgres import PostgresDatabase
    except ImportError as error:
        raise DeskError(
            "a desk in PostgreSQL needs the extra `postgres`", way_out="pip install 'talentscope[postgres]'"
        ) from error
    return PostgresDatabase(address, connections=connections)


def bring_up(database: Database) -> None:
    """Make or migrate the tables unless they are there. Of several processes one does it. Raises DeskError."""
    try:
        if database.version() != HEAD:
            migrate(database, to=HEAD)
    except (SQLAlchemyError, OSError, Timeout) as error:
        raise database.explain(error, doing="opened") from error


def plan(database: Database, *, to: str) -> tuple[str | None, tuple[Step, ...]]:
    """The migration that the tables are at, and what would bring them to `to`. Raises DeskError, UsageError."""
    try:
        found = database.version()
    except (SQLAlchemyError, OSError) as error:
        raise database.explain(error, doing="opened") from error
    return found, _steps(found, to)


def migrate(database: Database, *, to: str) -> tuple[Step, ...]:
    """Migrate up or down to a revision; what was done. Raises DeskError for a desk of a newer version, UsageError."""
    from alembic import command

    try:
        with database.alone() as connection:
            found = _version_inside(connection)
            steps = _steps(found, to)
            config = _config(connection)
            if steps and steps[0].is_loss:
                command.downgrade(config, to)
            elif steps:
                command.upgrade(config, to)
    except (SQLAlchemyError, OSError, Timeout) as error:
        raise database.explain(error, doing="opened") from error
    return steps


def _version_inside(connection: Connection) -> str | None:
    from alembic.runtime.migration import MigrationContext

    return MigrationContext.configure(connection).get_current_revision()


def _config(connection: Connection | None = None) -> Config:
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


def _steps(found: str | None, to: str) -> tuple[Step, ...]:
    from alembic.script import ScriptDirectory

    script = ScriptDirectory.from_config(_config())
    known = sorted(one.revision for one in script.walk_revisions())
    if found is not None and found not in known:
        raise DeskError(
            f"the desk was written by a newer talentscope (migration {found}; this one knows {HEAD})",
            way_out="install that version again; or, with it, `talentscope migrate --to"
            f" {HEAD}` before this one is used (docs/upgrade.md)",
        )
    if to not in known:
        raise UsageError(f"expected a migration out of {', '.join(known)}, came {to[:50]!r}", way_out="see --plan")
    is_loss = found is not None and to < found
    way = [one for one in known if (to < one <= (found or "") if is_loss else (found or "") < one <= to)]
    if is_loss:
        way.reverse()
    return tuple(Step(one, script.get_revision(one).doc.split("\n")[0], is_loss) for one in way)
