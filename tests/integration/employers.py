"""A sandbox of invented employers, the same employers as companies, and sources that are aimed at it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from talentscope.registry.company import Board, Company, Dated
from talentscope.registry.observation import Findings, Metric, Observation, Source
from talentscope.runtime.clock import FixedClock
from talentscope.sandbox.companies.employer import Employer
from talentscope.sandbox.companies.hiring import OpenOffers
from talentscope.sandbox.companies.world import CompanyWorld
from talentscope.sandbox.github.world import WorldSettings
from talentscope.sandbox.server import Running, start
from talentscope.sources.ashby import client as ashby
from talentscope.sources.fmp import client as fmp
from talentscope.sources.greenhouse import client as greenhouse
from talentscope.sources.lever import client as lever
from talentscope.sources.nasdaq import client as nasdaq
from talentscope.sources.nasdaq.records import Closes
from talentscope.sources.wikidata import client as wikidata
from talentscope.sources.workable import client as workable
from talentscope.sources.workday import client as workday
from talentscope.transport.site import Site
from talentscope.transport.visitor import Visitor

NOW = datetime(2026, 11, 21, 2, tzinfo=UTC)  # a Saturday
TODAY = NOW.date()

VENDORS = ("greenhouse", "ashby", "lever", "lever-eu", "workable", "workday")


def _token(vendor: str, company_id: str) -> str:
    return f"{company_id}/wd5/Careers" if vendor == "workday" else company_id


def make_employers() -> tuple[Employer, ...]:
    """For each vendor a small, a middling and a huge one; one on three systems, one on two boards of one system."""
    found = []
    for vendor in VENDORS:
        for tier in ("tiny", "mid", "mega"):
            company_id = f"{vendor}-{tier}"
            found.append(_employer(company_id, tier, len(found), ((vendor, _token(vendor, company_id)),)))
    several = (("greenhouse", "several"), ("ashby", "several-hires"), ("lever", "several-work"))
    sisters = (("greenhouse", "sister"), ("greenhouse", "sister-games"))
    found.append(_employer("several", "mid", len(found), several))
    found.append(_employer("sisters", "mid", len(found), sisters))
    return tuple(found)


def _employer(company_id: str, tier: str, number: int, boards: tuple[tuple[str, str], ...]) -> Employer:
    return Employer(
        company_id,
        company_id.title(),
        cik=f"{700_000 + number:010d}",
        tickers=(f"ZZ{chr(65 + number // 26)}{chr(65 + number % 26)}",),
        wikidata_id=f"Q{500_000 + number}",
        website=f"{company_id}.example",
        boards=boards,
        size_tier=tier,
    )


def as_company(employer: Employer) -> Company:
    """What the registry says of it."""
    return Company(
        employer.company_id,
        employer.name,
        cik=employer.cik,
        tickers=tuple(Dated(ticker) for ticker in employer.tickers),
        wikidata_id=employer.wikidata_id,
        website=employer.website,
        boards=tuple(Board(vendor, token) for vendor, token in employer.boards),
    )


@dataclass
class Place:
    """A sandbox and sources that share a clock, so that waits cost no time; what sources are told is in `visitors`."""

    box: Running
    clock: FixedClock
    cache: Path | None = None
    key: str = "good-key"
    timeout_seconds: float = 10
    visitors: list[Visitor] = field(default_factory=list)

    @property
    def truth(self) -> CompanyWorld:
        """What is so."""
        return self.box.employers

    def companies(self) -> tuple[Company, ...]:
        """All of them."""
        return tuple(as_company(employer) for employer in self.truth.employers)

    def company(self, company_id: str) -> Company:
        """One of them."""
        return as_company(self.truth.employer(company_id))

    def offers(self, company_id: str) -> OpenOffers:
        """The true numbers of today."""
        return self.truth.open_requisitions(company_id, TODAY)

    def visit(self, site: Site) -> Visitor:
        """A visitor of a site."""
        visitor = Visitor(
            site,
            user_agent="talentscope/test (+mailto:test@example.org)",
            clock=self.clock,
            timeout_seconds=self.timeout_seconds,
            max_wait_seconds=300,
            cache=self.cache,
        )
        self.visitors.append(visitor)
        return visitor

    def boards(self, name: str) -> Source:
        """The source of a vendor's boards; `lever` reads lever-eu too."""
        urls = self.box.upstreams()
        if name.startswith("lever"):
            european = self.visit(lever.site(urls["TALENTSCOPE_LEVER_EU_URL"], is_eu=True))
            american = self.visit(lever.site(urls["TALENTSCOPE_LEVER_URL"]))
            return lever.Lever(american, eu_visitor=european, clock=self.clock)
        makers: dict[str, Any] = {
            "greenhouse": (greenhouse.Greenhouse, greenhouse.site),
            "ashby": (ashby.Ashby, ashby.site),
            "workable": (workable.Workable, workable.site),
            "workday": (workday.Workday, workday.site),
        }
        make, site = makers[name]
        source: Source = make(self.visit(site(urls[f"TALENTSCOPE_{name.upper()}_URL"])), clock=self.clock)
        return source

    def nasdaq(self, previous: Closes | None = None) -> nasdaq.Nasdaq:
        """The screener."""
        visitor = self.visit(nasdaq.site(self.box.upstreams()["TALENTSCOPE_NASDAQ_URL"]))
        return nasdaq.Nasdaq(visitor, clock=self.clock, previous=lambda: previous)

    def wikidata(self) -> wikidata.Wikidata:
        """The query service."""
        return wikidata.Wikidata(
            self.visit(wikidata.site(self.box.upstreams()["TALENTSCOPE_WIKIDATA_URL"])), clock=self.clock
        )

    def fmp(self) -> fmp.Fmp:
        """The vendor of figures."""
        site = fmp.site(self.box.upstreams()["TALENTSCOPE_FMP_URL"], key=self.key)
        return fmp.Fmp(self.visit(site), clock=self.clock)


@contextmanager
def place(*faults: str, **parts: Any) -> Iterator[Place]:
    """A sandbox on a bad day, or on a good one."""
    clock = FixedClock(NOW)
    settings = WorldSettings(scale=10, seed=1)
    with start(settings, clock=clock, faults=faults, employers=make_employers()) as box:
        made = Place(box, clock, **parts)
        try:
            yield made
        finally:
            for visitor in made.visitors:
                visitor.close()


def told(findings: Findings) -> dict[tuple[str, Metric], Observation]:
    """Observations by subject and metric."""
    return {(one.subject, one.metric): one for one in findings.observations}


def ask(source: Source, company: Company, day: date = TODAY) -> Findings:
    """One look at one company."""
    source.prepare([company], day)
    return source.observe(company, day)
