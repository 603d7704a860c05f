"""`run companies`, `backfill companies`, `import companies`: the commands that bring facts about companies."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from talentscope.cli.assemble import companies_run, prepare_home, registry_of
from talentscope.cli.events import Events, endable, stopped_by, told
from talentscope.cli.planned import note_past_run
from talentscope.cli.show import note, plain, warn
from talentscope.runtime.clock import SystemClock
from talentscope.runtime.errors import UsageError
from talentscope.runtime.log import configure_log
from talentscope.runtime.settings import Settings, load, load_settings
from talentscope.runtime.upstreams import Upstreams

if TYPE_CHECKING:
    from talentscope.pipelines.companies.run import Outcome
    from talentscope.registry.read import Registry
    from talentscope.sources.table.client import Imported
    from talentscope.sources.table.owners import UnknownRow

SHOWN_NOTES = 20
SHOWN_ROWS = 5

backfill_app = typer.Typer(help="Read the past of sources that have one.", no_args_is_help=True)
import_app = typer.Typer(help="Bring facts from a file of your own.", no_args_is_help=True)

Sources = Annotated[
    list[str] | None, typer.Option("--source", "-s", help="Ask only this source; may be repeated. Without it: all.")
]


@backfill_app.callback()
def _backfills() -> None:
    """Read the past of sources that have one."""


@import_app.callback()
def _imports() -> None:
    """Bring facts from a file of your own."""


def companies(ctx: typer.Context, source: Sources = None) -> None:
    """From public sources to a published ranking of employers, for every company of the registry.

    Asks all sources at once: market value and head-count, job boards, what people write. A source that is down costs
    its own facts of the day and nothing else: the last good value stays, with its age, and the run says so. Run it
    daily.
    """
    settings = load_settings()
    configure_log(settings.log_level)
    with told(ctx.obj) as events:
        started_at = SystemClock().now()
        run_id = collect_companies(settings, source, events)
        if not source:
            note_past_run(settings, "companies", started_at=started_at, run_id=run_id)


def collect_companies(settings: Settings, only: list[str] | None, events: Events) -> str:
    """One run for the sources named, or for all; its id. Raises as CompaniesRun.execute, typer.Exit when stopped."""
    if not settings.contact:
        warn("TALENTSCOPE_CONTACT is not set (a mail address or URL): the SEC refuses whoever gives none")
    try:
        with companies_run(settings, load(Upstreams), only=only, events=events) as run:
            outcome = run.execute()
    except KeyboardInterrupt as stop:
        raise stopped_by(stop, events, "run again for the rest") from None
    tell(outcome)
    for sentence in outcome.warnings:
        events.note(sentence)
    note("published; look at it with: talentscope companies")
    return outcome.run_id


@backfill_app.command("companies")
def backfill(
    first: Annotated[datetime, typer.Option("--from", formats=["%Y-%m-%d"], help="The first day (UTC).")],
    last: Annotated[datetime, typer.Option("--to", formats=["%Y-%m-%d"], help="The last day, included.")],
    source: Sources = None,
) -> None:
    """Read past days: filings and their head-counts by month, posts by day. Boards, prices and news have no past.

    Days that were read before are read again and replaced; nothing is counted twice.
    """
    settings, upstreams = load_settings(), load(Upstreams)
    configure_log(settings.log_level)
    days = _check_days(first.date(), last.date())
    with endable(), companies_run(settings, upstreams, only=source) as run:
        if not any(one.has_past for one in run.sources):
            raise UsageError("none of these sources has a past", way_out="sec, hackernews and fmp have one")
        outcome = run.backfill(first=days[0], last=days[1])
    tell(outcome)


@import_app.command("companies")
def import_companies(
    path: Annotated[Path, typer.Argument(metavar="FILE", help="CSV with a header, or JSON lines; .gz too.")],
    as_of: Annotated[
        datetime | None,
        typer.Option("--as-of", formats=["%Y-%m-%d"], help="The day that the facts are of, if no column says it."),
    ] = None,
    name: Annotated[str, typer.Option("--name", help="What the source is called beside each fact.")] = "csv",
    column: Annotated[
        list[str] | None,
        typer.Option("--column", help="FACT=COLUMN where the header is not understood: market_value_usd=Cap."),
    ] = None,
    tickers: Annotated[
        Path | None, typer.Option("--tickers", help="SEC's company_tickers.json, for the CIK of companies to be added.")
    ] = None,
    add: Annotated[
        bool, typer.Option("--add", help="Add companies that the registry does not know to registry.csv.")
    ] = False,
) -> None:
    """Prices, market values and head-counts from a file, as facts of a source named `csv`.

    Every fact keeps its day; nothing that was stored is overwritten. Rows of companies that the registry does not know
    are counted and listed, or added with --add.
    """
    from talentscope.sources.table.client import read_table

    settings, upstreams = load_settings(), load(Upstreams)
    configure_log(settings.log_level)
    registry = registry_of(settings, upstreams)
    imported = read_table(
        path,
        registry=registry,
        as_of=as_of.date() if as_of else None,
        source_name=name,
        columns=dict(_pair(text) for text in column or []),
        tickers_file=tickers,
        is_adding=add,
    )
    if not imported.observations:
        raise UsageError(
            f"{path.name}: none of its {imported.row_count:,} rows is of a company of the registry",
            way_out="--add adds them; talentscope companies --registry shows who is in it",
        )
    _store(imported, settings, upstreams, registry=registry, file=path.name)


def _store(imported: Imported, settings: Settings, upstreams: Upstreams, *, registry: Registry, file: str) -> None:
    """New companies into the registry first, so that no fact is of nobody; then the facts."""
    from talentscope.registry.write import add_rows

    if imported.new_companies:
        target = upstreams.registry or prepare_home(settings.home) / "registry.csv"
        add_rows(registry, imported.new_companies, target)
        note(f"{len(imported.new_companies):,} companies added to {target}")
    with endable(), companies_run(settings, upstreams) as run:
        outcome = run.keep(imported.observations, purpose=f"import companies {file}")
    known = sum(fact.value is not None for fact in imported.observations)
    note(
        f"run {outcome.run_id}: {imported.row_count:,} rows read, {known:,} facts stored and published in"
        f" {outcome.seconds:.1f} s, {len(imported.observations) - known:,} cells without a value"
    )
    _tell_unknown(imported.unknown_rows)


def _tell_unknown(rows: Sequence[UnknownRow]) -> None:
    """Rows that are no company's, the first few by name."""
    if rows:
        warn(f"{len(rows):,} rows are of no company of the registry and were left out; --add adds them")
    for row in rows[:SHOWN_ROWS]:
        note(f"  row {row.number}: {plain(row.name or row.ticker or row.cik)}: {plain(row.reason)}")
    if len(rows) > SHOWN_ROWS:
        note(f"  and {len(rows) - SHOWN_ROWS:,} more")


def tell(outcome: Outcome) -> None:
    """What a run did, in a few lines for a person."""
    asked = [visit for visit in outcome.visits if visit.state != "off"]
    requests = sum(visit.requests for visit in asked)
    unchanged = sum(visit.unchanged for visit in asked)
    names = {visit.source for visit in asked}
    note(
        f"run {outcome.run_id}: {outcome.rows_loaded:,} rows stored in {outcome.seconds:.1f} s;"
        f" {requests:,} requests to {len(names)} sources, {unchanged:,} answered as unchanged"
    )
    for visit in outcome.visits:
        if visit.state == "off":
            note(f"off: {visit.source}: {plain(visit.reason)}")
    for sentence in outcome.warnings:
        warn(plain(sentence, limit=400))
    for sentence in outcome.notes[:SHOWN_NOTES]:
        note(plain(sentence, limit=400))
    if len(outcome.notes) > SHOWN_NOTES:
        note(f"and {len(outcome.notes) - SHOWN_NOTES:,} more such notes")


def _check_days(first: date, last: date) -> tuple[date, date]:
    today = datetime.now(UTC).date()
    if first > last:
        raise UsageError(f"expected --from before --to, came {first} and {last}", way_out="swap them")
    if last >= today:
        raise UsageError(
            f"expected days that are over, came --to {last}", way_out="`talentscope run companies` reads today"
        )
    return first, last


def _pair(text: str) -> tuple[str, str]:
    fact, found, column = text.partition("=")
    if not found or not column:
        raise UsageError(f"expected FACT=COLUMN, came {text[:80]!r}", way_out="for example market_value_usd=Marketcap")
    return fact.strip(), column.strip()
