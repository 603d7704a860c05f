"""Financial Modeling Prep's stable API: a profile with market value and head-count, and head-counts as filed. Needs a
key; one that begins with `bad` is refused.
"""

from __future__ import annotations

from typing import Any

from talentscope.sandbox.companies.employer import Employer
from talentscope.sandbox.companies.world import CompanyWorld
from talentscope.sandbox.exchange import Answer, Call, Endpoint


def endpoints(world: CompanyWorld) -> dict[str, Endpoint]:
    """By symbol; one that is not known gives an empty list."""

    def profile(call: Call) -> Answer:
        employer = world.by_ticker(call.params.get("symbol", ""))
        return _keyed(world, call) or Answer(200, [_profile(world, employer)] if employer is not None else [])

    def employees(call: Call) -> Answer:
        employer = world.by_ticker(call.params.get("symbol", ""))
        return _keyed(world, call) or Answer(200, _counts(world, employer) if employer is not None else [])

    def about(call: Call) -> tuple[str, ...]:
        employer = world.by_ticker(call.params.get("symbol", ""))
        return (employer.company_id,) if employer is not None else ()

    return {
        "/stable/profile": Endpoint(profile, "fmp", about),
        "/stable/historical-employee-count": Endpoint(employees, "fmp", about),
    }


def _keyed(world: CompanyWorld, call: Call) -> Answer | None:
    key = call.params.get("apikey") or call.headers.get("apikey", "")
    if key and not key.startswith("bad") and not world.faults.is_on_at("key-refused", ("fmp",)):
        return None
    return Answer(
        401, {"Error Message": "Invalid API KEY. Feel free to create a Free API Key or visit our documentation"}
    )


def _profile(world: CompanyWorld, employer: Employer) -> dict[str, Any]:
    world.classes(employer)
    day = world.closed_day
    price, identity = world.stocks.price(employer, day), world.identity(employer)
    known = world.known_employees(employer.company_id, day).employees
    has_value = not world.is_struck("zero-market-value", employer)
    return {
        "symbol": identity.tickers[0],
        "price": price,
        "marketCap": world.stocks.market_value(employer, day) if has_value else None,
        "beta": 1.1,
        "lastDividend": 0,
        "range": f"{price * 0.7:.2f}-{price * 1.2:.2f}",
        "change": 0.0,
        "changePercentage": 0.0,
        "volume": 1_000_000,
        "averageVolume": 1_000_000,
        "companyName": identity.name,
        "currency": "USD",
        "cik": employer.cik,
        "isin": "",
        "cusip": "",
        "exchangeFullName": employer.exchange,
        "exchange": employer.exchange.upper(),
        "industry": "Software - Application",
        "website": f"https://www.{employer.website}" if employer.website else "",
        "description": "",
        "ceo": "",
        "sector": "Technology",
        "country": employer.country,
        "fullTimeEmployees": None if world.is_struck("missing-employees", employer) else str(known),
        "phone": "",
        "address": "",
        "city": "",
        "state": "",
        "zip": "",
        "image": "",
        "ipoDate": "2015-01-02",
        "defaultImage": True,
        "isEtf": False,
        "isActivelyTrading": True,
        "isAdr": employer.shares_per_ticker != 1,
        "isFund": False,
    }


def _counts(world: CompanyWorld, employer: Employer) -> list[dict[str, Any]]:
    if world.is_struck("missing-employees", employer) or employer.cik is None:
        return []
    rows = []
    for filing in world.filings.filed_until(employer, world.today):
        if filing.is_annual:
            path = f"{int(employer.cik)}/{filing.accession.replace('-', '')}/{filing.accession}-index.htm"
            rows.append(
                {
                    "symbol": world.identity(employer).tickers[0],
                    "cik": employer.cik,
                    "acceptanceTime": f"{filing.filed} 18:01:14",
                    "periodOfReport": filing.period.isoformat(),
                    "companyName": world.identity(employer).name,
                    "formType": filing.form,
                    "filingDate": filing.filed.isoformat(),
                    "employeeCount": world.filings.stated(employer, filing).employees,
                    "source": f"https://www.sec.gov/Archives/edgar/data/{path}",
                }
            )
    return rows
