"""Where the parts are put together: settings become sessions, warehouses and desks. Nothing else builds these."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from talentscope import __version__
from talentscope.cli.database import desk_address, warehouse_url
from talentscope.cli.events import BarsAndEvents, Events
from talentscope.cli.published import shared_place
from talentscope.cli.secret import secret, token
from talentscope.cli.show import Bars
from talentscope.desk.briefs import SavedBrief
from talentscope.desk.connection import FILE as DESK_FILE
from talentscope.desk.desk import Desk, open_desk
from talentscope.registry.read import Registry, read_registry
from talentscope.runtime.clock import SystemClock
from talentscope.runtime.errors import BriefError, WarehouseError
from talentscope.runtime.settings import Settings, load
from talentscope.runtime.upstreams import Upstreams
from talentscope.scoring.brief import Brief, find_brief, is_path, list_briefs, parse_brief
from talentscope.sources.github.client import GitHub, Spend
from talentscope.transport.session import Session

if TYPE_CHECKING:
    from talentscope.pipelines.companies.run import CompaniesRun
    from talentscope.pipelines.talent.run import Outcome
    from talentscope.warehouse.connection import Warehouse


def prepare_home(home: Path) -> Path:
    """Make the data directory, readable by its owner only. Raises WarehouseError if that is not possible."""
    try:
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
        probe = home / ".writable"
        probe.touch()
        probe.unlink()
    except OSError as error:
        raise WarehouseError(
            f"the data directory {home} cannot be written: {error.strerror or error}",
            way_out="give it to the user who runs talentscope, or set TALENTSCOPE_HOME to another directory",
        ) from error
    return home


def build_desk(settings: Settings) -> Desk:
    """The desk of this installation."""
    return open_desk(
        home=prepare_home(settings.home),
        key=secret(settings.desk_key, setting="TALENTSCOPE_DESK_KEY"),
        clock=SystemClock(),
        cooldown_days=settings.cooldown_days,
        address=desk_address(settings),
        connections=settings.database_connections,
    )


def may_have_desk(settings: Settings) -> bool:
    """Whether anybody may have written anything yet: no desk is made only to look into it."""
    return desk_address(settings) is not None or (settings.home / DESK_FILE).exists()


def registry_of(settings: Settings, upstreams: Upstreams) -> Registry:
    """The registry in force: the one that is set, else registry.csv in the data directory, else the shipped one."""
    own = settings.home / "registry.csv"
    return read_registry(upstreams.registry or (own if own.exists() else None))


@contextmanager
def warehouse_of(settings: Settings) -> Iterator[Warehouse]:
    """The warehouse of this installation, closed at the end."""
    from talentscope.warehouse.connection import open_warehouse

    home = prepare_home(settings.home)
    address = warehouse_url(settings)
    with open_warehouse(
        home=home, database_url=address, clock=SystemClock(), shared=shared_place(settings)
    ) as warehouse:
        yield warehouse


def known_briefs(settings: Settings) -> dict[str, Brief]:
    """Every brief by name: those that come with talentscope, files in briefs/, and those saved on the page, which win.

    Raises BriefError for one that is no brief any more.
    """
    found = {name: find_brief(name) for name in list_briefs()}
    if not may_have_desk(settings):
        return found
    with build_desk(settings) as desk:
        return found | {item.name: _parse_saved(item) for item in desk.briefs.list()}


def brief_of(settings: Settings, name_or_path: str) -> Brief:
    """The brief saved on the page under that name, else the file, else the one that comes with talentscope.

    Raises BriefError.
    """
    if not is_path(name_or_path) and may_have_desk(settings):
        with build_desk(settings) as desk:
            saved = desk.briefs.get(name_or_path)
            others = [item.name for item in desk.briefs.list()]
        if saved is not None:
            return _parse_saved(saved)
        if others:
            try:
                return find_brief(name_or_path)
            except BriefError as error:
                raise BriefError(error.message, way_out=f"{error.way_out}; saved: {', '.join(others)}") from error
    return find_brief(name_or_path)


def _parse_saved(saved: SavedBrief) -> Brief:
    return parse_brief(saved.text, source=saved.name).model_copy(update={"name": saved.name})


def run_talent(
    settings: Settings, briefs: list[Brief], *, events: Events | None = None, is_sweep: bool = False
) -> Outcome:
    """One run of the talent pipeline with progress on standard error and in `events`.

    `is_sweep`: read every match again, not only what was pushed since.
    """
    from talentscope.pipelines.talent.run import Pace, TalentRun
    from talentscope.scoring.topics import search_terms
    from talentscope.warehouse.employers import note_employers

    clock, registry = SystemClock(), registry_of(settings, load(Upstreams))
    events = events or Events()
    with Bars() as bars, warehouse_of(settings) as warehouse:
        watcher = BarsAndEvents(bars, events)
        github = _github(settings, watcher)
        events.count_by(lambda: _requests(github.spend()))
        run = TalentRun(
            github=github,
            warehouse=warehouse,
            desk=build_desk(settings),
            clock=clock,
            watcher=watcher,
            pace=Pace(
                batch_rows=settings.batch_rows,
                overlap=timedelta(seconds=settings.overlap_seconds),
                sweep_every=timedelta() if is_sweep else timedelta(days=settings.sweep_days),
                lock_wait_seconds=settings.lock_wait_seconds,
                retention=settings.retention,
            ),
            terms_of=search_terms,
            note_employers=lambda run_id, at: note_employers(
                warehouse, registry, on=at.date(), run_id=run_id, observed_at=at
            ),
        )
        return run.execute(briefs)


def _github(settings: Settings, watcher: BarsAndEvents) -> GitHub:
    contact, clock = f" (+{settings.contact})" if settings.contact else "", SystemClock()
    session = Session(
        user_agent=f"talentscope/{__version__}{contact}",
        token=token(settings.github_token, setting="GITHUB_TOKEN"),
        clock=clock,
        max_wait_seconds=settings.max_wait_seconds,
        timeout_seconds=settings.timeout_seconds,
        on_wait=watcher.waiting,
    )
    return GitHub(
        session,
        api_url=settings.api_url,
        graphql_url=settings.graphql_url,
        clock=clock,
        has_token=settings.github_token is not None,
    )


def _requests(spend: Spend) -> dict[str, int]:
    return {"search": spend.search_requests, "core": spend.core_requests, "GraphQL": spend.graphql_requests}


@contextmanager
def companies_run(
    settings: Settings,
    upstreams: Upstreams,
    *,
    only: list[str] | None = None,
    hurried: bool = False,
    events: Events | None = None,
) -> Iterator[CompaniesRun]:
    """A run of the companies pipeline with its warehouse open, and progress on standard error and in `events`.

    `only` names the sources to ask, all when None. Raises UsageError for a name that is not known.
    """
    from talentscope.cli.upstreams import Recall, wire
    from talentscope.pipelines.companies.posts import sum_up
    from talentscope.pipelines.companies.run import CompaniesRun, Pace
    from talentscope.registry.names import Names
    from talentscope.scoring.sentiment import score_posts
    from talentscope.warehouse.employers import note_employers

    clock, recall = SystemClock(), Recall()
    registry, today = registry_of(settings, upstreams), clock.now().date()
    names = Names(registry.companies, on=today)
    wiring = wire(settings, upstreams, clock=clock, find=names.find, recall=recall, hurried=hurried)
    if only:
        wiring.only(only)
    events = events or Events()
    events.count_by(lambda: {source.name: wiring.spent(source.name)[0] for source in wiring.sources})
    with closing(wiring), Bars() as bars, warehouse_of(settings) as warehouse:
        yield CompaniesRun(
            companies=registry.companies,
            sources=wiring.sources,
            off=wiring.off,
            spent=wiring.spent,
            warehouse=warehouse,
            clock=clock,
            watcher=BarsAndEvents(bars, events),
            pace=Pace(settings.batch_rows, settings.lock_wait_seconds, timedelta(seconds=settings.source_seconds)),
            summarise=partial(sum_up, score=partial(score_posts, find=names.find)),
            note_employers=lambda run_id, at: note_employers(
                warehouse, registry, on=today, run_id=run_id, observed_at=at
            ),
            recall=lambda: recall.read(warehouse, registry),
        )
