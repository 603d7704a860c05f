"""Strict readings of EDGAR's JSON. Pure: parsed JSON in, frozen records out, UpstreamMalformed for any other shape.

Shapes: https://www.sec.gov/search-filings/edgar-application-programming-interfaces
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from talentscope.runtime.errors import UpstreamMalformed

ANNUAL = frozenset({"10-K", "10-KT", "10-K405", "20-F", "40-F"})
"""Annual reports. Amendments are left out: most repeat only the part that they amend."""

PERIODIC = ANNUAL | {"10-Q", "10-QT"}
"""Reports with the number of shares on the cover page."""


@dataclass(frozen=True)
class Filing:
    """One filing. `filed` and `period` (of report, if it has one) are days; `document` is the main document's file."""

    accession: str
    form: str
    filed: date
    period: date | None
    document: str

    def path(self, cik: str) -> str:
        """Where its main document is, below the site's address."""
        return f"/Archives/edgar/data/{int(cik)}/{self.accession.replace('-', '')}/{self.document}"


@dataclass(frozen=True)
class OlderPage:
    """A file with earlier filings, and the days of filing that it spans."""

    name: str
    since: date
    until: date


@dataclass(frozen=True)
class Submissions:
    """What EDGAR has of one company. `filings` are the latest ones, newest first; `older` where the others are."""

    name: str
    tickers: tuple[str, ...]
    former_names: tuple[str, ...]
    filings: tuple[Filing, ...]
    older: tuple[OlderPage, ...]


@dataclass(frozen=True)
class ShareFact:
    """A count of shares outstanding that a filing tells without naming a class."""

    shares: float
    as_of: date
    accession: str


def parse_submissions(data: Any, cik: str) -> Submissions:
    """Read `submissions/CIK##########.json`."""
    where = f"submissions of CIK {cik}"
    filings = _mapping(data, "filings", where)
    former = [_text(entry, "name", where) for entry in _list(data, "formerNames", where)]
    return Submissions(
        name=_text(data, "name", where),
        tickers=tuple(str(ticker) for ticker in _list(data, "tickers", where)),
        former_names=tuple(former),
        filings=parse_filings(_mapping(filings, "recent", where), cik),
        older=tuple(_older_page(page, where) for page in _list(filings, "files", where)),
    )


def _older_page(page: Any, where: str) -> OlderPage:
    name = _file_name(_text(page, "name", where), where)
    return OlderPage(name, _day(page, "filingFrom", where), _day(page, "filingTo", where))


def parse_filings(columns: Any, cik: str) -> tuple[Filing, ...]:
    """Read the columns of filings, in submissions and in their older pages alike."""
    where = f"filings of CIK {cik}"
    names = ("accessionNumber", "form", "filingDate", "reportDate", "primaryDocument")
    read = [_list(columns, name, where) for name in names]
    if len({len(column) for column in read}) != 1:
        raise UpstreamMalformed(f"{where}: expected columns of one length, came {[len(column) for column in read]}")
    filings = []
    for accession, form, filed, period, document in zip(*read, strict=True):
        if form not in PERIODIC and not str(form).endswith("/A"):
            continue
        if not (isinstance(accession, str) and re.fullmatch(r"\d{10}-\d{2}-\d{6}", accession)):
            raise UpstreamMalformed(f"{where}: expected an accession number, came {str(accession)[:40]!r}")
        filings.append(
            Filing(
                accession,
                str(form),
                _as_day(filed, where),
                _as_day(period, where) if period else None,
                _file_name(document, where) if document else "",
            )
        )
    return tuple(sorted(filings, key=lambda filing: (filing.filed, filing.accession), reverse=True))


def parse_frame(data: Any, name: str) -> Mapping[str, ShareFact]:
    """Read a frame of share counts: facts by CIK (ten digits). A row that cannot be read is left out, a frame not."""
    where = f"frame {name}"
    facts = {}
    for row in _list(data, "data", where):
        if not isinstance(row, Mapping):
            continue
        cik, shares, end, accession = row.get("cik"), row.get("val"), row.get("end"), row.get("accn")
        if not isinstance(shares, int | float) or isinstance(shares, bool):
            continue
        if isinstance(cik, int) and isinstance(end, str) and isinstance(accession, str):
            try:
                facts[f"{cik:010d}"] = ShareFact(float(shares), date.fromisoformat(end), accession)
            except ValueError:
                continue
    return facts


def _mapping(data: Any, key: str, where: str) -> Mapping[str, Any]:
    value = data.get(key) if isinstance(data, Mapping) else None
    if not isinstance(value, Mapping):
        raise UpstreamMalformed(f"{where}: expected an object {key!r}, came {type(value).__name__}")
    return value


def _list(data: Any, key: str, where: str) -> Sequence[Any]:
    value = data.get(key) if isinstance(data, Mapping) else None
    if not isinstance(value, list):
        raise UpstreamMalformed(f"{where}: expected a list {key!r}, came {type(value).__name__}")
    return value


def _text(data: Any, key: str, where: str) -> str:
    value = data.get(key) if isinstance(data, Mapping) else None
    if not isinstance(value, str) or not value:
        raise UpstreamMalformed(f"{where}: expected a text {key!r}, came {type(value).__name__}")
    return value


def _day(data: Any, key: str, where: str) -> date:
    return _as_day(_text(data, key, where), where)


def _as_day(value: Any, where: str) -> date:
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError) as error:
        raise UpstreamMalformed(f"{where}: expected a day, came {str(value)[:40]!r}") from error


def _file_name(value: Any, where: str) -> str:
    """A file's name becomes part of an address of ours, so it must be nothing else."""
    if not (isinstance(value, str) and re.fullmatch(r"[\w.-]+(/[\w.-]+)?", value) and ".." not in value):
        raise UpstreamMalformed(f"{where}: expected a file name, came {str(value)[:60]!r}")
    return value
