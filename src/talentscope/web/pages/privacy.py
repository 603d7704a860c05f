"""/privacy: for everybody, what is held and how to say no. The requests are answered on /privacy/requests."""

from __future__ import annotations

import re
from typing import Annotated, Any

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from talentscope.runtime.errors import UsageError
from talentscope.web.errors import TooMany
from talentscope.web.pages.privacy_view import KINDS, what_is_held
from talentscope.web.parts import Parts, PartsHere
from talentscope.web.render import render
from talentscope.web.signin.rates import Rates

router = APIRouter(include_in_schema=False)
Text = Annotated[str, Form()]
MOST_A_MINUTE = 10
"""Requests by one address. The guard before all routes allows many more, for pages."""

_REFERENCE = re.compile(r"[2-9A-Z]{10}")


@router.get("/privacy", response_class=HTMLResponse)
def privacy(request: Request, parts: PartsHere, reference: str = "") -> HTMLResponse:
    """What is held, for what, how long, whose right is what, and the form. Nobody has to sign in."""
    told = reference if _REFERENCE.fullmatch(reference) else ""
    return _page(request, parts, reference=told)


@router.post("/privacy/objections")
def submit(
    request: Request, parts: PartsHere, login: Text = "", kind: Text = "", contact: Text = "", text: Text = ""
) -> Response:
    """Take a request and tell its reference. What is answered is the same whether somebody is held or not.

    Raises TooMany: a form that is open to everybody would else be filled by a machine until nobody gets through.
    """
    _take_turn(request, parts)
    try:
        reference = parts.desk.requests.submit(kind, login=login.strip(), contact=contact.strip(), text=text)
    except UsageError as error:
        typed = {"login": login[:200], "kind": kind, "contact": contact[:400], "text": text[:6000]}
        return _page(request, parts, status=400, typed=typed, error=error)
    return RedirectResponse(f"/privacy?reference={reference}#form", status_code=303)


def _take_turn(request: Request, parts: Parts) -> None:
    state = request.app.state
    if not hasattr(state, "objections"):
        state.objections = Rates(MOST_A_MINUTE, parts.clock)
    rates: Rates = state.objections
    rate = rates.take(request.client.host if request.client else "", MOST_A_MINUTE)
    if not rate.is_allowed:
        raise TooMany(
            "too many requests came from your address in a minute",
            way_out=f"wait {rate.wait_seconds} seconds; a request that was sent twice counts once",
            headers=rate.headers(),
        )


def _page(request: Request, parts: Parts, *, status: int = 200, **values: Any) -> HTMLResponse:
    told = {"reference": "", "error": None, "typed": {"login": "", "kind": "object", "contact": "", "text": ""}}
    return render(
        request,
        "privacy/page.html",
        status=status,
        held=what_is_held(parts.settings.purpose, parts.settings.retention),
        purpose=parts.settings.purpose,
        controller=parts.web.controller,
        kinds=KINDS,
        **(told | values),
    )
