"""The ranking of employers: which companies, in which order, and what is known of each.

Reads the published snapshot and decides nothing about the figures: ratios, ranks and what is withheld are the marts'.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import duckdb

from talentscope.runtime.errors import SnapshotMissing, UsageError
from talentscope.runtime.words import suggest

Row = dict[str, Any]


@dataclass(frozen=True)
class Sort:
    """One order: the column, and what comes first."""

    column: str
    sentence: str
    is_descending: bool = True


SORTS: Mapping[str, Sort] = {
    "value_per_employee": Sort("value_per_employee_usd", "market value per employee"),
    "value_per_offer": Sort("value_per_offer_usd", "market value per open offer"),
    "market_value": Sort("market_value_usd", "market value"),
    "employees": Sort("employees", "head-count"),
    "open_offers": Sort("open_offers", "open offers"),
    "offers_per_100_employees": Sort("offers_per_100_employees", "open offers per hundred employees"),
    "sentiment": Sort("sentiment_mean", "sentiment"),
    "sentiment_change": Sort("sentiment_change", "sentiment against the company's own past"),
    "mentions": Sort("mentions_7d", "mentions in seven days"),
    "news_tone": Sort("news_tone_7d", "tone of news"),
    "market_value_change_7d": Sort("market_value_change_7d_percent", "change of market value over 7 days"),
    "market_value_change_30d": Sort("market_value_change_30d_percent", "change of market value over 30 days"),
    "offers_change_7d": Sort("offers_change_7d", "change of open offers over 7 days"),
    "offers_change_30d": Sort("offers_change_30d", "change of open offers over 30 days"),
    "developers": Sort("developer_count", "developers met who state it as their employer"),
    "repositories": Sort("organisation_repository_count", "repositories met of its organisations"),
    "stars": Sort("organisation_star_count", "stars of these repositories"),
    "name": Sort("name", "name", is_descending=False),
}
DEFAULT_SORT = "value_per_employee"


@dataclass(frozen=True)
class Question:
    """What is asked of the ranking. `sectors` empty: all. `is_complete_only`: both ratios are shown."""

    sort: str = DEFAULT_SORT
    sectors: tuple[str, ...] = ()
    status: str | None = None
    least_value_usd: float | None = None
    is_complete_only: bool = False
    limit: int | None = None


def find_companies(connection: duckdb.DuckDBPyConnection, question: Question) -> list[Row]:
    """Companies in the asked order, each a row of the mart `companies` with its `rank` in that order.

    What is unknown comes last and has no rank. Raises UsageError for a sort or sector that is not there, and
    SnapshotMissing when no companies have been published.
    """
    sort = sort_of(question.sort)
    _check_sectors(connection, question.sectors)
    direction = "DESC" if sort.is_descending else "ASC"
    sql = f"""
SELECT CASE WHEN {sort.column} IS NOT NULL THEN
    row_number() OVER (ORDER BY {sort.column} {direction} NULLS LAST, company_id) END AS rank, *
FROM companies
WHERE (len($sectors::VARCHAR[]) = 0 OR list_contains($sectors::VARCHAR[], sector))
  AND ($status::VARCHAR IS NULL OR status = $status::VARCHAR)
  AND ($least::DOUBLE IS NULL OR market_value_usd >= $least::DOUBLE)
  AND (NOT $complete::BOOLEAN OR (value_per_employee_usd IS NOT NULL AND value_per_offer_usd IS NOT NULL))
ORDER BY {sort.column} {direction} NULLS LAST, company_id
LIMIT {question.limit if question.limit is not None else "ALL"}
"""
    return run(
        connection,
        sql,
        sectors=list(question.sectors),
        status=question.status,
        least=question.least_value_usd,
        complete=question.is_complete_only,
    )


def sort_of(name: str) -> Sort:
    """The order of that name. Raises UsageError."""
    key = name.replace("-", "_")
    if key not in SORTS:
        hint = suggest(key, list(SORTS))
        raise UsageError(
            f"expected a sort, came {name[:50]!r}", way_out=f"{hint + ' ' if hint else ''}one of: {', '.join(SORTS)}"
        )
    return SORTS[key]


def find_card(connection: duckdb.DuckDBPyConnection, company_id: str) -> Row:
    """Everything published about one company: its row, facts, boards, postings, posts, and the last ninety days.

    Raises SnapshotMissing when the company is not in the snapshot.
    """
    rows = run(connection, "SELECT * FROM companies WHERE company_id = $id", id=company_id)
    if not rows:
        raise SnapshotMissing(
            f"{company_id} is in the registry but not in the published snapshot",
            way_out="run `talentscope run companies`",
        )
    of = {
        "facts": "SELECT * EXCLUDE (company_id) FROM company_facts WHERE company_id = $id"
        " ORDER BY metric, source, subject",
        "boards": "SELECT * EXCLUDE (company_id) FROM company_boards WHERE company_id = $id ORDER BY vendor, token",
        "postings": "SELECT * EXCLUDE (company_id) FROM company_postings WHERE company_id = $id"
        " ORDER BY opened_at DESC NULLS LAST, posting_id LIMIT 20",
        "posts": "SELECT * EXCLUDE (company_id) FROM company_posts WHERE company_id = $id"
        " ORDER BY posted_at DESC, post_id",
        "days": "SELECT * EXCLUDE (company_id) FROM company_days WHERE company_id = $id ORDER BY day DESC LIMIT 90",
    }
    return rows[0] | {name: run(connection, sql, id=company_id) for name, sql in of.items()}


def find_sectors(connection: duckdb.DuckDBPyConnection) -> list[str]:
    """Sectors that companies are in. Raises SnapshotMissing when no companies have been published."""
    rows = run(connection, "SELECT DISTINCT sector FROM companies WHERE sector IS NOT NULL ORDER BY sector")
    if not rows and not run(connection, "SELECT 1 AS one FROM companies LIMIT 1"):
        raise SnapshotMissing("no companies have been published yet", way_out="run `talentscope run companies`")
    return [str(row["sector"]) for row in rows]


def run(connection: duckdb.DuckDBPyConnection, sql: str, **parameters: object) -> list[Row]:
    """Rows of a query by column name. Raises SnapshotMissing for a snapshot from before there were companies."""
    try:
        result = connection.execute(sql, parameters)
    except duckdb.CatalogException as error:
        raise SnapshotMissing(
            "the published snapshot knows no companies", way_out="run `talentscope run companies`"
        ) from error
    names = [column[0] for column in result.description or []]
    return [dict(zip(names, row, strict=True)) for row in result.fetchall()]


def _check_sectors(connection: duckdb.DuckDBPyConnection, sectors: tuple[str, ...]) -> None:
    known = find_sectors(connection)
    for sector in sectors:
        if sector not in known:
            raise UsageError(f"expected a sector, came {sector[:50]!r}", way_out=f"one of: {', '.join(known)}")
