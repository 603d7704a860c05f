"""A company as programs read it: every figure beside its day, its source and its state. Pure."""

from __future__ import annotations

from typing import Any

Row = dict[str, Any]

CHANGES = (
    "market_value_change_7d_percent",
    "market_value_change_30d_percent",
    "employees_change_1y_percent",
    "offers_change_7d",
    "offers_change_7d_percent",
    "offers_change_30d",
    "offers_change_30d_percent",
    "sentiment_change_7d",
    "sentiment_change_30d",
)
RANKS = (
    "rank_market_value",
    "rank_employees",
    "rank_open_offers",
    "rank_value_per_employee",
    "rank_value_per_offer",
    "rank_offers_per_100_employees",
    "rank_sentiment",
)
IDENTITY = ("company_id", "name", "ticker", "cik", "status", "sector", "country", "wikidata_id", "website")


def to_object(row: Row) -> Row:
    """One line of the ranking: design §7's keys first, then changes, ranks, quality and what is withheld and why."""
    return {
        "rank": row.get("rank"),
        **{name: row[name] for name in IDENTITY},
        "day": _day(row["day"]),
        "market_value_usd": row["market_value_usd"],
        "market_value_as_of": _day(row["market_value_as_of"]),
        "market_value_source": row["market_value_source"],
        "employees": _whole(row["employees"]),
        "employees_as_of": _day(row["employees_as_of"]),
        "employees_source": row["employees_source"],
        "open_offers": _whole(row["open_offers"]),
        "open_offers_as_of": _day(row["offers_as_of"]),
        "open_offers_source": "boards" if row["offers_state"] else None,
        "open_offers_state": row["offers_state"],
        "open_offers_7d_median": row["open_offers_7d_median"],
        "value_per_employee_usd": row["value_per_employee_usd"],
        "value_per_offer_usd": row["value_per_offer_usd"],
        "offers_per_100_employees": row["offers_per_100_employees"],
        "price_usd": row["price_usd"],
        "price_as_of": _day(row["price_as_of"]),
        "shares": _whole(row["shares"]),
        "shares_as_of": _day(row["shares_as_of"]),
        "sentiment": _sentiment(row),
        "news": {"tone": row["news_tone_7d"], "articles": row["news_articles_7d"], "as_of": _day(row["news_as_of"])},
        "changes": {name: row[name] for name in CHANGES},
        "ranks": {name.removeprefix("rank_"): row[name] for name in RANKS},
        "open_source": {
            "developers": row["developer_count"],
            "repositories": row["organisation_repository_count"],
            "stars": _whole(row["organisation_star_count"]),
        },
        "quality": [mark for mark in (row["quality"] or "").split(",") if mark],
        "withheld": {
            name: row[f"withheld_{name}"]
            for name in ("value_per_employee", "value_per_offer", "sentiment")
            if row[f"withheld_{name}"]
        },
    }


def to_card(card: Row) -> Row:
    """One company with its facts, boards, newest postings, samples of posts, and its days, newest first."""
    facts = [{**fact, "as_of": _day(fact["as_of"]), "asked_as_of": _day(fact["asked_as_of"])} for fact in card["facts"]]
    boards = [
        {**board, "as_of": _day(board["as_of"]), "asked_as_of": _day(board["asked_as_of"])} for board in card["boards"]
    ]
    return to_object(card) | {
        "facts": facts,
        "boards": boards,
        "postings": card["postings"],
        "posts": card["posts"],
        "days": [{**day, "day": _day(day["day"])} for day in card["days"]],
    }


def _sentiment(row: Row) -> Row:
    return {
        "mean": row["sentiment_mean"],
        "low": row["sentiment_low"],
        "high": row["sentiment_high"],
        "mentions": row["sentiment_mentions"],
        "as_of": _day(row["sentiment_as_of"]),
        "source": "posts" if row["sentiment_as_of"] else None,
        "positive_share": row["sentiment_positive_share"],
        "negative_share": row["sentiment_negative_share"],
        "change": row["sentiment_change"],
        "direction": row["sentiment_direction"],
    }


def _day(value: Any) -> str | None:
    return None if value is None else value.isoformat()


def _whole(value: float | None) -> int | float | None:
    """Counts are whole numbers; a mean of counts is not."""
    return int(value) if value is not None and float(value).is_integer() else value
