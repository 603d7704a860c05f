"""Figures in as few characters as a table has room for. Pure."""

from __future__ import annotations

_STEPS = ((1e12, "T"), (1e9, "B"), (1e6, "M"), (1e3, "k"))


def amount(value: float | None) -> str:
    """US dollars with three figures: $3.42T, $518B, $27.5M; empty for unknown."""
    if value is None:
        return ""
    for step, letter in _STEPS:
        if abs(value) >= step * 0.9995:
            return f"${value / step:.3g}{letter}" if abs(value) < step * 999.5 else f"${value / step:,.0f}{letter}"
    return f"${value:.3g}"


def signed(value: float | None) -> str:
    """A number between -1 and 1 with its sign; empty for unknown."""
    return "" if value is None else f"{value:+.2f}"


def percent(value: float | None) -> str:
    """A change in percent with its sign; empty for unknown."""
    return "" if value is None else f"{value:+.1f} %"


def figure(value: float | str | None, kind: str) -> str:
    """A value by its kind: usd, count, percent, score or text; empty for unknown."""
    if value is None or isinstance(value, str):
        return value or ""
    if kind == "usd":
        return amount(value)
    if kind == "percent":
        return percent(value)
    if kind == "score":
        return f"{value:+.2f}"
    return f"{value:,.0f}" if value >= 100 or value == int(value) else f"{value:,.1f}"
