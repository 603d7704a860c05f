"""The app: its routes, what goes around each request, and how an error is told."""

from __future__ import annotations

import importlib
import pkgutil
from http import HTTPStatus
from types import ModuleType

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, RedirectResponse, Response
from starlette.exceptions import HTTPException
from starlette.middleware.gzip import GZipMiddleware

from talentscope import __version__
from talentscope.runtime.errors import TalentscopeError
from talentscope.web import api, metrics, pages, probes, watching
from talentscope.web.errors import NotHere, RequestRefused, status_of
from talentscope.web.freshness import Freshness
from talentscope.web.parts import Parts
from talentscope.web.render import is_partial, render
from talentscope.web.shelf import Shelf
from talentscope.web.signin import security
from talentscope.web.signin.identity import user_of

PUBLIC = {
    "/static/{name}",
    "/healthz",
    "/readyz",
    "/favicon.ico",
    "/sign-in",
    "/sign-in/{way}",
    "/sign-out",
    "/privacy",
    "/privacy/objections",
}
"""Routes that a visitor may use without saying who they are; a test holds every other route to a role."""

CSP = (
    "default-src 'self'; img-src 'self' data:; style-src 'self'; script-src 'self'; font-src 'self'; "
    "connect-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": CSP,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), interest-cohort=()",
    "X-Robots-Tag": "noindex, nofollow",
}
SMALLEST_PACKED = 600
HTTP_MESSAGES = {
    404: ("there is no such page", "check the address, or begin at /leads"),
    405: ("this address does not take that method", "see /api/docs for what it takes"),
}


def create_app(parts: Parts) -> FastAPI:
    """The page and the API over `parts`."""
    app = FastAPI(title="talentscope", version=__version__, docs_url=None, redoc_url=None, openapi_url=None)
    app.state.parts, app.state.freshness = parts, Freshness(parts)
    for module in [*_modules(pages), *_modules(api)]:
        app.include_router(module.router)
    _add_plain_routes(app, parts)
    probes.install(app, parts)
    app.add_middleware(GZipMiddleware, minimum_size=SMALLEST_PACKED, compresslevel=4)
    app.add_middleware(Shelf, assets=parts.assets)
    security.install(app, parts, tell=_tell, headers=HEADERS)
    watching.install(app, metrics.install(app, parts))
    app.add_exception_handler(TalentscopeError, _tell_ours)
    app.add_exception_handler(HTTPException, _tell_http)
    app.add_exception_handler(RequestValidationError, _tell_invalid)
    return app


def _modules(room: ModuleType) -> list[ModuleType]:
    """Modules of a room that bring routes, in the order of their names."""
    names = sorted(item.name for item in pkgutil.iter_modules(room.__path__))
    modules = [importlib.import_module(f"{room.__name__}.{name}") for name in names]
    return [module for module in modules if hasattr(module, "router")]


def _add_plain_routes(app: FastAPI, parts: Parts) -> None:
    @app.get("/", include_in_schema=False, response_class=RedirectResponse)
    def root() -> str:
        return "/leads"

    @app.get("/static/{name}", include_in_schema=False)
    def static() -> Response:
        raise NotHere("there is no such file")  # those that are there come from the shelf

    @app.get("/favicon.ico", include_in_schema=False)
    def favicon() -> Response:
        icon = parts.assets.by_name["icon.svg"]
        return Response(icon.content, media_type="image/svg+xml", headers={"Cache-Control": "public, max-age=86400"})


def problem(status: int, detail: str, *, way_out: str = "", headers: dict[str, str] | None = None) -> JSONResponse:
    """An error as programs read it. Rule: https://www.rfc-editor.org/rfc/rfc9457"""
    title = HTTPStatus(status).phrase
    body = {"type": "about:blank", "title": title, "status": status, "detail": detail} | (
        {"way_out": way_out} if way_out else {}
    )
    return JSONResponse(body, status_code=status, headers=headers, media_type="application/problem+json")


def _tell(
    request: Request, status: int, message: str, *, way_out: str = "", headers: dict[str, str] | None = None
) -> Response:
    if request.url.path.startswith(("/api/v1", "/openapi", "/metrics")):
        return problem(status, message, way_out=way_out, headers=headers)
    if status == HTTPStatus.UNAUTHORIZED and request.method == "GET" and not is_partial(request):
        return security.to_sign_in(request)
    if status == HTTPStatus.UNAUTHORIZED and is_partial(request):
        headers = (headers or {}) | security.away_from_partial(request)
    _know_user(request)
    template = "errors/partial.html" if is_partial(request) else "errors/page.html"
    title = HTTPStatus(status).phrase
    response = render(request, template, status=status, code=status, title=title, message=message, way_out=way_out)
    for name, value in (headers or {}).items():
        response.headers[name] = value
    return response


def _know_user(request: Request) -> None:
    """The page of an error has its navigation too, unless who is asking is what went wrong."""
    try:
        user_of(request)
    except TalentscopeError:
        request.state.user = None


def _tell_ours(request: Request, error: Exception) -> Response:
    assert isinstance(error, TalentscopeError)  # noqa: S101 - registered for these only
    headers = error.headers if isinstance(error, RequestRefused) else None
    return _tell(request, status_of(error), error.message, way_out=error.way_out, headers=headers)


def _tell_http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101 - registered for these only
    message, way_out = HTTP_MESSAGES.get(error.status_code, (str(error.detail), ""))
    return _tell(request, error.status_code, message, way_out=way_out, headers=dict(error.headers or {}))


def _tell_invalid(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)  # noqa: S101 - registered for these only
    first = error.errors()[0]
    place = ".".join(str(part) for part in first["loc"])
    return _tell(request, 422, f"{place}: {first['msg']}", way_out="see /api/docs for what is expected")
