"""The page of one company and the chart of several, over real marts."""

from __future__ import annotations

import math
import re

import pytest
from fastapi.testclient import TestClient
from httpx import Response
from tests.functional.employers.invented import DAYS, HOSTILE, read, text_of

from talentscope.registry.read import read_registry
from talentscope.scoring.company_days import METRICS


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
