"""What two companies of a registry may not share. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from talentscope.registry.company import Board, Company, Dated
from talentscope.runtime.errors import RegistryError
from talentscope.runtime.words import fold


@dataclass(frozen=True)
class Placed:
    """A company and where it stands (file:row)."""

    company: Company
    place: str


@dataclass(frozen=True)
class _Claim:
    """A company says that something is its own, for a time."""

    kind: str  # what is claimed: two claims of one kind with one key and a common day conflict
    key: str
    column: str
    shown: str
    span: Dated | Board


WAYS_OUT = {
    "company_id": "give one of them another id, or remove a row",
    "CIK": "one row a company: remove a row, or correct the number",
    "item": "one row a company: correct one of the items",
    "ticker": "say from when to when each had it: `P 2026-01-01..`",
    "name": "say from when to when it meant which company: `Square ..2021-12-09`",
    "organisation": "remove it from one of them",
    "board": "say when it moved: `greenhouse:name ..2025-12-31`",
}


def check_conflicts(rows: Sequence[Placed]) -> None:
    """Refuse a registry in which two rows are one company, or one name means two companies on one day.

    Raises RegistryError naming both rows.
    """
    held: dict[tuple[str, str], list[tuple[Placed, _Claim]]] = {}
    for row in rows:
        for claim in _claims(row.company):
            holders = held.setdefault((claim.kind, claim.key), [])
            for other, theirs in holders:
                if other is not row and _overlap(claim.span, theirs.span):
                    raise _conflict(row, claim, other)
            holders.append((row, claim))


def _claims(company: Company) -> Iterator[_Claim]:
    always = Dated("")
    yield _Claim("company_id", company.company_id, "company_id", company.company_id, always)
    if company.cik:
        yield _Claim("CIK", company.cik, "cik", company.cik, always)
    if company.wikidata_id:
        yield _Claim("item", company.wikidata_id, "wikidata_id", company.wikidata_id, always)
    for ticker in company.tickers:
        yield _Claim("ticker", ticker.text, "tickers", ticker.text, ticker)
    yield _Claim("name", fold(company.name), "name", company.name, always)
    for column, names in (("aliases", company.aliases), ("subsidiaries", company.subsidiaries)):
        for name in names:
            yield _Claim("name", fold(name.text), column, name.text, name)
    for organisation in company.github_organisations:
        yield _Claim("organisation", organisation.lower(), "github_organisations", organisation, always)
    for board in company.boards:
        yield _Claim("board", board.subject.lower(), "boards", board.subject, board)


def _overlap(one: Dated | Board, other: Dated | Board) -> bool:
    starts_late = one.since is not None and other.until is not None and one.since > other.until
    ends_early = one.until is not None and other.since is not None and one.until < other.since
    return not (starts_late or ends_early)


def _conflict(row: Placed, claim: _Claim, other: Placed) -> RegistryError:
    line = other.place.rpartition(":")[2]
    return RegistryError(
        f"{row.place}: {claim.column}: expected what no other company has on the same day,"
        f" came {claim.shown!r}, the {claim.kind} of {other.company.name} in row {line}",
        way_out=WAYS_OUT[claim.kind],
    )
