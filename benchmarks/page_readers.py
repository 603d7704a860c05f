"""Twenty readers while new snapshots are published under them: requests a second, errors, and answers mixed from two.

    python -m benchmarks.page_readers [--seconds 20]

Each generation of the world differs in what a reader sees (page_world.py): logins, how many there are, and the minute
of publishing. An answer whose rows and minute do not all belong to one generation is a stale mix. Snapshots are
published as a run publishes them: a file moved into place, then the pointer, again and again. After that the same
readers without publishing, and at Datasette and the Dash app.
"""

from __future__ import annotations

import argparse
import random
import re
import shutil
import statistics
import threading
import time
from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import httpx
import psutil

from benchmarks.page_filter import FACETS, LANGUAGES, Dash
from benchmarks.page_noise import Noise
from benchmarks.page_servers import dash, datasette, ours, peers_table
from benchmarks.page_world import FOLDER, newest, page_home

DEVELOPERS = 50_000
GENERATIONS = (1, 2)
READERS = 20
EVERY_SECONDS = 1.3
TOTAL = re.compile(r'data-total="(\d+)"|data-announce="([\d,]+)')
LOGIN = re.compile(r"/developers/g(\d)-dev")
PUBLISHED = re.compile(r'Data as of <time datetime="([^"]+)"')

Answer = Callable[[httpx.Response], str]
Make = Callable[[httpx.Client, random.Random], httpx.Response]
HEAD = """\
| who | answers a second | p50 ms | p99 ms | of server processor, ms an answer | met |
|---|--:|--:|--:|--:|---|"""


@dataclass
class Tally:
    """What the readers met."""

    times: list[float] = field(default_factory=list)
    seen: Counter[str] = field(default_factory=Counter)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, milliseconds: float, what: str) -> None:
        """One answer."""
        with self.lock:
            self.times.append(milliseconds)
            self.seen[what] += 1


@dataclass(frozen=True)
class Generation:
    """What an answer from this snapshot must say."""

    number: int
    published_at: str


def read_generation(html: str, known: list[Generation]) -> str:
    """Which generation an answer is from; `mixed` when it is from more than one, `empty` when it has no rows."""
    said = {int(number) for number in LOGIN.findall(html)}
    minute = PUBLISHED.search(html)
    said |= {one.number for one in known if minute and one.published_at == minute.group(1)}
    if not LOGIN.search(html) or not minute:
        return "empty"
    return f"generation {said.pop()}" if len(said) == 1 else "mixed"


class Publisher(threading.Thread):
    """Publishes one generation after the other, each time as a new file."""

    def __init__(self, home: Path, sources: list[Path]) -> None:
        super().__init__(daemon=True)
        self._home, self._sources, self._end = home, sources, threading.Event()
        self.count = 0

    def run(self) -> None:
        """Until told to end."""
        while not self._end.wait(EVERY_SECONDS):
            self.publish(self._sources[self.count % len(self._sources)])

    def publish(self, source: Path) -> None:
        """As warehouse/publish.py: write aside, move into place, move the pointer, remove what nobody may need."""
        folder = self._home / "snapshots"
        name = f"{datetime.now(UTC):%Y%m%dT%H%M%S%f}-{self.count:08x}.duckdb"
        shutil.copy(source, folder / f".{name}.unfinished")
        (folder / f".{name}.unfinished").rename(folder / name)
        (folder / ".current.unfinished").write_text(f"{name}\n")
        (folder / ".current.unfinished").rename(folder / "current")
        for old in sorted(folder.glob("2*.duckdb"))[:-2]:
            old.unlink()
        self.count += 1

    def end(self) -> None:
        """No more."""
        self._end.set()
        self.join()


def read_all(
    url: str, make: Callable[[httpx.Client, random.Random], httpx.Response], judge: Answer, seconds: float
) -> Tally:
    """Twenty readers who ask one thing after the other."""
    tally, end = Tally(), time.monotonic() + seconds

    def read(seed: int) -> None:
        chance = random.Random(seed)
        with httpx.Client(base_url=url, timeout=120) as client:
            while time.monotonic() < end:
                begun = time.perf_counter()
                try:
                    answer = make(client, chance)
                    what = judge(answer) if answer.status_code == 200 else f"status {answer.status_code}"
                except httpx.HTTPError as error:
                    what = type(error).__name__
                tally.add((time.perf_counter() - begun) * 1000, what)

    threads = [threading.Thread(target=read, args=(seed,)) for seed in range(READERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return tally


def ask_ours(client: httpx.Client, chance: random.Random) -> httpx.Response:
    """A page that differs: a page number, a language, a slider."""
    said = [("brief", "bench"), ("page", str(chance.randint(1, 20)))]
    pick = chance.random()
    if pick < 0.3:
        said.append(("language", chance.choice(LANGUAGES)))
        said[1] = ("page", "1")
    elif pick < 0.6:
        said.append(("w_relevance", f"{chance.randint(1, 50) / 10}"))
    return client.get("/leads", params=said)


def ask_datasette(client: httpx.Client, chance: random.Random) -> httpx.Response:
    """The same mixture: a filter, another order, the next rows."""
    pick = chance.random()
    said: list[tuple[str, str]] = [("_size", "50"), *(("_facet", name) for name in FACETS)]
    if pick < 0.3:
        said += [("language", chance.choice(LANGUAGES)), ("_sort_desc", "score")]
    elif pick < 0.6:
        said += [("_sort_desc", chance.choice(["relevance", "authorship", "followers"]))]
    else:
        said += [("_sort_desc", "score"), ("_next", f"{chance.randint(50, 95)},1")]
    return client.get("leads", params=said)


def run(seconds: float) -> None:
    """All four, one after the other."""
    homes = [page_home(DEVELOPERS, generation=number) for number in GENERATIONS]
    known = [Generation(number, _published(newest(home))) for number, home in zip(GENERATIONS, homes, strict=True)]
    moving = FOLDER / "moving"
    shutil.rmtree(moving, ignore_errors=True)
    shutil.copytree(homes[0], moving)
    print(HEAD)
    with Noise() as noise, ExitStack() as stack:
        url, process = stack.enter_context(ours(moving))
        publisher = Publisher(moving, [newest(home) for home in (homes[1], homes[0])])
        publisher.start()
        _tell(
            "talentscope while publishing",
            process,
            seconds,
            lambda: read_all(url, ask_ours, lambda answer: read_generation(answer.text, known), seconds),
        )
        publisher.end()
        print(f"| … {publisher.count} snapshots were published |||||")
        _tell(
            "talentscope",
            process,
            seconds,
            lambda: read_all(url, ask_ours, lambda answer: read_generation(answer.text, known), seconds),
        )
        table = peers_table(page_home(DEVELOPERS), "bench")
        url, process = stack.enter_context(datasette(table))
        _tell("Datasette", process, seconds, lambda: read_all(url + "/", ask_datasette, lambda _: "fine", seconds))
        url, process = stack.enter_context(dash(table))
        _tell("Dash", process, seconds, lambda: read_all(url, _ask_dash(url), lambda _: "fine", seconds))
    print(f"\n{noise}")


def _ask_dash(url: str) -> Make:
    shape = Dash(url)

    def ask(client: httpx.Client, chance: random.Random) -> httpx.Response:
        pick = chance.random()
        if pick < 0.3:
            return shape.post(client, language=[chance.choice(LANGUAGES)])
        if pick < 0.6:
            return shape.post(client, **{"w-relevance": chance.randint(1, 50) / 10})
        return shape.post(client, page=chance.randint(1, 20))

    return ask


def _published(snapshot: Path) -> str:
    with duckdb.connect(str(snapshot), read_only=True) as connection:
        connection.execute("SET TimeZone = 'UTC'")
        moment: datetime = connection.execute("SELECT published_at FROM snapshot").fetchone()[0]
    return moment.astimezone(UTC).isoformat()


def _tell(name: str, process: psutil.Process, seconds: float, read: Callable[[], Tally]) -> None:
    before = _processor(process)
    tally = read()
    spent = (_processor(process) - before) * 1000 / max(1, len(tally.times))
    ordered = sorted(tally.times)
    p99 = ordered[min(len(ordered) - 1, round(0.99 * len(ordered)))]
    met = ", ".join(f"{what}: {count:,}" for what, count in sorted(tally.seen.items()))
    rate = len(ordered) / seconds
    print(
        f"| {name} | {rate:,.0f} | {statistics.median(ordered):,.0f} | {p99:,.0f} | {spent:.1f} | {met} |", flush=True
    )


def _processor(process: psutil.Process) -> float:
    times = [one.cpu_times() for one in [process, *process.children(recursive=True)]]
    return sum(time.user + time.system for time in times)


def main() -> None:
    """Parse the command line and measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=20)
    options, _ = parser.parse_known_args()
    run(options.seconds)


if __name__ == "__main__":
    main()
