"""FMP: a profile counts only if its CIK is the company's, the key is never shown, the past is what was filed."""

from __future__ import annotations

from contextlib import suppress
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.answers import html, say
from tests.upstream_world import JSON, NOW, TODAY, Paths, calm, employer, mangled

from talentscope.registry.company import Company, Dated
from talentscope.registry.observation import Findings, Metric, State
from talentscope.runtime.clock import FixedClock
from talentscope.runtime.errors import UpstreamDown, UpstreamMalformed, UpstreamRefused
from talentscope.sources.fmp.client import Fmp, site
from talentscope.sources.fmp.records import parse_counts, parse_profile

PROFILE, COUNTS = "/stable/profile", "/stable/historical-employee-count"
HOME = "https://financialmodelingprep.com"
KEY = "k3y+invented/1"
FRIDAY = date(2026, 11, 20)


def profile(**changes: Any) -> dict[str, Any]:
    return {
        "symbol": "ACME",
        "price": 194.03,
        "marketCap": 2_975_271_930_460,
        "companyName": "Acme Inc.",
        "currency": "USD",
        "cik": "0000000042",
        "fullTimeEmployees": "164000",
        "isAdr": False,
        **changes,
    }


def filed(period: str, filed_on: str, employees: object, **changes: Any) -> dict[str, Any]:
    return {
        "symbol": "ACME",
        "cik": "0000000042",
        "acceptanceTime": f"{filed_on} 06:01:36",
        "periodOfReport": period,
        "companyName": "Acme Inc.",
        "formType": "10-K",
        "filingDate": filed_on,
        "employeeCount": employees,
        "source": f"https://www.sec.gov/Archives/edgar/data/42/{filed_on}",
        **changes,
    }


def source(paths: Paths) -> Fmp:
    return Fmp(calm(paths, site(HOME, key=KEY)), clock=FixedClock(NOW))


def look(answers: dict[str, Any], *, company: Company | None = None, day: date = TODAY) -> Findings:
    asked = source(Paths(answers))
    asked.prepare([company or employer()], day)
    return asked.observe(company or employer(), day)


def told(findings: Findings) -> dict[Metric, tuple[float | None, State, date]]:
    return {one.metric: (one.value, one.state, one.as_of) for one in findings.observations}


def test_a_profile_is_three_facts() -> None:
    findings = look({PROFILE: [profile()]})
    assert told(findings) == {
        Metric.PRICE: (194.03, State.OK, FRIDAY),
        Metric.MARKET_VALUE: (2_975_271_930_460, State.OK, FRIDAY),
        Metric.EMPLOYEES: (164_000, State.OK, TODAY),
    }
    employees = findings.observations[2]
    assert "does not say of which day" in employees.evidence
    assert employees.source_url == f"{HOME}{PROFILE}?symbol=ACME"


@pytest.mark.parametrize("written", ["164000", "164,000", 164_000])
def test_a_head_count_is_read_as_it_is_written(written: object) -> None:
    assert told(look({PROFILE: [profile(fullTimeEmployees=written)]}))[Metric.EMPLOYEES][0] == 164_000


@pytest.mark.parametrize("changes", [{"fullTimeEmployees": unknown} for unknown in (None, "", "0", 0)])
def test_unknown_is_missing_and_not_zero(changes: dict[str, Any]) -> None:
    found = told(look({PROFILE: [profile(price=0, marketCap=None, **changes)]}))
    assert {(value, state) for value, state, _ in found.values()} == {(None, State.MISSING)}


def test_amounts_in_another_currency_are_not_taken_for_dollars() -> None:
    found = told(look({PROFILE: [profile(currency="EUR")]}))
    assert [found[metric][0] for metric in (Metric.PRICE, Metric.MARKET_VALUE)] == [None, None]
    assert found[Metric.EMPLOYEES][0] == 164_000


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ([], "FMP knows no ACME"),
        ([profile(cik="0000000043", companyName="Acme Gas")], "another company: Acme Gas, CIK 43, not 42"),
        ([profile(cik=None)], "tells no CIK for ACME"),
    ],
)
def test_a_ticker_that_is_somebody_elses_is_missing(answer: object, said: str) -> None:
    findings = look({PROFILE: answer})
    assert {(value, state) for value, state, _ in told(findings).values()} == {(None, State.MISSING)}
    assert said in findings.observations[0].reason


@pytest.mark.parametrize(
    ("answer", "state", "said"),
    [
        (say(status=402), State.BLOCKED, "402"),
        (say(status=403), State.BLOCKED, "403"),
        (say(status=404), State.MISSING, "404"),
        (html(200), State.BLOCKED, "HTML"),
        ({"Error Message": f"Not for {KEY}, pay more"}, State.BLOCKED, "error message"),
        ({"profile": []}, State.BLOCKED, "expected a list; came an object with 'profile'"),
        ([profile(symbol="OTHER")], State.BLOCKED, "asked for ACME and told of OTHER"),
        (
            [{"mktCap" if key == "marketCap" else key: value for key, value in profile().items()}],
            State.BLOCKED,
            "marketCap",
        ),
        ([profile(price="194.03")], State.BLOCKED, "price"),
        ([profile(fullTimeEmployees="about 160k")], State.BLOCKED, "expected a number of people"),
    ],
)
def test_a_trouble_of_one_company_is_a_state(answer: object, state: State, said: str) -> None:
    findings = look({PROFILE: answer})
    assert set(told(findings)) == {Metric.PRICE, Metric.MARKET_VALUE, Metric.EMPLOYEES}
    for one in findings.observations:
        assert (one.value, one.state) == (None, state)
        assert said in one.reason
        assert KEY not in repr(one)


@pytest.mark.parametrize(
    ("answer", "status"),
    [
        (say(status=401), 401),
        (say(status=429, retry_after="9999"), 429),
        ({"Error Message": "Invalid API KEY. Please retry or visit our documentation"}, 401),
        ({"Error Message": "Limit Reach . Please upgrade your plan"}, 429),
    ],
)
def test_a_key_that_is_refused_is_not_tried_on_everybody(answer: object, status: int) -> None:
    paths = Paths({PROFILE: answer})
    asked = source(paths)
    for _ in range(3):
        with pytest.raises(UpstreamRefused) as refused:
            asked.observe(employer(), TODAY)
        assert refused.value.status == status
        assert KEY not in refused.value.message
    assert len(paths.asked) == 1
    asked.prepare([employer()], TODAY)
    with pytest.raises(UpstreamRefused):
        asked.observe(employer(), TODAY)


def test_a_dead_service_is_a_trouble_of_the_source() -> None:
    with pytest.raises(UpstreamDown):
        look({PROFILE: say(status=503)})


def test_the_key_travels_and_is_seen_nowhere() -> None:
    paths = Paths({PROFILE: [profile()]})
    findings = source(paths).observe(employer(), TODAY)
    assert paths.asked[0].url.params["apikey"] == KEY
    assert KEY not in repr(findings)
    assert "k3y" not in repr(findings)
    assert KEY not in repr(site(HOME, key=KEY))


HISTORY = [
    filed("2024-09-28", "2024-11-01", 164_000),
    filed("2022-09-24", "2022-10-28", "164000"),
    filed("2023-09-30", "2023-11-03", 161_000),
    filed("2021-09-25", "2021-10-29", 0),
]


@pytest.mark.parametrize(
    ("day", "value", "as_of"),
    [
        ("2026-11-20", 164_000, "2024-09-28"),
        ("2024-11-01", 164_000, "2024-09-28"),
        ("2024-10-31", 161_000, "2023-09-30"),  # the period was over, and nobody had been told
        ("2022-10-28", 164_000, "2022-09-24"),
    ],
)
def test_the_past_is_what_had_been_filed_by_then(day: str, value: int, as_of: str) -> None:
    findings = look({COUNTS: HISTORY}, day=date.fromisoformat(day))
    assert told(findings) == {Metric.EMPLOYEES: (value, State.OK, date.fromisoformat(as_of))}
    (found,) = findings.observations
    assert found.source_url.startswith("https://www.sec.gov/")
    assert "10-K filed on" in found.evidence


def test_before_the_first_filing_nothing_is_known() -> None:
    findings = look({COUNTS: HISTORY}, day=date(2022, 10, 27))
    assert told(findings) == {Metric.EMPLOYEES: (None, State.MISSING, date(2022, 10, 27))}


def test_a_history_is_asked_for_once_under_the_present_ticker() -> None:
    company = employer(tickers=(Dated("META", since=date(2022, 6, 9)), Dated("FB", until=date(2022, 6, 8))))
    paths = Paths({COUNTS: HISTORY})
    asked = source(paths)
    for day in (date(2021, 1, 1), date(2023, 1, 1), date(2024, 1, 1)):
        asked.prepare([company], day)
        assert asked.covers(company, day)
        asked.observe(company, day)
    (request,) = paths.asked
    assert request.url.params["symbol"] == "META"


def test_a_history_of_somebody_else_is_missing() -> None:
    findings = look({COUNTS: [filed("2023-09-30", "2023-11-03", 7, cik="0000000043")]}, day=date(2024, 1, 1))
    assert told(findings)[Metric.EMPLOYEES][:2] == (None, State.MISSING)
    assert "its CIK is 43, not 42" in findings.observations[0].reason


def test_a_trouble_of_a_history_is_a_state_of_the_head_count_only() -> None:
    findings = look({COUNTS: say(status=402)}, day=date(2024, 1, 1))
    assert told(findings) == {Metric.EMPLOYEES: (None, State.BLOCKED, date(2024, 1, 1))}


def test_without_a_ticker_or_cik_nobody_is_asked_about() -> None:
    asked = source(Paths({}))
    assert asked.covers(employer(), TODAY)
    assert not asked.covers(employer(cik=None), TODAY)
    assert not asked.covers(employer(tickers=()), TODAY)
    assert not asked.covers(employer(status="private"), TODAY)


@given(st.lists(mangled(profile()) | JSON, max_size=3) | JSON)
def test_any_profile_is_read_or_refused(data: Any) -> None:
    with suppress(UpstreamMalformed, UpstreamRefused):
        found = parse_profile(data, symbol="ACME")
        assert found is None or found.price is None or found.price > 0


@given(st.lists(mangled(filed("2023-09-30", "2023-11-03", 7)) | JSON, max_size=3) | JSON)
def test_any_history_is_read_or_refused(data: Any) -> None:
    with suppress(UpstreamMalformed, UpstreamRefused):
        assert all(one.employees > 0 for one in parse_counts(data))
