"""Greenhouse job boards (https://developers.greenhouse.io/job-board.html): one posting a city, all in one answer."""

from __future__ import annotations

from datetime import timedelta, timezone
from html import escape
from typing import Any

from talentscope.sandbox.companies.boards import board_endpoint, describe, place_text
from talentscope.sandbox.companies.chance import number
from talentscope.sandbox.companies.employer import Board, Employer
from talentscope.sandbox.companies.gate import not_found
from talentscope.sandbox.companies.hiring import Requisition
from talentscope.sandbox.companies.world import CompanyWorld
from talentscope.sandbox.exchange import Answer, Call, Endpoint

NEW_YORK = timezone(timedelta(hours=-4))


def endpoints(world: CompanyWorld) -> dict[str, Endpoint]:
    """The board and the list of its jobs; ?content=true tells descriptions, departments and offices too."""

    def missing() -> Answer:
        return not_found({"status": 404, "error": "Job not found"})

    def token(call: Call) -> str:
        return call.parts["token"]

    return {
        "/v1/boards/{token}": board_endpoint(world, "greenhouse", token=token, show=_board, missing=missing),
        "/v1/boards/{token}/jobs": board_endpoint(world, "greenhouse", token=token, show=_jobs, missing=missing),
    }


def _board(call: Call, employer: Employer, board: Board, shown: list[Requisition]) -> Answer:  # noqa: ARG001
    return Answer(200, {"name": employer.name, "content": ""})


def _jobs(call: Call, employer: Employer, board: Board, shown: list[Requisition]) -> Answer:
    has_content = call.params.get("content") == "true"
    jobs = [
        _job(employer, board, one, place, has_content=has_content) for one in shown for place in range(len(one.places))
    ]
    return Answer(200, {"jobs": jobs, "meta": {"total": len(jobs)}})


def _job(employer: Employer, board: Board, one: Requisition, place: int, *, has_content: bool) -> dict[str, Any]:
    identity = one.number * 10 + place
    opened = one.opened_at.astimezone(NEW_YORK)
    job: dict[str, Any] = {
        "absolute_url": f"https://job-boards.greenhouse.io/{board[1]}/jobs/{identity}",
        "data_compliance": [
            {
                "type": "gdpr",
                "requires_consent": False,
                "requires_processing_consent": False,
                "requires_retention_consent": False,
                "retention_period": None,
                "demographic_data_consent_applies": False,
            }
        ],
        "internal_job_id": None if one.is_prospect else one.number,
        "location": {"name": place_text(one.places[place])},
        "metadata": [{"id": 4_000_001, "name": "Level", "value": "Any", "value_type": "single_select"}],
        "id": identity,
        "updated_at": opened.isoformat(),
        "requisition_id": None if one.is_prospect else f"REQ-{one.number % 100_000}",
        "title": one.title,
        "company_name": employer.name,
        "first_published": opened.isoformat(),
        "language": "en",
        "application_deadline": None,
    }
    if not has_content:
        return job
    department = {
        "id": 4_100_000 + number(one.department, below=900_000), "name": one.department, "child_ids": [],
        "parent_id": None,
    }  # fmt: skip
    return job | {
        "content": escape(f"<p>{describe(one, employer.name)}</p>"),
        "departments": [department],
        "offices": [_office(one.places[place], is_country=one.number % 3 == 0)],
        "ai_disclaimer": None,
        "include_ai_disclaimer": None,
        "ai_opt_out_request_url": None,
    }


def _office(place: tuple[str, str], *, is_country: bool) -> dict[str, Any]:
    """Some jobs are at an office of a city, some at that of the whole country."""
    city, country = (4_200_000 + number("office", name, below=900_000) for name in place)
    if is_country:
        return {"id": country, "name": place[1], "location": None, "child_ids": [city], "parent_id": None}
    return {"id": city, "name": place[0], "location": None, "child_ids": [], "parent_id": country}
