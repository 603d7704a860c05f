"""Wikidata: a head-count only with its date, and only of an item that agrees that it is the company."""

from __future__ import annotations

import json
from contextlib import suppress
from datetime import date
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.answers import html, say
from tests.upstream_world import JSON, NOW, TODAY, Paths, calm, employer, mangled

from talentscope.registry.company import Company, Dated
from talentscope.registry.observation import Findings, Metric, Observation, State
from talentscope.runtime.clock import FixedClock
from talentscope.runtime.errors import UpstreamDown, UpstreamMalformed, UpstreamRefused
from talentscope.sources.wikidata.client import COMPANIES_A_QUERY, HOME, Wikidata, site
from talentscope.sources.wikidata.records import build_query, parse_items

PATH = "/sparql"
ACME = employer(wikidata_id="Q42")


def row(qid: str = "Q42", **values: str) -> dict[str, Any]:
    told = {"item": f"http://www.wikidata.org/entity/{qid}", **values}
    return {name: {"type": "literal", "value": value} for name, value in told.items()}


def count(employees: str, on: str | None = None, *, qid: str = "Q42", cik: str = "0000000042") -> dict[str, Any]:
    dated = {} if on is None else {"asOf": f"{on}T00:00:00Z"}
    return row(qid, cik=cik, label="Acme", employees=employees, **dated)


def answer(*rows: dict[str, Any]) -> dict[str, Any]:
    return {"head": {"vars": ["item"]}, "results": {"bindings": list(rows)}}


def look(*rows: dict[str, Any], company: Company = ACME, day: date = TODAY) -> Findings:
    source = Wikidata(calm(Paths({PATH: answer(*rows)}), site(HOME)), clock=FixedClock(NOW))
    source.prepare([company], day)
    return source.observe(company, day)


def only(findings: Findings) -> Observation:
    (found,) = findings.observations
    assert (found.metric, found.subject, found.source) == (Metric.EMPLOYEES, "", "wikidata")
    return found


def test_the_newest_dated_head_count_is_told_with_its_date() -> None:
    found = only(look(count("150000", "2022-09-24"), count("+164000", "2024-09-28"), count("170000")))
    assert (found.value, found.as_of, found.state) == (164_000, date(2024, 9, 28), State.OK)
    assert found.observed_at == NOW
    assert found.source_url == "https://www.wikidata.org/wiki/Q42"
    assert found.evidence == "Q42 (Acme), P1128 with P585: 164000 employees on 2024-09-28"


@pytest.mark.parametrize(
    ("rows", "reason"),
    [
        ([], "no item with its CIK"),
        ([row(cik="42")], "tells no number of employees"),
        ([count("164000")], "without its date"),
        ([count("164000", "2031-01-01")], "without its date"),  # a day to come is no date
        ([count("0", "2024-01-01")], "tells no number of employees"),
        ([count("http://www.wikidata.org/.well-known/genid/4f", "2024-01-01")], "tells no number of employees"),
        ([count("10", "2024-01-01"), count("12", "2024-01-01")], "several numbers of employees for 2024-01-01: 10, 12"),
    ],
)
def test_what_is_not_told_is_missing_with_its_reason(rows: list[dict[str, Any]], reason: str) -> None:
    found = only(look(*rows))
    assert (found.value, found.state, found.as_of) == (None, State.MISSING, TODAY)
    assert reason in found.reason


def test_an_item_of_another_company_is_not_trusted_and_the_registry_is_told() -> None:
    findings = look(count("9", "2024-01-01", cik="0000000043"))
    found = only(findings)
    assert (found.value, found.state) == (None, State.MISSING)
    assert found.reason == "Q42 is another company: its CIK is 43, not 42"
    assert findings.notes == ("Acme: Q42 is another company: its CIK is 43, not 42",)


def test_an_item_with_the_right_cik_is_better_than_the_one_in_the_registry() -> None:
    findings = look(count("9", "2024-01-01", cik="43"), count("10", "2024-01-01", qid="Q7", cik="42"))
    assert only(findings).value == 10
    assert only(findings).source_url == "https://www.wikidata.org/wiki/Q7"
    assert findings.notes == (
        "Acme: the registry's Q42 is another company: its CIK is 43, not 42; Q7 agrees",
    )  # fmt: skip


def test_of_several_items_with_its_cik_the_registrys_is_meant_else_none() -> None:
    rows = [count("9", "2024-01-01", qid="Q7"), count("10", "2024-01-01", qid="Q42")]
    assert only(look(*rows)).value == 10
    found = only(look(*rows, company=employer(wikidata_id=None)))
    assert (found.value, found.reason) == (None, "several items carry its CIK: Q42, Q7")


@pytest.mark.parametrize(
    ("values", "is_trusted"),
    [
        ({"website": "https://www.acme.example/en/"}, True),
        ({"website": "https://jobs.acme.example"}, True),
        ({"website": "https://notacme.example"}, False),
        ({"website": "https://[broken"}, False),
        ({"label": "ACME"}, True),
        ({"label": "Acme Rockets, Ltd."}, True),
        ({"label": "Acme Films"}, False),
        ({}, False),
    ],
)
def test_without_a_cik_website_or_name_must_agree(values: dict[str, str], is_trusted: bool) -> None:
    company = employer(wikidata_id="Q42", cik=None, aliases=(Dated("Acme Rockets Ltd"),))
    rows = [{**row(employees="12", asOf="2024-01-01T00:00:00Z"), **row(**values)}]
    found = only(look(*rows, company=company))
    assert (found.value == 12) is is_trusted
    assert is_trusted or "neither CIK nor website nor name of Acme is in it" in found.reason


def test_all_companies_are_asked_for_in_a_few_short_queries() -> None:
    companies = [
        Company(f"c{n}", f"Company {n}", cik=f"{n + 1:010d}", wikidata_id=f"Q{n + 1}")
        for n in range(2 * COMPANIES_A_QUERY + 1)
    ]
    paths = Paths({PATH: answer()})
    clock = FixedClock(NOW)
    source = Wikidata(calm(paths, site(HOME), clock), clock=clock)
    source.prepare(companies, TODAY)

    assert len(paths.asked) == 3
    assert all(len(str(request.url)) < 6_000 for request in paths.asked)
    assert all(request.url.params["format"] == "json" for request in paths.asked)
    assert all(request.headers["accept"] == "application/sparql-results+json" for request in paths.asked)
    assert all(request.headers["user-agent"].startswith("talentscope/") for request in paths.asked)
    assert (clock.now() - NOW).total_seconds() == 4  # two seconds between two queries
    asked = " ".join(request.url.params["query"] for request in paths.asked)
    for company in companies:
        assert f'"{company.cik}" "{int(company.cik or 0)}"' in asked
        assert f" wd:{company.wikidata_id} " in asked


def test_a_company_without_numbers_is_not_asked_about() -> None:
    source = Wikidata(calm(Paths({}), site(HOME)), clock=FixedClock(NOW))
    assert not source.covers(employer(cik=None), TODAY)
    assert source.covers(employer(cik=None, wikidata_id="Q1"), TODAY)
    assert source.covers(employer(), TODAY)


@pytest.mark.parametrize(
    ("given_answer", "error"),
    [
        (say(status=429, retry_after="86400"), UpstreamRefused),
        (say(status=403), UpstreamRefused),
        (say(status=500), UpstreamDown),
        (html(200), UpstreamMalformed),
        (
            httpx.Response(200, content=json.dumps(answer(row())).encode()[:-9] + b" java.util.concurrent"),
            UpstreamMalformed,
        ),
        ({"results": []}, UpstreamMalformed),
        (answer({"cik": {"value": "42"}}), UpstreamMalformed),
        (answer({**row(), "cik": {"value": 42}}), UpstreamMalformed),
    ],
)
def test_a_trouble_of_the_service_is_a_trouble_of_the_source(given_answer: object, error: type[Exception]) -> None:
    source = Wikidata(calm(Paths({PATH: given_answer}), site(HOME)), clock=FixedClock(NOW))
    with pytest.raises(error):
        source.prepare([ACME], TODAY)
    with pytest.raises(ValueError, match="prepare comes before observe"):
        source.observe(ACME, TODAY)


def test_the_query_names_what_is_known_and_nothing_else() -> None:
    query = build_query([ACME, employer(cik=None, wikidata_id=None)])
    assert 'VALUES ?known { "0000000042" "42" }' in query
    assert "VALUES ?item { wd:Q42 }" in query
    assert query.count("{") == query.count("}")


@given(st.lists(mangled(count("12", "2024-01-01")) | JSON, max_size=5) | JSON)
def test_any_answer_is_read_or_refused(bindings: Any) -> None:
    with suppress(UpstreamMalformed):
        assert len(parse_items({"results": {"bindings": bindings}})) <= len(bindings)


@given(st.text(max_size=30), st.text(max_size=30), st.text(max_size=30), st.text(max_size=30))
def test_any_text_of_a_value_is_read(employees: str, as_of: str, cik: str, website: str) -> None:
    (item,) = parse_items(answer(row(employees=employees, asOf=as_of, cik=cik, website=website)))
    assert all(count.employees > 0 for count in item.head_counts)
