"""The schedule as commands meet it: told of a run by hand, and shown with what ran last, what is next, what is late."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from talentscope.cli.assemble import build_desk, may_have_desk
from talentscope.cli.show import plain, print_table, warn
from talentscope.desk.desk import Desk
from talentscope.desk.tables import MESSAGE_LENGTH
from talentscope.runtime import schedule
from talentscope.runtime.clock import SystemClock
from talentscope.runtime.settings import Settings


def schedule_here(settings: Settings) -> list[dict[str, Any]]:
    """As `read_schedule`; nothing where nobody has a desk yet. Raises DeskError."""
    if not may_have_desk(settings):
        return []
    with build_desk(settings) as desk:
        return read_schedule(desk)


def read_schedule(desk: Desk) -> list[dict[str, Any]]:
    """One row for each entry; times are aware or None."""
    now, lease = desk.leases.now(), desk.leases.holder_of(schedule.LEASE)
    return [
        {
            "entry": plan.entry.name,
            "started_at": plan.last.started_at,
            "ended_at": plan.last.ended_at,
            "ending": plan.last.ending.value if plan.last.ending is not None else None,
            "code": plan.last.code,
            "run_id": plan.last.run_id,
            "ran_as": plan.last.ran_as,
            "message": plan.last.message,
            "next_at": plan.next_at,
            "is_due": plan.is_due,
            "is_overdue": plan.is_overdue,
            "due_since": plan.due_since,
            "held_by": lease.holder if lease is not None and lease.doing == plan.entry.name else None,
        }
        for plan in schedule.plan(now, desk.past_runs.read())
    ]


def print_schedule(rows: list[dict[str, Any]]) -> None:
    """The schedule for a person; what is overdue as a warning. Nothing without rows."""
    if not rows:
        return
    columns = ["entry", "ended", "how", "next", "now"]
    print_table("Schedule", columns, [_cells(row) for row in rows])
    for row in rows:
        if row["message"]:
            warn(f"{row['entry']} ended so: {plain(row['message'], limit=MESSAGE_LENGTH)}")
        if row["is_overdue"]:
            warn(f"{row['entry']} is overdue since {row['due_since']:%Y-%m-%d %H:%M} UTC")


def _cells(row: dict[str, Any]) -> list[str]:
    ended, how = row["ended_at"], row["ending"] or "never ran"
    now = f"held by {plain(row['held_by'])}" if row["held_by"] else "due" if row["is_due"] else ""
    return [
        row["entry"],
        f"{ended:%Y-%m-%d %H:%M} UTC" if ended is not None else "",
        how if row["ran_as"] in {"", row["entry"]} else f"{how}, by the {row['ran_as']}",
        f"{row['next_at']:%Y-%m-%d %H:%M} UTC",
        now,
    ]


def note_past_run(settings: Settings, entry: str, *, started_at: datetime, run_id: str = "", code: int = 0) -> None:
    """Tell the schedule of a run by hand that did what it would have done. `started_at` is by this machine's clock,
    which only says how long it took: the schedule goes by the desk's."""
    took = SystemClock().now() - started_at
    with build_desk(settings) as desk:
        ended_at = desk.leases.now()
        desk.past_runs.note(entry, started_at=ended_at - took, ended_at=ended_at, code=code, run_id=run_id)
