"""A desk on which all but some entries of the schedule have just been done, at a time when that lasts a while."""

from __future__ import annotations

from datetime import datetime, timedelta

from tests.desk_world import Seat

from talentscope.desk.desk import Desk
from talentscope.desk.past_runs import PastRun
from talentscope.runtime.clock import Clock, SystemClock
from talentscope.runtime.schedule import ENTRIES

CLEAR = timedelta(seconds=90)
"""Longer than a test looks at what is due, on a busy machine too."""


def await_clear_time(clock: Clock) -> datetime:
    """The time, once no window is about to begin: at 03:30 the purge falls due, whatever was noted a second before."""
    while (left := _until_next_window(now := clock.now())) < CLEAR:  # a pause may end a little before its time
        clock.sleep(left.total_seconds())
    return now


def _until_next_window(now: datetime) -> timedelta:
    return min(entry.window(now) + entry.period for entry in ENTRIES) - now


def leave_due(seat: Seat, desk: Desk, *names: str) -> None:
    """Say that all else has just been done."""
    now = await_clear_time(SystemClock())
    for entry in ENTRIES:
        desk.past_runs.note(entry.name, started_at=now, ended_at=now, code=0)
    for name in names:
        seat.run(f"DELETE FROM past_runs WHERE entry = '{name}'")


def ran(desk: Desk) -> list[PastRun]:
    """What ran since, the newest first, without what `leave_due` said."""
    return [run for run in desk.past_runs.list() if run.ended_at > run.started_at]
