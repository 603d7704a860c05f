"""GDELT DOC 2.0 (https://blog.gdeltproject.org/gdelt-doc-2-0-api-debuts/): timelines and lists of articles about a
phrase. Complaints come as plain text with status 200. Up to a week comes by the hour, more by the day.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from talentscope.sandbox.companies.employer import Employer
from talentscope.sandbox.companies.gate import page
from talentscope.sandbox.companies.news import hours_of
from talentscope.sandbox.companies.world import CompanyWorld
from talentscope.sandbox.exchange import Answer, Call, Endpoint

SHORTEST = 3
SERIES = {"timelinetone": "Average Tone", "timelinevolraw": "Article Count", "timelinevol": "Volume Intensity"}
_SPAN = re.compile(r"(\d{1,4})(min|h|hours|d|days|w|weeks|m|months)")
_UNITS = {"min": 1 / 1440, "h": 1 / 24, "hours": 1 / 24, "d": 1, "days": 1, "w": 7, "weeks": 7, "m": 30, "months": 30}


def endpoints(world: CompanyWorld) -> dict[str, Endpoint]:
    """/api/v2/doc/doc with mode timelinetone, timelinevolraw, timelinevol or artlist."""

    def doc(call: Call) -> Answer:
        wanted = _wanted(call)
        if len(wanted) < SHORTEST:
            return page("The specified phrase is too short.")
        span = _span(call, world.now())
        if span is None:
            return page("Invalid/Unsupported Timespan.")
        employer, mode = world.by_name(wanted), call.params.get("mode", "artlist").lower()
        if mode == "artlist":
            return Answer(200, _articles(world, employer, *span, most=_most(call)))
        if mode not in SERIES:
            return page("Invalid mode.")
        return Answer(200, _timeline(world, employer, *span, mode=mode, query=call.params["query"]))

    def about(call: Call) -> tuple[str, ...]:
        employer = world.by_name(_wanted(call))
        return (employer.company_id,) if employer is not None else ()

    return {"/api/v2/doc/doc": Endpoint(doc, "gdelt", about)}


def _wanted(call: Call) -> str:
    """The first phrase of a query, or its first word."""
    match = re.match(r'\s*\(?\s*(?:"([^"]*)"|([^\s"()]+))', call.params.get("query", ""))
    return (match.group(1) or match.group(2) or "").strip() if match is not None else ""


def _span(call: Call, now: datetime) -> tuple[datetime, datetime] | None:
    """From when until when; nothing is known of the future."""
    begin, end = call.params.get("startdatetime"), call.params.get("enddatetime")
    if begin and end:
        try:
            since, until = (datetime.strptime(text, "%Y%m%d%H%M%S").replace(tzinfo=UTC) for text in (begin, end))
        except ValueError:
            return None
        return since, min(until, now)
    match = _SPAN.fullmatch(call.params.get("timespan", "7d"))
    if match is None:
        return None
    return now - timedelta(days=int(match.group(1)) * _UNITS[match.group(2)]), now


def _most(call: Call) -> int:
    text = call.params.get("maxrecords", "75")
    return min(250, int(text)) if text.isascii() and text.isdigit() else 75


def _timeline(
    world: CompanyWorld, employer: Employer | None, since: datetime, until: datetime, *, mode: str, query: str
) -> dict[str, Any]:
    is_daily = until - since > timedelta(days=7)
    details = {"title": query, "date_resolution": "day" if is_daily else "hour"}
    if employer is None:
        return {"query_details": details, "timeline": []}
    points: list[dict[str, Any]] = []
    for at in _steps(since, until, is_daily=is_daily):
        count, tone = _at(world, employer, at, is_daily=is_daily)
        value = tone if mode == "timelinetone" else count
        point: dict[str, Any] = {"date": f"{at:%Y%m%dT%H%M%SZ}", "value": value}
        points.append(point if mode == "timelinetone" else point | {"norm": 240_000 if is_daily else 10_000})
    return {"query_details": details, "timeline": [{"series": SERIES[mode], "data": points}]}


def _steps(since: datetime, until: datetime, *, is_daily: bool) -> list[datetime]:
    days = [since.date() + timedelta(days=n) for n in range((until.date() - since.date()).days + 1)]
    if is_daily:
        return [datetime.combine(day, time(), UTC) for day in days]
    return [hour for day in days for hour in hours_of(day) if since <= hour + timedelta(minutes=59) and hour <= until]


def _at(world: CompanyWorld, employer: Employer, at: datetime, *, is_daily: bool) -> tuple[int, float]:
    """Articles and tone; a tone of nothing is 0, as it is there."""
    if is_daily:
        day: date = at.date()
        count, tone = world.news.day(employer, day)
        return count, tone or 0.0
    count = world.news.count(employer, at)
    return count, world.news.tone(employer, at) if count else 0.0


def _articles(
    world: CompanyWorld, employer: Employer | None, since: datetime, until: datetime, *, most: int
) -> dict[str, Any]:
    if employer is None:
        return {}
    return {
        "articles": [
            {
                "url": article.url,
                "url_mobile": "",
                "title": article.title,
                "seendate": f"{article.at:%Y%m%dT%H%M%SZ}",
                "socialimage": "",
                "domain": article.domain,
                "language": article.language,
                "sourcecountry": article.country,
            }
            for article in world.news.articles(employer, since, until)[:most]
        ]
    }
