"""Leads: filters, clusters, weights, order, pages, search and the reasons of a score, all kept in the address."""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Locator, Page, expect
from tests.browser.conftest import OpenPage
from tests.browser.site import Site

LEADS = "/leads?brief=minecraft-modders"
LoadLeads = Callable[..., Page]


@pytest.fixture
def leads(site: Site, open_page: OpenPage) -> Page:
    return open_page(site, LEADS)


def total(page: Page) -> int:
    """How many leads the page says there are."""
    return int(page.locator(".results-count b").first.inner_text().replace(",", ""))


def logins(page: Page) -> list[str]:
    """Who is shown, in order."""
    return page.get_by_role("table", name="Leads").locator("[data-row-open]").all_inner_texts()


def scores(page: Page) -> list[float]:
    return [float(text) for text in page.locator("[data-row] .score-cell b").all_inner_texts()]


def asked(page: Page) -> dict[str, list[str]]:
    """What the address says."""
    return parse_qs(urlsplit(page.url).query, keep_blank_values=True)


def facet(page: Page, name: str) -> Locator:
    return page.get_by_role("checkbox", name=re.compile(rf"^{re.escape(name)}\b"))


def settles_at(page: Page, count: int) -> None:
    expect(page.locator(".results-count b").first).to_have_text(f"{count:,}")


def changes_from(page: Page, count: int) -> int:
    """Wait for another total."""
    expect(page.locator(".results-count b").first).not_to_have_text(f"{count:,}")
    return total(page)


def test_a_filter_narrows_the_list_and_stands_in_the_address(leads: Page) -> None:
    before = total(leads)
    said = int(leads.locator(".choice", has=facet(leads, "Kotlin")).locator(".num").inner_text())
    facet(leads, "Java").uncheck()
    after = changes_from(leads, before)
    assert 0 < after < before
    assert after == said, "the facet had promised how many there would be"
    assert asked(leads)["language"] == ["Kotlin"]
    expect(leads.locator("#announce")).to_have_text(re.compile(rf"^{after} lead"))


def test_back_and_a_deep_link_bring_the_same_list(leads: Page, site: Site, open_page: OpenPage) -> None:
    before, first = total(leads), logins(leads)
    facet(leads, "Java").uncheck()
    after = changes_from(leads, before)
    narrowed, address = logins(leads), leads.url
    leads.go_back()
    settles_at(leads, before)
    assert logins(leads) == first
    expect(facet(leads, "Java")).to_be_checked()
    leads.go_forward()
    settles_at(leads, after)
    expect(facet(leads, "Java")).not_to_be_checked()
    other = open_page(site, address.removeprefix(site.url))
    assert (total(other), logins(other)) == (after, narrowed)
    expect(facet(other, "Java")).not_to_be_checked()


def test_a_chip_that_is_removed_stays_removed_when_the_next_filter_is_set(leads: Page) -> None:
    """htmx 4 keeps a box ticked that the server has unticked, and the next request sends it again: htmx#4030."""
    everybody = total(leads)
    leads.get_by_role("link", name="Remove Kotlin").click()
    java = changes_from(leads, everybody)
    expect(leads.get_by_role("link", name="Remove Kotlin")).to_have_count(0)
    leads.get_by_role("radio", name=re.compile("e-?mail", re.I)).check()
    with_mail = changes_from(leads, java)
    assert with_mail < java
    assert asked(leads)["language"] == ["Java"], "Kotlin is not sent again"
    expect(leads.get_by_role("link", name="Remove Kotlin")).to_have_count(0)


def test_an_alias_can_be_struck_out_of_a_cluster_and_taken_back(leads: Page) -> None:
    before = total(leads)
    leads.get_by_role("link", name="Strike out minecraft-mod", exact=True).click()
    after = changes_from(leads, before)
    assert after < before
    assert asked(leads)["strike"] == ["minecraft-mod"]
    leads.get_by_role("link", name="Take back minecraft-mod", exact=True).click()
    settles_at(leads, before)
    assert "strike" not in asked(leads)


@pytest.mark.parametrize("has_scripts", [True, False])
def test_a_topic_can_be_asked_for_alone_and_with_its_aliases_again(
    site: Site, open_page: OpenPage, has_scripts: bool
) -> None:
    page = open_page(site, LEADS, has_scripts=has_scripts)
    before, exact = total(page), page.get_by_role("link", name="Exact only: minecraft without its aliases", exact=True)
    aliases = page.get_by_role("link", name=re.compile("^Strike out")).count()
    exact.click()
    after = changes_from(page, before)
    assert after < before
    assert len(asked(page)["strike"]) >= aliases > 0
    page.get_by_role("link", name="Exact only is on: find aliases of minecraft too", exact=True).click()
    settles_at(page, before)
    assert "strike" not in asked(page)
    expect(exact).to_be_visible()


def test_related_topics_come_in_on_request(site: Site, open_page: OpenPage) -> None:
    page = open_page(site, "/leads?brief=machine-learning-python")
    before, offered = total(page), page.get_by_role("link", name=re.compile("^Strike out"))
    aliases = offered.count()
    page.get_by_role("checkbox", name="Related topics count by half").check()
    expect(offered.nth(aliases)).to_be_visible()
    assert asked(page)["related"] == ["1"]
    assert total(page) >= before


def test_a_topic_is_added_by_typing_and_offered_while_one_types(leads: Page) -> None:
    box = leads.get_by_role("combobox", name="Add a topic")
    box.press_sequentially("fabr", delay=20)
    expect(leads.locator("#topic-options option[value='fabric']")).to_have_count(1)
    box.fill("fabric")
    box.press("Enter")
    leads.wait_for_url("**topic=fabric**")
    expect(leads.get_by_role("link", name="Remove fabric").first).to_be_visible()
    expect(box).to_have_value("")


def test_a_weight_re_ranks_at_once_and_nobody_is_lost(leads: Page) -> None:
    before, first = total(leads), scores(leads)
    for name in ("relevance", "authorship", "substance"):
        leads.get_by_role("slider", name=name).fill("0")
    expect(leads.locator("output[for='w-relevance']")).to_have_text(re.compile("^0"))
    leads.wait_for_url("**w_substance=0**")
    expect(leads.locator("[data-row] .score-cell b").first).not_to_have_text(f"{first[0]:.1f}")
    now = scores(leads)
    assert now != first
    assert now == sorted(now, reverse=True)
    assert total(leads) == before, "weights only change the order"
    leads.get_by_role("link", name="Saved", exact=True).click()
    expect(leads.locator("[data-row] .score-cell b").first).to_have_text(f"{first[0]:.1f}")
    assert scores(leads) == first


@pytest.mark.parametrize(("head", "cell"), [("Stars", "stars"), ("Followers", "followers")])
def test_a_column_sorts_both_ways_with_the_unknown_last(leads: Page, head: str, cell: str) -> None:
    table = leads.get_by_role("table", name="Leads")
    for direction in ("descending", "ascending"):
        table.get_by_role("link", name=head, exact=True).click()
        expect(table.get_by_role("columnheader", name=head)).to_have_attribute("aria-sort", direction)
        shown = table.locator(f"td[data-label={cell}]").all_inner_texts()
        known = [int(text.replace(",", "")) for text in shown if text != "unknown"]
        assert known == sorted(known, reverse=direction == "descending")
        assert "unknown" not in shown[: len(known)]


def test_the_order_is_chosen_from_a_list_too(leads: Page) -> None:
    leads.get_by_label("Order").select_option("login")
    leads.wait_for_url("**sort=login**")
    expect(leads.get_by_role("columnheader", name="Developer")).to_have_attribute("aria-sort", "ascending")
    shown = [login.lower() for login in logins(leads)]
    assert shown == sorted(shown)


def test_pages_follow_each_other_without_a_gap(leads: Page) -> None:
    first, count = logins(leads), total(leads)
    assert count > len(first) == 50
    leads.get_by_role("link", name="Next").click()
    leads.wait_for_url("**page=2**")
    expect(leads.locator(".pager-count")).to_contain_text(f"51 to {min(100, count)}")
    second = logins(leads)
    assert len(second) == min(50, count - 50)
    assert not set(first) & set(second)
    leads.go_back()
    expect(leads.locator(".pager-count")).to_contain_text("1 to 50")
    assert logins(leads) == first


def test_the_search_is_reached_by_a_key_and_finds_while_one_types(leads: Page) -> None:
    somebody = logins(leads)[7]
    leads.keyboard.press("/")
    box = leads.get_by_role("searchbox", name="Search by login or name")
    expect(box).to_be_focused()
    box.press_sequentially(somebody, delay=15)
    expect(leads.locator("[data-row]")).to_have_count(1)
    assert logins(leads) == [somebody]
    expect(box).to_be_focused()
    expect(leads).to_have_url(re.compile(rf"[?&]q={somebody}(&|$)"))  # a part of the login may have found them alone
    expect(leads.locator("[data-row]")).to_have_count(1)
    assert leads.locator("[data-row] .rank").inner_text() == "8", "the rank among all, not among those found"


def test_nobody_found_is_told_with_ways_out(leads: Page) -> None:
    leads.get_by_role("searchbox").fill("no such login at all")
    expect(leads.get_by_role("heading", name="Nobody passes all of this")).to_be_visible()
    leads.get_by_role("main").get_by_role("link", name="Search for nothing in particular").click()
    expect(leads.locator("[data-row]").first).to_be_visible()
    expect(leads.get_by_role("searchbox")).to_have_value("")


def test_a_score_opens_into_sentences_that_lead_to_evidence(leads: Page, site: Site, open_page: OpenPage) -> None:
    row = leads.locator("[data-row]").first
    row.locator("a.why").click()
    parts = leads.locator("table.parts")
    expect(parts).to_be_visible()
    expect(row.locator("a.why")).to_have_attribute("aria-expanded", "true")
    names = parts.get_by_role("rowheader").all_inner_texts()
    assert names == ["relevance", "authorship", "substance", "validation", "recency", "reach", "attention"]
    points = [float(text) for text in parts.locator("td.num b").all_inner_texts()]
    assert abs(sum(points) - scores(leads)[0]) < 0.06 * len(points), "the parts sum to the score"
    assert parts.get_by_role("link").count() >= 2
    who = logins(leads)[0]
    assert asked(leads)["open"] == [who]
    other = open_page(site, leads.url.removeprefix(site.url))
    expect(other.locator("table.parts")).to_be_visible()
    row.locator("a.why").click()
    expect(parts).to_have_count(0)


def test_rows_are_walked_chosen_and_opened_by_keys(leads: Page) -> None:
    first, second = leads.locator("[data-row]").nth(0), leads.locator("[data-row]").nth(1)
    leads.keyboard.press("j")
    expect(first).to_be_focused()
    leads.keyboard.press("j")
    expect(second).to_be_focused()
    leads.keyboard.press("x")
    expect(second.get_by_role("checkbox")).to_be_checked()
    expect(leads.get_by_role("form", name="With those chosen")).to_contain_text("1 chosen")
    leads.keyboard.press("k")
    expect(first).to_be_focused()
    who = logins(leads)[0]
    leads.keyboard.press("Enter")
    leads.wait_for_url(f"**/developers/{who}**")


def test_escape_closes_a_menu_then_an_opened_row_and_stays_there(leads: Page) -> None:
    row = leads.locator("[data-row]").nth(1)
    row.locator("a.why").click()
    parts = leads.locator("table.parts")
    expect(parts).to_be_visible()
    menu = leads.locator("details.menu", has=leads.locator("summary", has_text="Share"))
    menu.locator("summary").click()
    leads.keyboard.press("Escape")
    expect(menu).not_to_have_attribute("open", "")
    expect(parts).to_be_visible()
    leads.keyboard.press("Escape")
    expect(parts).to_have_count(0)
    expect(row).to_be_focused()
    assert "open" not in asked(leads)


def test_a_key_chooses_a_row_and_leads_to_the_shortlists(leads: Page) -> None:
    leads.keyboard.press("j")
    leads.keyboard.press("s")
    expect(leads.locator("[data-row]").first.get_by_role("checkbox")).to_be_checked()
    expect(leads.get_by_role("form", name="With those chosen")).to_contain_text("1 chosen")
    expect(leads.locator("#bulk-list")).to_be_focused()
    leads.get_by_role("searchbox").fill("s")
    expect(leads.locator("[data-row] input:checked")).to_have_count(1)


def test_the_briefs_stand_in_one_line_that_scrolls_where_it_is_narrow(site: Site, open_page: OpenPage) -> None:
    for width in (1440, 360):
        page = open_page(site, LEADS, width=width)
        row = page.get_by_role("navigation", name="Briefs", exact=True)
        expect(row.locator("[aria-current=page]")).to_be_visible()
        tall = row.bounding_box()
        assert tall is not None
        assert tall["height"] <= 40, "one line"
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "the page itself does not scroll"
    row.get_by_role("link", name="All briefs").focus()
    expect(row.get_by_role("link", name="All briefs")).to_be_in_viewport()
    page.keyboard.press("Enter")
    page.wait_for_url("**/briefs")


def test_an_address_that_asks_for_nonsense_says_so_and_offers_a_way_on(
    site: Site, open_page: OpenPage, watches
) -> None:  # type: ignore[no-untyped-def]
    page = open_page(site)
    watches[0].expect("400", "422")
    answer = page.goto("/leads?brief=minecraft-modders&stars_min=lots")
    assert answer is not None
    assert answer.status in {400, 422}
    expect(page.get_by_role("alert")).to_contain_text(re.compile("stars", re.I))


@pytest.mark.parametrize("kind", ["csv", "xlsx", "json", "parquet"])
def test_the_whole_list_is_exported_not_only_the_page(leads: Page, kind: str) -> None:
    leads.locator("summary", has_text="Export").click()
    with leads.expect_download() as download:
        leads.locator(f"a[download][href$='kind={kind}']").click()
    path = download.value.path()
    assert download.value.suggested_filename.endswith(f".{kind}")
    if kind == "csv":
        rows = path.read_text(encoding="utf-8-sig").splitlines()
        assert len([row for row in rows if row]) >= total(leads)
    assert path.stat().st_size > 2000
