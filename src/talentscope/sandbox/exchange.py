"""One question and its answer, free of any web framework, and the log of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Call:
    """A request as the sandbox sees it. `base` is the server's own REST root; `now` epoch seconds of the server."""

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
    delay_ms: float = 0.0


@dataclass(frozen=True)
class Entry:
    """One line of the log."""

    number: int
    method: str
    path: str
    params: Mapping[str, str]
    status: int
    resource: str
    points: int
    at: float
    bytes_sent: int


class Log:
    """Every exchange since the start or the last `clear`, oldest first."""

    def __init__(self) -> None:
        self.entries: list[Entry] = []

    def add(self, call: Call, answer: Answer, *, resource: str, size: int) -> None:
        """A reset connection is logged with status 0."""
        self.entries.append(
            Entry(
                number=len(self.entries) + 1,
                method=call.method,
                path=call.path,
                params=call.params,
                status=0 if answer.is_reset else answer.status,
                resource=resource,
                points=answer.points,
                at=call.now,
                bytes_sent=size,
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

    def clear(self) -> None:
        """Begin again."""
        self.entries.clear()
