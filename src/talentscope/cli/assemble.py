"""Where the parts are put together: settings become sessions, warehouses and desks. Nothing else builds these."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import SecretStr

from talentscope import __version__
from talentscope.cli.show import Bars
from talentscope.desk.suppression import Desk, open_desk
from talentscope.runtime.clock import SystemClock
from talentscope.runtime.errors import WarehouseError
from talentscope.runtime.settings import Settings
from talentscope.scoring.brief import Brief
from talentscope.sources.github.client import GitHub
from talentscope.transport.session import Session

if TYPE_CHECKING:
    from talentscope.pipelines.talent.run import Outcome
    from talentscope.warehouse.connection import Warehouse


def secret(value: SecretStr | None) -> str | None:
    """The text of a secret setting, or None."""
    return value.get_secret_value() if value is not None else None


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
    return open_desk(home=prepare_home(settings.home), key=secret(settings.desk_key), clock=SystemClock())


@contextmanager
def warehouse_of(settings: Settings) -> Iterator[Warehouse]:
    """The warehouse of this installation, closed at the end."""
    from talentscope.warehouse.connection import open_warehouse

    home = prepare_home(settings.home)
    with open_warehouse(home=home, database_url=secret(settings.database_url), clock=SystemClock()) as warehouse:
        yield warehouse


def run_talent(settings: Settings, briefs: list[Brief]) -> Outcome:
    """One run of the talent pipeline with progress on standard error."""
    from talentscope.pipelines.talent.run import Pace, TalentRun
    from talentscope.scoring.topics import search_terms

    clock = SystemClock()
    contact = f" (+{settings.contact})" if settings.contact else ""
    with Bars() as bars, warehouse_of(settings) as warehouse:
        session = Session(
            user_agent=f"talentscope/{__version__}{contact}",
            token=secret(settings.github_token),
            clock=clock,
            max_wait_seconds=settings.max_wait_seconds,
            timeout_seconds=settings.timeout_seconds,
            on_wait=bars.waiting,
        )
        run = TalentRun(
            github=GitHub(
                session,
                api_url=settings.api_url,
                graphql_url=settings.graphql_url,
                clock=clock,
                has_token=settings.github_token is not None,
            ),
            warehouse=warehouse,
            desk=build_desk(settings),
            clock=clock,
            watcher=bars,
            pace=Pace(
                batch_rows=settings.batch_rows,
                overlap=timedelta(seconds=settings.overlap_seconds),
                sweep_every=timedelta(days=settings.sweep_days),
                lock_wait_seconds=settings.lock_wait_seconds,
            ),
            terms_of=search_terms,
        )
        return run.execute(briefs)
