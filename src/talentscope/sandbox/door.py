"""Between the web server and our Call and Answer: reads requests, counts those under way, and sends answers, whole or
broken. One door an upstream."""

from __future__ import annotations

import asyncio
from typing import Any

from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from talentscope.runtime.clock import Clock
from talentscope.sandbox.exchange import Answer, Call, Endpoint, Gate

SILENCE_SECONDS = 600.0
"""After so long even an upstream that never answers lets go."""


class Door:
    """The requests of one upstream on their way in and out; each answer waits `latency_ms`."""

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
            call = read_call(request, await request.body(), self._clock.now().timestamp())
            answer = self._gate.answer(call, endpoint, in_flight=self._in_flight)
            if answer.is_silent:
                await _until_given_up(receive)
                answer.is_reset = True
            delay = self._latency_ms + answer.delay_ms
            if delay and not answer.is_silent:
                await asyncio.sleep(delay / 1000)
        finally:
            self._in_flight -= 1
        await _send(answer, receive, send)


class _Served:
    def __init__(self, door: Door, endpoint: Endpoint) -> None:
        self._door = door
        self._endpoint = endpoint

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._door.exchange(self._endpoint, scope, receive, send)


def read_call(request: Any, body: bytes, now: float) -> Call:
    """A request of Starlette (or the opening of a WebSocket) as a Call."""
    root = request.scope.get("root_path", "")
    path = request.scope["path"].removeprefix(root)
    return Call(
        method=request.scope.get("method", "GET"),
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


async def _until_given_up(receive: Receive) -> None:
    """The body has been read, so that the next message is the caller's hanging up."""
    try:
        async with asyncio.timeout(SILENCE_SECONDS):
            while (await receive())["type"] != "http.disconnect":
                pass
    except TimeoutError:
        return


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
