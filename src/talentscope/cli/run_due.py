"""`run --due`: what the schedule says, one after the other, under a lease that only one process has at a time.

One lease for all entries and not one each: the warehouse has one writer, a sweep is a talent run too, and whoever
waited for the warehouse with a lease in hand would only look busy (docs/decisions/0018).
"""

from __future__ import annotations

import os
import socket
import threading
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from functools import partial
from typing import TypeVar

import typer

from talentscope.cli.assemble import build_desk
from talentscope.cli.events import Events
from talentscope.cli.purge import purge_unseen
from talentscope.cli.run import collect_talent
from talentscope.cli.run_companies import collect_companies
from talentscope.cli.show import note, plain, warn
from talentscope.cli.stop import Stop
from talentscope.desk.desk import Desk
from talentscope.runtime import schedule
from talentscope.runtime.clock import SystemClock
from talentscope.runtime.errors import DeskError, OutOfBudget, TalentscopeError, WarehouseAway, WarehouseLocked
from talentscope.runtime.schedule import Ending, Entry
from talentscope.runtime.settings import Settings
from talentscope.runtime.tracing import leave_run

LEASE_SECONDS = 120.0
BEAT_SECONDS = 15.0
GRACE_SECONDS = 60.0
"""How long a run past its deadline has for its checkpoint; then its process ends, and its lease runs out."""

TRIES, TRY_SECONDS = 15, 2.0
"""How often, and how far apart, a server is asked that is being restarted."""

CLOCK = SystemClock()

Answer = TypeVar("Answer")


def run_due(settings: Settings, events: Events) -> None:
    """Run everything that is due, each entry once. One that fails does not keep the next from its turn.

    Raises typer.Exit with the code of the first that failed, else 75 if one ran out of budget, was asked to end, or
    found the warehouse held by a run that somebody began.
    Nothing due, or another process at it already: says so, and that is no failure.
    """
    with build_desk(settings) as desk:
        holder = f"{socket.gethostname()[:100]} process {os.getpid()} {uuid.uuid4().hex[:6]}"
        if not desk.leases.take(schedule.LEASE, holder, LEASE_SECONDS):
            found = desk.leases.holder_of(schedule.LEASE)
            who = f" ({found.holder}, {found.doing or 'since'} {found.taken_at:%H:%M} UTC)" if found else ""
            note(f"another `run --due` is at it{plain(who)}; nothing to do here")
            return
        try:
            codes = _work(settings, events, desk, holder)
        finally:
            with suppress(DeskError):  # it runs out by itself
                desk.leases.release(schedule.LEASE, holder)
    code = next((code for code in codes if code not in {0, schedule.OUT_OF_BUDGET}), max(codes, default=0))
    if code:
        raise typer.Exit(code)


def _work(settings: Settings, events: Events, desk: Desk, holder: str) -> list[int]:
    """Whatever is due under the lease, asked anew after each: a long run makes others due. The exit codes."""
    codes: list[int] = []
    tried: set[str] = set()
    while entry := next((e for e in _patiently(partial(_due, desk)) if e.name not in tried), None):
        tried |= {entry.name, *entry.covers}
        renew = partial(desk.leases.renew, schedule.LEASE, holder, LEASE_SECONDS, doing=entry.name)
        if not _patiently(renew):
            note(f"{entry.name} is left to whoever has the lease of the schedule by now")
            return codes
        with _beating(desk, entry, holder):
            codes.append(_run(entry, settings, events, desk))
    if not codes:
        plans = schedule.plan(desk.leases.now(), desk.past_runs.read())
        first = min(plans, key=lambda item: item.next_at)
        note(f"nothing is due; next: {first.entry.name} at {first.next_at:%Y-%m-%d %H:%M} UTC")
    return codes


def _due(desk: Desk) -> list[Entry]:
    """By the desk's clock, which all share: two machines never differ on which window it is."""
    return schedule.due(desk.leases.now(), desk.past_runs.read())


def _patiently(ask: Callable[[], Answer]) -> Answer:
    """What the desk answers; it may be on a server that is being restarted. Raises DeskError when it stays away."""
    for _ in range(TRIES - 1):
        try:
            return ask()
        except DeskError:
            CLOCK.sleep(TRY_SECONDS)
    return ask()


def _run(entry: Entry, settings: Settings, events: Events, desk: Desk) -> int:
    """One entry and its exit code; told to the schedule however it ends. Raises typer.Exit when asked to end."""
    leave_run()
    note(f"due: {entry.title}")
    events.note(f"due: {entry.title}")
    started_at, code, run_id, ending, message = _patiently(desk.leases.now), 1, "", Ending.failed, ""
    try:
        code, run_id = _execute_once_reached(entry, settings, events)
        ending = schedule.ending_of(code)
    except WarehouseLocked as error:  # nothing was begun, and the next call is soon enough
        code, ending, message = OutOfBudget.exit_code, Ending.stopped, error.message
        note(f"{entry.name}, not now: {plain(error.message, limit=400)}")
        events.note(f"{entry.name} waits for its next turn: {error.message}")
    except TalentscopeError as error:
        code, message = error.exit_code, error.message
        ending = Ending.stopped if code == OutOfBudget.exit_code else schedule.ending_of(code)
        warn(f"{entry.name}: {plain(error.message, limit=2000)}\n  way out: {plain(error.way_out, limit=1000)}")
        events.note(f"{entry.name} failed: {error.message} Way out: {error.way_out}")
    except (typer.Exit, KeyboardInterrupt) as ended:
        asked = Stop.in_force()
        code = ended.exit_code if isinstance(ended, typer.Exit) else OutOfBudget.exit_code
        ending = Ending.past_deadline if asked is not None and asked.reason == _late(entry) else Ending.stopped
        raise
    finally:
        _note_end(desk, entry, started_at=started_at, code=code, ending=ending, run_id=run_id, message=message)
    return code


def _note_end(
    desk: Desk, entry: Entry, *, started_at: datetime, code: int, ending: Ending, run_id: str, message: str
) -> None:
    """Tell the schedule, with patience: where the database was restarted under the run, the desk is away as well."""

    def tell() -> None:
        ended_at = desk.leases.now()
        desk.past_runs.note(
            entry.name,
            started_at=started_at,
            ended_at=ended_at,
            code=code,
            ending=ending,
            run_id=run_id,
            message=message,
        )

    try:
        _patiently(tell)
    except DeskError as error:
        warn(f"the end of {entry.name} could not be noted, so it stays due: {plain(error.message, limit=400)}")


def _execute_once_reached(entry: Entry, settings: Settings, events: Events) -> tuple[int, str]:
    """As `_execute`, with patience for a warehouse that is being restarted. Raises WarehouseAway when it stays away."""
    for _ in range(TRIES - 1):
        try:
            return _execute(entry, settings, events)
        except WarehouseAway as error:  # a run goes on where it was, so to try again is safe at any time
            note(f"{entry.name} waits: {plain(error.message, limit=400)}")
            CLOCK.sleep(TRY_SECONDS)
    return _execute(entry, settings, events)


def _execute(entry: Entry, settings: Settings, events: Events) -> tuple[int, str]:
    """The exit code and the id of a run."""
    if entry.name == "purge":
        events.stage("purging", total=None)
        purge_unseen(settings)
        return 0, ""
    if entry.name == "companies":
        return 0, collect_companies(settings, None, events)
    outcome = collect_talent(settings, None, events, is_sweep=entry.name == "sweep")
    return (OutOfBudget.exit_code if outcome.stopped is not None else 0), outcome.run_id


def _late(entry: Entry) -> str:
    return f"past its deadline of {entry.deadline}"


@contextmanager
def _beating(desk: Desk, entry: Entry, holder: str) -> Iterator[None]:
    """The lease is renewed until the block ends; where it is lost, or the entry past its deadline, we are ended."""
    is_over, stop = threading.Event(), Stop.in_force()
    started = CLOCK.now()

    def find_reason() -> str:
        """Beats until the block is over, or there is a reason to end it."""
        sure_at = CLOCK.now()
        while not is_over.wait(BEAT_SECONDS):
            now = CLOCK.now()
            if now - started > entry.deadline:
                return _late(entry)
            is_ours = _renew(desk, entry, holder)
            if is_ours:
                sure_at = now
            elif is_ours is False or (now - sure_at).total_seconds() > LEASE_SECONDS - GRACE_SECONDS:
                return "the lease of the schedule was lost"
        return ""

    def beat() -> None:
        reason = find_reason()
        if reason and stop is not None:
            stop.end(reason, within_seconds=GRACE_SECONDS)

    thread = threading.Thread(target=beat, name="lease", daemon=True)
    thread.start()
    try:
        yield
    finally:
        is_over.set()
        thread.join()


def _renew(desk: Desk, entry: Entry, holder: str) -> bool | None:
    """Whether the lease is ours still; None when the desk cannot be asked."""
    try:
        return desk.leases.renew(schedule.LEASE, holder, LEASE_SECONDS, doing=entry.name)
    except DeskError:
        return None
