"""The faults of company upstreams that replace, spoil or cut an answer. Those that change the world are in world.py."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import orjson

from talentscope.sandbox.companies.manners import Manners
from talentscope.sandbox.exchange import Answer
from talentscope.sandbox.faults import Faults

FIELDS = {
    "sec": "fields",
    "sec-data": "accessionNumber",
    "wikidata": "bindings",
    "nasdaq": "marketCap",
    "fmp": "marketCap",
    "greenhouse": "internal_job_id",
    "lever": "hostedUrl",
    "lever-eu": "hostedUrl",
    "ashby": "isListed",
    "workable": "shortcode",
    "workday": "total",
    "hackernews": "created_at_i",
    "bluesky": "time_us",
    "gdelt": "timeline",
    "reddit": "created_utc",
}
"""The field that `renamed-field` and `retyped-field` change."""


def outage(faults: Faults, places: Sequence[str]) -> Answer | None:
    """Nothing at all, or that it is down: what strikes every address of an upstream, robots.txt too."""
    if faults.strikes_at("time-out", places):
        return Answer(200, b"", is_silent=True)
    if faults.strikes_at("upstream-reset", places):
        return Answer(200, b"", is_reset=True)
    if faults.strikes_at("upstream-down", places):
        return Answer(503, b"Service Unavailable", media="text/plain")
    return None


def instead(faults: Faults, places: Sequence[str], manners: Manners) -> Answer | None:
    """What comes in place of an answer, if anything does."""
    if (nothing := outage(faults, places)) is not None:
        return nothing
    if faults.strikes_at("limit-429", places):
        return Answer(429, {"error": "Too many requests"}, headers={"Retry-After": "1"})
    if faults.strikes_at("forbidden-451", places):
        return Answer(451, {"error": "Unavailable for legal reasons"})
    return _instead_of_a_board(faults, places, is_board=manners.is_board)


def _instead_of_a_board(faults: Faults, places: Sequence[str], *, is_board: bool) -> Answer | None:
    """Faults of boards; another upstream has them only if it is named."""
    if faults.strikes_at("overloaded-529", places, anywhere=is_board):
        return _page(529, "Site is overloaded")
    if faults.strikes_at("html-200-board", places, anywhere=is_board):
        return _page(200, "One moment, please")
    if is_board and faults.strikes_at("board-403", places):
        return Answer(403, {"error": "Forbidden"})
    if is_board and faults.strikes_at("board-404", places):
        return Answer(404, {"status": 404, "error": "Not found"})
    return None


def _page(status: int, title: str) -> Answer:
    text = f"<!DOCTYPE html><html><head><title>{title}</title></head><body>{title}</body></html>"
    return Answer(status, text.encode(), media="text/html; charset=utf-8")


def spoil(answer: Answer, faults: Faults, places: Sequence[str], upstream: str) -> None:
    """Change a field of a JSON answer."""
    if answer.status != 200 or isinstance(answer.body, bytes):
        return
    for fault, change in (("renamed-field", _rename), ("retyped-field", _retype)):
        if faults.strikes_at(fault, places):
            answer.body = _change(orjson.loads(orjson.dumps(answer.body)), FIELDS[upstream], change)


def cut(answer: Answer, faults: Faults, places: Sequence[str]) -> None:
    """Delay, or break off in the middle."""
    answer.delay_ms += faults.quantity_at("slow-upstream", places)
    if answer.status == 200 and len(answer.body) > 20 and faults.strikes_at("truncated", places):
        answer.is_cut = True
    if (
        answer.status == 200
        and answer.media.startswith("application/json")
        and faults.strikes_at("broken-json", places)
    ):
        answer.body = answer.body[: len(answer.body) * 2 // 3]


def change_message(message: dict[str, Any], faults: Faults, upstream: str) -> dict[str, Any]:
    """The same for one message of a stream."""
    for fault, change in (("renamed-field", _rename), ("retyped-field", _retype)):
        if faults.is_on_at(fault, (upstream,)):
            message = _change(message, FIELDS[upstream], change)
    return message


def _change(body: Any, name: str, change: Any) -> Any:
    if isinstance(body, list):
        return [_change(item, name, change) for item in body]
    if not isinstance(body, dict):
        return body
    changed: dict[str, Any] = {}
    for key, value in body.items():
        made = change(key, value) if key == name else (key, _change(value, name, change))
        changed[made[0]] = made[1]
    return changed


def _rename(key: str, value: Any) -> tuple[str, Any]:
    return f"{key}_v2", value


def _retype(key: str, value: Any) -> tuple[str, Any]:
    if isinstance(value, bool | int | float):
        return key, f"about {value}"
    return key, {"value": value}
