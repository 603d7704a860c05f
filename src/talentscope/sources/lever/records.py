"""One page of a Lever job site becomes postings. Pure and strict.

Shape: https://github.com/lever/postings-api, `GET v0/postings/{site}?mode=json`.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

from pydantic import Field

from talentscope.registry.company import Board
from talentscope.registry.observation import Posting
from talentscope.registry.shapes import Address, Identity, Said, Shape, Text, read_each, shown
from talentscope.runtime.errors import UpstreamMalformed

_Milliseconds = Annotated[int, Field(ge=0, lt=253_402_300_800_000)]  # until the year 9999


class _Categories(Shape):
    location: Text = None
    department: Text = None
    team: Text = None


class _Job(Shape):
    """One opening; further cities are in it (categories.allLocations), so it stands once in the list."""

    id: Identity
    text: Said
    url: Address = Field(validation_alias="hostedUrl")
    categories: _Categories
    created_at: _Milliseconds | None = Field(default=None, validation_alias="createdAt")


def parse_page(data: object, *, company_id: str, board: Board) -> list[Posting]:
    """The openings of one page. Raises UpstreamMalformed if anything is not as documented."""
    what = f"the Lever site {board.token}"
    if not isinstance(data, list):
        raise UpstreamMalformed(f"{what} is not what it was: expected a list of postings; came {shown(data)}")
    jobs = read_each(_Job, data, what=f"postings of {what}")
    return [_posting(job, company_id=company_id, board=board) for job in jobs]


def _posting(job: _Job, *, company_id: str, board: Board) -> Posting:
    """Lever tells no requisition. Team is the finer of its two words for a department (Engineering of Hinge)."""
    return Posting(
        company_id=company_id,
        vendor=board.vendor,
        board=board.token,
        posting_id=job.id,
        requisition_id=None,
        title=job.text,
        department=job.categories.team or job.categories.department,
        location=job.categories.location,
        url=job.url,
        opened_at=datetime.fromtimestamp(job.created_at / 1000, UTC) if job.created_at is not None else None,
    )
