"""The pages of companies over real marts: what stands in them, what an address says, who may take a list away.

One warehouse of invented companies with a hundred days of history: one that has everything, one that is private, one
whose boards are blocked, one of which nothing is known, one with a hostile name.
"""

from __future__ import annotations

import csv
import html
import io
import math
import re
from collections.abc import Iterator
from pathlib import Path

import orjson
import pyarrow.parquet as pq
import pytest
from fastapi import Request
from fastapi.testclient import TestClient
from filelock import FileLock
from httpx import Response
from tests.integration import company_stock as stock
from tests.integration.stock import to_arrow
from tests.web_world import client, make_parts

from talentscope.registry.read import read_registry
from talentscope.runtime.clock import FixedClock
from talentscope.scoring.companies import SORTS
from talentscope.scoring.company_days import METRICS
from talentscope.warehouse.connection import open_warehouse
from talentscope.web.pages.companies import COLUMNS
from talentscope.web.pages.companies_query import COLUMN_GROUPS
from talentscope.web.signin.identity import Role, User

HOSTILE = '<script>alert("x")</script>'
FORMULA = '=HYPERLINK("http://x.invalid")'
DAYS = 100


def rows() -> list[stock.Row]:
    found = [
        stock.company("acme", name="Acme", sector="software", ticker="ACME"),
        stock.company("beta", name="Béta", sector="ai", status="private", cik=None, ticker=None),
        stock.company("gamma", name="Gamma", sector="software"),
        stock.company("nothing", name="Nothing Known", sector="media"),
        stock.company("odd", name=HOSTILE, sector="ai", website="javascript:alert(1)", ticker="ODD"),
        stock.board("acme", "greenhouse:acme"),
        stock.board("gamma", "greenhouse:gamma"),
    ]
    for ago in range(DAYS):
        found += [
            stock.fact("market_value_usd", 2e9 - ago * 1e7, days_ago=ago),
            stock.fact("market_value_usd", 1e9, days_ago=ago, company_id="gamma"),
            stock.fact("market_value_usd", 5e8, days_ago=ago, company_id="odd"),
            stock.fact("open_offers", None if 40 <= ago < 60 else 100.0 - ago / 2, days_ago=ago),
            stock.mention("acme", ago, [0.6, 0.2, 0.5, 0.4, 0.3, -0.1]),
        ]
    found.append(stock.fact("open_offers", None, company_id="gamma"))
    found.append(stock.fact("employees", 1_000.0, days_ago=300, evidence="We had 1,000 employees."))
    found.append(stock.fact("employees", 900.0, days_ago=665, evidence="We had 900 employees."))
    found.append(stock.fact("employees", 400.0, days_ago=600, company_id="gamma"))
    found.append(stock.fact("employees", 2_000.0, days_ago=30, company_id="odd", evidence=HOSTILE))
    found.append(stock.mention("gamma", 1, [0.9, 0.8]))
    return found


@pytest.fixture(scope="session")
def home(shared_folder: Path) -> Path:
    folder = shared_folder / "web-companies"
    with FileLock(shared_folder / "web-companies.lock"):
        if not folder.exists():
            made = stock.stock(
                *rows(),
                company_postings=[
                    stock.posting("acme", 1),
                    stock.posting("acme", 2, title=HOSTILE, url="javascript:alert(2)"),
                ],
                company_posts=[
                    stock.post("acme", 1),
                    stock.post("acme", 2, text=HOSTILE, url="javascript:alert(3)", score=None, language="xx"),
                ],
            )
            with open_warehouse(home=folder, database_url=None, clock=FixedClock(stock.NOW)) as warehouse:
                warehouse.prepare()
                warehouse.load(to_arrow(made))
                warehouse.transform()
                warehouse.publish(run_id="run1")
    return folder


@pytest.fixture(scope="module")
def site(home: Path) -> Iterator[TestClient]:
    with client(make_parts(home, clock=FixedClock(stock.NOW))) as made:
        yield made


class SomeGate:
    """Everybody is one user."""

    def __init__(self, role: Role, via: str = "password", scopes: frozenset[str] = frozenset()) -> None:
        self.user = User("someone", role, via, scopes)

    def identify(self, request: Request) -> User:
        return self.user


def read(site: TestClient, address: str) -> str:
    answer = site.get(address)
    assert answer.status_code == 200, answer.text[:500]
    return answer.text


def names(page: str) -> list[str]:
    """Ids of the rows of the table, in order."""
    return re.findall(r'id="row-([\w-]+)"', page)


def text_of(page: str) -> str:
    return html.unescape(re.sub(r"\s+([,.;:])", r"\1", re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))))


def row_of(page: str, company_id: str) -> str:
    found = re.search(rf'id="row-{company_id}".*?</tr>', page, re.DOTALL)
    assert found
    return text_of(found[0])


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


def test_every_column_that_can_sort_does_so_both_ways(site: TestClient) -> None:
    for group in COLUMN_GROUPS:
        page = read(site, f"/companies?columns={group}")
        heads = re.search(r"<thead.*?</thead>", page, re.DOTALL)
        assert heads
        links = [html.unescape(link) for link in re.findall(r'class="sort"[^>]*href="([^"]+)"', heads[0])]
        assert len(links) == 1 + sum(bool(column.sort) for column in COLUMNS[group])
        assert heads[0].count("<th ") <= 9, "more do not fit at 1440 px"
        for link in links:
            turned = read(site, link)
            assert len(names(turned)) == 5
            assert "aria-sort=" in turned


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
        "sort=price",
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
    answer = site.get(f"/companies/export?format={kind}&sector=software&sector=ai&sort=name")
    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"] == f'attachment; filename="companies-2026-11-21.{kind}"'
    if kind == "xlsx":
        assert answer.content[:2] == b"PK"
        return
    if kind == "csv":
        found = [row["company_id"] for row in csv.DictReader(io.StringIO(answer.text))]
    elif kind == "json":
        found = [row["company_id"] for row in orjson.loads(answer.content)]
    else:
        found = pq.read_table(io.BytesIO(answer.content))["company_id"].to_pylist()
    assert sorted(found) == ["acme", "beta", "gamma", "odd"]


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


def test_a_company_shows_each_fact_with_day_source_and_words(site: TestClient) -> None:
    page = read(site, "/companies/acme")
    told = text_of(page)
    assert "$2B" in told
    assert "2026-01-25 1,000 SEC filings We had 1,000 employees." in told
    assert "2025-01-25 900 SEC filings We had 900 employees." in told, "readings of other years keep their words"
    assert "2026-01-25" in told
    assert 'href="https://source.example/fact" rel="noopener noreferrer nofollow"' in page
    assert "Greenhouse: acme" in told
    assert "Engineer 1" in told
    assert "I tried the thing of acme today" in told
    assert "1 of 3" in told, "its place by value"
    assert "/leads?employer=acme" in page
    for title in ("Market value", "Open offers", "Sentiment", "Head-count", "Value per employee", "News tone"):
        assert f"<h3>{title} " in page
    assert page.count('class="chart wide-chart"') == 5, "news was never asked, so of the six it has no picture"
    assert "boards not read: 2026-09-" in page, "the days without a reading are a gap, not a line"


def test_a_company_of_which_nothing_is_known_says_so(site: TestClient) -> None:
    told = text_of(read(site, "/companies/nothing"))
    assert "unknown, not zero" in told
    assert "No source has told how many people work here." in told
    assert "Not known on any of these days." in told
    assert "no place" in told
    assert "$0" not in told


def test_a_company_explains_its_marks_and_what_is_withheld(site: TestClient) -> None:
    told = text_of(read(site, "/companies/gamma"))
    assert "The head-count is more than fifteen months old." in told
    assert "withheld a job board could not be read" in told
    assert "blocked" in told


@pytest.mark.parametrize("span", ["90", "365", "all"])
def test_spans_show_their_days(site: TestClient, span: str) -> None:
    page = read(site, f"/companies/acme?days={span}")
    days = re.findall(r'<th scope="row" class="nowrap">(2026-\d\d-\d\d)</th><td class="num">\$', page)
    assert len(days) == min(int(span) if span != "all" else DAYS, DAYS)
    assert days == sorted(days, reverse=True)


def test_what_is_not_there_is_404_with_a_hint(site: TestClient) -> None:
    assert site.get("/companies/acme?days=7").status_code == 400
    unknown = site.get("/companies/microsft")
    assert unknown.status_code == 404
    assert "Microsoft" in unknown.text
    registered = site.get(f"/companies/{read_registry().companies[0].company_id}")
    assert registered.status_code == 404
    assert "in the registry" in registered.text


@pytest.mark.parametrize(
    "address",
    ["/companies", "/companies?q=script", "/companies/odd", "/companies/acme", "/companies/explore?companies=odd,acme"],
)
def test_hostile_text_is_inert(site: TestClient, address: str) -> None:
    page = read(site, address)
    assert HOSTILE not in page
    assert "javascript:" not in re.sub(r">[^<]*<", "><", page), "in no attribute, so in no link"
    assert not re.search(r"\son\w+=", page)
    assert ' style="' not in page
    assert "<script>" not in page


def test_exports_hold_no_formula(site: TestClient) -> None:
    for row in csv.reader(io.StringIO(site.get("/companies/export?format=csv").text)):
        assert not any(cell.startswith(("=", "@", "\t")) for cell in row)


def test_exploring_compares_with_a_picture_and_the_same_values(site: TestClient) -> None:
    page = read(site, "/companies/explore?companies=acme,gamma&metric=market_value")
    assert 'class="line part-1"' in page
    assert 'class="line part-2"' in page
    told = text_of(page)
    assert "2026-11-21 $2.00B $1.00B" in told
    answer = site.get("/companies/explore/days?companies=acme,gamma").json()
    assert [series["name"] for series in answer["series"]] == ["Acme", "Gamma"]
    assert len(answer["days"]) == len(answer["series"][0]["values"]) == DAYS
    assert answer["series"][0]["values"][-1] == 2e9


def test_a_day_without_a_figure_is_null_for_the_chart(site: TestClient) -> None:
    answer = site.get("/companies/explore/days?companies=acme,gamma,beta&metric=open_offers").json()
    acme, gamma, beta = (series["values"] for series in answer["series"])
    assert None in acme
    assert 100 in acme
    assert set(gamma) == {None}
    assert set(beta) == {None}
    assert all(value is None or math.isfinite(value) for value in acme)


@pytest.mark.parametrize("metric", sorted(METRICS))
def test_every_metric_can_be_explored(site: TestClient, metric: str) -> None:
    read(site, f"/companies/explore?companies=acme,beta&metric={metric}")
    assert site.get(f"/companies/explore/days?companies=acme&metric={metric}").json()["metric"] == metric


def test_exploring_begins_with_a_choice(site: TestClient) -> None:
    page = read(site, "/companies/explore")
    assert "Choose companies to compare" in page
    assert "/companies/explore?companies=acme,gamma" in page
    added = read(site, "/companies/explore?companies=acme&add=gamma")
    assert 'value="acme,gamma"' in added


@pytest.mark.parametrize(
    "asked",
    ["companies=nobody", "companies=acme&metric=price", "companies=" + ",".join(f"c{n}" for n in range(7)), "add=x"],
)
def test_what_cannot_be_compared_is_one_clear_error(site: TestClient, asked: str) -> None:
    for path in ("/companies/explore", "/companies/explore/days"):
        answer: Response = site.get(f"{path}?{asked}")
        assert answer.status_code == 400, path
        assert "Traceback" not in answer.text


def test_without_anything_published_there_is_a_page_that_says_so(tmp_path: Path) -> None:
    with client(make_parts(tmp_path, clock=FixedClock(stock.NOW))) as site:
        for path in ("/companies", "/companies/acme", "/companies/explore", "/companies/export"):
            answer = site.get(path)
            assert answer.status_code == 503, path
            assert "run" in answer.text
