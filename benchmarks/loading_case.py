"""One case of the loading benchmark, in a process of its own so that its peak memory is its own. Prints JSON.

    python -m benchmarks.loading_case ours|bare|upsert REPOSITORIES DEVELOPERS BATCH MODELS

`ours` is Warehouse.load, transform and publish. `bare` is DuckDB alone: INSERT of the same Arrow tables, the same model
SELECTs as SQLMesh renders them, and a copy of the marts into a new file: no merge, no contract, no checks, no history.
`upsert` is `bare` with primary keys and INSERT OR REPLACE, which is what merging by key means. MODELS is the JSON file
of `render_models`: rendered elsewhere, so that SQLMesh is not in the memory of a bare DuckDB.
"""

from __future__ import annotations

import json
import resource
import sys
import tempfile
import time
from pathlib import Path

import duckdb

from benchmarks.loading_world import OBSERVED_AT, Size, Tables, make_batches
from talentscope.runtime.clock import FixedClock
from talentscope.warehouse.connection import open_warehouse
from talentscope.warehouse.engines.duck import MEMORY_LIMIT, DuckEngine
from talentscope.warehouse.publish import SERVED
from talentscope.warehouse.raw import RAW_TABLES
from talentscope.warehouse.transform import opened

STORED_AS = {
    "string": "VARCHAR",
    "int64": "BIGINT",
    "double": "DOUBLE",
    "bool": "BOOLEAN",
    "date32[day]": "DATE",
    "timestamp[us, tz=UTC]": "TIMESTAMPTZ",
}


class Watch:
    """Seconds by name, added up: on the wall, and under `<name>_cpu` those of all threads at work.

    A machine that others use too stretches the first; the second hardly changes, so ratios are taken of that.
    """

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self.start()

    def start(self) -> None:
        """Begin anew."""
        self._wall, self._cpu = time.perf_counter(), time.process_time()

    def stop(self, name: str) -> None:
        """Add what passed since `start`."""
        self._add(name, time.perf_counter() - self._wall)
        self._add(f"{name}_cpu", time.process_time() - self._cpu)

    def _add(self, name: str, seconds: float) -> None:
        self.seconds[name] = self.seconds.get(name, 0.0) + seconds


def run_ours(size: Size, home: Path, watch: Watch) -> int:
    """The product's own way. The number of raw rows."""
    rows = 0
    with (
        open_warehouse(home=home, database_url=None, clock=FixedClock(OBSERVED_AT)) as warehouse,
        warehouse.hold(wait_seconds=0, purpose="benchmark of loading"),
    ):
        warehouse.prepare()
        for tables in make_batches(size):
            rows += _count(tables)
            watch.start()
            warehouse.load(tables)
            watch.stop("load")
        watch.start()
        warehouse.transform()
        watch.stop("transform")
        watch.start()
        warehouse.publish(run_id="loading")
        watch.stop("publish")
    return rows


def run_bare(size: Size, home: Path, watch: Watch, *, models: list[str], has_keys: bool) -> int:
    """DuckDB alone, in a file of the same name and with the same memory limit. The number of raw rows."""
    rows = 0
    with duckdb.connect(str(home / "warehouse.duckdb")) as connection:
        connection.execute(f"SET TimeZone = 'UTC'; SET memory_limit = '{MEMORY_LIMIT}'")
        _create_raw(connection, has_keys=has_keys)
        for tables in make_batches(size):
            rows += _count(tables)
            watch.start()
            _insert(connection, tables, has_keys=has_keys)
            watch.stop("load")
        watch.start()
        for statement in models:
            connection.execute(statement)
        watch.stop("transform")
        watch.start()
        connection.execute(f"ATTACH '{home / 'snapshot.duckdb'}' AS snapshot")
        for table in SERVED:
            connection.execute(
                f"CREATE TABLE snapshot.{table.name} AS SELECT * FROM marts.{table.name} ORDER BY {table.order}"
            )
        connection.execute("CHECKPOINT snapshot")
        watch.stop("publish")
    return rows


def render_models(home: Path) -> list[str]:
    """CREATE statements of all models, in the order of what they need, as SQLMesh renders them for DuckDB."""
    with open_warehouse(home=home, database_url=None, clock=FixedClock(OBSERVED_AT)) as warehouse:
        warehouse.prepare()
    engine = DuckEngine(home=home, clock=FixedClock(OBSERVED_AT))
    with opened(engine, home=home) as context:
        models = [context.models[name] for name in context.dag.sorted if name in context.models]
        return [
            f"CREATE {'VIEW' if model.kind.is_view else 'TABLE'} {model.name} AS {context.render(model).sql('duckdb')}"
            for model in models
        ]


def _create_raw(connection: duckdb.DuckDBPyConnection, *, has_keys: bool) -> None:
    connection.execute("CREATE SCHEMA raw; CREATE SCHEMA staging; CREATE SCHEMA daily; CREATE SCHEMA marts")
    connection.execute("CREATE TABLE raw._dlt_loads (load_id VARCHAR, status BIGINT)")
    for table in RAW_TABLES:
        columns = [f'"{field.name}" {STORED_AS[str(field.type)]}' for field in table.schema]
        if table.key and has_keys:
            columns.append(f"PRIMARY KEY ({', '.join(table.key)})")
        else:
            columns.append("_dlt_load_id VARCHAR")
        connection.execute(f"CREATE TABLE raw.{table.name} ({', '.join(columns)})")


def _insert(connection: duckdb.DuckDBPyConnection, tables: Tables, *, has_keys: bool) -> None:
    connection.execute("BEGIN")
    for table, rows in tables.items():
        connection.register("incoming", rows)
        verb = "INSERT OR REPLACE INTO" if has_keys else "INSERT INTO"
        connection.execute(f"{verb} raw.{table.name} BY NAME SELECT * FROM incoming")
        connection.unregister("incoming")
    connection.execute("COMMIT")


def _count(tables: Tables) -> int:
    return sum(rows.num_rows for rows in tables.values())


def main() -> None:
    """Run the case that the command line names."""
    side, *numbers, models = sys.argv[1:]
    size = Size(*map(int, numbers))
    watch = Watch()
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        if side == "ours":
            rows = run_ours(size, home, watch)
        else:
            statements = json.loads(Path(models).read_text(encoding="utf-8"))
            rows = run_bare(size, home, watch, models=statements, has_keys=side == "upsert")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"rows": rows, "peak_mib": peak, **watch.seconds}))


if __name__ == "__main__":
    main()
