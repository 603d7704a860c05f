"""Signing in at an OIDC provider that does everything right, or one thing wrong."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from fastapi.testclient import TestClient
from joserfc.jwk import RSAKey
from tests.oidc_world import CLIENT_ID, CLIENT_SECRET, Provider, provider_at_work
from tests.signin_world import HASH, HERE, SITE, Page

from talentscope.web.signin.identity import Role
from talentscope.web.signin.users import Account, write_users

# an OIDC provider


@pytest.fixture
def provider() -> Iterator[Provider]:
    with provider_at_work() as working:
        yield working


@pytest.fixture
def at_provider(home: Path, provider: Provider) -> Page:
    return make_oidc(home, provider)


def make_oidc(home: Path, provider: Provider, **values: Any) -> Page:
    return Page(
        home,
        TALENTSCOPE_SIGN_IN="oidc",
        TALENTSCOPE_OIDC_ISSUER=provider.url,
        TALENTSCOPE_OIDC_CLIENT_ID=CLIENT_ID,
        TALENTSCOPE_OIDC_CLIENT_SECRET=CLIENT_SECRET,
        **values,
    )


def go_and_return(browser: TestClient, next_path: str = "/who") -> httpx.Response:
    """To the provider and back; the answer to the way back."""
    there = browser.get("/sign-in/oidc", params={"next": next_path})
    assert there.status_code == 303, there.text
    back = httpx.get(there.headers["location"]).headers["location"]
    assert back.startswith("http://127.0.0.1/sign-in/return?")
    return browser.get(back)  # type: ignore[return-value]


def test_the_provider_vouches_and_the_file_says_the_role(at_provider: Page, provider: Provider) -> None:
    browser = at_provider.browser()
    assert "Continue with 127.0.0.1" in browser.get("/sign-in?next=/who").text
    done = go_and_return(browser)
    assert (done.status_code, done.headers["location"]) == (303, "/who")
    assert browser.get("/who").json() == {"name": "grace@example.org", "role": "recruiter", "via": "oidc"}
    asked = provider.asked[0]
    assert asked["scope"].split()[0] == "openid"
    assert min(len(asked[name]) for name in ("state", "nonce", "code_challenge")) >= 32
    assert "talentscope-errand" not in browser.cookies
    assert [(line.action, line.actor) for line in at_provider.parts.desk.audit.list()] == [
        ("sign in", "grace@example.org")
    ]


def test_signing_out_here_offers_to_sign_out_there(at_provider: Page, provider: Provider) -> None:
    browser = at_provider.browser(headers=HERE)
    go_and_return(browser)
    out = browser.get(browser.post("/sign-out").headers["location"])
    assert f'href="{provider.url}/leave?client_id=talentscope' in out.text
    assert browser.get("/who").status_code == 303


def forged(claims_of: Callable[[str], dict[str, Any]], header: dict[str, Any]) -> Callable[[str], str]:
    def change(token: str) -> str:
        def pack(value: dict[str, Any]) -> str:
            return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()

        return f"{pack(header)}.{pack(claims_of(token))}."

    return change


def claims_in(token: str) -> dict[str, Any]:
    body = token.split(".")[1]
    read: dict[str, Any] = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
    return read


OTHER_KEY = RSAKey.generate_key(2048, {"kid": "other"})
SAME_NAME = RSAKey.generate_key(2048, {"kid": "now"})
WRONG: dict[str, dict[str, Any]] = {
    "another nonce": {"change_claims": lambda said: said | {"nonce": "another"}},
    "no nonce": {"change_claims": lambda said: {k: v for k, v in said.items() if k != "nonce"}},
    "another audience": {"change_claims": lambda said: said | {"aud": "another"}},
    "several audiences": {"change_claims": lambda said: said | {"aud": [CLIENT_ID, "another"]}},
    "another issuer": {"change_claims": lambda said: said | {"iss": "https://evil.example"}},
    "expired": {"change_claims": lambda said: said | {"exp": said["iat"] - 60}},
    "from the future": {"change_claims": lambda said: said | {"iat": said["iat"] + 600}},
    "address not verified": {"change_claims": lambda said: said | {"email_verified": False}},
    "nobody says verified": {"change_claims": lambda said: {k: v for k, v in said.items() if k != "email_verified"}},
    "verified as text": {"change_claims": lambda said: said | {"email_verified": "true"}},
    "no address": {"change_claims": lambda said: {k: v for k, v in said.items() if k != "email"}},
    "another state": {"change_answer": lambda answer: answer | {"state": "another"}},
    "no state": {"change_answer": lambda answer: {k: v for k, v in answer.items() if k != "state"}},
    "another provider's answer": {"change_answer": lambda answer: answer | {"iss": "https://evil.example"}},
    "another code": {"change_answer": lambda answer: answer | {"code": "another"}},
    "no code": {"change_answer": lambda answer: {k: v for k, v in answer.items() if k != "code"}},
    "refused there": {"change_answer": lambda answer: {"error": "access_denied", "state": answer["state"]}},
    "unknown key": {"signs_with": OTHER_KEY},
    "a key of the same name": {"signs_with": SAME_NAME},
    "not signed": {"change_token": forged(claims_in, {"alg": "none"})},
    "not signed, with a key's name": {"change_token": forged(claims_in, {"alg": "none", "kid": "now"})},
    "HS256": {"change_token": forged(claims_in, {"alg": "HS256", "kid": "now"})},
    "no token": {"change_token": lambda _: "nonsense"},
}


@pytest.mark.parametrize("wrong", WRONG.values(), ids=WRONG.keys())
def test_whatever_is_wrong_on_the_way_back_nobody_is_signed_in(
    at_provider: Page, provider: Provider, wrong: dict[str, Any]
) -> None:
    for name, value in wrong.items():
        setattr(provider, name, value)
    browser = at_provider.browser()
    back = go_and_return(browser)
    assert back.status_code == 401
    assert 'role="alert"' in back.text
    assert not any(name.endswith("talentscope") for name in browser.cookies)
    assert browser.get("/who").status_code == 303


def test_an_answer_counts_only_in_the_browser_that_asked_and_only_once(at_provider: Page) -> None:
    browser, other = at_provider.browser(), at_provider.browser()
    there = browser.get("/sign-in/oidc").headers["location"]
    back = httpx.get(there).headers["location"]
    led = other.get(back)
    assert led.status_code == 401
    assert "began in another browser" in led.text, "nobody is signed in by a link that somebody sends them"
    assert other.get("/who").status_code == 303
    assert browser.get(back).headers["location"] == "/"
    fresh = at_provider.browser()
    fresh.get("/sign-in/oidc")
    assert fresh.get(back).status_code == 401


def test_an_answer_that_comes_late_is_none(at_provider: Page) -> None:
    browser = at_provider.browser()
    there = browser.get("/sign-in/oidc").headers["location"]
    back = httpx.get(there).headers["location"]
    at_provider.clock.advance(601)
    assert browser.get(back).status_code == 401


def test_the_way_back_leads_to_no_other_site(at_provider: Page) -> None:
    assert go_and_return(at_provider.browser(), "//evil.example").headers["location"] == "/"


def test_who_is_in_no_file_is_told_and_a_removal_ends_the_session(
    at_provider: Page, provider: Provider, home: Path
) -> None:
    browser = at_provider.browser()
    go_and_return(browser)
    write_users(home / "users.yaml", [Account("ada", Role.operator, HASH)])
    assert browser.get("/who").status_code == 303
    told = go_and_return(browser)
    assert told.status_code == 403
    assert "grace@example.org has no role here" in told.text


def test_a_claim_may_say_the_role_and_the_file_overrules_it(home: Path, provider: Provider) -> None:
    site = make_oidc(home, provider, TALENTSCOPE_OIDC_ROLE_CLAIM="roles")
    provider.person = {"email": "eve@example.org", "email_verified": True, "roles": ["staff", "reader", "recruiter"]}
    browser = site.browser()
    go_and_return(browser)
    assert browser.get("/who").json()["role"] == "recruiter"
    write_users(home / "users.yaml", [Account("eve@example.org", Role.reader)])
    assert browser.get("/who").status_code == 303, "the role changed, so they sign in again"
    go_and_return(browser)
    assert browser.get("/who").json()["role"] == "reader"
    provider.person = {"email": "mallory@example.org", "email_verified": True, "roles": ["Operator", 7, None]}
    assert go_and_return(site.browser()).status_code == 403


def test_a_session_of_a_password_is_none_at_a_provider(home: Path, provider: Provider) -> None:
    cookies = dict(Page(home, TALENTSCOPE_SIGN_IN="password").signed_in().cookies)
    assert make_oidc(home, provider).browser(cookies=cookies).get("/who").status_code == 303


@pytest.mark.parametrize(
    "change",
    [
        lambda said: said | {"issuer": "https://evil.example"},
        lambda said: said | {"authorization_endpoint": "http://evil.example/authorize"},
        lambda said: {k: v for k, v in said.items() if k != "authorization_endpoint"},
    ],
)
def test_a_provider_that_describes_itself_wrongly_is_not_trusted(
    at_provider: Page, provider: Provider, change: Callable[[dict[str, Any]], dict[str, Any]]
) -> None:
    provider.change_discovery = change
    answer = at_provider.browser().get("/sign-in/oidc")
    assert answer.status_code == 503
    assert 'role="alert"' in answer.text


def test_a_new_key_of_the_provider_is_found(at_provider: Page, provider: Provider) -> None:
    assert go_and_return(at_provider.browser()).status_code == 303
    provider.key = RSAKey.generate_key(2048, {"kid": "next", "use": "sig"})
    at_provider.clock.advance(31)
    assert go_and_return(at_provider.browser()).status_code == 303


def test_a_provider_that_is_down_is_told(home: Path) -> None:
    site = Page(
        home,
        TALENTSCOPE_SIGN_IN="oidc",
        TALENTSCOPE_OIDC_ISSUER="http://127.0.0.1:9",
        TALENTSCOPE_OIDC_CLIENT_ID=CLIENT_ID,
    )
    answer = site.browser().get("/sign-in/oidc")
    assert answer.status_code == 503
    assert "cannot be asked" in answer.text


def test_the_address_of_the_way_back_is_the_public_one(home: Path, provider: Provider) -> None:
    site = make_oidc(home, provider, TALENTSCOPE_PUBLIC_URL=SITE)
    there = site.browser().get("/sign-in/oidc").headers["location"]
    assert parse_qs(urlsplit(there).query)["redirect_uri"] == [f"{SITE}/sign-in/return"]
