"""Figures and dates as people read them on the page: one formatter a unit. Pure. None is unknown, never zero."""

from __future__ import annotations

from datetime import UTC, date, datetime

UNKNOWN = "unknown"
MINUS = "\N{MINUS SIGN}"
_STEPS = ((1e12, "T"), (1e9, "B"), (1e6, "M"), (1e3, "k"))


def money(value: float | None) -> str:
    """US dollars with three figures: $3.42T, $518B, $27.5M, $940."""
    return UNKNOWN if value is None else f"{MINUS if value < 0 else ''}${_short(abs(value))}"


def dollars(value: float | None) -> str:
    """As `money` with all three figures, so that a column of them aligns: $2.50T, $90.0B, $518B."""
    told = money(value)
    digits = sum(letter.isdigit() for letter in told)
    if value is None or told[-1].isdigit() or digits >= 3:
        return told
    point = "" if "." in told else "."
    return f"{told[:-1]}{point}{'0' * (3 - digits)}{told[-1]}"


def compact(value: float | None) -> str:
    """A number with three figures: 1.43M, 12.3k, 940."""
    return UNKNOWN if value is None else f"{MINUS if value < 0 else ''}{_short(abs(value))}"


def count(value: float | None) -> str:
    """A whole number with separators: 12,345."""
    return UNKNOWN if value is None else f"{value:,.0f}".replace("-", MINUS)


def decimal(value: float | None, places: int = 1) -> str:
    """A number with so many places."""
    return UNKNOWN if value is None else f"{value:,.{places}f}".replace("-", MINUS)


def signed(value: float | None, places: int = 2) -> str:
    """A number with its sign: +0.25."""
    return UNKNOWN if value is None else _with_sign(f"{value:+.{places}f}")


def signed_percent(value: float | None) -> str:
    """A change, given in percent, with its sign: +3.1 %."""
    return UNKNOWN if value is None else _with_sign(f"{value:+.1f}") + " %"


def share(value: float | None) -> str:
    """A part of one as percent: 92 %."""
    return UNKNOWN if value is None else f"{100 * value:.0f} %"


def score(value: float | None) -> str:
    """A score of 0 to 100 with one place."""
    return UNKNOWN if value is None else f"{value:.1f}"


def score_range(low: float, high: float) -> str:
    """What a score may be where something is unknown: 61 to 78; empty where all is known."""
    return "" if low == high else f"{low:.0f} to {high:.0f}"


def day(value: date | datetime | None) -> str:
    """2026-11-21, in UTC."""
    if value is None:
        return UNKNOWN
    return (utc(value) if isinstance(value, datetime) else value).isoformat()[:10]


def minute(value: datetime | None) -> str:
    """2026-11-21 14:05 UTC."""
    return UNKNOWN if value is None else f"{utc(value):%Y-%m-%d %H:%M} UTC"


def age(value: date | datetime | None, now: datetime) -> str:
    """How long ago: just now, 5 minutes ago, 3 days ago, 7 months ago."""
    if value is None:
        return UNKNOWN
    if not isinstance(value, datetime):
        days = (now.astimezone(UTC).date() - value).days
        return "today" if days == 0 else f"{_span(abs(days) * 86400)} {'ago' if days > 0 else 'from now'}"
    seconds = (now - utc(value)).total_seconds()
    if abs(seconds) < 60:
        return "just now"
    return f"{_span(abs(seconds))} {'ago' if seconds > 0 else 'from now'}"


def utc(value: datetime) -> datetime:
    """The moment in UTC; one without a zone, as SQLite keeps them, is taken for UTC."""
    return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def plural(number: float, one: str, many: str = "") -> str:
    """1 repository, 3 repositories."""
    return f"{number:,.0f} {one if number == 1 else many or one + 's'}"


def _with_sign(text: str) -> str:
    """What rounds to zero has no sign: neither +0.0 nor -0.0 is a direction."""
    return text[1:] if float(text) == 0 else text.replace("-", MINUS)


def _short(value: float) -> str:
    for step, letter in _STEPS:
        if value >= step * 0.9995:
            return f"{value / step:.3g}{letter}" if value < step * 999.5 else f"{value / step:,.0f}{letter}"
    return f"{value:.3g}"


_UNITS = ((365.25 * 86400, "year"), (30.44 * 86400, "month"), (86400, "day"), (3600, "hour"), (60, "minute"))


def _span(seconds: float) -> str:
    for size, name in _UNITS:
        if seconds >= size * (1 if name in {"minute", "hour", "day"} else 1.0):
            return plural(int(seconds // size), name)
    return plural(int(seconds), "second")
