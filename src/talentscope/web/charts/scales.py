"""From a figure to a place on an axis, and which ticks an axis has. Pure."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True)
class Linear:
    """Figures from `low` to `high` on pixels from `start` to `end`."""

    low: float
    high: float
    start: float
    end: float

    def __call__(self, value: float) -> float:
        """The pixel of a figure."""
        span = self.high - self.low
        return self.start + (self.end - self.start) * ((value - self.low) / span if span else 0.5)

    def ticks(self, about: int = 5) -> list[float]:
        """Round figures inside, about so many."""
        step = _step(self.high - self.low, about)
        first = math.ceil(self.low / step - 1e-9)
        last = math.floor(self.high / step + 1e-9)
        return [round(n * step, 12) + 0.0 for n in range(first, last + 1)]


@dataclass(frozen=True)
class Log:
    """As Linear, by the logarithm: equal ratios are equal distances. All figures above zero."""

    low: float
    high: float
    start: float
    end: float

    def __call__(self, value: float) -> float:
        """The pixel of a figure."""
        low, high = math.log10(self.low), math.log10(self.high)
        return self.start + (self.end - self.start) * ((math.log10(value) - low) / (high - low) if high > low else 0.5)

    def ticks(self, about: int = 5) -> list[float]:
        """Figures 1, 2, 5 (or 1 alone) times powers of ten inside; at most about twice `about`."""
        decades = math.log10(self.high / self.low)
        steps = (1,) if decades > about else (1, 3) if decades > about / 3 else (1, 2, 3, 5, 7)
        powers = range(math.floor(math.log10(self.low)), math.ceil(math.log10(self.high)) + 1)
        found = [step * 10.0**power for power in powers for step in steps]
        inside = [value for value in found if self.low * 0.999 <= value <= self.high * 1.001]
        if len(inside) >= 2:
            return inside
        return [value for value in Linear(self.low, self.high, 0, 1).ticks(about) if value > 0]


def linear(values: Sequence[float], start: float, end: float, *, with_zero: bool = False) -> Linear:
    """A scale around all values, with a little air; from or to zero where asked."""
    low, high = min(values), max(values)
    if with_zero:
        low, high = min(low, 0.0), max(high, 0.0)
    air = (high - low) * 0.06 or abs(high) * 0.1 or 1.0
    return Linear(
        low if with_zero and low == 0 else low - air, high if with_zero and high == 0 else high + air, start, end
    )


def logarithmic(values: Sequence[float], start: float, end: float) -> Log:
    """A scale around all values, which are above zero, with a little air."""
    low, high = min(values), max(values)
    air = max((high / low) ** 0.05, 1.08)
    return Log(low / air, high * air, start, end)


def day_ticks(first: date, last: date, *, most: int) -> list[date]:
    """Firsts of months (or Mondays over a short span, or Januaries over a long one), at most `most`."""
    days = (last - first).days
    if days <= 45:
        every = max(1, math.ceil((days / 7 + 1) / most))
        monday = first + timedelta(days=-first.weekday() % 7)
        found = [monday + timedelta(weeks=n) for n in range(0, 8, every)]
        return [day for day in found if first <= day <= last] or [first]
    firsts = [date(year, month, 1) for year in range(first.year, last.year + 1) for month in range(1, 13)]
    inside = [day for day in firsts if first <= day <= last]
    for every in (1, 2, 3, 6, 12, 24, 60):
        found = [day for day in inside if ((day.year * 12 + day.month - 1) % every) == 0]
        if len(found) <= most:
            return found
    return inside[:1]


def _step(span: float, about: int) -> float:
    if span <= 0:
        return 1.0
    raw = span / max(about, 1)
    power = 10.0 ** math.floor(math.log10(raw))
    return next(step * power for step in (1, 2, 2.5, 5, 10) if raw <= step * power * 1.0001)
