"""The whole app with one way to sign in, three users with passwords, and a clock that tests move."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

from argon2 import PasswordHasher
from fastapi import Depends
from fastapi.testclient import TestClient
from tests.web_world import make_parts

from talentscope.runtime.clock import FixedClock
from talentscope.runtime.settings import load
from talentscope.runtime.web_settings import WebSettings
from talentscope.web.app import create_app
from talentscope.web.parts import Parts
from talentscope.web.signin.gates import build_gate
from talentscope.web.signin.identity import Role, User, require, require_scope

PASSWORD = "correct horse battery"
HASH = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
HERE = {"Origin": "http://127.0.0.1"}
SITE = "https://talent.example.org"


class Page:
    """The app with one way to sign in, and a clock that tests move."""

    def __init__(self, home: Path, *, address: str = "http://127.0.0.1", gate: Any = None, **values: Any) -> None:
        self.home, self.clock = home, FixedClock(datetime.now(UTC))
        self.web = load(WebSettings, _env_file=None, **values)
        gate = gate or build_gate(home, self.web, self.clock)
        self.parts: Parts = replace(make_parts(home, clock=self.clock, gate=gate), web=self.web)
        self.app = create_app(self.parts)
        self.address = address
        self._add_routes()

    def _add_routes(self) -> None:
        def who(user: Annotated[User, Depends(require(Role.reader))]) -> dict[str, Any]:
            return {"name": user.name, "role": user.role.name, "via": user.via}

        def write(user: Annotated[User, Depends(require(Role.recruiter))]) -> str:
            return user.name

        def export(user: Annotated[User, Depends(require_scope("export"))]) -> str:
            return user.name

        def crash(user: Annotated[User, Depends(require(Role.reader))]) -> str:
            raise RuntimeError("a fault of ours")

        self.app.add_api_route("/api/v1/who", who)
        self.app.add_api_route("/who", who)
        self.app.add_api_route("/write", write, methods=["POST"])
        self.app.add_api_route("/export", export)
        self.app.add_api_route("/crash", crash)

    def browser(self, **options: Any) -> TestClient:
        """A browser of its own."""
        return TestClient(self.app, base_url=self.address, follow_redirects=False, **options)

    def signed_in(self, name: str = "ada") -> TestClient:
        """A browser in which somebody has signed in by password."""
        browser = self.browser(headers={"Origin": self.address})
        assert browser.post("/sign-in", data={"name": name, "password": PASSWORD}).status_code == 303
        return browser

    def key(self, *scopes: str) -> str:
        """The secret of a new API key."""
        return self.parts.desk.keys.create("nightly", scopes, actor="ada")[1]
