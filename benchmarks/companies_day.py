"""A day's run over all companies of the registry, every source at its real pace, against answers that take 200 ms.

Wall time beside what the sources would take one after another (the sum of their own times), requests by the sandbox's
own log, and the most that any upstream saw within one second and at once, beside what it allows. The sandbox enforces
the limits of the real services and would answer 403 or 429 above them.
"""

from __future__ import annotations

import shutil
import tempfile
from collections import Counter
from pathlib import Path

from talentscope.cli.assemble import companies_run
from talentscope.cli.stage import aimed, to_employers
from talentscope.registry.read import read_registry
from talentscope.runtime.clock import SystemClock
from talentscope.runtime.settings import load_settings
from talentscope.sandbox.exchange import Entry
from talentscope.sandbox.server import Running, WorldSettings, start

LATENCY_MS = 200
REFUSALS = frozenset({403, 429})


def main() -> None:
    """Print one row a source, and the whole."""
    now = SystemClock().now()
    home = Path(tempfile.mkdtemp(prefix="talentscope-day-"))
    employers = to_employers(read_registry(), today=now.date())
    try:
        with start(WorldSettings(scale=300, seed=1, now=now), employers=employers, latency_ms=LATENCY_MS) as sandbox:
            measure(sandbox, home, len(employers))
    finally:
        shutil.rmtree(home, ignore_errors=True)


def measure(sandbox: Running, home: Path, companies: int) -> None:
    """One run from nothing, and a second one on the same day."""
    settings, upstreams = aimed(load_settings(), home, sandbox)
    for name in ("first run of the day", "second run of the day"):
        sandbox.log.clear()
        with companies_run(settings, upstreams) as run:
            outcome = run.execute()
        by_upstream: dict[str, list[Entry]] = {}
        for entry in sandbox.log.entries:
            by_upstream.setdefault(entry.resource, []).append(entry)
        print(f"\n{name}, {companies} companies, {outcome.rows_loaded:,} rows\n")
        print("| upstream | requests | 304 | refused | most in a second | most at once |")
        print("|---|--:|--:|--:|--:|--:|")
        for upstream, entries in sorted(by_upstream.items()):
            counts = Counter(entry.status for entry in entries)
            refused = sum(counts[status] for status in REFUSALS)
            print(
                f"| {upstream} | {len(entries)} | {counts[304]} | {refused} | {busiest(entries)}"
                f" | {sandbox.log.peak(upstream)} |"
            )
        asked = [visit for visit in outcome.visits if visit.state != "off"]
        serial, slowest = sum(visit.seconds for visit in asked), max(asked, key=lambda visit: visit.seconds)
        print(
            f"\nsources one after another {serial:.0f} s, all at once {slowest.seconds:.0f} s (the slowest,"
            f" {slowest.source}): {serial / slowest.seconds:.1f} times faster; whole run with transform and publish"
            f" {outcome.seconds:.0f} s; states: {dict(Counter(visit.state for visit in outcome.visits))}"
        )
        without = [visit for visit in asked if visit.source != "gdelt"]
        rest = max(visit.seconds for visit in without)
        print(
            f"without GDELT, which asks for five seconds between requests: {sum(v.seconds for v in without):.0f} s",
            end="",
        )
        print(f" against {rest:.0f} s, {sum(v.seconds for v in without) / rest:.1f} times", flush=True)


def busiest(entries: list[Entry]) -> int:
    """The most requests that came within any one second."""
    times = sorted(entry.at for entry in entries)
    most, first = 0, 0
    for last, at in enumerate(times):
        while times[first] <= at - 1.0:
            first += 1
        most = max(most, last - first + 1)
    return most
