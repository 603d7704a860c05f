"""Runs and status: what was collected, how fresh and how complete it is, what it cost."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Request
from fastapi.responses import Response

from talentscope.warehouse.status import find_run, read_runs, read_status
from talentscope.web.api.asking import JSON_ONLY, CursorAsked, Operator, Reader, only_known
from talentscope.web.api.replying import reply, to_json
from talentscope.web.api.run_shapes import Run, RunBody, RunPage, StartedRun, Status
from talentscope.web.api.shapes import answers
from talentscope.web.errors import NotHere, RequestRefused
from talentscope.web.parts import PartsHere
from talentscope.web.starting import begin

router = APIRouter(prefix="/api/v1", tags=["runs"], dependencies=[Depends(only_known)])


@router.get(
    "/runs", operation_id="listRuns", summary="Runs, the newest first", response_model=RunPage, responses=answers()
)
def list_runs(
    request: Request,
    parts: PartsHere,
    user: Reader,
    limit: Annotated[int, Query(ge=1, le=500, description="Runs of a page.")] = 50,
    cursor: CursorAsked = "",
) -> Response:
    """What each run asked for, spent and stored, up to the one that made this snapshot."""
    with parts.reader.read() as reading:
        answer = reply(request, parts, user, reading, offered=JSON_ONLY)
        place = answer.place(cursor)
        if (unchanged := answer.unchanged()) is not None:
            return unchanged
        start = int(place[0]) if place else 0
        found = read_runs(reading.connection, limit=limit + 1, offset=start)
        following = answer.next(start + limit) if len(found) > limit else None
        page = {"next": following, "snapshot": reading.name, "published_at": reading.published_at}
        return answer.json(page | {"runs": found[:limit]})


@router.post(
    "/runs",
    operation_id="startRun",
    summary="Start a run",
    status_code=202,
    response_model=StartedRun,
    responses=answers(415, unchanged=False),
)
def start_run(parts: PartsHere, user: Operator, body: RunBody) -> Response:
    """One at a time: 409 while another is under way. It is in the list of runs once it has published.

    How it stands meanwhile is on the page that `page` and the header Location name. Refused over invented data, and
    where runs come from a schedule elsewhere (TALENTSCOPE_PAGE_RUNS=false).
    """
    if body.briefs and body.kind != "talent":
        raise RequestRefused(f"expected no briefs with {body.kind}, came {len(body.briefs)}", way_out="leave them out")
    job = begin(parts, user, body.kind, body.briefs)
    page = f"/runs/jobs/{job.job_id}"
    told = {"job_id": job.job_id, "title": job.title, "started_at": job.started_at, "started_by": job.started_by}
    return to_json(told | {"page": page}, status=202, headers={"Location": page})


@router.get("/runs/{run_id}", operation_id="getRun", summary="One run", response_model=Run, responses=answers())
def get_run(
    request: Request,
    parts: PartsHere,
    user: Reader,
    run_id: Annotated[str, Path(max_length=100, description="The id of a run.")],
) -> Response:
    """What the run asked for, spent and stored, and how it ended."""
    with parts.reader.read() as reading:
        answer = reply(request, parts, user, reading, offered=JSON_ONLY)
        found = find_run(reading.connection, run_id)
        if found is None:
            raise NotHere(f"there is no run {run_id!r} in this snapshot", way_out="see /api/v1/runs")
        return answer.unchanged() or answer.json(found)


@router.get(
    "/status",
    operation_id="getStatus",
    summary="How fresh and how complete everything is",
    response_model=Status,
    responses=answers(),
)
def get_status(request: Request, parts: PartsHere, user: Reader) -> Response:
    """Coverage says for each query what GitHub reported, what was read, and what is missing; nothing is hidden."""
    with parts.reader.read() as reading:
        answer = reply(request, parts, user, reading, offered=JSON_ONLY)
        return answer.unchanged() or answer.json(
            read_status(reading.connection, name=reading.name, published_at=reading.published_at)
        )
