"""Answers in memory for tests of the transport: a scripted upstream, and bodies that misbehave."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import httpx

from talentscope.runtime.clock import FixedClock
from talentscope.transport.site import Site
from talentscope.transport.visitor import Visitor

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
BASE, ELSEWHERE = "https://boards.test", "https://elsewhere.test"


class Upstream(httpx.BaseTransport):
    """Plays its script one answer a request, and the last one for ever."""

    def __init__(self, *script: httpx.Response | Exception) -> None:
        self.script = list(script)
        self.requests: list[httpx.Request] = []

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        step = self.script[min(len(self.requests), len(self.script)) - 1]
        if isinstance(step, Exception):
            raise step
        return httpx.Response(step.status_code, headers=step.headers, stream=step.stream)


class Dripping(httpx.SyncByteStream):
    """A body that comes in two parts, with an hour between them."""

    def __init__(self, clock: FixedClock) -> None:
        self.clock = clock

    def __iter__(self) -> Iterator[bytes]:
        yield b"["
        self.clock.advance(3600)
        yield b"]"


def say(data: Any = None, *, status: int = 200, **headers: str) -> httpx.Response:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return httpx.Response(status, headers=named, content=json.dumps({} if data is None else data).encode())


def html(status: int) -> httpx.Response:
    return httpx.Response(status, headers={"content-type": "text/html"}, content=b"<html>Unicorn!</html>")


class Recording(httpx.BaseTransport):
    """Answers by a function, and remembers when it was asked what."""

    def __init__(self, clock: FixedClock, answer: Callable[[httpx.Request], httpx.Response]) -> None:
        self.clock, self.answer = clock, answer
        self.seen: list[tuple[float, str]] = []

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        self.seen.append(((self.clock.now() - NOW).total_seconds(), str(request.url)))
        return self.answer(request)


def site(**changes: Any) -> Site:
    """Ten requests a second, one at once."""
    parts: dict[str, Any] = {
        "name": "boards",
        "url": BASE,
        "setting": "TALENTSCOPE_BOARDS_URL",
        "per_second": 10,
    }
    return Site(**(parts | changes))


def visit(transport: httpx.BaseTransport, *, of: Site | None = None, **changes: Any) -> Visitor:
    """A visitor whose clock stands still."""
    parts: dict[str, Any] = {
        "user_agent": "talentscope/1 (+mailto:a@example.org)",
        "clock": FixedClock(NOW),
        "max_wait_seconds": 300,
        "timeout_seconds": 30,
        "transport": transport,
    }
    return Visitor(of or site(), **(parts | changes))
