"""How companies' figures moved from day to day: what sparklines, charts and comparisons are drawn from.

A day without a figure is None and never bridged: unknown is not zero, and not what it was the day before.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import duckdb

from talentscope.runtime.errors import UsageError
from talentscope.runtime.words import suggest
from talentscope.scoring.companies import run

Row = dict[str, Any]


@dataclass(frozen=True)
class Metric:
    """A figure that has a history: its column in `company_days`, in words, its kind as in Sort, and a short title."""

    column: str
    title: str
    sentence: str
    kind: str


METRICS: Mapping[str, Metric] = {
    "market_value": Metric("market_value_usd", "Market value", "market value in US dollars, all share classes", "usd"),
    "value_per_employee": Metric("value_per_employee_usd", "Value per employee", "market value per employee", "usd"),
    "value_per_offer": Metric(
        "value_per_offer_usd", "Value per offer", "market value per open offer (7-day median)", "usd"
    ),
    "employees": Metric("employees", "Head-count", "people employed, as last told", "count"),
    "open_offers": Metric("open_offers", "Open offers", "distinct open requisitions over all boards", "count"),
    "offers_per_100_employees": Metric(
        "offers_per_100_employees", "Offers per 100 employees", "open offers per hundred employees", "decimal"
    ),
    "sentiment": Metric("sentiment_mean", "Sentiment", "sentiment of seven days, -1 to 1", "score"),
    "news_tone": Metric("news_tone_7d", "News tone", "GDELT's tone of seven days of news, about -10 to 10", "tone"),
}


@dataclass(frozen=True)
class History:
    """Figures on consecutive days, oldest first. `values` maps a company to one value a day; None is unknown."""

    days: tuple[date, ...]
    values: Mapping[str, tuple[float | None, ...]]


def metric_of(name: str) -> Metric:
    """The metric of that name. Raises UsageError."""
    key = name.replace("-", "_")
    if key not in METRICS:
        hint = suggest(key, list(METRICS))
        way_out = f"{hint + ' ' if hint else ''}one of: {', '.join(METRICS)}"
        raise UsageError(f"expected a metric, came {name[:50]!r}", way_out=way_out)
    return METRICS[key]


def find_history(
    connection: duckdb.DuckDBPyConnection,
    metric: Metric,
    *,
    days: int | None = None,
    companies: Sequence[str] | None = None,
) -> History:
    """One metric of some companies (None: all) over the last `days` days (None: all). Raises SnapshotMissing."""
    sql = f"""
SELECT company_id, day, {metric.column} AS value FROM company_days
WHERE ($companies::VARCHAR[] IS NULL OR list_contains($companies::VARCHAR[], company_id))
  AND ($days::INTEGER IS NULL OR day > (SELECT max(day) FROM company_days) - $days::INTEGER)
"""
    asked = list(companies) if companies is not None else None
    rows = run(connection, sql, companies=asked, days=days)
    if not rows:
        return History((), {})
    first, last = min(row["day"] for row in rows), max(row["day"] for row in rows)
    span = tuple(first + timedelta(days=number) for number in range((last - first).days + 1))
    found: dict[str, list[float | None]] = {}
    for row in rows:
        series = found.setdefault(row["company_id"], [None] * len(span))
        series[(row["day"] - first).days] = row["value"]
    return History(span, {company_id: tuple(series) for company_id, series in found.items()})


def find_days(connection: duckdb.DuckDBPyConnection, company_id: str, *, days: int | None = None) -> list[Row]:
    """A company's days, oldest first: all columns of the last `days` days that it has (None: all of them)."""
    sql = (
        "SELECT * EXCLUDE (company_id) FROM company_days WHERE company_id = $id AND ($days::INTEGER IS NULL OR day >"
        " (SELECT max(day) FROM company_days WHERE company_id = $id) - $days::INTEGER) ORDER BY day"
    )
    return run(connection, sql, id=company_id, days=days)


def find_head_counts(connection: duckdb.DuckDBPyConnection, company_id: str) -> list[Row]:
    """Every head-count that a source told of a company, oldest first, each with its words and where they stand.

    A snapshot from before these were kept has the newest of each source.
    """
    columns = "as_of, source, employees, evidence, source_url"
    kept = f"SELECT {columns} FROM company_head_counts WHERE company_id = $id ORDER BY as_of, source"
    newest = (
        f"SELECT {columns.replace('employees', 'value AS employees')} FROM company_facts"
        " WHERE company_id = $id AND metric = 'employees' AND value IS NOT NULL ORDER BY as_of, source"
    )
    names = run(connection, "SELECT table_name FROM duckdb_tables() WHERE table_name = 'company_head_counts'")
    return run(connection, kept if names else newest, id=company_id)
