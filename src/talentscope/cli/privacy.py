"""`privacy`: a person's no, and its end."""

from __future__ import annotations

from typing import Annotated

import typer

from talentscope.cli.assemble import build_desk
from talentscope.cli.show import note, plain
from talentscope.runtime.errors import SnapshotMissing, UsageError
from talentscope.runtime.settings import Settings, load_settings
from talentscope.warehouse.snapshot import open_snapshot

app = typer.Typer(help="Keep to a person's no: suppress, and release again.", no_args_is_help=True)
ID_DIGITS = 18
"""What fits into 64 bits; GitHub's own ids have nine."""

Who = Annotated[str, typer.Argument(metavar="LOGIN_OR_ID", help="A GitHub login, or the account's numeric id.")]


@app.command("suppress")
def suppress(
    who: Who,
    reason: Annotated[str, typer.Option("--reason", help="Why, for the record; no names, please.")] = "asked for it",
) -> None:
    """Never show, score, export or keep this account.

    Works at once in leads; the next run deletes what was collected of it and loads nothing more. Only keyed hashes of
    id and login are stored; a renamed account stays suppressed if its id is known.
    """
    settings = load_settings()
    github_id, login = _resolve(settings, who)
    build_desk(settings).suppress(github_id=github_id, login=login, reason=reason)
    known = "" if github_id is not None else " by login; its id is not known here yet, so a rename would slip until met"
    note(f"suppressed {plain(who)}{known}; the next run deletes what was collected of it")


@app.command("release")
def release(who: Who) -> None:
    """Take a suppression back. The account is collected again by the next full sweep (at most a week)."""
    settings = load_settings()
    github_id, login = _resolve(settings, who)
    done = build_desk(settings).release(github_id=github_id, login=login)
    note(f"released {plain(who)}" if done else f"{plain(who)} was not suppressed")


def _resolve(settings: Settings, who: str) -> tuple[int | None, str | None]:
    """Id and login, as far as the snapshot knows them. Raises UsageError for what can be neither."""
    text = who.strip().lstrip("@")
    is_number = text.isdecimal()
    if not text or (is_number and len(text) > ID_DIGITS):
        raise UsageError(
            f"expected a login or an account id of at most {ID_DIGITS} digits, came {text!r}",
            way_out="the id is in https://api.github.com/users/LOGIN",
        )
    github_id = int(text) if is_number else None
    login = None if github_id is not None else text
    try:
        with open_snapshot(settings.home) as snapshot:
            found = snapshot.connection.execute(
                "SELECT github_id, login FROM developers WHERE github_id = $id OR lower(login) = lower($login) LIMIT 1",
                {"id": github_id, "login": login},
            ).fetchone()
    except SnapshotMissing:
        found = None
    return found if found is not None else (github_id, login)
