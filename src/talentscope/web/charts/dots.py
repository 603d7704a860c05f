"""The ranked dot plot: a row a company, a filled dot for now, a hollow one for some time ago, on a logarithmic axis."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from talentscope.web.charts.scales import Log, logarithmic
from talentscope.web.charts.svg import element, join, shorten

ROW, HEAD, FOOT = 24.0, 26.0, 6.0
SIZE = 12.0


@dataclass(frozen=True)
class Dot:
    """One row. `now` and `before` are above zero; `before` None: not known. `told` is all of it as a sentence."""

    name: str
    href: str
    now: float
    before: float | None
    figure: str
    change: str
    told: str


def ranked_dots(rows: Sequence[Dot], *, label: str, tell: Callable[[float], str], width: float = 640) -> Markup:
    """The picture, `width` wide, with names at the left and figure and change at the right."""
    is_wide = width >= 500
    left, right = (138.0, 132.0) if is_wide else (104.0, 58.0)
    height = HEAD + ROW * len(rows) + FOOT
    known = [value for row in rows for value in (row.now, row.before) if value]
    scale = logarithmic(known, left + 10, width - right - 10)
    parts = [_grid(scale, height, tell, about=5 if is_wide else 2)]
    for number, row in enumerate(rows):
        parts.append(_row(row, HEAD + ROW * number + ROW / 2, scale, left, width, is_wide=is_wide))
    kind = "chart wide-chart" if is_wide else "chart narrow-chart"
    return element(
        "svg", join(parts), class_=kind, view_box=f"0 0 {width:g} {height:g}", role="group", aria_label=label
    )


def _grid(scale: Log, height: float, tell: Callable[[float], str], *, about: int) -> Markup:
    parts = []
    last_right = float("-inf")
    for tick in scale.ticks(about):
        x, text = scale(tick), tell(tick)
        half = len(text) * 3.6
        if x - half < last_right + 6:
            continue
        last_right = x + half
        parts.append(element("line", x1=x, x2=x, y1=HEAD - 6, y2=height - FOOT, class_="grid"))
        parts.append(element("text", text, x=x, y=13.0, text_anchor="middle", class_="tick"))
    return join(parts)


def _row(row: Dot, y: float, scale: Log, left: float, width: float, *, is_wide: bool) -> Markup:
    now = scale(row.now)
    parts = [
        element("title", row.told),
        element("rect", x=0, y=y - ROW / 2, width=width, height=ROW, class_="hit"),
        element("text", shorten(row.name, SIZE, left - 8), x=0, y=y + 4, class_="name"),
    ]
    if row.before:
        before = scale(row.before)
        parts.append(element("line", x1=before, x2=now, y1=y, y2=y, class_="moved"))
        parts.append(element("circle", cx=before, cy=y, r=4, class_="before"))
    parts.append(element("circle", cx=now, cy=y, r=5, class_="now"))
    figure_x = width - 66 if is_wide else width
    parts.append(element("text", row.figure, x=figure_x, y=y + 4, text_anchor="end", class_="figure"))
    if is_wide:
        parts.append(element("text", row.change, x=width, y=y + 4, text_anchor="end", class_="change"))
    return element("a", join(parts), href=row.href, tabindex=-1, class_="mark-row")
