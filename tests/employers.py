"""Invented employers for a sandbox to play, each with a trap of its own: builders that several tiers share."""

from __future__ import annotations

from talentscope.sandbox.companies.employer import Employer

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
