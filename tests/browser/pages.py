"""Every page that there is, by a short name, over a furnished site."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, expect
from tests.browser.furnish import JOB, Furnished

Address = Callable[[Furnished], str]

LEADS = "/leads?brief=minecraft-modders"
PAGES: dict[str, Address] = {
    "leads": lambda there: LEADS,
    "leads-open": lambda there: f"{LEADS}&open={there.people[0].login}",
    "leads-filtered": lambda there: f"{LEADS}&language=Java&related=1&contact=email&w_recency=4",
    "leads-empty": lambda there: f"{LEADS}&q=nobody-is-called-this",
    "developer": lambda there: f"/developers/{there.listed[0].login}?brief=minecraft-modders",
    "developer-no-lead": lambda there: f"/developers/{there.nobody}?brief=minecraft-modders",
    "developer-briefs": lambda there: f"/developers/{there.listed[0].login}/briefs",
    "compare": lambda there: "/compare?" + "&".join(f"login={one.login}" for one in there.people[:3]),
    "shortlists": lambda there: "/shortlists",
    "shortlists-archived": lambda there: "/shortlists?archived=1",
    "shortlist": lambda there: f"/shortlists/{there.shortlist_id}",
    "companies": lambda there: "/companies",
    "companies-filtered": lambda there: "/companies?status=listed&sort=sentiment&per=offer",
    "companies-empty": lambda there: "/companies?q=no+such+company",
    "company": lambda there: "/companies/nvidia",
    "company-private": lambda there: "/companies/openai",
    "explore": lambda there: "/companies/explore?companies=microsoft,nvidia,apple",
    "explore-empty": lambda there: "/companies/explore",
    "runs": lambda there: "/runs",
    "run": lambda there: f"/runs/jobs/{JOB}",
    "briefs": lambda there: "/briefs",
    "brief": lambda there: "/briefs/modders-abroad",
    "brief-history": lambda there: "/briefs/modders-abroad/history",
    "brief-new": lambda there: "/briefs/_new",
    "privacy": lambda there: "/privacy",
    "privacy-requests": lambda there: "/privacy/requests",
    "privacy-request": lambda there: f"/privacy/requests/{there.request}",
    "privacy-audit": lambda there: "/privacy/audit",
    "keys": lambda there: "/keys",
    "api-docs": lambda there: "/api/docs",
}
ELSEWHERE: dict[str, str] = {
    "/": "leads to another page",
    "/api/try": "Swagger UI, which others wrote: test_pages.py asks only that it works under our policy",
    "/sign-in": "nobody is signed in there: test_signin.py judges it",
    "/sign-in/{way}": "leads to the provider, or back with a refusal: test_signin.py",
    "/companies/explore/days": "figures for a script",
    "/companies/export": "a file",
    "/leads/brief": "leads back to the leads",
    "/leads/export": "a file",
    "/leads/topics": "a part of the page of leads: test_leads.py judges it there",
    "/runs/now": "a part of the page of runs: test_operating.py judges it there",
    "/shortlists/{shortlist_id}/export": "a file",
    "/shortlists/{shortlist_id}/{verb}": "leads back to the shortlist",
    "/openapi.json": "for programs",
    "/favicon.ico": "a picture",
    "/static/{name}": "files",
    "/healthz": "for programs",
    "/metrics": "for programs",
    "/readyz": "for programs",
}
"""Addresses of the page that are not among PAGES, and why."""


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
