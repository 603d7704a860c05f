"""Between a row of a registry file and a company. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date

from talentscope.registry import cells
from talentscope.registry.cells import Cell
from talentscope.registry.company import CONFIDENCES, STATUSES, Board, Company, Dated
from talentscope.runtime.errors import RegistryError
from talentscope.runtime.words import suggest

CONFIDENCE_COLUMNS = {
    "cik_confidence": "cik",
    "wikidata_confidence": "wikidata_id",
    "github_confidence": "github_organisations",
    "boards_confidence": "boards",
}
COLUMNS = (
    *("company_id", "name", "status", "sector", "country", "cik", "tickers", "shares_per_ticker", "wikidata_id"),
    *("website", "github_organisations", "boards", "aliases", "subsidiaries", "is_ambiguous", "context"),
    *("not_phrases", *CONFIDENCE_COLUMNS, "sources", "note"),
)
NEEDED = ("company_id", "name")
"""A file may leave out any other column: it is then empty for every company."""


def check_columns(header: Sequence[str], path: str) -> None:
    """Whether these are columns of a registry. Raises RegistryError."""
    for column in header:
        if column not in COLUMNS or list(header).count(column) > 1:
            raise RegistryError(
                f"{path}:1: expected each column once and no others, came {column[:80]!r}",
                way_out=f"{suggest(column, COLUMNS)} known columns: {', '.join(COLUMNS)}".strip(),
            )
    for column in NEEDED:
        if column not in header:
            raise RegistryError(
                f"{path}:1: expected a column {column}, came {', '.join(header)[:80] or 'nothing'}",
                way_out="`talentscope companies --registry --format csv` prints a registry to start from",
            )


def to_company(row: Mapping[str, str], place: str) -> Company:
    """A row as a company. `place` is file:row. Raises RegistryError for a cell that is not what it should be."""

    def cell(column: str) -> Cell:
        return Cell(place, column, (row.get(column) or "").strip())

    def matching(column: str, pattern: re.Pattern[str], expected: str, way_out: str = "") -> str:
        return cells.matching(cell(column), pattern, expected, way_out)

    company_id = cell("company_id")
    if cells.COMPANY_ID.fullmatch(company_id.text) is None:
        raise company_id.refuse("lower-case letters, digits and single hyphens", way_out="for example grafana-labs")
    status = cell("status")
    return Company(
        company_id=company_id.text,
        name=cells.needed(cell("name")),
        status=cells.one_of(status, STATUSES) if status.text else "listed",
        sector=matching("sector", cells.SECTOR, "a sector in lower case, such as semiconductors"),
        country=matching("country", cells.COUNTRY, "two capitals of ISO 3166, such as US"),
        cik=matching("cik", cells.CIK, "ten digits", "put zeros in front; format the column as text") or None,
        tickers=cells.tickers(cell("tickers")),
        shares_per_ticker=cells.number(cell("shares_per_ticker"), 1.0),
        wikidata_id=matching("wikidata_id", cells.ITEM, "an item such as Q95") or None,
        website=matching("website", cells.WEBSITE, "an address without https://, such as apple.com") or None,
        github_organisations=cells.organisations(cell("github_organisations")),
        boards=cells.boards(cell("boards")),
        aliases=cells.names(cell("aliases")),
        subsidiaries=cells.names(cell("subsidiaries")),
        is_ambiguous=cells.flag(cell("is_ambiguous")),
        context=cells.texts(cell("context")),
        not_phrases=cells.texts(cell("not_phrases")),
        confidence={of: cells.one_of(cell(column), CONFIDENCES) for column, of in CONFIDENCE_COLUMNS.items()},
        sources=cell("sources").text,
        note=cell("note").text,
    )


def to_row(company: Company) -> dict[str, str]:
    """A company as a row; `to_company` gives the same company back."""
    return {
        "company_id": company.company_id,
        "name": company.name,
        "status": company.status,
        "sector": company.sector,
        "country": company.country,
        "cik": company.cik or "",
        "tickers": _dated(company.tickers),
        "shares_per_ticker": f"{company.shares_per_ticker:.12g}",
        "wikidata_id": company.wikidata_id or "",
        "website": company.website or "",
        "github_organisations": ";".join(company.github_organisations),
        "boards": ";".join(_span(board.subject, board) for board in company.boards),
        "aliases": _dated(company.aliases),
        "subsidiaries": _dated(company.subsidiaries),
        "is_ambiguous": "yes" if company.is_ambiguous else "no",
        "context": ";".join(company.context),
        "not_phrases": ";".join(company.not_phrases),
        **{column: company.confidence.get(of, "") for column, of in CONFIDENCE_COLUMNS.items()},
        "sources": company.sources,
        "note": company.note,
    }


def _dated(items: Sequence[Dated]) -> str:
    return ";".join(_span(item.text, item) for item in items)


def _span(text: str, item: Dated | Board) -> str:
    if item.since is None and item.until is None:
        return text
    return f"{text} {_day(item.since)}..{_day(item.until)}"


def _day(day: date | None) -> str:
    return "" if day is None else day.isoformat()
