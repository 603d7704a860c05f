"""Every route of page and API: an unsigned visitor never reads, a reader never writes, no answer lacks its armour.

Walks the app itself, so a route that somebody adds tomorrow is held to it without anybody remembering this test.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI, Request
from fastapi.testclient import TestClient
from tests.web_world import make_parts

from talentscope.web.app import PUBLIC, create_app
from talentscope.web.signin.identity import Require, Role, User

SAFE = {"GET", "HEAD", "OPTIONS"}

ASKING = {("POST", "/api/v1/leads")}
"""Unsafe by its method alone: a question that is too long for an address. A reader may ask it."""

OPEN_WRITES = {("POST", "/sign-in"), ("POST", "/sign-out"), ("POST", "/privacy/objections")}
"""What a visitor may send."""

HERE = {"Sec-Fetch-Site": "same-origin"}


@dataclass(frozen=True)
class Door:
    """One method of one route, and the roles that its dependencies ask for."""

    method: str
    path: str
    roles: tuple[Role, ...]

    @property
    def address(self) -> str:
        """The path with something in every gap."""
        return re.sub(r"\{[^}]+\}", "1", self.path)

    @property
    def is_public(self) -> bool:
        """Whether a visitor may come in."""
        return self.path in PUBLIC

    @property
    def writes(self) -> bool:
        """Whether more than a question can come in here."""
        return self.method not in SAFE and (self.method, self.path) not in ASKING | OPEN_WRITES


@dataclass
class Badge:
    """A gate that lets in whom the test says."""

    role: Role | None = None
    scopes: frozenset[str] | None = None

    def identify(self, request: Request) -> User | None:
        if self.role is None:
            return None
        via = "password" if self.scopes is None else "key"
        return User("tester", self.role, via=via, scopes=self.scopes or frozenset())


BADGE = Badge()


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> FastAPI:
    return create_app(make_parts(tmp_path_factory.mktemp("routes"), gate=BADGE))


def doors(app: FastAPI) -> Iterator[Door]:
    """Every method of every route, those of routers with what the routers themselves ask for."""
    for route in app.routes:
        branches = route.effective_candidates() if hasattr(route, "effective_candidates") else [route]
        for branch in _flat(branches):
            assert hasattr(branch, "path"), f"what is {branch!r}? teach this test to look into it"
            asked = tuple(one.role for one in _requirements(getattr(branch, "dependant", None)))
            for method in sorted(getattr(branch, "methods", None) or {"GET"}):
                yield Door(method, branch.path, asked)


def _flat(branches: list[Any]) -> Iterator[Any]:
    for branch in branches:
        if hasattr(branch, "effective_candidates"):
            yield from _flat(branch.effective_candidates())
        else:
            yield branch


def _requirements(dependant: Any) -> Iterator[Require]:
    if dependant is None:
        return
    if isinstance(dependant.call, Require):
        yield dependant.call
    for inner in dependant.dependencies:
        yield from _requirements(inner)


def visit(app: FastAPI, role: Role | None, door: Door, **headers: str) -> Any:
    BADGE.role = role
    client = TestClient(
        app, base_url="http://127.0.0.1", follow_redirects=False, raise_server_exceptions=False, headers=HERE | headers
    )
    return client.request(door.method, door.address)


def test_the_walk_finds_the_routes(app: FastAPI) -> None:
    found = {door.path for door in doors(app)}
    assert len(found) > 20
    assert {"/", "/sign-in", "/healthz", "/static/{name}"} <= found


def test_every_route_asks_for_a_role_or_is_on_the_list_of_public_ones(app: FastAPI) -> None:
    bare = [door for door in doors(app) if not door.roles and not door.is_public and door.path != "/"]
    assert bare == []


def test_no_public_route_is_one_that_somebody_meant_to_close(app: FastAPI) -> None:
    assert [door for door in doors(app) if door.is_public and door.roles] == []


def test_everything_that_writes_asks_for_a_recruiter_at_least(app: FastAPI) -> None:
    weak = [door for door in doors(app) if door.writes and max(door.roles, default=0) < Role.recruiter]
    assert weak == []


def test_a_visitor_may_send_only_what_is_on_the_list(app: FastAPI) -> None:
    unsafe = {(door.method, door.path) for door in doors(app) if door.is_public and door.method not in SAFE}
    assert unsafe <= OPEN_WRITES


def test_an_unsigned_visitor_never_reads_and_never_writes(app: FastAPI) -> None:
    """Really asked, each route, with something in every gap of its path; as a page, as a part of one, as a program."""
    for door in doors(app):
        if door.is_public or door.path == "/":
            continue
        for headers in ({}, {"HX-Request": "true"}, {"Accept": "application/json"}):
            answer = visit(app, None, door, **headers)
            is_led_away = answer.status_code == 303 and answer.headers["location"].startswith("/sign-in?next=")
            assert answer.status_code == 401 or is_led_away, (door, answer.status_code)


def test_a_reader_never_writes(app: FastAPI) -> None:
    closed = [door for door in doors(app) if door.writes]
    assert len(closed) > 3
    for door in closed:
        assert visit(app, Role.reader, door).status_code == 403, door


def test_a_recruiter_does_nothing_that_only_an_operator_may(app: FastAPI) -> None:
    for door in doors(app):
        if max(door.roles, default=Role.reader) is Role.operator:
            assert visit(app, Role.recruiter, door).status_code == 403, door


def test_a_key_that_may_write_but_not_export_takes_no_file_along(app: FastAPI) -> None:
    exports = [door for door in doors(app) if "/export" in door.path and not door.path.startswith("/privacy")]
    assert {door.path for door in exports} >= {
        "/leads/export",
        "/companies/export",
        "/shortlists/{shortlist_id}/export",
    }
    BADGE.scopes = frozenset({"read", "write"})
    try:
        told = {(door.method, door.path): visit(app, Role.recruiter, door).status_code for door in exports}
    finally:
        BADGE.scopes = None
    assert set(told.values()) == {403}, told


def test_another_site_never_writes_whoever_is_signed_in(app: FastAPI) -> None:
    for door in doors(app):
        if door.method not in SAFE:
            answer = visit(app, Role.operator, door, **{"Sec-Fetch-Site": "cross-site"})
            assert answer.status_code == 403, door


@pytest.mark.parametrize("role", [None, Role.reader, Role.operator], ids=str)
def test_no_answer_lacks_its_armour(app: FastAPI, role: Role | None) -> None:
    """With nothing published, so that errors are among them. Nothing that is asked for in vain breaks anything, too."""
    for door in doors(app):
        if role is Role.operator and door.writes:
            continue  # what it does is its own tests' business
        answer = visit(app, role, door)
        assert answer.status_code != 500, (door, answer.text[:500])
        policy = answer.headers.get("content-security-policy", "")
        assert "default-src 'self'" in policy, door
        assert "unsafe" not in policy, door
        assert answer.headers["x-content-type-options"] == "nosniff", door


def test_every_public_route_exists(app: FastAPI) -> None:
    """A name on the list that no route has is an invitation to whoever adds one later."""
    assert set(PUBLIC) <= {door.path for door in doors(app)}


def test_documentation_names_the_ways_to_sign_in() -> None:
    from talentscope.runtime.web_settings import SignIn

    page = (Path(__file__).resolve().parents[2] / "docs" / "sign-in.md").read_text()
    for way in SignIn:
        assert f"`{way}`" in page
