"""EDGAR in memory: one company with an annual report, a quarterly one, and whatever a test changes."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import httpx

from talentscope.registry.company import Company, Dated
from talentscope.registry.observation import Findings, Metric, Observation
from talentscope.runtime.clock import FixedClock
from talentscope.sources.sec import client as sec_client
from talentscope.sources.sec.client import Sec
from talentscope.transport.visitor import Visitor

NOW = datetime(2026, 11, 2, 6, tzinfo=UTC)
TODAY = date(2026, 11, 1)
CIK = "0000000007"
ACME = Company("acme", "Acme Systems", cik=CIK, tickers=(Dated("ACME"),))
FRAMES = "/api/xbrl/frames/dei/EntityCommonStockSharesOutstanding/shares/"


def filing(form: str, filed: str, period: str, number: int) -> dict[str, str]:
    return {
        "accessionNumber": f"{number:010d}-{filed[2:4]}-{number:06d}",
        "form": form,
        "filingDate": filed,
        "reportDate": period,
        "primaryDocument": f"acme-{number}.htm",
    }


ANNUAL = filing("10-K", "2026-02-20", "2025-12-31", 1)
QUARTERLY = filing("10-Q", "2026-10-20", "2026-09-30", 2)
EARLIER = filing("10-K", "2025-02-21", "2024-12-31", 3)
LETTER = filing("8-K", "2026-10-30", "", 4)


def columns(*filings: dict[str, str]) -> dict[str, list[str]]:
    names = ("accessionNumber", "form", "filingDate", "reportDate", "primaryDocument")
    return {name: [one[name] for one in filings] for name in names}


def submissions(*filings: dict[str, str], **changes: Any) -> dict[str, Any]:
    said = {
        "cik": "7",
        "name": "ACME SYSTEMS, INC.",
        "tickers": ["ACME"],
        "formerNames": [],
        "filings": {"recent": columns(*filings), "files": []},
    }
    return said | changes


def frame(*rows: tuple[str, float, str, str]) -> dict[str, Any]:
    names = ("cik", "val", "end", "accn")
    return {"data": [dict(zip(names, (int(row[0]), *row[1:]), strict=True)) for row in rows]}


def document(*paragraphs: str, shares: dict[str, tuple[str, float, str]] | None = None) -> str:
    """A report in inline XBRL: `shares` maps a context to its class, count and day."""
    contexts, facts = [], []
    for name, (member, count, day) in (shares or {}).items():
        axis = '<xbrldi:explicitMember dimension="us-gaap:StatementClassOfStockAxis">'
        segment = f"<xbrli:segment>{axis}{member}</xbrldi:explicitMember></xbrli:segment>" if member else ""
        contexts.append(
            f'<xbrli:context id="{name}"><xbrli:entity><xbrli:identifier scheme="s">{CIK}</xbrli:identifier>{segment}'
            f"</xbrli:entity><xbrli:period><xbrli:instant>{day}</xbrli:instant></xbrli:period></xbrli:context>"
        )
        facts.append(
            f'<p>There were <ix:nonFraction name="dei:EntityCommonStockSharesOutstanding" contextRef="{name}" scale="0"'
            f' unitRef="shares" format="ixt:num-dot-decimal">{count:,.0f}</ix:nonFraction> shares.</p>'
        )
    header = "<ix:header><ix:hidden>9,999 employees</ix:hidden>" + "".join(contexts) + "</ix:header>"
    body = "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)
    return f'<html><body><div style="display:none">{header}</div>{"".join(facts)}{body}</body></html>'


class Edgar:
    """Both sites in memory: a path maps to JSON, to a document, or to a status."""

    def __init__(self, **pages: Any) -> None:
        self.pages: dict[str, Any] = pages
        self.asked: list[str] = []

    def answer(self, request: httpx.Request) -> httpx.Response:
        path = request.url.path
        self.asked.append(path)
        page = self.pages.get(path, 404)
        if isinstance(page, Exception):
            raise page
        if isinstance(page, int):
            return httpx.Response(page, text="<html>no</html>")
        if isinstance(page, str):
            return httpx.Response(200, headers={"content-type": "text/html"}, text=page)
        return httpx.Response(200, content=json.dumps(page).encode())

    def source(self, *, cache: Path | None = None, **changes: Any) -> Sec:
        parts: dict[str, Any] = {
            "user_agent": "talentscope/1 (+mailto:a@example.org)",
            "clock": FixedClock(NOW),
            "timeout_seconds": 30,
            "max_wait_seconds": 300,
            "cache": cache,
            "transport": httpx.MockTransport(self.answer),
        }
        site, data = sec_client.site("https://sec.test"), sec_client.data_site("https://data.sec.test")
        return Sec(
            Visitor(site, **parts), Visitor(data, **parts), clock=FixedClock(NOW), **({"overrides": {}} | changes)
        )


PEOPLE = "As of December 31, 2025, we had approximately 1,200 full-time employees worldwide."
PATH = "/Archives/edgar/data/7/"


def doc_path(one: dict[str, str]) -> str:
    return f"{PATH}{one['accessionNumber'].replace('-', '')}/{one['primaryDocument']}"


def edgar(**changes: Any) -> Edgar:
    """Acme: an annual report with a head-count, and a quarterly one whose shares the frame tells."""
    pages = {
        f"/submissions/CIK{CIK}.json": submissions(LETTER, QUARTERLY, ANNUAL, EARLIER),
        f"{FRAMES}CY2026Q3I.json": frame((CIK, 500_000_000, "2026-10-15", QUARTERLY["accessionNumber"])),
        doc_path(ANNUAL): document(PEOPLE),
    }
    return Edgar(**(pages | changes))


def look(upstream: Edgar, *, company: Company = ACME, day: date = TODAY, **changes: Any) -> Findings:
    source = upstream.source(**changes)
    source.prepare([company], day)
    return source.observe(company, day)


def the(metric: Metric, findings: Findings) -> Observation:
    return next(one for one in findings.observations if one.metric is metric)
