"""Up to six companies on one chart: their days as a page, and as JSON for the chart of that page."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Annotated, Any
from urllib.parse import quote, urlencode

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, JSONResponse

from talentscope.runtime.errors import UsageError
from talentscope.scoring.companies import Question, find_companies
from talentscope.scoring.company_days import METRICS, History, Metric, find_history, metric_of
from talentscope.web.charts.lines import Frame, Line, lines
from talentscope.web.charts.svg import join
from talentscope.web.pages.company_view import TELL
from talentscope.web.parts import PartsHere
from talentscope.web.reader import Reading
from talentscope.web.render import render
from talentscope.web.signin.identity import Role, User, require

router = APIRouter()

Reader = Annotated[User, Depends(require(Role.reader))]

MOST_COMPANIES = 6
MOST_ROWS = 120
"""Rows of the table beside the chart; over longer histories every so many days."""

WIDE, NARROW = 1200.0, 340.0


@dataclass(frozen=True)
class Chosen:
    """Which companies are compared (id and name, in the order of the address), and by what."""

    companies: tuple[tuple[str, str], ...]
    metric_name: str
    metric: Metric

    def url(self, *, companies: Sequence[str] | None = None, metric: str = "", path: str = "/companies/explore") -> str:
        """The address of this comparison with other companies or another metric."""
        ids = [company_id for company_id, _ in self.companies] if companies is None else companies
        pairs = [("companies", ",".join(ids))] if ids else []
        name = metric or self.metric_name
        pairs += [("metric", name)] if name != "market_value" else []
        return f"{path}?{urlencode(pairs, quote_via=quote, safe=',')}" if pairs else path

    def without(self, company_id: str) -> str:
        """The address without one of the companies."""
        return self.url(companies=[one for one, _ in self.companies if one != company_id])


@router.get("/companies/explore", include_in_schema=False)
def explore(request: Request, parts: PartsHere, user: Reader) -> HTMLResponse:
    """The page: chart, the same values as a table, and a choice of companies and metric."""
    with parts.reader.read() as reading:
        rows = find_companies(reading.connection, Question(sort="name"))
        chosen = _chosen(request, rows)
        history = _history(reading, chosen)
        values = {
            "chosen": chosen,
            "all_companies": [(row["company_id"], row["name"]) for row in rows],
            "metrics": METRICS,
            "most": MOST_COMPANIES,
            "picture": _picture(chosen, history) if chosen.companies else "",
            "days_url": chosen.url(path="/companies/explore/days"),
            "starts": _starts(rows),
            "published_at": reading.published_at,
            **_table(chosen, history),
        }
    return render(request, "companies/explore.html", user=user, **values)


@router.get("/companies/explore/days", include_in_schema=False)
def days(request: Request, parts: PartsHere, user: Reader) -> JSONResponse:  # noqa: ARG001 - the role is what counts
    """What the chart draws: days in seconds since 1970, and one list of values (null is unknown) a company."""
    with parts.reader.read() as reading:
        rows = find_companies(reading.connection, Question(sort="name"))
        chosen = _chosen(request, rows)
        history = _history(reading, chosen)
    told = {
        "metric": chosen.metric_name,
        "title": chosen.metric.title,
        "kind": chosen.metric.kind,
        "days": [int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp()) for day in history.days],
        "series": [
            {"company_id": company_id, "name": name, "values": list(_values(history, company_id))}
            for company_id, name in chosen.companies
        ],
    }
    return JSONResponse(told, headers={"Cache-Control": "private, no-cache"})


def _chosen(request: Request, rows: Sequence[dict[str, Any]]) -> Chosen:
    """What the address asks for: `companies` with commas or repeated, `add` one more, `metric`. Raises UsageError."""
    names = {row["company_id"]: row["name"] for row in rows}
    given = request.query_params
    asked = [part.strip() for text in given.getlist("companies") for part in text.split(",")]
    ids = list(dict.fromkeys(one for one in [*asked, given.get("add", "")] if one))
    if len(ids) > MOST_COMPANIES:
        raise UsageError(f"expected at most {MOST_COMPANIES} companies, came {len(ids)}", way_out="take one away")
    unknown = next((one for one in ids if one not in names), None)
    if unknown is not None:
        raise UsageError(
            f"there is no company {unknown[:50]!r} in the snapshot",
            way_out="choose from the list at /companies/explore",
        )
    name = given.get("metric", "") or "market_value"
    metric = metric_of(name)
    return Chosen(tuple((one, names[one]) for one in ids), name.replace("-", "_"), metric)


def _history(reading: Reading, chosen: Chosen) -> History:
    if not chosen.companies:
        return History((), {})
    return find_history(reading.connection, chosen.metric, companies=[one for one, _ in chosen.companies])


def _values(history: History, company_id: str) -> Sequence[float | None]:
    return history.values.get(company_id) or (None,) * len(history.days)


def _picture(chosen: Chosen, history: History) -> str:
    series = [
        Line(name, _values(history, company_id), part=number)
        for number, (company_id, name) in enumerate(chosen.companies, start=1)
    ]
    label = f"{chosen.metric.title} of {', '.join(name for _, name in chosen.companies)}; the table has the same values"
    tell = TELL[chosen.metric.kind]
    wide = Frame(label=label, tell=tell, width=WIDE, height=420, is_named=True)
    narrow = Frame(label=label, tell=tell, width=NARROW, height=260)
    return join([lines(history.days, series, wide), lines(history.days, series, narrow)])


def _table(chosen: Chosen, history: History) -> dict[str, Any]:
    """The same values, newest first: `table` is a list of (day, texts)."""
    every = math.ceil(len(history.days) / MOST_ROWS) or 1
    tell = TELL[chosen.metric.kind]
    columns = [_values(history, company_id) for company_id, _ in chosen.companies]
    places = range(len(history.days) - 1, -1, -every)
    table: list[tuple[date, list[str]]] = [
        (history.days[place], [tell(column[place]) for column in columns]) for place in places
    ]
    return {"table": table, "every": every}


def _starts(rows: Sequence[dict[str, Any]]) -> list[tuple[str, str]]:
    """Comparisons to begin with: the largest companies of the largest sectors."""
    by_sector: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        if row["sector"] and row["market_value_usd"]:
            by_sector.setdefault(row["sector"], []).append(row)
    found = []
    for sector, members in sorted(by_sector.items(), key=lambda item: (-len(item[1]), item[0]))[:4]:
        largest = sorted(members, key=lambda row: -row["market_value_usd"])[:4]
        if len(largest) > 1:
            ids = ",".join(row["company_id"] for row in largest)
            found.append(
                (f"{sector}: {', '.join(row['name'] for row in largest)}", f"/companies/explore?companies={ids}")
            )
    return found
