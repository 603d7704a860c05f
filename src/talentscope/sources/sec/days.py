"""Days as filings write them in a sentence. Pure."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta

MONTHS = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
    "december",
)  # fmt: skip
_MONTH = rf"(?P<month>{'|'.join(name.title() for name in MONTHS)}|{'|'.join(name[:3].title() for name in MONTHS)})\.?"
_PATTERNS = (
    re.compile(rf"\b{_MONTH}\s*(?P<day>\d{{1,2}})\s*(?:,\s*)?(?P<year>20\d\d|19\d\d)\b"),
    re.compile(rf"\b(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\s+{_MONTH}\s*,?\s*(?P<year>20\d\d|19\d\d)\b"),
    re.compile(rf"\b{_MONTH}\s*,?\s+(?P<year>20\d\d)\b"),
    re.compile(
        r"\b(?:end of|close of|fiscal year ended|years? ended|year[- ]end|fiscal year|fiscal|FY|at|as of|in)\s*"
        r"(?:the\s+)?(?:calendar\s+|fiscal\s+|our\s+)?(?:year\s+|years\s+)?(?P<year>20\d\d)\b",
        re.IGNORECASE,
    ),
    re.compile(r"\b(?P<year>20\d\d)\s+(?:fiscal\s+)?year[- ]?end\b", re.IGNORECASE),
)
_FOLLOWING_YEARS = re.compile(r"^((?:\s*,?\s*(?:and|or|,)\s*(?:20\d\d))+)(?!\d)")
"""`... 31, 2025 and 2024`: the years that follow stand for the same day of other years."""


@dataclass(frozen=True)
class Mention:
    """A day in a text: where it begins and ends. `is_exact` if the text names the day and not only a month or year."""

    start: int
    end: int
    day: date
    is_exact: bool


def mentions(text: str, period: date | None) -> list[Mention]:
    """The days that a text names, in order. A bare year means the end of that fiscal year, as `period` tells it."""
    found: list[Mention] = []
    for pattern in _PATTERNS:
        for match in pattern.finditer(text):
            if any(match.start() < other.end and other.start < match.end() for other in found):
                continue
            day = _read(match, period)
            if day is None:
                continue
            is_exact = "day" in pattern.groupindex
            found.append(Mention(match.start(), match.end(), day, is_exact))
            found.extend(_following(text, match.end(), day, is_exact))
    return sorted(found, key=lambda mention: mention.start)


def _following(text: str, at: int, day: date, is_exact: bool) -> list[Mention]:
    rest = _FOLLOWING_YEARS.match(text[at:])
    if rest is None:
        return []
    return [
        Mention(at + year.start(), at + year.end(), _in_year(day, int(year.group())), is_exact)
        for year in re.finditer(r"20\d\d", rest.group(1))
    ]


def _read(match: re.Match[str], period: date | None) -> date | None:
    parts = match.groupdict()
    year = int(parts["year"])
    if parts.get("month") is None:
        return _year_end(year, period)
    month = next(at for at, name in enumerate(MONTHS, 1) if name.startswith(parts["month"].lower()[:3]))
    last = monthrange(year, month)[1]
    day = int(parts["day"]) if parts.get("day") else last
    return date(year, month, day) if 1 <= day <= last else None


def _year_end(year: int, period: date | None) -> date:
    """Fiscal years end within half a year of the calendar year of the same number, or in the January after it."""
    if period is None:
        return date(year, 12, 31)
    return _in_year(period, year if period.month > 1 or period.year == year else year + 1)


def _in_year(day: date, year: int) -> date:
    return day.replace(year=year, day=min(day.day, monthrange(year, day.month)[1]))


def nearness(day: date, period: date | None) -> timedelta:
    """How far a day is before the period of report; a day after it (the cover's date) is near."""
    if period is None:
        return timedelta(0)
    return period - day if day < period else (day - period) / 2
