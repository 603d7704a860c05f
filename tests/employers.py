"""Employers for a sandbox to play, that several tiers share: invented ones with a trap each, or the registry's."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from talentscope.registry.company import Company
from talentscope.sandbox.companies.employer import Employer


def employers_of(companies: Iterable[Company], day: date) -> tuple[Employer, ...]:
    """The identities of companies as they are on that day; sizes are left to chance."""
    return tuple(
        Employer(
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
            former_names=tuple(
                alias.text for alias in company.aliases if alias.until is not None and alias.until < day
            ),
            decoys=company.not_phrases,
            shares_per_ticker=company.shares_per_ticker,
        )
        for company in companies
    )


INVENTED = (
    Employer(
        "acme",
        "Acme Widgets",
        cik="0000777001",
        tickers=("ACMW",),
        wikidata_id="Q990001",
        website="acme.example",
        boards=(("greenhouse", "acme"), ("ashby", "acme")),
        organisations=("acme-widgets",),
        names=("Acme",),
        former_names=("Acme Anvils",),
        size_tier="large",
        share_classes=("",),
    ),
    Employer(
        "bolt",
        "Boltworks",
        cik="0000777002",
        tickers=("BOLT", "BOLC"),
        exchange="NYSE",
        wikidata_id="Q990002",
        website="boltworks.example",
        boards=(("lever", "boltworks"),),
        organisations=("boltworks",),
        size_tier="mid",
        share_classes=("Class A", "Class C", "Class B"),
    ),
    Employer(
        "cosmo",
        "Cosmo Systems",
        cik="0000777003",
        tickers=("COSM",),
        wikidata_id="Q990003",
        website="cosmo.example",
        boards=(("workday", "cosmo/wd5/Careers"),),
        size_tier="mega",
        share_classes=("",),
    ),
    Employer("delta", "Deltaloom", website="deltaloom.example", boards=(("workable", "deltaloom"),), size_tier="mid"),
    Employer(
        "elm",
        "Elm",
        cik="0000777005",
        tickers=("ELM",),
        country="NL",
        website="elm.example",
        boards=(("lever-eu", "elm"),),
        decoys=("elm tree", "elm bark"),
        size_tier="large",
        share_classes=("",),
        shares_per_ticker=5.0,
    ),
)
"""A listed one with boards of two vendors, one with classes of shares, one with thousands of offers, a private one, and
a foreign one with a common word for a name and shares that are traded by five."""
