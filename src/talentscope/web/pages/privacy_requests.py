"""/privacy/requests: an operator's queue of what people ask about their data, and the record of who did what."""

from __future__ import annotations

from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Depends, Form, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from talentscope.desk import requests as desk_requests
from talentscope.runtime.errors import UsageError
from talentscope.web.errors import NotHere
from talentscope.web.pages.privacy_view import OUTCOMES, find_person, show_request
from talentscope.web.parts import Parts, PartsHere
from talentscope.web.render import render
from talentscope.web.signin.identity import Role, User, require

router = APIRouter(include_in_schema=False)
Operator = Annotated[User, Depends(require(Role.operator))]
Text = Annotated[str, Form()]
AUDIT_LINES = 100
DEEDS = ("suppress", "erase", "none")
NOES = ("object", "erase")
"""What leaves somebody out for good, whether they are held by now or not."""

PROVEN = ("access", "erase", "correct")
"""What is done only for the person: whoever asks has to be known. Leaving somebody out harms nobody."""


@router.get("/privacy/requests", response_class=HTMLResponse)
def requests(request: Request, parts: PartsHere, _: Operator, state: str = "open") -> HTMLResponse:
    """The queue: what is due first on top."""
    state = state if state in {"open", "settled"} else "open"
    now = parts.clock.now()
    shown = [show_request(one, now) for one in parts.desk.requests.list(state)]
    waiting = len(shown) if state == "open" else len(parts.desk.requests.list("open"))
    return render(request, "privacy/requests.html", shown=shown, state=state, waiting=waiting, outcomes=OUTCOMES)


@router.get("/privacy/requests/{reference}", response_class=HTMLResponse)
def one_request(request: Request, parts: PartsHere, reference: str, _: Operator) -> HTMLResponse:
    """One request: what is asked, what is held, what can be done. Raises NotHere."""
    found = _find(parts, reference)
    person, _held = find_person(parts, found.login)
    shown = show_request(found, parts.clock.now())
    return render(
        request,
        "privacy/request.html",
        shown=shown,
        person=person,
        outcomes=OUTCOMES,
        needs_proof=found.kind in PROVEN,
        due_days=desk_requests.DUE.days,
    )


@router.post("/privacy/requests/{reference}/export")
def export(parts: PartsHere, reference: str, user: Operator) -> Response:
    """All that is held about the person of a request, as JSON to send to them. Raises NotHere."""
    found = _find(parts, reference)
    if not found.login:
        raise UsageError("the login of this request was erased with the rest", way_out="nothing is left to export")
    person, held = find_person(parts, found.login)
    parts.desk.record(
        "export person", detail=found.reference, actor=user.name, github_id=person.github_id, login=found.login
    )
    headers = {"Content-Disposition": f'attachment; filename="{found.reference}.json"'}
    return Response(orjson.dumps(held, option=orjson.OPT_INDENT_2), media_type="application/json", headers=headers)


@router.post("/privacy/requests/{reference}/settle")
def settle(
    parts: PartsHere,
    reference: str,
    user: Operator,
    outcome: Text = "",
    deed: Text = "none",
    proof: Text = "",
    note: Text = "",
) -> RedirectResponse:
    """Do what was asked and say how it ended. Raises NotHere, UsageError if something is missing."""
    found = _find(parts, reference)
    told = _check(found, outcome=outcome, deed=deed, proof=proof.strip())
    if deed != "none":  # also where nobody is held yet: the no has to be known before the next run meets them
        person, _held = find_person(parts, found.login)
        parts.desk.suppress(
            github_id=person.github_id, login=found.login, reason=f"request {found.reference}", actor=user.name
        )
        if deed == "erase":
            parts.desk.person.erase(person.github_id, found.login, actor=user.name)
    text = "\n".join(part for part in (told, note.strip()) if part)
    parts.desk.requests.settle(found.reference, outcome, actor=user.name, note=text)
    return RedirectResponse(f"/privacy/requests/{found.reference}", status_code=303)


@router.get("/privacy/audit", response_class=HTMLResponse)
def audit(
    request: Request,
    parts: PartsHere,
    _: Operator,
    before: Annotated[int | None, Query(ge=1, le=2**53)] = None,
    action: str = "",
    actor: str = "",
) -> HTMLResponse:
    """Who did what, when, to whom (hashed), the newest first."""
    wanted = {"action": action.strip()[:100], "actor": actor.strip()[:200]}
    filters: dict[str, Any] = {name: value or None for name, value in wanted.items()}
    lines = parts.desk.audit.list(AUDIT_LINES + 1, before_id=before, **filters)
    shown = lines[:AUDIT_LINES]
    older = shown[-1].audit_id if len(lines) > AUDIT_LINES else None
    return render(
        request,
        "privacy/audit.html",
        lines=shown,
        older=older,
        before=before,
        action=wanted["action"],
        actor=wanted["actor"],
    )


def _check(found: desk_requests.Request, *, outcome: str, deed: str, proof: str) -> str:
    """What is written down of who they are. Raises UsageError."""
    if outcome not in OUTCOMES or deed not in DEEDS:
        raise UsageError("expected an outcome out of the list", way_out="choose how it ended")
    if deed != "none" and not found.login:
        raise UsageError("the login of this request was erased with the rest", way_out="settle it without a deed")
    if outcome == "refused" and deed != "none":
        raise UsageError("nothing is done for a request that is refused", way_out="choose Nothing, or another outcome")
    if found.kind in NOES and found.login and deed == "none" and outcome != "refused":
        raise UsageError("they asked to be left out, and Nothing was chosen", way_out="choose Leave out, or refuse it")
    if not proof and (deed == "erase" or (outcome == "done" and found.kind in PROVEN)):
        raise UsageError(
            "expected how you know that it is them, came nothing",
            way_out="for example: answered from the address in the profile; or put a word that we sent into the bio",
        )
    return f"identity: {' '.join(proof.split())}" if proof else ""


def _find(parts: Parts, reference: str) -> desk_requests.Request:
    found = parts.desk.requests.get(reference) if len(reference) <= 40 else None
    if found is None:
        raise NotHere("there is no request of that reference", way_out="see the list of requests")
    return found
