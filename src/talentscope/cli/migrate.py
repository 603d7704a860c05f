"""`migrate`: desk and warehouse as this version needs them, and the rights of the roles that use them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from talentscope.cli.assemble import prepare_home, warehouse_of
from talentscope.cli.database import desk_address
from talentscope.cli.events import endable
from talentscope.cli.secret import secret
from talentscope.cli.show import note, plain
from talentscope.desk.connection import HEAD, Step, database_at, migrate, plan
from talentscope.runtime.addresses import Postgres, parse_address
from talentscope.runtime.errors import UsageError
from talentscope.runtime.log import configure_log
from talentscope.runtime.settings import Settings, load_settings

if TYPE_CHECKING:
    from talentscope.desk.engines.engine import Database


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
        database = database_at(prepare_home(settings.home), desk_address(settings))
        try:
            steps = _desk(database, to=to or HEAD, is_plan=is_plan, is_sure=is_sure)
            if not to:
                _warehouse(settings, is_plan=is_plan)
            if not is_plan and (loader or readers):
                _grant(settings, database, loader=loader, readers=readers or [])
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


def _warehouse(settings: Settings, *, is_plan: bool) -> None:
    has_server = parse_address(secret(settings.database_url, setting="DATABASE_URL")) is not None
    if is_plan and not has_server and not (settings.home / "warehouse.duckdb").exists():
        note("the warehouse is new: its raw tables would be made")
        return
    with (
        warehouse_of(settings) as warehouse,
        warehouse.hold(wait_seconds=settings.lock_wait_seconds, purpose="migrate"),
    ):
        missing = warehouse.missing()
        if not is_plan:
            warehouse.prepare()
    if not missing:
        note(f"the warehouse ({warehouse.engine}) has every raw table; nothing to do")
    for table, columns in missing.items():
        what = "made" if len(columns) == len(table.schema.names) else f"widened by {', '.join(columns)}"
        note(f"  {'would be ' if is_plan else ''}{what}: raw.{table.name}")


def _grant(settings: Settings, database: Database, *, loader: str, readers: list[str]) -> None:
    from talentscope.warehouse.engines.roles import hand_over
    from talentscope.warehouse.transform import DERIVED_SCHEMAS

    warehouse = parse_address(secret(settings.database_url, setting="DATABASE_URL"))
    desk = desk_address(settings)
    if desk is None:
        raise UsageError(
            "roles are for PostgreSQL; this desk is a file", way_out="set DATABASE_URL, or leave out --loader, --reader"
        )
    from talentscope.desk.roles import grant_desk

    grant_desk(database, [role for role in (loader, *readers) if role])
    if isinstance(warehouse, Postgres):
        schemas = ("raw", "raw_staging", *DERIVED_SCHEMAS)
        found = hand_over(warehouse, schemas, loader=loader or None, readers=readers)
        if loader:
            note(f"{plain(loader)} owns {', '.join(found)}, may make the rest of the warehouse, and uses the desk")
    for reader in readers:
        note(f"{plain(reader)} uses the desk, and nothing else")
