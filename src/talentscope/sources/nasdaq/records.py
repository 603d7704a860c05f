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

from talentscope.registry.shapes import Identity, Shape, read, read_each
from talentscope.runtime.errors import UpstreamMalformed

_PRICE = re.compile(r"\$([0-9]{1,9}(?:\.[0-9]{1,6})?)")
_VALUE = re.compile(r"([0-9]{1,16}(?:\.[0-9]{1,2})?)")

SAME_SHARE, SAME_TICKERS = 0.98, 20
"""From which share of how many tickers on one day's prices are another day's: a real day leaves few of them alone."""


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


class _Row(Shape):
    symbol: Identity
    last_sale: str = Field(validation_alias="lastsale")
    market_cap: str = Field(validation_alias="marketCap")


class _Data(Shape):
    rows: list[object]


class _Screener(Shape):
    data: _Data


def parse_screener(data: object) -> dict[str, Quote]:
    """Quotes by ticker. Raises UpstreamMalformed if anything is not what it was, or if the list is empty."""
    what = "Nasdaq's screener"
    rows = read_each(_Row, read(_Screener, data, what=what).data.rows, what=f"rows of {what}")
    if not rows:
        raise UpstreamMalformed(f"{what} lists no stock at all")
    return {
        ticker_key(row.symbol): Quote(
            _amount(row.last_sale, _PRICE, f"lastsale of {row.symbol}"),
            _amount(row.market_cap, _VALUE, f"marketCap of {row.symbol}"),
        )
        for row in rows
    }


def _amount(text: str, form: re.Pattern[str], what: str) -> float | None:
    text = text.strip()
    if not text:
        return None
    match = form.fullmatch(text)
    if match is None:
        example = "$194.03" if form is _PRICE else "2975271930460.00"
        raise UpstreamMalformed(f"Nasdaq's screener is not what it was: {what}: expected {example}; came {text!r:.60}")
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
