"""What a first visit costs in bytes and requests. Bytes are not time: they may gate."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect
from tests.browser.conftest import OpenPage
from tests.browser.site import Site

BUDGETS = {"/leads?brief=minecraft-modders": 120_000, "/companies": 400_000, "/companies/explore": 400_000}
MOST_REQUESTS = 10
ASKED = """() => Object.fromEntries(performance.getEntriesByType("resource")
  .filter((one) => one.name.includes("/static/")).map((one) => [one.name, one.transferSize]))"""


@pytest.mark.parametrize("address", BUDGETS)
def test_a_first_visit_is_light(site: Site, open_page: OpenPage, address: str) -> None:
    page = open_page(site)
    devtools = page.context.new_cdp_session(page)
    devtools.send("Network.enable")
    sizes: list[float] = []
    devtools.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
    page.goto(address, wait_until="load")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    page.wait_for_load_state("networkidle")  # what a script asks for after the load is paid for too
    assert 10_000 < sum(sizes) <= BUDGETS[address]
    assert len(sizes) <= MOST_REQUESTS


def test_a_second_visit_asks_for_the_page_alone(site: Site, open_page: OpenPage) -> None:
    page = open_page(site, "/leads?brief=minecraft-modders")
    page.goto("/leads?brief=machine-learning-python", wait_until="load")
    asked: dict[str, int] = page.evaluate(ASKED)
    assert len(asked) >= 4
    assert {name: size for name, size in asked.items() if size} == {}, "kept by the browser"
