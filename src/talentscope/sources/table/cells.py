"""The cells of a table: what each may hold, and the message when it holds something else. Pure."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from datetime import date

from talentscope.runtime.errors import UsageError

UNKNOWN = frozenset({"", "-", "--", "n/a", "na", "nan", "none", "null", "unknown"})

MULTIPLES = {"": 1.0, "k": 1e3, "m": 1e6, "mn": 1e6, "b": 1e9, "bn": 1e9, "t": 1e12, "tn": 1e12}
"""How many people and pages abbreviate thousands, millions, billions and trillions."""

_AMOUNT = re.compile(
    r"(?:us)?\$?\s*(?P<digits>[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?|[0-9]+(?:\.[0-9]*)?|\.[0-9]+)"
    r"(?P<power>e[+-]?[0-9]{1,3})?\s*(?P<multiple>[a-z]{0,2})"
)
_TICKER = re.compile(r"[A-Z0-9][A-Z0-9.^/+=*$ -]{0,19}")
"""Wider than what a share is called: preferred shares, units and warrants stand in the same lists."""
_CIK = re.compile(r"(?:CIK)?0*([0-9]{1,10})(?:\.0)?")

MAX_DIGITS = 40


@dataclass(frozen=True)
class Cell:
    """One cell. `place` names file, row and column; `text` is stripped."""

    place: str
    text: str

    def refuse(self, expected: str, way_out: str = "") -> UsageError:
        """The error that says what this cell should have held."""
        came = repr(self.text[:80]) if self.text else "nothing"
        return UsageError(
            f"{self.place}: expected {expected}, came {came}",
            way_out=way_out or "correct the cell, or leave it empty; nothing was stored",
        )


def amount(cell: Cell) -> float | None:
    """A number at least 0 as `$194.03`, `2,100,000`, `2.97E+12` or `3.4T`. None for what is unknown, and for 0.

    Raises UsageError.
    """
    text = cell.text.lower()
    if text in UNKNOWN:
        return None
    found = _AMOUNT.fullmatch(text) if len(text) <= MAX_DIGITS else None
    if found is None or found["multiple"] not in MULTIPLES:
        raise cell.refuse("a number such as 194.03, $2,100,000, 2.97E+12 or 3.4T")
    value = float(found["digits"].replace(",", "") + (found["power"] or "")) * MULTIPLES[found["multiple"]]
    if not math.isfinite(value):
        raise cell.refuse("a number that is not without end")
    return value or None


def day(cell: Cell, *, last_day: date) -> date | None:
    """A date as 2024-06-03, also with a time behind it. None when empty. Raises UsageError, for days to come too."""
    if cell.text.lower() in UNKNOWN:
        return None
    try:
        found = date.fromisoformat(re.sub(r"[ T][0-9:.+Z-]*$", "", cell.text))
    except ValueError as error:
        raise cell.refuse("a date such as 2024-06-03") from error
    if found > last_day:
        raise cell.refuse(f"a day no later than {last_day}")
    return found


def ticker(cell: Cell) -> str | None:
    """A ticker in capitals, its class behind a hyphen: BRK.B and BRK/B become BRK-B. None when empty.

    Raises UsageError.
    """
    text = cell.text.upper().removeprefix("$")
    if not text:
        return None
    if _TICKER.fullmatch(text) is None:
        raise cell.refuse("a ticker such as AAPL or BRK.B")
    return re.sub(r"[./]", "-", text)


def cik(cell: Cell) -> str | None:
    """A CIK of ten digits; zeros in front may be missing. None when empty or unknown. Raises UsageError."""
    if cell.text.lower() in UNKNOWN:
        return None
    found = _CIK.fullmatch(cell.text.upper())
    if found is None:
        raise cell.refuse("a CIK: at most ten digits")
    return found[1].zfill(10)
