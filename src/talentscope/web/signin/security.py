"""What stands before every request: the host it names, where it comes from, and how many there are.

Plain ASGI, since every request pays for it. From the outside in: Armour (headers on every answer, errors too), Guard.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from typing import Protocol
from urllib.parse import quote, urlsplit

import structlog
from fastapi import FastAPI, Request
from fastapi.responses import RedirectResponse, Response
from starlette.datastructures import MutableHeaders
from starlette.middleware.body_limit import RequestBodyLimitMiddleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from talentscope.web.parts import Parts
from talentscope.web.signin.identity import OpenGate, bearer_of
from talentscope.web.signin.rates import Rates
from talentscope.web.signin.surroundings import (
    client_address,
    counted_as,
    host_name,
    is_in,
    is_known,
    is_same_origin,
)

SAFE = {"GET", "HEAD", "OPTIONS"}
PROBES = {"/healthz", "/readyz"}
"""Asked by machines that know us by address only; they tell nothing."""

MOST_BODY = 1024 * 1024
"""Bytes of a request's body."""

ADDRESS_SHARE = 4
"""An address may make so many times as many requests as a user: an office has one."""

HSTS = "max-age=31536000"


class Tell(Protocol):
    """How an error is told to whoever made the request: a page, a part of one, or JSON."""

    def __call__(
        self, request: Request, status: int, message: str, *, way_out: str = "", headers: dict[str, str] | None = None
    ) -> Response: ...


def install(app: FastAPI, parts: Parts, *, tell: Tell, headers: Mapping[str, str]) -> None:
    """Put the guards around the app; `headers` are set on every answer that does not set them itself."""
    rates = None if isinstance(parts.gate, OpenGate) else Rates(parts.web.requests_per_minute, parts.clock)
    app.state.rates = rates
    app.add_middleware(RequestBodyLimitMiddleware, max_body_size=MOST_BODY)
    app.add_middleware(Guard, parts=parts, rates=rates, tell=tell)
    app.add_middleware(Armour, parts=parts, tell=tell, headers=headers)


def to_sign_in(request: Request) -> Response:
    """A visitor who wants a page is led to the sign-in page and back."""
    wanted = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    return RedirectResponse(sign_in_address(wanted), status_code=303)


def away_from_partial(request: Request) -> dict[str, str]:
    """Headers by which htmx leaves the page for the sign-in page, and back to where the user was."""
    shown = urlsplit(request.headers.get("hx-current-url", ""))
    return {"HX-Redirect": sign_in_address(shown.path + (f"?{shown.query}" if shown.query else ""))}


def sign_in_address(wanted: str) -> str:
    """The sign-in page that leads on to `wanted`."""
    return f"/sign-in?next={quote(local_path(wanted), safe='')}"


def local_path(wanted: str) -> str:
    """`wanted` if it is a path on this site, else `/`: nobody is led to another site after signing in."""
    try:
        parts = urlsplit(wanted)
    except ValueError:
        return "/"
    is_local = not parts.scheme and not parts.netloc and wanted.startswith("/") and not wanted.startswith("//")
    is_plain = wanted.isprintable() and "\\" not in wanted and len(wanted) <= 2000
    return wanted if is_local and is_plain and not parts.path.startswith("/sign-") else "/"


class Armour:
    """Headers on every answer, and an answer for what went wrong on the way to one."""

    def __init__(self, app: ASGIApp, *, parts: Parts, tell: Tell, headers: Mapping[str, str]) -> None:
        self._app, self._parts, self._tell, self._headers = app, parts, tell, headers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        scope.setdefault("state", {})["request_id"] = secrets.token_hex(8)
        self._see_through_proxies(scope)
        has_begun = False

        async def armoured(message: Message) -> None:
            nonlocal has_begun
            if message["type"] == "http.response.start":
                has_begun = True
                self._dress(scope, MutableHeaders(scope=message))
            await send(message)

        try:
            await self._app(scope, receive, armoured)
        except Exception as error:
            if not has_begun:
                request_id = scope["state"]["request_id"]
                cause = type(error).__name__
                route = getattr(scope.get("route"), "path", "none")  # the path itself may name a person
                structlog.get_logger().error("request failed", route=route, cause=cause, request_id=request_id)
                told = self._tell(_nobody(scope), 500, "something went wrong here", way_out="try again in a minute")
                await told(scope, receive, armoured)
            raise

    def _dress(self, scope: Scope, headers: MutableHeaders) -> None:
        for name, value in self._headers.items():
            headers.setdefault(name, value)
        if not scope["path"].startswith("/static/"):
            headers.setdefault("Cache-Control", "private, no-store")
        if scope["scheme"] == "https" or self._parts.web.is_public_safe:
            headers.setdefault("Strict-Transport-Security", HSTS)
        state = scope["state"]
        headers["X-Request-ID"] = state["request_id"]
        rate = state.get("rate")
        if rate is not None:
            for name, value in rate.headers().items():
                headers.setdefault(name, value)
        if state.get("renewal") and not any(
            value.startswith(state["renewal"].split("=", 1)[0] + "=") for value in headers.getlist("set-cookie")
        ):
            headers.append("set-cookie", state["renewal"])

    def _see_through_proxies(self, scope: Scope) -> None:
        """The client's own address and scheme, where a proxy that we trust tells them."""
        peer = scope["client"][0] if scope.get("client") else ""
        web = self._parts.web
        trusts_peer = "*" in web.trusted_proxies
        if not (trusts_peer or is_in(peer, web.proxies)):
            return
        headers = Request(scope).headers
        forwarded = ",".join(headers.getlist("x-forwarded-for"))
        scope["client"] = (client_address(peer, forwarded, web.proxies, trusts_peer=trusts_peer), 0)
        scheme = headers.get("x-forwarded-proto", "").rsplit(",", 1)[-1].strip().lower()
        if scheme in {"http", "https"}:
            scope["scheme"] = scheme


class Guard:
    """Refuses what names another host, what another site sent, and what comes too often."""

    def __init__(self, app: ASGIApp, *, parts: Parts, rates: Rates | None, tell: Tell) -> None:
        self._app, self._parts, self._rates, self._told = app, parts, rates, tell
        self._checks: tuple[Callable[[Request], Response | None], ...] = (
            self._host,
            self._rate,
            self._origin,
            self._size,
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI."""
        if scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})  # we have none, so nobody needs one
            return
        if scope["type"] == "http" and scope["path"] not in PROBES:
            request = Request(scope)
            for check in self._checks:
                refusal = check(request)
                if refusal is not None:
                    await refusal(scope, receive, send)
                    return
        await self._app(scope, receive, send)

    def _tell(
        self, request: Request, status: int, message: str, way_out: str, headers: dict[str, str] | None = None
    ) -> Response:
        return self._told(_nobody(request.scope), status, message, way_out=way_out, headers=headers)

    def _host(self, request: Request) -> Response | None:
        """Against DNS rebinding: a page elsewhere whose name was made to point here. OWASP ASVS 5.0, 4.1.3."""
        named = request.headers.getlist("host")
        name = host_name(named[0]) if len(named) == 1 else None
        server = request.scope.get("server") or ("",)
        if name is not None and is_known(name, self._parts.web.known_hosts, str(server[0])):
            return None
        shown = f"{name[:100]!r}" if name else "none that can be read"
        return self._tell(
            request,
            421,
            f"expected a host name that is ours, came {shown}",
            way_out="operators name it in TALENTSCOPE_HOSTS or TALENTSCOPE_PUBLIC_URL",
        )

    def _rate(self, request: Request) -> Response | None:
        if self._rates is None:
            return None
        address = counted_as(request.client.host if request.client else "")
        rate = self._rates.take(f"address {address}", self._rates.per_minute * ADDRESS_SHARE)
        if rate.is_allowed:
            return None
        return self._tell(
            request,
            429,
            f"more than {rate.limit:,} requests in a minute came from your address",
            way_out=f"wait {rate.wait_seconds} seconds",
            headers=rate.headers(),
        )

    def _origin(self, request: Request) -> Response | None:
        """Against requests that another site makes a browser send (CSRF). Browsers say where a request comes from.

        One that says nothing and has no cookie of ours comes from no browser. Rule: the OWASP cheat sheet on CSRF.
        """
        if request.method in SAFE:
            return None
        headers = request.headers
        site, origin = headers.get("sec-fetch-site"), headers.get("origin")
        if site is not None:
            is_ours = site in {"same-origin", "none"}
        elif origin is not None:
            is_ours = is_same_origin(origin, headers.get("host", ""), self._parts.web.public_url)
        else:
            is_ours = "cookie" not in headers
        if is_ours or (bearer_of(request) is not None and "cookie" not in headers):
            return None
        return self._tell(
            request,
            403,
            "this request came from another site, so it was not carried out",
            way_out="open the page here and try again; behind a proxy, operators set TALENTSCOPE_PUBLIC_URL",
        )

    def _size(self, request: Request) -> Response | None:
        """Told before anything is read; a body that does not say its length is cut off while it is read."""
        length = request.headers.get("content-length", "0")
        if length.isdecimal() and int(length[:12]) <= MOST_BODY:
            return None
        return self._tell(request, 413, f"expected at most {MOST_BODY:,} bytes", "send less at once")


def _nobody(scope: Scope) -> Request:
    """The request as a visitor's, unless it is known whose it is: an error is no occasion to look that up."""
    scope["state"].setdefault("user", None)
    return Request(scope)
