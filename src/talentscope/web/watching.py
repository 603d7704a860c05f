"""Watching requests: one line of log, one observation and one span each, by route template; nobody is named.

What somebody asked for (the query, ids in the path) may be about a person, so none of it is kept: only which route
answered, how it ended, how long it took, and the role of who asked.
"""

from __future__ import annotations

import re
import time
from contextlib import AbstractContextManager, nullcontext

import structlog
from fastapi import FastAPI
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from talentscope.runtime.tracing import Fact, Note, span
from talentscope.web.signin.security import PROBES

QUIET = PROBES | {"/metrics"}
"""Asked every few seconds by machines; lines about them would be most of the log."""

BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}
NO_ROUTE = "none"
"""The route of what matched none, so that strangers cannot invent series."""

_TRACE = re.compile(r"([0-9a-f]{32})", re.IGNORECASE)


class Requests:
    """What is counted about requests."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self.under_way = Gauge(
            "talentscope_http_requests_in_progress", "Requests that are being answered.", registry=registry
        )
        self.count = Counter(
            "talentscope_http_requests_total",
            "Requests answered, by route and status.",
            ["method", "route", "status"],
            registry=registry,
        )
        self.seconds = Histogram(
            "talentscope_http_request_duration_seconds",
            "How long an answer took, to its last byte.",
            ["method", "route"],
            buckets=BUCKETS,
            registry=registry,
        )


def install(app: FastAPI, requests: Requests) -> None:
    """Put the watch around the app, outermost."""
    app.add_middleware(Watch, requests=requests)


class Watch:
    """Plain ASGI, since every request pays for it."""

    def __init__(self, app: ASGIApp, *, requests: Requests) -> None:
        self._app, self._requests = app, requests

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        status = 500

        async def watched(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        began = time.perf_counter()
        with (
            structlog.contextvars.bound_contextvars(**_trace_of(scope)),
            _span_of(scope) as told,
        ):
            try:
                with self._requests.under_way.track_inprogress():
                    await self._app(scope, receive, watched)
            finally:
                told(name=f"{_method(scope)} {_route(scope)}", route=_route(scope), status=status)
                self._note(scope, status, time.perf_counter() - began)

    def _note(self, scope: Scope, status: int, seconds: float) -> None:
        method, route = _method(scope), _route(scope)
        self._requests.count.labels(method, route, str(status)).inc()
        self._requests.seconds.labels(method, route).observe(seconds)
        if scope["path"] in QUIET:
            return
        state = scope.get("state", {})
        user = state.get("user")
        structlog.get_logger().info(
            "request",
            logger="talentscope.web",
            method=method,
            route=route,
            status=status,
            ms=round(seconds * 1000, 1),
            role=user.role.name if user is not None else "visitor",
            via=user.via if user is not None else "none",
            request_id=state.get("request_id", ""),
        )


def _method(scope: Scope) -> str:
    return scope["method"] if scope["method"] in METHODS else "OTHER"


def _route(scope: Scope) -> str:
    route = scope.get("route")
    return str(getattr(route, "path", NO_ROUTE))


def _span_of(scope: Scope) -> AbstractContextManager[Note]:
    """A span for the request, within the trace of whoever calls us; probes are none."""
    if scope["path"] in QUIET:
        return nullcontext(_unheard)
    parent = next((value.decode("latin-1") for name, value in scope["headers"] if name == b"traceparent"), "")
    return span("request", method=_method(scope), parent=parent)


def _unheard(**_: Fact) -> None:
    """A note of a probe."""


def _trace_of(scope: Scope) -> dict[str, str]:
    """The trace that a load balancer or a caller says this request belongs to.

    Rules: https://www.w3.org/TR/trace-context/ and https://cloud.google.com/trace/docs/trace-context
    """
    for name, value in scope["headers"]:
        if name in {b"traceparent", b"x-cloud-trace-context"}:
            found = _TRACE.search(value.decode("latin-1"))
            return {"trace_id": found.group(1).lower()} if found else {}
    return {}
