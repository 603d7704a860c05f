"""Nasdaq's screener becomes prices and market values by ticker. Pure and strict.

Shape: undocumented; as recorded by others every night since 2021 (reference: companies.md, 7). Texts such as "$194.03"
and "2975271930460.00"; "0.00" and "" mean that it does not know.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from pydantic import Field

from talentscope.registry.shapes import Said, Shape, read, shown
from talentscope.runtime.errors import UpstreamMalformed

_PRICE = re.compile(r"\$([0-9]{1,9}(?:\.[0-9]{1,20})?)")  # $631110.099999999977 was seen
_VALUE = re.compile(r"([0-9]{1,16}(?:\.[0-9]{1,20})?)")

SAME_SHARE, SAME_TICKERS = 0.98, 20
"""From which share of how many tickers on one day's prices are another day's: a real day leaves few of them alone."""


MOST_SET_ASIDE = 0.01
"""Share of rows that may be odd in a list that is otherwise what it was."""


@dataclass(frozen=True)
class Quote:
    """The last sale of one share and the value of the whole company, in USD; None is unknown."""

    price: float | None
    market_value: float | None


@dataclass(frozen=True)
class Closes:
    """The quotes of one trading day, by ticker as the registry writes it."""

    as_of: date
    quotes: Mapping[str, Quote]


@dataclass(frozen=True)
class Screener:
    """One answer: quotes by `ticker_key`, and for rows that could not be read, why."""

    quotes: Mapping[str, Quote]
    set_aside: Mapping[str, str]


class _Row(Shape):
    symbol: Said  # now and then padded with spaces
    last_sale: str = Field(validation_alias="lastsale")
    market_cap: str = Field(validation_alias="marketCap")


class _Data(Shape):
    rows: list[object]


class _Screener(Shape):
    data: _Data


def parse_screener(data: object) -> Screener:
    """Quotes by ticker. Raises UpstreamMalformed if it is not what it was: no list, an empty one, or one of which more
    than a few rows cannot be read.
    """
    what = "Nasdaq's screener"
    rows = read(_Screener, data, what=what).data.rows
    if not rows:
        raise UpstreamMalformed(f"{what} lists no stock at all")
    quotes, set_aside, unnamed = {}, {}, []
    for number, item in enumerate(rows, 1):
        try:
            row = read(_Row, item, what=f"row {number} of {what}")
        except UpstreamMalformed as error:
            unnamed.append(error.message)
            continue
        try:
            quotes[ticker_key(row.symbol)] = Quote(
                _amount(row.last_sale, _PRICE, "lastsale as $194.03"),
                _amount(row.market_cap, _VALUE, "marketCap as 2975271930460.00"),
            )
        except ValueError as error:
            set_aside[ticker_key(row.symbol)] = f"{what} is not what it was for {row.symbol}: {error}"
    if len(set_aside) + len(unnamed) > MOST_SET_ASIDE * len(rows):
        first = [*unnamed, *set_aside.values()][0]
        raise UpstreamMalformed(f"{len(set_aside) + len(unnamed)} of {len(rows)} rows cannot be read: {first}")
    return Screener(quotes, set_aside)


def _amount(text: str, form: re.Pattern[str], expected: str) -> float | None:
    """None for what Nasdaq does not know. Raises ValueError for what is no amount."""
    text = text.strip()
    if not text:
        return None
    match = form.fullmatch(text)
    if match is None:
        raise ValueError(f"expected {expected}; came {shown(text)}")
    return float(match.group(1)) or None


def ticker_key(ticker: str) -> str:
    """One spelling of a ticker: Nasdaq writes BRK/B what others write BRK.B or BRK-B."""
    return re.sub(r"[./]", "-", ticker.strip().upper())


def is_over_the_counter(ticker: str) -> bool:
    """Whether a ticker is not of an exchange: five letters that end in F or Y are foreign shares traded over the
    counter (FINRA's "fifth character" of a symbol), which the screener never lists.
    """
    return re.fullmatch(r"[A-Z]{4}[FY]", ticker) is not None


def same_as_before(previous: Mapping[str, Quote], now: Mapping[str, Quote]) -> bool:
    """Whether today's quotes are an earlier day's: nearly all of at least twenty tickers have not moved at all.

    `previous` is keyed by tickers however they are spelt, `now` as `parse_screener` does.
    """
    pairs = [(quote, now.get(ticker_key(ticker))) for ticker, quote in previous.items() if quote.price is not None]
    known = [(before, after) for before, after in pairs if after is not None]
    same = sum(before == after for before, after in known)
    return len(known) >= SAME_TICKERS and same >= SAME_SHARE * len(known)
