"""Peak memory of a run as the number of repositories grows. The run is a process of its own; the sandbox is not in it.

Search and storing are whole; owners stop at 100,000 and proofs at 5,000 (both go by chunks of 5,000), so that the
largest case ends in minutes. `python -m benchmarks.memory 10000 100000 1000000` names the sizes; the default is the
first two.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from talentscope.sandbox.limits import UNLIMITED
from talentscope.sandbox.server import WorldSettings, start

SIZES = (10_000, 100_000)
OWNERS, PROOFS = 100_000, 5_000


def main(sizes: tuple[int, ...] = SIZES) -> None:
    """Print one row a size."""
    print("| repositories in the world | matched and stored | peak of the run, MiB | after search, MiB | s |")
    print("|--:|--:|--:|--:|--:|")
    for size in sizes:
        with (
            tempfile.TemporaryDirectory() as home,
            start(WorldSettings(scale=size, seed=5, now=datetime.now(UTC)), limits=UNLIMITED) as sandbox,
        ):
            began = time.perf_counter()
            command = [sys.executable, "-m", "benchmarks.memory", "case", sandbox.api_url, sandbox.graphql_url, home]
            run = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
            stored, after_search, peak = run.stdout.split()
            seconds = time.perf_counter() - began
            print(f"| {size:,} | {int(stored):,} | {peak} | {after_search} | {seconds:.0f} |", flush=True)


def run_case(api_url: str, graphql_url: str, home: str) -> None:
    """One run in this process; prints rows stored, peak after the search, peak at the end (MiB)."""
    from talentscope.pipelines.talent.collect import Collector
    from talentscope.pipelines.talent.plan import Search
    from talentscope.pipelines.talent.progress import Silence
    from talentscope.runtime.clock import SystemClock
    from talentscope.scoring.brief import build_brief
    from talentscope.sources.github.client import GitHub
    from talentscope.transport.session import Session
    from talentscope.warehouse.connection import open_warehouse

    clock = SystemClock()
    session = Session(
        user_agent="talentscope-benchmark", token="benchmark", clock=clock, max_wait_seconds=60, timeout_seconds=60,
        points_per_minute={"rest": 10**9, "graphql": 10**9},
    )  # fmt: skip
    github = GitHub(session, api_url=api_url, graphql_url=graphql_url, clock=clock, has_token=True)
    since = datetime(2008, 1, 1, tzinfo=UTC)
    with open_warehouse(home=Path(home), database_url=None, clock=clock) as warehouse:
        warehouse.prepare()
        collector = Collector(
            github=github, warehouse=warehouse, clock=clock, watcher=Silence(), is_suppressed=lambda _id, _login: False,
            run_id="memory", batch_rows=5000,
        )  # fmt: skip
        everything = Search("stars:>=0 is:public", since, since, is_sweep=True)
        collector.discover([everything], pending_accounts=0, pending_proofs=0)
        after_search = _peak()
        collector.hydrate(at_most=OWNERS)
        collector.prove([build_brief({"name": "all", "languages": ["Python"]}, source="benchmark")], at_most=PROOFS)
        warehouse.transform()
        warehouse.publish(run_id="memory")
        rows = warehouse.query("SELECT count(*) AS n FROM raw.github_repositories").to_pylist()
    print(rows[0]["n"], after_search, _peak())


def _peak() -> int:
    """Peak resident memory of this process, MiB (VmHWM of proc(5))."""
    status = Path(f"/proc/{os.getpid()}/status").read_text()
    return int(next(line for line in status.splitlines() if line.startswith("VmHWM")).split()[1]) // 1024


if __name__ == "__main__":
    if sys.argv[1:2] == ["case"]:
        run_case(*sys.argv[2:])
    else:
        main(tuple(int(size) for size in sys.argv[1:]) or SIZES)
