"""How long until a page is useful, in a browser that has seen nothing: rows there, bytes, requests.

    python -m benchmarks.page_load [--repeat 7]

Every load is a browser of its own. `slow` is a processor four times slower behind 9 Mbit/s and 60 ms. Each round loads
every page once, so that a busy minute of the machine hits all alike; medians are shown, and the spread.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass

from playwright.sync_api import Playwright, sync_playwright

from benchmarks.page_servers import dash, datasette, ours, peers_table
from benchmarks.page_world import ROOT, demo_home, page_home

SLOW = {"offline": False, "latency": 60, "downloadThroughput": 9e6 / 8, "uploadThroughput": 3e6 / 8}
SLOWER = 4
ARGS = ["--no-sandbox", "--disable-quic", "--no-first-run", "--disable-background-networking"]
PAINT = (
    "() => performance.getEntriesByType('paint').find((e) => e.name === 'first-contentful-paint')?.startTime ?? null"
)


@dataclass(frozen=True)
class Place:
    """A page, and what is there once it is useful."""

    name: str
    url: str
    row: str


@dataclass(frozen=True)
class Load:
    """One visit. Times in milliseconds from the moment that the address was entered."""

    rows: float
    painted: float | None
    kilobytes: float
    requests: int


def visit(playwright: Playwright, place: Place, *, is_slow: bool) -> Load:
    """Start a browser, open the page, wait for its rows, then until nothing more is loaded."""
    executable = (ROOT / ".venv" / "chromium").read_text().strip()
    browser = playwright.chromium.launch(executable_path=executable, args=ARGS)
    try:
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        devtools = page.context.new_cdp_session(page)
        devtools.send("Network.enable")
        if is_slow:
            devtools.send("Network.emulateNetworkConditions", SLOW)
            devtools.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
        sizes: list[float] = []
        devtools.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
        begun = time.perf_counter()
        page.goto(place.url, wait_until="commit")
        page.wait_for_selector(place.row, state="attached", timeout=120_000)
        rows = (time.perf_counter() - begun) * 1000
        page.wait_for_load_state("networkidle", timeout=120_000)
        return Load(rows, page.evaluate(PAINT), sum(sizes) / 1000, len(sizes))
    finally:
        browser.close()


def places(stack: ExitStack) -> Iterator[Place]:
    """Every page of ours that holds a budget, and the peers' table of the same leads."""
    home = page_home(50_000)
    url, _ = stack.enter_context(ours(home))
    demo, _ = stack.enter_context(ours(demo_home()))
    yield Place("talentscope, leads", f"{url}/leads?brief=bench", "[data-row]")
    table = peers_table(home, "bench")
    theirs, _ = stack.enter_context(datasette(table))
    facets = "&".join(f"_facet={name}" for name in ("language", "location", "contact", "employer"))
    yield Place(
        "Datasette, the same leads",
        f"{theirs}/leads?_sort_desc=score&_size=50&{facets}",
        "table.rows-and-columns tbody tr",
    )
    app, _ = stack.enter_context(dash(table))
    yield Place("Dash, the same leads", app, ".ag-row")
    yield Place("talentscope, companies", f"{demo}/companies", "[data-row]")
    yield Place("talentscope, a company", f"{demo}/companies/nvidia", "main h1")
    yield Place("talentscope, explore", f"{demo}/companies/explore", "main svg, main canvas")
    yield Place("talentscope, shortlists", f"{demo}/shortlists", "main h1")
    yield Place("talentscope, runs", f"{demo}/runs", "main h1")
    yield Place("talentscope, briefs", f"{demo}/briefs", "main h1")


def run(repeat: int, only: str) -> None:
    """A table for each profile."""
    with ExitStack() as stack, sync_playwright() as playwright:
        wanted = [place for place in places(stack) if only in place.name]
        for is_slow in (False, True):
            loads = defaultdict(list)
            for _ in range(repeat):
                for place in wanted:
                    loads[place.name].append(visit(playwright, place, is_slow=is_slow))
            tell("slow" if is_slow else "local", loads)


def tell(profile: str, loads: dict[str, list[Load]]) -> None:
    """Print medians; rows also as lowest and highest."""
    print(f"\n{profile}, {len(next(iter(loads.values())))} cold browsers each\n")
    print("| page | rows there, ms | lowest to highest | painted, ms | kB | requests |\n|---|--:|--:|--:|--:|--:|")
    for name, some in loads.items():
        rows = sorted(load.rows for load in some)
        painted = statistics.median(load.painted or 0 for load in some)
        print(
            f"| {name} | {statistics.median(rows):,.0f} | {rows[0]:,.0f} to {rows[-1]:,.0f} | {painted:,.0f}"
            f" | {some[-1].kilobytes:,.0f} | {some[-1].requests} |",
            flush=True,
        )


def main() -> None:
    """Parse the command line and measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeat", type=int, default=7)
    parser.add_argument("--only", default="", help="part of the names of the pages to load")
    options, _ = parser.parse_known_args()
    run(options.repeat, options.only)


if __name__ == "__main__":
    main()
