"""When each pipeline is due. Pure: who asks brings the time and what ran last.

A window is a stretch of time in which a run is wanted once: an hour, or the day that begins at 02:00 UTC. Only the
present window counts, so however many were missed, they are caught up by one run.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

MONDAY = datetime(1970, 1, 5, tzinfo=UTC)
"""Where windows are counted from: the first Monday of the era."""

RETRY = timedelta(minutes=15)
"""How long a run that did not do its window is left alone before it is tried again in the same window."""

LEASE = "schedule"
"""The name of the lease under which `run --due` works; one for all entries (docs/decisions/0018)."""

LEAST_PATIENCE = timedelta(hours=1)

DONE, OUT_OF_BUDGET = 0, 75


class Ending(StrEnum):
    """How a run ended. The last three go with the exit code 75 or, stopped by hand, 130; all is kept in each case."""

    done = "done"
    failed = "failed"
    out_of_budget = "out of budget"
    stopped = "stopped"
    past_deadline = "past its deadline"


def ending_of(code: int) -> Ending:
    """What an exit code alone says."""
    return {DONE: Ending.done, OUT_OF_BUDGET: Ending.out_of_budget, 130: Ending.stopped}.get(code, Ending.failed)


@dataclass(frozen=True)
class Entry:
    """One line of the schedule. A window begins at MONDAY + offset and each `period` later.

    `command` follows `talentscope`. A run of this entry is one of each that it `covers`, too. `is_budget_an_end` says
    that a run which ends for want of budget has done its window: the next one goes on from there. A run that takes
    longer than `deadline` is asked to end, and goes on with the next call.
    """

    name: str
    title: str
    command: tuple[str, ...]
    period: timedelta
    deadline: timedelta
    offset: timedelta = timedelta()
    covers: tuple[str, ...] = ()
    is_budget_an_end: bool = False

    def window(self, now: datetime) -> datetime:
        """When the window that `now` lies in began."""
        passed = (now - MONDAY - self.offset) // self.period
        return MONDAY + self.offset + passed * self.period

    def has_done(self, ending: Ending) -> bool:
        """Whether a run that ended so has done its window."""
        return ending is Ending.done or (ending is Ending.out_of_budget and self.is_budget_an_end)

    @property
    def patience(self) -> timedelta:
        """How long after it fell due it is called overdue: a run that began in time would have ended."""
        return max(self.deadline, LEAST_PATIENCE)


ENTRIES = (
    Entry(
        "companies",
        "Companies: every source, daily at 02:00 UTC",
        ("run", "companies"),
        timedelta(days=1),
        deadline=timedelta(hours=4),
        offset=timedelta(hours=2),
    ),
    Entry(
        "sweep",
        "Full sweep: every match again, Sundays at 03:00 UTC",
        ("run", "talent", "--sweep"),
        timedelta(days=7),
        deadline=timedelta(hours=20),
        offset=timedelta(days=6, hours=3),
        covers=("talent",),
        is_budget_an_end=True,
    ),
    Entry(
        "talent",
        "Talent: what was pushed since, hourly",
        ("run", "talent"),
        timedelta(hours=1),
        deadline=timedelta(minutes=50),
        is_budget_an_end=True,
    ),
    Entry(
        "purge",
        "Purge: what was not seen again for too long, daily at 03:30 UTC",
        ("privacy", "purge"),
        timedelta(days=1),
        deadline=timedelta(minutes=30),
        offset=timedelta(hours=3, minutes=30),
    ),
)
"""In the order in which they run when several are due: what fills an empty page first, the purge last."""

BY_NAME = {entry.name: entry for entry in ENTRIES}


@dataclass(frozen=True)
class Last:
    """What is known of an entry's runs; times are aware. `done_at` is the start of the last one that did its window,

    all else is of the one that ended last. `ran_as` names another entry where that one covered this one.
    """

    done_at: datetime | None = None
    started_at: datetime | None = None
    ended_at: datetime | None = None
    code: int | None = None
    ending: Ending | None = None
    run_id: str = ""
    ran_as: str = ""
    message: str = ""


@dataclass(frozen=True)
class Plan:
    """How an entry stands: whether it is due now, when it is next, and since when it is late, if it is.

    `due_since` is None before it has ever done a window, for nobody knows since when it is awaited then.
    """

    entry: Entry
    last: Last
    is_due: bool
    next_at: datetime
    due_since: datetime | None = None
    is_overdue: bool = False


def plan(now: datetime, last_runs: Mapping[str, Last], entries: Sequence[Entry] = ENTRIES) -> tuple[Plan, ...]:
    """How each entry stands at `now`."""
    return tuple(_plan(entry, now, last_runs.get(entry.name, Last())) for entry in entries)


def due(now: datetime, last_runs: Mapping[str, Last], entries: Sequence[Entry] = ENTRIES) -> list[Entry]:
    """What is to be run now, in order, without what another of them covers."""
    wanted = [item.entry for item in plan(now, last_runs, entries) if item.is_due]
    covered = {name for entry in wanted for name in entry.covers}
    return [entry for entry in wanted if entry.name not in covered]


def note_run(
    last_runs: Mapping[str, Last],
    name: str,
    *,
    started_at: datetime,
    ended_at: datetime,
    code: int,
    ending: Ending | None = None,
    run_id: str = "",
) -> dict[str, Last]:
    """What is known after a run of the entry `name` ended with exit code `code`."""
    entry, after, ending = BY_NAME[name], dict(last_runs), ending or ending_of(code)
    for one in (name, *entry.covers):
        done_at = started_at if entry.has_done(ending) else after.get(one, Last()).done_at
        after[one] = Last(done_at, started_at, ended_at, code, ending, run_id, name)
    return after


def _plan(entry: Entry, now: datetime, last: Last) -> Plan:
    began = entry.window(now)
    if last.done_at is not None and last.done_at >= began:
        return Plan(entry, last, is_due=False, next_at=began + entry.period)
    due_since = entry.window(last.done_at) + entry.period if last.done_at is not None else None
    is_overdue = due_since is not None and now - due_since > entry.patience
    next_at = now
    if last.ended_at is not None and last.ended_at >= began and _is_to_rest(entry, last):
        next_at = max(now, min(last.ended_at + RETRY, began + entry.period))
    return Plan(entry, last, is_due=next_at <= now, next_at=next_at, due_since=due_since, is_overdue=is_overdue)


def _is_to_rest(entry: Entry, last: Last) -> bool:
    """Whether the last run is to be left alone for a while. One past its deadline goes on at once."""
    return last.ending is not None and last.ending is not Ending.past_deadline and not entry.has_done(last.ending)
