"""The same model files give the same rows on DuckDB and on PostgreSQL, and the rows that a naive reading gives."""

from __future__ import annotations

import math
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pytest
from tests.integration import naive
from tests.integration.company_naive import Twin
from tests.integration.company_stock import employer, year
from tests.integration.stock import Row, Stock, crowd, to_arrow

from talentscope.runtime.clock import SystemClock
from talentscope.warehouse import company_rules, company_tables, tables
from talentscope.warehouse.connection import Warehouse, open_warehouse
from talentscope.warehouse.publish import SERVED
from talentscope.warehouse.rules import EXCLUSION_RULES

MARTS = [table.name for table in SERVED]


@dataclass
class Built:
    """A crowd, and the marts that each engine made of it."""

    stock: Stock
    duckdb: Warehouse
    postgres: Warehouse

    def rows(self, engine: str, mart: str) -> list[dict[str, Any]]:
        warehouse: Warehouse = getattr(self, engine)
        found = warehouse.query(f"SELECT * FROM marts.{mart}").to_pylist()
        return sorted((_rounded(row) for row in found), key=repr)


def _rounded(row: dict[str, Any]) -> dict[str, Any]:
    return {name: round(value, 9) if isinstance(value, float) else value for name, value in row.items()}


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory, make_database: Callable[[], str]) -> Iterator[Built]:
    stock = crowd(2000, seed=20261121) | year(30, seed=20261121)
    stock[company_tables.EMPLOYER_NAMES] = [
        employer("@company001", "company001", "high"),
        employer("company002 Inc.", "company002", "medium"),
        employer("Acme 🚀", "company003", "review"),
        employer("self-employed", None, None),
        employer("nobody states it", "company001", "high"),
    ]
    home = tmp_path_factory.mktemp("engines")
    with (
        open_warehouse(home=home / "a", database_url=None, clock=SystemClock()) as duck,
        open_warehouse(home=home / "b", database_url=make_database(), clock=SystemClock()) as postgres,
    ):
        for warehouse in (duck, postgres):
            warehouse.prepare()
            warehouse.load(to_arrow(stock))
            warehouse.transform()
        yield Built(stock, duck, postgres)


def digest(table: pa.Table) -> dict[str, object]:
    """Row count, and per column how many values there are and their rounded sum (of lengths, for text)."""
    told: dict[str, object] = {"rows": table.num_rows}
    for name in table.column_names:
        values = [value for value in table[name].to_pylist() if value is not None]
        told[name] = (len(values), round(math.fsum(_measure(value) for value in values), 4))
    return told


def _measure(value: Any) -> float:
    if isinstance(value, str):
        return len(value)
    if hasattr(value, "timestamp"):
        return float(value.timestamp())
    return value.toordinal() if hasattr(value, "toordinal") else float(value)


@pytest.mark.parametrize("mart", MARTS)
def test_both_engines_agree_on_every_column(built: Built, mart: str) -> None:
    sql = f"SELECT * FROM marts.{mart}"
    here, there = built.duckdb.query(sql), built.postgres.query(sql)
    assert here.num_rows > 0
    assert digest(here) == digest(there)
    assert here.schema.names == there.schema.names
    assert [str(kind) for kind in here.schema.types] == [str(kind) for kind in there.schema.types]


@pytest.mark.parametrize("mart", MARTS)
def test_both_engines_agree_on_every_row(built: Built, mart: str) -> None:
    assert built.rows("duckdb", mart) == built.rows("postgres", mart)


@pytest.mark.parametrize("engine", ["duckdb", "postgres"])
def test_repositories_are_what_a_naive_reading_gives(built: Built, engine: str) -> None:
    expected = naive.repositories(built.stock)
    found = {row["repository_node_id"]: row for row in built.rows(engine, "repositories")}
    assert found.keys() == expected.keys()
    for node_id, row in expected.items():
        assert {name: found[node_id][name] for name in row} == _rounded(row), node_id


@pytest.mark.parametrize("engine", ["duckdb", "postgres"])
def test_developers_are_what_a_naive_reading_gives(built: Built, engine: str) -> None:
    expected = naive.developers(built.stock)
    found = {row["github_id"]: row for row in built.rows(engine, "developers")}
    assert found.keys() == expected.keys()
    for github_id, row in expected.items():
        assert {name: found[github_id][name] for name in row} == row, github_id


def as_told(row: Row) -> Row:
    """A row of the mart, its quality marks as a list."""
    return row | {"quality": row["quality"].split(",") if row["quality"] else []}


def _near(value: Any) -> Any:
    return pytest.approx(value, rel=1e-7, abs=1e-7) if isinstance(value, float) else value


def test_company_days_are_what_a_naive_reading_gives(built: Built) -> None:
    expected = Twin(built.stock).days()
    for engine in ("duckdb", "postgres"):
        found = {(row["company_id"], row["day"]): as_told(row) for row in built.rows(engine, "company_days")}
        assert found.keys() == expected.keys()
        for key, row in expected.items():
            near = {name: _near(value) for name, value in row.items() if name != "marks"}
            assert {name: found[key][name] for name in near} == near, key


def test_the_companies_meet_every_state_and_every_quality_mark(built: Built) -> None:
    rows = built.rows("duckdb", "company_days")
    assert {row["offers_state"] for row in rows} == {None, "ok", "empty", "capped", "stale", "blocked", "missing"}
    met = {mark for row in rows for mark in (row["quality"] or "").split(",") if mark}
    assert met == {mark.name for mark in company_rules.MARKS}


def test_the_crowd_meets_every_exclusion_rule(built: Built) -> None:
    met = {row["excluded_rule"] for row in built.rows("duckdb", "developers")}
    assert met == {None, *(rule.name for rule in EXCLUSION_RULES)}


def test_checks_find_nothing_on_either_engine(built: Built) -> None:
    assert built.duckdb.check() == []
    assert built.postgres.check() == []


def test_hostile_text_comes_through_unchanged_but_for_empty_text_which_is_unknown(built: Built) -> None:
    expected = {row["github_id"]: row["bio"] or None for row in built.stock[tables.ACCOUNTS]}
    for engine in ("duckdb", "postgres"):
        stored = getattr(built, engine).query("SELECT github_id, bio FROM raw.github_accounts").to_pylist()
        assert {row["github_id"]: row["bio"] for row in stored} == expected


def test_parameters_are_found_after_sqlmesh_has_changed_the_parser_too() -> None:
    code = (
        "import sqlmesh.core.context; from talentscope.warehouse.engines.postgres import to_postgres;"
        "print(to_postgres('SELECT $name AS name', {'name': 7}))"
    )
    done = subprocess.run([sys.executable, "-W", "ignore", "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "('SELECT $1 AS name', [7])\n"
