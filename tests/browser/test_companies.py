"""Companies: every column sorts, filters stand in the address, a company leads to its sources, charts explore."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page, expect
from tests.browser.conftest import OpenPage
from tests.browser.pages import is_drawn
from tests.browser.site import Site
from tests.browser.watch import Watch


def names(page: Page) -> list[str]:
    return page.get_by_role("region", name="Companies").locator("[data-row-open]").all_inner_texts()


@pytest.fixture
def companies(site: Site, open_page: OpenPage) -> Page:
    return open_page(site, "/companies")


def test_every_column_that_sorts_sorts_and_can_be_linked_to(site: Site, companies: Page, open_page: OpenPage) -> None:
    table = companies.get_by_role("region", name="Companies")
    heads = table.get_by_role("columnheader").filter(has=companies.get_by_role("link")).all_inner_texts()
    assert len(heads) >= 6
    for head in heads:
        column = table.get_by_role("columnheader", name=head, exact=True)
        wanted = column.get_by_role("link").get_attribute("href")
        column.get_by_role("link").click()
        expect(companies).to_have_url(f"{site.url}{wanted}")
        expect(column).to_have_attribute("aria-sort", re.compile("ascending|descending"))
    before, address = names(companies), companies.url
    first = table.get_by_role("columnheader", name=heads[0], exact=True)
    first.get_by_role("link").click()
    expect(companies).not_to_have_url(address)
    expect(first).to_have_attribute("aria-sort", re.compile("ascending|descending"))
    other = open_page(site, address.removeprefix(site.url))
    assert names(other) == before
    companies.go_back()
    expect(companies).to_have_url(address)
    expect(column).to_have_attribute("aria-sort", re.compile("ascending|descending"))
    assert names(companies) == before


def test_filters_narrow_and_are_taken_back(companies: Page) -> None:
    everybody = names(companies)
    assert len(everybody) == 12
    companies.get_by_label("Status").select_option("private")
    companies.wait_for_url("**status=private**")
    expect(companies.locator("[data-row]")).not_to_have_count(12)
    assert set(names(companies)) <= set(everybody)
    assert "OpenAI" in names(companies)
    companies.get_by_role("link", name="Clear all").click()
    expect(companies.locator("[data-row]")).to_have_count(12)
    expect(companies.get_by_label("Status")).to_have_value("")


def test_the_search_finds_by_name_and_by_ticker(companies: Page) -> None:
    for words in ("nvidia", "NVDA"):
        companies.keyboard.press("/")
        box = companies.get_by_role("searchbox")
        expect(box).to_be_focused()
        box.fill(words)
        box.press("Enter")
        expect(companies).to_have_url(re.compile(rf"[?&]q={words}\b"))
        expect(companies.locator("[data-row]")).to_have_count(1)
        assert names(companies) == ["NVIDIA"]


def test_what_is_withheld_says_why_and_is_no_zero(companies: Page) -> None:
    row = companies.locator("#row-openai")
    expect(row).to_contain_text("withheld")
    expect(row).to_contain_text("market value")
    assert not re.search(r"\$0\b", row.inner_text())


def test_pictures_switch_between_per_employee_and_per_offer(companies: Page) -> None:
    ratio = companies.get_by_role("navigation", name="Ratio")
    ratio.get_by_role("link", name="Value per open offer").click()
    companies.wait_for_url("**per=offer**")
    expect(ratio.get_by_role("link", name="Value per open offer")).to_have_attribute("aria-current", "true")
    expect(companies.get_by_text("Market value per offer")).to_be_visible()


def test_a_company_leads_to_its_sources(companies: Page) -> None:
    companies.get_by_role("link", name="NVIDIA", exact=True).click()
    companies.wait_for_url("**/companies/nvidia")
    expect(companies.get_by_role("heading", level=1)).to_have_text("NVIDIA")
    facts = companies.get_by_role("region", name="Facts")
    for head in ("Who says so", "State"):
        expect(facts.get_by_role("columnheader", name=head)).to_be_visible()
    assert facts.get_by_role("link").count() >= 3
    assert companies.get_by_role("region", name="Head-counts").locator("tbody tr").count() >= 1
    assert companies.locator("figure svg").count() >= 3, "its days are drawn"
    companies.get_by_role("link", name="Developers who work there").click()
    companies.wait_for_url("**/leads?employer=nvidia**")


def test_over_time_several_companies_and_metrics_are_drawn_and_kept_in_the_address(
    site: Site, open_page: OpenPage
) -> None:
    plain = open_page(site, "/companies/explore?companies=nvidia,microsoft", has_scripts=False)
    expect(plain.locator("figure .ex-static svg").filter(visible=True)).to_have_count(1)
    page = open_page(site, "/companies/explore?companies=nvidia,microsoft")
    legend = page.locator("#ex-live .u-legend")
    for figure in ("market_value", "open_offers"):
        is_drawn(page)
        assert parse_qs(urlsplit(page.url).query)["companies"] == ["nvidia,microsoft"]
        for name in ("NVIDIA", "Microsoft"):
            expect(legend.get_by_text(name, exact=True)).to_be_visible()
        if figure == "market_value":
            choice, before = page.get_by_label("Figure"), page.url
            choice.focus()
            choice.select_option("open_offers")
            expect(choice).to_be_focused()  # a choice is no order to go: arrow keys pass over every figure (WCAG 3.2.2)
            assert page.url == before
            page.get_by_role("button", name="Show").click()
            page.wait_for_url("**metric=open_offers**")
    expect(page.get_by_role("figure").get_by_role("heading")).to_have_text("Open offers")


def test_a_company_that_is_not_there_says_so(site: Site, open_page: OpenPage, watches: list[Watch]) -> None:
    page = open_page(site)
    watches[0].expect("404")
    answer = page.goto("/companies/no-such-company")
    assert answer is not None
    assert answer.status == 404
    expect(page.get_by_role("alert")).to_be_visible()


@pytest.mark.parametrize("kind", ["csv", "xlsx", "json", "parquet"])
def test_companies_are_exported_with_every_column(companies: Page, kind: str) -> None:
    companies.locator("summary", has_text="Export").click()
    with companies.expect_download() as download:
        companies.get_by_role("link", name=kind, exact=True).click()
    assert download.value.suggested_filename.endswith(f".{kind}")
    assert download.value.path().stat().st_size > 1000


SPILLED = """() => {
  document.querySelectorAll(".co-table .of time").forEach((age) => { age.textContent = "23 months ago"; });
  const edge = (one) => one.getBoundingClientRect();
  const cells = [...document.querySelectorAll(".co-table tbody td")];
  return cells.flatMap((cell) => [...cell.querySelectorAll(".figure, .of")]
    .filter((text) => {
      const range = document.createRange();
      range.selectNodeContents(text);
      return edge(range).right > edge(cell).right + 1 || edge(range).left < edge(cell).left - 1;
    }).map((text) => `${cell.dataset.label}: ${text.textContent}`));
}"""
"""What stands outside its cell, once every age is as long as ages get."""


@pytest.mark.parametrize("width", [780, 1240, 1440, 1920])
@pytest.mark.parametrize("columns", ["ratios", "market", "hiring", "sentiment", "open_source"])
def test_no_figure_spills_into_the_next_column_however_old(
    site: Site, open_page: OpenPage, columns: str, width: int
) -> None:
    page = open_page(site, f"/companies?columns={columns}")
    page.set_viewport_size({"width": width, "height": 900})
    assert page.locator(f".co-{columns} .of").count() > 12
    assert page.evaluate(SPILLED) == []
