"""The desk in the schema `desk` of a PostgreSQL database. Needs the extra `postgres`.

Readers run in REPEATABLE READ, so that each sees one state. Writers run in READ COMMITTED: they wait for the row of the
table revisions that the one before holds, and what they read after that is what it committed.
Rule: https://www.postgresql.org/docs/current/transaction-iso.html
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import Lock
from typing import Any

import psycopg
from psycopg import sql
from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.exc import TimeoutError as PoolTimeout

from talentscope.desk.tables import LOOKS, PERSONAL, REQUESTS
from talentscope.runtime.addresses import Postgres
from talentscope.runtime.errors import DeskError

SCHEMA = "desk"
LOCK_KEY = 7_254_012
"""Ours among the advisory locks of the database, held while migrating; any constant but the run lock's will do."""

CONNECT_SECONDS, STATEMENT_SECONDS, IDLE_SECONDS, MIGRATION_SECONDS, VACUUM_SECONDS = 10, 30, 60, 120, 2

LIVELY = {
    "connect_timeout": str(CONNECT_SECONDS),
    "keepalives_idle": "30",
    "keepalives_interval": "10",
    "keepalives_count": "3",
    "tcp_user_timeout": "15000",  # milliseconds: a server that vanished without a word is noticed
    "application_name": "talentscope desk",
}
"""What a connection is opened with, where the address does not say otherwise."""

_SESSION = sql.SQL(
    "SET search_path = {schema}, pg_temp; SET timezone = 'UTC'; SET statement_timeout = {statement};"
    " SET idle_in_transaction_session_timeout = {idle}"
).format(
    schema=sql.Identifier(SCHEMA),
    statement=sql.Literal(f"{STATEMENT_SECONDS}s"),
    idle=sql.Literal(f"{IDLE_SECONDS}s"),
)


class PostgresDatabase:
    """A server's database, with at most `connections` (two or more) open at a time from this process."""

    def __init__(self, address: Postgres, *, connections: int) -> None:
        self._address, self._connections = address, connections
        self.reading: Engine = create_engine(
            "postgresql+psycopg://",
            creator=self._open,
            pool_size=max(1, connections - 1),  # one is `ticks`' own
            max_overflow=0,
            pool_timeout=STATEMENT_SECONDS,
            pool_pre_ping=True,  # a server that was started again costs no failed request
            isolation_level="REPEATABLE READ",
            hide_parameters=True,
            use_native_hstore=False,
        )
        event.listen(self.reading, "before_cursor_execute", _without_nul, retval=True)
        self.writing: Engine = self.reading.execution_options(isolation_level="READ COMMITTED")
        self._watch: psycopg.Connection[Any] | None = None
        self._lock = Lock()

    @property
    def place(self) -> str:
        return self._address.place

    def _open(self) -> psycopg.Connection[Any]:
        defaults: dict[str, Any] = {k: v for k, v in LIVELY.items() if k not in self._address.options}
        connection = psycopg.connect(self._address.url, autocommit=True, **defaults)
        connection.execute(_SESSION)
        connection.autocommit = False
        return connection

    def ticks(self) -> int:
        """See Database: one small query on a connection of its own, which is opened again where it died."""
        with self._lock:
            try:
                return self._count()
            except psycopg.OperationalError:
                self._drop_watch()
            try:
                return self._count()
            except psycopg.Error as error:
                self._drop_watch()
                raise self.explain(error, doing="read") from error

    def _count(self) -> int:
        if self._watch is None:
            self._watch = self._open()
            self._watch.autocommit = True
        row = self._watch.execute("SELECT sum(number)::bigint FROM revisions", prepare=True).fetchone()
        return int(row[0]) if row is not None else 0

    def _drop_watch(self) -> None:
        if self._watch is not None:
            with suppress(psycopg.Error):  # it is dead already
                self._watch.close()
            self._watch = None

    def version(self) -> str | None:
        with self.reading.connect() as connection:
            if connection.execute(text(f"SELECT to_regclass('{SCHEMA}.alembic_version')")).scalar() is None:
                return None
            version: str | None = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
            return version

    @contextmanager
    def alone(self) -> Iterator[Connection]:
        """See Database; the schema is there inside. The lock ends with the transaction, or with its process.

        Rule: https://www.postgresql.org/docs/current/explicit-locking.html#ADVISORY-LOCKS
        """
        with self.writing.begin() as connection:
            for name, seconds in (("statement", 0), ("idle_in_transaction_session", 0), ("lock", MIGRATION_SECONDS)):
                connection.execute(text(f"SET LOCAL {name}_timeout = '{seconds}s'"))
            connection.execute(text(f"SELECT pg_advisory_xact_lock({LOCK_KEY})"))
            known = connection.execute(text("SELECT 1 FROM pg_namespace WHERE nspname = :name"), {"name": SCHEMA})
            if known.scalar() is None:  # IF NOT EXISTS would ask for the right to make one even where it is there
                connection.execute(text(f'CREATE SCHEMA "{SCHEMA}"'))
            yield connection

    def scrub(self) -> None:
        """Write the tables anew without what was deleted; where somebody holds one for long, autovacuum comes later.

        Rule: https://www.postgresql.org/docs/current/sql-vacuum.html
        """
        with suppress(psycopg.Error), self._open() as connection:
            connection.autocommit = True
            connection.execute(f"SET lock_timeout = '{VACUUM_SECONDS}s'")
            for table in (*PERSONAL, LOOKS, REQUESTS):
                with suppress(psycopg.errors.LockNotAvailable):
                    connection.execute(sql.SQL("VACUUM (FULL) {}").format(sql.Identifier(SCHEMA, str(table.name))))

    def explain(self, error: Exception, *, doing: str) -> DeskError:
        cause = getattr(error, "orig", None) or error
        told = f"the desk in {self.place} could not be {doing}"
        if isinstance(cause, PoolTimeout):
            return DeskError(
                f"{told}: all {self._connections} connections are in use",
                way_out="ask again, or set TALENTSCOPE_DATABASE_CONNECTIONS higher",
            )
        line = _first_line(cause)
        return DeskError(f"{told}: {line}", way_out=_way_out(line))

    def close(self) -> None:
        with self._lock:
            self._drop_watch()
        self.reading.dispose()


WAYS = (
    (r"too many clients|connection slots", "set TALENTSCOPE_DATABASE_CONNECTIONS lower, or max_connections higher"),
    (r"permission denied", "grant what is missing: talentscope migrate --loader ROLE --reader ROLE (docs/postgres.md)"),
    (r"lock timeout", "another process is changing it; run again when that is done"),
    (r"statement timeout", "ask again; see what keeps the server busy"),
    (
        r"certificate|SSL",
        "check sslmode and sslrootcert in the address, and that the certificate names the host (docs/postgres.md)",
    ),
    (r"authentication|password|role \"", "check user and password in TALENTSCOPE_DESK_URL, else DATABASE_URL"),
    (r"database \".*\" does not exist", "make the database, or name another in the address"),
    (
        r"connect|could not translate|server closed|terminat",
        "check that the server runs, and its address in TALENTSCOPE_DESK_URL, else DATABASE_URL",
    ),
)
"""What to do, by words of the server's own text; the first that is met."""


def _way_out(line: str) -> str:
    return next((way for words, way in WAYS if re.search(words, line)), "see the message; nothing was changed")


def _first_line(error: BaseException) -> str:
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return lines[0][:300] if lines else type(error).__name__


def _without_nul(
    _connection: Any, _cursor: Any, statement: str, parameters: Any, _context: Any, is_many: bool
) -> tuple[str, Any]:
    """PostgreSQL's text cannot hold NUL. What is written holds none (wording.py); what is looked for is then not found.

    Rule: https://www.postgresql.org/docs/current/datatype-character.html
    """
    return statement, [_cleaned(one) for one in parameters] if is_many else _cleaned(parameters)


def _cleaned(parameters: Any) -> Any:
    if not isinstance(parameters, dict):
        return parameters
    return {
        name: value.replace("\0", "\ufffd") if isinstance(value, str) else value for name, value in parameters.items()
    }
