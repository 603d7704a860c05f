"""Load, transform and publish beside a bare DuckDB that does the same: rows a second, ratios, peak memory.

    python -m benchmarks loading                       200,000 repositories of 100,000 developers
    python -m benchmarks.loading --full                1,000,000 repositories of 500,000 developers too
    python -m benchmarks.loading --repositories N      another number (half as many developers)

Each case runs in a process of its own (`loading_case.py`), so that its peak memory is its own. Seconds are on the wall;
ratios are of processor seconds, which hardly change when others use the machine too.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from benchmarks.loading_case import render_models
from benchmarks.loading_world import Size

SMALL, FULL = 200_000, 1_000_000
BATCHES = (5_000, 50_000)
SIDES = {"ours": "talentscope", "bare": "bare DuckDB, INSERT", "upsert": "bare DuckDB, upsert by key"}

Figures = dict[str, float]


def measure(side: str, size: Size, models: Path) -> Figures:
    """Run one case. Raises CalledProcessError if it fails; what it says goes to standard error."""
    numbers = [str(number) for number in (size.repositories, size.developers, size.batch)]
    command = [sys.executable, "-W", "ignore", "-m", "benchmarks.loading_case", side, *numbers, str(models)]
    answer = subprocess.run(command, stdout=subprocess.PIPE, check=True, text=True)
    figures: Figures = json.loads(answer.stdout.splitlines()[-1])
    return figures


def run(repositories: int, batches: Sequence[int], models: Path) -> None:
    """Print a table for one number of repositories: a line for each batch size and side."""
    developers = repositories // 2
    print(f"\n{repositories:,} repositories of {developers:,} developers\n")
    print(
        "| batch | who | load s | rows/s | CPU x bare | transform s | CPU x bare | publish s | CPU x bare | peak MiB |"
    )
    print("|--:|---|--:|--:|--:|--:|--:|--:|--:|--:|", flush=True)
    for batch in batches:
        size = Size(repositories, developers, batch)
        found = {side: measure(side, size, models) for side in SIDES}
        for side, figures in found.items():
            print(_line(batch, SIDES[side], figures, found["bare"]), flush=True)
    print(f"\n{found['ours']['rows']:,.0f} raw rows")


def _line(batch: int, who: str, figures: Figures, bare: Figures) -> str:
    cells = []
    for step in ("load", "transform", "publish"):
        cells += [f"{figures[step]:.1f}", f"{figures[f'{step}_cpu'] / bare[f'{step}_cpu']:.1f}"]
    cells.insert(1, f"{figures['rows'] / figures['load']:,.0f}")
    return f"| {batch:,} | {who} | {' | '.join(cells)} | {figures['peak_mib']:.0f} |"


def main() -> None:
    """Parse the command line, render the models once, and run."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--full", action="store_true", help=f"{FULL:,} repositories too")
    parser.add_argument("--repositories", type=int, default=SMALL)
    parser.add_argument("--batch", type=int, action="append", help="repositories a load; may be given more than once")
    options, _ = parser.parse_known_args()
    with tempfile.TemporaryDirectory() as folder:
        models = Path(folder) / "models.json"
        models.write_text(json.dumps(render_models(Path(folder) / "rendering")), encoding="utf-8")
        for repositories in [options.repositories, FULL] if options.full else [options.repositories]:
            run(repositories, options.batch or BATCHES, models)


if __name__ == "__main__":
    main()
