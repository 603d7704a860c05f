"""When each pipeline is due. Pure: who asks brings the time and what ran last.

A window is a stretch of time in which a run is wanted once: an hour, or the day that begins at 02:00 UTC. Only the
present window counts, so however many were missed, they are caught up by one run.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

MONDAY = datetime(1970, 1, 5, tzinfo=UTC)
"""Where windows are counted from: the first Monday of the era."""

RETRY = timedelta(minutes=15)
"""How long a run that failed is left alone before it is tried again in the same window."""

DONE, OUT_OF_BUDGET = 0, 75


@dataclass(frozen=True)
class Entry:
    """One line of the schedule. A window begins at MONDAY + offset and each `period` later.

    `words` follow `talentscope run`. A run of this entry is one of each that it `covers`, too. `is_budget_an_end` says
    that a run which ends for want of budget has done its window: the next one goes on from there.
    """

    name: str
    title: str
    words: tuple[str, ...]
    period: timedelta
    offset: timedelta = timedelta()
    covers: tuple[str, ...] = ()
    is_budget_an_end: bool = False

    def window(self, now: datetime) -> datetime:
        """When the window that `now` lies in began."""
        passed = (now - MONDAY - self.offset) // self.period
        return MONDAY + self.offset + passed * self.period

    def has_done(self, code: int) -> bool:
        """Whether a run that ended with this exit code has done its window."""
        return code == DONE or (code == OUT_OF_BUDGET and self.is_budget_an_end)


ENTRIES = (
    Entry(
        "companies",
        "Companies: every source, daily at 02:00 UTC",
        ("companies",),
        timedelta(days=1),
        timedelta(hours=2),
    ),
    Entry(
        "sweep",
        "Full sweep: every match again, Sundays at 03:00 UTC",
        ("talent", "--sweep"),
        timedelta(days=7),
        timedelta(days=6, hours=3),
        covers=("talent",),
        is_budget_an_end=True,
    ),
    Entry("talent", "Talent: what was pushed since, hourly", ("talent",), timedelta(hours=1), is_budget_an_end=True),
)
"""In the order in which they run when several are due."""


@dataclass(frozen=True)
class Last:
    """What is known of an entry's runs; times are aware. `done_at` is the start of the last one that did its window."""

    done_at: datetime | None = None
    tried_at: datetime | None = None
    code: int | None = None


@dataclass(frozen=True)
class Plan:
    """How an entry stands: whether it is due now, and when it is next."""

    entry: Entry
    last: Last
    is_due: bool
    next_at: datetime


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
    entries: Iterable[Entry] = ENTRIES,
) -> dict[str, Last]:
    """What is known after a run of the entry `name` ended with exit code `code`."""
    by_name = {entry.name: entry for entry in entries}
    entry = by_name[name]
    after = dict(last_runs)
    for one in (entry, *(by_name[covered] for covered in entry.covers)):
        done_at = after.get(one.name, Last()).done_at
        after[one.name] = Last(started_at if entry.has_done(code) else done_at, ended_at, code)
    return after


def _plan(entry: Entry, now: datetime, last: Last) -> Plan:
    began = entry.window(now)
    if last.done_at is not None and last.done_at >= began:
        return Plan(entry, last, is_due=False, next_at=began + entry.period)
    has_failed = last.tried_at is not None and (last.done_at is None or last.tried_at > last.done_at)
    if has_failed and last.tried_at is not None and last.tried_at >= began and not entry.has_done(last.code or 0):
        again = min(last.tried_at + RETRY, began + entry.period)
        return Plan(entry, last, is_due=now >= again, next_at=max(now, again))
    return Plan(entry, last, is_due=True, next_at=now)
