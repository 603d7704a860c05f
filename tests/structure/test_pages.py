"""Every page is judged in a browser: none is made that axe, narrow windows and hostile texts never see."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from fastapi import FastAPI
from tests.browser.furnish import Furnished
from tests.browser.pages import ELSEWHERE, PAGES
from tests.structure.test_routes import app as app  # noqa: PLC0414 - a fixture
from tests.structure.test_routes import doors

from talentscope.desk.shortlist import Candidate

SOMEBODY = tuple(Candidate(number, f"somebody-{number}") for number in range(12))
THERE = Furnished(SOMEBODY, SOMEBODY, 1, "nobody", "reference")


def test_every_page_is_judged_or_says_why_not(app: FastAPI) -> None:
    pages = {door.path for door in doors(app) if door.method == "GET" and not door.path.startswith("/api/v1")}
    judged = {_route(urlsplit(address(THERE)).path, pages) for address in PAGES.values()}
    assert pages - judged == set(ELSEWHERE)


def _route(path: str, known: set[str]) -> str:
    """The route that answers an address: the one with the fewest gaps."""
    fitting = [one for one in known if re.fullmatch(re.sub(r"\{[^}]+\}", "[^/]+", one), path)]
    assert fitting, f"{path} is no page"
    return min(fitting, key=lambda one: one.count("{"))
