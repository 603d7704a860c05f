"""data.sec.gov: submissions, and share counts by company and over all companies.

Shapes: https://www.sec.gov/search-filings/edgar-application-programming-interfaces. Facts with a dimension are left out
there, so that a company that tells its shares by class has none.
"""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from talentscope.sandbox.companies.chance import number
from talentscope.sandbox.companies.employer import Employer
from talentscope.sandbox.companies.filing import Filing
from talentscope.sandbox.companies.gate import page
from talentscope.sandbox.companies.world import CompanyWorld
from talentscope.sandbox.exchange import Answer, Call, Endpoint

CONCEPT = "EntityCommonStockSharesOutstanding"
TELLS_SHARES = {"10-K", "10-Q", "20-F"}
_LABEL = {
    "label": "Entity Common Stock, Shares Outstanding",
    "description": "Indicate number of shares or other units outstanding of each of registrant's classes of capital or "
    "common stock or other ownership interests, if and as stated on cover of related periodic report.",
}
_EMPTY = {
    "street1": "",
    "street2": None,
    "city": "",
    "stateOrCountry": "",
    "zipCode": "",
    "stateOrCountryDescription": "",
}


def endpoints(world: CompanyWorld) -> dict[str, Endpoint]:
    """Below /submissions and /api/xbrl."""

    def submissions(call: Call) -> Answer:
        employer = _employer(world, call.parts["name"])
        return Answer(200, _submissions(world, employer)) if employer is not None else _missing()

    def concept(call: Call) -> Answer:
        employer = _employer(world, call.parts["cik"])
        is_ours = call.parts["taxonomy"] == "dei" and call.parts["concept"] == f"{CONCEPT}.json"
        facts = _facts(world, employer) if employer is not None and is_ours else []
        if employer is None or not facts:
            return _missing()
        head = {"cik": int(employer.cik or 0), "taxonomy": "dei", "tag": CONCEPT, **_LABEL}
        return Answer(200, {**head, "entityName": world.identity(employer).name, "units": {"shares": facts}})

    def frame(call: Call) -> Answer:
        quarter = _quarter(call.parts["period"])
        is_ours = call.parts["concept"] == CONCEPT and call.parts["unit"] == "shares"
        return Answer(200, _frame(world, *quarter, call.parts["period"])) if quarter and is_ours else _missing()

    def about(call: Call) -> tuple[str, ...]:
        employer = _employer(world, call.parts.get("name") or call.parts.get("cik", ""))
        return (employer.company_id,) if employer is not None else ()

    return {
        "/submissions/{name}": Endpoint(submissions, "sec-data", about),
        "/api/xbrl/companyconcept/{cik}/{taxonomy}/{concept}": Endpoint(concept, "sec-data", about),
        "/api/xbrl/frames/dei/{concept}/{unit}/{period}.json": Endpoint(frame, "sec-data"),
    }


def _employer(world: CompanyWorld, text: str) -> Employer | None:
    match = re.fullmatch(r"CIK([0-9]{10})(\.json)?", text)
    return world.by_cik(int(match.group(1))) if match is not None else None


def _missing() -> Answer:
    text = '<?xml version="1.0" encoding="UTF-8"?><Error><Code>NoSuchKey</Code></Error>'
    return Answer(404, text.encode(), media="application/xml") if text else page("", 404)


def _submissions(world: CompanyWorld, employer: Employer) -> dict[str, Any]:
    identity = world.identity(employer)
    filings = world.filings.filed_until(employer, world.today)
    end = world.filings.fiscal_end(employer, world.today.year)
    return {
        "cik": employer.cik,
        "entityType": "operating",
        "sic": "7372",
        "sicDescription": "Services-Prepackaged Software",
        "ownerOrg": "06 Technology",
        "insiderTransactionForOwnerExists": 0,
        "insiderTransactionForIssuerExists": 1,
        "name": identity.name,
        "tickers": list(identity.tickers),
        "exchanges": [employer.exchange] * len(identity.tickers),
        "ein": f"{number(employer.cik, 'ein', below=10**9):09d}",
        "lei": None,
        "description": "",
        "website": "",
        "investorWebsite": "",
        "category": "Large accelerated filer",
        "fiscalYearEnd": f"{end:%m%d}",
        "stateOfIncorporation": "DE",
        "stateOfIncorporationDescription": "DE",
        "addresses": {"mailing": _EMPTY, "business": _EMPTY},
        "phone": "",
        "flags": "",
        "formerNames": [
            {"name": name, "from": "1998-03-02T00:00:00.000Z", "to": "2019-05-20T00:00:00.000Z"}
            for name in identity.former_names
        ],
        "filings": {"recent": _columns(filings), "files": []},
    }


def _columns(filings: tuple[Filing, ...]) -> dict[str, list[Any]]:
    """One list a column, all of one length, newest filing first."""
    has_period = {"10-K", "10-Q", "20-F", "8-K", "6-K", "4"}
    return {
        "accessionNumber": [filing.accession for filing in filings],
        "filingDate": [filing.filed.isoformat() for filing in filings],
        "reportDate": [filing.period.isoformat() if filing.form in has_period else "" for filing in filings],
        "acceptanceDateTime": [f"{filing.filed}T18:01:14.000Z" for filing in filings],
        "act": ["34"] * len(filings),
        "form": [filing.form for filing in filings],
        "fileNumber": ["001-36743"] * len(filings),
        "filmNumber": [str(number(filing.accession, below=10**9)) for filing in filings],
        "items": ["2.02,9.01" if filing.form == "8-K" else "" for filing in filings],
        "core_type": ["XBRL" if filing.form in TELLS_SHARES else filing.form for filing in filings],
        "size": [filing.size for filing in filings],
        "isXBRL": [int(filing.form in TELLS_SHARES) for filing in filings],
        "isInlineXBRL": [int(filing.form in TELLS_SHARES) for filing in filings],
        "primaryDocument": [filing.document for filing in filings],
        "primaryDocDescription": [filing.description for filing in filings],
    }


def _facts(world: CompanyWorld, employer: Employer) -> list[dict[str, Any]]:
    """Share counts of cover pages, oldest first; none where there are several classes."""
    classes = world.classes(employer)
    if len(classes) > 1 or not employer.tickers:
        return []
    filings = [one for one in world.filings.filed_until(employer, world.today) if one.form in TELLS_SHARES]
    return [_fact(world, employer, filing) for filing in reversed(filings)]


def _fact(world: CompanyWorld, employer: Employer, filing: Filing) -> dict[str, Any]:
    (kind,) = world.classes(employer)
    quarter = (filing.cover.month - 1) // 3 + 1
    return {
        "end": filing.cover.isoformat(),
        "val": world.stocks.shares_of(employer, kind, filing.cover),
        "accn": filing.accession,
        "fy": filing.period.year,
        "fp": "FY" if filing.is_annual else f"Q{(filing.period.month - 1) // 3 + 1}",
        "form": filing.form,
        "filed": filing.filed.isoformat(),
        "frame": f"CY{filing.cover.year}Q{quarter}I",
    }


def _quarter(text: str) -> tuple[date, date] | None:
    """First and last day of CY2026Q2I."""
    match = re.fullmatch(r"CY(20[0-9]{2})Q([1-4])I", text)
    if match is None:
        return None
    year, quarter = int(match.group(1)), int(match.group(2))
    last = {1: (3, 31), 2: (6, 30), 3: (9, 30), 4: (12, 31)}[quarter]
    return date(year, 3 * quarter - 2, 1), date(year, *last)


def _frame(world: CompanyWorld, first: date, last: date, name: str) -> dict[str, Any]:
    rows = []
    for employer in world.employers:
        facts = [fact for fact in _facts(world, employer) if first.isoformat() <= fact["end"] <= last.isoformat()]
        if facts:
            fact = facts[-1]
            row = {"accn": fact["accn"], "cik": int(employer.cik or 0), "entityName": world.identity(employer).name}
            rows.append(row | {"loc": "US-CA", "end": fact["end"], "val": fact["val"]})
    for issuer in world.issuers:
        accession = f"{issuer.cik:010d}-{last:%y}-{number(issuer.cik, name, below=10**6):06d}"
        row = {"accn": accession, "cik": issuer.cik, "entityName": issuer.name.upper(), "loc": "US-NY"}
        rows.append(row | {"end": last.isoformat(), "val": round(issuer.value_usd / issuer.price)})
    head = {"taxonomy": "dei", "tag": CONCEPT, "ccp": name, "uom": "shares", **_LABEL, "pts": len(rows)}
    return {**head, "data": rows}
