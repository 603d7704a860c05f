"""Workday career sites: undocumented. All four fields must be asked for, twenty jobs a page at most, the total comes
with the first page only and never says more than 2,000; the counts of a facet sum to what there is.
"""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import Any

import orjson

from talentscope.sandbox.companies.boards import board_endpoint, place_text
from talentscope.sandbox.companies.chance import number
from talentscope.sandbox.companies.employer import Board, Employer
from talentscope.sandbox.companies.hiring import Requisition
from talentscope.sandbox.companies.world import CompanyWorld
from talentscope.sandbox.exchange import Answer, Call, Endpoint

CAP, PAGE = 2_000, 20
NEEDED = {"appliedFacets": dict, "limit": int, "offset": int, "searchText": str}


def endpoints(world: CompanyWorld) -> dict[str, Endpoint]:
    """The search of a career site: POST with JSON."""

    def show(call: Call, employer: Employer, board: Board, shown: list[Requisition]) -> Answer:
        question = _question(call.body)
        if question is None:
            return _error(422, "Validation failed: appliedFacets, limit, offset and searchText are expected.")
        if question["limit"] > PAGE or question["limit"] < 1 or question["offset"] < 0:
            return _error(400, f"limit is at most {PAGE}.")
        is_capped = world.is_struck("capped-2000", employer, board)
        return Answer(200, _page(question, shown, today=world.today, is_capped=is_capped))

    return {
        "/{tenant}/{pod}/wday/cxs/{again}/{site}/jobs": board_endpoint(
            world,
            "workday",
            token=lambda call: f"{call.parts['tenant']}/{call.parts['pod']}/{call.parts['site']}",
            show=show,
            missing=lambda: _error(404, "No such site."),
            method="POST",
        )
    }


def _question(body: bytes) -> dict[str, Any] | None:
    try:
        question = orjson.loads(body)
    except orjson.JSONDecodeError:
        return None
    if not isinstance(question, dict):
        return None
    return question if all(type(question.get(name)) is kind for name, kind in NEEDED.items()) else None


def _error(status: int, message: str) -> Answer:
    return Answer(status, {"errorCode": f"HTTP_{status}", "httpStatus": status, "message": message})


def _page(question: dict[str, Any], shown: list[Requisition], *, today: date, is_capped: bool) -> dict[str, Any]:
    wanted = question["searchText"].casefold()
    found = [one for one in shown if wanted in one.title.casefold()]
    total = CAP if is_capped else min(len(found), CAP)
    offset = question["offset"]
    reachable = found[:CAP][offset : offset + question["limit"]]
    return {
        "total": total if offset == 0 else 0,
        "jobPostings": [_posting(one, today) for one in reachable],
        "facets": _facets(found, has_counts=not is_capped) if offset == 0 else [],
        "userAuthenticated": False,
    }


def _posting(one: Requisition, today: date) -> dict[str, Any]:
    days = (today - one.opened_at.date()).days
    ago = {0: "Today", 1: "Yesterday"}.get(days, f"{days} Days Ago" if days <= 30 else "30+ Days Ago")
    where = place_text(one.places[0]) if len(one.places) == 1 else f"{len(one.places)} Locations"
    requisition = f"R-{one.number % 10_000_000:07d}"
    return {
        "title": one.title,
        "externalPath": f"/job/{one.places[0][0].replace(' ', '-')}/{one.title.replace(' ', '-')}_{requisition}",
        "locationsText": where,
        "postedOn": f"Posted {ago}",
        "bulletFields": [requisition],
    }


def _facets(found: list[Requisition], *, has_counts: bool) -> list[dict[str, Any]]:
    """Groups of work and kinds of time have one value a job; places are nested and count a job once a place."""
    groups = Counter(one.department for one in found)
    times = Counter("Part time" if one.number % 12 == 0 else "Full time" for one in found)
    places = Counter(place_text(place) for one in found for place in one.places)
    nested = _facet("locations", "Locations", places, has_counts=has_counts)
    return [
        _facet("jobFamilyGroup", "Job Category", groups, has_counts=has_counts),
        {"facetParameter": "locationMainGroup", "values": [nested]},
        _facet("timeType", "Time Type", times, has_counts=has_counts),
    ]


def _facet(name: str, descriptor: str, counts: Counter[str], *, has_counts: bool) -> dict[str, Any]:
    values: list[dict[str, Any]] = []
    for text, count in counts.most_common():
        value: dict[str, Any] = {"descriptor": text, "id": f"{number(name, text, below=16**12):012x}"}
        values.append(value | {"count": count} if has_counts else value)
    return {"facetParameter": name, "descriptor": descriptor, "values": values}
