"""`run talent` and `rebuild`: the commands that change the warehouse."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from talentscope.cli import run_companies
from talentscope.cli.assemble import run_talent, warehouse_of
from talentscope.cli.show import note, plain, warn
from talentscope.runtime.errors import OutOfBudget
from talentscope.runtime.log import configure_log
from talentscope.runtime.settings import load_settings
from talentscope.scoring.brief import Brief, find_brief, list_briefs

if TYPE_CHECKING:
    from talentscope.pipelines.talent.run import Outcome

STOPPED_BY_HAND = 130
"""128 + SIGINT, as shells have it."""

app = typer.Typer(help="Collect, load, transform, check and publish.", no_args_is_help=True)


@app.callback()
def _pipelines() -> None:
    """Collect, load, transform, check and publish."""


@app.command("talent")
def talent(
    brief: Annotated[
        list[str] | None,
        typer.Option("--brief", "-b", help="A brief's name or file; may be repeated. Without it: every brief known."),
    ] = None,
) -> None:
    """From GitHub to a published snapshot, for one or more briefs.

    Searches every match (not the first thousand only), reads the owners, asks for their share of the commits, stores as
    it goes, and publishes what people read. Goes on where the last run stopped. Exit code 75: the budget ended first,
    everything is kept and published, run again later.
    """
    settings = load_settings()
    configure_log(settings.log_level)
    briefs = [find_brief(name) for name in brief or list_briefs()]
    try:
        outcome = run_talent(settings, briefs)
    except KeyboardInterrupt:
        warn("stopped by hand; everything collected so far is stored, and the next run goes on from there")
        raise typer.Exit(STOPPED_BY_HAND) from None
    tell(outcome, briefs)
    if outcome.stopped is not None:
        raise typer.Exit(OutOfBudget.exit_code)


app.command("companies")(run_companies.companies)


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
        warehouse_of(settings) as warehouse,
        warehouse.hold(wait_seconds=settings.lock_wait_seconds, purpose="rebuild"),
    ):
        warehouse.prepare()
        note("rebuilding staging and marts from raw")
        warehouse.rebuild()
        path = warehouse.publish(run_id="rebuild", is_forced=shrink)
    note(f"published {path.name}")
