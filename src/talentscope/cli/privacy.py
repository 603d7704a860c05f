"""`privacy`: a person's no and its end; what is held about them, handed out or erased; the queue of requests."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import orjson
import typer

from talentscope.cli.assemble import build_desk, warehouse_of
from talentscope.cli.events import endable
from talentscope.cli.planned import note_past_run
from talentscope.cli.published import published
from talentscope.cli.purge import purge_unseen
from talentscope.cli.show import note, plain, print_json, print_table, warn
from talentscope.desk.desk import Desk
from talentscope.desk.requests import OUTCOMES, Request
from talentscope.runtime.clock import SystemClock
from talentscope.runtime.errors import ChecksFailed, SnapshotMissing, UsageError, WarehouseLocked
from talentscope.runtime.settings import Settings, load_settings
from talentscope.scoring.exports import write_file
from talentscope.scoring.leads import find_site
from talentscope.warehouse.person import find_account, held_about
from talentscope.warehouse.snapshot import find_snapshot

app = typer.Typer(
    help="Keep to a person's no, and answer what they ask: suppress, release, export, erase, purge, requests.",
    no_args_is_help=True,
)
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


@app.command("export")
def export(
    who: Who,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="A file to write; else standard output.")
    ] = None,
) -> None:
    """Everything held about one person, as JSON: each field with its source, when it was read and until when.

    From the published snapshot and from the desk (shortlists, notes, tags, decisions, contacts, requests, the audit).
    Works for somebody who is suppressed too. The export itself is in the audit.
    """
    settings = load_settings()
    github_id, login = _resolve(settings, who)
    with build_desk(settings) as desk:
        held = _held(settings, desk, github_id, login)
        desk.record("export person", detail="everything held", github_id=github_id, login=login)
    if output is None:
        print_json(held)
        return
    write_file(output, orjson.dumps(held, option=orjson.OPT_INDENT_2))
    note(f"wrote what is held about {plain(who)} to {output}")


@app.command("erase")
def erase(
    who: Who,
    reason: Annotated[str, typer.Option("--reason", help="Why, for the record; no names, please.")] = "asked for it",
) -> None:
    """Suppress this account and delete now whatever is held about it: desk, raw facts, everything derived.

    A new snapshot without it is published at once. If a run holds the warehouse, that run or the next one does it. Only
    the keyed hashes stay, so that the account is never collected again.
    """
    settings = load_settings()
    github_id, login = _resolve(settings, who)
    with build_desk(settings) as desk:
        for request in _requests_of(desk, login):
            answer_to = f"; answer to {plain(request.contact)}" if request.contact else ""
            note(f"request {request.reference} ({request.kind}) is blanked: settle it{answer_to}")
        gone = desk.suppress(github_id=github_id, login=login, reason=reason)
        for name, count in desk.person.erase(github_id, login, actor="operator").items():
            gone[name] = gone.get(name, 0) + count
        told = ", ".join(f"{count} of {name.replace('_', ' ')}" for name, count in sorted(gone.items()))
        note(f"suppressed {plain(who)}; deleted from the desk: {told or 'nothing was there'}")
        _erase_facts(settings, desk, github_id, login)


@app.command("purge")
def purge() -> None:
    """Delete what was not seen again for TALENTSCOPE_RETENTION_DAYS, and publish without it.

    A talent run does the same at its end; this is for when none runs. The schedule does it each night.
    """
    settings, started_at = load_settings(), SystemClock().now()
    with endable():
        purge_unseen(settings)
        note_past_run(settings, "purge", started_at=started_at)


class State(StrEnum):
    """Which requests."""

    open = "open"
    settled = "settled"
    all = "all"


class Shown(StrEnum):
    """For people, or for programs."""

    table = "table"
    json = "json"


@app.command("requests")
def requests(
    state: Annotated[State, typer.Option("--state", help="Which of them.")] = State.open,
    form: Annotated[Shown, typer.Option("--format", "-f", help="For people, or for programs.")] = Shown.table,
) -> None:
    """What people have asked about their own data, what is due first on top."""
    with build_desk(load_settings()) as desk:
        found = desk.requests.list(None if state is State.all else state.value)
    if form is Shown.json:
        print_json([vars(request) for request in found])
        return
    columns = ["reference", "asked", "due", "what", "login", "answer to", "text", "outcome"]
    print_table(f"{len(found)} requests ({state})", columns, [_row(request) for request in found])


@app.command("settle")
def settle(
    reference: Annotated[str, typer.Argument(help="The reference of a request.")],
    outcome: Annotated[str, typer.Argument(help=f"How it ended: {', '.join(OUTCOMES)}.")],
    remark: Annotated[str, typer.Option("--note", help="For the record; no names, please.")] = "",
) -> None:
    """Say how a request ended.

    An objection or an erasure that is not refused is carried out: they are left out from now on, held by now or not,
    and an erasure blanks the request. `talentscope privacy erase` also deletes at once what was collected.
    """
    settings = load_settings()
    with build_desk(settings) as desk:
        found = desk.requests.get(reference)
        if found is not None and found.state == "open" and outcome in ("done", "not_found"):
            _carry_out(settings, desk, found)
        request = desk.requests.settle(reference.strip().upper(), outcome, actor="operator", note=remark)
    note(f"{request.reference} is settled: {request.outcome}")


def _carry_out(settings: Settings, desk: Desk, request: Request) -> None:
    """Leave somebody out who said no. One whose login is gone from the request was erased already."""
    if request.kind not in ("object", "erase") or not request.login:
        return
    login = request.login
    github_id, _ = _known(settings, login=login)
    desk.suppress(github_id=github_id, login=login, reason=f"request {request.reference}")
    if request.kind == "erase":
        desk.person.erase(github_id, login, actor="operator")


def _row(request: Request) -> list[str]:
    return [
        request.reference,
        f"{request.submitted_at:%Y-%m-%d}",
        f"{request.due_at:%Y-%m-%d}",
        request.kind,
        request.login,
        request.contact,
        request.text,
        request.outcome,
    ]


def _requests_of(desk: Desk, login: str | None) -> list[Request]:
    return [r for r in desk.requests.list("open") if login and r.login.lower() == login.lower()]


def _held(settings: Settings, desk: Desk, github_id: int | None, login: str | None) -> dict[str, Any]:
    about = {
        "login": login,
        "github_id": github_id,
        "exported_at": SystemClock().now().isoformat(timespec="seconds"),
        "purpose_of_processing": settings.purpose,
        "source": "public GitHub profiles and repositories",
        "is_suppressed": desk.is_suppressed(github_id, login),
    }
    snapshot: dict[str, Any] = {"published_at": None, "profile": [], "repositories": []}
    try:
        with published(settings) as opened:
            if github_id is not None:
                site = find_site(opened.connection)
                snapshot = held_about(opened.connection, github_id, site=site, retention=settings.retention)
            snapshot["published_at"] = opened.published_at.isoformat(timespec="seconds")
    except SnapshotMissing:
        pass
    return {"about": about, "snapshot": snapshot, "desk": desk.person.export(github_id, login)}


def _erase_facts(settings: Settings, desk: Desk, github_id: int | None, login: str | None) -> None:
    """Forget raw facts and publish without them. A snapshot before the new one goes with the next publish."""
    if settings.database_url is None and not (settings.home / "warehouse.duckdb").exists():
        note("nothing has been collected here")
        return
    try:
        with (
            warehouse_of(settings) as warehouse,
            warehouse.hold(wait_seconds=settings.lock_wait_seconds, purpose="privacy erase"),
        ):
            is_new = warehouse.is_new()
            warehouse.prepare()  # refused to whoever may only not see what is there
            if is_new:
                note("nothing has been collected here")
                return
            rows = warehouse.query(
                "SELECT owner_github_id AS github_id FROM raw.github_repositories"
                " WHERE owner_github_id = $id OR lower(owner_login) = lower($login)"
                " UNION SELECT github_id FROM raw.github_accounts"
                " WHERE github_id = $id OR lower(login) = lower($login)",
                id=github_id if github_id is not None else -1,
                login=login or "",
            )
            ids = [row["github_id"] for row in rows.to_pylist()]
            count = warehouse.forget(ids)
            note(f"deleted {count:,} raw rows; building the tables again without them")
            had_snapshot = find_snapshot(settings.home) is not None
            warehouse.transform()
            if had_snapshot:
                path = warehouse.publish(run_id="erase", is_forced=False)
                note(f"published {path.name} without them; the snapshot before it goes with the next publish")
    except WarehouseLocked as error:
        desk.record("erase waits", detail="the warehouse was held by a run", github_id=github_id, login=login)
        raise WarehouseLocked(
            f"suppressed and deleted from the desk, but not from the warehouse: {error.message}",
            way_out="nothing shows them any more, and the next run deletes the rest; or erase again after this one",
        ) from error
    except ChecksFailed as error:
        warn(f"the raw rows are gone, but nothing new was published: {plain(error.message, limit=500)}")
        raise


def _resolve(settings: Settings, who: str) -> tuple[int | None, str | None]:
    """Id and login, as far as the snapshot knows them. Raises UsageError for what can be neither."""
    text = who.strip().lstrip("@")
    is_number = text.isdecimal()
    if not text or (is_number and len(text) > ID_DIGITS):
        raise UsageError(
            f"expected a login or an account id of at most {ID_DIGITS} digits, came {text!r}",
            way_out="the id is in https://api.github.com/users/LOGIN",
        )
    return _known(settings, github_id=int(text)) if is_number else _known(settings, login=text)


def _known(
    settings: Settings, *, github_id: int | None = None, login: str | None = None
) -> tuple[int | None, str | None]:
    """Both, as far as the snapshot knows them; a login of digits alone stays a login."""
    try:
        with published(settings) as snapshot:
            found = find_account(snapshot.connection, github_id=github_id, login=login)
    except SnapshotMissing:
        found = None
    return found if found is not None else (github_id, login)
