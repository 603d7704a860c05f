"""Signing in by password at the whole app: the form, sessions and how they end."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from tests.signin_world import HASH, PASSWORD, SITE, Page

from talentscope.web.signin.identity import Role
from talentscope.web.signin.users import Account, write_users

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
