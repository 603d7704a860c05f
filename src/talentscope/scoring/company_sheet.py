"""Companies as rows of a file."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote, urlencode

from talentscope.scoring.companies import DEFAULT_SORT, Question, sort_of
from talentscope.scoring.company import CHANGES, IDENTITY, RANKS, Row, to_object
from talentscope.scoring.exports import Sheet, export

_NUMBERS = (
    "market_value_usd",
    "employees",
    "open_offers",
    "open_offers_7d_median",
    "value_per_employee_usd",
    "value_per_offer_usd",
    "offers_per_100_employees",
    "price_usd",
    "shares",
)
_DAYS = ("day", "market_value_as_of", "employees_as_of", "open_offers_as_of", "price_as_of", "shares_as_of")
_SENTIMENT = ("mean", "low", "high", "mentions", "positive_share", "negative_share", "change")

COLUMNS: dict[str, str] = {
    "rank": "int64",
    **dict.fromkeys(IDENTITY, "string"),
    **dict.fromkeys(_DAYS, "string"),
    **dict.fromkeys(("market_value_source", "employees_source", "open_offers_source", "open_offers_state"), "string"),
    **dict.fromkeys(_NUMBERS, "double"),
    **{f"sentiment_{name}": "double" for name in _SENTIMENT},
    "sentiment_as_of": "string",
    "sentiment_direction": "string",
    "news_tone": "double",
    "news_articles": "double",
    **dict.fromkeys(CHANGES, "double"),
    **dict.fromkeys(RANKS, "int64"),
    "developers": "int64",
    "repositories": "int64",
    "stars": "int64",
    "quality": "string",
    "withheld": "string",
    "sorted_by": "string",
    "query": "string",
    "exported_at": "string",
}


def export_companies(
    rows: Sequence[Row], *, question: Question, at: datetime, kind: str, path: Path | None
) -> bytes | None:
    """Write companies as csv, xlsx, json or parquet into `path`, or return the bytes when there is no path.

    Each row carries the `question` that made the list: a file of some must not pass for one of all.
    Raises UsageError for an unknown kind, TalentscopeError when the file cannot be written.
    """
    stamp = {
        "sorted_by": question.sort,
        "query": _query(question),
        "exported_at": at.astimezone(UTC).isoformat(timespec="seconds"),
    }
    objects = [to_object(row) for row in rows]
    sheet = Sheet(
        title="Companies",
        columns=COLUMNS,
        rows=[_flat(item) | stamp for item in objects],
        objects=[item | stamp for item in objects],
        stamp=stamp,
        about=[
            ("companies", str(len(rows))),
            ("source", "filings, job boards, listings and posts, collected by talentscope; each figure has its source"),
            ("empty", "unknown or withheld; the column `withheld` says why; unknown is not zero"),
        ],
    )
    return export(sheet, kind=kind, path=path)


def _query(question: Question) -> str:
    """The question as the API's address says it; empty for all companies in the usual order."""
    sort, is_descending = question.sort.replace("-", "_"), question.is_descending
    is_turned = is_descending is not None and is_descending != sort_of(sort).is_descending
    said = {
        "q": question.text,
        "status": question.status or "",
        "min_value": f"{question.least_value_usd:.12g}" if question.least_value_usd is not None else "",
        "complete": "1" if question.is_complete_only else "",
        "sort": sort if sort != DEFAULT_SORT else "",
        "dir": ("desc" if is_descending else "asc") if is_turned else "",
        "limit": str(question.limit) if question.limit is not None else "",
    }
    pairs = [("sector", sector) for sector in question.sectors] + [pair for pair in said.items() if pair[1]]
    return urlencode(pairs, quote_via=quote, safe="")


def _flat(item: Row) -> Row:
    sentiment, news, source = item["sentiment"], item["news"], item["open_source"]
    flat = {
        **item,
        **{f"sentiment_{name}": sentiment[name] for name in (*_SENTIMENT, "as_of", "direction")},
        "news_tone": news["tone"],
        "news_articles": news["articles"],
        **item["changes"],
        **{f"rank_{name}": rank for name, rank in item["ranks"].items()},
        **source,
        "quality": ", ".join(item["quality"]),
        "withheld": "; ".join(f"{name}: {reason}" for name, reason in item["withheld"].items()),
    }
    return {name: flat.get(name) for name in COLUMNS}
