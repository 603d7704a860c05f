"""Shares of the employers: classes, prices, splits, market value. Pure functions of seed, company and day.

Market value swings smoothly with a little noise; a price is the value by share, rounded as quotes are, so that value =
price x shares holds exactly.
"""

from __future__ import annotations

import math
import random
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache

from talentscope.sandbox.companies.chance import between, chance, share, swing
from talentscope.sandbox.companies.employer import Employer

CLOSE = time(21, tzinfo=UTC)
"""New York closes at 16:00, which is 20:00 UTC in summer and 21:00 in winter."""

FIRST_SPLIT_DAY = date(2025, 9, 1)
WAVES = ((700.0, 0.22), (190.0, 0.10), (47.0, 0.05), (11.0, 0.02))


@dataclass(frozen=True)
class ShareClass:
    """One class of shares. `ticker` is None where it is not listed; `part` is its part of all ordinary shares."""

    name: str
    ticker: str | None
    part: float


@dataclass(frozen=True)
class Split:
    """From `day` on each share is `ratio` shares."""

    day: date
    ratio: int


@cache
def _closed(year: int) -> frozenset[date]:
    from holidays.financial.ny_stock_exchange import NewYorkStockExchange

    return frozenset(NewYorkStockExchange(years=[year]))  # type: ignore[no-untyped-call]


def is_trading_day(day: date) -> bool:
    """Whether the New York exchange is open."""
    return day.weekday() < 5 and day not in _closed(day.year)


def trading_day(day: date) -> date:
    """That day or the last one before it on which the exchange was open."""
    while not is_trading_day(day):
        day -= timedelta(days=1)
    return day


def closed_day(now: datetime) -> date:
    """The newest day whose trading is over."""
    now = now.astimezone(UTC)
    return trading_day(now.date() if now.timetz() >= CLOSE else now.date() - timedelta(days=1))


@dataclass(frozen=True)
class _Terms:
    """What is drawn once for a company: USD, ordinary shares of 2026, their growth by quarter."""

    classes: tuple[ShareClass, ...]
    split: Split | None
    value: float
    shares: float
    growth: float


class Stocks:
    """Prices and shares of one seed. `splits` are told by faults: company_id -> split."""

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self.splits: dict[str, Split] = {}
        self._terms: dict[str, _Terms] = {}

    def classes(self, employer: Employer) -> tuple[ShareClass, ...]:
        """Its classes, listed ones first. One company in seven has a second one that is not listed."""
        return self._terms_of(employer).classes

    def split(self, employer: Employer) -> Split | None:
        """One company in ten splits its shares once between autumn 2025 and the end of 2027."""
        return self.splits.get(employer.company_id) or self._terms_of(employer).split

    def shares_of(self, employer: Employer, kind: ShareClass, day: date) -> int:
        """Shares outstanding of one class. They grow or shrink a little with every quarter."""
        terms, split = self._terms_of(employer), self.split(employer)
        quarters = (day.year - 2026) * 4 + (day.month - 1) // 3
        factor = split.ratio if split is not None and day >= split.day else 1
        return max(1, round(terms.shares * (1 + terms.growth) ** quarters * kind.part / 1000)) * 1000 * factor

    def shares(self, employer: Employer, day: date) -> int:
        """All ordinary shares, over all classes."""
        return sum(self.shares_of(employer, kind, day) for kind in self.classes(employer))

    def price(self, employer: Employer, day: date, ticker: str | None = None) -> float:
        """The close of one traded share, USD; on a day without trading that of the day before it.

        A second listed class is a little cheaper than the first.
        """
        day = trading_day(day)
        value = self._value(employer, day) * employer.shares_per_ticker / self.shares(employer, day)
        if ticker is not None and ticker in employer.tickers[1:]:
            value *= 1 - 0.004 * share(self._seed, ticker, day)
        return max(0.0001, round(value, 2 if value >= 1 else 4))

    def market_value(self, employer: Employer, day: date, ticker: str | None = None) -> float:
        """The whole company at the close of one of its shares, USD."""
        day = trading_day(day)
        return round(self.price(employer, day, ticker) * self.shares(employer, day) / employer.shares_per_ticker, 2)

    def _value(self, employer: Employer, day: date) -> float:
        """About what a company is worth, before its price is rounded."""
        waves = swing(day.toordinal(), self._seed, employer.company_id, "value", periods=WAVES)
        noise = 0.016 * (share(self._seed, employer.company_id, "noise", day) - 0.5)
        return self._terms_of(employer).value * math.exp(waves + noise)

    def _terms_of(self, employer: Employer) -> _Terms:
        terms = self._terms.get(employer.company_id)
        if terms is None:
            rng = chance(self._seed, employer.company_id, "stock")
            value = between(rng, *employer.tier.value_usd)
            shares = value / between(rng, 12, 420) * employer.shares_per_ticker
            growth, split = rng.uniform(-0.008, 0.012), _draw_split(rng)
            terms = _Terms(_draw_classes(rng, employer), split, value, shares, growth)
            self._terms[employer.company_id] = terms
        return terms


def _draw_split(rng: random.Random) -> Split | None:
    day = trading_day(FIRST_SPLIT_DAY + timedelta(days=rng.randrange(850)))
    return Split(day, rng.choice((2, 3, 4, 10))) if rng.random() < 0.1 else None


def _draw_classes(rng: random.Random, employer: Employer) -> tuple[ShareClass, ...]:
    names, tickers = employer.share_classes, employer.tickers
    has_more = len(tickers) > 1 or (employer.country == "US" and rng.random() < 0.15)
    if not names:
        names = (*("Class A", "Class C", "Class D")[: len(tickers)], "Class B") if has_more else ("",)
    if len(names) == 1:
        return (ShareClass(names[0], tickers[0] if tickers else None, 1.0),)
    weights = [1.0 - 0.1 * n if n < len(tickers) else 0.18 for n in range(len(names))]
    return tuple(
        ShareClass(name, tickers[n] if n < len(tickers) else None, weights[n] / sum(weights))
        for n, name in enumerate(names)
    )
