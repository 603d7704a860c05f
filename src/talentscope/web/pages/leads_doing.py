"""What is done with leads: saved as a brief, marked as seen, shortlisted, exported. Each is signed and audited."""

from __future__ import annotations

import re
from typing import Annotated
from urllib.parse import parse_qsl, quote

from fastapi import APIRouter, Depends, Form, Query, Request, Response
from fastapi.responses import RedirectResponse

from talentscope.desk.shortlist import Added, Candidate
from talentscope.runtime.errors import UsageError
from talentscope.scoring.brief import build_brief
from talentscope.scoring.brief_text import to_yaml
from talentscope.scoring.exports import WRITERS
from talentscope.scoring.lead import Lead
from talentscope.scoring.lead_sheet import Stamp, export_leads
from talentscope.scoring.ranking import View
from talentscope.web.formats import count, plural
from talentscope.web.pages.leads import Refused, show_list
from talentscope.web.parts import Parts, PartsHere
from talentscope.web.queries import LeadsQuery, parse_query
from talentscope.web.queries_asking import EVERYBODY, Asking, ask_for
from talentscope.web.queries_briefs import find_or_first
from talentscope.web.queries_news import find_everybody, find_news
from talentscope.web.reader import Reading
from talentscope.web.render import is_partial
from talentscope.web.signin.identity import Role, User, require, require_scope

router = APIRouter(include_in_schema=False)

RecruiterHere = Annotated[User, Depends(require(Role.recruiter))]
Text = Annotated[str, Form()]
Logins = Annotated[list[str], Form()]

MEDIA = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "json": "application/json",
    "parquet": "application/vnd.apache.parquet",
}
MOST_EXPORTED = 100_000


@router.get("/leads/export", dependencies=[Depends(require_scope("export"))])
def export_list(request: Request, parts: PartsHere, user: RecruiterHere, kind: Annotated[str, Query()]) -> Response:
    """Everybody on the list, whatever page is shown, as a file."""
    with parts.reader.read() as reading:
        query = _read(parts, reading, request.query_params.multi_items(), also={"kind"})
        asking = ask_for(parts, reading)
        news = find_news(asking, user, query)
        only_ids = news.ids if query.is_new_only and news.since is not None else None
        view = asking.view(query, only_ids=only_ids, offset=0, limit=MOST_EXPORTED + 1)
        return _export(asking, user, query, view, kind)


@router.post("/leads/export/chosen", dependencies=[Depends(require_scope("export"))])
def export_chosen(parts: PartsHere, user: RecruiterHere, query: Text = "", login: Logins = []) -> Response:  # noqa: B006
    """Those who were ticked, as CSV."""
    with parts.reader.read() as reading:
        asked = _read(parts, reading, parse_qsl(query, keep_blank_values=True))
        asking = ask_for(parts, reading)
        chosen = frozenset(asking.find_ids(login).values())
        if not chosen:
            raise UsageError("expected leads to export, came none", way_out="tick some rows first")
        view = View(limit=EVERYBODY, without_ids=asking.hidden, only_ids=chosen)
        told = f"{len(chosen)} ticked of {asked.with_view().url('').removeprefix('?')}"
        return _export(asking, user, asked, view, "csv", told=told)


@router.get("/leads/brief", dependencies=[Depends(require(Role.reader))])
def go_back() -> Response:
    """The address of a refused form, opened again: to the page that the form is on."""
    return RedirectResponse("/leads", status_code=303)


@router.post("/leads/brief")
def save_brief(
    request: Request,
    parts: PartsHere,
    user: RecruiterHere,
    query: Text = "",
    name: Text = "",
    title: Text = "",
    note: Text = "",
    version: Text = "0",
) -> Response:
    """Save the brief as it was changed on the page: a new version, or a new brief. A refusal is told in the form."""
    typed = {"name": name, "title": title, "note": note, "version": version}
    with parts.reader.read() as reading:
        asked = _read(parts, reading, parse_qsl(query, keep_blank_values=True))
        try:
            values = {**asked.brief.model_dump(), "name": name.strip(), "title": " ".join(title.split())}
            brief = build_brief(values, source="the form")
            is_same = brief.name == asked.name and version.isascii() and version.isdigit()
            expected = int(version[:9]) if is_same else 0
            text = to_yaml(brief)
            saved = parts.desk.briefs.save(brief.name, text, actor=user.name, note=note, expected_version=expected)
        except UsageError as error:
            return show_list(request, parts, user, reading, asked, refused=Refused(error, typed))
    return RedirectResponse(f"/leads?brief={quote(saved.name)}", status_code=303)


@router.post("/leads/seen")
def mark_seen(parts: PartsHere, user: RecruiterHere, query: Text = "") -> Response:
    """From now on, who is not among the leads of the brief yet is new, for this user."""
    with parts.reader.read() as reading:
        asked = _read(parts, reading, parse_qsl(query, keep_blank_values=True))
        everybody = find_everybody(ask_for(parts, reading), asked)
    parts.desk.looks.mark(user.name, asked.name, everybody)
    return RedirectResponse(asked.with_view(is_new_only=False).url(), status_code=303)


@router.post("/leads/shortlist")
def add_to_shortlist(
    request: Request,
    parts: PartsHere,
    user: RecruiterHere,
    query: Text = "",
    shortlist: Text = "",
    name: Text = "",
    login: Logins = [],  # noqa: B006
) -> Response:
    """Put those who were ticked on a shortlist, on a new one if only its name is given."""
    with parts.reader.read() as reading:
        asked = _read(parts, reading, parse_qsl(query, keep_blank_values=True))
        candidates = _find_candidates(ask_for(parts, reading), asked, login)
        number = _choose_shortlist(parts, user, asked, shortlist, name)
        added = parts.desk.shortlists.add(number, candidates, actor=user.name)
        if not is_partial(request):
            return RedirectResponse(f"/shortlists/{number}", status_code=303)
        return show_list(request, parts, user, reading, asked, notice=_say_added(parts, number, added))


def _read(
    parts: Parts, reading: Reading, pairs: list[tuple[str, str]], also: frozenset[str] | set[str] = frozenset()
) -> LeadsQuery:
    return parse_query(pairs, find_brief=find_or_first(parts.desk, reading.connection), also=also)


def _export(asking: Asking, user: User, query: LeadsQuery, view: View, kind: str, told: str = "") -> Response:
    if kind not in WRITERS:
        raise UsageError(
            f"kind: expected one of {', '.join(WRITERS)}, came {kind[:40]!r}", way_out="choose one of these"
        )
    parts = asking.parts
    leads = asking.page(query.brief, view).leads
    if len(leads) > MOST_EXPORTED:
        raise UsageError(
            f"expected at most {MOST_EXPORTED:,} leads in one file, came more",
            way_out="narrow the list, or run `talentscope leads --out` on the server",
        )
    now = parts.clock.now()
    stamp = Stamp(brief=query.name, exported_at=now, purpose=parts.settings.purpose, query=told or query.told)
    content = export_leads(leads, stamp=stamp, kind=kind, path=None)
    changed = ", changed on the page" if query.is_changed else ""
    detail = f"{len(leads)} leads of {query.name}{changed} as {kind}: {stamp.purpose}"
    parts.desk.record("export", detail=detail, actor=user.name)
    file = f"leads-{query.name}-{now:%Y%m%d}.{kind}"
    headers = {"Content-Disposition": f'attachment; filename="{file}"', "Cache-Control": "private, no-store"}
    return Response(content, media_type=MEDIA[kind], headers=headers)


def _find_candidates(asking: Asking, query: LeadsQuery, logins: list[str]) -> list[Candidate]:
    """Candidates with the score they have for this brief, if they have one."""
    ids = frozenset(asking.find_ids(logins).values())
    if not ids:
        raise UsageError("expected leads to put on a shortlist, came none", way_out="tick some rows first")
    view = View(limit=len(ids), without_ids=asking.hidden, only_ids=ids)
    leads: tuple[Lead, ...] = asking.page(query.brief, view).leads
    if not leads:
        raise UsageError("none of those chosen is a lead of this brief any more", way_out="look at the list again")
    return [Candidate(lead.github_id, lead.login, lead.score) for lead in leads]


def _choose_shortlist(parts: Parts, user: User, query: LeadsQuery, shortlist: str, name: str) -> int:
    if re.fullmatch(r"[0-9]{1,9}", shortlist):
        return int(shortlist)
    return parts.desk.shortlists.create(name, brief_text=to_yaml(query.brief), actor=user.name)


def _say_added(parts: Parts, number: int, added: Added) -> str:
    found = parts.desk.shortlists.get(number)
    told = f"{plural(added.added, 'developer')} put on the shortlist {found.name if found else number}"
    told += f", {count(added.present)} were on it already" if added.present else ""
    return told + (f", {count(added.suppressed)} left out, who asked not to be shown" if added.suppressed else "")
