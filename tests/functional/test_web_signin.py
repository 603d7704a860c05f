"""Signing in at the whole app: by password, at an OIDC provider, by Google IAP, with an API key; and what guards do."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from argon2 import PasswordHasher
from fastapi import Depends
from fastapi.testclient import TestClient
from joserfc import jwt
from joserfc.jwk import ECKey, RSAKey
from tests.oidc_world import CLIENT_ID, CLIENT_SECRET, Provider, provider_at_work
from tests.web_world import make_parts

from talentscope.runtime.clock import FixedClock
from talentscope.runtime.settings import load
from talentscope.runtime.web_settings import WebSettings
from talentscope.web.app import create_app
from talentscope.web.parts import Parts
from talentscope.web.signin.gates import build_gate
from talentscope.web.signin.iap import IapGate
from talentscope.web.signin.identity import OpenGate, Role, User, require, require_scope
from talentscope.web.signin.outside import Keys
from talentscope.web.signin.roles import Roles
from talentscope.web.signin.users import Account, Users, write_users

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


@pytest.fixture
def home(tmp_path: Path) -> Path:
    names = (("ada", Role.operator), ("bob", Role.recruiter), ("cleo", Role.reader))
    people = [Account(name, role, HASH) for name, role in names]
    write_users(tmp_path / "users.yaml", [*people, Account("grace@example.org", Role.recruiter)])
    return tmp_path


@pytest.fixture
def site(home: Path) -> Page:
    return Page(home, TALENTSCOPE_SIGN_IN="password")


# password


def test_a_visitor_is_led_to_the_form_and_back_to_what_they_wanted(site: Page) -> None:
    browser = site.browser()
    away = browser.get("/who?x=1&y=2")
    assert (away.status_code, away.headers["location"]) == (303, "/sign-in?next=%2Fwho%3Fx%3D1%26y%3D2")
    form = browser.get(away.headers["location"])
    assert form.status_code == 200
    assert 'autocomplete="current-password"' in form.text
    assert 'autocomplete="username"' in form.text
    hidden = re.search(r'name="next" value="([^"]*)"', form.text)
    assert hidden is not None
    done = browser.post("/sign-in", data={"name": "ada", "password": PASSWORD, "next": hidden[1].replace("&amp;", "&")})
    assert (done.status_code, done.headers["location"]) == (303, "/who?x=1&y=2")
    assert browser.get("/who").json() == {"name": "ada", "role": "operator", "via": "password"}
    assert browser.get("/sign-in?next=/who").headers["location"] == "/who"


def test_a_wrong_password_and_an_unknown_name_are_told_alike(site: Page) -> None:
    browser = site.browser()
    answers = [
        browser.post("/sign-in", data={"name": name, "password": password})
        for name, password in (("ada", "wrong"), ("eve", PASSWORD), ("grace@example.org", ""))
    ]
    assert [answer.status_code for answer in answers] == [401] * 3
    texts = {re.sub(r'value="[^"]*"', "", answer.text) for answer in answers}
    assert len(texts) == 1
    assert "Name or password is wrong." in texts.pop()
    assert all("set-cookie" not in answer.headers for answer in answers)


def test_what_was_typed_is_shown_inert_and_the_password_never(site: Page) -> None:
    answer = site.browser().post("/sign-in", data={"name": '"><script>alert(1)</script>', "password": "my secret word"})
    assert "<script>alert" not in answer.text
    assert "my secret word" not in answer.text


def test_guessing_is_slowed_down_and_told(site: Page) -> None:
    browser = site.browser()
    for _ in range(5):
        assert browser.post("/sign-in", data={"name": "ada", "password": "guess"}).status_code == 401
    slowed = browser.post("/sign-in", data={"name": "ada", "password": PASSWORD})
    assert slowed.status_code == 429
    assert slowed.headers["retry-after"] == "1"
    assert "Try again in 1 second." in slowed.text
    site.clock.advance(1)
    assert browser.post("/sign-in", data={"name": "ada", "password": PASSWORD}).status_code == 303


@pytest.mark.parametrize(
    "wanted", ["//evil.example/", "https://evil.example/", "/\\evil.example", "/\t/evil.example", "javascript:alert(1)"]
)
def test_signing_in_leads_to_no_other_site(site: Page, wanted: str) -> None:
    browser = site.browser()
    assert "evil" not in browser.get("/sign-in", params={"next": wanted}).text
    done = browser.post("/sign-in", data={"name": "ada", "password": PASSWORD, "next": wanted})
    assert done.headers["location"] == "/"
    assert browser.get("/sign-in", params={"next": wanted}).headers["location"] == "/"


def test_signing_out_ends_a_cookie_that_was_copied(site: Page) -> None:
    browser = site.signed_in()
    copied = browser.cookies["talentscope"]
    out = browser.post("/sign-out")
    assert (out.status_code, out.headers["location"]) == (303, "/sign-in?out=true")
    assert "talentscope" not in browser.cookies
    assert "You are signed out" in browser.get("/sign-in?out=true").text
    thief = site.browser(cookies={"talentscope": copied})
    assert thief.get("/who").status_code == 303


def test_who_came_and_went_is_in_the_audit_and_who_failed_is_not(site: Page) -> None:
    site.browser().post("/sign-in", data={"name": "ada", "password": "my other password"})
    site.signed_in("bob").post("/sign-out")
    lines = [(line.action, line.actor, line.detail) for line in site.parts.desk.audit.list()]
    assert lines == [("sign out", "bob", "by password, as recruiter"), ("sign in", "bob", "by password, as recruiter")]


def test_signing_out_is_no_link(site: Page) -> None:
    assert site.signed_in().get("/sign-out").status_code == 405


def test_removing_somebody_ends_what_they_are_doing(site: Page, home: Path) -> None:
    browser = site.signed_in("bob")
    assert browser.get("/who").status_code == 200
    write_users(home / "users.yaml", [Account("ada", Role.operator, HASH)])
    assert browser.get("/who").headers["location"].startswith("/sign-in")


def test_a_session_is_renewed_by_use_and_ends_by_its_hours(site: Page) -> None:
    browser = site.signed_in()
    first = browser.cookies["talentscope"]
    for _ in range(11):
        site.clock.advance(3600)
        assert browser.get("/who").status_code == 200
    assert browser.cookies["talentscope"] != first
    site.clock.advance(3600)
    assert browser.get("/who").status_code == 303


def test_a_file_of_users_that_is_broken_lets_nobody_in_and_is_told(site: Page, home: Path) -> None:
    browser = site.signed_in()
    (home / "users.yaml").write_text("users:\n  ada: {role: boss}\n")
    for answer in (browser.get("/who"), browser.get("/sign-in"), browser.post("/sign-in", data={"name": "ada"})):
        assert answer.status_code == 503
        assert "the file of users is not right" in answer.text
        assert "boss" not in answer.text, "what is in the file is for the log"


def test_htmx_leaves_for_the_sign_in_page_when_the_session_is_over(site: Page) -> None:
    headers = {"HX-Request": "true", "HX-Current-URL": "http://127.0.0.1/leads?page=2"}
    answer = site.browser().get("/who", headers=headers)
    assert answer.status_code == 401
    assert answer.headers["hx-redirect"] == "/sign-in?next=%2Fleads%3Fpage%3D2"


def test_beyond_this_machine_the_cookie_is_locked_to_https_and_the_host(home: Path) -> None:
    site = Page(home, address=SITE, TALENTSCOPE_SIGN_IN="password", TALENTSCOPE_PUBLIC_URL=SITE)
    browser = site.signed_in()
    assert "__Host-talentscope" in browser.cookies
    assert browser.get("/who").status_code == 200
    assert browser.get("/who").headers["strict-transport-security"] == "max-age=31536000"


def test_without_https_the_page_says_why_signing_in_will_not_last(home: Path) -> None:
    address = "http://talent.example.org"
    site = Page(home, address=address, TALENTSCOPE_SIGN_IN="password", TALENTSCOPE_HOSTS="talent.example.org")
    assert "This address is not https." in site.browser().get("/sign-in").text


# API keys


def test_a_key_has_the_role_of_its_scopes(site: Page) -> None:
    browser = site.browser()
    for scopes, role in (
        (["read"], "reader"),
        (["export"], "reader"),
        (["read", "write"], "recruiter"),
        (["operate"], "operator"),
    ):
        answer = browser.get("/api/v1/who", headers={"Authorization": f"Bearer {site.key(*scopes)}"})
        assert answer.json() == {"name": "key nightly", "role": role, "via": "key"}
        assert "set-cookie" not in answer.headers


@pytest.mark.parametrize("credential", ["Bearer nonsense", "Bearer ", "bearer ts_000000000000_" + "a" * 43])
def test_a_key_that_is_not_good_is_told_as_a_problem(site: Page, credential: str) -> None:
    answer = site.browser().get("/api/v1/who", headers={"Authorization": credential})
    assert answer.status_code == 401
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["www-authenticate"].startswith("Bearer")


def test_a_bad_key_is_not_covered_by_a_good_session_or_an_open_gate(site: Page, tmp_path: Path) -> None:
    headers = {"Authorization": "Bearer nonsense"}
    assert site.signed_in().get("/api/v1/who", headers=headers).status_code == 401
    assert Page(tmp_path, gate=OpenGate()).browser().get("/api/v1/who", headers=headers).status_code == 401


def test_a_key_that_was_revoked_or_has_expired_opens_nothing(site: Page) -> None:
    desk = site.parts.desk.keys
    record, revoked = desk.create("a", ["read"], actor="ada")
    _, expiring = desk.create("b", ["read"], actor="ada", expires_at=site.clock.now() + timedelta(hours=1))
    browser = site.browser()
    statuses = [
        browser.get("/api/v1/who", headers={"Authorization": f"Bearer {key}"}).status_code
        for key in (revoked, expiring)
    ]
    assert statuses == [200, 200]
    desk.revoke(record.key_id, actor="ada")
    site.clock.advance(3600)
    for key in (revoked, expiring):
        assert browser.get("/api/v1/who", headers={"Authorization": f"Bearer {key}"}).status_code == 401


def test_a_key_opens_no_session(site: Page) -> None:
    headers = {"Authorization": f"Bearer {site.key('operate')}"}
    browser = site.browser()
    answers = [
        browser.get("/sign-in", headers=headers),
        browser.post("/sign-in", headers=headers, data={"name": "ada", "password": PASSWORD}),
        browser.get("/sign-in/oidc", headers=headers),
        browser.post("/sign-out", headers=headers),
    ]
    assert [answer.status_code for answer in answers] == [403] * 4
    assert not any("set-cookie" in answer.headers for answer in answers)


def test_no_key_makes_keys(site: Page) -> None:
    headers = {"Authorization": f"Bearer {site.key('write', 'operate')}"}
    form = {"name": "mine", "scopes": ["export", "operate"]}
    assert site.browser().post("/keys", headers=headers, data=form).status_code == 403
    assert len(site.parts.desk.keys.list()) == 1
    assert site.signed_in("bob").post("/keys", data={"name": "mine", "scopes": ["export"]}).status_code == 201


def test_taking_a_copy_needs_the_scope_or_a_recruiter(site: Page) -> None:
    def with_key(*scopes: str) -> int:
        headers = {"Authorization": f"Bearer {site.key(*scopes)}"}
        return site.browser().get("/export", headers=headers).status_code

    assert [with_key("read"), with_key("operate"), with_key("read", "export")] == [403, 403, 200]
    assert [site.signed_in(name).get("/export").status_code for name in ("cleo", "bob", "ada")] == [403, 200, 200]


# other sites


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:9999"},
        {"Origin": "http://127.0.0.1.evil.example"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site", "Origin": "http://127.0.0.1"},
        {},
    ],
    ids=str,
)
def test_another_site_cannot_write_with_a_users_cookie(site: Page, headers: dict[str, str]) -> None:
    browser = site.browser(cookies=dict(site.signed_in().cookies))
    for method, path in (("POST", "/write"), ("POST", "/sign-out"), ("DELETE", "/write"), ("PUT", "/api/v1/who")):
        assert browser.request(method, path, headers=headers).status_code == 403
    assert browser.get("/who").status_code == 200


def test_another_site_cannot_sign_somebody_in(site: Page) -> None:
    form = {"name": "ada", "password": PASSWORD}
    answer = site.browser().post("/sign-in", data=form, headers={"Origin": "https://evil.example"})
    assert answer.status_code == 403
    assert "came from another site" in answer.text
    assert "set-cookie" not in answer.headers


def test_another_site_cannot_write_where_nobody_signs_in(tmp_path: Path) -> None:
    browser = Page(tmp_path, gate=OpenGate()).browser()
    assert browser.post("/write", headers={"Origin": "https://evil.example"}).status_code == 403
    assert browser.post("/write", headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403
    assert browser.post("/write", headers=HERE).status_code == 200
    assert browser.post("/write").status_code == 200, "no browser: it would have said where it comes from"


@pytest.mark.parametrize("headers", [HERE, {"Sec-Fetch-Site": "same-origin"}, {"Sec-Fetch-Site": "none"}], ids=str)
def test_our_own_pages_write(site: Page, headers: dict[str, str]) -> None:
    browser = site.browser(cookies=dict(site.signed_in().cookies))
    assert browser.post("/write", headers=headers).status_code == 200


def test_a_program_with_a_key_needs_no_origin_but_a_key_does_not_cover_a_cookie(site: Page) -> None:
    key = {"Authorization": f"Bearer {site.key('write')}"}
    assert site.browser().post("/write", headers=key).status_code == 200
    cookies = dict(site.signed_in().cookies)
    foreign = key | {"Origin": "https://evil.example"}
    assert site.browser(cookies=cookies).post("/write", headers=foreign).status_code == 403


def test_behind_a_proxy_that_renames_us_the_public_address_is_ours(home: Path) -> None:
    site = Page(home, TALENTSCOPE_SIGN_IN="password", TALENTSCOPE_PUBLIC_URL=SITE)
    form = {"name": "ada", "password": PASSWORD}
    assert site.browser().post("/sign-in", data=form, headers={"Origin": SITE}).status_code == 303
    assert (
        site.browser().post("/sign-in", data=form, headers={"Origin": "http://talent.example.org"}).status_code == 403
    )


# hosts


@pytest.mark.parametrize(
    "host",
    ["evil.example", "127.0.0.1.evil.example", "localhost.evil.example:80", "a@127.0.0.1", "127.0.0.1/x", "", "*"],
)
def test_a_name_that_is_not_ours_is_answered_by_nothing(tmp_path: Path, host: str) -> None:
    browser = Page(tmp_path, gate=OpenGate()).browser()
    for path in ("/who", "/api/v1/who", "/sign-in", "/nowhere"):
        answer = browser.get(path, headers={"Host": host})
        assert answer.status_code == 421
        assert "operator" not in answer.text or "operators name it" in answer.text
        assert "content-security-policy" in answer.headers


@pytest.mark.parametrize(
    "host", ["127.0.0.1:8080", "localhost", "[::1]:80", "LOCALHOST:1", "talent.example.org", "a.b.example"]
)
def test_names_that_are_ours_are_answered(tmp_path: Path, host: str) -> None:
    site = Page(tmp_path, gate=OpenGate(), TALENTSCOPE_HOSTS="talent.example.org, *.b.example")
    assert site.browser().get("/who", headers={"Host": host}).status_code == 200


def test_machines_that_look_after_us_know_us_by_address(site: Page) -> None:
    assert site.browser().get("/healthz", headers={"Host": "10.1.2.3:8080"}).status_code == 200


def test_where_nobody_signs_in_a_proxy_lets_nobody_through(tmp_path: Path) -> None:
    browser = Page(tmp_path, gate=OpenGate()).browser()
    for header in ("X-Forwarded-For", "Forwarded", "X-Real-IP", "X-Forwarded-Host"):
        answer = browser.get("/who", headers={header: "203.0.113.9"})
        assert answer.status_code == 403
        assert "TALENTSCOPE_SIGN_IN" in answer.text
    elsewhere = TestClient(browser.app, base_url="http://127.0.0.1", client=("10.0.0.7", 1))
    assert elsewhere.get("/who").status_code == 403


# how much, how often


def test_too_many_requests_of_one_user_are_told_to_wait(home: Path) -> None:
    site = Page(home, TALENTSCOPE_SIGN_IN="password", TALENTSCOPE_REQUESTS_PER_MINUTE=10)
    browser, other = site.signed_in(), site.signed_in("bob")
    answers = [browser.get("/api/v1/who") for _ in range(11)]
    assert [answer.status_code for answer in answers] == [200] * 10 + [429]
    assert answers[0].headers["ratelimit"] == '"default";r=9;t=0'
    assert answers[0].headers["ratelimit-policy"] == '"default";q=10;w=60'
    assert answers[10].headers["retry-after"] == "6"
    assert answers[10].json()["status"] == 429
    assert other.get("/api/v1/who").status_code == 200
    site.clock.advance(6)
    assert browser.get("/api/v1/who").status_code == 200


def test_too_many_requests_of_one_address_are_told_to_wait_whoever_they_say_they_are(home: Path) -> None:
    site = Page(home, TALENTSCOPE_SIGN_IN="password", TALENTSCOPE_REQUESTS_PER_MINUTE=10)
    browser = site.browser()
    statuses = [
        browser.get("/sign-in", headers={"Cookie": f"talentscope=made{n}", "X-Forwarded-For": f"1.1.1.{n}"}).status_code
        for n in range(41)
    ]
    assert statuses == [200] * 40 + [429]


def test_behind_a_trusted_proxy_visitors_are_counted_by_their_own_address(home: Path) -> None:
    values = {"TALENTSCOPE_SIGN_IN": "password", "TALENTSCOPE_REQUESTS_PER_MINUTE": 10}
    site = Page(home, **values, TALENTSCOPE_TRUSTED_PROXIES="10.0.0.0/8")
    proxy = TestClient(site.app, base_url="http://127.0.0.1", client=("10.0.0.1", 1), follow_redirects=False)
    for n in range(41):
        spoofed = proxy.get("/sign-in", headers={"X-Forwarded-For": f"6.6.6.{n}, 203.0.113.9"})
    assert spoofed.status_code == 429
    assert proxy.get("/sign-in", headers={"X-Forwarded-For": "203.0.113.10"}).status_code == 200


def test_a_trusted_proxy_says_that_it_was_https(home: Path) -> None:
    site = Page(home, TALENTSCOPE_SIGN_IN="password", TALENTSCOPE_TRUSTED_PROXIES="*")
    form = {"name": "ada", "password": PASSWORD}
    safe = site.browser().post(
        "/sign-in", data=form, headers={"X-Forwarded-Proto": "https", "X-Forwarded-For": "203.0.113.9"}
    )
    assert safe.headers["set-cookie"].startswith("__Host-")
    untrusting = Page(home, TALENTSCOPE_SIGN_IN="password").browser()
    assert (
        untrusting.post("/sign-in", data=form, headers={"X-Forwarded-Proto": "https"})
        .headers["set-cookie"]
        .startswith("talentscope=")
    )


def test_a_body_that_is_too_large_is_refused_with_and_without_its_length(site: Page) -> None:
    def pieces() -> Iterator[bytes]:
        for _ in range(20):
            yield b"x" * 100_000

    browser = site.browser()
    said = browser.post(
        "/sign-in", content=b"x" * 1_100_000, headers={"Content-Type": "application/x-www-form-urlencoded"}
    )
    streamed = browser.post("/sign-in", content=pieces(), headers={"Content-Type": "application/x-www-form-urlencoded"})
    for answer in (said, streamed):
        assert answer.status_code == 413
        assert "content-security-policy" in answer.headers


# every answer


@pytest.mark.parametrize(
    "path", ["/who", "/sign-in", "/nowhere", "/healthz", "/crash", "/api/v1/nowhere", "/static/none.js"]
)
def test_no_answer_lacks_its_armour(site: Page, path: str) -> None:
    browser = site.signed_in()
    browser = TestClient(
        site.app, base_url="http://127.0.0.1", cookies=dict(browser.cookies), raise_server_exceptions=False
    )
    answer = browser.get(path)
    policy = answer.headers["content-security-policy"]
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert answer.headers["x-content-type-options"] == "nosniff"
    if path == "/crash":
        assert answer.status_code == 500
        assert "something went wrong here" in answer.text
        assert "a fault of ours" not in answer.text


# Google IAP

IAP_KEY = ECKey.generate_key("P-256", {"kid": "google"})
AUDIENCE = "/projects/1/global/backendServices/2"


@pytest.fixture
def google(home: Path) -> Page:
    def fetch(_: str) -> dict[str, Any]:
        return {"keys": [IAP_KEY.as_dict(private=False)]}

    clock, keys_url = FixedClock(datetime.now(UTC)), "https://keys.example/jwk"
    keys, roles = Keys(clock, fetch), Roles(Users(home / "users.yaml"), None)
    gate = IapGate(audience=AUDIENCE, keys_url=keys_url, keys=keys, roles=roles, clock=clock)
    values = {"TALENTSCOPE_SIGN_IN": "iap", "TALENTSCOPE_IAP_AUDIENCE": AUDIENCE, "TALENTSCOPE_PUBLIC_URL": SITE}
    return Page(home, address=SITE, gate=gate, **values)


def assertion(email: str = "grace@example.org", **changed: Any) -> dict[str, str]:
    now = int(datetime.now(UTC).timestamp())
    said = {
        "iss": "https://cloud.google.com/iap",
        "aud": AUDIENCE,
        "sub": "1",
        "email": email,
        "iat": now,
        "exp": now + 600,
    }
    return {"X-Goog-IAP-JWT-Assertion": jwt.encode({"alg": "ES256", "kid": "google"}, said | changed, IAP_KEY)}


def test_googles_signature_lets_in(google: Page) -> None:
    answer = google.browser().get("/who", headers=assertion())
    assert answer.json() == {"name": "grace@example.org", "role": "recruiter", "via": "iap"}
    programs = assertion() | {"Authorization": "Bearer eyJhbGciOi.google.token"}
    assert google.browser().get("/who", headers=programs).status_code == 200, "Google's bearer token is no key of ours"


def test_behind_googles_proxy_keys_of_ours_work(google: Page) -> None:
    headers = assertion() | {"Authorization": f"Bearer {google.key('read')}"}
    assert google.browser().get("/api/v1/who", headers=headers).json()["via"] == "key"


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"X-Goog-Authenticated-User-Email": "accounts.google.com:grace@example.org"},
        {"X-Goog-IAP-JWT-Assertion": "a.b.c"},
    ],
)
def test_without_googles_signature_nobody_is_let_in_and_nobody_goes_round_in_circles(
    google: Page, headers: dict[str, str]
) -> None:
    browser = google.browser()
    assert browser.get("/api/v1/who", headers=headers).status_code == 401
    away = browser.get("/who", headers=headers)
    assert away.headers["location"].startswith("/sign-in?")
    shown = browser.get(away.headers["location"], headers=headers)
    assert shown.status_code in {200, 401}
    assert "the proxy did not vouch for you" in shown.text


def test_who_has_no_role_is_told_so(google: Page) -> None:
    answer = google.browser().get("/who", headers=assertion("eve@example.org"))
    assert answer.status_code == 403
    assert "eve@example.org has no role here" in answer.text


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
