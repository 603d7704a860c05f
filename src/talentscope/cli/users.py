"""`users`: who may sign in to the page. The only place that writes the file of users."""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from talentscope.cli.assemble import build_desk, may_have_desk
from talentscope.cli.show import note, plain, print_json, print_table
from talentscope.runtime.errors import UsageError
from talentscope.runtime.settings import load, load_settings
from talentscope.runtime.web_settings import WebSettings

app = typer.Typer(help="Say who may sign in to the page, and with which role.", no_args_is_help=True)


class RoleName(StrEnum):
    """What somebody may do."""

    reader = "reader"
    recruiter = "recruiter"
    operator = "operator"


class Format(StrEnum):
    """How the list is written."""

    table = "table"
    json = "json"


Name = Annotated[
    str, typer.Argument(metavar="NAME", help="A name, or the e-mail address that OIDC or IAP vouches for.")
]


@app.command("add")
def add(
    name: Name,
    role: Annotated[RoleName, typer.Option("--role", help="reader looks, recruiter also writes, operator also runs.")],
    has_password: Annotated[
        bool,
        typer.Option("--password/--no-password", help="Ask for a password; without one OIDC or IAP vouches for them."),
    ] = True,
) -> None:
    """Let somebody in, or give them another role and password.

    The password is asked for twice without showing it, or read from standard input (its first line) when that is no
    terminal. Only its argon2id hash is kept, in users.yaml (mode 0600). Whoever is changed signs in again; with a lower
    role, the API keys that they made are revoked.
    """
    from talentscope.web.signin.identity import Role
    from talentscope.web.signin.passwords import Passwords, check_password
    from talentscope.web.signin.users import Account, check_name, fold, read_users, write_users

    path = _path()
    check_name(name)
    accounts = read_users(path) if path.exists() else {}
    if not has_password and "@" not in name:
        raise UsageError(
            f"expected an e-mail address for somebody without a password, came {name!r}",
            way_out="leave out --no-password, or give the address that OIDC or IAP knows",
        )
    password_hash = None
    if has_password:
        password = _ask()
        check_password(password, name)
        password_hash = Passwords().hash(password)
    before = accounts.get(fold(name))
    accounts[fold(name)] = Account(name, Role[role], password_hash)
    write_users(path, accounts.values())
    done = "changed, and signed out everywhere" if before else "may sign in"
    revoked = _revoke_keys(before.name) if before and before.role > Role[role] else ""
    note(f"{plain(name)} {done}: {role} in {path}{revoked}")


@app.command("list")
def list_users(
    form: Annotated[Format, typer.Option("--format", help="table or json.")] = Format.table,
) -> None:
    """Who may sign in; also checks the file."""
    from talentscope.web.signin.users import read_users

    path = _path()
    accounts = read_users(path).values() if path.exists() else []
    rows = [
        {"name": account.name, "role": account.role.name, "has_password": account.password_hash is not None}
        for account in accounts
    ]
    if form is Format.json:
        print_json(rows)
        return
    if not rows:
        note(f"nobody, in {path}; add somebody: talentscope users add NAME --role operator")
        return
    table = [(row["name"], row["role"], "password" if row["has_password"] else "OIDC or IAP") for row in rows]
    print_table(f"Users in {path}", ["name", "role", "signs in by"], table)


@app.command("remove")
def remove(name: Name) -> None:
    """Let somebody in no more, nor the API keys that they made; what they signed stays signed. Works at once.

    For somebody without a line in users.yaml, whom only a provider vouches for, it revokes their API keys.
    """
    from talentscope.web.signin.users import fold, read_users, write_users

    path = _path()
    accounts = read_users(path) if path.exists() else {}
    gone = accounts.pop(fold(name), None)
    if gone is None:
        revoked = _revoke_keys(name)
        if not revoked:
            message = f"there is nobody called {name[:100]!r} in {path}, nor an open API key of theirs"
            raise UsageError(message, way_out="see: talentscope users list")
        note(f"{plain(name)} is not in {path}{revoked}; whether they may still sign in is decided at the provider")
        return
    write_users(path, accounts.values())
    note(f"{plain(name)} was removed from {path}{_revoke_keys(gone.name)}")


def _revoke_keys(maker: str) -> str:
    """Close the API keys that somebody made while they might do more; how many, for the note."""
    from talentscope.web.signin.users import fold

    settings = load_settings()
    if not may_have_desk(settings):
        return ""
    with build_desk(settings) as desk:
        theirs = [one for one in desk.keys.list() if fold(one.created_by) == fold(maker) and one.revoked_at is None]
        for record in theirs:
            desk.keys.revoke(record.key_id, actor="talentscope users")
    return f"; API keys revoked: {len(theirs)}" if theirs else ""


def _path() -> Path:
    web = load(WebSettings)
    return web.users or load_settings().home / "users.yaml"


def _ask() -> str:
    if not sys.stdin.isatty():
        return sys.stdin.readline(10_000).rstrip("\r\n")
    return str(typer.prompt("Password", hide_input=True, confirmation_prompt="Once more", err=True))
