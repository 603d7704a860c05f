"""The small pictures that stand in a table's cell: a sparkline, and an interval on an axis from -1 to 1."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from talentscope.web.charts.svg import element, join, path

WIDTH, HEIGHT, EDGE = 88, 26, 3
MOST_POINTS = 44


def sparkline(values: Sequence[float | None], label: str) -> Markup:
    """A line over the days with a dot on the last known value; gaps stay gaps. `label` is its text form.

    Fewer than two known values make no line: nothing is drawn.
    """
    known = [value for value in values if value is not None]
    if len(known) < 2:
        return Markup("")
    low, high = min(known), max(known)
    span = high - low or 1.0
    step = (WIDTH - 2 * EDGE) / max(len(values) - 1, 1)
    kept = _thinned(values)

    def point(place: int) -> tuple[float, float] | None:
        value = values[place]
        if value is None:
            return None
        share = (value - low) / span if high > low else 0.5
        return EDGE + place * step, HEIGHT - EDGE - share * (HEIGHT - 2 * EDGE)

    last = point(max(place for place, value in enumerate(values) if value is not None))
    line = element("path", d=path(point(place) for place in kept), class_="spark-line")
    dot = element("circle", cx=last[0], cy=last[1], r=2.2, class_="spark-dot") if last else ""
    return element(
        "svg",
        join([line, dot]),
        class_="spark",
        width=WIDTH,
        height=HEIGHT,
        view_box=f"0 0 {WIDTH} {HEIGHT}",
        role="img",
        aria_label=label,
    )


def interval(mean: float, low: float, high: float, *, half_width: float = 38, limit: float = 0.6) -> Markup:
    """A mean with its interval on an axis around zero, cut at `limit` either way. Decoration: the cell tells it too."""
    height, middle = 14, 7.0

    def at(value: float) -> float:
        return half_width + half_width * max(-1.0, min(1.0, value / limit)) * 0.94

    tone = "positive" if low > 0 else "negative" if high < 0 else "neutral"
    parts = [
        element("line", x1=1, x2=2 * half_width - 1, y1=middle, y2=middle, class_="axis-line"),
        element("line", x1=half_width, x2=half_width, y1=2, y2=height - 2, class_="axis-line"),
        element("line", x1=at(low), x2=at(high), y1=middle, y2=middle, class_=f"range {tone}"),
        element("circle", cx=at(mean), cy=middle, r=3.4, class_=f"dot {tone}"),
    ]
    box = f"0 0 {2 * half_width:g} {height}"
    return element(
        "svg", join(parts), class_="interval", width=2 * half_width, height=height, view_box=box, aria_hidden="true"
    )


def split_bar(positive: float, negative: float) -> Markup:
    """Shares of positive, neither and negative posts as one bar. Decoration: the cell tells them too."""
    width, height = 88.0, 8
    good, bad = width * positive, width * negative
    parts = [
        element("rect", x=0, y=0, width=width, height=height, rx=2, class_="bar-neutral"),
        element("rect", x=0, y=0, width=good, height=height, rx=2, class_="bar-positive"),
        element("rect", x=width - bad, y=0, width=bad, height=height, rx=2, class_="bar-negative"),
    ]
    box = f"0 0 {width:g} {height}"
    return element("svg", join(parts), class_="split", width=width, height=height, view_box=box, aria_hidden="true")


def _thinned(values: Sequence[float | None]) -> list[int]:
    """Places to draw: at most MOST_POINTS of them, always the last, and one on each side of every gap."""
    if len(values) <= MOST_POINTS:
        return list(range(len(values)))
    every = len(values) / MOST_POINTS
    kept = {int(number * every) for number in range(MOST_POINTS)} | {len(values) - 1}
    for place in range(1, len(values)):
        if (values[place] is None) != (values[place - 1] is None):
            kept |= {place - 1, place}
    return sorted(kept)
