"""A year of 150 companies in the marts: what building it costs, and how long a ranking takes.

    python -m benchmarks.company_history [--days 365] [--companies 150] [--repeat 20] [--database-url URL]

The companies and boards are those of the registry, every figure is invented. Each day has prices and market values,
readings of all boards with their postings, mentions at three sources and the tone of news; share counts and head-counts
come when they are filed. Everything goes through the product's own load, transform, checks and publish.
"""

from __future__ import annotations

import argparse
import random
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from talentscope.pipelines.companies.rows import Gathered, registry_rows, to_tables
from talentscope.registry.company import Company
from talentscope.registry.read import read_registry
from talentscope.runtime.clock import FixedClock
from talentscope.scoring.companies import SORTS, Question, find_card, find_companies
from talentscope.warehouse import company_tables as tables
from talentscope.warehouse.connection import open_warehouse
from talentscope.warehouse.snapshot import Snapshot, open_snapshot

TODAY = date(2026, 11, 21)
NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
BATCH_DAYS = 30
SHOWN = ("value_per_employee", "value_per_offer", "sentiment", "offers_change_30d")

Row = dict[str, Any]


def observe(company: Company, metric: str, value: float | None, day: date, source: str, subject: str = "") -> Row:
    """One observation of that day's noon."""
    return {
        "company_id": company.company_id,
        "metric": metric,
        "subject": subject or None,
        "value": value,
        "unit": "",
        "as_of": day,
        "source": source,
        "source_url": "https://source.example/fact",
        "state": "blocked" if value is None else "ok",
        "evidence": None,
        "reason": "403" if value is None else None,
        "observed_at": datetime(day.year, day.month, day.day, 12, tzinfo=UTC),
    }


def tell_day(company: Company, day: date, chance: random.Random) -> Iterator[Row]:
    """The facts of one company and day."""
    scale = 1e9 * (1 + hash_of(company.company_id) % 500)
    if company.status == "listed" and day.weekday() < 5:
        price = 100 * chance.uniform(0.9, 1.1)
        yield observe(company, "price_usd", price, day, "nasdaq")
        yield observe(company, "market_value_usd", scale * price / 100, day, "nasdaq")
    if day.day == 10:
        yield observe(company, "shares", scale / 100, day, "sec")
        yield observe(company, "employees", float(1000 + hash_of(company.company_id) % 90_000), day, "wikidata")
    if day.month == 2 and day.day == 15:
        yield observe(company, "employees", float(1000 + hash_of(company.company_id) % 90_000), day, "sec")
    for board in company.boards:
        offers = None if chance.random() < 0.03 else float(chance.randint(20, 400))
        yield observe(company, "open_offers", offers, day, board.vendor, board.subject)
        yield observe(company, "postings", offers and offers * 1.4, day, board.vendor, board.subject)
    yield observe(company, "news_tone", chance.uniform(-5, 5), day, "gdelt")
    yield observe(company, "news_articles", float(chance.randint(0, 40)), day, "gdelt")


def mention_day(company: Company, day: date, chance: random.Random) -> Iterator[Row]:
    """What three sources wrote about a company on one day."""
    for source in ("hackernews", "bluesky", "reddit"):
        scored = chance.randint(0, 12)
        total = scored * chance.uniform(-0.4, 0.6)
        yield {
            "company_id": company.company_id,
            "source": source,
            "day": day,
            "posts": scored + 2,
            "authors": scored + 1,
            "scored": scored,
            "score_sum": total,
            "score_square_sum": scored * 0.3,
            "positive": scored // 2,
            "negative": scored // 4,
            "observed_at": NOW,
        }


def hash_of(text: str) -> int:
    """A number from a name, the same in every process."""
    return sum(place * ord(letter) for place, letter in enumerate(text, start=1)) * 2654435761 % 2**32


def gather(companies: Sequence[Company], days: Sequence[date], chance: random.Random) -> Gathered:
    """All raw rows of some days."""
    gathered = Gathered()
    for day in days:
        for company in companies:
            gathered.add(tables.COMPANY_OBSERVATIONS, tell_day(company, day, chance))
            gathered.add(tables.COMPANY_MENTIONS, mention_day(company, day, chance))
    return gathered


def gather_samples(companies: Sequence[Company]) -> Gathered:
    """The registry, a hundred postings and twenty posts a company."""
    gathered = registry_rows(companies, today=TODAY, observed_at=NOW)
    for company in companies:
        shared = {"company_id": company.company_id, "observed_at": NOW}
        for board in company.boards[:1]:
            gathered.add(
                tables.COMPANY_POSTINGS,
                [
                    {"vendor": board.vendor, "board": board.token, "posting_id": str(n), "title": "Engineer", **shared}
                    for n in range(100)
                ],
            )
        posts = [{"source": "hackernews", "post_id": f"{company.company_id}{n}", "text": "x" * 200} for n in range(20)]
        gathered.add(tables.COMPANY_POSTS, [{**one, "posted_at": NOW, "score": 0.1, **shared} for one in posts])
    return gathered


def build(home: Path, *, companies: Sequence[Company], days: int, database_url: str | None) -> None:
    """Load, transform twice and publish; prints what each took."""
    chance = random.Random(20261121)
    span = [TODAY - timedelta(days=number) for number in range(days - 1, -1, -1)]
    with open_warehouse(home=home, database_url=database_url, clock=FixedClock(NOW)) as warehouse:
        warehouse.prepare()
        warehouse.load(to_tables(gather_samples(companies), run_id="bench"))
        seconds, rows = 0.0, 0
        for first in range(0, days, BATCH_DAYS):
            gathered = gather(companies, span[first : first + BATCH_DAYS], chance)
            made = to_tables(gathered, run_id="bench")
            rows += gathered.count()
            seconds += timed(lambda made=made: warehouse.load(made))  # type: ignore[misc]
        first_transform, again = timed(warehouse.transform), timed(warehouse.transform)
        publishing = timed(lambda: warehouse.publish(run_id="bench"))
        (counted,) = warehouse.query("SELECT count(*) AS n FROM marts.company_days").to_pylist()
        name = warehouse.engine
    print(f"{name}: {len(companies)} companies, {days} days: {rows:,} raw rows, {counted['n']:,} company days\n")
    print("| load s | rows/s | transform s, first | again | checks and publish s |\n|--:|--:|--:|--:|--:|")
    print(f"| {seconds:.1f} | {rows / seconds:,.0f} | {first_transform:.1f} | {again:.1f} | {publishing:.1f} |\n")


def timed(work: Callable[[], object]) -> float:
    """Seconds on the wall."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def ask(snapshot: Snapshot, *, repeat: int) -> None:
    """Print how long the questions of the commands take."""
    size = snapshot.path.stat().st_size / 2**20
    print(f"snapshot of {size:.0f} MiB\n\n| question | rows | median ms | slowest ms |\n|---|--:|--:|--:|")
    connection = snapshot.connection
    some = find_companies(connection, Question(limit=1))[0]["company_id"]
    questions: dict[str, Callable[[], int]] = {
        f"all companies by {SORTS[name].sentence}": lambda name=name: len(
            find_companies(connection, Question(sort=name))
        )  # type: ignore[misc]
        for name in SHOWN
    }
    questions["ranking, both ratios shown, one sector"] = lambda: len(
        find_companies(connection, Question(is_complete_only=True, sectors=("software",)))
    )
    questions["one company: facts, boards, postings, posts, 90 days"] = lambda: sum(
        len(rows) for rows in find_card(connection, some).values() if isinstance(rows, list)
    )
    history = (
        "SELECT day, market_value_usd, open_offers_7d_median FROM company_days WHERE company_id = $id ORDER BY day"
    )
    questions["one company: a year of days"] = lambda: len(connection.execute(history, {"id": some}).fetchall())
    for title, question in questions.items():
        times, rows = [], 0
        for _ in range(repeat):
            start = time.perf_counter()
            rows = question()
            times.append((time.perf_counter() - start) * 1000)
        print(f"| {title} | {rows:,} | {statistics.median(times):.1f} | {max(times):.1f} |")


def main() -> None:
    """Parse the command line and run in a temporary folder."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--days", type=int, default=365)
    parser.add_argument("--companies", type=int, default=150)
    parser.add_argument("--repeat", type=int, default=20)
    parser.add_argument("--database-url", default=None)
    options, _ = parser.parse_known_args()
    companies = read_registry().companies[: options.companies]
    with tempfile.TemporaryDirectory() as folder:
        build(Path(folder), companies=companies, days=options.days, database_url=options.database_url)
        with open_snapshot(Path(folder)) as snapshot:
            ask(snapshot, repeat=options.repeat)


if __name__ == "__main__":
    main()
