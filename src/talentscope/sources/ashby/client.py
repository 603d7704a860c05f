"""Ashby job boards: one request a board."""

from __future__ import annotations

from urllib.parse import quote

from talentscope.registry.boards import BoardSource, Reading
from talentscope.registry.company import Board, Company
from talentscope.runtime.clock import Clock
from talentscope.sources.ashby.records import parse_board
from talentscope.transport.site import Site
from talentscope.transport.visitor import Visitor

HOME = "https://api.ashbyhq.com"


def site(url: str) -> Site:
    """A documented public API without a published limit (https://developers.ashbyhq.com/docs/public-job-posting-api);
    two at once and two a second are our own restraint. Its robots.txt answers 401: no rule by RFC 9309, 2.3.1.3.
    """
    return Site("ashby", url, "TALENTSCOPE_ASHBY_URL", per_second=2.0, in_flight=2, heeds_robots=True)


class Ashby(BoardSource):
    """Open offers of companies that hire on Ashby."""

    name = "ashby"
    vendors = ("ashby",)
    in_flight = 2

    def __init__(self, visitor: Visitor, *, clock: Clock) -> None:
        super().__init__(clock=clock)
        self._visitor = visitor

    def page(self, board: Board) -> str:
        """Its page; where another place stands in for Ashby, the answer there."""
        if self._visitor.site.url != HOME:
            return self._visitor.url_of(_path(board))
        return f"https://jobs.ashbyhq.com/{quote(board.token, safe='')}"

    def read(self, company: Company, board: Board) -> Reading:
        """Every job is in one answer; there are no pages. A board that does not exist is a 404."""
        return parse_board(self._visitor.get_json(_path(board)), company_id=company.company_id, board=board)


def _path(board: Board) -> str:
    return f"/posting-api/job-board/{quote(board.token, safe='')}"
