"""What headers say of time. Pure. A header that cannot be read tells nothing."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime


def number(text: str | None) -> int | None:
    """A count or an epoch second, or None. Ten digits reach to the year 2286."""
    return int(text) if text is not None and text.isascii() and text.isdecimal() and len(text) <= 10 else None


def http_date(text: str | None) -> datetime | None:
    """Aware UTC, or None."""
    if text is None:
        return None
    try:
        date = parsedate_to_datetime(text)
    except ValueError:
        return None
    return date.replace(tzinfo=UTC) if date.tzinfo is None else date.astimezone(UTC)


def retry_after(text: str | None, server_now: datetime) -> float | None:
    """Seconds, whichever way the header says it (RFC 9110, section 10.2.3), or None."""
    if text is None:
        return None
    seconds = number(text)
    if seconds is not None:
        return float(max(0, seconds))
    date = http_date(text)
    return None if date is None else max(0.0, (date - server_now).total_seconds() + 1)
