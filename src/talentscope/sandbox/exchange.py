"""One question and its answer, free of any web framework, and the log of them."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol


@dataclass(frozen=True)
class Call:
    """A request as the sandbox sees it. `base` is the upstream's own root; `now` epoch seconds of the server."""

    method: str
    path: str
    params: Mapping[str, str]
    parts: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes
    base: str
    address: str
    now: float
    query_string: str = ""

    @property
    def token(self) -> str | None:
        """What follows `Bearer` or `token` in Authorization."""
        kind, _, token = self.headers.get("authorization", "").partition(" ")
        return token.strip() or None if kind.lower() in {"bearer", "token"} else None

    @property
    def caller(self) -> str:
        """Whose limits count."""
        return self.token or self.address


@dataclass
class Answer:
    """`body` is JSON to be, or bytes as they are. `points` is what it cost of `resource`."""

    status: int
    body: Any
    headers: dict[str, str] = field(default_factory=dict)
    media: str = "application/json; charset=utf-8"
    points: int = 1
    is_cut: bool = False  # the connection closes half-way through the body
    is_reset: bool = False  # no answer at all
    is_silent: bool = False  # no answer either, yet the connection stays open until the caller gives up
    delay_ms: float = 0.0


def _about_nothing(call: Call) -> Sequence[str]:  # noqa: ARG001 - the signature of `about`
    return ()


@dataclass(frozen=True)
class Endpoint:
    """A handler and what it is counted under: a window of GitHub's (core, search, graphql, none), or an upstream.

    `about` names what a call concerns (a company, a board), so that a fault can be aimed at it.
    """

    handle: Callable[[Call], Answer]
    resource: str
    about: Callable[[Call], Sequence[str]] = _about_nothing
    method: str = "GET"


class Gate(Protocol):
    """What every request to one upstream passes. `in_flight` counts those under way there, this one among them."""

    def answer(self, call: Call, endpoint: Endpoint, *, in_flight: int) -> Answer:
        """The whole exchange; never raises for anything a caller can send."""
        ...


@dataclass(frozen=True)
class Entry:
    """One line of the log. `at` is when the request came, epoch seconds of the server."""

    number: int
    method: str
    path: str
    params: Mapping[str, str]
    status: int
    resource: str
    points: int
    at: float
    bytes_sent: int
    in_flight: int = 1


class Log:
    """Every exchange since the start or the last `clear`, oldest first."""

    def __init__(self) -> None:
        self.entries: list[Entry] = []

    def add(self, call: Call, answer: Answer, *, resource: str, size: int, in_flight: int = 1) -> None:
        """A connection without an answer is logged with status 0."""
        self.entries.append(
            Entry(
                number=len(self.entries) + 1,
                method=call.method,
                path=call.path,
                params=call.params,
                status=0 if answer.is_reset or answer.is_silent else answer.status,
                resource=resource,
                points=answer.points,
                at=call.now,
                bytes_sent=size,
                in_flight=in_flight,
            )
        )

    def count(self, *, resource: str | None = None, status: int | None = None, path: str | None = None) -> int:
        """How many exchanges fit all that is given (`path` as a beginning)."""
        return sum(
            (resource is None or entry.resource == resource)
            and (status is None or entry.status == status)
            and (path is None or entry.path.startswith(path))
            for entry in self.entries
        )

    def points(self, resource: str) -> int:
        """What was spent of a resource."""
        return sum(entry.points for entry in self.entries if entry.resource == resource)

    def peak(self, resource: str) -> int:
        """How many requests to a resource were under way at once at most; 0 without any."""
        return max((entry.in_flight for entry in self.entries if entry.resource == resource), default=0)

    def busiest(self, resource: str, seconds: float) -> int:
        """How many requests to a resource came within any such span at most."""
        recent: deque[float] = deque()
        most = 0
        for at in sorted(entry.at for entry in self.entries if entry.resource == resource):
            recent.append(at)
            while recent[0] <= at - seconds:
                recent.popleft()
            most = max(most, len(recent))
        return most

    def clear(self) -> None:
        """Begin again."""
        self.entries.clear()
