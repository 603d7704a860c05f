"""Dates as GitHub writes and reads them: ISO 8601 to the second in UTC, and ranges of them in a search. Pure."""

from __future__ import annotations

import re
import time
from datetime import UTC, datetime, timedelta

FOREVER = 1 << 40
_DAY = re.compile(r"^(\d{4})(?:-(\d{2}))?(?:-(\d{2}))?$")


def to_iso(epoch: int) -> str:
    """`2026-11-21T07:00:00Z`."""
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(epoch))


def to_http_date(epoch: float) -> str:
    """`Sat, 21 Nov 2026 07:00:00 GMT`, whatever the machine's locale."""
    moment = datetime.fromtimestamp(epoch, UTC)
    day = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")[moment.weekday()]
    months = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
    return f"{day}, {moment:%d} {months[moment.month - 1]} {moment:%Y %H:%M:%S} GMT"


def read_span(value: str) -> tuple[int, int]:
    """First and last second (epoch) of `2026-01-01`, `>=2026-01-01T00:00:00Z`, `a..b`, `*..b`; both ends included.

    Raises ValueError with GitHub's own sentence when a date cannot be read.
    """
    if ".." in value:
        low, _, high = value.partition("..")
        return (0 if low == "*" else _unit(low)[0], FOREVER if high == "*" else _unit(high)[1])
    for sign in (">=", "<=", ">", "<"):
        if value.startswith(sign):
            first, last = _unit(value.removeprefix(sign))
            return {">=": (first, FOREVER), "<=": (0, last), ">": (last + 1, FOREVER), "<": (0, first - 1)}[sign]
    return _unit(value)


def _unit(text: str) -> tuple[int, int]:
    """The first and last second of a year, month, day or second."""
    try:
        return _read_unit(text)
    except (ValueError, OverflowError) as error:
        raise ValueError(
            f'"{text}" is not a recognized date/time format. Please provide an ISO 8601 date/time value, '
            "such as YYYY-MM-DD."
        ) from error


def _read_unit(text: str) -> tuple[int, int]:
    match = _DAY.match(text)
    if match is None:
        moment = datetime.fromisoformat(text)
        second = int((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp())
        return second, second
    year, month, day = match.groups()
    start = datetime(int(year), int(month or 1), int(day or 1), tzinfo=UTC)
    if day:
        end = start + timedelta(days=1)
    elif month:
        end = (start + timedelta(days=32)).replace(day=1)
    else:
        end = start.replace(year=start.year + 1)
    return int(start.timestamp()), int(end.timestamp()) - 1
