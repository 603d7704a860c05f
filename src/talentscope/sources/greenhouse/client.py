"""Greenhouse job boards: one request a board, without the texts of the jobs."""

from __future__ import annotations

from urllib.parse import quote

from talentscope.registry.boards import BoardSource, Reading
from talentscope.registry.company import Board, Company
from talentscope.runtime.clock import Clock
from talentscope.sources.greenhouse.records import parse_board
from talentscope.transport.site import Site
from talentscope.transport.visitor import Visitor

HOME = "https://boards-api.greenhouse.io"


def site(url: str) -> Site:
    """GET needs no key and has no published limit (https://developers.greenhouse.io/job-board.html); now and then a
    429 or 529 is seen. Two at once and four a second are our own restraint. robots.txt closes only /embed/.
    """
    return Site("greenhouse", url, "TALENTSCOPE_GREENHOUSE_URL", per_second=4.0, in_flight=2, heeds_robots=True)


class Greenhouse(BoardSource):
    """Open offers of companies that hire on Greenhouse."""

    name = "greenhouse"
    vendors = ("greenhouse",)
    in_flight = 2

    def __init__(self, visitor: Visitor, *, clock: Clock) -> None:
        super().__init__(clock=clock)
        self._visitor = visitor

    def page(self, board: Board) -> str:
        """Its page; where another place stands in for Greenhouse, the answer there."""
        if self._visitor.site.url != HOME:
            return self._visitor.url_of(_path(board))
        return f"https://job-boards.greenhouse.io/{quote(board.token, safe='')}"

    def read(self, company: Company, board: Board) -> Reading:
        """Every job is in one answer; there are no pages."""
        return parse_board(self._visitor.get_json(_path(board)), company_id=company.company_id, board=board)


def _path(board: Board) -> str:
    return f"/v1/boards/{quote(board.token, safe='')}/jobs"
