"""What every page has: a theme that can be switched, keys, and errors that say what to do."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect
from tests.browser.conftest import OpenPage
from tests.browser.judge import judge, sticks_out
from tests.browser.site import Site
from tests.browser.watch import Watch

DARK = "getComputedStyle(document.body).backgroundColor"


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_an_address_that_does_not_exist_gets_a_page_with_a_way_out(
    site: Site, open_page: OpenPage, watches: list[Watch], theme: str
) -> None:
    page = open_page(site, theme=theme)
    watches[0].expect("404")
    answer = page.goto("/no/such/page")
    assert answer is not None
    assert answer.status == 404
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    assert page.get_by_role("main").get_by_role("link").count() >= 1
    assert judge(page) == []
    page.set_viewport_size({"width": 360, "height": 800})
    assert sticks_out(page) == []


def test_the_theme_is_switched_and_stays_so(site: Site, open_page: OpenPage) -> None:
    page = open_page(site, "/companies")
    before, body = page.evaluate(DARK), page.locator("body")
    page.get_by_role("button", name="Switch between light and dark").click()
    expect(body).not_to_have_css("background-color", before)
    after = page.evaluate(DARK)
    page.goto("/briefs")
    assert page.evaluate(DARK) == after, "the choice goes along to other pages"


def test_the_keys_are_listed_by_a_key(site: Site, open_page: OpenPage) -> None:
    page = open_page(site, "/companies")
    page.keyboard.press("?")
    dialog = page.get_by_role("dialog", name="Keyboard")
    expect(dialog).to_be_visible()
    assert judge(page) == []
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()


def test_single_keys_can_be_switched_off_and_on_again(site: Site, open_page: OpenPage) -> None:
    page = open_page(site, "/companies")
    dialog = page.get_by_role("dialog", name="Keyboard")
    switch = dialog.get_by_role("checkbox", name="Single-key shortcuts")
    page.get_by_role("button", name="Keyboard").click()
    switch.uncheck()
    assert judge(page) == []
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    page.goto("/briefs")
    page.goto("/companies")
    page.get_by_role("main").focus()
    for key in ("?", "j", "k", "/"):
        page.keyboard.press(key)
        expect(dialog).to_be_hidden()
        expect(page.get_by_role("main")).to_be_focused()
    page.get_by_role("button", name="Keyboard").click()
    expect(switch).not_to_be_checked()
    switch.check()
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    expect(dialog).to_be_visible()


def test_the_first_tab_skips_to_the_content(site: Site, open_page: OpenPage) -> None:
    page = open_page(site, "/companies")
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Skip to content")
    expect(skip).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("main")).to_be_focused()
