"""How many stated employers are a company of the registry, and how well and how fast texts are read for companies.

    python -m benchmarks employers         (TALENTSCOPE_TEST_DATA, else ../shared/data; a few seconds)

Sets of profiles of three times; each is resolved by the names of its time. Only counts are printed, no profile.
"""

from __future__ import annotations

import csv
import gzip
import json
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path

import yaml

from benchmarks.ranking_people import ROOT, find_data
from talentscope.registry.employer import Employers
from talentscope.registry.names import Names
from talentscope.registry.read import Registry, read_registry

TODAY = date(2026, 6, 30)
POSTS = ("tweets-semeval2017", "tweets-vader-groundtruth", "reddit-goemotions", "stocktwits-stockemotions")
CITIES = ("austin", "dublin", "melbourne", "sydney")


def main() -> None:
    """Print the tables."""
    registry, data = read_registry(), find_data()
    _print_employers(registry, data)
    _print_names(registry, data)


def _print_employers(registry: Registry, data: Path) -> None:
    print("| profiles | state an employer | resolved | high | medium | for review | µs each |")
    print("|---|--:|--:|--:|--:|--:|--:|")
    for title, day, stated in _stated(data):
        employers = Employers(registry, on=day)
        start = time.perf_counter()
        found = [employers.resolve(text) for text in stated]
        each = (time.perf_counter() - start) / len(stated) * 1e6
        by = Counter(employer.confidence if employer else "" for employer in found)
        share = (by["high"] + by["medium"]) / len(stated)
        counts = f"{by['high']:,} | {by['medium']:,} | {by['review']:,}"
        print(f"| {title} | {len(stated):,} | {share:.1%} | {counts} | {each:.0f} |")


def _stated(data: Path) -> Iterable[tuple[str, date, Sequence[str]]]:
    with gzip.open(data / "users" / "devindex-2026.jsonl.gz", "rt", encoding="utf-8") as file:
        people = [json.loads(line).get("c") for line in file]
    yield "most active, 2026", TODAY, [text for text in people if text]
    cities = [row for city in CITIES for row in _rows(data / "users" / f"city-{city}-users.csv.gz")]
    yield "four cities, 2024", date(2024, 10, 31), [row["company"] for row in cities if row["company"]]
    found = _rows(data / "repos" / "githubgraph-users.csv.gz")
    stated = [row["company"] for row in found if row["company"] and row["type"] == "User"]
    yield "contributors, 2022", date(2022, 4, 30), stated


def _print_names(registry: Registry, data: Path) -> None:
    names = Names(registry.companies, on=TODAY)
    print("\n| sentences | number | all right | precision | recall |")
    print("|---|--:|--:|--:|--:|")
    table = yaml.safe_load((ROOT / "tests" / "spec" / "names.yaml").read_text(encoding="utf-8"))
    rules = [example for rule in table["rules"] for example in rule["examples"]]
    for title, examples in (("the rules' own examples", rules), ("held out", table["held_out"])):
        found = [({company for company, _ in names.find(text)}, set(wanted)) for text, wanted in examples]
        right = sum(len(got & wanted) for got, wanted in found)
        exact = sum(got == wanted for got, wanted in found)
        precision = right / sum(len(got) for got, _ in found)
        recall = right / sum(len(wanted) for _, wanted in found)
        print(f"| {title} | {len(found)} | {exact} | {precision:.3f} | {recall:.3f} |")
    texts = [row["text"] for each in POSTS for row in _rows(data / "sentiment" / f"{each}.csv.gz")]
    start = time.perf_counter()
    naming = sum(bool(names.find(text)) for text in texts)
    rate = len(texts) / (time.perf_counter() - start)
    print(f"\n{len(texts):,} posts read at {rate:,.0f} a second on one core; {naming:,} name a company")


def _rows(path: Path) -> list[dict[str, str]]:
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


if __name__ == "__main__":
    main()
