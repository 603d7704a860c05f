"""The ranking of employers: which companies, in which order, and what is known of each.

Reads the published snapshot and decides nothing about the figures: ratios, ranks and what is withheld are the marts'.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import duckdb

from talentscope.runtime.errors import SnapshotMissing, UsageError
from talentscope.runtime.words import suggest

Row = dict[str, Any]


@dataclass(frozen=True)
class Sort:
    """One order: the column, what it is in words, and its kind (usd, count, percent, score or text)."""

    column: str
    sentence: str
    kind: str

    @property
    def is_descending(self) -> bool:
        """Numbers from the highest, texts from A."""
        return self.kind != "text"


SORTS: Mapping[str, Sort] = {
    "value_per_employee": Sort("value_per_employee_usd", "market value per employee", "usd"),
    "value_per_offer": Sort("value_per_offer_usd", "market value per open offer", "usd"),
    "market_value": Sort("market_value_usd", "market value", "usd"),
    "price": Sort("price_usd", "price of a share", "usd"),
    "shares": Sort("shares", "shares outstanding", "count"),
    "employees": Sort("employees", "head-count", "count"),
    "open_offers": Sort("open_offers", "open offers", "count"),
    "offers_per_100_employees": Sort("offers_per_100_employees", "open offers per hundred employees", "count"),
    "sentiment": Sort("sentiment_mean", "sentiment", "score"),
    "sentiment_change": Sort("sentiment_change", "sentiment against the company's own past", "score"),
    "sentiment_change_90d": Sort("sentiment_change_90d", "change of sentiment over ninety days", "score"),
    "positive_share": Sort("sentiment_positive_share", "share of positive posts", "score"),
    "mentions": Sort("mentions_7d", "mentions in seven days", "count"),
    "news_tone": Sort("news_tone_7d", "tone of news", "score"),
    "market_value_change_7d": Sort(
        "market_value_change_7d_percent", "change of market value over seven days", "percent"
    ),
    "market_value_change_30d": Sort(
        "market_value_change_30d_percent", "change of market value over thirty days", "percent"
    ),
    "market_value_change_90d": Sort(
        "market_value_change_90d_percent", "change of market value over ninety days", "percent"
    ),
    "offers_change_7d": Sort("offers_change_7d_percent", "change of open offers over seven days", "percent"),
    "offers_change_30d": Sort("offers_change_30d_percent", "change of open offers over thirty days", "percent"),
    "offers_change_90d": Sort("offers_change_90d_percent", "change of open offers over ninety days", "percent"),
    "employees_change": Sort("employees_change_1y_percent", "change of head-count over a year", "percent"),
    "developers": Sort("developer_count", "developers met who state it as their employer", "count"),
    "repositories": Sort("organisation_repository_count", "repositories met of its organisations", "count"),
    "stars": Sort("organisation_star_count", "stars of these repositories", "count"),
    "name": Sort("name", "name", "text"),
}
DEFAULT_SORT = "value_per_employee"


@dataclass(frozen=True)
class Question:
    """What is asked of the ranking. `sectors` empty: all. `is_complete_only`: both ratios are shown.

    `text`: name, ticker or id contains it, whatever case and accents. `is_descending` None: numbers from the highest,
    texts from A.
    """

    sort: str = DEFAULT_SORT
    sectors: tuple[str, ...] = ()
    status: str | None = None
    least_value_usd: float | None = None
    is_complete_only: bool = False
    limit: int | None = None
    text: str = ""
    is_descending: bool | None = None
    offset: int = 0


def find_companies(connection: duckdb.DuckDBPyConnection, question: Question) -> list[Row]:
    """Companies in the asked order, each a row of the mart `companies` with its `rank` in that order.

    What is unknown comes last and has no rank. Raises UsageError for a sort or sector that is not there, and
    SnapshotMissing when no companies have been published.
    """
    sort = sort_of(question.sort)
    check_sectors(connection, question.sectors)
    is_descending = sort.is_descending if question.is_descending is None else question.is_descending
    direction = "DESC" if is_descending else "ASC"
    sql = f"""
WITH {_OVER_NINETY_DAYS}
SELECT CASE WHEN {sort.column} IS NOT NULL THEN
    row_number() OVER (ORDER BY {sort.column} {direction} NULLS LAST, company_id) END AS rank, *
FROM known
WHERE {_PASSES}
ORDER BY {sort.column} {direction} NULLS LAST, company_id
LIMIT {question.limit if question.limit is not None else "ALL"} OFFSET {question.offset}
"""
    return run(connection, sql, **_asked(question))


def find_facets(connection: duckdb.DuckDBPyConnection, question: Question) -> dict[str, dict[str, int]]:
    """How many companies of each sector and status, each counted without its own filter; `all` (under "") with all."""
    sql = "SELECT {column} AS value, count(*) AS n FROM companies WHERE {passes} GROUP BY 1 ORDER BY 2 DESC, 1"
    free = {"sector": replace(question, sectors=()), "status": replace(question, status=None)}
    found = {
        column: {
            str(row["value"] or ""): int(row["n"])
            for row in run(connection, sql.format(column=column, passes=_PASSES), **_asked(asked))
        }
        for column, asked in free.items()
    }
    (counted,) = run(connection, f"SELECT count(*) AS n FROM companies WHERE {_PASSES}", **_asked(question))
    return found | {"all": {"": int(counted["n"])}}


_OVER_NINETY_DAYS = """
oldest AS (
  SELECT company_id,
    min_by(market_value_usd, day) AS old_value,
    min_by(open_offers, day) FILTER (NOT contains(coalesce(quality, ''), 'offers_capped')) AS old_offers,
    min_by(sentiment_mean, day) AS old_sentiment
  FROM company_days, (SELECT max(day) AS newest FROM company_days)
  WHERE day >= newest - 90 AND day < newest
  GROUP BY company_id
), known AS (
  SELECT c.*,
    100 * (c.market_value_usd / nullif(old_value, 0) - 1) AS market_value_change_90d_percent,
    CASE WHEN NOT contains(coalesce(c.quality, ''), 'offers_capped')
      THEN 100 * (c.open_offers / nullif(old_offers, 0) - 1) END AS offers_change_90d_percent,
    c.sentiment_mean - old_sentiment AS sentiment_change_90d
  FROM companies AS c LEFT JOIN oldest AS o ON o.company_id = c.company_id
)
"""
"""What the small pictures show: the newest day against the first known of the ninety before; no floor is compared."""

_PASSES = """
  (len($sectors::VARCHAR[]) = 0 OR list_contains($sectors::VARCHAR[], sector))
  AND ($status::VARCHAR IS NULL OR status = $status::VARCHAR)
  AND ($least::DOUBLE IS NULL OR market_value_usd >= $least::DOUBLE)
  AND (NOT $complete::BOOLEAN OR (value_per_employee_usd IS NOT NULL AND value_per_offer_usd IS NOT NULL))
  AND ($text::VARCHAR = '' OR contains(lower(strip_accents(concat_ws(' ', name, ticker, company_id))), $text::VARCHAR))
"""


def _asked(question: Question) -> dict[str, object]:
    return {
        "sectors": list(question.sectors),
        "status": question.status,
        "least": question.least_value_usd,
        "complete": question.is_complete_only,
        "text": _plain(question.text),
    }


def _plain(text: str) -> str:
    """As DuckDB's lower(strip_accents(…)) has it, so that both sides of a search are the same."""
    apart = unicodedata.normalize("NFD", text.strip())
    return "".join(letter for letter in apart if not unicodedata.combining(letter)).lower()


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


def find_figures(connection: duckdb.DuckDBPyConnection, company_id: str) -> Row | None:
    """The mart's row of one company; None where it is not in the snapshot, or no companies were ever published."""
    try:
        rows = run(connection, "SELECT * FROM companies WHERE company_id = $id", id=company_id)
    except SnapshotMissing:
        return None
    return rows[0] if rows else None


def find_rank_totals(connection: duckdb.DuckDBPyConnection) -> Row:
    """How many companies have a place in each of the ranks of the mart: by the names of its columns."""
    ranks = ("market_value", "employees", "open_offers", "value_per_employee", "value_per_offer", "sentiment")
    columns = [f"rank_{name}" for name in (*ranks, "offers_per_100_employees")]
    told = ", ".join(f"count({name}) AS {name}" for name in columns)
    return run(connection, f"SELECT {told} FROM companies")[0]


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
    except (duckdb.CatalogException, duckdb.BinderException) as error:
        raise SnapshotMissing(
            "the published snapshot knows no companies: it was written before there were any, or by another version",
            way_out="run `talentscope run companies`, or `talentscope rebuild`",
        ) from error
    names = [column[0] for column in result.description or []]
    return [dict(zip(names, row, strict=True)) for row in result.fetchall()]


def find_review(connection: duckdb.DuckDBPyConnection) -> list[Row]:
    """Stated employers that resemble a company without being sure enough, the most frequent first."""
    return run(
        connection,
        "SELECT stated, company_id, evidence, developer_count FROM employer_names WHERE confidence = 'review'"
        " ORDER BY developer_count DESC, stated",
    )


def check_sectors(connection: duckdb.DuckDBPyConnection, sectors: tuple[str, ...]) -> None:
    """Raises UsageError for a sector that no company is in, SnapshotMissing without companies."""
    known = find_sectors(connection)
    for sector in sectors:
        if sector not in known:
            raise UsageError(f"expected a sector, came {sector[:50]!r}", way_out=f"one of: {', '.join(known)}")
