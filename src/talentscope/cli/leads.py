"""`leads` and `explain`: who, and why."""

from __future__ import annotations

import sys
from datetime import UTC
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from talentscope.cli.assemble import brief_of, build_desk, registry_of
from talentscope.cli.published import published
from talentscope.cli.show import note, out, plain, print_json, print_table
from talentscope.runtime.clock import SystemClock
from talentscope.runtime.errors import UsageError
from talentscope.runtime.settings import Settings, load, load_settings
from talentscope.runtime.upstreams import Upstreams
from talentscope.scoring.brief import Brief
from talentscope.scoring.lead import Exclusion, Lead
from talentscope.scoring.lead_sheet import Stamp, export_leads
from talentscope.scoring.leads import explain_lead, find_leads, find_site

NARROW = 90
"""Columns below which a table of leads is no longer readable."""

SHOWN_REASONS = 3
"""In the table; `explain` shows all."""


class Format(StrEnum):
    """How leads are written."""

    table = "table"
    json = "json"
    csv = "csv"
    xlsx = "xlsx"
    parquet = "parquet"


class View(StrEnum):
    """How everything else is shown: for people, or for programs."""

    table = "table"
    json = "json"


BriefName = Annotated[str, typer.Argument(metavar="BRIEF", help="A brief's name or file, such as minecraft-modders.")]


def leads(
    brief: BriefName,
    limit: Annotated[int, typer.Option("--limit", "-n", min=1, max=1_000_000, help="How many at most.")] = 20,
    form: Annotated[Format, typer.Option("--format", "-f", help="How to write them.")] = Format.table,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="A file to write; needed for xlsx and parquet.")
    ] = None,
    purpose: Annotated[str | None, typer.Option("--purpose", help="Stamped on exports.")] = None,
) -> None:
    """Developers ranked for a brief, each with score, reasons and links, from the published snapshot."""
    settings = load_settings()
    wanted = brief_of(settings, brief)
    if form in {Format.xlsx, Format.parquet} and output is None:
        raise UsageError(f"{form} is a binary file and needs a name", way_out=f"add --output leads.{form}")
    if form is Format.table and output is None:
        show(settings, wanted, limit=limit)
        return
    found = _find(settings, wanted, limit=limit)
    clock = SystemClock()
    stamp = Stamp(brief=wanted.name, exported_at=clock.now(), purpose=purpose or settings.purpose)
    kind = Format.csv if form is Format.table else form
    build_desk(settings).record("export", detail=f"{len(found)} leads of {wanted.name} as {kind}: {stamp.purpose}")
    written = export_leads(found, stamp=stamp, kind=kind.value, path=output)
    if written is not None:
        sys.stdout.buffer.write(written)
    else:
        note(f"wrote {len(found):,} leads to {output}")


def explain(
    brief: BriefName,
    login: Annotated[str, typer.Argument(help="A GitHub login.")],
    form: Annotated[View, typer.Option("--format", "-f", help="For people, or for programs.")] = View.table,
) -> None:
    """Why this developer is ranked where they are for a brief, or which rule keeps them out."""
    settings = load_settings()
    wanted = brief_of(settings, brief)
    desk = build_desk(settings)
    with published(settings) as snapshot:
        answer = explain_lead(
            snapshot.connection,
            wanted,
            login,
            as_of=snapshot.published_at.astimezone(UTC).date(),
            is_suppressed=desk.suppression_check(),
            site=find_site(snapshot.connection),
            registry=registry_of(settings, load(Upstreams)),
        )
    desk.record("explain", detail=wanted.name)
    if form is View.json:
        print_json(answer.to_dict())
    elif isinstance(answer, Exclusion):
        out.print(f"{plain(login)} is not a lead for {wanted.name}: {plain(answer.sentence, limit=500)}", markup=False)
    else:
        _print_lead(answer)


def show(settings: Settings, brief: Brief, *, limit: int) -> None:
    """The leads of a brief as a table."""
    _print_leads(brief, _find(settings, brief, limit=limit))


def _find(settings: Settings, brief: Brief, *, limit: int) -> list[Lead]:
    desk = build_desk(settings)
    with published(settings) as snapshot:
        return find_leads(
            snapshot.connection,
            brief,
            as_of=snapshot.published_at.astimezone(UTC).date(),
            limit=limit,
            is_suppressed=desk.suppression_check(),
            site=find_site(snapshot.connection),
            registry=registry_of(settings, load(Upstreams)),
        )


def _print_leads(brief: Brief, found: list[Lead]) -> None:
    if not found:
        note(f"nobody matches {brief.name} in the published snapshot; collect with: talentscope run talent")
        return
    if out.width < NARROW:
        _print_narrow(brief, found)
    else:
        rows = [(lead.rank, _score(lead), lead.login, _why(lead), _contact(lead), lead.company) for lead in found]
        columns = ["#", "score", "developer", "why", "contact", "company"]
        print_table(brief.title or brief.name, columns, rows, right=["#", "score"])
    note(f"why one of them: talentscope explain {brief.name} {plain(found[0].login)}")


def _print_narrow(brief: Brief, found: list[Lead]) -> None:
    """A few lines a lead, for a screen that no table fits."""
    out.print(plain(brief.title or brief.name), style="bold", markup=False)
    for lead in found:
        out.print(f"{lead.rank}. {plain(lead.login)}  {_score(lead)}", style="bold", markup=False)
        for text in filter(None, [_why(lead), _contact(lead), lead.company]):
            out.print(f"   {plain(text)}", markup=False)


def _print_lead(lead: Lead) -> None:
    place = f"rank {lead.rank}, " if lead.rank else ""
    out.print(f"{plain(lead.login)}: {place}score {_score(lead)}  {lead.url}", markup=False)
    parts: dict[str, Any] = lead.to_dict()["components"]
    rows = [
        (name, _number(part["value"]), part["weight"], _number(part["contribution"]), part["reason"], part["url"])
        for name, part in parts.items()
    ]
    columns = ["component", "value", "weight", "points", "why", "see"]
    print_table("How the score comes about", columns, rows, right=["value", "weight", "points"])


def _score(lead: Lead) -> str:
    if lead.score is None:
        return f"unknown ({lead.score_low:.0f} to {lead.score_high:.0f})"
    if lead.score_low == lead.score_high:
        return f"{lead.score:.1f}"
    return f"{lead.score:.1f} ({lead.score_low:.0f} to {lead.score_high:.0f})"


def _number(value: float | None) -> str:
    return "unknown" if value is None else f"{value:.2f}"


def _contact(lead: Lead) -> str:
    return next((str(value) for value in lead.contacts.values() if value), "")


def _why(lead: Lead) -> str:
    return "; ".join(reason.text for reason in lead.reasons[:SHOWN_REASONS])
