"""How long until a page is useful, in a browser that has seen nothing: rows there, bytes, requests.

    python -m benchmarks.page_load [--repeat 7]

Each load is a context of its own: nothing kept, no connection open. The browser itself has drawn one page before: how
long a browser takes to start its processes is no page's merit or fault. Times are the browser's own, from the start of
the navigation: `shown` is when the frame with the first row was on the screen, `answered` when the first byte came.
`slow` is a processor four times slower behind 9 Mbit/s and 60 ms. Each round loads every page once, so that a busy
minute of the machine hits all alike; medians are shown, and the spread. Servers are warm, but for their first round,
which is not counted.
"""

from __future__ import annotations

import argparse
import json
import statistics
from collections import defaultdict
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass

from playwright.sync_api import Browser, sync_playwright

from benchmarks.page_servers import dash, datasette, ours, peers_table
from benchmarks.page_world import ROOT, demo_home, page_home

SLOW = {"offline": False, "latency": 60, "downloadThroughput": 9e6 / 8, "uploadThroughput": 3e6 / 8}
SLOWER = 4
ARGS = ["--no-sandbox", "--disable-quic", "--no-first-run", "--disable-background-networking"]
WATCH = """(selector) => {
  const look = () => {
    const row = document.querySelector(selector);
    if (!row) { requestAnimationFrame(look); return; }
    const drawn = new MessageChannel();  // its message comes after the frame that is being made
    drawn.port1.onmessage = () => { window.benchmarkShown = performance.now(); };
    drawn.port2.postMessage(0);
  };
  requestAnimationFrame(look);
}"""
TIMES = """async () => {
  while (!window.benchmarkShown) await new Promise(requestAnimationFrame);
  const painted = performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 0;
  const answered = performance.getEntriesByType('navigation')[0].responseStart;
  return { shown: Math.max(window.benchmarkShown, painted), painted, answered };
}"""


@dataclass(frozen=True)
class Place:
    """A page, and what is there once it is useful."""

    name: str
    url: str
    row: str


@dataclass(frozen=True)
class Load:
    """One visit. Times in milliseconds from the start of the navigation; `shown`: no earlier than the first paint."""

    shown: float
    painted: float
    answered: float
    kilobytes: float
    requests: int


def visit(browser: Browser, place: Place, *, is_slow: bool) -> Load:
    """Open the page in a context of its own, wait for its rows, then until nothing more is loaded."""
    with browser.new_context(viewport={"width": 1440, "height": 900}) as context:
        context.add_init_script(f"({WATCH})({json.dumps(place.row)})")
        page = context.new_page()
        devtools = context.new_cdp_session(page)
        devtools.send("Network.enable")
        if is_slow:
            devtools.send("Network.emulateNetworkConditions", SLOW)
            devtools.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
        sizes: list[float] = []
        devtools.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
        page.goto(place.url, wait_until="networkidle", timeout=120_000)
        times = page.evaluate(TIMES)
        return Load(times["shown"], times["painted"], times["answered"], sum(sizes) / 1000, len(sizes))


def measure(browser: Browser, wanted: list[Place], repeat: int, *, is_slow: bool) -> dict[str, list[Load]]:
    """Rounds over all places; the first is everybody's warming."""
    loads: dict[str, list[Load]] = defaultdict(list)
    for turn in range(repeat + 1):
        for place in wanted:
            load = visit(browser, place, is_slow=is_slow)
            if turn:
                loads[place.name].append(load)
    return loads


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
        executable = (ROOT / ".venv" / "chromium").read_text().strip()
        browser = playwright.chromium.launch(executable_path=executable, args=ARGS)
        browser.new_page().goto("data:text/html,<p>ready")
        for is_slow in (False, True):
            tell("slow" if is_slow else "local", measure(browser, wanted, repeat, is_slow=is_slow))
        browser.close()


def tell(profile: str, loads: dict[str, list[Load]]) -> None:
    """Print medians; rows also as lowest and highest."""
    print(f"\n{profile}, {len(next(iter(loads.values())))} cold loads each\n")
    print("| page | rows shown, ms | lowest to highest | answered, ms | painted, ms | kB | requests |")
    print("|---|--:|--:|--:|--:|--:|--:|")
    for name, some in loads.items():
        shown = sorted(load.shown for load in some)
        answered, painted = (statistics.median(getattr(load, at) for load in some) for at in ("answered", "painted"))
        print(
            f"| {name} | {statistics.median(shown):,.0f} | {shown[0]:,.0f} to {shown[-1]:,.0f} | {answered:,.0f}"
            f" | {painted:,.0f} | {some[-1].kilobytes:,.0f} | {some[-1].requests} |",
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
