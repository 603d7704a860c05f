"""Nasdaq's screener: every stock listed in America as of the last close. Undocumented; rows as others have recorded
them since 2021. Each listed class of a company stands in it with the value of the whole company.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from talentscope.sandbox.companies.chance import number, share
from talentscope.sandbox.companies.employer import Employer
from talentscope.sandbox.companies.issuers import Issuer
from talentscope.sandbox.companies.trading import trading_day
from talentscope.sandbox.companies.world import CompanyWorld
from talentscope.sandbox.exchange import Answer, Call, Endpoint

HEADERS = {
    "symbol": "Symbol", "name": "Name", "lastsale": "Last Sale", "netchange": "Net Change", "pctchange": "% Change",
    "marketCap": "Market Cap", "country": "Country", "ipoyear": "IPO Year", "volume": "Volume", "sector": "Sector",
    "industry": "Industry", "url": "Url",
}  # fmt: skip
UNKNOWN_SHARE = 0.02
"""Of so many companies the screener does not know the value: 0.00 or nothing."""

COUNTRIES = {"US": "United States", "NL": "Netherlands", "IL": "Israel", "DE": "Germany", "TW": "Taiwan"}
PAGE = 25


def endpoints(world: CompanyWorld) -> dict[str, Endpoint]:
    """With download=true the whole list; without it a table of a page."""

    def screener(call: Call) -> Answer:
        exchange = call.params.get("exchange", "").lower()
        as_of = world.closed_day
        if world.faults.strikes_at("yesterday-again", ("nasdaq",)):
            as_of = trading_day(as_of - timedelta(days=1))
        rows = [row for name, row in _rows(world, as_of) if exchange in {"", name.lower()}]
        status = {"rCode": 200, "bCodeMessage": None, "developerMessage": None}
        told = f"Last price as of {as_of:%b} {as_of.day}, {as_of.year}"
        if call.params.get("download") == "true":
            data: dict[str, Any] = {"asOf": None, "headers": HEADERS, "rows": rows}
        else:
            table = {"asOf": None, "headers": HEADERS, "rows": rows[:PAGE]}
            data = {"filters": None, "table": table, "totalrecords": len(rows), "asof": told}
        return Answer(200, {"data": data, "message": None, "status": status})

    return {"/api/screener/stocks": Endpoint(screener, "nasdaq")}


def _rows(world: CompanyWorld, as_of: date) -> list[tuple[str, dict[str, str]]]:
    """Exchange and row, by symbol."""
    rows: list[tuple[str, dict[str, str]]] = []
    for employer in world.employers:
        if len(employer.tickers) == 1 and len(employer.tickers[0]) == 5 and employer.tickers[0].endswith(("F", "Y")):
            continue  # traded over the counter
        world.classes(employer)
        tickers = world.identity(employer).tickers
        rows += [(employer.exchange, _employer_row(world, employer, ticker, as_of)) for ticker in tickers]
    rows += [(issuer.exchange, _issuer_row(issuer, as_of)) for issuer in world.issuers if issuer.exchange != "OTC"]
    return sorted(rows, key=lambda row: row[1]["symbol"])


def _employer_row(world: CompanyWorld, employer: Employer, ticker: str, as_of: date) -> dict[str, str]:
    price = world.stocks.price(employer, as_of, ticker)
    before = world.stocks.price(employer, as_of - timedelta(days=1), ticker)
    value = f"{world.stocks.market_value(employer, as_of, ticker):.2f}"
    unknown = share(world.seed, employer.company_id, "screener")
    if unknown < UNKNOWN_SHARE or world.is_struck("zero-market-value", employer):
        value = "" if unknown < UNKNOWN_SHARE / 2 else "0.00"
    kinds = [kind for kind in world.classes(employer) if kind.ticker is not None]
    place = list(world.identity(employer).tickers).index(ticker)
    kind = f"{kinds[place].name} Common Stock".strip() if place < len(kinds) else "Common Stock"
    if employer.shares_per_ticker != 1:
        kind = "American Depositary Shares"
    return _row(
        ticker,
        f"{world.identity(employer).name} {kind}",
        price,
        before,
        value,
        country=COUNTRIES.get(employer.country, "United States"),
        sector="Technology",
        volume=number(ticker, as_of, below=20_000_000) + 1_000,
    )


def _issuer_row(issuer: Issuer, as_of: date) -> dict[str, str]:
    price = max(0.01, round(issuer.price * (0.97 + 0.06 * share(issuer.ticker, as_of)), 2))
    before = max(0.01, round(issuer.price * (0.97 + 0.06 * share(issuer.ticker, trading_day(as_of - timedelta(1)))), 2))
    return _row(
        issuer.ticker,
        f"{issuer.name} {issuer.kind}",
        price,
        before,
        f"{issuer.value_usd * price / issuer.price:.2f}",
        country="United States",
        sector=issuer.sector,
        volume=number(issuer.ticker, as_of, below=900_000),
    )


def _row(
    ticker: str, name: str, price: float, before: float, value: str, *, country: str, sector: str, volume: int
) -> dict[str, str]:
    symbol = ticker.replace(".", "/").replace("-", "/")
    return {
        "symbol": symbol,
        "name": name,
        "lastsale": f"${price:.2f}" if price >= 1 else f"${price:.4f}",
        "netchange": f"{price - before:.4f}".rstrip("0").rstrip("."),
        "pctchange": f"{(price / before - 1) * 100:.3f}%",
        "volume": str(volume),
        "marketCap": value,
        "country": country,
        "ipoyear": str(1990 + number(ticker, "ipo", below=33)) if number(ticker, below=4) else "",
        "industry": "Computer Software: Prepackaged Software" if sector == "Technology" else "",
        "sector": sector,
        "url": f"/market-activity/stocks/{symbol.lower()}",
    }
