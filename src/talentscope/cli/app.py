"""The list of commands. Each command parses its words, builds its parts and hands over."""

from __future__ import annotations

from typing import Annotated

import typer

from talentscope import __version__
from talentscope.cli import (
    backup,
    companies,
    demo,
    leads,
    migrate,
    privacy,
    run,
    run_companies,
    sandbox,
    serve,
    status,
    topics,
    up,
    users,
)

app = typer.Typer(
    name="talentscope",
    help="Finds developers worth writing to, and employers worth joining, from public evidence, and shows why.\n\n"
    "Data goes to standard output, progress and logs to standard error. Exit codes: 0 done, 1 failed, 2 wrong use, "
    "75 out of budget (everything is kept, run again later). Settings come from the environment and .env "
    "(see dotenv-sample).",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"talentscope {__version__}")
        raise typer.Exit


@app.callback()
def _root(
    version: Annotated[
        bool, typer.Option("--version", help="Print the version and stop.", callback=_version, is_eager=True)
    ] = False,
) -> None:
    """Options of the program itself."""


app.command("demo")(demo.demo)
app.add_typer(run.app, name="run")
app.command("leads")(leads.leads)
app.command("explain")(leads.explain)
app.add_typer(companies.app, name="companies")
app.command("topics")(topics.topics)
app.command("serve")(serve.serve)
app.command("up")(up.up)
app.command("status")(status.status)
app.add_typer(run_companies.backfill_app, name="backfill")
app.add_typer(run_companies.import_app, name="import")
app.command("rebuild")(run.rebuild)
app.command("backup")(backup.backup)
app.command("restore")(backup.restore)
app.command("migrate")(migrate.migrate_command)
app.add_typer(privacy.app, name="privacy")
app.add_typer(users.app, name="users")
app.command("sandbox")(sandbox.sandbox)
