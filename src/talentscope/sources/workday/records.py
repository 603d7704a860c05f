"""The first page of a Workday career site becomes a count. Pure and strict.

Shape and traps: reference of the registry (companies.md), 2.1 and 7. Undocumented by Workday: `total` comes with the
first page only, and many sites show no more than 2,000 whatever they have.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from pydantic import Field

from talentscope.registry.boards import Reading
from talentscope.registry.company import Board
from talentscope.registry.shapes import Count, Shape, Text, read
from talentscope.runtime.errors import UpstreamMalformed

CAP = 2_000
"""The total that says nothing but "at least so many"."""

SINGLE_VALUED = ("jobFamilyGroup", "timeType")
"""Facets in which each job has at most one value, so that their counts sum to no more than the jobs there are.

Places are nested and count a job once a place (a sum of twice the jobs was seen), and workerSubType has several values
a job (career-ops-hq/career-ops pull request 3975; kalil0321/ats-scrapers, adapter for Workday).
"""

AGREEMENT = 0.02
"""Two facets that differ by no more are of the same jobs: a few jobs lack one of the values (0.9 % were seen)."""

_TOKEN = re.compile(r"([A-Za-z0-9_-]{1,100})/(wd[0-9]{1,4})/([A-Za-z0-9_.-]{1,100})")


@dataclass(frozen=True)
class Place:
    """Where a career site is: https://{tenant}.{pod}.myworkdayjobs.com/{site}."""

    tenant: str
    pod: str
    site: str


class _Value(Shape):
    count: Count | None = None  # a group of values has none


class _Facet(Shape):
    name: Text = Field(default=None, validation_alias="facetParameter")
    values: list[_Value] = Field(default_factory=list)


class _Page(Shape):
    total: Count
    postings: list[object] = Field(validation_alias="jobPostings")
    facets: list[_Facet] | None = None


def parse_token(board: Board) -> Place:
    """The three parts of tenant/pod/site. Raises ValueError with what was expected."""
    match = _TOKEN.fullmatch(board.token)
    if match is None:
        raise ValueError(
            f"expected a Workday board as tenant/pod/site, such as acme/wd5/Careers; came {board.token!r:.80}"
        )
    return Place(*match.groups())


def parse_first_page(data: object, *, board: Board) -> Reading:
    """How many jobs the site has. Raises UpstreamMalformed if anything is not what it was.

    Jobs are counted as Workday counts them; a count does not tell which of them share a requisition.
    """
    what = f"the Workday site {board.token}"
    page = read(_Page, data, what=what)
    if bool(page.total) != bool(page.postings):
        raise UpstreamMalformed(f"{what} says that it has {page.total} jobs and lists {len(page.postings)}")
    told = f"Workday counts {page.total} jobs; which of them share a requisition is not told in a count"
    if page.total != CAP:
        return Reading(page.total, None, evidence=told)
    return _beyond_the_cap(page.facets or [])


def _beyond_the_cap(facets: list[_Facet]) -> Reading:
    sums = {facet.name: _sum(facet) for facet in facets if facet.name in SINGLE_VALUED}
    sums = {name: total for name, total in sums.items() if total >= CAP}
    if not sums:
        told = f"Workday shows no more than {CAP} jobs and no count that sums to more"
        return Reading(CAP, None, is_capped=True, evidence=told)
    low, high = min(sums.values()), max(sums.values())
    names = " and ".join(f"{name} ({total})" for name, total in sums.items())
    if high - low > AGREEMENT * high:
        told = f"Workday shows no more than {CAP} jobs, and its counts by {names} disagree; the lower one"
        return Reading(low, None, is_capped=True, evidence=told)
    told = f"Workday shows no more than {CAP} jobs; this is the sum of its counts by {names}"
    return Reading(high, None, evidence=told)


def _sum(facet: _Facet) -> int:
    return sum(value.count or 0 for value in facet.values)
