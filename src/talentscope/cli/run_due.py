"""`run --due`: what the schedule says, one after the other."""

from __future__ import annotations

import typer

from talentscope.cli.assemble import prepare_home
from talentscope.cli.events import Events
from talentscope.cli.run import collect_talent
from talentscope.cli.run_companies import collect_companies
from talentscope.cli.show import note, plain, warn
from talentscope.runtime import schedule
from talentscope.runtime.clock import SystemClock
from talentscope.runtime.errors import TalentscopeError
from talentscope.runtime.past_runs import PastRuns
from talentscope.runtime.settings import Settings


def run_due(settings: Settings, events: Events) -> None:
    """Run everything that is due. One that fails does not keep the next from its turn.

    Raises typer.Exit with the code of the first that failed, else 75 if one ran out of budget. Nothing due, or another
    process at it already: says so, and that is no failure.
    """
    past, clock = PastRuns(prepare_home(settings.home)), SystemClock()
    with past.turn() as is_ours:
        if not is_ours:
            note("another `run --due` is at it; nothing to do here")
            return
        entries = schedule.due(clock.now(), past.read())
        if not entries:
            first = min(schedule.plan(clock.now(), past.read()), key=lambda item: item.next_at)
            note(f"nothing is due; next: {first.entry.name} at {first.next_at:%Y-%m-%d %H:%M} UTC")
            return
        codes = [_run(entry, settings, events, past) for entry in entries]
    code = next((code for code in codes if code not in {0, schedule.OUT_OF_BUDGET}), max(codes))
    if code:
        raise typer.Exit(code)


def _run(entry: schedule.Entry, settings: Settings, events: Events, past: PastRuns) -> int:
    """One entry and its exit code; told to the schedule however it ends."""
    note(f"due: {entry.title}")
    events.note(f"due: {entry.title}")
    started_at = SystemClock().now()
    code = 1
    try:
        if entry.words[0] == "companies":
            collect_companies(settings, None, events)
            code = 0
        else:
            code = collect_talent(settings, None, events, is_sweep="--sweep" in entry.words)
    except TalentscopeError as error:
        code = error.exit_code
        warn(f"{entry.name}: {plain(error.message, limit=2000)}\n  way out: {plain(error.way_out, limit=1000)}")
        events.note(f"{entry.name} failed: {error.message} Way out: {error.way_out}")
    except typer.Exit as ended:
        code = ended.exit_code
        raise
    finally:
        if code:
            past.note(entry.name, started_at=started_at, ended_at=SystemClock().now(), code=code)
    return code
