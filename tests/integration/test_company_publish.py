"""Publishing with companies: either pipeline alone, what stops a publish and what does not, what each check finds."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.integration.company_stock import board, company, fact, seen, stock
from tests.integration.stock import Row, small, to_arrow

from talentscope.runtime.clock import SystemClock
from talentscope.runtime.errors import ChecksFailed, StorageError
from talentscope.transport.folder import Folder
from talentscope.warehouse import load, tables
from talentscope.warehouse.connection import Warehouse, open_warehouse
from talentscope.warehouse.pointer import POINTER, parse_pointer
from talentscope.warehouse.raw import RAW_TABLES
from talentscope.warehouse.snapshot import find_snapshot, open_snapshot


def employers(count: int, *, days_ago: int = 0, is_market_down: bool = False) -> list[Row]:
    """That many companies and their facts of one day."""
    rows = []
    for number in range(count):
        name = f"company{number}"
        given = {"days_ago": days_ago, "company_id": name}
        rows += [
            company(name, observed_at=seen(days_ago)),
            board(name, f"greenhouse:{name}", observed_at=seen(days_ago)),
            fact("market_value_usd", None if is_market_down else 1e9 + number, **given),
            fact("open_offers", None if is_market_down else 10.0, **given),
            fact("employees", 100.0, **given),
        ]
    return rows


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data directory with four companies of yesterday and no developers, published; to copy."""
    home = tmp_path_factory.mktemp("template")
    with open_warehouse(home=home, database_url=None, clock=SystemClock()) as warehouse:
        warehouse.prepare()
        warehouse.load(to_arrow(stock(*employers(4, days_ago=1))))
        warehouse.transform()
        warehouse.publish(run_id="run1")
    return home


@pytest.fixture
def built(template: Path, tmp_path: Path) -> Iterator[Warehouse]:
    shutil.copytree(template, tmp_path / "home")
    with open_warehouse(home=tmp_path / "home", database_url=None, clock=SystemClock()) as warehouse:
        yield warehouse


def served(home: Path, sql: str) -> list[tuple[object, ...]]:
    with open_snapshot(home) as snapshot:
        return snapshot.connection.execute(sql).fetchall()


def test_companies_are_published_without_any_developer_and_the_other_way_round(warehouse: Warehouse) -> None:
    warehouse.load(to_arrow(stock(*employers(3))))
    warehouse.transform()
    warehouse.publish(run_id="run1")
    names = ("companies", "company_days", "developers")
    counts = "SELECT " + ", ".join(f"(SELECT count(*) FROM {name})" for name in names)
    assert served(warehouse.home, counts) == [(3, 3, 0)]
    warehouse.load(to_arrow(small()))
    warehouse._engine.execute("DELETE FROM raw.companies", {})
    warehouse._engine.execute("DELETE FROM raw.company_observations", {})
    warehouse.transform()
    warehouse.publish(run_id="run2", is_forced=True)
    assert served(warehouse.home, counts) == [(0, 0, 2)]


def test_a_run_with_its_sources_down_is_published_and_shows_the_values_of_before(built: Warehouse) -> None:
    built.load(to_arrow(stock(*employers(4, is_market_down=True))))
    built.transform()
    built.publish(run_id="run2")
    shown = (
        "SELECT count(*), count(value_per_employee_usd), max(market_value_age_days), min(offers_state) FROM companies"
    )
    assert served(built.home, shown) == [(4, 4, 1, "stale")]


def test_a_registry_that_lost_most_of_its_rows_stops_the_publish(built: Warehouse) -> None:
    built.load(to_arrow(stock(*employers(1))))
    built.transform()
    with pytest.raises(ChecksFailed) as caught:
        built.publish(run_id="run2")
    assert (
        "companies_floor on marts.companies: 3 rows, first 1 companies now, 4 in the last snapshot"
        in caught.value.message
    )
    built.publish(run_id="run2", is_forced=True)
    assert served(built.home, "SELECT count(*) FROM companies") == [(1,)]


def test_a_new_data_directory_is_held_against_the_shared_snapshot(template: Path, tmp_path: Path) -> None:
    """A job in the cloud begins with an empty one each time."""
    shutil.copytree(template, tmp_path / "home")
    place = Folder(tmp_path / "shared")
    with open_warehouse(home=tmp_path / "home", database_url=None, clock=SystemClock(), shared=place) as warehouse:
        warehouse.publish(run_id="run2")
        before = place.read(POINTER).content
        shutil.rmtree(warehouse.home / "snapshots")
        warehouse.load(to_arrow(stock(*employers(1))))
        warehouse.transform()
        with pytest.raises(ChecksFailed, match=f"1 companies now, 4 in the last snapshot of {place.address}") as caught:
            warehouse.publish(run_id="run3")
        assert "--shrink" in caught.value.way_out
        assert place.read(POINTER).content == before
        assert find_snapshot(warehouse.home) is None
        warehouse.publish(run_id="run4", is_forced=True)
    assert parse_pointer(place.read(POINTER).content or b"", place="a test").rows == {"repositories": 0, "companies": 1}


def test_what_was_not_seen_in_the_shared_place_is_not_replaced(
    template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It answers again a moment later: by then it is too late to hold this publish against it."""
    shutil.copytree(template, tmp_path / "home")
    place = Folder(tmp_path / "shared")
    with open_warehouse(home=tmp_path / "home", database_url=None, clock=SystemClock(), shared=place) as warehouse:
        warehouse.publish(run_id="run2")
        before, read = place.read(POINTER).content, place.read

        def fail_once(name: str, **given: Any) -> Any:
            monkeypatch.setattr(place, "read", read)
            raise StorageError("cannot be reached", way_out="try again")

        monkeypatch.setattr(place, "read", fail_once)
        with pytest.raises(StorageError, match="cannot be reached"):
            warehouse.publish(run_id="run3")
        assert place.read(POINTER).content == before
        with open_snapshot(warehouse.home) as snapshot:
            assert snapshot.run_id == "run3"


def test_a_snapshot_of_before_there_were_companies_does_not_stop_a_publish(built: Warehouse) -> None:
    import duckdb

    with open_snapshot(built.home) as snapshot:
        path = snapshot.path
    with duckdb.connect(str(path)) as old:
        old.execute("DROP TABLE companies")
    built.publish(run_id="run2")
    assert served(built.home, "SELECT count(*) FROM companies") == [(4,)]


def test_two_rows_with_one_cik_stop_the_publish(built: Warehouse) -> None:
    rows = [*employers(4), company("double", cik=company("company0")["cik"])]
    built.load(to_arrow(stock(*rows)))
    built.transform()
    assert [finding.name for finding in built.check()] == ["unique_values"]


BROKEN = {
    "market_value_usd = -1": "accepted_range",
    "market_value_as_of = day + 1": "fact_is_not_of_the_future",
    "market_value_source = NULL": "fact_has_source_and_day",
    "employees_as_of = NULL": "fact_has_source_and_day",
    "employees = NULL, employees_source = NULL, employees_as_of = NULL": "ratio_has_both_facts",
    "open_offers_7d_median = 4": "ratio_has_both_facts",
    "value_per_offer_usd = NULL": "withheld_has_reason",
    "withheld_sentiment = NULL": "withheld_has_reason",
    "offers_state = 'gone'": "accepted_values",
    "company_id = 'company0'": "unique_combination_of_columns",
}


def physical(warehouse: Warehouse, mart: str) -> str:
    sql = "SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'sqlmesh__marts'"
    names = [row["name"] for row in warehouse.query(sql).to_pylist() if row["name"].startswith(f"marts__{mart}__")]
    assert len(names) == 1
    return f"sqlmesh__marts.{names[0]}"


@pytest.fixture(scope="module")
def breakable(template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Warehouse]:
    home = tmp_path_factory.mktemp("breakable") / "home"
    shutil.copytree(template, home)
    with open_warehouse(home=home, database_url=None, clock=SystemClock()) as warehouse:
        yield warehouse


@pytest.mark.parametrize("broken", BROKEN)
def test_each_check_of_the_days_finds_what_it_is_for(breakable: Warehouse, broken: str) -> None:
    table = physical(breakable, "company_days")
    breakable._engine.execute(f"CREATE OR REPLACE TABLE kept AS SELECT * FROM {table}", {})
    try:
        breakable._engine.execute(f"UPDATE {table} SET {broken}", {})
        assert BROKEN[broken] in {finding.name for finding in breakable.check()}
    finally:
        breakable._engine.execute(f"DELETE FROM {table}", {})
        breakable._engine.execute(f"INSERT INTO {table} SELECT * FROM kept", {})


def test_ranks_with_a_gap_are_found(built: Warehouse) -> None:
    built._engine.execute(
        f"UPDATE {physical(built, 'companies')} SET rank_market_value = 9 WHERE rank_market_value = 1", {}
    )
    assert [finding.name for finding in built.check()] == ["ranks_are_dense"]


def test_a_warehouse_of_before_there_were_companies_is_extended(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old_runs = tables.RawTable(
        "runs", "", tables.RUNS.schema.remove(tables.RUNS.schema.get_field_index("requests")), ()
    )
    with monkeypatch.context() as patched:
        patched.setattr(load, "RAW_TABLES", (*tables.TALENT_TABLES[:-1], old_runs))
        with open_warehouse(home=tmp_path, database_url=None, clock=SystemClock()) as warehouse:
            warehouse.prepare()
            run = {
                "run_id": "old",
                "pipeline": "talent",
                "state": "done",
                "observed_at": seen(1),
                "started_at": seen(1),
            }
            warehouse.load({old_runs: to_arrow({old_runs: [run]})[old_runs]})
    with open_warehouse(home=tmp_path, database_url=None, clock=SystemClock()) as warehouse:
        warehouse.prepare()
        stored = "SELECT DISTINCT table_name AS name FROM information_schema.columns WHERE table_schema = 'raw'"
        assert {row["name"] for row in warehouse.query(stored).to_pylist()} >= {table.name for table in RAW_TABLES}
        warehouse.load({tables.RUNS: to_arrow({tables.RUNS: [run | {"run_id": "new", "requests": 7}]})[tables.RUNS]})
        found = warehouse.query("SELECT run_id, requests FROM raw.runs ORDER BY run_id").to_pylist()
        assert found == [{"run_id": "new", "requests": 7}, {"run_id": "old", "requests": None}]


def test_a_run_of_one_pipeline_leaves_the_models_of_the_other_alone(built: Warehouse) -> None:
    """Seen by a table emptied by hand: it stays empty until something that it is built from changes."""

    def empty_and_transform() -> tuple[int, int]:
        for mart in ("company_days", "repositories"):
            built._engine.execute(f"DELETE FROM {physical(built, mart)}", {})
        built.transform()
        counts = "SELECT (SELECT count(*) FROM marts.company_days) AS a, (SELECT count(*) FROM marts.repositories) AS b"
        (row,) = built.query(counts).to_pylist()
        return row["a"], row["b"]

    assert empty_and_transform() == (0, 0)
    built.load(to_arrow({tables.REPOSITORIES: small()[tables.REPOSITORIES]}))
    assert empty_and_transform() == (0, 3)
    built.load(to_arrow(stock(*employers(1, days_ago=1))))
    assert empty_and_transform() == (4, 0)
    built.forget([1])
    assert empty_and_transform() == (0, 1)
    built.rebuild()
    assert built.query("SELECT count(*) AS n FROM marts.company_days").to_pylist() == [{"n": 4}]
