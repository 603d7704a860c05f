"""The page and the API over a published snapshot, for tests of several tiers: parts with a clock that is known."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from fastapi.testclient import TestClient
from httpx import Response
from selectolax.lexbor import LexborHTMLParser
from tests.functional import places

from talentscope.registry.read import read_registry
from talentscope.runtime.clock import Clock, SystemClock
from talentscope.runtime.settings import Settings
from talentscope.runtime.web_settings import WebSettings
from talentscope.web.app import create_app
from talentscope.web.assets import load_assets
from talentscope.web.parts import Parts
from talentscope.web.reader import Reader
from talentscope.web.signin.identity import Gate, OpenGate, Role, User

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
KEY = "a key for tests only, long enough"


def make_parts(home: Path, *, gate: Gate | None = None, clock: Clock | None = None) -> Parts:
    """Parts over the data directory `home`; everybody is the operator unless another gate is given."""
    clock = clock or SystemClock()
    settings = Settings(_env_file=None, TALENTSCOPE_HOME=home, **places.settings_of(home))  # type: ignore[call-arg]
    return Parts(
        reader=Reader(home, clock),
        desk=places.desk_at(home, clock, key=KEY if not (home / "desk.key").exists() else None),
        clock=clock,
        registry=read_registry(),
        settings=settings,
        web=WebSettings(_env_file=None),  # type: ignore[call-arg]
        gate=gate or OpenGate(),
        assets=load_assets(),
    )


def client(parts: Parts) -> TestClient:
    """A client of the app over `parts`, which follows no redirect and raises what the app raises."""
    return TestClient(create_app(parts), base_url="http://127.0.0.1", follow_redirects=False)


@dataclass(frozen=True)
class As:
    """A gate at which everybody is the same user, called as their role if not by a name; a visitor without a role."""

    role: Role | None
    name: str = ""

    def identify(self, request: object) -> User | None:
        """Who is asking, whatever they ask."""
        return User(self.name or self.role.name, self.role, via="password") if self.role else None


@dataclass(frozen=True)
class Desktop:
    """Somebody's browser without scripts, and the parts behind the page."""

    parts: Parts
    web: TestClient

    def page(self, url: str, status: int = 200) -> LexborHTMLParser:
        """The page at an address, which must answer so."""
        answer = self.web.get(url)
        assert answer.status_code == status, answer.text[:500]
        return LexborHTMLParser(answer.text)

    def post(self, url: str, **form: object) -> Response:
        """What a form of our own pages is answered."""
        return self.web.post(url, data=form, headers={"Origin": "http://127.0.0.1"})


def text(page: LexborHTMLParser, selector: str) -> str:
    """What is written in the first place of that kind, its pieces a space apart."""
    node = page.css_first(selector)
    assert node is not None, selector
    return " ".join(node.text(separator=" ").split())
