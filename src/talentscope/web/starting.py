"""Starts a run for whoever may, from the page or by the API."""

from __future__ import annotations

from collections.abc import Sequence

from talentscope.runtime.errors import UsageError
from talentscope.web.jobs import Job, Jobs
from talentscope.web.parts import Parts
from talentscope.web.queries_briefs import find_known
from talentscope.web.signin.identity import User

MOST_BRIEFS = 50
ELSEWHERE = "Runs of this installation come from its schedule alone, which calls `talentscope run --due`."
TITLES = {"talent": "Talent", "companies": "Companies", "due": "Everything that is due"}


def begin(parts: Parts, user: User, kind: str, briefs: Sequence[str]) -> Job:
    """Start a run. Raises Conflict while another is running, BriefError, UsageError."""
    if not parts.web.page_runs:
        raise UsageError(
            f"this page starts no run. {ELSEWHERE}", way_out="wait for the next, or set TALENTSCOPE_PAGE_RUNS=true"
        )
    jobs = jobs_of(parts)
    names = list(dict.fromkeys(briefs))[:MOST_BRIEFS]
    if kind not in TITLES:
        raise UsageError(f"expected one of {', '.join(TITLES)}, came {kind[:40]!r}", way_out="choose what to run")
    title, words = TITLES[kind], [kind]
    if kind == "talent" and names:
        found = [find_known(parts.desk, name).name for name in names]  # a path would be read from the disk
        title += " for " + ", ".join(found)
        words += [word for name in found for word in ("--brief", name)]
    elif kind == "due":
        words = ["--due"]
    job = jobs.start(words, title=title, actor=user.name)
    parts.desk.record("start run", detail=title, actor=user.name)
    return job


def jobs_of(parts: Parts) -> Jobs:
    """What starts runs. Raises UsageError over invented data."""
    if parts.jobs is None:
        raise UsageError(
            "over invented data no run is started: it would mix real people into it",
            way_out="`talentscope demo --serve` can; for real data serve a data directory of your own",
        )
    return parts.jobs
