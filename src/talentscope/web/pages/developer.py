"""One developer: how the score comes about, the evidence, where each personal field comes from, what the team did."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response

from talentscope.scoring.lead import Exclusion, Lead
from talentscope.warehouse.person import find_account, held_about
from talentscope.web.charts.score import score_bar
from talentscope.web.errors import NotHere
from talentscope.web.pages.developer_view import build_facts, find_held, summarise
from talentscope.web.pages.employer_view import find_employer
from talentscope.web.pages.leads_view import build_parts
from talentscope.web.pages.shortlist_state import shortlist_state
from talentscope.web.parts import PartsHere
from talentscope.web.queries import LeadsQuery, parse_query
from talentscope.web.queries_asking import Asking, ask_for
from talentscope.web.queries_briefs import find_known, find_or_first, list_known
from talentscope.web.render import is_partial, render
from talentscope.web.signin.identity import Role, User, require

router = APIRouter(include_in_schema=False)

ReaderHere = Annotated[User, Depends(require(Role.reader))]


@dataclass(frozen=True)
class Elsewhere:
    """How somebody does for another brief."""

    name: str
    title: str
    lead: Lead | None
    sentence: str


@router.get("/developers/{login}")
def show_developer(request: Request, parts: PartsHere, user: ReaderHere, login: str) -> Response:
    """The page of one developer, for a brief. Who looked at whom is in the audit."""
    with parts.reader.read() as reading:
        find_brief = find_or_first(parts.desk, reading.connection)
        query = parse_query(request.query_params.multi_items(), find_brief=find_brief)
        asking = ask_for(parts, reading)
        github_id, login = find_shown(asking, login)
        found = asking.one(query.brief, github_id)
        held = held_about(reading.connection, github_id, site=reading.site, retention=parts.settings.retention)
        profile = find_held(held)
        values = describe_lead(asking, query, found) if isinstance(found, Lead) else {"exclusion": found, "lead": None}
        parts.desk.record("view", detail=f"developer, for {query.name}", github_id=github_id, actor=user.name)
        values |= {"query": query, "login": login, "github_id": github_id, "facts": build_facts(held)}
        values |= {"profile": profile, "summary": summarise(held), "site": reading.site}
        values |= {"state": shortlist_state(parts, user, github_id, query=query.url("")[1:])}
        values |= {"employer": find_employer(reading, parts.registry, profile)}
        values |= {"suffix": query.url(""), "list_url": query.url(), "known_briefs": list_known(parts.desk)}
        return render(request, "developer/page.html", published_at=reading.published_at, **values)


@router.get("/developers/{login}/briefs", dependencies=[Depends(require(Role.reader))])
def show_elsewhere(request: Request, parts: PartsHere, login: str) -> Response:
    """How they do for every other brief: a part of the page that comes after it."""
    with parts.reader.read() as reading:
        asking = ask_for(parts, reading)
        github_id, login = find_shown(asking, login)
        found = [_find_elsewhere(asking, github_id, item.name) for item in list_known(parts.desk)]
        known = [item for item in found if item is not None]
        known.sort(key=lambda item: (item.lead is None, item.lead.rank if item.lead else 0))
        template = "developer/_briefs.html" if is_partial(request) else "developer/briefs.html"
        return render(request, template, elsewhere=known, login=login, published_at=reading.published_at)


def find_shown(asking: Asking, login: str) -> tuple[int, str]:
    """Id and login of somebody who may be shown. Raises NotHere, the same for who was never met and for who said no."""
    account = find_account(asking.reading.connection, login=login[:100])
    if account is None or account[0] in asking.hidden:
        raise NotHere(
            f"nobody called {login[:100]!r} is shown here",
            way_out="they were never met, or asked not to be found; see the leads of a brief",
        )
    return account


def describe_lead(asking: Asking, query: LeadsQuery, lead: Lead) -> dict[str, Any]:
    """The score with its parts beside what is usual, and how many there are to be compared with."""
    left_out = asking.hidden | (asking.cooling - {lead.github_id})  # whom the rank leaves out: one list for both
    page = asking.page(query.brief, query.plain().view(without_ids=left_out, limit=0, offset=0))
    total = sum(item.weight for item in lead.components)
    return {
        "lead": lead,
        "exclusion": None,
        "bar": score_bar(lead),
        "score_parts": build_parts(lead, page.median),
        "medians": page.median,
        "total": page.total,
        "full_weight": total,
    }


def _find_elsewhere(asking: Asking, github_id: int, name: str) -> Elsewhere | None:
    brief = find_known(asking.parts.desk, name)
    found = asking.one(brief, github_id)
    title = brief.title or name
    if isinstance(found, Exclusion):
        return Elsewhere(name, title, None, found.sentence)
    return Elsewhere(name, title, found, "")
