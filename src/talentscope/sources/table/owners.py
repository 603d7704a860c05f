"""Whose each row of a table is: a company of the registry, a company to be added, or nobody's. Pure.

A row is a registry company's by its CIK, else by its ticker on that day; the name, where the table has one, must then
not be another's (two agreements: a ticker is given to somebody else one day). A name alone is nobody's.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from talentscope.registry.cells import COMPANY_ID, SECTOR, TICKER
from talentscope.registry.company import Company, Dated
from talentscope.registry.read import Registry
from talentscope.runtime.words import fold
from talentscope.sources.table.records import TableRow

SAME_VALUE_SHARE = 0.05
"""Two rows of one table with one name are share classes of one company where their market values, each of the whole
company, differ by less than this."""

LEGAL_WORDS = frozenset(
    {"a", "and", "ads", "adr", "b", "c", "class", "co", "common", "company", "corp", "corporation", "de", "depositary"}
    | {"group", "holding", "holdings", "inc", "incorporated", "international", "limited", "llc", "ltd", "n", "no", "of"}
    | {"ordinary", "par", "plc", "sa", "se", "share", "shares", "stock", "technologies", "technology", "the", "value"}
)
"""Words that many names share."""


@dataclass(frozen=True)
class UnknownRow:
    """A row that is no company's. `reason` says why it was set aside."""

    number: int
    ticker: str
    cik: str
    name: str
    reason: str


@dataclass
class Owners:
    """The rows of each company, in the order of the table; who was made for it; what was set aside."""

    companies: dict[str, Company] = field(default_factory=dict)
    rows: dict[str, list[TableRow]] = field(default_factory=dict)
    added: list[Company] = field(default_factory=list)
    unknown: list[UnknownRow] = field(default_factory=list)

    def take(self, company: Company, row: TableRow) -> None:
        """That row is about that company."""
        self.companies[company.company_id] = company
        self.rows.setdefault(company.company_id, []).append(row)


def find_owners(
    rows: Sequence[TableRow], registry: Registry, *, ciks: Mapping[str, str], is_adding: bool, source_name: str
) -> Owners:
    """Whose each row is. `ciks` maps tickers to CIKs for rows without one of their own."""
    owners = Owners()
    strangers = []
    for row in rows:
        company = _registered(row, registry, ciks)
        if company is None:
            strangers.append(row)
        elif not _may_be(company, row, ciks):
            reason = f"{company.name} has that ticker in the registry, but not that name (an alias would make it sure)"
            owners.unknown.append(_unknown(row, reason))
        else:
            owners.take(company, row)
    if not is_adding:
        owners.unknown += [_unknown(row, "no company of the registry has that ticker or CIK") for row in strangers]
        return owners
    maker = _Maker(owners, registry, ciks=ciks, source_name=source_name)
    for group in _group(strangers, ciks):
        maker.add(group)
    return owners


def _registered(row: TableRow, registry: Registry, ciks: Mapping[str, str]) -> Company | None:
    if row.cik:
        return next((company for company in registry.companies if company.cik == row.cik), None)
    owner = registry.ticker_owner(row.ticker, row.as_of) if row.ticker else None
    cik = ciks.get(row.ticker or "")
    if owner is None and cik is not None:
        return next((company for company in registry.companies if company.cik == cik), None)
    return owner


def _may_be(company: Company, row: TableRow, ciks: Mapping[str, str]) -> bool:
    """Whether a second thing agrees that the row is that company's: its CIK, or a word of its name (its ticker counts
    as one: GE Aerospace); or nothing can say otherwise."""
    if company.cik and company.cik == _cik(row, ciks):
        return True
    said = _words(row.name)
    known = _words(company.name).union(
        *(_words(dated.text) for dated in (*company.aliases, *company.subsidiaries, *company.tickers))
    )
    return not said or not known or bool(said & known)


def _words(text: str) -> set[str]:
    return set(fold(text).split()) - LEGAL_WORDS


def _group(rows: Sequence[TableRow], ciks: Mapping[str, str]) -> list[list[TableRow]]:
    """Rows of one company together: by CIK, by ticker, and share classes that the table itself shows to be such."""
    groups: dict[str, list[TableRow]] = {}
    named: dict[str, str] = {}
    for row in sorted(rows, key=lambda row: _cik(row, ciks) is None):
        key = _cik(row, ciks) or row.ticker or f"row {row.number}"
        twin = groups.get(named.get(fold(row.name), ""), [])
        if _cik(row, ciks) is None and row.name and key not in groups and any(_is_class(row, other) for other in twin):
            key = named[fold(row.name)]
        groups.setdefault(key, []).append(row)
        named.setdefault(fold(row.name), key)
    return sorted(groups.values(), key=lambda group: min(row.number for row in group))


def _cik(row: TableRow, ciks: Mapping[str, str]) -> str | None:
    return row.cik or ciks.get(row.ticker or "")


def _is_class(row: TableRow, other: TableRow) -> bool:
    one, two = row.facts.get("market_value_usd"), other.facts.get("market_value_usd")
    if one is None or two is None or row.as_of != other.as_of:
        return False
    return abs(one - two) <= SAME_VALUE_SHARE * max(one, two)


class _Maker:
    """Makes companies of rows that are none of the registry."""

    def __init__(self, owners: Owners, registry: Registry, *, ciks: Mapping[str, str], source_name: str) -> None:
        self._owners, self._registry, self._ciks, self._source_name = owners, registry, ciks, source_name
        self._ids = {company.company_id for company in registry.companies}
        self._made: dict[str, Company] = {}

    def add(self, group: Sequence[TableRow]) -> None:
        """Make a company of these rows, or set them aside with the reason."""
        tickers = tuple(dict.fromkeys(row.ticker for row in group if row.ticker and TICKER.fullmatch(row.ticker)))
        name = next((row.name for row in group if row.name), "") or next(iter(tickers), "")
        reason = self._refuse(tickers, name)
        if reason:
            self._owners.unknown += [_unknown(row, reason) for row in group]
            return
        cik = next((found for row in group if (found := _cik(row, self._ciks))), None)
        company = Company(
            company_id=self._make_id(name, tickers[0]),
            name=name,
            sector=_sector(group[0].sector),
            cik=cik,
            tickers=tuple(Dated(ticker) for ticker in tickers),
            confidence={"cik": "medium"} if cik else {},
            sources=f"added from {self._source_name}",
        )
        self._ids.add(company.company_id)
        self._made[fold(name)] = company
        self._owners.added.append(company)
        for row in group:
            self._owners.take(company, row)

    def _refuse(self, tickers: Sequence[str], name: str) -> str:
        if not tickers:
            return "not the ticker of a share: a company to be added needs one"
        if not fold(name).strip():
            return "without a name a company cannot be added"
        taken = self._registry.called(name) or self._made.get(fold(name))
        if taken is not None:
            return f"{taken.name} ({taken.company_id}) is called so too, and has another CIK or ticker"
        if self._registry.named(tickers[0]):
            return "the registry gives that ticker to a company, but not on that day"
        return ""

    def _make_id(self, name: str, ticker: str) -> str:
        plain = "-".join(re.findall(r"[a-z0-9]+", fold(name)))
        for text in (plain, f"{plain}-{ticker.lower()}", ticker.lower()):
            if COMPANY_ID.fullmatch(text) and text not in self._ids:
                return text
        return f"{ticker.lower()}-{len(self._ids)}"


def _sector(text: str) -> str:
    return text.lower() if SECTOR.fullmatch(text.lower()) else ""


def _unknown(row: TableRow, reason: str) -> UnknownRow:
    return UnknownRow(row.number, row.ticker or "", row.cik or "", row.name, reason)


def choose_row(company: Company, rows: Sequence[TableRow], day: date) -> TableRow:
    """The row that speaks for the company on that day: that of its own ticker, then by the order of its tickers.

    Every class's row states the value of the whole company, so they are never summed.
    """
    own = company.ticker_on(day)
    order = [ticker.text for ticker in company.tickers]
    return min(
        rows,
        key=lambda row: (
            row.ticker != own,
            order.index(row.ticker) if row.ticker in order else len(order),
            row.number,
        ),
    )
