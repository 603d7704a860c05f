"""What the page of runs shows, out of facts and jobs. Pure, but for reading the snapshot."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from talentscope.desk.leases import Lease
from talentscope.runtime.events import Stage
from talentscope.runtime.schedule import Ending, Plan
from talentscope.warehouse.status import read_runs, read_status
from talentscope.web.jobs import Job, State
from talentscope.web.reader import Reading

RUNS_SHOWN = 15
FRESH = {"github": timedelta(hours=3)}
FRESH_ELSEWHERE = timedelta(days=2)
"""A source whose newest fact is older than this is called stale."""

STEADY, STEADY_COUNT = 5.0, 3
"""Seconds and units after which the pace of a step says something about its end."""

ENDS = {
    State.running: ("Running", "accent"),
    State.done: ("Done", "good"),
    State.out_of_budget: ("Out of budget", "warn"),
    State.stopped: ("Stopped", "warn"),
    State.failed: ("Failed", "bad"),
    State.gone: ("Vanished", "bad"),
}
PAST_ENDS = {
    Ending.done: ("Done", "good"),
    Ending.out_of_budget: ("Out of budget", "warn"),
    Ending.stopped: ("Stopped", "warn"),
    Ending.past_deadline: ("Past its deadline", "warn"),
    Ending.failed: ("Failed", "bad"),
}
RUN_STATES = {
    "done": ("Done", "good"),
    "out_of_budget": ("Out of budget", "warn"),
    "failed": ("Failed", "bad"),
    "running": ("Unfinished", "warn"),
}
VISITS = {"ok": "good", "partial": "warn", "down": "bad", "off": ""}
WAYS_OUT = {
    State.out_of_budget: "Everything is kept and published. Start it again later: it goes on from there.",
    State.stopped: "Everything collected so far is stored. Start it again: it goes on from there.",
    State.gone: "Its process ended without a word: it was killed, or the machine went down. "
    "Everything stored so far is kept; start it again.",
    State.failed: "What was collected is stored, and the last good snapshot serves on. The log says more.",
}


@dataclass(frozen=True)
class Step:
    """One step of a run as shown. `share` of its bar is None where the total is not known; `left` is an estimate."""

    name: str
    done: int
    total: int | None
    is_current: bool
    took: str
    left: str


@dataclass(frozen=True)
class Shown:
    """A job as shown."""

    job: Job
    label: str
    kind: str
    took: str
    steps: tuple[Step, ...]
    requests: tuple[tuple[str, int], ...]
    waits: str
    way_out: str


@dataclass(frozen=True)
class Line:
    """One line of the schedule as shown."""

    title: str
    plan: Plan
    label: str
    kind: str
    took: str
    lease: Lease | None


def show_job(job: Job, now: datetime) -> Shown:
    """A job with its steps, its end and the way out."""
    label, kind = ENDS[job.state]
    progress = job.progress
    until = now if job.is_running else job.ended_at or now
    is_waiting = progress.waiting_until is not None and job.is_running and progress.waiting_until > now
    waits = ""
    if is_waiting and progress.waiting_until is not None:
        left = span((progress.waiting_until - now).total_seconds())
        waits = f"waiting for the {progress.waiting_for} budget, {left} more"
    elif progress.waited_seconds:
        waits = f"{span(progress.waited_seconds)} spent waiting for budgets"
    return Shown(
        job=job,
        label="Stopping" if job.is_running and job.is_stopping else label,
        kind=kind,
        took=span((until - job.started_at).total_seconds()) if job.state is not State.gone else "",
        steps=tuple(_show_step(stage, until) for stage in progress.stages),
        requests=tuple(sorted(((name, n) for name, n in progress.requests.items() if n), key=lambda pair: -pair[1])),
        waits=waits,
        way_out="" if job.is_running else progress.way_out or WAYS_OUT.get(job.state, ""),
    )


def _show_step(stage: Stage, until: datetime) -> Step:
    is_current = stage.ended_at is None
    seconds = ((stage.ended_at or until) - stage.started_at).total_seconds()
    left = ""
    if is_current and stage.total and STEADY_COUNT <= stage.done < stage.total and seconds >= STEADY:
        left = f"about {span(seconds / stage.done * (stage.total - stage.done))} left"
    total = stage.total if stage.total is None else max(stage.total, stage.done)
    return Step(stage.name, stage.done, total, is_current, span(seconds), left)


def show_plans(plans: Sequence[Plan], lease: Lease | None = None) -> list[Line]:
    """The schedule with how each entry's last run ended, and who is at it, if that is told by the lease."""
    lines = []
    for plan in plans:
        label, kind, last = "Never ran", "", plan.last
        if last.ending is not None:
            label, kind = PAST_ENDS[last.ending]
            label += f" ({last.code})" if last.ending is Ending.failed else ""
        took = ""
        if last.started_at is not None and last.ended_at is not None and last.ended_at > last.started_at:
            took = span((last.ended_at - last.started_at).total_seconds())
        is_held = lease is not None and lease.doing == plan.entry.name
        lines.append(Line(plan.entry.title, plan, label, kind, took, lease if is_held else None))
    return lines


def read_facts(reading: Reading) -> dict[str, Any]:
    """What `talentscope status` tells of this snapshot, read once."""

    def build() -> dict[str, Any]:
        return read_status(reading.connection, name=reading.name, published_at=reading.published_at)

    return reading.remember("status", build)


def show_facts(facts: dict[str, Any], now: datetime) -> dict[str, Any]:
    """The facts with badges for the state of each source, and what of coverage is missing."""
    sources = [_show_source(row, now) for row in facts["sources"] if row["newest_at"] is not None or "state" in row]
    coverage = facts["coverage"]
    reported = sum(row["reported"] or 0 for row in coverage)
    return facts | {
        "sources": sources,
        "reported": reported,
        "read": sum(row["read"] or 0 for row in coverage),
        "missing": sum(row["missing"] or 0 for row in coverage),
        "coverage_requests": sum(row["requests"] or 0 for row in coverage),
    }


def _show_source(row: dict[str, Any], now: datetime) -> dict[str, Any]:
    state = row.get("state") or ("ok" if row.get("drained") == row.get("queries") else "partial")
    newest, limit = row["newest_at"], FRESH.get(row["source"], FRESH_ELSEWHERE)
    is_stale = state != "off" and newest is not None and now - newest > limit
    reason = row.get("reason") or ""
    if "queries" in row:
        reason = f"{row['drained']:,} of {row['queries']:,} queries read to their end"
    return row | {
        "state": "stale" if is_stale and state == "ok" else state,
        "kind": "warn" if is_stale and state == "ok" else VISITS.get(state, ""),
        "reason": reason,
    }


def read_past(reading: Reading, page: int) -> tuple[list[dict[str, Any]], bool]:
    """A page of past runs, the newest first, and whether there are more."""
    offset = (page - 1) * RUNS_SHOWN
    rows = read_runs(reading.connection, limit=RUNS_SHOWN + 1, offset=offset)
    return [_show_run(row) for row in rows[:RUNS_SHOWN]], len(rows) > RUNS_SHOWN


def _show_run(row: dict[str, Any]) -> dict[str, Any]:
    label, kind = RUN_STATES.get(row["state"], (str(row["state"]), ""))
    asked = sum(row[name] or 0 for name in ("requests", "search_requests", "core_requests", "graphql_requests"))
    ended, started = row["ended_at"], row["started_at"]
    took = span((ended - started).total_seconds()) if ended is not None and started is not None else ""
    remark = "; ".join(dict.fromkeys(text for text in (row["message"], row["left_out"]) if text))
    return row | {"label": label, "kind": kind, "asked": asked, "took": took, "remark": remark}


def span(seconds: float) -> str:
    """A stretch of time: 8 s, 2 min 10 s, 1 h 5 min."""
    whole = max(0, round(seconds))
    if whole < 60:
        return f"{whole} s"
    minutes, rest = divmod(whole, 60)
    if minutes < 60:
        return f"{minutes} min {rest} s" if rest and minutes < 10 else f"{minutes} min"
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min" if minutes else f"{hours} h"
