"""`migrate`: desk and warehouse as this version needs them, and the rights of the roles that use them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from talentscope.cli.assemble import prepare_home, warehouse_of
from talentscope.cli.database import desk_address, warehouse_url
from talentscope.cli.events import endable
from talentscope.cli.show import note, plain
from talentscope.desk.connection import HEAD, Step, database_at, migrate, plan
from talentscope.runtime.addresses import Postgres, parse_address
from talentscope.runtime.errors import UsageError, WarehouseLocked
from talentscope.runtime.log import configure_log
from talentscope.runtime.settings import Settings, load_settings

if TYPE_CHECKING:
    from talentscope.desk.engines.engine import Database
    from talentscope.warehouse.connection import Warehouse
    from talentscope.warehouse.tables import RawTable

PATIENCE_SECONDS = 1500
"""How long a migration waits for a run, where nothing else is set; the job of deploy/terraform ends after 1800 s."""


def migrate_command(
    to: Annotated[
        str, typer.Option("--to", metavar="REVISION", help="Migrate the desk, and nothing else, to this revision.")
    ] = "",
    is_plan: Annotated[bool, typer.Option("--plan", help="Say what would be done; change nothing.")] = False,
    is_sure: Annotated[bool, typer.Option("--yes", help="Go back even where that deletes what people wrote.")] = False,
    loader: Annotated[
        str, typer.Option("--loader", metavar="ROLE", help="The role that runs: it gets the warehouse, and the desk.")
    ] = "",
    readers: Annotated[
        list[str] | None,
        typer.Option("--reader", metavar="ROLE", help="A role of the page: it gets the desk, and nothing else."),
    ] = None,
) -> None:
    """Bring desk and warehouse up to date, and say what was done.

    Every command does this by itself where it may. It is for servers where only one role may change tables, for a look
    beforehand (--plan), and for going back to an older version (--to; see docs/upgrade.md). Done twice it is the same
    as once.
    """
    settings = load_settings()
    configure_log(settings.log_level)
    with endable():
        server = _server(settings, loader=loader) if loader or readers or not to else None
        database = database_at(prepare_home(settings.home), desk_address(settings))
        try:
            steps = _desk(database, to=to or HEAD, is_plan=is_plan, is_sure=is_sure)
            if not to:
                _warehouse(settings, server, loader=loader, is_plan=is_plan)
            if not is_plan and (loader or readers):
                _grant(settings, database, server, loader=loader, readers=readers or [])
        finally:
            database.close()
    if to and not is_plan and steps:
        note(f"any command of this version brings the desk to {HEAD} again; install the other version now")


def _desk(database: Database, *, to: str, is_plan: bool, is_sure: bool) -> tuple[Step, ...]:
    found, steps = plan(database, to=to)
    at = f"the desk {plain(database.place)} is at {found or 'no revision: it is new'}"
    if not steps:
        note(f"{at}; nothing to do")
        return ()
    losing = [step for step in steps if step.is_loss]
    if losing and not is_sure and not is_plan:
        names = ", ".join(step.revision for step in losing)
        raise UsageError(
            f"going back to {to} takes away what {names} brought, with all that is kept in it",
            way_out="make a backup (talentscope backup), then add --yes; --plan shows each step",
        )
    done = steps if is_plan else migrate(database, to=to)
    note(at)
    for step in done:
        way = "takes away" if step.is_loss else "brings"
        note(f"  {'would be done' if is_plan else 'done'}: {step.revision} {way}: {plain(step.title)}")
    return done


def _server(settings: Settings, *, loader: str) -> Postgres | None:
    """The warehouse's server, Cloud SQL by its socket; None where the warehouse is elsewhere. Raises UsageError."""
    address = parse_address(warehouse_url(settings))
    if isinstance(address, Postgres):
        return address
    if loader:
        raise UsageError(
            f"--loader is for a warehouse on PostgreSQL; this one is {'a file' if address is None else 'BigQuery'}",
            way_out="set DATABASE_URL; or name the role with --reader, which gives it a desk that is on PostgreSQL",
        )
    return None


def _warehouse(settings: Settings, server: Postgres | None, *, loader: str, is_plan: bool) -> None:
    if server is not None:
        from talentscope.warehouse.engines.roles import keeper

        who = keeper(server, loader=loader or None)
        if who is not None:
            note(f"the warehouse: {plain(who)} makes and widens its tables whenever it runs; nothing to do")
            return
    if is_plan and warehouse_url(settings) is None and not (settings.home / "warehouse.duckdb").exists():
        note("the warehouse is new: its raw tables would be made")
        return
    with warehouse_of(settings) as warehouse:
        missing = _make(warehouse, settings, is_plan=is_plan)
        if not missing:
            note(f"the warehouse ({warehouse.engine}) has every raw table; nothing to do")
    for table, columns in missing.items():
        what = "made" if len(columns) == len(table.schema.names) else f"widened by {', '.join(columns)}"
        note(f"  {'would be ' if is_plan else ''}{what}: raw.{table.name}")


def _make(warehouse: Warehouse, settings: Settings, *, is_plan: bool) -> dict[RawTable, tuple[str, ...]]:
    """What raw lacks, made unless it is a plan. A release in the middle of a run waits only where there is work.

    A file of DuckDB is open in one process at a time: even a look would keep a run out that is about to begin.
    """
    if warehouse.engine != "duckdb":
        missing = warehouse.missing()
        warehouse.close()
        if is_plan or not missing:
            return missing
    with _alone(warehouse, settings):
        missing = warehouse.missing()
        if missing and not is_plan:
            warehouse.prepare()
    return missing


@contextmanager
def _alone(warehouse: Warehouse, settings: Settings) -> Iterator[None]:
    """The run lock. Where a run has it, this is said before the long wait."""
    is_set = "lock_wait_seconds" in settings.model_fields_set
    patience = settings.lock_wait_seconds if is_set else max(settings.lock_wait_seconds, PATIENCE_SECONDS)
    with ExitStack() as held:
        try:
            held.enter_context(warehouse.hold(wait_seconds=0, purpose="migrate"))
        except WarehouseLocked as locked:
            told = plain(locked.message).removesuffix("; waited 0 s")
            note(f"{told}; waiting up to {patience} s (TALENTSCOPE_LOCK_WAIT_SECONDS)")
            held.enter_context(warehouse.hold(wait_seconds=patience, purpose="migrate"))
        yield


def _grant(settings: Settings, database: Database, server: Postgres | None, *, loader: str, readers: list[str]) -> None:
    if desk_address(settings) is None:
        raise UsageError(
            "roles are for PostgreSQL; this desk is a file", way_out="set DATABASE_URL, or leave out --loader, --reader"
        )
    from talentscope.desk.roles import grant_desk

    grant_desk(database, [role for role in (loader, *readers) if role])
    if server is not None:
        _hand_over(settings, server, loader=loader, readers=readers)
    for reader in readers:
        note(f"{plain(reader)} uses the desk, and nothing else")


def _hand_over(settings: Settings, server: Postgres, *, loader: str, readers: list[str]) -> None:
    from talentscope.warehouse.engines.roles import hand_over, is_theirs
    from talentscope.warehouse.transform import DERIVED_SCHEMAS

    schemas = ("raw", "raw_staging", *DERIVED_SCHEMAS)
    with ExitStack() as held:
        if loader and not is_theirs(server, schemas, loader=loader):  # a run would lose its tables under its hands
            held.enter_context(_alone(held.enter_context(warehouse_of(settings)), settings))
        found = hand_over(server, schemas, loader=loader or None, readers=readers)
    if loader:
        owned = f"owns {', '.join(found)}, may make the rest of" if found else "may make"
        note(f"{plain(loader)} {owned} the warehouse, and uses the desk")
