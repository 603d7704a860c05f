"""Workable's widget for career pages: a job stands in it once a place, always with the same shortcode."""

from __future__ import annotations

from typing import Any

from talentscope.sandbox.companies.boards import COUNTRY_CODES, board_endpoint
from talentscope.sandbox.companies.employer import Board, Employer
from talentscope.sandbox.companies.gate import not_found
from talentscope.sandbox.companies.hiring import Requisition
from talentscope.sandbox.companies.world import CompanyWorld
from talentscope.sandbox.exchange import Answer, Call, Endpoint


def endpoints(world: CompanyWorld) -> dict[str, Endpoint]:
    """An account by its name in the address."""
    return {
        "/api/v1/widget/accounts/{slug}": board_endpoint(
            world,
            "workable",
            token=lambda call: call.parts["slug"],
            show=_show,
            missing=lambda: not_found({"error": "Not found"}),
        )
    }


def _show(call: Call, employer: Employer, board: Board, shown: list[Requisition]) -> Answer:  # noqa: ARG001
    jobs = [_job(one, place) for one in shown for place in one.places]
    return Answer(200, {"name": employer.name, "description": None, "jobs": jobs})


def _job(one: Requisition, place: tuple[str, str]) -> dict[str, Any]:
    shortcode = one.key.replace("-", "")[:10].upper()
    address = f"https://apply.workable.com/j/{shortcode}"
    city, country = place
    return {
        "title": one.title,
        "shortcode": shortcode,
        "code": "",
        "employment_type": "Full-time",
        "telecommuting": one.number % 3 == 0,
        "department": one.department,
        "url": address,
        "shortlink": address,
        "application_url": f"{address}/apply",
        "published_on": one.opened_at.date().isoformat(),
        "created_at": one.opened_at.date().isoformat(),
        "country": country,
        "city": city,
        "state": "",
        "education": "",
        "experience": "",
        "function": "",
        "industry": "",
        "locations": [
            {"country": country, "countryCode": COUNTRY_CODES[country], "city": city, "region": "", "hidden": False}
        ],
    }
