"""Lever job sites (https://github.com/lever/postings-api), American and European: a plain list, by skip and limit."""

from __future__ import annotations

from typing import Any

from talentscope.sandbox.companies.boards import COUNTRY_CODES, board_endpoint, describe, place_text
from talentscope.sandbox.companies.employer import Board, Employer
from talentscope.sandbox.companies.gate import not_found, page
from talentscope.sandbox.companies.hiring import Requisition
from talentscope.sandbox.companies.world import CompanyWorld
from talentscope.sandbox.exchange import Answer, Call, Endpoint


def endpoints(world: CompanyWorld, *, vendor: str = "lever") -> dict[str, Endpoint]:
    """Postings of a site. Without mode=json it is the page that people see."""

    def show(call: Call, employer: Employer, board: Board, shown: list[Requisition]) -> Answer:
        if call.params.get("mode") != "json":
            return page(f"<!DOCTYPE html><html><body><h1>{board[1]}</h1></body></html>")
        skip, limit = _number(call, "skip", 0), _number(call, "limit", len(shown))
        return Answer(200, [_posting(one, employer, board) for one in shown[skip : skip + limit]])

    def missing() -> Answer:
        return not_found({"ok": False, "error": "Document not found"})

    return {
        "/v0/postings/{site}": board_endpoint(
            world, vendor, token=lambda call: call.parts["site"], show=show, missing=missing
        )
    }


def _number(call: Call, name: str, default: int) -> int:
    text = call.params.get(name, "")
    return int(text) if text.isascii() and text.isdigit() else default


def _posting(one: Requisition, employer: Employer, board: Board) -> dict[str, Any]:
    text = describe(one, employer.name)
    html = f"<div>{text}</div>"
    address = f"https://jobs.{'eu.' if board[0] == 'lever-eu' else ''}lever.co/{board[1]}/{one.key}"
    places = [place_text(place) for place in one.places]
    posting: dict[str, Any] = {
        "additionalPlain": "",
        "additional": "",
        "categories": {
            "commitment": "Full-time",
            "department": one.department,
            "location": places[0],
            "team": one.team,
            "allLocations": places,
        },
        "createdAt": int(one.opened_at.timestamp() * 1000),
        "descriptionPlain": text,
        "description": html,
        "id": one.key,
        "lists": [{"text": "What you will do", "content": "<li>Build things that last</li>"}],
        "text": one.title,
        "country": COUNTRY_CODES[one.places[0][1]],
        "workplaceType": "hybrid" if one.number % 3 else "remote",
        "opening": html,
        "openingPlain": text,
        "descriptionBody": html,
        "descriptionBodyPlain": text,
        "hostedUrl": address,
        "applyUrl": f"{address}/apply",
    }
    if one.number % 2:  # only some say what they pay
        posting["salaryRange"] = {"interval": "per-year-salary", "currency": "USD", "min": 90_000, "max": 140_000}
        posting["salaryDescription"] = "<div>It depends on where you are.</div>"
        posting["salaryDescriptionPlain"] = "It depends on where you are."
    return posting
