"""Every page that there is, by a short name, over a furnished site."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, expect
from tests.browser.furnish import Furnished

Address = Callable[[Furnished], str]

LEADS = "/leads?brief=minecraft-modders"
PAGES: dict[str, Address] = {
    "leads": lambda there: LEADS,
    "leads-open": lambda there: f"{LEADS}&open={there.people[0].login}",
    "leads-filtered": lambda there: f"{LEADS}&language=Java&related=1&contact=email&w_recency=4",
    "leads-empty": lambda there: f"{LEADS}&q=nobody-is-called-this",
    "developer": lambda there: f"/developers/{there.listed[0].login}?brief=minecraft-modders",
    "compare": lambda there: "/compare?" + "&".join(f"login={one.login}" for one in there.people[:3]),
    "shortlists": lambda there: "/shortlists",
    "shortlist": lambda there: f"/shortlists/{there.shortlist_id}",
    "companies": lambda there: "/companies",
    "companies-filtered": lambda there: "/companies?status=listed&sort=sentiment&per=offer",
    "companies-empty": lambda there: "/companies?q=no+such+company",
    "company": lambda there: "/companies/nvidia",
    "company-private": lambda there: "/companies/openai",
    "explore": lambda there: "/companies/explore?companies=microsoft,nvidia,apple",
    "explore-empty": lambda there: "/companies/explore",
    "runs": lambda there: "/runs",
    "briefs": lambda there: "/briefs",
    "brief": lambda there: "/briefs/modders-abroad",
    "brief-history": lambda there: "/briefs/modders-abroad/history",
    "brief-new": lambda there: "/briefs/_new",
    "privacy": lambda there: "/privacy",
    "privacy-requests": lambda there: "/privacy/requests",
    "keys": lambda there: "/keys",
    "api-docs": lambda there: "/api/docs",
}


def is_drawn(page: Page) -> None:
    """Wait for the chart that a script draws over the server's picture: a page is judged as people come to see it."""
    chart = page.locator("#ex-live")
    if chart.count():
        expect(chart.locator("canvas")).to_be_visible()
        expect(page.locator(".ex-static")).to_be_hidden()


def is_listening(page: Page) -> None:
    """Wait for htmx, which begins in a timer of its own after the page has loaded: what comes first is heard by nobody.

    Timers of the same delay go off in the order in which they were set, and htmx has set its own while it was read.
    """
    page.evaluate("() => new Promise((done) => setTimeout(done))")
