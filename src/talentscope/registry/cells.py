"""The cells of a registry file: what each may hold, and the message when it holds something else. Pure.

A list is separated by `;`. A dated item is `text FROM..TO`; either date may be left out, and no dates means always.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from talentscope.registry.company import Board, Dated
from talentscope.runtime.errors import RegistryError
from talentscope.runtime.words import fold, suggest

READ_VENDORS = ("greenhouse", "lever", "lever-eu", "ashby", "workable", "workday")
OTHER_VENDORS = (
    *("avature", "bamboohr", "breezy", "custom", "eightfold", "gem", "icims", "jobvite", "oracle_orc", "personio"),
    *("phenom", "pinpoint", "recruitee", "rippling", "smartrecruiters", "successfactors", "taleo", "teamtailor"),
)
"""Vendors whose boards no source reads: kept, so that it is known where a company hires."""

DATED = re.compile(r"(?P<text>.*?\S)\s+(?P<since>\S*?)\.\.(?P<until>\S*)")
DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
COMPANY_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
CIK = re.compile(r"[0-9]{10}")
TICKER = re.compile(r"[A-Z0-9]{1,6}([.-][A-Z0-9]{1,3})?")
ITEM = re.compile(r"Q[1-9][0-9]{0,11}")
SECTOR = re.compile(r"[a-z][a-z -]{1,30}")
COUNTRY = re.compile(r"[A-Z]{2}")
WEBSITE = re.compile(r"([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}(/\S*)?")
ORGANISATION = re.compile(r"[A-Za-z0-9](-?[A-Za-z0-9]){0,38}")
"""GitHub: letters, digits and single hyphens, none at an end, at most 39."""
VENDOR_TOKEN = re.compile(r"[^\s;:]+")
WORKDAY_TOKEN = re.compile(r"[A-Za-z0-9_-]+/wd[0-9]+/[^\s;:/]+")

Value = TypeVar("Value")


@dataclass(frozen=True)
class Cell:
    """One cell. `place` is file:row as messages name it; `text` is stripped."""

    place: str
    column: str
    text: str

    def refuse(self, expected: str, came: str | None = None, way_out: str = "") -> RegistryError:
        """The error that says what this cell should have held."""
        shown = self.text if came is None else came
        return RegistryError(
            f"{self.place}: {self.column}: expected {expected}, came {repr(shown[:80]) if shown else 'nothing'}",
            way_out=way_out or "correct the cell; an empty one means that it is not known",
        )


def needed(cell: Cell) -> str:
    """A text that must be there and holds a letter or digit. Raises RegistryError."""
    if not fold(cell.text).strip():
        raise cell.refuse("a text with at least one letter or digit", way_out="fill the cell, or remove the row")
    return cell.text


def matching(cell: Cell, pattern: re.Pattern[str], expected: str, way_out: str = "") -> str:
    """A text of that form, or empty. Raises RegistryError."""
    return _match(cell, cell.text, pattern, expected, way_out) if cell.text else ""


def one_of(cell: Cell, known: tuple[str, ...]) -> str:
    """One of the known words. Raises RegistryError."""
    if cell.text not in known:
        words = ", ".join(word or "empty" for word in known)
        raise cell.refuse(f"one of {words}", way_out=suggest(cell.text, known))
    return cell.text


def number(cell: Cell, default: float) -> float:
    """A number above 0, `default` when empty. Raises RegistryError."""
    if not cell.text:
        return default
    if re.fullmatch(r"[0-9]{1,9}(\.[0-9]{1,9})?", cell.text) is None or float(cell.text) == 0:
        raise cell.refuse("a number above 0 such as 5 or 0.5")
    return float(cell.text)


def flag(cell: Cell) -> bool:
    """yes or no; empty is no. Raises RegistryError."""
    return one_of(cell, ("no", "yes", "")) == "yes"


def texts(cell: Cell) -> tuple[str, ...]:
    """A list of texts, each with a letter or digit and none twice. Raises RegistryError."""
    items = _items(cell)
    for item in items:
        if not fold(item).strip():
            raise cell.refuse("texts with at least one letter or digit", item)
    return items


def organisations(cell: Cell) -> tuple[str, ...]:
    """A list of GitHub organisations. Raises RegistryError."""
    expected = "GitHub organisations separated by `;`"
    way_out = "give what stands after github.com/: letters, digits and single hyphens, at most 39"
    return tuple(_match(cell, item, ORGANISATION, expected, way_out) for item in _items(cell))


def tickers(cell: Cell) -> tuple[Dated, ...]:
    """A list of dated tickers, today's first. Raises RegistryError."""

    def make(text: str, since: date | None, until: date | None) -> Dated:
        expected = "tickers separated by `;`, such as `XYZ 2025-01-21..;SQ ..2025-01-20`"
        return Dated(_match(cell, text, TICKER, expected, "capitals and digits, at most 6"), since, until)

    return _dated(cell, make)


def names(cell: Cell) -> tuple[Dated, ...]:
    """A list of dated names. Raises RegistryError."""

    def make(text: str, since: date | None, until: date | None) -> Dated:
        if not fold(text).strip():
            raise cell.refuse("names with at least one letter or digit", text)
        return Dated(text, since, until)

    return _dated(cell, make)


def boards(cell: Cell) -> tuple[Board, ...]:
    """A list of dated boards vendor:token. Raises RegistryError."""

    def make(text: str, since: date | None, until: date | None) -> Board:
        vendor, colon, token = text.partition(":")
        known = (*READ_VENDORS, *OTHER_VENDORS)
        if not colon or vendor not in known:
            hint = suggest(vendor, known)
            raise cell.refuse("vendor:token", text, f"{hint} known vendors: {', '.join(known)}".strip())
        if vendor == "workday":
            way_out = "https://TENANT.POD.myworkdayjobs.com/SITE is workday:TENANT/POD/SITE, POD is wd and a number"
            _match(cell, token, WORKDAY_TOKEN, "workday:tenant/pod/site", way_out)
        _match(cell, token, VENDOR_TOKEN, f"{vendor}:token with a token without spaces", "copy it from the address")
        return Board(vendor, token, since, until)

    return _dated(cell, make)


def _match(cell: Cell, text: str, pattern: re.Pattern[str], expected: str, way_out: str) -> str:
    if pattern.fullmatch(text) is None:
        raise cell.refuse(expected, text, way_out)
    return text


def _items(cell: Cell) -> tuple[str, ...]:
    items = [item.strip() for item in cell.text.split(";") if item.strip()]
    if twice := next((item for item in items if items.count(item) > 1), None):
        raise cell.refuse("each item once", twice, "remove one of the two")
    return tuple(items)


def _dated(cell: Cell, make: Callable[[str, date | None, date | None], Value]) -> tuple[Value, ...]:
    values = []
    for item in _items(cell):
        found = DATED.fullmatch(item)
        if found is None:
            values.append(make(item, None, None))
            continue
        since, until = _day(cell, item, found["since"]), _day(cell, item, found["until"])
        if since and until and since > until:
            raise cell.refuse("FROM..TO with FROM not after TO", item, "swap the two dates")
        values.append(make(found["text"], since, until))
    return tuple(values)


def _day(cell: Cell, item: str, text: str) -> date | None:
    if not text:
        return None
    try:
        if DAY.fullmatch(text):  # fromisoformat takes other forms too
            return date.fromisoformat(text)
    except ValueError:
        pass
    raise cell.refuse("dates as 2025-01-21", item, "either side of `..` may be left out")
