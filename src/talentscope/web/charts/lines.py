"""Figures over days: lines whose gaps stay gaps, a band for an interval, bars for counts, readings as dots."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from markupsafe import Markup

from talentscope.web.charts.scales import Linear, day_ticks, linear
from talentscope.web.charts.svg import element, join, number, path, shorten, text_width

SIZE = 11.0
Values = Sequence[float | None]


@dataclass(frozen=True)
class Line:
    """One series, a value a day. `part` (1 to 7) is its colour, and its dash; `low` and `high` are its interval."""

    name: str
    values: Values
    part: int = 1
    low: Values = ()
    high: Values = ()


@dataclass(frozen=True)
class Frame:
    """How a picture is laid out and told. `unknown` says what a gap means; empty draws no gaps."""

    label: str
    tell: Callable[[float], str]
    width: float = 640
    height: float = 220
    with_zero: bool = False
    unknown: str = ""
    is_named: bool = False
    bars: Values = field(default=())
    bars_label: str = ""


def lines(days: Sequence[date], series: Sequence[Line], frame: Frame) -> Markup:
    """The picture of lines over consecutive days; empty where no value is known at all."""
    known = [v for line in series for row in (line.values, line.low, line.high) for v in row if v is not None]
    if not known or not days:
        return Markup("")
    names = max((text_width(line.name, SIZE) for line in series), default=0.0) if frame.is_named else 0.0
    right = frame.width - (min(names, 130.0) + 14 if frame.is_named and frame.width >= 500 else 12)
    bottom = frame.height - 24 - (30 if frame.bars else 0)
    y = linear(known, bottom, 10.0, with_zero=frame.with_zero)
    left = 10 + max(text_width(frame.tell(tick), SIZE) for tick in y.ticks(4))
    x = Linear(0, max(len(days) - 1, 1), left, right)
    parts = [_grid(days, x, y, frame)]
    if frame.unknown and len(series) == 1:
        parts.append(_gaps(days, series[0].values, x, y, frame.unknown))
    parts += [_band(line, x, y) for line in series if line.low]
    parts += [_line(line, x, y) for line in series]
    if frame.is_named and frame.width >= 500:
        parts.append(_names(series, y, right + 8))
    if frame.bars:
        parts.append(_bars(frame, x, bottom + 22))
    return _svg(parts, frame)


def readings(by_source: Mapping[str, Sequence[tuple[date, float, str]]], frame: Frame) -> Markup:
    """Dots at the days that readings are of, a thin line and a name a source: (day, value, all of it as a sentence)."""
    points = sorted(point for told in by_source.values() for point in told)
    if not points:
        return Markup("")
    first, last = points[0][0], points[-1][0]
    if (last - first).days < 60:
        first, last = first - timedelta(days=180), last + timedelta(days=180)
    top = 26.0 if len(by_source) > 1 else 10.0
    y = linear([value for _, value, _ in points], frame.height - 24, top, with_zero=frame.with_zero)
    left = 10 + max(text_width(frame.tell(tick), SIZE) for tick in y.ticks(4))
    span = (last - first).days
    x = Linear(0, span, left + 6, frame.width - 14)
    days = [first + timedelta(days=n) for n in range(span + 1)]
    parts = [_grid(days, x, y, frame)]
    name_at = x.start
    for place, (name, told) in enumerate(by_source.items()):
        part = place % 6 + 1
        ordered = sorted(told)
        at = [(x((day - first).days), y(value)) for day, value, _ in ordered]
        parts.append(element("path", d=path(at), class_=f"line part-{part} thin"))
        for (px, py), (_, _, sentence) in zip(at, ordered, strict=True):
            title = element("title", sentence)
            parts.append(element("circle", title, cx=px, cy=py, r=4.5, class_=f"reading part-{part}"))
        if len(by_source) > 1:
            parts.append(element("path", d=f"M{number(name_at)} 8h18", class_=f"line part-{part}"))
            parts.append(element("text", name, x=name_at + 24, y=12.0, class_=f"line-name part-{part}"))
            name_at += 44 + text_width(name, SIZE)
    return _svg(parts, frame)


def _svg(parts: Sequence[str], frame: Frame) -> Markup:
    kind = "chart wide-chart" if frame.width >= 500 else "chart narrow-chart"
    box = f"0 0 {frame.width:g} {frame.height:g}"
    return element("svg", join(parts), class_=kind, view_box=box, role="img", aria_label=frame.label)


def _grid(days: Sequence[date], x: Linear, y: Linear, frame: Frame) -> Markup:
    parts = []
    for tick in y.ticks(4):
        kind = "grid zero" if tick == 0 else "grid"
        parts.append(element("line", x1=x.start, x2=x.end, y1=y(tick), y2=y(tick), class_=kind))
        parts.append(element("text", frame.tell(tick), x=x.start - 6, y=y(tick) + 4, text_anchor="end", class_="tick"))
    ticks = day_ticks(days[0], days[-1], most=8 if frame.width >= 500 else 4)
    is_long = (days[-1] - days[0]).days > 550
    last_right = float("-inf")
    for day in ticks:
        text = (f"{day:%Y}" if day.month == 1 else f"{day:%b %Y}") if is_long else f"{day.day} {day:%b}"
        at = x((day - days[0]).days)
        half = text_width(text, SIZE) / 2
        if at - half < last_right + 6 or at + half > frame.width:
            continue
        last_right = at + half
        parts.append(element("line", x1=at, x2=at, y1=y.start, y2=y.start + 4, class_="tick-line"))
        parts.append(element("text", text, x=at, y=frame.height - 6, text_anchor="middle", class_="tick"))
    return join(parts)


def _line(line: Line, x: Linear, y: Linear) -> Markup:
    points = [None if value is None else (x(place), y(value)) for place, value in enumerate(line.values)]
    parts = [element("path", d=path(points), class_=f"line part-{line.part}")]
    for place, point in enumerate(points):
        is_alone = (place == 0 or points[place - 1] is None) and (place == len(points) - 1 or points[place + 1] is None)
        if point and (is_alone or place == len(points) - 1):
            parts.append(element("circle", cx=point[0], cy=point[1], r=3, class_=f"end part-{line.part}"))
    return join(parts)


def _band(line: Line, x: Linear, y: Linear) -> Markup:
    """The interval around a line: an area for each unbroken stretch of days, an upright line for a day alone."""
    parts, stretch = [], []
    for place, (low, high) in enumerate([*zip(line.low, line.high, strict=True), (None, None)]):
        if low is not None and high is not None:
            stretch.append((x(place), y(low), y(high)))
            continue
        if len(stretch) > 1:
            there = [(at, top) for at, _, top in stretch] + [(at, low_y) for at, low_y, _ in reversed(stretch)]
            parts.append(element("path", d=path(there) + "Z", class_=f"band part-{line.part}"))
        elif stretch:
            at, bottom, top = stretch[0]
            parts.append(element("line", x1=at, x2=at, y1=bottom, y2=top, class_=f"lone part-{line.part}"))
        stretch = []
    return join(parts)


def _gaps(days: Sequence[date], values: Values, x: Linear, y: Linear, unknown: str) -> Markup:
    parts: list[Markup] = []
    begin: int | None = None
    for place, value in enumerate([*values, 0.0]):
        if value is None and begin is None:
            begin = place
        elif value is not None and begin is not None:
            first, last = x(max(begin - 0.5, 0)), x(min(place - 0.5, len(days) - 1))
            told = f"{unknown}: {days[begin]:%Y-%m-%d} to {days[place - 1]:%Y-%m-%d}"
            title = element("title", told)
            box = {"x": first, "y": y.end, "width": max(last - first, 1.5), "height": y.start - y.end}
            parts.append(element("rect", title, class_="gap", **box))
            if last - first > text_width(unknown, 10) + 8:
                middle = {"x": (first + last) / 2, "y": (y.start + y.end) / 2 + 4, "text_anchor": "middle"}
                parts.append(element("text", unknown, class_="gap-text", **middle))
            begin = None
    return join(parts)


def _bars(frame: Frame, x: Linear, base: float) -> Markup:
    most = max((value for value in frame.bars if value), default=0.0) or 1.0
    width = max((x.end - x.start) / max(len(frame.bars), 1) - 0.6, 0.8)
    d = "".join(
        f"M{number(x(place))} {number(base)}V{number(base - 20 * value / most)}"
        for place, value in enumerate(frame.bars)
        if value
    )
    bars = element("path", d=d, class_="bars", stroke_width=width)
    text = element("text", frame.bars_label, x=x.start + 2, y=base - 12, class_="bars-text")
    return join([bars, text])


def _names(series: Sequence[Line], y: Linear, at: float) -> Markup:
    """The names at the ends of their lines, moved apart where they would cover one another."""
    ends: list[tuple[float, Line]] = []
    for line in series:
        last = next((value for value in reversed(line.values) if value is not None), None)
        if last is not None:
            ends.append((y(last) + 4, line))
    parts, above = [], float("-inf")
    for height, line in sorted(ends, key=lambda end: end[0]):
        above = max(height, above + SIZE + 3)
        name = shorten(line.name, SIZE, 128)
        parts.append(element("text", name, x=at, y=above, class_=f"line-name part-{line.part}"))
    return join(parts)
