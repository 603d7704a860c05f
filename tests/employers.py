"""The registry's companies as the employers that a sandbox plays: a bridge that several tiers share."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from talentscope.registry.company import Company
from talentscope.sandbox.companies.employer import Employer


def employer_of(company: Company, day: date) -> Employer:
    """What holds on that day."""
    return Employer(
        company_id=company.company_id,
        name=company.name,
        cik=company.cik,
        tickers=tuple(ticker.text for ticker in company.tickers if ticker.holds_on(day)),
        sector=company.sector,
        country=company.country,
        wikidata_id=company.wikidata_id,
        website=company.website,
        boards=tuple((board.vendor, board.token) for board in company.boards_on(day)),
        organisations=company.github_organisations,
        names=tuple(alias.text for alias in company.aliases if alias.holds_on(day)),
        former_names=tuple(alias.text for alias in company.aliases if alias.until is not None and alias.until < day),
        decoys=company.not_phrases,
        shares_per_ticker=company.shares_per_ticker,
    )


def employers_of(companies: Iterable[Company], day: date) -> tuple[Employer, ...]:
    """All of them."""
    return tuple(employer_of(company, day) for company in companies)
