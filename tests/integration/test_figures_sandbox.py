"""Prices, market values and head-counts against the sandbox: the true ones on a good day, none of a bad one."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from tests.integration.employers import NOW, TODAY, Place, ask, place, told

from talentscope.registry.company import Company
from talentscope.registry.observation import Findings, Metric, Source, State
from talentscope.registry.trading import last_trading_day
from talentscope.runtime.errors import UpstreamDown, UpstreamError, UpstreamMalformed, UpstreamRefused
from talentscope.sources.nasdaq.records import Closes, Quote

FRIDAY = date(2026, 11, 20)


@pytest.fixture(scope="module")
def good_day() -> Iterator[Place]:
    with place() as made:
        yield made


def ask_all(source: Source, companies: tuple[Company, ...], day: date = TODAY) -> dict[str, Findings]:
    source.prepare(companies, day)
    return {company.company_id: source.observe(company, day) for company in companies}


def test_the_screeners_figures_are_those_of_the_last_close(good_day: Place) -> None:
    found = ask_all(good_day.nasdaq(), good_day.companies())
    unknown = 0
    for company_id, findings in found.items():
        figures = told(findings)
        assert figures["", Metric.PRICE].value == good_day.truth.price(company_id, FRIDAY)
        value = figures["", Metric.MARKET_VALUE]
        if value.state is State.MISSING:
            unknown += 1
        else:
            assert value.value == good_day.truth.market_value(company_id, FRIDAY)
        assert {one.as_of for one in findings.observations} == {FRIDAY}
        assert findings.notes == ()
    assert unknown < len(found) / 4


def test_the_whole_market_is_one_request_and_robots_txt() -> None:
    with place() as made:
        ask_all(made.nasdaq(), made.companies())
        assert [entry.path for entry in made.box.log.entries] == ["/robots.txt", "/api/screener/stocks"]


@pytest.mark.parametrize(
    ("fault", "error", "said"),
    [
        ("robots-closed:nasdaq", UpstreamRefused, "robots.txt"),
        ("renamed-field:nasdaq", UpstreamMalformed, "marketCap: Field required"),
        ("retyped-field:nasdaq", UpstreamMalformed, "marketCap"),
        ("html-200-board:nasdaq", UpstreamMalformed, "HTML where JSON was expected"),
        ("broken-json:nasdaq", UpstreamMalformed, "JSON"),
        ("forbidden-451:nasdaq", UpstreamRefused, "451"),
    ],
)
def test_a_screener_that_cannot_be_read_is_a_trouble_of_the_source(
    fault: str, error: type[UpstreamError], said: str
) -> None:
    with place(fault) as made, pytest.raises(error, match=said):
        made.nasdaq().prepare(made.companies(), TODAY)


def test_zero_is_unknown() -> None:
    with place("zero-market-value:several") as made:
        figures = told(ask(made.nasdaq(), made.company("several")))
        assert figures["", Metric.MARKET_VALUE].state is State.MISSING
        assert figures["", Metric.PRICE].state is State.OK


@pytest.mark.parametrize("fault", ["ticker-vanished", "company-renamed"])
def test_a_ticker_that_vanished_is_an_alarm(fault: str) -> None:
    with place(f"{fault}:several") as made:
        found = ask_all(made.nasdaq(), made.companies())
        assert {one.state for one in found["several"].observations} == {State.MISSING}
        assert [note for findings in found.values() for note in findings.notes] == list(found["several"].notes)
        assert "Correct the registry" in found["several"].notes[0]


def closes_of(made: Place, found: dict[str, Findings]) -> Closes:
    quotes = {}
    for company in made.companies():
        figures = told(found[company.company_id])
        price, value = (figures["", metric].value for metric in (Metric.PRICE, Metric.MARKET_VALUE))
        quotes[str(company.ticker_on(TODAY))] = Quote(price, value)
    return Closes(next(iter(found.values())).observations[0].as_of, quotes)


@pytest.mark.parametrize(("faults", "is_stale"), [(("yesterday-again:nasdaq",), True), ((), False)])
def test_yesterdays_quotes_served_again_keep_their_day(faults: tuple[str, ...], is_stale: bool) -> None:
    with place() as before:
        before.clock.advance(-86_400)  # Friday morning: Thursday's close
        yesterday = closes_of(before, ask_all(before.nasdaq(), before.companies()))
    assert yesterday.as_of == FRIDAY - timedelta(days=1)
    with place(*faults) as made:
        for findings in ask_all(made.nasdaq(yesterday), made.companies()).values():
            for one in findings.observations:
                if one.value is not None:
                    assert one.state is (State.STALE if is_stale else State.OK)
                    assert one.as_of == (yesterday.as_of if is_stale else FRIDAY)


def test_wikidata_tells_the_newest_dated_head_count_or_why_not(good_day: Place) -> None:
    found = ask_all(good_day.wikidata(), good_day.companies())
    right = 0
    for company_id, findings in found.items():
        (one,) = findings.observations
        known = good_day.truth.known_employees(company_id, TODAY)
        if one.state is State.OK:
            right += 1
            assert (one.value, one.as_of) == (known.employees, known.as_of)
        else:
            assert (one.value, one.state) == (None, State.MISSING)
            assert "is another company" in one.reason
    assert right >= 0.9 * len(found)


def test_an_item_that_is_another_company_is_not_believed() -> None:
    with place("wrong-cik:several") as made:
        findings = ask(made.wikidata(), made.company("several"))
        (one,) = findings.observations
        assert (one.value, one.state) == (None, State.MISSING)
        assert "is another company: its CIK is" in one.reason
        assert findings.notes


def test_a_head_count_that_nobody_knows_is_missing() -> None:
    with place("missing-employees:several") as made:
        assert ask(made.wikidata(), made.company("several")).observations[0].state is State.MISSING
        figures = told(ask(made.fmp(), made.company("several")))
        assert figures["", Metric.EMPLOYEES].state is State.MISSING
        assert figures["", Metric.PRICE].state is State.OK


@pytest.mark.parametrize(
    ("fault", "error"),
    [("renamed-field:wikidata", UpstreamMalformed), ("upstream-down:wikidata", UpstreamDown)],
)
def test_a_query_service_that_fails_is_a_trouble_of_the_source(fault: str, error: type[UpstreamError]) -> None:
    with place(fault) as made, pytest.raises(error):
        made.wikidata().prepare(made.companies(), TODAY)


def test_a_profile_tells_three_true_facts(good_day: Place) -> None:
    for company_id, findings in ask_all(good_day.fmp(), good_day.companies()).items():
        figures = told(findings)
        known = good_day.truth.known_employees(company_id, FRIDAY).employees
        assert figures["", Metric.PRICE].value == good_day.truth.price(company_id, FRIDAY)
        assert figures["", Metric.MARKET_VALUE].value == good_day.truth.market_value(company_id, FRIDAY)
        assert figures["", Metric.EMPLOYEES].value == known
        assert figures["", Metric.PRICE].as_of == last_trading_day(NOW) == FRIDAY
        assert all("good-key" not in repr(one) for one in findings.observations)


@pytest.mark.parametrize("day", [date(2026, 1, 15), date(2025, 6, 1), date(2024, 12, 1)])
def test_head_counts_of_the_past_are_those_that_had_been_filed(good_day: Place, day: date) -> None:
    for company_id, findings in ask_all(good_day.fmp(), good_day.companies(), day).items():
        (one,) = findings.observations
        known = good_day.truth.employees(company_id, day)
        assert one.metric is Metric.EMPLOYEES
        if known is None:
            assert one.state is State.MISSING
        else:
            assert (one.value, one.as_of) == (known.employees, known.as_of)


def test_a_refused_key_costs_one_request() -> None:
    with place("key-refused:fmp") as made:
        source = made.fmp()
        for company in made.companies():
            with pytest.raises(UpstreamRefused) as refused:
                source.observe(company, TODAY)
            assert refused.value.status == 401
        assert len(made.box.log.entries) == 1


def test_a_renamed_field_of_a_profile_is_blocked() -> None:
    with place("renamed-field:fmp") as made:
        for one in ask(made.fmp(), made.company("several")).observations:
            assert (one.value, one.state) == (None, State.BLOCKED)
            assert "marketCap: Field required" in one.reason
