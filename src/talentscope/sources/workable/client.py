"""Workable job boards: one request a board, to the endpoint that their widget for career pages asks."""

from __future__ import annotations

from urllib.parse import quote

from talentscope.registry.boards import BoardSource, Reading
from talentscope.registry.company import Board, Company
from talentscope.runtime.clock import Clock
from talentscope.sources.workable.records import parse_board
from talentscope.transport.site import Site
from talentscope.transport.visitor import Visitor

HOME = "https://apply.workable.com"


def site(url: str) -> Site:
    """No published limit; 429s come above about two at once (reference: companies.md, 2.1), so one at a time and one a
    second. robots.txt closes nothing (its content signal forbids training on the texts, which we do not read).
    """
    return Site("workable", url, "TALENTSCOPE_WORKABLE_URL", per_second=1.0, heeds_robots=True)


class Workable(BoardSource):
    """Open offers of companies that hire on Workable."""

    name = "workable"
    vendors = ("workable",)
    in_flight = 1

    def __init__(self, visitor: Visitor, *, clock: Clock) -> None:
        super().__init__(clock=clock)
        self._visitor = visitor

    def page(self, board: Board) -> str:
        """Its page; where another place stands in for Workable, the answer there."""
        if self._visitor.site.url != HOME:
            return self._visitor.url_of(_path(board))
        return f"{HOME}/{quote(board.token, safe='')}"

    def read(self, company: Company, board: Board) -> Reading:
        """Every job is in one answer; without ?details=true it has no texts."""
        return parse_board(self._visitor.get_json(_path(board)), company_id=company.company_id, board=board)


def _path(board: Board) -> str:
    return f"/api/v1/widget/accounts/{quote(board.token, safe='')}"
