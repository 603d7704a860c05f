"""/runs: how fresh and complete the data is, what ran and what runs now; an operator starts and stops runs here."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse

from talentscope.runtime import schedule
from talentscope.runtime.errors import SnapshotMissing
from talentscope.web.pages import runs_view
from talentscope.web.parts import Parts, PartsHere
from talentscope.web.queries_briefs import list_known
from talentscope.web.render import render
from talentscope.web.signin.identity import Role, User, require
from talentscope.web.starting import ELSEWHERE, begin, jobs_of

router = APIRouter(include_in_schema=False)
Operator = Annotated[User, Depends(require(Role.operator))]
Reader = Annotated[User, Depends(require(Role.reader))]


@router.get("/runs", response_class=HTMLResponse)
def runs(
    request: Request, parts: PartsHere, user: Reader, page: Annotated[int, Query(ge=1, le=10_000)] = 1
) -> HTMLResponse:
    """The whole page. Works before anything was published: the first run can be started here."""
    now = parts.clock.now()
    plans = schedule.plan(parts.desk.leases.now(), parts.desk.past_runs.read())
    values: dict[str, Any] = {
        "schedule": runs_view.show_plans(plans, parts.desk.leases.holder_of(schedule.LEASE)),
        "is_due": any(plan.is_due for plan in plans) and not parts.is_demo,
        "briefs": list_known(parts.desk),
        "can_start": parts.jobs is not None and user.role >= Role.operator,
        "starts_elsewhere": "" if parts.web.page_runs else ELSEWHERE,
        "page": page,
        "facts": None,
        "past": [],
        "has_more": False,
    }
    try:
        with parts.reader.read() as reading:
            values["facts"] = runs_view.show_facts(runs_view.read_facts(reading), now)
            values["past"], values["has_more"] = runs_view.read_past(reading, page)
            values["published_at"] = reading.published_at
    except SnapshotMissing:
        pass
    return render(request, "runs/page.html", **values, **_now(parts))


@router.get("/runs/now", response_class=HTMLResponse)
def running(request: Request, parts: PartsHere, user: Reader) -> HTMLResponse:
    """How the run that is under way stands, for the page that asks each second; its end once it has ended."""
    return render(request, "runs/_now.html", is_polled=True, can_start=user.role >= Role.operator, **_now(parts))


@router.post("/runs")
def start(
    parts: PartsHere,
    user: Operator,
    kind: Annotated[str, Form()],
    brief: Annotated[list[str] | None, Form()] = None,
) -> RedirectResponse:
    """Start a run, and lead back to the page. Raises as `begin`."""
    begin(parts, user, kind, brief or [])
    return RedirectResponse("/runs", status_code=303)


@router.get("/runs/jobs/{job_id}", response_class=HTMLResponse)
def job(request: Request, parts: PartsHere, job_id: str, _: Operator) -> HTMLResponse:
    """One run that was started here: its steps, its end, the end of its log."""
    jobs = jobs_of(parts)
    shown = runs_view.show_job(jobs.get(job_id), parts.clock.now())
    return render(request, "runs/job.html", shown=shown, log=jobs.log(job_id), can_start=True)


@router.post("/runs/jobs/{job_id}/stop")
def stop(parts: PartsHere, job_id: str, user: Operator) -> RedirectResponse:
    """Ask a run to end; what it has is kept. Raises NotHere, Conflict if it has ended."""
    stopped = jobs_of(parts).stop(job_id)
    parts.desk.record("stop run", detail=stopped.title, actor=user.name)
    return RedirectResponse("/runs", status_code=303)


def _now(parts: Parts) -> dict[str, Any]:
    """The run under way or the last one, and those before."""
    now, recent = parts.clock.now(), parts.jobs.recent() if parts.jobs else []
    shown = [runs_view.show_job(one, now) for one in recent]
    return {"current": shown[0] if shown else None, "before": shown[1:], "is_startable": parts.jobs is not None}
