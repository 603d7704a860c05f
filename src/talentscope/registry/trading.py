"""On which days American stocks are traded, and when a day's trading is over. Pure."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

CLOSE = time(21, tzinfo=UTC)
"""New York closes at 16:00: 20:00 UTC in summer, 21:00 in winter. The later is after the close all year round."""

OPEN = time(13, 30, tzinfo=UTC)
"""9:30 there, in summer; the earlier of the two."""


def last_trading_day(now: datetime) -> date:
    """The newest day whose trading is over: no weekend, no holiday of the New York exchange, past its close."""
    from holidays import financial_holidays

    now = now.astimezone(UTC)
    closed = financial_holidays("NYSE", years=[now.year - 1, now.year])
    day = now.date() if now.timetz() >= CLOSE else now.date() - timedelta(days=1)
    while day.weekday() >= 5 or day in closed:
        day -= timedelta(days=1)
    return day


def is_trading(now: datetime) -> bool:
    """Whether the exchange may be open, so that a last sale is no close."""
    now = now.astimezone(UTC)
    return OPEN <= now.timetz() < CLOSE and last_trading_day(datetime.combine(now, CLOSE)) == now.date()


RUNNING = "read while the exchange may be open: the last sale, not a close"
"""What is said beside a price that was read then."""
