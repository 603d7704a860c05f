"""Signing in and out: the page, the way to a provider and back. Works without JavaScript; leads to local pages only."""

from __future__ import annotations

from typing import Annotated

import structlog
from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from talentscope.web.errors import NotAllowed, NotHere, NotSignedIn, RequestRefused
from talentscope.web.formats import plural
from talentscope.web.parts import Parts, PartsHere
from talentscope.web.render import render
from talentscope.web.signin.gates import OidcGate, PasswordGate
from talentscope.web.signin.iap import IapGate
from talentscope.web.signin.identity import OpenGate, User, bearer_of, user_of
from talentscope.web.signin.outside import ProviderDown
from talentscope.web.signin.security import local_path
from talentscope.web.signin.surroundings import is_loopback

router = APIRouter(include_in_schema=False)

BACK = "/sign-in/return"
TEMPLATE = "signin/page.html"

Next = Annotated[str, Query(alias="next", max_length=4000)]


@router.get("/sign-in", response_class=HTMLResponse)
def sign_in_page(request: Request, parts: PartsHere, next_path: Next = "/", out: bool = False) -> Response:
    """The form or the provider's button; whoever is signed in already goes on."""
    _refuse_keys(request)
    user = user_of(request)
    if user is not None:
        return RedirectResponse(local_path(next_path), status_code=303)
    refusal: RequestRefused | None = request.state.refusal
    return _page(
        request, parts, next_path=next_path, refusal=refusal, is_out=out, status=refusal.status if refusal else 200
    )


@router.post("/sign-in", response_class=HTMLResponse)
def sign_in(
    request: Request,
    parts: PartsHere,
    name: Annotated[str, Form(max_length=1000)] = "",
    password: Annotated[str, Form(max_length=4000)] = "",
    next_path: Annotated[str, Form(alias="next", max_length=4000)] = "/",
) -> Response:
    """Take name and password."""
    _refuse_keys(request)
    gate = parts.gate
    if not isinstance(gate, PasswordGate):
        raise NotHere("nobody signs in by password here", way_out="see /sign-in for how")
    response = RedirectResponse(local_path(next_path), status_code=303)
    address = request.client.host if request.client else ""
    entered = gate.sign_in(request, response, name=name, password=password, address=address)
    if isinstance(entered, User):
        _write_down(parts, "sign in", entered)
        return response
    structlog.get_logger().info("sign-in refused", address=address, wait_seconds=entered)
    if entered == 0:
        refusal: RequestRefused = NotSignedIn("Name or password is wrong.", way_out="Check both and try again.")
        return _page(request, parts, next_path=next_path, refusal=refusal, name=name, status=401)
    refusal = RequestRefused("Too many attempts.", way_out=f"Try again in {plural(entered, 'second')}.")
    page = _page(request, parts, next_path=next_path, refusal=refusal, name=name, status=429)
    page.headers["Retry-After"] = str(entered)
    return page


@router.get("/sign-in/{way}", response_class=HTMLResponse)
def provider(request: Request, parts: PartsHere, way: str, next_path: Next = "/") -> Response:
    """To the provider (`oidc`), and back from there (`return`)."""
    _refuse_keys(request)
    gate = parts.gate
    if not isinstance(gate, OidcGate) or way not in {"oidc", "return"}:
        raise NotHere("nobody signs in that way here", way_out="see /sign-in for how")
    if user_of(request) is not None:
        return RedirectResponse(local_path(next_path), status_code=303)
    response = RedirectResponse("/", status_code=303)
    back = _address(request, parts, BACK)
    try:
        if way == "oidc":
            to = gate.begin(request, response, back=back, next_path=local_path(next_path))
        else:
            answer = dict(request.query_params)
            user, wanted = gate.finish(request, response, answer, back=back)
            to = local_path(wanted)
            _write_down(parts, "sign in", user)
    except (NotSignedIn, NotAllowed, ProviderDown) as refusal:
        return _page(request, parts, next_path=next_path, refusal=refusal, status=refusal.status)
    response.headers["location"] = to
    return response


@router.post("/sign-out")
def sign_out(request: Request, parts: PartsHere) -> Response:
    """End the session, here and in the browser."""
    _refuse_keys(request)
    response = RedirectResponse("/sign-in?out=true", status_code=303)
    gate, user = parts.gate, user_of(request)
    if isinstance(gate, PasswordGate | OidcGate):
        if user is not None:
            _write_down(parts, "sign out", user)
        gate.sessions.end(request, response)
        response.headers["Clear-Site-Data"] = '"cache"'
    return response


def _write_down(parts: Parts, action: str, user: User) -> None:
    """Who came and went is part of the audit; from where is not."""
    parts.desk.audit.record(action, actor=user.name, detail=f"by {user.via}, as {user.role.name}")


def _page(
    request: Request,
    parts: Parts,
    *,
    next_path: str,
    status: int,
    refusal: RequestRefused | None = None,
    name: str = "",
    is_out: bool = False,
) -> HTMLResponse:
    gate = parts.gate
    way = next(
        (
            way
            for kind, way in ((PasswordGate, "password"), (OidcGate, "oidc"), (IapGate, "iap"))
            if isinstance(gate, kind)
        ),
        "none" if isinstance(gate, OpenGate) else "other",
    )
    is_oidc_out = is_out and isinstance(gate, OidcGate)
    request.state.user = None
    page = render(
        request,
        TEMPLATE,
        status=status,
        way=way,
        next_path=local_path(next_path),
        refusal=refusal,
        name=name[:200],
        is_out=is_out,
        provider=gate.provider.host if isinstance(gate, OidcGate) else "",
        provider_out=gate.provider.way_out(_address(request, parts, "/sign-in"))
        if is_oidc_out and isinstance(gate, OidcGate)
        else None,
        is_unsafe=_is_unsafe(request, parts) and way in {"password", "oidc"},
    )
    page.headers["Cache-Control"] = "no-store"
    return page


def _is_unsafe(request: Request, parts: Parts) -> bool:
    """Whether the browser will throw our cookie away, because this is neither https nor this machine."""
    if request.url.scheme == "https" or parts.web.is_public_safe:
        return False
    return not is_loopback(request.url.hostname or "")


def _address(request: Request, parts: Parts, path: str) -> str:
    """The address of a page of ours as people's browsers know it."""
    origin = parts.web.public_url or f"{request.url.scheme}://{request.headers['host']}"
    return origin + path


def _refuse_keys(request: Request) -> None:
    """A key is for programs: it opens no session."""
    if bearer_of(request) is not None:
        raise NotAllowed("an API key cannot sign in", way_out="leave the key out here; send it with each API request")
