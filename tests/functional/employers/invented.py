"""A warehouse of invented companies with a hundred days of history, and how their pages are read.

One has everything, one is private, one's boards are blocked, of one nothing is known, one has a hostile name.
"""

from __future__ import annotations

import html
import re

from fastapi import Request
from fastapi.testclient import TestClient
from tests.integration import company_stock as stock

from talentscope.web.signin.identity import Role, User

HOSTILE = '<script>alert("x")</script>'
DAYS = 100


def rows() -> list[stock.Row]:
    found = [
        stock.company("acme", name="Acme", sector="software", ticker="ACME"),
        stock.company("beta", name="Béta", sector="ai", status="private", cik=None, ticker=None),
        stock.company("gamma", name="Gamma", sector="software"),
        stock.company("nothing", name="Nothing Known", sector="media"),
        stock.company("odd", name=HOSTILE, sector="ai", website="javascript:alert(1)", ticker="ODD"),
        stock.board("acme", "greenhouse:acme"),
        stock.board("gamma", "greenhouse:gamma"),
    ]
    for ago in range(DAYS):
        found += [
            stock.fact("market_value_usd", 2e9 - ago * 1e7, days_ago=ago),
            stock.fact("market_value_usd", 1e9, days_ago=ago, company_id="gamma"),
            stock.fact("market_value_usd", 5e8, days_ago=ago, company_id="odd"),
            stock.fact("open_offers", None if 40 <= ago < 60 else 100.0 - ago / 2, days_ago=ago),
            stock.mention("acme", ago, [0.6, 0.2, 0.5, 0.4, 0.3, -0.1]),
        ]
    found.append(stock.fact("open_offers", None, company_id="gamma"))
    found.append(stock.fact("employees", 1_000.0, days_ago=300, evidence="We had 1,000 employees."))
    found.append(stock.fact("employees", 900.0, days_ago=665, evidence="We had 900 employees."))
    found.append(stock.fact("employees", 400.0, days_ago=600, company_id="gamma"))
    found.append(stock.fact("employees", 2_000.0, days_ago=30, company_id="odd", evidence=HOSTILE))
    found.append(stock.mention("gamma", 1, [0.9, 0.8]))
    return found


class SomeGate:
    """Everybody is one user."""

    def __init__(self, role: Role, via: str = "password", scopes: frozenset[str] = frozenset()) -> None:
        self.user = User("someone", role, via, scopes)

    def identify(self, request: Request) -> User:
        return self.user


def read(site: TestClient, address: str) -> str:
    answer = site.get(address)
    assert answer.status_code == 200, answer.text[:500]
    return answer.text


def names(page: str) -> list[str]:
    """Ids of the rows of the table, in order."""
    return re.findall(r'id="row-([\w-]+)"', page)


def text_of(page: str) -> str:
    return html.unescape(re.sub(r"\s+([,.;:])", r"\1", re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))))


def row_of(page: str, company_id: str) -> str:
    found = re.search(rf'id="row-{company_id}".*?</tr>', page, re.DOTALL)
    assert found
    return text_of(found[0])
