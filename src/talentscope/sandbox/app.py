"""The web side of the sandbox: routes, and the translation between Starlette and our Call and Answer."""

from __future__ import annotations

import asyncio
from functools import partial
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.routing import Mount, Route
from starlette.types import ASGIApp, Receive, Scope, Send

from talentscope.runtime.clock import Clock
from talentscope.sandbox.exchange import Answer, Call, Log
from talentscope.sandbox.faults import Faults
from talentscope.sandbox.gate import Endpoint, Gate
from talentscope.sandbox.github import refusals
from talentscope.sandbox.github.graphql import GraphQL
from talentscope.sandbox.github.rest import Rest
from talentscope.sandbox.github.sabotage import Sabotage
from talentscope.sandbox.github.world import World
from talentscope.sandbox.limits import Meter

RESOURCES = ("core", "search", "graphql")


def make_app(
    world: World,
    faults: Faults,
    meter: Meter,
    log: Log,
    *,
    clock: Clock,
    latency_ms: float,
    schema: Path | None,
) -> ASGIApp:
    """REST at / and /api/v3, GraphQL at /graphql and /api/graphql."""
    sabotage = Sabotage(world, faults)
    rest = Rest(world, sabotage, results=meter.limits.search_results)
    graphql = GraphQL(world, sabotage, meter, schema=schema)
    gate = Gate(meter, faults, log, sabotage.before_request, graphql.viewer_id)
    door = _Door(gate, clock, latency_ms)

    paths = _rest_paths(rest) | {
        "/rate_limit": Endpoint(partial(_limits, meter), "none"),
        "/{rest:path}": Endpoint(lambda call: refusals.not_found(), "core"),  # noqa: ARG005
    }
    routes = [Route(path, door.serve(endpoint), methods=["GET"]) for path, endpoint in paths.items()]
    questions = door.serve(Endpoint(graphql.execute, "graphql"))
    return Starlette(
        routes=[
            Route("/graphql", questions, methods=["POST"]),
            Route("/api/graphql", questions, methods=["POST"]),
            Mount("/api/v3", routes=routes),
            *routes,
        ]
    )


def _rest_paths(rest: Rest) -> dict[str, Endpoint]:
    return {
        "/search/repositories": Endpoint(rest.search_repositories, "search"),
        "/search/users": Endpoint(rest.search_users, "search"),
        "/users/{username}": Endpoint(rest.user, "core"),
        "/users/{username}/repos": Endpoint(rest.user_repositories, "core"),
        "/orgs/{org}": Endpoint(rest.organization, "core"),
        "/user": Endpoint(rest.viewer, "core"),
        "/user/{account_id}": Endpoint(rest.account, "core"),
        "/repos/{owner}/{repo}": Endpoint(rest.repository, "core"),
        "/repos/{owner}/{repo}/contributors": Endpoint(rest.contributors, "core"),
        "/repos/{owner}/{repo}/commits": Endpoint(rest.commits, "core"),
        "/repositories/{repository_id}": Endpoint(rest.repository, "core"),
        "/repositories/{repository_id}/contributors": Endpoint(rest.contributors, "core"),
        "/repositories/{repository_id}/commits": Endpoint(rest.commits, "core"),
    }


def _limits(meter: Meter, call: Call) -> Answer:
    """GET /rate_limit: what everything stands at; asking is free."""
    standings = {
        name: meter.standing(call.caller, name, has_token=call.token is not None, now=call.now).body()
        for name in RESOURCES
    }
    return Answer(200, {"resources": standings, "rate": standings["core"]}, points=0)


class _Door:
    """Reads requests, counts those in flight, waits out the latency and sends the answer, whole or broken."""

    def __init__(self, gate: Gate, clock: Clock, latency_ms: float) -> None:
        self._gate = gate
        self._clock = clock
        self._latency_ms = latency_ms
        self._in_flight = 0

    def serve(self, endpoint: Endpoint) -> ASGIApp:
        """An ASGI app, so that a fault can reach the connection itself."""
        return _Served(self, endpoint)

    async def exchange(self, endpoint: Endpoint, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        request = Request(scope, receive)
        self._in_flight += 1
        try:
            call = _read_call(request, await request.body(), self._clock.now().timestamp())
            answer = self._gate.answer(call, endpoint, in_flight=self._in_flight)
            delay = self._latency_ms + answer.delay_ms
            if delay:
                await asyncio.sleep(delay / 1000)
        finally:
            self._in_flight -= 1
        await _send(answer, receive, send)


class _Served:
    def __init__(self, door: _Door, endpoint: Endpoint) -> None:
        self._door = door
        self._endpoint = endpoint

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._door.exchange(self._endpoint, scope, receive, send)


def _read_call(request: Request, body: bytes, now: float) -> Call:
    root = request.scope.get("root_path", "")
    path = request.scope["path"].removeprefix(root)
    return Call(
        method=request.method,
        path=path,
        params=dict(request.query_params),
        parts=request.path_params,
        headers=dict(request.headers),
        body=body,
        base=f"http://{request.headers.get('host', 'localhost')}{root}",
        address=request.client.host if request.client else "127.0.0.1",
        now=now,
        query_string=request.url.query,
    )


async def _send(answer: Answer, receive: Receive, send: Send) -> None:
    # uvicorn hands its own request cycle to the app: its transport is the only way to break a connection on purpose.
    transport: Any = getattr(getattr(receive, "__self__", None), "transport", None)
    if answer.is_reset and transport is not None:
        transport.abort()
        return
    body: bytes = answer.body
    headers = [(name.lower().encode(), value.encode("latin-1", "replace")) for name, value in answer.headers.items()]
    if answer.status != 304:
        headers.append((b"content-length", str(len(body)).encode()))
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    if answer.is_cut and transport is not None:
        await send({"type": "http.response.body", "body": body[: len(body) // 2], "more_body": True})
        transport.close()
        return
    await send({"type": "http.response.body", "body": body})
