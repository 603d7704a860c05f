"""How tests ask the API, and what they ask about."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from fastapi.testclient import TestClient
from tests.web_world import client, make_parts

from talentscope.web.parts import Parts
from talentscope.web.signin.identity import Role, User

BRIEF = "minecraft-modders"
LONG_AGO = (datetime.now(UTC) - timedelta(days=5)).date()
"""A day before those that were collected: the world's invented past, in which nothing is twice."""
SAME = {"Sec-Fetch-Site": "same-origin"}


def running_over(home: Path) -> Iterator[TestClient]:
    parts = make_parts(home)
    with client(parts) as running:
        running.headers.update(SAME)
        yield running
    parts.reader.close()
    parts.desk.close()


def parts_of(running: TestClient) -> Parts:
    parts: Parts = running.app.state.parts  # type: ignore[attr-defined]
    return parts


def get(running: TestClient, path: str, status: int = 200, **options: Any) -> Any:
    answer = running.get(f"/api/v1{path}", **options)
    assert answer.status_code == status, answer.text
    if status >= 400:
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["status"] == status
    return answer.json()


def follow(running: TestClient, path: str, rows: str) -> list[Any]:
    """All rows over all pages."""
    found, address = [], f"/api/v1{path}"
    while address:
        answer = running.get(address)
        assert answer.status_code == 200, answer.text
        found += answer.json()[rows]
        address = answer.json()["next"]
        assert answer.headers.get("link") == (f'<{address}>; rel="next"' if address else None)
    return found


class Doorkeeper:
    """Lets in by a header, for tests of roles."""

    def identify(self, request: Any) -> User | None:
        name = request.headers.get("x-test-role")
        return User(name, Role[name], via="password") if name else None
