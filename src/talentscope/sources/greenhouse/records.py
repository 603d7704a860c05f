"""One answer of a Greenhouse job board becomes postings. Pure and strict.

Shape: https://developers.greenhouse.io/job-board.html, `GET boards/{token}/jobs`.
"""

from __future__ import annotations

from talentscope.registry.boards import Reading, count_listings
from talentscope.registry.company import Board
from talentscope.registry.observation import Posting
from talentscope.registry.shapes import Address, Count, Moment, Number, Said, Shape, Text, read, read_each
from talentscope.runtime.errors import UpstreamMalformed


class _Named(Shape):
    name: Text


class _Job(Shape):
    """`internal_job_id` is the requisition: one for all cities. It is null for a prospect post, which is no opening."""

    id: Number
    internal_job_id: Number | None
    title: Said
    absolute_url: Address
    location: _Named | None
    first_published: Moment | None = None
    departments: list[_Named] | None = None  # only with ?content=true, which is not asked for


class _Meta(Shape):
    total: Count


class _Jobs(Shape):
    jobs: list[object]
    meta: _Meta


def parse_board(data: object, *, company_id: str, board: Board) -> Reading:
    """All openings of a board. Raises UpstreamMalformed if anything is not as documented or the list is not whole."""
    what = f"the Greenhouse board {board.token}"
    answer = read(_Jobs, data, what=what)
    if answer.meta.total != len(answer.jobs):
        raise UpstreamMalformed(f"{what} says that it has {answer.meta.total} jobs and lists {len(answer.jobs)}")
    jobs = read_each(_Job, answer.jobs, what=f"jobs of {what}")
    openings = [job for job in jobs if job.internal_job_id is not None]
    prospects = len(jobs) - len(openings)
    return count_listings(
        [_posting(job, company_id=company_id, board=board) for job in openings],
        left_out=f"prospect posts left out: {prospects}" if prospects else "",
    )


def _posting(job: _Job, *, company_id: str, board: Board) -> Posting:
    return Posting(
        company_id=company_id,
        vendor=board.vendor,
        board=board.token,
        posting_id=str(job.id),
        requisition_id=str(job.internal_job_id),
        title=job.title,
        department=next((department.name for department in job.departments or ()), None),
        location=job.location.name if job.location is not None else None,
        url=job.absolute_url,
        opened_at=job.first_published,
    )
