"""What counts as stale: a pipeline whose last good end is too long ago, a request about one's own data that is overdue.

Pure. A pipeline that never ran is not wanted here, so it is not stale; what GitHub's search withholds is no matter of
time.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

COMMANDS = {"talent": "talentscope run talent", "companies": "talentscope run companies"}


@dataclass(frozen=True)
class Stale:
    """One thing that is. `since` is aware."""

    what: str
    since: datetime
    message: str
    way_out: str


def find_stale(
    now: datetime,
    *,
    good_ends: Mapping[str, datetime],
    limits: Mapping[str, timedelta],
    overdue: Mapping[str, datetime],
) -> list[Stale]:
    """What is stale at `now`: by pipeline, when it last ended well and how long that may be ago; overdue requests by
    their reference.
    """
    found = [
        _late(pipeline, good_ends[pipeline], now=now, limit=limit)
        for pipeline, limit in limits.items()
        if pipeline in good_ends and now - good_ends[pipeline] > limit
    ]
    late = [(reference, due_at) for reference, due_at in overdue.items() if due_at < now]
    return found + [
        Stale(
            f"request {reference}",
            due_at,
            f"the request {reference} about somebody's own data was due on {due_at:%Y-%m-%d}",
            "an operator settles it at /privacy/requests on the page",
        )
        for reference, due_at in sorted(late, key=lambda item: item[1])
    ]


def _late(pipeline: str, ended_at: datetime, *, now: datetime, limit: timedelta) -> Stale:
    return Stale(
        pipeline,
        ended_at,
        f"{pipeline} ended well last at {ended_at:%Y-%m-%d %H:%M} UTC, {_span(now - ended_at)} ago;"
        f" at most {_span(limit)} is expected",
        f"`{COMMANDS[pipeline]}`, or see why it fails on the Runs page; the limit is"
        f" TALENTSCOPE_STALE_{pipeline.upper()}_HOURS",
    )


def _span(time: timedelta) -> str:
    hours = time.total_seconds() / 3600
    return f"{hours:,.0f} hours" if hours < 72 else f"{hours / 24:,.0f} days"
