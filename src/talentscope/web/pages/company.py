"""One company: each figure with its source and day, its history, its boards, what is written about it."""

from __future__ import annotations

import math
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse

from talentscope.registry.company import Company
from talentscope.runtime.errors import SnapshotMissing, UsageError
from talentscope.scoring.companies import find_card, find_rank_totals, find_sectors
from talentscope.scoring.company_days import find_days, find_head_counts
from talentscope.web.errors import NotHere
from talentscope.web.pages.company_charts import draw_company
from talentscope.web.pages.company_view import STATES, dress, marks_of, source_name
from talentscope.web.parts import Parts, PartsHere
from talentscope.web.reader import Reading
from talentscope.web.render import render
from talentscope.web.signin.identity import Role, User, require

router = APIRouter()

SPANS = {"90": "90 days", "365": "1 year", "all": "all days"}
MOST_ROWS = 120
"""Rows of the table that says what the pictures show; over longer spans every so many days."""

FACT_TITLES = {
    "market_value_usd": "market value",
    "price_usd": "price",
    "shares": "shares",
    "employees": "head-count",
    "open_offers": "open offers",
    "postings": "listings",
    "news_tone": "news tone",
    "news_articles": "news articles",
}
RANKS = {
    "rank_value_per_employee": ("Value per employee", "value_per_employee"),
    "rank_value_per_offer": ("Value per offer", "value_per_offer"),
    "rank_market_value": ("Market value", "market_value"),
    "rank_employees": ("Head-count", "employees"),
    "rank_open_offers": ("Open offers", "open_offers"),
    "rank_offers_per_100_employees": ("Offers per 100 employees", "offers_per_100_employees"),
    "rank_sentiment": ("Sentiment", "sentiment"),
}


@router.get("/companies/{company_id}", include_in_schema=False)
def show_company(
    company_id: str, request: Request, parts: PartsHere, user: Annotated[User, Depends(require(Role.reader))]
) -> HTMLResponse:
    """One company. Raises NotHere for one that is not in the snapshot."""
    span = request.query_params.get("days", "90")
    if span not in SPANS:
        raise UsageError(f"days: expected one of {', '.join(SPANS)}, came {span[:50]!r}")
    with parts.reader.read() as reading:
        find_sectors(reading.connection)  # no companies at all is told as that
        values = _values(reading, parts, company_id, span)
    return render(request, "companies/company.html", user=user, **values)


def _values(reading: Reading, parts: Parts, company_id: str, span: str) -> dict[str, Any]:
    registered = parts.registry.by_id(company_id)
    try:
        card = find_card(reading.connection, company_id)
    except SnapshotMissing as error:
        raise _not_here(parts, company_id, registered) from error
    days = find_days(reading.connection, company_id, days=None if span == "all" else int(span))
    head_counts = find_head_counts(reading.connection, company_id)
    every = math.ceil(len(days) / MOST_ROWS) or 1
    return {
        "c": dress(card),
        "marks": marks_of(card),
        "links": _links(card),
        "charts": draw_company(days, head_counts),
        "days": days[::-1][::every],
        "every": every,
        "span": span,
        "spans": SPANS,
        "head_counts": head_counts[::-1],
        "facts": [fact for fact in card["facts"] if not fact["subject"]],
        "fact_titles": FACT_TITLES,
        "boards": [board for board in card["boards"] if board["is_current"] or board["open_offers"]],
        "states": STATES,
        "source_name": source_name,
        "organisations": registered.github_organisations if registered else (),
        "ranks": _ranks(card, find_rank_totals(reading.connection)),
        "site": reading.site,
        "api_call": f"/api/v1/companies/{company_id}",
        "published_at": reading.published_at,
    }


def _ranks(card: dict[str, Any], totals: dict[str, Any]) -> list[tuple[str, str, int | None, int]]:
    return [(title, sort, card[name], totals[name]) for name, (title, sort) in RANKS.items()]


def _links(card: dict[str, Any]) -> dict[str, str]:
    """Where the source says each of the figures at the top."""
    by_fact = {(fact["metric"], fact["source"]): fact["source_url"] for fact in card["facts"] if not fact["subject"]}
    told = {
        "market_value": ("market_value_usd", card["market_value_source"]),
        "employees": ("employees", card["employees_source"]),
        "news": ("news_tone", "gdelt"),
    }
    return {name: by_fact[key] for name, key in told.items() if by_fact.get(key)}


def _not_here(parts: Parts, company_id: str, registered: Company | None) -> NotHere:
    if registered is not None:
        return NotHere(
            f"{registered.name} is in the registry, but nothing of it has been published yet",
            way_out="it will be there after the next run of the companies",
        )
    hint = parts.registry.suggest(company_id[:100])
    return NotHere(f"there is no company {company_id[:60]!r}", way_out=hint or "see all companies at /companies")
