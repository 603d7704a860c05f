"""One answer of Workable's widget becomes postings. Pure and strict.

Shape: https://workable.readme.io/reference/jobs-1, the public jobs of an account; as seen in September 2026, `url` is
the page of the job.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Annotated, Any

from pydantic import BeforeValidator

from talentscope.registry.boards import Reading, count_listings
from talentscope.registry.company import Board
from talentscope.registry.observation import Posting
from talentscope.registry.shapes import Address, Identity, Said, Shape, Text, read, read_each


def _read_day(value: Any) -> Any:
    if value is None or value == "":
        return None
    if not isinstance(value, str):
        raise ValueError("expected a date as text")
    return date.fromisoformat(value)


class _Job(Shape):
    shortcode: Identity
    title: Said
    url: Address
    department: Text = None
    city: Text = None
    state: Text = None
    country: Text = None
    published_on: Annotated[date | None, BeforeValidator(_read_day)] = None


class _Jobs(Shape):
    jobs: list[object]


def parse_board(data: object, *, company_id: str, board: Board) -> Reading:
    """All openings of a board. Raises UpstreamMalformed if anything is not as documented.

    Workable tells no requisition: its shortcode is one job, also where the widget lists it once a place.
    """
    what = f"the Workable board {board.token}"
    jobs = read_each(_Job, read(_Jobs, data, what=what).jobs, what=f"jobs of {what}")
    return count_listings([_posting(job, company_id=company_id, board=board) for job in jobs])


def _posting(job: _Job, *, company_id: str, board: Board) -> Posting:
    published = job.published_on
    return Posting(
        company_id=company_id,
        vendor=board.vendor,
        board=board.token,
        posting_id=job.shortcode,
        requisition_id=None,
        title=job.title,
        department=job.department,
        location=", ".join(part for part in (job.city, job.state, job.country) if part) or None,
        url=job.url,
        opened_at=datetime(published.year, published.month, published.day, tzinfo=UTC) if published else None,
    )
