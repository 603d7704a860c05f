"""The same models on Spark's standalone cluster, which really distributes them: every row equals DuckDB's.

And on DuckDB with BigQuery's meaning of GREATEST and LEAST (NULL if any is), which no emulator shows.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from sqlglot import exp
from tests import rendered
from tests.integration.company_stock import employer, year
from tests.integration.stock import crowd, to_arrow
from tests.spark_cluster import cluster, run_on, table_files

from talentscope.runtime.clock import SystemClock
from talentscope.warehouse import company_tables
from talentscope.warehouse.connection import Warehouse, open_warehouse
from talentscope.warehouse.publish import SERVED
from talentscope.warehouse.raw import RAW_TABLES

MARTS = [table.name for table in SERVED]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Warehouse]:
    stock = crowd(1000, seed=20261121) | year(12, seed=20261121)
    stock[company_tables.EMPLOYER_NAMES] = [employer("@company001", "company001", "high")]
    with open_warehouse(home=tmp_path_factory.mktemp("home"), database_url=None, clock=SystemClock()) as warehouse:
        warehouse.prepare()
        warehouse.load(to_arrow(stock))
        warehouse.transform()
        yield warehouse


@pytest.fixture(scope="module")
def spark(built: Warehouse, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any]]:
    """The folder of the tables that the cluster made, and what it told of itself."""
    folder = tmp_path_factory.mktemp("spark")
    (folder / "raw").mkdir()
    for name in [*(table.name for table in RAW_TABLES), "_dlt_loads"]:
        rows = built.query(f"SELECT * FROM raw.{name}")
        pq.write_table(rows, folder / "raw" / f"table-{name}.parquet")  # type: ignore[no-untyped-call]
    statements = [(model.name, model.to_sql("spark")) for model in rendered.models()]
    with cluster(folder) as master:
        return folder, run_on(master, folder, statements)


def as_rows(table: pa.Table) -> list[dict[str, Any]]:
    """Rows in an order that does not turn on the last digits of a fraction."""
    floats = {field.name for field in table.schema if pa.types.is_floating(field.type)}
    return sorted(
        table.to_pylist(),
        key=lambda row: repr([f"{v:.6g}" if k in floats and v is not None else v for k, v in sorted(row.items())]),
    )


def differences(here: list[dict[str, Any]], there: list[dict[str, Any]]) -> list[str]:
    """Where two lists of rows are not the same; fractions may differ by 1e-9 of themselves."""
    if len(here) != len(there):
        return [f"{len(here)} rows and {len(there)}"]
    return [
        f"{name}: {one[name]!r} and {other[name]!r} in {one}"
        for one, other in zip(here, there, strict=True)
        for name in one
        if not _same(one[name], other[name])
    ][:5]


def _same(one: Any, other: Any) -> bool:
    if isinstance(one, float) and isinstance(other, float):
        return math.isclose(one, other, rel_tol=1e-9, abs_tol=1e-12)
    return bool(one == other)


def test_two_workers_really_shared_the_work(spark: tuple[Path, dict[str, Any]]) -> None:
    told = spark[1]
    assert told["master"].startswith("spark://")
    assert len(told["tasks"]) == 2
    assert all(count > 50 for count in told["tasks"].values()), told["tasks"]


@pytest.mark.parametrize("mart", MARTS)
def test_every_mart_is_the_same_on_the_cluster(built: Warehouse, spark: tuple[Path, dict[str, Any]], mart: str) -> None:
    here = built.query(f"SELECT * FROM marts.{mart}")
    files = table_files(spark[0], f"marts.{mart}")
    there = pa.concat_tables([pq.read_table(file) for file in files])  # type: ignore[no-untyped-call]
    assert here.num_rows > 0
    assert there.schema.names == here.schema.names
    assert differences(as_rows(here), as_rows(there.cast(here.schema))) == []


def test_no_model_leans_on_greatest_or_least_passing_over_null(built: Warehouse) -> None:
    """BigQuery: NULL if any argument is. DuckDB, PostgreSQL and Spark pass over it."""
    with duckdb.connect() as strict:
        strict.execute("SET TimeZone = 'UTC'")
        for schema in ("raw", "staging", "daily", "marts"):
            strict.execute(f"CREATE SCHEMA {schema}")
        for name in [*(table.name for table in RAW_TABLES), "_dlt_loads"]:
            strict.register("rows", built.query(f"SELECT * FROM raw.{name}"))
            strict.execute(f"CREATE TABLE raw.{name} AS SELECT * FROM rows")
            strict.unregister("rows")
        met = 0
        for model in rendered.models():
            tree = model.tree.transform(_strict)
            met += len(list(model.tree.find_all(exp.Greatest, exp.Least)))
            strict.execute(f"CREATE TABLE {model.name} AS {tree.sql(dialect='duckdb')}")
        assert met >= 5
        for mart in MARTS:
            there = strict.execute(f"SELECT * FROM marts.{mart}").to_arrow_table()
            assert differences(as_rows(built.query(f"SELECT * FROM marts.{mart}")), as_rows(there)) == [], mart


def _strict(node: exp.Expression) -> exp.Expression:
    if not isinstance(node, exp.Greatest | exp.Least) or node.meta.get("strict"):
        return node
    bare = node.copy()
    bare.meta["strict"] = True
    unknown = exp.or_(*(exp.paren(argument.copy()).is_(exp.null()) for argument in [node.this, *node.expressions]))
    return exp.Case().when(unknown, exp.null()).else_(bare)
