"""What the Leads page waits for inside the process: sliders, filters, facets, pages; at 50,000 and 500,000 developers.

    python -m benchmarks.browsing [--developers 50000 500000] [--repeat 40] [--folder DIR]

The worlds are those of benchmarks/scoring.py, two repositories a developer. Each act is asked in the way the page asks
it: `cold` means that nothing of the new question is in memory, `warm` that its pool is. Milliseconds.
"""

from __future__ import annotations

import argparse
import itertools
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import duckdb

from benchmarks.scoring import AS_OF, build
from talentscope.registry.read import read_registry
from talentscope.scoring.brief import Brief, build_brief
from talentscope.scoring.browse import Leads, View

SITE = "https://example.invalid"

BRIEFS: dict[str, dict[str, Any]] = {
    "three topics": {"topics": ["minecraft", "rust", "accessibility"]},
    "topics and filters": {
        "topics": ["minecraft", "rust", "accessibility"],
        "languages": ["Java", "Kotlin", "Rust"],
        "repository": {"stars": {"max": 500}, "max_topics": 15},
        "developer": {"contact": "any", "places": ["Berlin", "Zürich"], "exclude_companies": ["Acme"]},
    },
    "one keyword": {"keywords": ["redstone"]},
    "one language": {"languages": ["Rust"]},
}

Act = Callable[[], object]


class Visit:
    """One brief on one snapshot, asked again and again with something changed."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, values: dict[str, Any]) -> None:
        self._connection = connection
        self._registry = read_registry()
        self._values = values
        self._fresh = itertools.count(1)
        self.leads = Leads(self._registry)
        self.brief = self._build()
        self.page(self.brief)

    def acts(self) -> Iterator[tuple[str, Act]]:
        """What people do, by name."""
        yield "first page of a new session", self.open
        yield "slider (warm)", lambda: self.page(self._build(weights={"relevance": 3 + next(self._fresh) / 100}))
        yield "page turn (warm)", lambda: self.page(self.brief, offset=50 * (next(self._fresh) % 10))
        yield "order by login (warm)", lambda: self.page(self.brief, order="login", is_descending=False)
        yield "search (warm)", lambda: self.page(self.brief, text=f"v{next(self._fresh) % 10}")
        yield "some hidden (warm)", lambda: self.page(self.brief, without_ids=frozenset(range(next(self._fresh), 900)))
        yield "filter: stars (cold)", lambda: self.page(self._build(repository={"stars": {"min": next(self._fresh)}}))
        yield (
            "filter: place (cold)",
            lambda: self.page(self._build(developer={"places": [f"x{next(self._fresh)}", "Lagos"]})),
        )
        yield (
            "filter: followers (cold)",
            lambda: self.page(self._build(developer={"followers": {"max": 900 + next(self._fresh)}})),
        )
        yield "facets (warm)", lambda: self.facets(self.brief)
        yield "facets (stars cold)", lambda: self.facets(self._build(repository={"stars": {"min": next(self._fresh)}}))
        yield (
            "facets (place cold)",
            lambda: self.facets(self._build(developer={"places": [f"x{next(self._fresh)}", "Lagos"]})),
        )
        yield "one developer", lambda: self.leads.one(self._connection, self.brief, 7, as_of=AS_OF, site=SITE)
        yield "all ids", lambda: self.leads.ids(self._connection, self.brief, View(limit=2**40), as_of=AS_OF)

    def open(self) -> None:
        """Nothing is in memory yet."""
        self.leads = Leads(self._registry)
        self.page(self.brief)

    def page(self, brief: Brief, **view: Any) -> None:
        """Fifty leads."""
        self.leads.page(self._connection, brief, View(**view), as_of=AS_OF, site=SITE)

    def facets(self, brief: Brief) -> None:
        """All facets."""
        self.leads.facets(self._connection, brief, View(), as_of=AS_OF)

    def _build(self, **changed: dict[str, Any]) -> Brief:
        merged = {key: {**self._values.get(key, {}), **value} for key, value in changed.items()}
        return build_brief({"name": "bench", **self._values, **merged}, source="bench")


def measure(act: Act, repeat: int) -> tuple[list[float], float]:
    """Milliseconds of each call, sorted; and of the processor (all threads), in the middle."""
    times, worked = [], []
    for _ in range(repeat):
        start, before = time.perf_counter(), time.process_time()
        act()
        times.append((time.perf_counter() - start) * 1000)
        worked.append((time.process_time() - before) * 1000)
    return sorted(times), sorted(worked)[repeat // 2]


def run(path: Path, *, developers: int, repeat: int, only: str) -> None:
    """A table for each brief."""
    if not path.exists():
        build(path, repositories=2 * developers, developers=developers)
    with duckdb.connect(str(path), read_only=True) as connection:
        connection.execute("SET TimeZone = 'UTC'")
        for title, values in BRIEFS.items():
            visit = Visit(connection, values)
            total = visit.leads.page(connection, visit.brief, View(), as_of=AS_OF, site=SITE).total
            print(f"\n{developers:,} developers, {title}: {total:,} pass\n")
            print("| act | p50 ms | p99 ms | processor ms |\n|---|--:|--:|--:|")
            for name, act in visit.acts():
                if only not in name:
                    continue
                times, worked = measure(act, repeat)
                p99 = times[min(len(times) - 1, round(0.99 * len(times)))]
                print(f"| {name} | {times[len(times) // 2]:.0f} | {p99:.0f} | {worked:.0f} |", flush=True)


def main() -> None:
    """Parse the command line and run in a temporary folder, or in `--folder`, where worlds are kept."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--developers", type=int, nargs="+", default=[50_000, 500_000])
    parser.add_argument("--repeat", type=int, default=40)
    parser.add_argument("--folder", type=Path, default=None)
    parser.add_argument("--only", default="", help="acts whose name contains this")
    options, _ = parser.parse_known_args()
    with tempfile.TemporaryDirectory() as folder:
        for developers in options.developers:
            path = (options.folder or Path(folder)) / f"{developers}.duckdb"
            run(path, developers=developers, repeat=options.repeat, only=options.only)


if __name__ == "__main__":
    main()
