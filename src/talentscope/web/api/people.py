"""Leads of a brief, saved or ad hoc; one developer with where each field is from; and who is not to be shown."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query, Request
from fastapi.responses import Response

from talentscope.runtime.errors import SnapshotMissing
from talentscope.scoring.brief import Brief, build_brief
from talentscope.scoring.exclusion import find_account, find_account_by_id, never_seen
from talentscope.scoring.lead import Lead
from talentscope.warehouse.person import held_about
from talentscope.web.api.asking import JSON_ONLY, Reader, Recruiter, only_known
from talentscope.web.api.brief_shapes import Asked
from talentscope.web.api.lead_pages import LeadsAsked, ViewAsked, answer_leads, view_parameters
from talentscope.web.api.lead_shapes import Developer, LeadsPage, Suppressed, SuppressionBody
from talentscope.web.api.replying import reply, to_json
from talentscope.web.api.shapes import answers
from talentscope.web.errors import NotHere, RequestRefused
from talentscope.web.parts import Parts, PartsHere
from talentscope.web.queries import LeadsQuery, parse_query
from talentscope.web.queries_asking import Asking, ask_for
from talentscope.web.queries_briefs import find_known
from talentscope.web.queries_news import find_news

router = APIRouter(prefix="/api/v1", dependencies=[Depends(only_known)])

AD_HOC = "ad-hoc"


class NoBrief(RequestRefused):
    """Nobody can be a lead for nothing."""

    status = 422


@router.get(
    "/leads",
    operation_id="listLeads",
    summary="The leads of a brief, best first",
    tags=["leads"],
    response_model=LeadsPage,
    responses=answers(files=True),
    openapi_extra={"parameters": view_parameters()},
)
def list_leads(request: Request, parts: PartsHere, user: Reader, asked: Annotated[LeadsAsked, Query()]) -> Response:
    """Takes what the address of the page takes: a brief, and what is to differ from it.

    A list that is given replaces the brief's; given empty it empties it. A file is a copy of personal data: it needs
    the scope `export` (people: the role of a recruiter), is stamped with its purpose, and is noted in the audit.
    """
    with parts.reader.read() as reading:
        query = parse_query(
            request.query_params.multi_items(),
            find_brief=lambda name: _find_brief(parts, name),
            also=set(asked.own_names()),
        )
        asking = ask_for(parts, reading)
        only_ids = None
        if query.is_new_only:
            news = find_news(asking, user, query)
            only_ids = news.ids if news.since is not None else None
        return answer_leads(request, user, asking, query, asked, only_ids=only_ids)


@router.post(
    "/leads",
    operation_id="askForLeads",
    summary="The leads of a brief that is not saved",
    tags=["leads"],
    response_model=LeadsPage,
    responses=answers(415, files=True, unchanged=False),
)
def ask_for_leads(
    request: Request, parts: PartsHere, user: Reader, body: Asked, asked: Annotated[ViewAsked, Query()]
) -> Response:
    """The brief is the body; nothing is stored. For the next page POST the same body to the address in `next`."""
    brief = build_brief({"name": AD_HOC} | body.values(), source=AD_HOC)
    with parts.reader.read() as reading:
        query = LeadsQuery(
            base=brief,
            brief=brief,
            order=asked.sort,
            is_descending=asked.is_descending,
            text=" ".join(asked.q.split()),
            has_contacted=asked.contacted,
        )
        question = brief.model_dump_json(exclude_defaults=True)
        return answer_leads(request, user, ask_for(parts, reading), query, asked, question=question)


@router.get(
    "/developers/{login}",
    operation_id="getDeveloper",
    summary="One developer: what is held, and how they stand for a brief",
    tags=["developers"],
    response_model=Developer,
    responses=answers(),
)
def get_developer(
    request: Request,
    parts: PartsHere,
    user: Reader,
    login: Annotated[str, Path(max_length=100, description="A GitHub login, in any case.")],
    brief: Annotated[str, Query(max_length=64, description="The brief to stand for; without one no score.")] = "",
) -> Response:
    """Each personal field with its source, when it was read, and when it goes unless it is read anew.

    With a brief either `lead` or `exclusion` is there. Whoever asked not to be shown is answered as one never met.
    """
    with parts.reader.read() as reading:
        asking = ask_for(parts, reading)
        answer = reply(request, parts, user, reading, offered=JSON_ONLY, also=repr(sorted(asking.cooling)))
        wanted = _find_brief(parts, brief) if brief else None
        github_id = asking.find_ids([login]).get(login.lower())
        if github_id is None:
            raise NotHere(never_seen(login).sentence, way_out="check the spelling, or collect for a brief they fit")
        if (unchanged := answer.unchanged()) is not None:
            return unchanged
        described = _describe(asking, github_id, wanted)
    parts.desk.record("view", detail=brief or "no brief", github_id=github_id, actor=user.name)
    return answer.json(described)


@router.post(
    "/suppressions",
    operation_id="suppress",
    summary="Never show somebody again",
    tags=["privacy"],
    status_code=201,
    response_model=Suppressed,
    responses=answers(415, unchanged=False),
)
def suppress(parts: PartsHere, user: Recruiter, body: SuppressionBody) -> Response:
    """At once and everywhere: lists, exports, shortlists, runs to come. What the team wrote about them is deleted.

    Works for people who were never met, too. It is taken back on the command line only.
    """
    if body.login is None and body.github_id is None:
        raise NoBrief("expected a login or an account id, came neither", way_out="name the account")
    login, github_id = _whole_account(parts, body)
    gone = parts.desk.suppress(github_id=github_id, login=login, reason=body.reason, actor=user.name)
    return to_json({"deleted": sum(gone.values())}, status=201)


def _find_brief(parts: Parts, name: str) -> Brief:
    if not name:
        raise NoBrief("expected the name of a brief, came none", way_out="brief=NAME; see /api/v1/briefs")
    return find_known(parts.desk, name)


def _describe(asking: Asking, github_id: int, brief: Brief | None) -> dict[str, Any]:
    reading, room = asking.reading, asking.parts.desk.shortlists
    held = held_about(reading.connection, github_id, site=reading.site, retention=asking.parts.settings.retention)
    profile = held["profile"][0]
    found = asking.one(brief, github_id) if brief is not None else None
    contact = room.contacted([github_id]).get(github_id)
    return {
        "snapshot": reading.name,
        "published_at": reading.published_at,
        "github_id": github_id,
        "login": profile["login"]["value"],
        "profile": profile,
        "repositories": held["repositories"],
        "brief": brief.name if brief is not None else None,
        "lead": found.to_dict() if isinstance(found, Lead) else None,
        "exclusion": found.to_dict() if found is not None and not isinstance(found, Lead) else None,
        "shortlists": [
            {"shortlist_id": place.shortlist_id, "name": place.name, "stage": place.stage, "added_at": place.added_at}
            for place in room.of_account(github_id)
        ],
        "last_contact": {"at": contact.at, "by": contact.by, "until": contact.until} if contact else None,
    }


def _whole_account(parts: Parts, body: SuppressionBody) -> tuple[str | None, int | None]:
    """Login and id, both where the snapshot knows them: logins change, ids do not."""
    login = body.login.strip().removeprefix("@") if body.login is not None else None
    try:
        with parts.reader.read() as reading:
            if body.github_id is not None:
                known = find_account_by_id(reading.connection, body.github_id)
            else:
                known = find_account(reading.connection, login or "")
    except SnapshotMissing:
        known = None
    if known is None:
        return login, body.github_id
    return login or known.login, known.github_id
