"""Signing in by password, and what each role is shown."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from playwright.sync_api import Page, expect
from tests.browser.conftest import OpenPage
from tests.browser.judge import judge, sticks_out
from tests.browser.site import Site, copy_home, serving
from tests.browser.watch import Watch

from talentscope.runtime.clock import SystemClock
from talentscope.runtime.settings import load
from talentscope.runtime.web_settings import WebSettings
from talentscope.web.jobs import Jobs
from talentscope.web.signin.gates import build_gate
from talentscope.web.signin.identity import Role
from talentscope.web.signin.users import Account, write_users

PASSWORD = "correct horse battery"
HASH = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)


@pytest.fixture(scope="module")
def guarded(worlds: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A site that asks for a password, with one user of each role."""
    home = copy_home(worlds / "home", tmp_path_factory.mktemp("guarded") / "home")
    write_users(home / "users.yaml", [Account(role.name, role, HASH) for role in Role])
    web = load(WebSettings, _env_file=None, TALENTSCOPE_SIGN_IN="password")
    clock = SystemClock()
    others = {"jobs": Jobs(home, clock)}
    with serving(home, gate=build_gate(home, web, clock), web={"sign_in": web.sign_in}, others=others) as running:
        yield running


def sign_in(page: Page, name: str, password: str = PASSWORD) -> None:
    page.get_by_label("Name").fill(name)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in").click()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_visitor_is_led_to_sign_in_and_back_to_what_was_wanted(
    guarded: Site, open_page: OpenPage, theme: str
) -> None:
    page = open_page(guarded, "/companies?sort=sentiment", theme=theme)
    expect(page).to_have_url(f"{guarded.url}/sign-in?next=%2Fcompanies%3Fsort%3Dsentiment")
    assert judge(page) == []
    sign_in(page, "reader")
    expect(page).to_have_url(f"{guarded.url}/companies?sort=sentiment")
    expect(page.get_by_role("heading", level=1)).to_have_text("Companies")


def test_a_wrong_password_says_so_and_keeps_the_name(guarded: Site, open_page: OpenPage, watches: list[Watch]) -> None:
    page = open_page(guarded, "/sign-in", width=360)
    watches[0].expect("400", "401", "403", "422")
    sign_in(page, "reader", "wrong")
    expect(page.get_by_role("alert")).to_be_visible()
    expect(page.get_by_label("Name")).to_have_value("reader")
    expect(page.get_by_label("Password")).to_have_value("")
    assert judge(page) == []
    assert sticks_out(page) == []


@pytest.mark.parametrize("has_scripts", [True, False])
@pytest.mark.parametrize("role", list(Role))
def test_each_role_is_shown_what_it_may_do(guarded: Site, open_page: OpenPage, role: Role, has_scripts: bool) -> None:
    page = open_page(guarded, "/leads?brief=minecraft-modders", has_scripts=has_scripts)
    sign_in(page, role.name)
    expect(page.locator("[data-row]").first).to_be_visible()
    may_write = role >= Role.recruiter
    assert (page.get_by_role("checkbox", name="Choose ").count() > 0) == may_write
    assert (page.locator("summary", has_text="Export").count() > 0) == may_write
    page.goto("/runs")
    assert (page.get_by_role("button", name="Start").count() > 0) == (role is Role.operator)
    assert (page.get_by_role("link", name="Privacy", exact=True).count() > 0) == (role is Role.operator)
    if has_scripts:
        assert judge(page) == []
    page.locator("summary", has_text=f"Your account, {role.name}").click()
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/sign-in?out=true")
    page.goto("/leads")
    expect(page.get_by_role("button", name="Sign in")).to_be_visible()


def test_what_a_role_may_not_see_is_refused_with_a_page(
    guarded: Site, open_page: OpenPage, watches: list[Watch]
) -> None:
    page = open_page(guarded, "/sign-in")
    watches[0].expect("403")
    sign_in(page, "reader")
    page.wait_for_url("**/leads**")
    answer = page.goto("/privacy/requests")
    assert answer is not None
    assert answer.status == 403
    expect(page.get_by_role("alert")).to_contain_text("operator")
    assert judge(page) == []


def test_the_public_page_of_privacy_needs_no_account(guarded: Site, open_page: OpenPage) -> None:
    page = open_page(guarded, "/privacy")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Privacy")
    expect(page.get_by_role("button", name="Send")).to_be_visible()
    assert judge(page) == []
