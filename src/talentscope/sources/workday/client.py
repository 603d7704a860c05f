"""Workday career sites: one request a site, for the number of jobs only. Their pages show twenty jobs each and are not
documented, so the jobs themselves are not read.
"""

from __future__ import annotations

from talentscope.registry.boards import BoardSource, Reading
from talentscope.registry.company import Board, Company
from talentscope.registry.observation import Metric
from talentscope.runtime.clock import Clock
from talentscope.runtime.errors import UpstreamRefused
from talentscope.sources.workday.records import Place, parse_first_page, parse_token
from talentscope.transport.site import Site
from talentscope.transport.visitor import Visitor

HOME = "https://{tenant}.{pod}.myworkdayjobs.com"
QUESTION: dict[str, object] = {"appliedFacets": {}, "limit": 20, "offset": 0, "searchText": ""}
"""All four are needed: without them the answer is 422."""


def site(url: str) -> Site:
    """Every employer has a host and a robots.txt of its own there, which is obeyed. Nothing else is published; two a
    second and two at once over all of them are our own restraint.
    """
    return Site("workday", url, "TALENTSCOPE_WORKDAY_URL", per_second=2.0, in_flight=2, heeds_robots=True)


class Workday(BoardSource):
    """How many open offers companies have that hire on Workday."""

    name = "workday"
    vendors = ("workday",)
    metrics: tuple[Metric, ...] = (Metric.OPEN_OFFERS,)
    in_flight = 2

    def __init__(self, visitor: Visitor, *, clock: Clock) -> None:
        super().__init__(clock=clock)
        self._visitor = visitor

    def page(self, board: Board) -> str:
        """Its page; where another place stands in for Workday, where it is asked there."""
        try:
            place = parse_token(board)
        except ValueError:
            return ""
        if self._visitor.site.url != HOME:
            return self._visitor.url_of(_path(place), base=self._base(place))
        return f"{self._base(place)}/{place.site}"

    def read(self, company: Company, board: Board) -> Reading:  # noqa: ARG002 - jobs are counted, not read
        """The count of its first page; later pages tell none."""
        try:
            place = parse_token(board)
        except ValueError as error:
            raise UpstreamRefused(str(error), status=404, way_out="correct the registry") from error
        answer = self._visitor.post_json(_path(place), body=QUESTION, base=self._base(place))
        return parse_first_page(answer, board=board)

    def _base(self, place: Place) -> str:
        return self._visitor.site.url.replace("{tenant}", place.tenant).replace("{pod}", place.pod)


def _path(place: Place) -> str:
    return f"/wday/cxs/{place.tenant}/{place.site}/jobs"
