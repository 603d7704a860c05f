"""Lever job sites, American and European: pages of a hundred."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import quote

from talentscope.registry.boards import BoardSource, Reading, count_listings
from talentscope.registry.company import Board, Company
from talentscope.registry.observation import Posting
from talentscope.runtime.clock import Clock
from talentscope.sources.lever.records import parse_page
from talentscope.transport.site import Site
from talentscope.transport.visitor import Visitor

HOME, EU_HOME = "https://api.lever.co", "https://api.eu.lever.co"
PAGE = 100
MOST_PAGES = 50
"""No employer of the registry has so many; a site that never ends must not be read for ever."""


def site(url: str, *, is_eu: bool = False) -> Site:
    """Published postings are public and may be read by third parties (https://github.com/lever/postings-api);
    robots.txt asks for one second between two requests. The European host is a site of its own.
    """
    name, setting = ("lever-eu", "TALENTSCOPE_LEVER_EU_URL") if is_eu else ("lever", "TALENTSCOPE_LEVER_URL")
    return Site(name, url, setting, per_second=1.0, heeds_robots=True)


class Lever(BoardSource):
    """Open offers of companies that hire on Lever; the registry calls European boards lever-eu."""

    name = "lever"
    vendors = ("lever", "lever-eu")
    in_flight = 1

    def __init__(self, visitor: Visitor, *, eu_visitor: Visitor, clock: Clock) -> None:
        super().__init__(clock=clock)
        self._visitors = {"lever": visitor, "lever-eu": eu_visitor}

    def page(self, board: Board) -> str:
        """Its page; where another place stands in for Lever, the answer there."""
        visitor, is_eu = self._visitors[board.vendor], board.vendor == "lever-eu"
        if visitor.site.url != (EU_HOME if is_eu else HOME):
            return visitor.url_of(_path(board), params={"mode": "json"})
        return f"https://jobs.{'eu.' if is_eu else ''}lever.co/{quote(board.token, safe='')}"

    def read(self, company: Company, board: Board) -> Reading:
        """Page after page until one is not full or brings nothing new (a list that moves while it is read)."""
        found: dict[str, Posting] = {}
        visitor = self._visitors[board.vendor]
        for number in range(MOST_PAGES):
            params: dict[str, str | int] = {"mode": "json", "skip": number * PAGE, "limit": PAGE}
            page = parse_page(visitor.get_json(_path(board), params=params), company_id=company.company_id, board=board)
            before = len(found)
            found.update((posting.posting_id, posting) for posting in page)
            if len(page) < PAGE or len(found) == before:
                return count_listings(list(found.values()))
        return replace(count_listings(list(found.values())), is_capped=True)


def _path(board: Board) -> str:
    return f"/v0/postings/{quote(board.token, safe='')}"
