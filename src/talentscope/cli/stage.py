"""The sandbox on stage: the registry's companies for it to play, and settings that aim everything at it."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from talentscope.registry.company import Company
from talentscope.registry.read import Registry
from talentscope.runtime.settings import Settings, load, load_settings
from talentscope.runtime.upstreams import Upstreams

if TYPE_CHECKING:
    from talentscope.sandbox.companies.employer import Employer
    from talentscope.sandbox.server import Running

TIERS = {
    "mega": """apple microsoft alphabet amazon nvidia meta broadcom tesla oracle netflix palantir sap ibm cisco amd
        intel texas-instruments micron applied-materials lam-research kla marvell arm tsmc asml palo-alto-networks dell
        arista sandisk""",
    "mid": """elastic gitlab dropbox box fastly asana monday-com uipath sentinelone the-trade-desk lyft snap duolingo
        upstart etsy zillow bill wix appian pegasystems klaviyo braze tenable qualys epam impinj netskope navan openai
        anthropic databricks stripe""",
    "small": "pagerduty c3-ai coursera yelp amplitude rapid7 zoominfo",
    "tiny": "vercel supabase notion grafana-labs clickhouse hugging-face mistral-ai cohere",
}
"""Roughly how large companies are, so that the invented world looks like one; all others are large."""

DEMO_BLUESKY_SECONDS = "120"
DEMO_BATCH_ROWS = "50000"  # a demo that dies is run again
CONTACT = "demo@example.org"


def to_employers(registry: Registry, *, today: date) -> tuple[Employer, ...]:
    """The identities of the registry's companies, as the sandbox takes them; the figures it invents."""
    return tuple(_employer(company, today) for company in registry.companies)


def _employer(company: Company, today: date) -> Employer:
    from talentscope.sandbox.companies.employer import Employer

    return Employer(
        company_id=company.company_id,
        name=company.name,
        cik=company.cik,
        tickers=tuple(dated.text for dated in company.tickers if dated.holds_on(today)),
        sector=company.sector,
        country=company.country or "US",
        wikidata_id=company.wikidata_id,
        website=company.website,
        boards=tuple((board.vendor, board.token) for board in company.boards_on(today)),
        organisations=company.github_organisations,
        names=tuple(alias.text for alias in company.aliases if alias.holds_on(today)),
        former_names=tuple(alias.text for alias in company.aliases if alias.until is not None and alias.until < today),
        decoys=company.not_phrases,
        shares_per_ticker=company.shares_per_ticker,
        size_tier=next((tier for tier, ids in TIERS.items() if company.company_id in ids.split()), "large"),
    )


def surroundings(home: Path, sandbox: Running) -> dict[str, str]:
    """Settings that aim a run at the sandbox and `home`, by name: never the user's own token, keys or warehouse."""
    return {
        "GITHUB_TOKEN": "sandbox",
        "GITHUB_API_URL": sandbox.api_url,
        "GITHUB_GRAPHQL_URL": sandbox.graphql_url,
        "DATABASE_URL": "",
        "TALENTSCOPE_DESK_URL": "",
        "TALENTSCOPE_HOME": str(home),
        "TALENTSCOPE_CONTACT": CONTACT,
        "TALENTSCOPE_BATCH_ROWS": DEMO_BATCH_ROWS,
        **sandbox.upstreams(),
        "TALENTSCOPE_NASDAQ": "true",
        "TALENTSCOPE_BLUESKY_SECONDS": DEMO_BLUESKY_SECONDS,
        "FMP_API_KEY": "sandbox",
        "REDDIT_CLIENT_ID": "",
        "REDDIT_CLIENT_SECRET": "",
    }


def aimed(settings: Settings, home: Path, sandbox: Running) -> tuple[Settings, Upstreams]:
    """The same settings, as `surroundings` aim them."""
    aim = surroundings(home, sandbox)
    return load_settings(**aim, TALENTSCOPE_LOG_LEVEL=settings.log_level), load(Upstreams, **aim)
