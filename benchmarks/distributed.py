"""The marts on Spark's cluster of this machine beside DuckDB, and what BigQuery would scan and bill for them.

    python -m benchmarks.distributed [--repositories 20000] [--no-spark]

Bytes by BigQuery's own rule of sizes: 8 a number, time or date, 1 a flag, 2 and its UTF-8 a text. A query scans the
columns that it names of each table, through views into raw, and is billed 10 MiB a table at least.
Rule: https://cloud.google.com/bigquery/pricing (calculation of data size). Prices: docs/bigquery.md.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from sqlglot import exp
from sqlglot.optimizer.scope import traverse_scope
from tests import rendered
from tests.integration.company_stock import year
from tests.integration.stock import crowd, to_arrow
from tests.spark_cluster import cluster, run_on

from talentscope.runtime.clock import SystemClock
from talentscope.warehouse.connection import Warehouse, open_warehouse
from talentscope.warehouse.raw import RAW_TABLES

MIB, GIB, TIB = 2**20, 2**30, 2**40
LEAST_BILLED = 10 * MIB
SCAN_PRICE, STORE_PRICE = 6.25, 0.02  # dollars a TiB scanned, a GiB and month stored (logical, active)
FREE_SCAN, FREE_STORE = 1 * TIB, 10 * GIB
SIZES = (50_000, 500_000, 5_000_000)
PACKAGES = 2
"""Load packages of a run: 5,000 rows each, which is what an hour of GitHub's budget brings."""
MERGED = ("raw.github_repositories", "raw.github_repository_topics", "raw.github_accounts", "raw.github_ownership")
RUNS_A_MONTH = {"hourly": 730, "daily": 30}
Columns = dict[str, dict[str, float]]


def main() -> None:
    """Print both tables."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--repositories", type=int, default=20_000)
    parser.add_argument("--no-spark", action="store_true")
    options, _ = parser.parse_known_args()
    with tempfile.TemporaryDirectory() as scratch:
        home = Path(scratch)
        with open_warehouse(home=home / "home", database_url=None, clock=SystemClock()) as warehouse:
            warehouse.prepare()
            warehouse.load(to_arrow(crowd(options.repositories, seed=1) | year(20, seed=1)))
            folder = home / "spark"
            export(warehouse, folder / "raw")
        tables, seconds = build(folder / "raw")
        if not options.no_spark:
            compare(folder, seconds)
        report_cost(tables)


def export(warehouse: Warehouse, folder: Path) -> None:
    """Every raw table as a Parquet file."""
    folder.mkdir(parents=True)
    for name in [*(table.name for table in RAW_TABLES), "_dlt_loads"]:
        rows = warehouse.query(f"SELECT * FROM raw.{name}")
        pq.write_table(rows, folder / f"table-{name}.parquet")  # type: ignore[no-untyped-call]


def build(folder: Path) -> tuple[Columns, float]:
    """Bytes of each column of each table as BigQuery counts them; and seconds that a bare DuckDB took to build all."""
    sizes: Columns = {}
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'UTC'; SET threads = 2")
        for schema in ("raw", "staging", "daily", "marts"):
            connection.execute(f"CREATE SCHEMA {schema}")
        for path in folder.glob("*.parquet"):
            name = path.stem.removeprefix("table-")
            connection.execute(f"CREATE TABLE raw.{name} AS SELECT * FROM '{path}'")
        begun = time.perf_counter()
        for model in rendered.models():
            connection.execute(f"CREATE TABLE {model.name} AS {model.to_sql('duckdb')}")
        seconds = time.perf_counter() - begun
        names = [f"raw.{path.stem.removeprefix('table-')}" for path in folder.glob("*.parquet")]
        for name in [*names, *(model.name for model in rendered.models())]:
            rows = connection.execute(f"SELECT * FROM {name}").to_arrow_table()
            sizes[name] = {column: _bytes(rows[column]) for column in rows.column_names}
    return sizes, seconds


def _bytes(column: pa.ChunkedArray) -> float:
    known = len(column) - column.null_count
    if pa.types.is_string(column.type):
        return 2 * known + float(pc.sum(pc.binary_length(column)).as_py() or 0)
    return known * (1 if pa.types.is_boolean(column.type) else 8)


def compare(folder: Path, here: float) -> None:
    """The cluster's time beside DuckDB's."""
    with cluster(folder) as master:
        told = run_on(master, folder, [(model.name, model.to_sql("spark")) for model in rendered.models()])
    there = sum(told["seconds"].values())
    print("| engine | all models, seconds | ratio |\n|---|--:|--:|")
    print(f"| DuckDB, one process, 2 threads | {here:.1f} | 1.0 |")
    print(f"| Spark {told['version']}, 2 workers of 1 core | {there:.1f} | {there / here:.1f} |\n")


def scanned(tables: Columns, model: rendered.Rendered) -> dict[str, float]:
    """Bytes that building one model reads of each stored table; of a view, the raw columns below it, all of them."""
    views = {one.name: one for one in rendered.models() if one.name.startswith("staging.") and one.name not in STORED}
    found: dict[str, float] = {}
    for scope in traverse_scope(model.tree):
        for alias, source in scope.sources.items():
            if not isinstance(source, exp.Table):
                continue
            name = f"{source.db}.{source.name}"
            if name in views:
                for table, size in scanned(tables, views[name]).items():
                    found[table] = max(found.get(table, 0), size)
                continue
            columns = {column.name for column in scope.columns if column.table == alias}
            size = sum(tables[name].get(column, 0) for column in columns)
            found[name] = found.get(name, 0) + size
    return found


STORED = {"staging.company_observations"}
"""Staging models that are tables; the others are views."""


def report_cost(tables: Columns) -> None:
    """What a month costs at three sizes."""
    developers = tables["marts.developers"]["github_id"] / 8
    run = {part: list(reads) for part, reads in _reads(tables).items()}
    told = ", ".join(f"{part} {len(reads)}" for part, reads in run.items())
    print(f"queries of a run: {told}; measured on {developers:,.0f} developers\n")
    print(f"| developers | stored GiB | {' | '.join(f'{part} GiB' for part in run)} | month, daily | month, hourly |")
    print("|--:|" + "--:|" * (len(run) + 3))
    for size in SIZES:
        factor = size / developers
        stored = sum(
            sum(columns.values()) * _growth(name, factor) for name, columns in tables.items() if _is_kept(name)
        )
        billed = {
            part: sum(max(LEAST_BILLED, much * _growth(name, factor)) for read in reads for name, much in read.items())
            for part, reads in run.items()
        }
        costs = [cost(stored, sum(billed.values()) * runs) for runs in RUNS_A_MONTH.values()]
        shown = " | ".join(f"{part / GIB:.2f}" for part in billed.values())
        print(f"| {size:,} | {stored / GIB:.2f} | {shown} | ${costs[1]:.2f} | ${costs[0]:.2f} |")


def _reads(tables: Columns) -> dict[str, Iterator[dict[str, float]]]:
    """What each query of a run reads: merging two packages, the models, their checks, and publishing."""
    models = [model for model in rendered.models() if _is_kept(model.name)]
    whole = {name: sum(columns.values()) for name, columns in tables.items()}
    merged = [name for name in MERGED if name in whole]
    return {
        "load": ({name: whole[name]} for name in merged for _ in range(PACKAGES)),
        "transform": (scanned(tables, model) for model in models),
        "check": (scanned(tables, audit) for audit in rendered.audits()),
        "publish": ({name: size} for name, size in whole.items() if name.startswith("marts.")),
    }


def cost(stored: float, billed: float) -> float:
    """Dollars a month, after what is free."""
    scan = max(0.0, billed - FREE_SCAN) / TIB * SCAN_PRICE
    return scan + max(0.0, stored - FREE_STORE) / GIB * STORE_PRICE


def _growth(name: str, factor: float) -> float:
    """Companies are the registry's, however many developers there are."""
    table = name.split(".")[1]
    return 1.0 if table.startswith(("compan", "source_visits")) or name.startswith("daily.") else factor


def _is_kept(name: str) -> bool:
    return not name.startswith("staging.") or name in STORED


if __name__ == "__main__":
    main()
