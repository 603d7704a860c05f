"""What stands before every request: other sites, other names, rates, sizes, and the armour of each answer."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from tests.signin_world import HERE, PASSWORD, SITE, Page

from talentscope.web.signin.identity import OpenGate

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
