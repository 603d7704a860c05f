"""Nasdaq's screener: zero is unknown, a day is a trading day, and yesterday's answer is recognised."""

from __future__ import annotations

import gzip
import json
from contextlib import suppress
from datetime import UTC, date, datetime
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.answers import html, say
from tests.upstream_world import DATA, JSON, TODAY, Paths, calm, employer, mangled

from talentscope.registry.company import Company, Dated
from talentscope.registry.observation import Findings, Metric, Observation, State
from talentscope.registry.trading import is_trading, last_trading_day
from talentscope.runtime.clock import FixedClock
from talentscope.runtime.errors import UpstreamMalformed, UpstreamRefused
from talentscope.sources.nasdaq.client import HOME, Nasdaq, site
from talentscope.sources.nasdaq.records import (
    SAME_TICKERS,
    Closes,
    Quote,
    is_over_the_counter,
    parse_screener,
    same_as_before,
    ticker_key,
)

PATH = "/api/screener/stocks"
SATURDAY = datetime(2026, 11, 21, 2, tzinfo=UTC)
FRIDAY = date(2026, 11, 20)


def row(
    symbol: str, last_sale: str = "$194.03", market_cap: str = "2975271930460.00", **changes: Any
) -> dict[str, Any]:
    return {
        "symbol": symbol,
        "name": f"{symbol} Common Stock",
        "lastsale": last_sale,
        "netchange": "0.00",
        "marketCap": market_cap,
        **changes,
    }


def screener(*rows: dict[str, Any]) -> dict[str, Any]:
    return {"data": {"asOf": None, "headers": {}, "rows": list(rows)}, "message": None, "status": {"rCode": 200}}


def source(answer: object, *, now: datetime = SATURDAY, previous: Closes | None = None, url: str = HOME) -> Nasdaq:
    visitor = calm(Paths({PATH: answer, f"/nasdaq{PATH}": answer}), site(url))
    return Nasdaq(visitor, clock=FixedClock(now), previous=lambda: previous)


def look(answer: object, *, company: Company | None = None, **settings: Any) -> Findings:
    company = company or employer()
    asked = source(answer, **settings)
    asked.prepare([company], TODAY)
    return asked.observe(company, TODAY)


def both(findings: Findings) -> tuple[Observation, Observation]:
    price, value = findings.observations
    assert (price.metric, value.metric) == (Metric.PRICE, Metric.MARKET_VALUE)
    return price, value


def test_price_and_market_value_are_of_the_last_close() -> None:
    price, value = both(look(screener(row("ACME"), row("OTHER", "$1", "5"))))
    assert (price.value, price.state, price.as_of) == (194.03, State.OK, FRIDAY)
    assert (value.value, value.state, value.as_of) == (2_975_271_930_460, State.OK, FRIDAY)
    assert price.source_url == "https://www.nasdaq.com/market-activity/stocks/acme"
    assert price.evidence == ""


@pytest.mark.parametrize("text", ["", "0.00", "0", " "])
def test_zero_and_nothing_are_unknown(text: str) -> None:
    price, value = both(look(screener(row("ACME", f"${text}" if text.strip() else text, text))))
    assert (price.value, price.state) == (None, State.MISSING)
    assert (value.value, value.state) == (None, State.MISSING)
    assert "does not know it for ACME" in value.reason


def test_one_request_reads_all_exchanges_and_says_who_we_are() -> None:
    paths = Paths({PATH: screener(row("ACME"))})
    asked = Nasdaq(calm(paths, site(HOME)), clock=FixedClock(SATURDAY))
    asked.prepare([employer()], TODAY)
    asked.observe(employer(), TODAY)

    (request,) = paths.asked
    assert str(request.url) == f"{HOME}{PATH}?tableonly=true&download=true"
    assert request.headers["user-agent"].startswith("talentscope/")


def test_its_robots_txt_of_2026_is_heeded_and_the_way_out_is_said() -> None:
    closed = httpx.Response(200, content=b"User-agent: *\nDisallow: /\n")
    paths = Paths({PATH: screener(row("ACME")), "/robots.txt": closed})
    with pytest.raises(UpstreamRefused, match=r"robots\.txt .* does not allow it") as refused:
        Nasdaq(calm(paths, site(HOME)), clock=FixedClock(SATURDAY)).prepare([employer()], TODAY)
    assert refused.value.way_out
    assert paths.asked == []


def test_a_refusal_to_programs_names_the_other_ways_to_prices() -> None:
    with pytest.raises(UpstreamRefused) as refused:
        source(say(status=403)).prepare([employer()], TODAY)
    assert "FMP_API_KEY" in refused.value.way_out


def test_a_vanished_ticker_is_an_alarm_and_no_crash() -> None:
    findings = look(screener(row("OTHER")))
    for one in both(findings):
        assert (one.value, one.state, one.as_of) == (None, State.MISSING, TODAY)
        assert one.reason == "no stock is listed as ACME any more"
    assert findings.notes == (
        "Acme: no stock is listed as ACME any more; renamed, merged or delisted? Correct the registry",
    )


def test_a_ticker_of_another_market_is_missing_without_an_alarm() -> None:
    findings = look(screener(row("OTHER")), company=employer(tickers=(Dated("ADYYF"),)))
    assert {one.state for one in both(findings)} == {State.MISSING}
    assert "over the counter" in findings.observations[0].reason
    assert findings.notes == ()


@pytest.mark.parametrize(
    ("ticker", "answer"), [("ADYYF", True), ("TCEHY", True), ("GOOGL", False), ("CRWD", False), ("F", False)]
)
def test_five_letters_that_end_in_f_or_y_are_traded_over_the_counter(ticker: str, answer: bool) -> None:
    assert is_over_the_counter(ticker) is answer


def test_a_company_of_two_classes_is_read_once_by_the_registrys_ticker() -> None:
    company = employer(tickers=(Dated("GOOGL"), Dated("GOOG")))
    _, value = both(look(screener(row("GOOG", market_cap="4180"), row("GOOGL", market_cap="4217")), company=company))
    assert value.value == 4217


def test_the_ticker_of_the_day_is_read() -> None:
    company = employer(tickers=(Dated("SQ", until=date(2025, 1, 20)), Dated("XYZ", since=date(2025, 1, 21))))
    _, value = both(look(screener(row("SQ", market_cap="1"), row("XYZ", market_cap="2")), company=company))
    assert value.value == 2


def test_who_is_not_listed_is_not_asked_about() -> None:
    asked = source(screener(row("ACME")))
    assert asked.covers(employer(), TODAY)
    assert not asked.covers(employer(status="private"), TODAY)
    assert not asked.covers(employer(tickers=()), TODAY)
    assert not asked.covers(employer(tickers=(Dated("ACME", until=date(2025, 1, 1)),)), TODAY)


def test_a_class_of_shares_is_found_however_it_is_spelt() -> None:
    assert {ticker_key(ticker) for ticker in ("BRK/B", "BRK.B", "brk-b ")} == {"BRK-B"}
    _, value = both(look(screener(row("BRK/B   ", market_cap="7")), company=employer(tickers=(Dated("BRK.B"),))))
    assert value.value == 7


def test_a_row_that_cannot_be_read_is_set_aside_and_blocks_its_company_only() -> None:
    rows = [row(f"T{n}") for n in range(200)]
    findings = look(screener(*rows, row("ACME", market_cap="2.9T")))
    for one in both(findings):
        assert (one.value, one.state) == (None, State.BLOCKED)
        assert "expected marketCap as 2975271930460.00; came '2.9T'" in one.reason
    assert both(look(screener(*rows, row("ACME"), row("OTHER", market_cap="2.9T"))))[1].state is State.OK


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (html(200), "HTML"),
        (screener(), "lists no stock at all"),
        ({"data": None, "status": {"rCode": 400}}, "data"),
        ({"data": {"table": {"rows": []}}}, "rows: Field required"),
        (screener(row("ACME", market_cap="2.9T")), "1 of 1 rows cannot be read"),
        (screener({"symbol": "ACME", "lastsale": "$1", "marketcap": "1"}), "marketCap: Field required"),
        (screener(row("ACME", lastsale=194.03)), "lastsale"),
    ],
)
def test_a_changed_answer_is_a_trouble_of_the_source(answer: object, said: str) -> None:
    asked = source(answer)
    with pytest.raises(UpstreamMalformed, match=said):
        asked.prepare([employer()], TODAY)
    with pytest.raises(ValueError, match="prepare comes before observe"):
        asked.observe(employer(), TODAY)


def test_a_list_without_most_of_our_companies_is_broken_and_they_are_not_gone() -> None:
    companies = [Company(f"c{n}", f"Company {n}", tickers=(Dated(f"T{n}"),)) for n in range(10)]
    with pytest.raises(UpstreamMalformed, match="only 4 of our 10 tickers"):
        source(screener(*(row(f"T{n}") for n in range(4)))).prepare(companies, TODAY)
    source(screener(*(row(f"T{n}") for n in range(5)))).prepare(companies, TODAY)


def closes(as_of: date, count: int, *, moved: int = 0) -> Closes:
    return Closes(as_of, {f"T{n}": Quote(10.0 + (n < moved), 1000.0) for n in range(count)})


def rows_of(count: int) -> dict[str, Any]:
    return screener(*(row(f"T{n}", "$10.00", "1000.00") for n in range(count)))


def test_yesterdays_data_served_as_todays_is_stale_and_keeps_its_day() -> None:
    company = employer(tickers=(Dated("T1"),))
    before = closes(date(2026, 11, 19), 50, moved=1)
    for one in both(look(rows_of(50), company=company, previous=before)):
        assert (one.state, one.as_of) == (State.STALE, date(2026, 11, 19))
        assert one.value is not None
        assert one.reason == "the quotes are those of 2026-11-19, served again for 2026-11-20"


@pytest.mark.parametrize(
    "before",
    [
        closes(FRIDAY, 50),  # the same day once more: nothing can have moved
        closes(date(2026, 11, 19), 50, moved=2),  # 96 % are the same
        closes(date(2026, 11, 19), SAME_TICKERS - 1),  # too few to tell
        None,
    ],
)
def test_data_that_may_be_new_is_not_called_stale(before: Closes | None) -> None:
    company = employer(tickers=(Dated("T1"),))
    for one in both(look(rows_of(50), company=company, previous=before)):
        assert (one.state, one.as_of, one.reason) == (State.OK, FRIDAY, "")


def test_unknown_prices_say_nothing_about_sameness() -> None:
    unknown = {f"T{n}": Quote(None, None) for n in range(50)}
    assert not same_as_before(unknown, unknown)


@pytest.mark.parametrize(
    ("now", "day"),
    [
        ("2026-11-20T20:59", "2026-11-19"),
        ("2026-11-20T21:00", "2026-11-20"),
        ("2026-11-21T02:00", "2026-11-20"),  # Saturday
        ("2026-11-23T12:00", "2026-11-20"),  # Monday before the close
        ("2026-11-27T02:00", "2026-11-25"),  # after Thanksgiving
        ("2026-07-04T12:00", "2026-07-02"),  # Independence Day on a Saturday is kept on Friday
        ("2027-01-01T23:00", "2026-12-31"),
        ("2022-01-01T12:00", "2021-12-31"),  # New Year on a Saturday is not
        ("2025-01-09T23:00", "2025-01-08"),  # a day of mourning
        ("2026-04-05T12:00", "2026-04-02"),  # Good Friday
    ],
)
def test_the_last_trading_day(now: str, day: str) -> None:
    assert last_trading_day(datetime.fromisoformat(now).replace(tzinfo=UTC)) == date.fromisoformat(day)


def test_a_price_of_a_running_day_is_told_as_one() -> None:
    at = datetime(2026, 11, 20, 15, tzinfo=UTC)
    price, _ = both(look(screener(row("ACME")), now=at))
    assert "not a close" in price.evidence
    assert is_trading(at)
    assert not is_trading(at.replace(hour=21))
    assert not is_trading(at.replace(day=21))
    assert not is_trading(at.replace(day=26))  # Thanksgiving


def test_what_stands_in_is_the_source() -> None:
    price, _ = both(look(screener(row("ACME")), url="http://127.0.0.1:1/nasdaq"))
    assert price.source_url == f"http://127.0.0.1:1/nasdaq{PATH}?tableonly=true&download=true"


@pytest.mark.parametrize(
    ("day", "count", "without_value"),
    [("2024-06-04", 7142, 1094), ("2024-08-02", 7103, 1062), ("2025-08-08", 7000, 1023)],
)
def test_recorded_lists_are_read_to_the_last_row(day: str, count: int, without_value: int) -> None:
    path = DATA / "companies" / f"us-listed-{day}.jsonl.gz"
    if not path.exists():
        pytest.skip(f"no recorded lists at {path.parent}: set TALENTSCOPE_TEST_DATA to the folder of the test data")
    rows = [json.loads(line) for line in gzip.decompress(path.read_bytes()).splitlines()]
    found = parse_screener(screener(*rows))
    assert (len(found.quotes), found.set_aside) == (count, {})
    assert sum(quote.market_value is None for quote in found.quotes.values()) == without_value
    assert sum(float(row["marketCap"] or 0) == 0 for row in rows) == without_value


@given(st.lists(mangled(row("ACME")) | JSON, max_size=5) | JSON)
def test_any_answer_is_read_or_refused(rows: Any) -> None:
    with suppress(UpstreamMalformed):
        assert all(
            amount is None or amount > 0
            for quote in parse_screener({"data": {"rows": rows}}).quotes.values()
            for amount in (quote.price, quote.market_value)
        )


@given(st.text(max_size=30) | st.from_regex(r"\$?[0-9.,]{0,30}", fullmatch=True))
def test_any_text_of_an_amount_is_read_or_refused(text: str) -> None:
    with suppress(UpstreamMalformed):
        parse_screener(screener(row("ACME", text, text)))
