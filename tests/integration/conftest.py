"""What integration tests stand on: a real PostgreSQL (tests/postgres.py), a warehouse and a desk on either engine."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.desk_world import Seat
from tests.postgres import (  # noqa: F401 - fixtures
    create_database,
    make_empty_database,
    postgres_url,
    session_folder,
    to_address,
    with_database,
)

from talentscope.desk.connection import bring_up, database_at
from talentscope.runtime.clock import SystemClock
from talentscope.warehouse.connection import Warehouse, open_warehouse


@pytest.fixture(scope="session")
def postgres_template(postgres_url: str, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The name of a database with empty raw tables, to copy for each test."""
    url = create_database(postgres_url)
    home = tmp_path_factory.mktemp("template")
    with open_warehouse(home=home, database_url=url, clock=SystemClock()) as warehouse:
        warehouse.prepare()
    return to_address(url).database


@pytest.fixture(scope="session")
def make_database(postgres_url: str, postgres_template: str) -> Callable[[], str]:
    """Makes a prepared database of its own; its URL."""
    return lambda: create_database(postgres_url, template=postgres_template)


@pytest.fixture(scope="session")
def desk_template(postgres_url: str, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The name of a database with the tables of a desk that nobody has sat at, to copy for each test."""
    url = create_database(postgres_url)
    database = database_at(tmp_path_factory.mktemp("desk"), to_address(url))
    bring_up(database)
    database.close()
    return to_address(url).database


@pytest.fixture(params=["sqlite", "postgres"])
def seat(request: pytest.FixtureRequest, tmp_path: Path) -> Seat:
    """Where a desk can be made: a test that takes it runs on both databases."""
    if request.param == "sqlite":
        return Seat(tmp_path, None)
    return Seat(
        tmp_path,
        create_database(request.getfixturevalue("postgres_url"), template=request.getfixturevalue("desk_template")),
    )


@pytest.fixture(params=["sqlite", "postgres"])
def new_seat(request: pytest.FixtureRequest, tmp_path: Path) -> Seat:
    """As `seat`, where nothing was migrated yet."""
    if request.param == "sqlite":
        return Seat(tmp_path, None)
    return Seat(tmp_path, create_database(request.getfixturevalue("postgres_url")))


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
