"""The page over a collected world as somebody of a role sees it, with a brief that everybody there answers to."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from fastapi.testclient import TestClient
from httpx import Response
from selectolax.lexbor import LexborHTMLParser
from tests.functional.stage import EVERYTHING
from tests.web_world import As, client, make_parts

from talentscope.web.parts import Parts
from talentscope.web.signin.identity import Role

LEADS = "/leads?brief=everything"


@dataclass(frozen=True)
class LeadsSite:
    """Somebody's browser without scripts, and the parts behind the page."""

    parts: Parts
    web: TestClient

    def get(self, url: str, **headers: str) -> Response:
        return self.web.get(url, headers=headers)

    def page(self, url: str = LEADS, **headers: str) -> LexborHTMLParser:
        answer = self.get(url, **headers)
        assert answer.status_code == 200, answer.text[:500]
        return LexborHTMLParser(answer.text)

    def part(self, url: str, seen: str = LEADS) -> Response:
        """What htmx gets that asks from the page `seen`."""
        return self.get(url, **{"HX-Request": "true", "HX-Current-URL": f"http://127.0.0.1{seen}"})

    def post(self, url: str, *, is_htmx: bool = False, **form: object) -> Response:
        headers = {"Origin": "http://127.0.0.1"} | ({"HX-Request": "true"} if is_htmx else {})
        return self.web.post(url, data=form, headers=headers)

    def audit(self, action: str) -> list[str]:
        return [entry.detail for entry in self.parts.desk.audit.list(100, action=action)]

    def ids(self) -> dict[str, int]:
        """Account ids of everybody shown, by login."""
        with self.parts.reader.read() as reading:
            rows = reading.connection.execute("SELECT login, github_id FROM developers").fetchall()
        return {str(login): int(number) for login, number in rows}


def leads_site(home: Path, role: Role = Role.recruiter) -> LeadsSite:
    parts = make_parts(home, gate=As(role, f"{role.name}@example.org"))
    parts.desk.briefs.save("everything", EVERYTHING, actor="somebody")
    return LeadsSite(parts, client(parts))


def total(page: LexborHTMLParser) -> int:
    return int(text_of(page, ".results-count b").replace(",", ""))


def logins(page: LexborHTMLParser) -> list[str]:
    return [node.text() for node in page.css("[data-row-open]")]


def text_of(page: LexborHTMLParser, selector: str) -> str:
    node = page.css_first(selector)
    assert node is not None, selector
    return " ".join(node.text().split())
