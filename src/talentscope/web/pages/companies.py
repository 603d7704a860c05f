"""The ranking of employers: table, pictures, facets, exports."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC
from typing import Annotated, Any
from urllib.parse import quote, urlencode

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, Response

from talentscope.scoring.companies import SORTS, find_companies, find_facets, sort_of
from talentscope.scoring.company_sheet import export_companies
from talentscope.scoring.exports import WRITERS
from talentscope.web.errors import NotAllowed, RequestRefused
from talentscope.web.pages.companies_pictures import draw
from talentscope.web.pages.companies_query import COLUMN_GROUPS, LEAST_VALUES, PAGE_SIZE, CompaniesQuery, read_query
from talentscope.web.pages.company_view import QUALITY, dress_all, sparks_of
from talentscope.web.parts import PartsHere
from talentscope.web.reader import Reading
from talentscope.web.render import is_partial, render
from talentscope.web.signin.identity import Role, User, require

router = APIRouter()

Reader = Annotated[User, Depends(require(Role.reader))]

MEDIA = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "json": "application/json",
    "parquet": "application/vnd.apache.parquet",
}


@dataclass(frozen=True)
class Column:
    """A column of the table: its cell's macro, its head, the sort that a click on it leads to ("" for none)."""

    cell: str
    title: str
    sort: str = ""
    is_number: bool = True


_FIRST = (Column("rank", "#"), Column("company", "Company", "name", is_number=False))
_SENTIMENT = Column("sentiment", "Sentiment", "sentiment")
_EMPLOYEES = Column("employees", "Head-count", "employees")
_VALUE = Column("market_value", "Market value", "market_value")
_PER_EMPLOYEE = Column("value_per_employee", "Value / employee", "value_per_employee")
COLUMNS: Mapping[str, tuple[Column, ...]] = {
    "ratios": (
        _PER_EMPLOYEE,
        Column("value_per_offer", "Value / offer", "value_per_offer"),
        _VALUE,
        Column("spark_market_value", "Value, 90 days", "market_value_change_90d", is_number=False),
        _EMPLOYEES,
        Column("open_offers", "Open offers", "open_offers"),
        _SENTIMENT,
    ),
    "market": (
        _VALUE,
        Column("market_value_change_7d", "7 days", "market_value_change_7d"),
        Column("market_value_change_30d", "30 days", "market_value_change_30d"),
        Column("spark_market_value", "90 days", "market_value_change_90d", is_number=False),
        Column("price", "Price", "price"),
        Column("shares", "Shares", "shares"),
        _PER_EMPLOYEE,
    ),
    "hiring": (
        Column("offers_now", "Open offers", "open_offers"),
        Column("offers_change_7d", "7 days", "offers_change_7d"),
        Column("offers_change_30d", "30 days", "offers_change_30d"),
        Column("spark_open_offers", "90 days", "offers_change_90d", is_number=False),
        Column("offers_per_100_employees", "Per 100 employees", "offers_per_100_employees"),
        _EMPLOYEES,
        Column("employees_change", "Head-count, 1 year", "employees_change"),
    ),
    "sentiment": (
        _SENTIMENT,
        Column("mentions", "Mentions", "mentions"),
        Column("split", "Positive / negative", "positive_share", is_number=False),
        Column("sentiment_change", "Against its past", "sentiment_change"),
        Column("spark_sentiment", "90 days", "sentiment_change_90d", is_number=False),
        Column("news_tone", "News tone", "news_tone"),
        Column("value_per_employee", "Value / employee", "value_per_employee"),
    ),
    "open_source": (
        Column("developers", "Developers met", "developers"),
        Column("repositories", "Repositories", "repositories"),
        Column("stars", "Stars", "stars"),
        _EMPLOYEES,
        _PER_EMPLOYEE,
    ),
}
SPARKS = {"ratios": "market_value", "market": "market_value", "hiring": "open_offers", "sentiment": "sentiment"}


@router.get("/companies", include_in_schema=False)
def show_companies(request: Request, parts: PartsHere, user: Reader) -> HTMLResponse:
    """The ranking as a page, or for htmx the part of it that changes."""
    query = read_query(request.query_params)
    with parts.reader.read() as reading:
        values = describe_companies(reading, query)
    template = "companies/list.html" if is_partial(request) else "companies/page.html"
    response = render(request, template, user=user, can_export=may_export(user), **values)
    if is_partial(request):
        response.headers["HX-Push-Url"] = query.url()
    return response


@router.get("/companies/export", include_in_schema=False)
def export(request: Request, parts: PartsHere, user: Reader) -> Response:
    """All companies of the address as a file: format=csv, xlsx, json or parquet. Raises NotAllowed below recruiter."""
    if not may_export(user):
        raise NotAllowed("exports take a recruiter, or a key with the scope export", way_out="ask an operator")
    kind = request.query_params.get("format", "csv")
    if kind not in WRITERS:
        raise RequestRefused(f"format: expected one of {', '.join(WRITERS)}, came {kind[:50]!r}")
    query = read_query(_without_format(request))
    at = parts.clock.now()
    with parts.reader.read() as reading:
        rows = find_companies(reading.connection, query.question)
    content = export_companies(rows, question=query.question, at=at, kind=kind, path=None)
    parts.desk.record("export", detail=f"{len(rows)} companies as {kind}", actor=user.name)
    name = f"companies-{at.astimezone(UTC):%Y-%m-%d}.{kind}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content, media_type=MEDIA[kind], headers=headers)


def may_export(user: User) -> bool:
    """Whether somebody may take lists away: recruiters, and programs whose key has the scope."""
    return "export" in user.scopes if user.via == "key" else user.role >= Role.recruiter


def _without_format(request: Request) -> Any:
    kept = [(name, value) for name, value in request.query_params.multi_items() if name != "format"]
    return type(request.query_params)(kept)


def describe_companies(reading: Reading, query: CompaniesQuery) -> dict[str, Any]:
    """What the page of a query shows: rows, pictures, facets, and where to go from here."""
    rows = find_companies(reading.connection, query.question)
    facets = find_facets(reading.connection, query.question)
    first = (query.page - 1) * PAGE_SIZE
    shown = dress_all(reading, rows[first : first + PAGE_SIZE])
    spark = SPARKS.get(query.columns)
    marks = {mark.name: mark for row in shown for figure in row["marks"].values() for mark in figure}
    return {
        "query": query,
        "companies": shown,
        "total": len(rows),
        "first": first + 1,
        "last": first + len(shown),
        "columns": (*_FIRST, *COLUMNS[query.columns]),
        "column_groups": COLUMN_GROUPS,
        "least_values": LEAST_VALUES,
        "sorts": SORTS,
        "sort": sort_of(query.order),
        "sectors": facets["sector"],
        "statuses": facets["status"],
        "sparks": sparks_of(reading, spark) if spark else {},
        "largest": {
            name: max((row[f"{name}_usd"] or 0.0 for row in rows), default=0.0) or 1.0
            for name in ("value_per_employee", "value_per_offer")
        },
        "pictures": draw(reading, rows, query),
        "marks": [mark for name, mark in QUALITY.items() if name in marks],
        "day": next((row["day"] for row in rows if row["day"]), None),
        "chips": _chips(query),
        "api_call": api_call(query),
        "published_at": reading.published_at,
    }


def _chips(query: CompaniesQuery) -> list[tuple[str, str]]:
    """What narrows the list, each with the address of the list without it."""
    found = [(f"“{query.text}”", query.with_(text="").url())] if query.text else []
    found += [(sector, query.with_sector(sector).url()) for sector in query.sectors]
    found += [(query.status, query.with_(status="").url())] if query.status else []
    if query.least_value:
        told = LEAST_VALUES.get(query.least_value) or f"${float(query.least_value):,.0f}"
        found.append((f"from {told}", query.with_(least_value="").url()))
    found += [("both ratios known", query.with_(is_complete_only=False).url())] if query.is_complete_only else []
    return found


def api_call(query: CompaniesQuery) -> str:
    """The same list as a request to the API, which calls the direction `dir` as it does everywhere."""
    known = ("q", "sector", "status", "min_value", "complete", "direction")
    pairs = [("dir" if name == "direction" else name, value) for name, value in query.pairs() if name in known]
    return f"/api/v1/companies?{urlencode([*pairs, ('sort', query.order)], quote_via=quote, safe='')}"
