"""www.sec.gov: the lists of tickers, and the documents of filings."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from talentscope.sandbox.companies.document import write
from talentscope.sandbox.companies.gate import page
from talentscope.sandbox.companies.world import CompanyWorld
from talentscope.sandbox.exchange import Answer, Call, Endpoint
from talentscope.sandbox.github.dates import to_http_date


def endpoints(world: CompanyWorld) -> dict[str, Endpoint]:
    """Below /files and /Archives."""

    def tickers(call: Call) -> Answer:  # noqa: ARG001 - a handler
        rows = _listed(world)
        body = {
            str(place): {"cik_str": cik, "ticker": ticker, "title": name}
            for place, (cik, name, ticker, _) in enumerate(rows)
        }
        return Answer(200, body, headers=_modified(world))

    def exchanges(call: Call) -> Answer:  # noqa: ARG001 - a handler
        rows = [list(row) for row in _listed(world)]
        return Answer(200, {"fields": ["cik", "name", "ticker", "exchange"], "data": rows}, headers=_modified(world))

    def document(call: Call) -> Answer:
        return _document(world, call)

    def about(call: Call) -> tuple[str, ...]:
        employer = world.by_cik(_number(call.parts.get("cik", "")))
        return (employer.company_id,) if employer is not None else ()

    return {
        "/files/company_tickers.json": Endpoint(tickers, "sec"),
        "/files/company_tickers_exchange.json": Endpoint(exchanges, "sec"),
        "/Archives/edgar/data/{cik}/{accession}/{document}": Endpoint(document, "sec", about),
    }


def _listed(world: CompanyWorld) -> list[tuple[int, str, str, str | None]]:
    """CIK, name, ticker, exchange: the employers first, as the largest come first at the SEC."""
    rows: list[tuple[int, str, str, str | None]] = []
    for employer in world.employers:
        if employer.cik is not None:
            identity = world.identity(employer)
            rows += [
                (int(employer.cik), identity.name, _dashed(ticker), employer.exchange) for ticker in identity.tickers
            ]
    rows += [
        (issuer.cik, issuer.name.upper(), issuer.ticker, None if issuer.exchange == "OTC" else issuer.exchange)
        for issuer in world.issuers
    ]
    return rows


def _dashed(ticker: str) -> str:
    return ticker.replace(".", "-").replace("/", "-")


def _modified(world: CompanyWorld) -> dict[str, str]:
    """It is made anew every night."""
    today = world.today
    return {"Last-Modified": to_http_date(datetime(today.year, today.month, today.day, 2, tzinfo=UTC).timestamp())}


def _document(world: CompanyWorld, call: Call) -> Answer:
    employer = world.by_cik(_number(call.parts["cik"]))
    filing = world.filings.find(employer, call.parts["accession"], world.today) if employer is not None else None
    if employer is None or filing is None or filing.document != call.parts["document"]:
        return page("<html><head><title>SEC.gov | 404</title></head><body>Page Not Found</body></html>", 404)
    world.classes(employer)  # a fault may have split its shares
    text = write(
        employer,
        filing,
        name=employer.name,
        stocks=world.stocks,
        filings=world.filings,
        seed=world.seed,
        has_people=not world.is_struck("missing-employees", employer),
    )
    answer = page(text)
    filed: Any = datetime(filing.filed.year, filing.filed.month, filing.filed.day, 21, tzinfo=UTC)
    answer.headers["Last-Modified"] = to_http_date(filed.timestamp())
    return answer


def _number(text: str) -> int:
    digits = text.upper().removeprefix("CIK")
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) <= 10 else -1
