"""Nasdaq's screener: price and market value of every stock listed in America, in one request a day.

It is the page's own endpoint, not an offer to programs: it is asked only if somebody switched it on, for their own use,
and only if its robots.txt allows it. We say who we are; sites that want a browser's name refuse, and that is an answer.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from talentscope.registry.company import Company
from talentscope.registry.observation import Findings, Metric, Observation, State
from talentscope.registry.trading import RUNNING, is_trading, last_trading_day
from talentscope.runtime.clock import Clock
from talentscope.runtime.errors import UpstreamMalformed
from talentscope.sources.nasdaq.records import (
    Closes,
    Quote,
    Screener,
    is_over_the_counter,
    parse_screener,
    same_as_before,
    ticker_key,
)
from talentscope.transport.site import Site
from talentscope.transport.visitor import Visitor

HOME = "https://api.nasdaq.com"
PATH = "/api/screener/stocks"
PARAMS: dict[str, str | int] = {"tableonly": "true", "download": "true"}
"""Without `exchange` it lists all of them: a ticker is missing from the whole or not at all."""

LEAST_FOUND = 0.5
"""If fewer of our tickers are in it, the list is broken, not the companies gone."""

WAY_OUT = "set FMP_API_KEY, or import prices from a file; or switch it off: TALENTSCOPE_NASDAQ=false"


def site(url: str) -> Site:
    """Nothing is published but robots.txt, which closed the whole host in 2026 (`Disallow: /`): then nothing is asked.
    One request a day; 403 is what it answers to programs that do not pretend to be a browser.
    """
    hints = {403: WAY_OUT, 401: WAY_OUT, 429: WAY_OUT}
    return Site("nasdaq", url, "TALENTSCOPE_NASDAQ_URL", per_second=1.0, heeds_robots=True, hints=hints)


@dataclass(frozen=True)
class _Today:
    """What was read: `as_of` is the close that it is of, `state` ok or stale with the `reason`."""

    screener: Screener
    as_of: date
    state: State
    reason: str
    evidence: str


class Nasdaq:
    """Prices and market values of listed companies.

    `previous` tells the newest quotes that were stored before, to recognise an earlier day's data served as today's.
    """

    name = "nasdaq"
    metrics: tuple[Metric, ...] = (Metric.PRICE, Metric.MARKET_VALUE)
    in_flight = 1
    has_past = False

    def __init__(self, visitor: Visitor, *, clock: Clock, previous: Callable[[], Closes | None] = lambda: None) -> None:
        self._visitor, self._clock, self._previous = visitor, clock, previous
        self._today: _Today | None = None

    def covers(self, company: Company, day: date) -> bool:
        """Companies with a ticker on that day. With several, the first: a company is one row, whatever its classes."""
        return company.status == "listed" and company.ticker_on(day) is not None

    def prepare(self, companies: Sequence[Company], day: date) -> None:
        """Read the whole list. Raises UpstreamError; then nothing is known of any company."""
        self._today = None
        screener = parse_screener(self._visitor.get_json(PATH, params=PARAMS))
        self._check_whole(companies, day, screener)
        now, quotes = self._clock.now(), screener.quotes
        as_of = last_trading_day(now)
        evidence = RUNNING if is_trading(now) else ""
        before = self._previous()
        if before is not None and before.as_of < as_of and same_as_before(before.quotes, quotes):
            reason = f"the quotes are those of {before.as_of}, served again for {as_of}"
            self._today = _Today(screener, before.as_of, State.STALE, reason, evidence)
        else:
            self._today = _Today(screener, as_of, State.OK, "", evidence)

    def observe(self, company: Company, day: date) -> Findings:
        """Its price and market value at the last close. Without its ticker: an alarm, as it may have been renamed."""
        if self._today is None:
            raise ValueError("prepare comes before observe")
        ticker = company.ticker_on(day)
        if ticker is None:
            return Findings()
        key = ticker_key(ticker)
        if key in self._today.screener.set_aside:
            reason = self._today.screener.set_aside[key]
            return self._untold(company, day, state=State.BLOCKED, reason=reason)
        if key not in self._today.screener.quotes:
            return self._vanished(company, ticker, day)
        return self._told(company, ticker, self._today.screener.quotes[key], self._today)

    def _told(self, company: Company, ticker: str, quote: Quote, today: _Today) -> Findings:
        unknown = f"the screener does not know it for {ticker}"
        return Findings(
            tuple(
                self._observation(company, metric, today.as_of, reason=unknown)
                if value is None
                else replace(
                    self._observation(company, metric, today.as_of, reason=today.reason),
                    value=value,
                    state=today.state,
                    evidence=today.evidence,
                )
                for metric, value in ((Metric.PRICE, quote.price), (Metric.MARKET_VALUE, quote.market_value))
            )
        )

    def _vanished(self, company: Company, ticker: str, day: date) -> Findings:
        reason = f"no stock is listed as {ticker} any more"
        notes: tuple[str, ...] = (f"{company.name}: {reason}; renamed, merged or delisted? Correct the registry",)
        if is_over_the_counter(ticker):
            reason, notes = f"{ticker} is traded over the counter, which the screener does not list", ()
        return replace(self._untold(company, day, state=State.MISSING, reason=reason), notes=notes)

    def _untold(self, company: Company, day: date, *, state: State, reason: str) -> Findings:
        return Findings(
            tuple(
                replace(self._observation(company, metric, day, reason=reason), state=state) for metric in self.metrics
            )
        )

    def _observation(self, company: Company, metric: Metric, as_of: date, *, reason: str) -> Observation:
        return Observation(
            company_id=company.company_id,
            metric=metric,
            value=None,
            as_of=as_of,
            observed_at=self._clock.now(),
            source=self.name,
            source_url=self._page(company, as_of),
            state=State.MISSING,
            reason=reason,
        )

    def _page(self, company: Company, day: date) -> str:
        """Where a person sees the quote; where another place stands in for Nasdaq, the list there."""
        if self._visitor.site.url != HOME:
            return self._visitor.url_of(PATH, params=PARAMS)
        return f"https://www.nasdaq.com/market-activity/stocks/{(company.ticker_on(day) or '').lower()}"

    def _check_whole(self, companies: Sequence[Company], day: date, screener: Screener) -> None:
        tickers = [ticker for company in companies if (ticker := company.ticker_on(day)) is not None]
        known = {*screener.quotes, *screener.set_aside}
        found = sum(ticker_key(ticker) in known for ticker in tickers)
        if len(tickers) >= 10 and found < LEAST_FOUND * len(tickers):
            raise UpstreamMalformed(
                f"Nasdaq's screener lists {len(known)} stocks, only {found} of our {len(tickers)} tickers among them:"
                " it is not the whole list"
            )
