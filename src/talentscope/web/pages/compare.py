"""Two to four developers side by side for one brief: parts as aligned bars, evidence, contact, employer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any
from urllib.parse import parse_qsl, urlencode

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import RedirectResponse
from markupsafe import Markup

from talentscope.desk.shortlist import Place
from talentscope.runtime.errors import UsageError
from talentscope.scoring.lead import Component, Exclusion, Lead
from talentscope.scoring.rules import COMPONENTS
from talentscope.web.charts.score import PART, bullet, score_bar
from talentscope.web.pages.developer import find_shown
from talentscope.web.parts import PartsHere
from talentscope.web.queries import LeadsQuery, parse_query
from talentscope.web.queries_asking import Asking, ask_for
from talentscope.web.queries_briefs import find_or_first
from talentscope.web.render import render
from talentscope.web.signin.identity import Role, User, require

router = APIRouter(include_in_schema=False)

FEWEST, MOST = 2, 4
FROM_FORM = {"login", "query", "shortlist", "name"}
"""What this page reads, or what a form carries for somebody else."""


@dataclass(frozen=True)
class Person:
    """One column. `exclusion` says why somebody is no lead of the brief; then nothing is scored."""

    github_id: int
    login: str
    lead: Lead | None
    exclusion: Exclusion | None
    bar: Markup | None
    places: tuple[Place, ...]
    without_url: str


@dataclass(frozen=True)
class Cell:
    """A part of one person: None for who is no lead. `is_best`: nobody here has more of it."""

    item: Component
    bar: Markup
    is_best: bool


@dataclass(frozen=True)
class Line:
    """A part over all persons."""

    name: str
    part: int
    cells: tuple[Cell | None, ...]


@router.get("/compare")
def compare(request: Request, parts: PartsHere, user: Annotated[User, Depends(require(Role.reader))]) -> Response:
    """The page; addresses that come from a form are first made short."""
    logins = list(dict.fromkeys(text.strip() for text in request.query_params.getlist("login") if text.strip()))
    if not FEWEST <= len(logins) <= MOST:
        raise UsageError(
            f"expected {FEWEST} to {MOST} developers to compare, came {len(logins)}",
            way_out="tick two to four rows among the leads, then compare",
        )
    with parts.reader.read() as reading:
        find_brief = find_or_first(parts.desk, reading.connection)
        carried = request.query_params.get("query")
        pairs = request.query_params.multi_items() if carried is None else parse_qsl(carried, keep_blank_values=True)
        query = parse_query(pairs, find_brief=find_brief, also=FROM_FORM)
        if carried is not None:
            return RedirectResponse(_url(query, logins), status_code=303)
        asking = ask_for(parts, reading)
        people = _find_people(asking, query, logins)
        for person in people:
            detail = f"compare, for {query.name}"
            parts.desk.record("view", detail=detail, github_id=person.github_id, actor=user.name)
        page = asking.page(query.brief, asking.view(query.plain(), limit=0, offset=0))
        values: dict[str, Any] = {"query": query, "people": people, "total": page.total, "list_url": query.url()}
        values |= {"suffix": query.url(""), "lines": _build_lines(people, page.median)}
        return render(request, "compare/page.html", published_at=reading.published_at, **values)


def _url(query: LeadsQuery, logins: list[str]) -> str:
    return f"{query.with_view(page=1).url('/compare')}&{urlencode([('login', login) for login in logins])}"


def _find_people(asking: Asking, query: LeadsQuery, logins: list[str]) -> list[Person]:
    people = []
    accounts = dict(find_shown(asking, login) for login in logins)
    if len(accounts) < FEWEST:
        raise UsageError("expected different developers, came the same one twice", way_out="name another login")
    places = asking.parts.desk.shortlists.places(accounts)
    for github_id, login in accounts.items():
        found = asking.one(query.brief, github_id)
        others = [other for number, other in accounts.items() if number != github_id]
        lead = found if isinstance(found, Lead) else None
        people.append(
            Person(
                github_id=github_id,
                login=login,
                lead=lead,
                exclusion=None if isinstance(found, Lead) else found,
                bar=score_bar(lead) if lead else None,
                places=places.get(github_id, ()),
                without_url=_url(query, others) if len(others) >= FEWEST else "",
            )
        )
    return people


def _build_lines(people: list[Person], medians: Mapping[str, float | None]) -> list[Line]:
    lines = []
    for index, name in enumerate(COMPONENTS):
        items = [person.lead.components[index] if person.lead else None for person in people]
        known = [item.value for item in items if item is not None and item.value is not None]
        best = max(known, default=None)
        is_tie = len(known) < 2 or min(known) == best
        lines.append(
            Line(
                name,
                PART[name],
                tuple(
                    Cell(
                        item,
                        bullet(item, [part.weight for part in person.lead.components], medians.get(name)),
                        not is_tie and item.value == best,
                    )
                    if item is not None and person.lead is not None
                    else None
                    for item, person in zip(items, people, strict=True)
                ),
            )
        )
    return lines
