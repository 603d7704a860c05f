"""The list of companies over real marts: what stands in it, what an address says, who may take it away."""

from __future__ import annotations

import csv
import html
import io
import re
from pathlib import Path

import openpyxl
import orjson
import pyarrow.parquet as pq
import pytest
from fastapi.testclient import TestClient
from tests.functional.employers.invented import SomeGate, names, read, row_of, text_of
from tests.integration import company_stock as stock
from tests.web_world import client, make_parts

from talentscope.runtime.clock import FixedClock
from talentscope.scoring.companies import SORTS, Question, find_companies
from talentscope.warehouse.snapshot import open_snapshot
from talentscope.web.pages.companies import COLUMNS
from talentscope.web.pages.companies_query import COLUMN_GROUPS
from talentscope.web.signin.identity import Role


def test_the_ranking_shows_figures_with_their_day_and_source(site: TestClient) -> None:
    page = read(site, "/companies")
    assert names(page)[:3] == ["gamma", "acme", "odd"]
    acme = row_of(page, "acme")
    assert "$2.00M" in acme, "2e9 over 1,000 people"
    assert "$20.3M" in acme, "2e9 over the median of the last week's offers, 98.5"
    assert "$2.00B" in acme
    assert "today, Nasdaq" in acme
    assert "9 months ago, SEC filings" in acme
    assert re.search(r"\+0\.\d\d to \+0\.\d\d, n 42", acme), "the interval and how many it is from"
    assert "in 30 days" in acme


def test_unknown_and_withheld_are_words_and_never_zero(site: TestClient) -> None:
    page = read(site, "/companies")
    for company_id in ("beta", "nothing"):
        row = row_of(page, company_id)
        assert "not ranked" in row
        assert "withheld" in row
        assert "$0" not in row
        assert " 0 " not in row
    assert "the company is not listed" in row_of(page, "beta")
    gamma = row_of(page, "gamma")
    assert "a job board could not be read" in gamma
    assert "too few mentions: 2 of 20 in 7 days" in gamma
    assert "no posts were read" in row_of(page, "odd") or "too few mentions" in row_of(page, "odd")


def test_each_mark_stands_beside_its_figure_and_is_explained_in_text(site: TestClient) -> None:
    page = read(site, "/companies")
    gamma = re.search(r'id="row-gamma".*?</tr>', page, re.DOTALL)
    assert gamma
    for name in ("employees_old", "offers_blocked"):
        assert f'popovertarget="q-{name}"' in gamma[0]
        assert f'id="q-{name}" popover' in page
    legend = text_of(page[page.index("What the marks mean") :])
    assert "The head-count is more than fifteen months old." in legend


@pytest.mark.parametrize("sort", sorted(SORTS))
@pytest.mark.parametrize("direction", ["asc", "desc"])
def test_every_order_is_an_address_and_unknown_comes_last(site: TestClient, sort: str, direction: str) -> None:
    page = read(site, f"/companies?sort={sort}&direction={direction}")
    unranked = ["not ranked" in row_of(page, company_id) for company_id in names(page)]
    assert unranked == sorted(unranked)
    assert len(names(page)) == 5


def test_turning_an_order_round_turns_what_is_known(site: TestClient) -> None:
    falling, rising = (
        names(read(site, f"/companies?sort=market_value&direction={way}"))[:3] for way in ("desc", "asc")
    )
    assert falling == ["acme", "gamma", "odd"]
    assert rising == falling[::-1]


@pytest.mark.parametrize("group", COLUMN_GROUPS)
def test_every_column_but_the_place_sorts_on_page_and_api_alike(site: TestClient, group: str) -> None:
    page = read(site, f"/companies?columns={group}")
    heads = re.search(r"<thead.*?</thead>", page, re.DOTALL)
    assert heads
    titles = re.findall(r"<th .*?</th>", heads[0], re.DOTALL)
    assert len(titles) <= 9, "more do not fit at 1440 px"
    links = [html.unescape(link) for link in re.findall(r'class="sort"[^>]*href="([^"]+)"', heads[0])]
    assert len(links) == len(titles) - 1, [text_of(title) for title in titles if "<a" not in title]
    sorts = [column.sort for column in COLUMNS[group]]
    assert len(sorts) == len(set(sorts)), "two heads of one order cannot both say which holds"
    for sort, link in zip(("name", *sorts), links, strict=True):
        turned = read(site, link)
        assert "aria-sort=" in turned
        listed = site.get(f"/api/v1/companies?sort={sort}&dir={'desc' if 'direction=desc' in link else 'asc'}")
        assert listed.status_code == 200, listed.text
        back = read(site, f"{link.split('&direction')[0]}&direction={'desc' if 'direction=desc' in link else 'asc'}")
        assert [item["company_id"] for item in listed.json()["companies"]] == names(back)


@pytest.mark.parametrize(
    ("sort", "first"),
    [
        ("market_value_change_90d", ["acme", "gamma", "odd"]),
        ("offers_change_90d", ["acme"]),
        ("sentiment_change_90d", ["acme"]),
        ("positive_share", ["acme"]),
    ],
)
def test_a_small_picture_sorts_by_its_change_over_the_time_it_shows(
    site: TestClient, sort: str, first: list[str]
) -> None:
    page = read(site, f"/companies?sort={sort}")
    ranked = [company_id for company_id in names(page) if "not ranked" not in row_of(page, company_id)]
    assert ranked == first


def test_a_change_over_ninety_days_is_from_the_first_day_of_the_picture(home: Path) -> None:
    with open_snapshot(home) as snapshot:
        rows = find_companies(snapshot.connection, Question())
    changes = {row["company_id"]: row["market_value_change_90d_percent"] for row in rows}
    assert changes["acme"] == pytest.approx(100 * (2e9 / 1.1e9 - 1))
    assert changes["gamma"] == 0
    assert changes["nothing"] is None
    offers = {row["company_id"]: row["offers_change_90d_percent"] for row in rows}
    assert offers["acme"] == pytest.approx(100 * (100 / 55 - 1))
    assert offers["gamma"] is None, "its board cannot be read now"


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ("q=acm", {"acme"}),
        ("q=BETA", {"beta"}),
        ("q=b%C3%A9ta", {"beta"}),
        ("q=ODD", {"odd"}),
        ("q=100%25", set()),
        ("sector=ai", {"beta", "odd"}),
        ("sector=ai&sector=media", {"beta", "odd", "nothing"}),
        ("status=private", {"beta"}),
        ("min_value=1e9", {"acme", "gamma"}),
        ("complete=1", {"acme"}),
        ("sector=software&complete=1", {"acme"}),
        ("", {"acme", "beta", "gamma", "nothing", "odd"}),
    ],
)
def test_filters_keep_what_they_say(site: TestClient, asked: str, expected: set[str]) -> None:
    assert set(names(read(site, f"/companies?{asked}"))) == expected


def test_facets_count_without_their_own_filter(site: TestClient) -> None:
    page = text_of(read(site, "/companies?sector=ai&status=listed"))
    assert "software 2" in page
    assert "ai 1" in page
    assert "private (1)" in page


def test_each_chip_leads_to_the_list_without_it(site: TestClient) -> None:
    page = read(site, "/companies?q=a&sector=software&status=listed&min_value=1e9&complete=1")
    links = [html.unescape(link) for link in re.findall(r'class="chip-x" href="([^"]+)"', page)]
    assert len(links) == 5
    assert {link.count("=") for link in links} == {4}
    for link in links:
        read(site, link)


def test_a_form_sent_empty_says_nothing(site: TestClient) -> None:
    page = read(site, "/companies?q=&status=&min_value=&sort=")
    assert "chip-x" not in page
    assert len(names(page)) == 5


@pytest.mark.parametrize(
    "asked",
    [
        "sort=beauty",
        "direction=up",
        "sector=banking",
        "status=open",
        "min_value=ten",
        "min_value=-1",
        "min_value=nan",
        "complete=yes",
        "columns=all",
        "per=person",
        "page=0",
        "page=1e9",
        "unknown=1",
        f"q={'x' * 101}",
        "back=60",
        "picture=radar",
    ],
)
def test_what_cannot_be_meant_is_one_clear_error(site: TestClient, asked: str) -> None:
    answer = site.get(f"/companies?{asked}")
    assert answer.status_code == 400
    assert "Traceback" not in answer.text
    assert "<h2>" in answer.text


def test_nobody_like_that_says_how_to_go_on(site: TestClient) -> None:
    page = read(site, "/companies?q=zzz")
    assert "No company is like that" in page
    assert 'href="/companies"' in page


def test_htmx_gets_the_part_that_changes_and_the_address_to_keep(site: TestClient) -> None:
    answer = site.get("/companies?sector=ai&q=", headers={"HX-Request": "true"})
    assert answer.text.lstrip().startswith("<section")
    assert "<html" not in answer.text
    assert answer.headers["HX-Push-Url"] == "/companies?sector=ai"
    assert "HX-Request" in answer.headers["Vary"]
    restored = site.get("/companies", headers={"HX-Request": "true", "HX-History-Restore-Request": "true"})
    assert "<html" in restored.text


def test_pictures_show_both_ratios_and_what_was_before(site: TestClient) -> None:
    page = read(site, "/companies")
    assert "Acme: $2M per employee, +81.8 % in 90 days" in html.unescape(page)
    assert 'class="before"' in page
    per_offer = html.unescape(read(site, "/companies?per=offer&back=30"))
    assert re.search(r"Acme: \$20\.3M per offer, [+−]\d", per_offer)
    assert "Gamma: $2.5M, sentiment withheld: too few mentions: 2 of 20 in 7 days" in html.unescape(page)
    assert "mark neutral unsure" in page, "hollow, in the strip of those without"


def test_the_switch_of_ratios_takes_the_order_along(site: TestClient) -> None:
    page = read(site, "/companies?per=offer")
    assert "by market value per open offer" in text_of(page)
    assert names(page)[0] == "acme"
    assert "by market value," in text_of(read(site, "/companies?per=offer&sort=market_value"))


@pytest.mark.parametrize("kind", ["csv", "json", "parquet", "xlsx"])
def test_an_export_holds_the_whole_filtered_list(site: TestClient, kind: str) -> None:
    address = f"/companies/export?format={kind}&sector=software&sector=ai&sort=name&columns=market"
    answer = site.get(address)
    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"] == f'attachment; filename="companies-2026-11-21.{kind}"'
    [line] = site.app.state.parts.desk.audit.list(1, action="export")  # type: ignore[attr-defined]
    assert line.detail.endswith(f" companies as {kind}")
    asked = "sector=software&sector=ai&sort=name"
    if kind == "xlsx":
        about = openpyxl.load_workbook(io.BytesIO(answer.content))["About"]
        assert dict(about.iter_rows(values_only=True))["query"] == asked
        return
    if kind == "csv":
        rows = list(csv.DictReader(io.StringIO(answer.text)))
    elif kind == "json":
        rows = orjson.loads(answer.content)
    else:
        rows = pq.read_table(io.BytesIO(answer.content)).to_pylist()
    assert sorted(row["company_id"] for row in rows) == ["acme", "beta", "gamma", "odd"]
    assert {row["query"] for row in rows} == {asked}, "what made the list, and nothing of what a page shows beside it"


@pytest.mark.parametrize(
    "asked", ["", "sector=software&sort=name", "q=a&status=listed&sort=market_value&direction=asc"]
)
def test_the_api_call_gives_the_same_list(site: TestClient, asked: str) -> None:
    page = read(site, f"/companies?{asked}")
    found = re.search(r'"http://127\.0\.0\.1(/api/v1/companies[^"]*)"', html.unescape(page))
    assert found
    answer = site.get(found[1])
    assert answer.status_code == 200, answer.text
    listed = answer.json()
    items = listed if isinstance(listed, list) else next(value for value in listed.values() if isinstance(value, list))
    assert [item["company_id"] for item in items] == names(page)


def test_lists_are_taken_away_by_recruiters_and_keys_with_the_scope_only(home: Path) -> None:
    def status(gate: SomeGate) -> tuple[int, bool]:
        with client(make_parts(home, gate=gate, clock=FixedClock(stock.NOW))) as site:
            return site.get("/companies/export").status_code, "/companies/export" in site.get("/companies").text

    assert status(SomeGate(Role.reader)) == (403, False)
    assert status(SomeGate(Role.recruiter)) == (200, True)
    assert status(SomeGate(Role.reader, "key", frozenset({"read"})))[0] == 403
    assert status(SomeGate(Role.reader, "key", frozenset({"read", "export"})))[0] == 200
    with client(make_parts(home, clock=FixedClock(stock.NOW))) as site:
        assert site.get("/companies/export?format=pdf").status_code == 400


def test_exports_hold_no_formula(site: TestClient) -> None:
    for row in csv.reader(io.StringIO(site.get("/companies/export?format=csv").text)):
        assert not any(cell.startswith(("=", "@", "\t")) for cell in row)


def test_without_anything_published_there_is_a_page_that_says_so(tmp_path: Path) -> None:
    with client(make_parts(tmp_path, clock=FixedClock(stock.NOW))) as site:
        for path in ("/companies", "/companies/acme", "/companies/explore", "/companies/export"):
            answer = site.get(path)
            assert answer.status_code == 503, path
            assert "run" in answer.text
