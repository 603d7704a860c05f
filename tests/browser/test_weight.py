"""What a first visit costs in bytes and requests. Bytes are not time: they may gate."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect
from tests.browser.conftest import OpenPage
from tests.browser.site import Site

BUDGETS = {"/leads?brief=minecraft-modders": 120_000, "/companies": 400_000, "/companies/explore": 400_000}
MOST_REQUESTS = 9


@pytest.mark.parametrize("address", BUDGETS)
def test_a_first_visit_is_light(site: Site, open_page: OpenPage, address: str) -> None:
    page = open_page(site)
    devtools = page.context.new_cdp_session(page)
    devtools.send("Network.enable")
    sizes: list[float] = []
    devtools.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
    page.goto(address, wait_until="networkidle")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    assert 10_000 < sum(sizes) <= BUDGETS[address]
    assert len(sizes) <= MOST_REQUESTS


def test_a_second_visit_asks_for_the_page_alone(site: Site, open_page: OpenPage) -> None:
    page = open_page(site, "/leads?brief=minecraft-modders")
    page.wait_for_load_state("networkidle")
    answers: list[tuple[str, bool]] = []
    page.on("response", lambda answer: answers.append((answer.url, answer.from_service_worker)))
    devtools = page.context.new_cdp_session(page)
    devtools.send("Network.enable")
    fresh: list[str] = []
    devtools.on(
        "Network.responseReceived",
        lambda event: None if event["response"].get("fromDiskCache") else fresh.append(event["response"]["url"]),
    )
    page.goto("/leads?brief=machine-learning-python", wait_until="networkidle")
    assert [url for url in fresh if "/static/" in url] == []
