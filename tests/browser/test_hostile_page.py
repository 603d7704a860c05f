"""Texts that mean harm are shown as text on every page, and leave every export as text."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from tests.browser.conftest import OpenPage
from tests.browser.furnish import Furnished, furnish
from tests.browser.judge import sticks_out
from tests.browser.pages import PAGES, is_drawn
from tests.browser.site import Site

from talentscope.sandbox.github.words import HOSTILE

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\0")
QUIET = sorted(PAGES.keys() - {"api-docs", "leads-empty", "companies-empty", "explore-empty"})

HARM = """() => ({
  scripts: [...document.scripts].filter((one) => !one.src.startsWith(location.origin + "/static/")).length,
  pictures: [...document.images].map((one) => one.src),
  handlers: [...document.querySelectorAll("*")].filter((one) =>
    one.getAttributeNames().some((name) => /^on/.test(name))).length,
  links: [...document.links].map((one) => one.href).filter((href) => !/^(https?:|mailto:)/.test(href)),
  frames: document.querySelectorAll("iframe, object, embed").length,
})"""
INERT = {"scripts": 0, "pictures": [], "handlers": 0, "links": [], "frames": 0}


@pytest.fixture(scope="module")
def poisoned(hostile_site: Site) -> Furnished:
    """A desk on which the team, too, wrote what means harm."""
    there, desk = furnish(hostile_site.parts, said=" ".join(HOSTILE)), hostile_site.parts.desk
    for number, text in enumerate(one for one in HOSTILE if "\x1b" not in one):  # the desk refuses what steers
        entry = there.listed[number % len(there.listed)]
        desk.shortlists.note(there.shortlist_id, entry.github_id, text, actor=f"<b>{number}</b>")
        desk.requests.submit("object", login=f"somebody-{number}", contact="x@example.invalid", text=text)
    desk.shortlists.create(HOSTILE[0], actor=HOSTILE[0])
    desk.keys.create(HOSTILE[0], ["read"], actor=HOSTILE[4])
    return there


def opened(page: Page) -> None:
    """Open whatever folds, so that everything is drawn."""
    page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")


@pytest.mark.parametrize("name", QUIET)
def test_nothing_of_theirs_runs_loads_or_leads_away(
    hostile_site: Site, poisoned: Furnished, open_page: OpenPage, name: str
) -> None:
    page = open_page(hostile_site)
    page.on("dialog", lambda dialog: pytest.fail(f"a dialog said {dialog.message}"))
    page.goto(PAGES[name](poisoned))
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    is_drawn(page)
    opened(page)
    assert page.evaluate(HARM) == INERT
    page.set_viewport_size({"width": 360, "height": 780})
    assert sticks_out(page) == []


def test_what_they_wrote_is_shown_as_they_wrote_it(
    hostile_site: Site, poisoned: Furnished, open_page: OpenPage
) -> None:
    shown = ""
    for name in ("leads", "developer", "shortlist", "company"):
        page = open_page(hostile_site, PAGES[name](poisoned))
        opened(page)
        shown += page.locator("body").inner_text()
    for text in ("<script>alert('leads')</script>", "DROP TABLE developers", "{{7*7}}"):
        assert text in shown


FILES: dict[str, Callable[[Furnished], str]] = {
    "leads": lambda there: "/leads/export?brief=minecraft-modders&kind=",
    "companies": lambda there: "/companies/export?format=",
    "shortlist": lambda there: f"/shortlists/{there.shortlist_id}/export?kind=",
}


@pytest.mark.parametrize("name", FILES)
def test_no_cell_of_a_csv_is_run_by_a_spreadsheet(
    hostile_site: Site, poisoned: Furnished, open_page: OpenPage, name: str
) -> None:
    answer = open_page(hostile_site).request.get(f"{FILES[name](poisoned)}csv")
    assert answer.status == 200
    rows = list(csv.reader(io.StringIO(answer.body().decode("utf-8-sig"), newline="")))
    assert len(rows) > 5
    bad = [cell for row in rows for cell in row if cell.startswith(FORMULA) and not _is_number(cell)]
    assert bad == []


@pytest.mark.parametrize("name", ["leads", "shortlist"])  # what a company is called is ours
def test_json_carries_the_text_itself(hostile_site: Site, poisoned: Furnished, open_page: OpenPage, name: str) -> None:
    answer = open_page(hostile_site).request.get(f"{FILES[name](poisoned)}json")
    assert answer.headers["content-type"].startswith("application/json")
    told = set(_texts(answer.json()))
    written = {text.encode("utf-8", errors="replace").decode() for text in HOSTILE}
    assert len(told & written) >= 5, "as it was written, no letter replaced"
    assert {text for text in told & written if text.startswith(FORMULA)}, "a formula, too: no program runs JSON"


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for item in value.values() if isinstance(value, dict) else value:
            yield from _texts(item)


def _is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True
