"""A table of prices, market values and head-counts becomes rows of facts. Pure and strict.

The table comes as text: CSV with a header, JSON lines, or a JSON array of objects. Columns are found by their header,
in the spellings that public tables use, or as the caller says. An empty cell is unknown, and so is a 0: no company is
worth nothing, and tables write 0 for what they do not know.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from talentscope.runtime.errors import UsageError
from talentscope.runtime.words import suggest
from talentscope.sources.table import cells
from talentscope.sources.table.cells import Cell

SPELLINGS: Mapping[str, tuple[str, ...]] = {
    "ticker": ("ticker", "symbol", "tickersymbol"),
    "cik": ("cik", "cikstr", "ciknumber"),
    "name": ("longname", "companyname", "company", "name", "title", "shortname", "securityname"),
    "sector": ("sector",),
    "as_of": ("asof", "date", "day"),
    "price_usd": ("currentprice", "lastsale", "priceusd", "price", "lastprice", "close"),
    "market_value_usd": (
        "marketcap",
        "marketvalue",
        "marketcapitalization",
        "marketcapusd",
        "marketvalueusd",
        "mktcap",
    ),
    "market_value_millions_usd": (),
    "employees": ("fulltimeemployees", "employees", "numberofemployees", "employeecount", "headcount"),
}
"""What a column may be, and headers that mean it (lower case, letters and digits only), the plainest first."""

FACTS = ("price_usd", "market_value_usd", "market_value_millions_usd", "employees")

MAX_CELL = 1 << 20


@dataclass(frozen=True)
class TableRow:
    """One line of the table. A fact is None where the cell is empty or 0, and absent where there is no such column.

    `number` counts lines as an editor shows them: the header is 1. `cik` has ten digits.
    """

    number: int
    ticker: str | None
    cik: str | None
    name: str
    sector: str
    as_of: date
    facts: Mapping[str, float | None]


@dataclass(frozen=True)
class Line:
    """A line as it stands in the file: what each column says."""

    number: int
    cells: Mapping[str, str]


def parse_table(
    text: str, *, name: str, columns: Mapping[str, str], as_of: date | None, last_day: date
) -> list[TableRow]:
    """The rows of a table called `name` in messages. `columns` maps a fact to its header where that is not plain.

    Raises UsageError for a table without the columns that are needed, and for the first cell that is not what it
    should be: row, column, what was expected, what came. `last_day`: no fact is of a later day.
    """
    header, lines = _split(text, name)
    found = find_columns(header, columns, name)
    if "as_of" not in found and as_of is None:
        raise UsageError(f"{name}: no column says of which day its facts are", way_out="say it: --as-of 2024-06-03")
    return [_to_row(line, found, name=name, as_of=as_of, last_day=last_day) for line in lines]


def find_columns(header: Sequence[str], given: Mapping[str, str], name: str) -> dict[str, str]:
    """The header of each fact that the table has: as given, else by its spelling. Raises UsageError."""
    for fact, column in given.items():
        if fact not in SPELLINGS:
            raise UsageError(
                f"expected one of {', '.join(SPELLINGS)}; came {fact[:50]!r}", way_out=suggest(fact, SPELLINGS)
            )
        if column not in header:
            shown = ", ".join(header)[:300]
            raise UsageError(
                f"{name}: expected a column {column[:50]!r}, came {shown}", way_out=suggest(column, header)
            )
    plain = {re.sub(r"[^a-z0-9]", "", column.lower()): column for column in reversed(header)}
    spelt = {
        fact: next((plain[spelling] for spelling in spellings if spelling in plain), None)
        for fact, spellings in SPELLINGS.items()
    }
    found = {fact: column for fact, column in spelt.items() if column} | dict(given)
    if "ticker" not in found and "cik" not in found:
        raise UsageError(
            f"{name}: expected a column with tickers or CIKs, came {', '.join(header)[:300]}",
            way_out="name it: --column ticker=HEADER; a company is never recognised by its name alone",
        )
    if not any(fact in found for fact in FACTS):
        raise UsageError(
            f"{name}: expected a column with prices, market values or head-counts, came {', '.join(header)[:300]}",
            way_out="name it: --column employees=HEADER",
        )
    for column in found.values():
        if list(header).count(column) > 1:
            raise UsageError(f"{name}: the column {column[:50]!r} is there twice", way_out="rename one of the two")
    return found


def _to_row(line: Line, found: Mapping[str, str], *, name: str, as_of: date | None, last_day: date) -> TableRow:
    def cell(what: str) -> Cell:
        column = found.get(what, "")
        return Cell(f"{name}, row {line.number}, column {column}", line.cells.get(column, "").strip())

    facts = {fact: cells.amount(cell(fact)) for fact in FACTS if fact in found}
    millions = facts.pop("market_value_millions_usd", None)
    if "market_value_millions_usd" in found:
        facts["market_value_usd"] = None if millions is None else millions * 1e6
    day = cells.day(cell("as_of"), last_day=last_day) if "as_of" in found else None
    if day is None and as_of is None:
        raise cell("as_of").refuse("a date such as 2024-06-03")
    return TableRow(
        number=line.number,
        ticker=cells.ticker(cell("ticker")),
        cik=cells.cik(cell("cik")),
        name=cell("name").text[:200],
        sector=cell("sector").text[:50],
        as_of=day or as_of or last_day,
        facts=facts,
    )


def _split(text: str, name: str) -> tuple[list[str], list[Line]]:
    text = text.removeprefix("\ufeff")
    start = text.lstrip()[:1]
    if start == "{":
        return _from_objects(_json_lines(text, name))
    if start == "[":
        return _from_objects(_json_array(text, name))
    return _from_csv(text, name)


def _from_objects(objects: Iterator[tuple[int, dict[str, object]]]) -> tuple[list[str], list[Line]]:
    header: dict[str, None] = {}
    lines = []
    for number, item in objects:
        header |= dict.fromkeys(item)
        told = {key: "" if value is None else str(value) for key, value in item.items()}
        lines.append(Line(number, told))
    return list(header), lines


def _json_lines(text: str, name: str) -> Iterator[tuple[int, dict[str, object]]]:
    for number, line in enumerate(text.split("\n"), start=1):
        if line.strip():
            yield number, _object(line, f"{name}, row {number}")


def _json_array(text: str, name: str) -> Iterator[tuple[int, dict[str, object]]]:
    try:
        items = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise UsageError(f"{name}: expected a JSON array of objects: {str(error)[:200]}") from error
    for number, item in enumerate(items, start=1):
        if not isinstance(item, dict):
            raise UsageError(f"{name}, row {number}: expected a JSON object, came {str(item)[:80]!r}")
        yield number, item


def _object(line: str, place: str) -> dict[str, object]:
    try:
        item = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise UsageError(f"{place}: expected a JSON object, came {line[:80]!r}") from error
    if not isinstance(item, dict):
        raise UsageError(f"{place}: expected a JSON object, came {line[:80]!r}")
    return item


def _from_csv(text: str, name: str) -> tuple[list[str], list[Line]]:
    first = text.split("\n", 1)[0]
    delimiter = max(",;\t", key=first.count)
    csv.field_size_limit(MAX_CELL)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    header: list[str] = []
    lines = []
    try:
        for row in reader:
            if not any(value.strip() for value in row):
                continue
            if not header:
                header = [value.strip() for value in row]
                continue
            if len(row) != len(header):
                raise UsageError(
                    f"{name}, row {reader.line_num}: expected {len(header)} cells as in the header, came {len(row)}",
                    way_out="a cell with a comma or a line break in it must stand in double quotes",
                )
            lines.append(Line(reader.line_num, dict(zip(header, row, strict=True))))
    except csv.Error as error:
        raise UsageError(f"{name}, row {reader.line_num}: not readable as CSV: {error}") from error
    if not header:
        raise UsageError(f"{name}: expected a table with a header, came an empty file")
    return header, lines
