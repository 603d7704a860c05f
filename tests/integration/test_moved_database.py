"""A database that was copied or renamed, as a restore into another place leaves it, goes on like the one it was."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from tests.integration.stock import crowd, to_arrow
from tests.postgres import create_database, to_address

from talentscope.runtime.clock import SystemClock
from talentscope.warehouse.connection import Warehouse, open_warehouse


def warehouse_at(url: str, home: Path) -> Warehouse:
    return open_warehouse(home=home, database_url=url, clock=SystemClock())


def test_a_copy_of_a_database_is_built_anew_and_stays_apart(
    postgres_url: str, make_database: Callable[[], str], tmp_path: Path
) -> None:
    first = make_database()
    with warehouse_at(first, tmp_path) as warehouse:
        warehouse.prepare()
        warehouse.load(to_arrow(crowd(20, seed=1)))
        warehouse.transform()
        before = warehouse.query("SELECT count(*) AS n FROM marts.developers").to_pylist()
    second = create_database(postgres_url, template=to_address(first).database)
    with warehouse_at(second, tmp_path) as warehouse:
        warehouse.transform()
        assert warehouse.query("SELECT count(*) AS n FROM marts.developers").to_pylist() == before
        warehouse.load(to_arrow(crowd(40, seed=2)))
        warehouse.transform()
        assert warehouse.query("SELECT count(*) AS n FROM marts.developers").to_pylist() != before
        assert warehouse.check() == []
    with warehouse_at(first, tmp_path) as warehouse:
        warehouse.transform()
        assert warehouse.query("SELECT count(*) AS n FROM marts.developers").to_pylist() == before
