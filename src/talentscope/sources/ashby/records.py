"""One answer of an Ashby job board becomes postings. Pure and strict.

Shape: https://developers.ashbyhq.com/docs/public-job-posting-api, `GET posting-api/job-board/{name}`.
"""

from __future__ import annotations

from pydantic import Field

from talentscope.registry.boards import Reading, count_listings
from talentscope.registry.company import Board
from talentscope.registry.observation import Posting
from talentscope.registry.shapes import Address, Identity, Moment, Said, Shape, Text, read, read_each


class _Job(Shape):
    """One opening; further cities are in it (secondaryLocations), so it stands once in the list.

    `isListed` false is a job that is reached by its link only and is not offered to the public.
    """

    id: Identity
    title: Said
    is_listed: bool = Field(validation_alias="isListed")
    url: Address = Field(validation_alias="jobUrl")
    location: Text
    department: Text = None
    team: Text = None
    published_at: Moment | None = Field(default=None, validation_alias="publishedAt")


class _Jobs(Shape):
    jobs: list[object]


def parse_board(data: object, *, company_id: str, board: Board) -> Reading:
    """All listed openings of a board. Raises UpstreamMalformed if anything is not as documented."""
    what = f"the Ashby board {board.token}"
    jobs = read_each(_Job, read(_Jobs, data, what=what).jobs, what=f"jobs of {what}")
    listed = [job for job in jobs if job.is_listed]
    hidden = len(jobs) - len(listed)
    return count_listings(
        [_posting(job, company_id=company_id, board=board) for job in listed],
        left_out=f"unlisted jobs left out: {hidden}" if hidden else "",
    )


def _posting(job: _Job, *, company_id: str, board: Board) -> Posting:
    """Ashby tells no requisition. Team is the finer of its two words for a department (Engineering of Product)."""
    return Posting(
        company_id=company_id,
        vendor=board.vendor,
        board=board.token,
        posting_id=job.id,
        requisition_id=None,
        title=job.title,
        department=job.team or job.department,
        location=job.location,
        url=job.url,
        opened_at=job.published_at,
    )
