"""How long a filter, a slider, a page turn takes over HTTP: ours beside Datasette and a Dash app, on the same leads.

    python -m benchmarks.page_filter [--developers 50000 500000] [--repeat 60]

One reader on a kept connection; milliseconds from the request to the last byte. No question is asked twice, so nobody
answers from memory, except that ours keeps the pool of a filter for the slider and the page turn, which is its design.
The peers' table holds the matches of the brief ready made; ours finds them among all repositories. Rounds alternate
between the three, and each round's noise is measured by a fixed piece of work.
"""

from __future__ import annotations

import argparse
import itertools
import statistics
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from urllib.parse import urlencode

import httpx
import psutil

from benchmarks.page_noise import Noise
from benchmarks.page_servers import PARTS, dash, datasette, ours, peers_table
from benchmarks.page_world import page_home

Ask = Callable[[], httpx.Response]
FACETS = ("language", "location", "contact", "employer")
LANGUAGES = ("Java", "Kotlin", "Rust", "Python", "TypeScript", "Go", "C++")
QUESTIONS = ("first page", "filter: languages", "filter: followers", "slider", "page turn", "search")


class Ours:
    """Talks to our page as htmx does: it tells the address that the page shows."""

    name = "talentscope"

    def __init__(self, url: str, brief: str) -> None:
        headers = {"HX-Request": "true", "HX-Target": "results", "HX-Current-URL": f"{url}/leads?brief={brief}"}
        self._client = httpx.Client(base_url=url, timeout=120, headers=headers)
        self._brief, self._turn = brief, itertools.count(1)

    def asks(self) -> dict[str, Ask]:
        """What people do, by name."""
        sets = language_sets()
        return {
            "first page": lambda: self._get(page=1 + next(self._turn) % 3, headers={"HX-Request": "false"}),
            "filter: languages": lambda: self._get(language=next(sets)),
            "filter: followers": lambda: self._get(followers_max=500 + next(self._turn)),
            "slider": lambda: self._get(w_relevance=1 + next(self._turn) / 50),
            "page turn": lambda: self._get(page=2 + next(self._turn) % 20),
            "search": lambda: self._get(q=f"v{next(self._turn)}"),
        }

    def _get(self, headers: dict[str, str] | None = None, **said: object) -> httpx.Response:
        return self._client.get("/leads", params={"brief": self._brief, **said}, headers=headers)


class Datasette:
    """Asks for the table's page with four facets."""

    name = "Datasette"

    def __init__(self, url: str) -> None:
        self._client, self._url, self._turn = httpx.Client(timeout=120), url, itertools.count(1)

    def asks(self) -> dict[str, Ask]:
        """The same questions; the slider as SQL, which has no facets."""
        sets = language_sets()
        return {
            "first page": lambda: self._get(followers__gt=-next(self._turn)),
            "filter: languages": lambda: self._get(language__in=",".join(next(sets))),
            "filter: followers": lambda: self._get(followers__lte=500 + next(self._turn)),
            "slider": self._weigh,
            "page turn": lambda: self._get(_next=f"{90 - next(self._turn) / 7:.4f},1"),
            "search": lambda: self._get(login__contains=f"v{next(self._turn)}"),
        }

    def _get(self, **said: object) -> httpx.Response:
        facets = [("_facet", name) for name in FACETS]
        return self._client.get(
            f"{self._url}/leads?{urlencode([*said.items(), ('_sort_desc', 'score'), ('_size', 50), *facets])}"
        )

    def _weigh(self) -> httpx.Response:
        weights = dict.fromkeys(PARTS, 1.0) | {"relevance": 1 + next(self._turn) / 50}
        points = "+".join(f"{weight}*coalesce({part},0)" for part, weight in weights.items())
        possible = "+".join(f"{weight}*({part} is not null)" for part, weight in weights.items())
        sql = f"select *, 100*({points})/({possible}) as weighed from leads order by weighed desc limit 50"
        return self._client.get(self._url, params={"sql": sql})


class Dash:
    """Posts the one callback, as its browser side does."""

    name = "Dash"

    def __init__(self, url: str) -> None:
        self._client, self._turn = httpx.Client(base_url=url, timeout=120), itertools.count(1)
        self._callback = self._client.get("/_dash-dependencies").json()[0]

    def asks(self) -> dict[str, Ask]:
        """The same questions."""
        sets = language_sets()
        return {
            "first page": self._post,
            "filter: languages": lambda: self._post(language=list(next(sets))),
            "slider": lambda: self._post(**{"w-relevance": 1 + next(self._turn) / 50}),
            "page turn": lambda: self._post(page=2 + next(self._turn) % 20),
            "search": lambda: self._post(q=f"v{next(self._turn)}"),
        }

    def _post(self, **said: object) -> httpx.Response:
        return self.post(self._client, **said)

    def post(self, client: httpx.Client, **said: object) -> httpx.Response:
        """Ask by a client of one's own, with these inputs set."""
        start = {"q": "", "sort": "score", "page": 1} | {name: [] for name in FACETS}
        values = start | {f"w-{part}": 1 for part in PARTS} | said
        inputs = [{**given, "value": values[given["id"]]} for given in self._callback["inputs"]]
        places = [piece.rsplit(".", 1) for piece in self._callback["output"].strip(".").split("...")]
        outputs = [{"id": name, "property": what} for name, what in places]
        body = {"output": self._callback["output"], "outputs": outputs, "inputs": inputs, "changedPropIds": ["q.value"]}
        return client.post("/_dash-update-component", json=body)


def language_sets() -> Iterator[tuple[str, ...]]:
    """Some of the languages, each choice once."""
    for size in range(1, len(LANGUAGES) + 1):
        yield from itertools.combinations(LANGUAGES, size)


@dataclass(frozen=True)
class Measured:
    """By name and question: milliseconds of each answer, and the server's processor time of all, in milliseconds."""

    times: dict[tuple[str, str], list[float]]
    processor: dict[tuple[str, str], float]


def measure(who: Mapping[Ours | Datasette | Dash, psutil.Process], repeat: int) -> Measured:
    """One round asks each question of all three once."""
    asks = {one.name: one.asks() for one in who}
    times: dict[tuple[str, str], list[float]] = defaultdict(list)
    spent: dict[tuple[str, str], float] = defaultdict(float)
    for turn in range(repeat + 1):
        for question, one in itertools.product(QUESTIONS, who):
            if question not in asks[one.name]:
                continue
            before, begun = processor(who[one]), time.perf_counter()
            answer = asks[one.name][question]()
            taken = (time.perf_counter() - begun) * 1000
            assert answer.status_code == 200, (one.name, question, answer.status_code, answer.text[:500])
            if turn:  # the first is everybody's warming
                times[one.name, question].append(taken)
                spent[one.name, question] += processor(who[one]) - before
    return Measured(times, spent)


def processor(process: psutil.Process) -> float:
    """What a server and its children have used, in milliseconds."""
    used = [one.cpu_times() for one in [process, *process.children(recursive=True)]]
    return 1000 * sum(time.user + time.system for time in used)


def run(developers: int, brief: str, repeat: int) -> None:
    """One table."""
    home = page_home(developers)
    table = peers_table(home, brief)
    with ExitStack() as stack:
        url, own = stack.enter_context(ours(home))
        datasette_url, second = stack.enter_context(datasette(table))
        dash_url, third = stack.enter_context(dash(table))
        who = {Ours(url, brief): own, Datasette(datasette_url): second, Dash(dash_url): third}
        with Noise() as noise:
            measured = measure(who, repeat)
    print(f"\n{developers:,} developers, brief {brief}, {repeat} rounds; {noise}\n")
    print(
        "| question | " + " | ".join(f"{one.name}, p50 / p99 / processor ms" for one in who) + " | Datasette / ours |"
        " Dash / ours |\n|---|--:|--:|--:|--:|--:|"
    )
    for question in QUESTIONS:
        cells = [_cell(measured, one.name, question) for one in who]
        first = statistics.median(measured.times["talentscope", question])
        ratios = [_ratio(measured.times.get((name, question)), first) for name in ("Datasette", "Dash")]
        print(f"| {question} | {' | '.join([*cells, *ratios])} |", flush=True)


def _cell(measured: Measured, name: str, question: str) -> str:
    times = sorted(measured.times.get((name, question), ()))
    if not times:
        return "not offered"
    spent = measured.processor[name, question] / len(times)
    p99 = times[min(len(times) - 1, round(0.99 * len(times)))]
    return f"{statistics.median(times):,.0f} / {p99:,.0f} / {spent:,.0f}"


def _ratio(times: list[float] | None, first: float) -> str:
    return f"{statistics.median(times) / first:.1f}" if times else ""


def main() -> None:
    """Parse the command line and measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--developers", type=int, nargs="+", default=[50_000, 500_000])
    parser.add_argument("--briefs", nargs="+", default=["bench", "everybody"])
    parser.add_argument("--repeat", type=int, default=60)
    options, _ = parser.parse_known_args()
    for developers, brief in itertools.product(options.developers, options.briefs):
        run(developers, brief, options.repeat)


if __name__ == "__main__":
    main()
