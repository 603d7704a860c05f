"""Ashby job boards (https://developers.ashbyhq.com/docs/public-job-posting-api): one answer, unlisted jobs in it."""

from __future__ import annotations

from typing import Any

from talentscope.sandbox.companies.boards import board_endpoint, describe, place_text
from talentscope.sandbox.companies.employer import Board, Employer
from talentscope.sandbox.companies.gate import not_found
from talentscope.sandbox.companies.hiring import Requisition
from talentscope.sandbox.companies.world import CompanyWorld
from talentscope.sandbox.exchange import Answer, Call, Endpoint


def endpoints(world: CompanyWorld) -> dict[str, Endpoint]:
    """A board by name; ?includeCompensation=true tells pay too."""
    return {
        "/posting-api/job-board/{name}": board_endpoint(
            world, "ashby", token=lambda call: call.parts["name"], show=_show, missing=not_found
        )
    }


def _show(call: Call, employer: Employer, board: Board, shown: list[Requisition]) -> Answer:
    has_pay = call.params.get("includeCompensation") == "true"
    return Answer(200, {"jobs": [_job(one, employer, board, has_pay=has_pay) for one in shown], "apiVersion": "1"})


def _job(one: Requisition, employer: Employer, board: Board, *, has_pay: bool) -> dict[str, Any]:
    text = describe(one, employer.name)
    address = f"https://jobs.ashbyhq.com/{board[1]}/{one.key}"
    job: dict[str, Any] = {
        "id": one.key,
        "title": one.title,
        "department": one.department,
        "team": one.team,
        "employmentType": "FullTime",
        "location": place_text(one.places[0]),
        "shouldDisplayCompensationOnJobPostings": False,
        "secondaryLocations": [{"location": place_text(place), "address": _address(place)} for place in one.places[1:]],
        "publishedAt": f"{one.opened_at:%Y-%m-%dT%H:%M:%S}.000+00:00",
        "isListed": one.is_listed,
        "isRemote": one.number % 3 == 0,
        "workplaceType": "Remote" if one.number % 3 == 0 else "Hybrid",
        "address": _address(one.places[0]),
        "jobUrl": address,
        "applyUrl": f"{address}/application",
        "descriptionHtml": f"<p>{text}</p>",
        "descriptionPlain": text,
    }
    if has_pay:
        job["compensation"] = {
            "compensationTierSummary": None,
            "scrapeableCompensationSalarySummary": None,
            "compensationTiers": [],
            "summaryComponents": [],
        }
    return job


def _address(place: tuple[str, str]) -> dict[str, Any]:
    return {"postalAddress": {"addressLocality": place[0], "addressCountry": place[1]}}
