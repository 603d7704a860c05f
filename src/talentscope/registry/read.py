"""The registry of companies: read from a CSV file, checked as a whole, and asked for companies."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from functools import cached_property
from importlib.resources import as_file, files
from pathlib import Path

from talentscope.registry.company import Company, Dated
from talentscope.registry.conflicts import Placed, check_conflicts
from talentscope.registry.rows import check_columns, to_company
from talentscope.runtime.errors import RegistryError, UsageError
from talentscope.runtime.words import fold

MAX_BYTES = 32 * 2**20


@dataclass(frozen=True)
class Registry:
    """Companies in the order of the file. `path` is where they were read; None for the shipped ones."""

    companies: tuple[Company, ...]
    path: Path | None = None

    def by_id(self, company_id: str) -> Company | None:
        """The company of that id."""
        return self._by_id.get(company_id)

    def find(self, text: str) -> Company:
        """The company that a person means: by id, ticker, CIK, name or alias, in this order. Raises UsageError."""
        company = self.named(text)
        if company is None:
            raise UsageError(
                f"expected a company of the registry (its id, ticker, CIK or name), came {text[:100]!r}",
                way_out=self.suggest(text) or "`talentscope companies --registry` lists the companies",
            )
        return company

    def suggest(self, text: str) -> str:
        """`did you mean Microsoft (microsoft)?`, or nothing when no company's name or id is near."""
        known = [*self._by_name, *self._by_id, *self._by_part]
        near = get_close_matches(fold(text).strip(), known, n=1, cutoff=0.7)
        company = self.named(near[0]) if near else None
        return f"did you mean {company.name} ({company.company_id})?" if company else ""

    def named(self, text: str) -> Company | None:
        """As `find`, but None for a text that means no company."""
        word = text.strip()
        ticker = self._by_ticker.get(word.upper().lstrip("$"), ())
        cik = word.upper().removeprefix("CIK")
        return (
            self._by_id.get(word.lower())
            or next((company for _, company in ticker), None)
            or (self._by_cik.get(cik.zfill(10)) if cik.isdecimal() and cik.isascii() else None)
            or self._by_name.get(fold(word).strip())
            or self.owner(word)
        )

    def called(self, text: str) -> Company | None:
        """The company whose id, name or alias, present or former, that is."""
        return self._by_id.get(text.strip().lower()) or self._by_name.get(fold(text).strip())

    def owner(self, part: str) -> Company | None:
        """The company to which what is called so belongs, or last belonged."""
        return self._by_part.get(fold(part).strip())

    def ticker_owner(self, ticker: str, day: date) -> Company | None:
        """Whose ticker that is on that day. Any of a company's tickers counts, not only the first."""
        holders = self._by_ticker.get(ticker.strip().upper().replace("/", ".").replace(".", "-"), ())
        return next((company for dated, company in holders if dated.holds_on(day)), None)

    @cached_property
    def _by_id(self) -> dict[str, Company]:
        return {company.company_id: company for company in self.companies}

    @cached_property
    def _by_cik(self) -> dict[str, Company]:
        return {company.cik: company for company in self.companies if company.cik}

    @cached_property
    def _by_ticker(self) -> dict[str, tuple[tuple[Dated, Company], ...]]:
        """Newest first, so that a ticker that had several owners finds the one of today."""
        held: dict[str, list[tuple[Dated, Company]]] = {}
        for company in self.companies:
            for ticker in company.tickers:
                held.setdefault(ticker.text.replace(".", "-"), []).append((ticker, company))
        newest = {text: sorted(holders, key=lambda one: _end(one[0]), reverse=True) for text, holders in held.items()}
        return {text: tuple(holders) for text, holders in newest.items()}

    @cached_property
    def _by_name(self) -> dict[str, Company]:
        """Folded names; of a name that several had, the company that has it longest."""
        found = {fold(company.name).strip(): company for company in self.companies}
        return _add_longest(found, [(name, company) for company in self.companies for name in company.aliases])

    @cached_property
    def _by_part(self) -> dict[str, Company]:
        return _add_longest({}, [(name, company) for company in self.companies for name in company.subsidiaries])


def read_registry(path: Path | None = None) -> Registry:
    """Read and check a registry file, or the shipped one. Raises RegistryError naming file, row and column."""
    if path is None:
        with as_file(files("talentscope.registry") / "data" / "companies.csv") as shipped:
            return Registry(parse_registry(_read_text(shipped), shipped.name))
    return Registry(parse_registry(_read_text(path), str(path)), path)


def build_registry(companies: Iterable[Company], source: str = "registry") -> Registry:
    """A registry of these companies, checked as if it had been read. Raises RegistryError."""
    rows = [Placed(company, f"{source}:{line}") for line, company in enumerate(companies, start=2)]
    check_conflicts(rows)
    return Registry(tuple(row.company for row in rows))


def parse_registry(text: str, name: str) -> tuple[Company, ...]:
    """The companies of a registry file's text; `name` is what messages call the file. Raises RegistryError."""
    rows = [Placed(to_company(row, place), place) for row, place in _rows(text, name)]
    if not rows:
        raise RegistryError(f"{name}: expected at least one company, came none", way_out="add a row")
    check_conflicts(rows)
    return tuple(row.company for row in rows)


def _add_longest(found: dict[str, Company], names: list[tuple[Dated, Company]]) -> dict[str, Company]:
    for name, company in sorted(names, key=lambda one: _end(one[0]), reverse=True):
        found.setdefault(fold(name.text).strip(), company)
    return found


def _end(dated: Dated) -> date:
    return dated.until or date.max


def _read_text(path: Path) -> str:
    way_out = "TALENTSCOPE_REGISTRY names the file; unset it to use the shipped registry"
    try:
        data = path.read_bytes() if path.stat().st_size <= MAX_BYTES else None
    except OSError as error:
        reason = (error.strerror or "it cannot be read").lower()
        raise RegistryError(f"{path}: expected a registry of companies, but {reason}", way_out=way_out) from error
    if data is None:
        raise RegistryError(f"{path}: expected at most {MAX_BYTES:,} bytes, came more", way_out=way_out)
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise RegistryError(f"{path}:{line}: expected UTF-8 text", way_out="save the file as UTF-8 CSV") from error


def _rows(text: str, name: str) -> Iterator[tuple[dict[str, str], str]]:
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        header = next(reader, [])
        check_columns(header, name)
        for cells in reader:
            if not any(cell.strip() for cell in cells):
                continue
            place = f"{name}:{reader.line_num}"
            if len(cells) != len(header):
                raise RegistryError(
                    f"{place}: expected {len(header)} cells, came {len(cells)}",
                    way_out='put a cell with a comma into quotes: "Apple, Inc."',
                )
            if odd := next((cell for cell in cells if not cell.isprintable()), None):
                raise RegistryError(f"{place}: expected plain text, came {odd[:80]!r}", way_out="one line a cell")
            yield dict(zip(header, cells, strict=True)), place
    except csv.Error as error:
        raise RegistryError(
            f"{name}:{reader.line_num}: expected CSV, but {error}", way_out="check the quotes"
        ) from error
