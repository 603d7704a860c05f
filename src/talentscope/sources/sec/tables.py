"""Head-counts that stand in a table, as in many 20-F reports. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from talentscope.sources.sec.days import mentions

PEOPLE = re.compile(
    r"\b(employees|associates|headcount|head count|full[- ]time equivalents?|FTEs?|workforce|team members|staff)\b",
    re.IGNORECASE,
)
NOT_PEOPLE = re.compile(
    r"\b(turnover|rate|per employee|cost|expense|benefits?|compensation|shares|options|women|female|male|payable"
    r"|trained|hours|new hires?|average age)\b|%",
    re.IGNORECASE,
)
TOTAL = re.compile(
    r"^(?:grand\s+)?total(?:s|\b.{0,60})?$|^(?:number of\s+)?(?:full[- ]time\s+)?employees\b.{0,40}$"
    r"|^(?:total\s+)?headcount\b.{0,40}$"
    r"|^(?:total\s+)?(?:number of\s+)?(?:employees|FTEs|full[- ]time equivalents)\b.{0,60}$",
    re.IGNORECASE,
)
CELL = re.compile(r"\d{1,3}(?:,\d{3})+|\d{2,7}")
YEAR = re.compile(r"\b(20\d\d)\b")


def table_counts(text: str, period: date | None, *, is_under_heading: bool) -> Iterator[tuple[int, date | None, str]]:
    """Totals in a table that counts people: number, day, and the row. The newest column wins; parts are passed over."""
    rows = [[cell.strip() for cell in line.split("|")] for line in text.split("\n")]
    is_about_people = PEOPLE.search(text) is not None and not NOT_PEOPLE.search(rows[0][0])
    if not is_about_people:
        return
    factor = 1000 if re.search(r"\bin thousands\b", text, re.IGNORECASE) else 1
    header: list[str] = []
    for row in rows:
        numbers = [cell for cell in row[1:] if CELL.fullmatch(cell)]
        if _is_header(row):
            header = row
            continue
        if len(row) > 2 and not any(re.search(r"\d", cell) for cell in row[1:]):
            header = row  # names of columns
            continue
        label = row[0]
        speaks = PEOPLE.search(label) or (label.lower().startswith("total") and (is_under_heading or _speaks(rows)))
        if not numbers or NOT_PEOPLE.search(label) or not TOTAL.match(label) or not speaks:
            continue
        at = _column(header, len(numbers))
        if at is None:
            continue
        year = _years(header)[at] if len(_years(header)) == len(numbers) else None
        found = mentions(f"end of {year}", period) if year is not None else mentions(" ".join(rows[0] + header), period)
        days = [mention.day for mention in found]
        yield int(numbers[at].replace(",", "")) * factor, max(days) if days else None, " | ".join(row)


def _is_header(row: list[str]) -> bool:
    return bool(_years(row)) and all(YEAR.search(cell) or not CELL.fullmatch(cell) for cell in row)


def _years(row: list[str]) -> list[int]:
    return [int(match.group(1)) for cell in row for match in YEAR.finditer(cell)]


def _speaks(rows: list[list[str]]) -> bool:
    """Whether the head of the table says that it counts people."""
    return any(PEOPLE.search(cell) for row in rows[:3] for cell in row)


def _column(header: list[str], width: int) -> int | None:
    """Which number of a row is the newest whole one, or None if the table does not tell."""
    if width == 1:
        return 0
    years = _years(header)
    if len(years) == width:
        return years.index(max(years))
    is_totalled = len(header) >= width and header[-1].lower().startswith("total")
    return width - 1 if is_totalled else None
