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
    """Every head-count that was used on some day, and the newest of each source: day, value, source, words, link.

    Oldest first. `evidence` and `source_url` are those of the source's newest reading, and None for earlier ones.
    """
    sql = """
WITH told AS (
  SELECT as_of, value, source, evidence, source_url FROM company_facts
  WHERE company_id = $id AND metric = 'employees' AND value IS NOT NULL
), used AS (
  SELECT DISTINCT employees_as_of AS as_of, employees AS value, employees_source AS source FROM company_days
  WHERE company_id = $id AND employees IS NOT NULL
)
SELECT coalesce(t.as_of, u.as_of) AS as_of, coalesce(t.value, u.value) AS value, coalesce(t.source, u.source) AS source,
       t.evidence, t.source_url
FROM told AS t FULL JOIN used AS u ON u.as_of = t.as_of AND u.source = t.source
ORDER BY 1, 3
"""
    return run(connection, sql, id=company_id)
