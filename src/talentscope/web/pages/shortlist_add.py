"""Putting developers on a shortlist from other pages, and taking somebody who said no off everything."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated
from urllib.parse import parse_qsl

from fastapi import APIRouter, Depends, Form, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import BaseModel

from talentscope.desk.shortlist import Added, Candidate, Shortlist
from talentscope.runtime.errors import UsageError
from talentscope.scoring.brief_text import to_yaml
from talentscope.scoring.lead import Lead
from talentscope.warehouse.person import find_account
from talentscope.web.errors import NotHere
from talentscope.web.formats import plural
from talentscope.web.pages.shortlist_state import Trouble, shortlist_state, trouble_of
from talentscope.web.parts import Parts, PartsHere
from talentscope.web.queries import LeadsQuery, parse_query
from talentscope.web.queries_asking import Asking, ask_for
from talentscope.web.queries_briefs import find_known, find_or_first
from talentscope.web.reader import Reading
from talentscope.web.render import is_partial, render
from talentscope.web.signin.identity import Role, User, require

router = APIRouter(include_in_schema=False)

RecruiterHere = Annotated[User, Depends(require(Role.recruiter))]
Text = Annotated[str, Form()]
MOST = 1_000


class AddForm(BaseModel):
    """Whom to put where. `shortlist` is a number, or `new` with a `name`.

    `query` is the leads address they were found by: a new shortlist keeps its brief, and each entry the score it had.
    """

    github_id: list[int] = []
    shortlist: str = "new"
    name: str = ""
    query: str = ""
    next: str = ""
    part: str = ""


@router.post("/shortlists/add")
def add(request: Request, parts: PartsHere, user: RecruiterHere, form: Annotated[AddForm, Form()]) -> Response:
    """Put one or many on a shortlist, or on a new one called `name`.

    Answers htmx with a sentence (or the state of a developer, `part=state`), everybody else with a way back.
    """
    try:
        number, added = _add(parts, user, form)
    except UsageError as error:
        if not is_partial(request):
            raise
        about = form.github_id[0] if len(form.github_id) == 1 else 0
        return _answer(request, parts, user, form, trouble=trouble_of(error, github_id=about, form="add", typed={}))
    if is_partial(request):
        found = parts.desk.shortlists.get(number)
        return _answer(request, parts, user, form, shortlist=found, told=describe(added))
    return RedirectResponse(local(form.next, f"/shortlists/{number}"), status_code=303)


@router.post("/developers/{github_id}/suppress")
def suppress(
    parts: PartsHere,
    user: RecruiterHere,
    github_id: int,
    confirm: Text = "",
    reason: Text = "",
    next: Text = "",  # noqa: A002
) -> Response:
    """Somebody asked not to be found: gone from everything at once, and what the team wrote about them with it."""
    if confirm != "yes":
        raise UsageError("expected your confirmation, came none", way_out="tick the box that says so, then suppress")
    if not 0 < github_id < 2**63:
        raise NotHere("there is no such developer", way_out="see the leads")
    with parts.reader.read() as reading:
        known = find_account(reading.connection, github_id=github_id)
    login = known[1] if known else None
    parts.desk.suppress(github_id=github_id, login=login, reason=reason or "asked for it", actor=user.name)
    return RedirectResponse(local(next, "/shortlists?done=suppressed"), status_code=303)


def brief_text_of(parts: Parts, name: str) -> str:
    """The text of a brief by its name; nothing for no name. Raises BriefError for a name that is none."""
    return to_yaml(find_known(parts.desk, name)) if name else ""


def describe(added: Added) -> str:
    """What became of them, in a sentence."""
    told = [f"{plural(added.added, 'developer')} added"] if added.added else ["nobody new"]
    told += [f"{added.present:,} already there"] if added.present else []
    told += [f"{added.suppressed:,} left out, as they asked"] if added.suppressed else []
    return "; ".join(told)


def _add(parts: Parts, user: User, form: AddForm) -> tuple[int, Added]:
    ids = list(dict.fromkeys(form.github_id))
    if not 0 < len(ids) <= MOST:
        raise UsageError(f"expected 1 to {MOST:,} developers, came {len(ids):,}", way_out="tick whom you want to keep")
    if any(not 0 < number < 2**63 for number in ids):
        raise UsageError("expected account ids", way_out="tick them in the list of leads")
    with parts.reader.read() as reading:
        asked = _parse(parts, reading, form.query)
        candidates = _candidates(ask_for(parts, reading), asked, ids)
    if not candidates:
        raise UsageError("none of them is known here", way_out="load the list anew: they are gone, or said no")
    brief_text = to_yaml(asked.brief) if asked else ""
    number = _choose(parts, user, form.shortlist, name=form.name, brief_text=brief_text)
    return number, parts.desk.shortlists.add(number, candidates, actor=user.name)


def _choose(parts: Parts, user: User, shortlist: str, *, name: str, brief_text: str) -> int:
    if shortlist == "new" or name.strip():
        return parts.desk.shortlists.create(name, actor=user.name, brief_text=brief_text)
    if not shortlist.isdecimal() or len(shortlist) > 9:
        raise UsageError("expected a shortlist, came none", way_out="choose one, or name a new one")
    return int(shortlist)


def _parse(parts: Parts, reading: Reading, query: str) -> LeadsQuery | None:
    if not query:
        return None
    pairs = parse_qsl(query[:20_000].lstrip("?"), keep_blank_values=True)
    return parse_query(pairs, find_brief=find_or_first(parts.desk, reading.connection))


def _candidates(asking: Asking, query: LeadsQuery | None, ids: Sequence[int]) -> list[Candidate]:
    wanted = [number for number in ids if number not in asking.hidden]
    scores: dict[int, float | None] = {}
    if query is not None:
        view = query.with_view(text="", page=1, has_contacted=True).view(
            without_ids=asking.hidden, only_ids=frozenset(wanted), limit=len(wanted)
        )
        leads: Sequence[Lead] = asking.page(query.brief, view).leads
        scores = {lead.github_id: lead.score for lead in leads}
    rows = asking.reading.connection.execute(
        "SELECT github_id, login FROM developers WHERE github_id IN (SELECT unnest($ids::BIGINT[]))", {"ids": wanted}
    ).fetchall()
    return [Candidate(number, login, scores.get(number)) for number, login in rows]


def _answer(
    request: Request,
    parts: Parts,
    user: User,
    form: AddForm,
    *,
    shortlist: Shortlist | None = None,
    told: str = "",
    trouble: Trouble | None = None,
) -> Response:
    status = 200 if trouble is None else 400
    if form.part == "state" and len(form.github_id) == 1:
        state = shortlist_state(parts, user, form.github_id[0], query=form.query, trouble=trouble)
        path = local(form.next, "/shortlists")
        return render(request, "shortlists/_state.html", status=status, state=state, path=path)
    return render(request, "shortlists/_added.html", status=status, shortlist=shortlist, told=told, trouble=trouble)


def local(url: str, otherwise: str) -> str:
    """The address if it is a path on this site; never a way out of it."""
    is_path = url.startswith("/") and not url.startswith(("//", "/\\")) and url.isprintable() and "\\" not in url
    return url if is_path else otherwise
