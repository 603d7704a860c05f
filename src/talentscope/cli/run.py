"""`run talent`, `run --due` and `rebuild`: the commands that change the warehouse."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from talentscope.cli import run_companies
from talentscope.cli.assemble import brief_of, known_briefs, run_talent, warehouse_of
from talentscope.cli.events import Events, endable, stopped_by, told
from talentscope.cli.planned import note_past_run
from talentscope.cli.show import note, plain, warn
from talentscope.runtime.clock import SystemClock
from talentscope.runtime.errors import OutOfBudget
from talentscope.runtime.log import configure_log
from talentscope.runtime.settings import Settings, load_settings
from talentscope.scoring.brief import Brief

if TYPE_CHECKING:
    from talentscope.pipelines.talent.run import Outcome

app = typer.Typer(help="Collect, load, transform, check and publish.", no_args_is_help=True)


@app.callback(invoke_without_command=True)
def _pipelines(
    ctx: typer.Context,
    is_due: Annotated[
        bool, typer.Option("--due", help="Run what the schedule says is due, and nothing when nothing is.")
    ] = False,
    events: Annotated[
        Path | None, typer.Option("--events", hidden=True, help="Write progress as JSON lines there, for the page.")
    ] = None,
) -> None:
    """Collect, load, transform, check and publish."""
    ctx.obj = events
    if ctx.invoked_subcommand is None and is_due:
        from talentscope.cli.run_due import run_due

        settings = load_settings()
        configure_log(settings.log_level)
        with told(events) as telling:
            run_due(settings, telling)


@app.command("talent")
def talent(
    ctx: typer.Context,
    brief: Annotated[
        list[str] | None,
        typer.Option("--brief", "-b", help="A brief's name or file; may be repeated. Without it: every brief known."),
    ] = None,
    is_sweep: Annotated[
        bool, typer.Option("--sweep", help="Read every match again, not only what was pushed since the last run.")
    ] = False,
) -> None:
    """From GitHub to a published snapshot, for one or more briefs.

    Searches every match (not the first thousand only), reads the owners, asks for their share of the commits, stores as
    it goes, and publishes what people read. Goes on where the last run stopped. Exit code 75: the budget ended first,
    everything is kept and published, run again later.
    """
    settings = load_settings()
    configure_log(settings.log_level)
    with told(ctx.obj) as events:
        started_at = SystemClock().now()
        outcome = collect_talent(settings, brief, events, is_sweep=is_sweep)
        code = OutOfBudget.exit_code if outcome.stopped is not None else 0
        if not brief:
            entry = "sweep" if is_sweep else "talent"
            note_past_run(settings, entry, started_at=started_at, run_id=outcome.run_id, code=code)
        if code:
            raise typer.Exit(code)


app.command("companies")(run_companies.companies)


def collect_talent(settings: Settings, names: list[str] | None, events: Events, *, is_sweep: bool = False) -> Outcome:
    """One run for the briefs named, or for all. Raises as `run_talent`, and typer.Exit when it was asked to end."""
    briefs = [brief_of(settings, name) for name in names] if names else list(known_briefs(settings).values())
    try:
        outcome = run_talent(settings, briefs, events=events, is_sweep=is_sweep)
    except KeyboardInterrupt as stop:
        raise stopped_by(stop, events, "the next run goes on from there") from None
    tell(outcome, briefs)
    if outcome.stopped is not None:
        events.end(OutOfBudget.exit_code, outcome.stopped.message, "everything is kept; run again to go on from there")
    return outcome


def tell(outcome: Outcome, briefs: list[Brief]) -> None:
    """What a run did, in a few lines for a person."""
    spend = outcome.spend
    note(
        f"run {outcome.run_id}: {outcome.rows_loaded:,} rows stored in {outcome.seconds:.1f} s;"
        f" {spend.search_requests:,} search, {spend.core_requests:,} core and {spend.graphql_requests:,} GraphQL"
        f" requests ({spend.graphql_points:,} points)"
    )
    for sentence in outcome.left_out:
        warn(f"left out: {plain(sentence)}")
    if outcome.stopped is not None:
        resets = f" It is full again at {outcome.stopped.resets_at:%H:%M} UTC." if outcome.stopped.resets_at else ""
        warn(f"{plain(outcome.stopped.message)}.{resets} Everything is kept; run again to go on from there.")
    if briefs:
        note("published; look at it with: " + " or ".join(f"talentscope leads {brief.name}" for brief in briefs[:3]))


def rebuild(
    shrink: Annotated[
        bool, typer.Option("--shrink", help="Publish even if more than half of the repositories are gone.")
    ] = False,
) -> None:
    """Drop everything but the raw facts and build it again, then check and publish.

    Use it after a change of the models, or when staging or marts look wrong. Nothing is asked of GitHub.
    """
    settings = load_settings()
    configure_log(settings.log_level)
    with (
        endable(),
        warehouse_of(settings) as warehouse,
        warehouse.hold(wait_seconds=settings.lock_wait_seconds, purpose="rebuild"),
    ):
        warehouse.prepare()
        note("rebuilding staging and marts from raw")
        warehouse.rebuild()
        path = warehouse.publish(run_id="rebuild", is_forced=shrink)
    note(f"published {path.name}")
