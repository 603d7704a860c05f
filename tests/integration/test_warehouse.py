"""The warehouse on bad days, and that what is derived can always be derived again."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.integration.stock import crowd, repository, small, to_arrow, topic

from talentscope.runtime.clock import SystemClock
from talentscope.runtime.errors import WarehouseError
from talentscope.warehouse import tables
from talentscope.warehouse.connection import Warehouse, open_warehouse
from talentscope.warehouse.transform import DERIVED_SCHEMAS


def marts(warehouse: Warehouse) -> dict[str, list[str]]:
    names = ["repositories", "repository_topics", "topics", "topic_pairs", "developers", "coverage", "runs"]
    return {name: sorted(map(repr, warehouse.query(f"SELECT * FROM marts.{name}").to_pylist())) for name in names}


def test_transforming_twice_in_the_same_minute_takes_in_what_came_between(warehouse: Warehouse) -> None:
    warehouse.load(to_arrow(small()))
    warehouse.transform()
    warehouse.load(to_arrow({tables.REPOSITORIES: [repository(1, stars=77), repository(4)]}))
    warehouse.transform()
    found = warehouse.query("SELECT repository_github_id AS id, stars FROM marts.repositories ORDER BY 1").to_pylist()
    assert found == [{"id": 1, "stars": 77}, {"id": 2, "stars": 5}, {"id": 3, "stars": 5}, {"id": 4, "stars": 5}]


def test_rebuilding_gives_the_same_marts(warehouse: Warehouse) -> None:
    warehouse.load(to_arrow(crowd(150, seed=8)))
    warehouse.transform()
    before = marts(warehouse)
    warehouse.rebuild()
    assert marts(warehouse) == before
    assert len(before["repositories"]) > 100


def test_rebuilding_works_from_raw_alone(tmp_path: Path) -> None:
    with open_warehouse(home=tmp_path, database_url=None, clock=SystemClock()) as warehouse:
        warehouse.prepare()
        warehouse.load(to_arrow(small()))
        warehouse.rebuild()
        for schema in DERIVED_SCHEMAS:
            warehouse._engine.execute(f"DROP SCHEMA {schema} CASCADE", {})
        warehouse.rebuild()
        assert warehouse.query("SELECT count(*) AS n FROM marts.repositories").to_pylist() == [{"n": 3}]


def test_a_topic_taken_off_a_repository_is_gone_from_the_marts(warehouse: Warehouse) -> None:
    from tests.integration.stock import NOW, days_ago

    old, new = {"observed_at": days_ago(2)}, {"observed_at": NOW}
    warehouse.load(
        to_arrow(
            {
                tables.REPOSITORIES: [repository(1, topic_count=2, **old)],
                tables.REPOSITORY_TOPICS: [topic(1, "kept", **old), topic(1, "dropped", 1, **old)],
            }
        )
    )
    warehouse.load(
        to_arrow(
            {
                tables.REPOSITORIES: [repository(1, topic_count=1, **new)],
                tables.REPOSITORY_TOPICS: [topic(1, "Kept", **new)],
            }
        )
    )
    warehouse.transform()
    assert warehouse.query("SELECT topic FROM marts.repository_topics").to_pylist() == [{"topic": "kept"}]


def test_an_empty_warehouse_transforms_to_empty_marts(warehouse: Warehouse) -> None:
    warehouse.transform()
    assert all(rows == [] for rows in marts(warehouse).values())
    assert warehouse.check() == []


def test_a_data_directory_that_cannot_be_made_is_said_to_be(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(WarehouseError) as caught:
        open_warehouse(home=tmp_path / "file" / "home", database_url=None, clock=SystemClock())
    assert "cannot write" in caught.value.message
    assert "TALENTSCOPE_HOME" in caught.value.way_out


def test_a_file_that_is_no_database_is_said_to_be(tmp_path: Path) -> None:
    (tmp_path / "warehouse.duckdb").write_bytes(b"this is not a database" * 1000)
    with (
        open_warehouse(home=tmp_path, database_url=None, clock=SystemClock()) as warehouse,
        pytest.raises(WarehouseError) as caught,
    ):
        warehouse.query("SELECT 1")
    assert "is not a readable warehouse" in caught.value.message
    assert "backup" in caught.value.way_out


def test_an_unreachable_server_is_named_without_its_password(tmp_path: Path) -> None:
    url = "postgresql://someone:hunter2@127.0.0.1:1/warehouse"
    with (
        open_warehouse(home=tmp_path, database_url=url, clock=SystemClock()) as warehouse,
        pytest.raises(WarehouseError) as caught,
    ):
        warehouse.prepare()
    assert "127.0.0.1/warehouse" in caught.value.message
    assert "hunter2" not in caught.value.message
    assert "DATABASE_URL" in caught.value.way_out


@pytest.mark.parametrize("url", ["postgresql://localhost", "mysql://localhost/db", "not a url"])
def test_a_database_url_that_cannot_be_used_is_refused(tmp_path: Path, url: str) -> None:
    with pytest.raises(WarehouseError, match="DATABASE_URL"):
        open_warehouse(home=tmp_path, database_url=url, clock=SystemClock())


def test_a_query_that_is_wrong_is_an_error_of_ours(warehouse: Warehouse) -> None:
    with pytest.raises(WarehouseError, match="no_such_table"):
        warehouse.query("SELECT * FROM raw.no_such_table")
    assert warehouse.query("SELECT 1 AS one").to_pylist() == [{"one": 1}]
