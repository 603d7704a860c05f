"""What holds of every page: axe finds nothing, no window is too narrow, and it can be read without JavaScript."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect
from tests.browser.conftest import FurnishedSite, OpenPage
from tests.browser.judge import judge, sticks_out
from tests.browser.pages import PAGES, is_drawn

OURS = sorted(PAGES)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("name", OURS)
def test_axe_finds_nothing(furnished: FurnishedSite, open_page: OpenPage, name: str, theme: str) -> None:
    page = open_page(furnished.site, PAGES[name](furnished.there), theme=theme)
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    is_drawn(page)
    assert judge(page) == []


@pytest.mark.parametrize("name", OURS)
def test_a_narrow_window_is_enough_and_a_wide_one_not_too_much(
    furnished: FurnishedSite, open_page: OpenPage, name: str
) -> None:
    page = open_page(furnished.site, PAGES[name](furnished.there), width=360, height=780)
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    is_drawn(page)
    for width in (360, 700, 1024, 2560, 3840):
        page.set_viewport_size({"width": width, "height": 780})
        assert sticks_out(page) == [], f"at {width} px"
    page.set_viewport_size({"width": 360, "height": 780})
    assert judge(page) == []


@pytest.mark.parametrize("name", OURS)
def test_it_can_be_read_without_scripts(furnished: FurnishedSite, open_page: OpenPage, name: str) -> None:
    address = PAGES[name](furnished.there)
    plain = open_page(furnished.site, address, has_scripts=False)
    expect(plain.get_by_role("heading", level=1)).to_be_visible()
    rows = open_page(furnished.site, address).locator("[data-row]").count()
    assert plain.locator("[data-row]").count() == rows, "the same rows are there"
    dead = plain.locator(".needs-js:visible, .only-js:visible")
    assert dead.all_inner_texts() == [], "nothing is offered that would do nothing"


def test_the_api_is_tried_on_a_page_that_asks_no_other_host(furnished: FurnishedSite, open_page: OpenPage) -> None:
    """Swagger UI, which others wrote: only that it works under our policy, from files of ours."""
    page = open_page(furnished.site, "/api/docs")
    page.get_by_role("link", name="Try it").click()
    page.wait_for_url("**/api/try")
    expect(page.locator(".swagger-ui .opblock-summary-path", has_text="/leads").first).to_be_visible()


@pytest.mark.parametrize("name", ["leads", "shortlist", "companies"])
def test_open_menus_fit_a_phone(furnished: FurnishedSite, open_page: OpenPage, name: str) -> None:
    page = open_page(furnished.site, PAGES[name](furnished.there), width=360, height=780)
    menus = page.locator("details.menu > summary:visible")
    assert menus.count() >= 2
    for at in range(menus.count()):
        menus.nth(at).click()
        assert sticks_out(page) == [], menus.nth(at).inner_text()
        box = page.locator("details.menu[open] > .menu-body").first.bounding_box()
        assert box is not None
        assert box["x"] >= 0, menus.nth(at).inner_text()
        page.keyboard.press("Escape")
