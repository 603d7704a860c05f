"""Two figures of each company against each other, a third as area; names where they fit."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from talentscope.web.charts.labels import Box, Placed, Spot, place
from talentscope.web.charts.scales import Linear, Log
from talentscope.web.charts.svg import element, join, text_width

LABEL_FROM = 500
"""Pictures that are narrower carry no names: they would cover one another."""

STRIP = 62.0
"""Width of the strip for marks whose place across is not known."""

SMALLEST, LARGEST = 3.5, 17.0
SIZE = 11.0
Tell = Callable[[float], str]


@dataclass(frozen=True)
class Mark:
    """One company. `is_sure` False draws it hollow and dashed; `told` is all of it as a sentence.

    `size` None: the third figure is not known, and the mark is the smallest. `tone` is positive, neutral, negative or
    plain; where it is neither plain nor told by the place, the sentence tells it.
    """

    name: str
    href: str
    x: float
    y: float
    size: float | None
    told: str
    tone: str = "plain"
    is_sure: bool = True


@dataclass(frozen=True)
class Axis:
    """A scale without pixels: what it is of, how its ticks are told, and from where to where."""

    title: str
    tell: Tell
    low: float
    high: float
    is_log: bool = False

    def scale(self, start: float, end: float) -> Linear | Log:
        """The scale on these pixels."""
        return Log(self.low, self.high, start, end) if self.is_log else Linear(self.low, self.high, start, end)


@dataclass(frozen=True)
class Guide:
    """A thin line between two points in figures. Words stand at the right end when it is level, else at its start."""

    x1: float
    y1: float
    x2: float
    y2: float
    text: str
    is_strong: bool = False


@dataclass(frozen=True)
class Extras:
    """What a picture has beside its marks.

    `corners`: words from top left to bottom right. `aside`: marks whose place across is not known; they stand in a
    strip of their own at the right, under `aside_title`.
    """

    guides: Sequence[Guide] = ()
    corners: Sequence[str] = ()
    aside: Sequence[Mark] = ()
    aside_title: str = ""


PLAIN = Extras()


def axis(title: str, tell: Tell, values: Sequence[float], *, is_log: bool = False, is_even: bool = False) -> Axis:
    """An axis around all values with air for the marks; `is_even`: as far below zero as above."""
    if is_log:
        low, high = min(values), max(values)
        air = max((high / low) ** 0.06, 1.25)
        return Axis(title, tell, low / air, high * air, is_log=True)
    limit = max(abs(value) for value in values) * 1.15 or 1.0
    low, high = (-limit, limit) if is_even else (min(values), max(values))
    return Axis(title, tell, low, high)


def scatter(
    marks: Sequence[Mark],
    *,
    across: Axis,
    up: Axis,
    label: str,
    extras: Extras = PLAIN,
    width: float = 640,
    height: float = 440,
) -> Markup:
    """The picture. The first marks get their names first."""
    guides, corners, aside = extras.guides, extras.corners, extras.aside
    left, right, top, bottom = 56.0, width - 12 - (STRIP if aside else 0), 26.0, height - 40
    x, y = across.scale(left, right), up.scale(bottom, top)
    largest = max((mark.size for mark in marks if mark.size), default=1.0)
    radii = [_radius(mark.size, largest) * (1 if width >= LABEL_FROM else 0.7) for mark in marks]
    frame = Box(left, top, right, bottom)
    parts = [_axes(across, up, x, y, frame, is_narrow=width < LABEL_FROM)]
    told, taken = _guides(guides, x, y, frame, is_named=width >= LABEL_FROM)
    words, covered = _corners(corners, frame) if width >= LABEL_FROM else (Markup(""), [])
    parts += [told, words]
    parts.append(_aside(aside, extras.aside_title, y, frame, largest))
    order = sorted(range(len(marks)), key=lambda n: -radii[n])
    parts += [_mark(marks[n], x(marks[n].x), y(marks[n].y), radii[n]) for n in order]
    if width >= LABEL_FROM:
        spots = [Spot(x(m.x), y(m.y), r, m.name) for m, r in zip(marks, radii, strict=True)]
        parts += [_name(one) for one in place(spots, within=frame, size=SIZE, taken=[*taken, *covered])]
    kind = "chart wide-chart" if width >= LABEL_FROM else "chart narrow-chart"
    return element(
        "svg", join(parts), class_=kind, view_box=f"0 0 {width:g} {height:g}", role="group", aria_label=label
    )


def _aside(marks: Sequence[Mark], title: str, y: Linear | Log, frame: Box, largest: float) -> Markup:
    if not marks:
        return Markup("")
    first = frame.right + 10
    box = {"x": first, "y": frame.top, "width": STRIP - 10, "height": frame.bottom - frame.top}
    parts = [element("rect", class_="gap", **box)]
    parts.append(element("text", title, x=first + STRIP - 10, y=12.0, text_anchor="end", class_="axis-title"))
    for number, mark in enumerate(marks):
        place = first + 10 + (number % 4) * (STRIP - 30) / 3
        parts.append(_mark(mark, place, y(mark.y), min(_radius(mark.size, largest), 6.0)))
    return join(parts)


def _radius(size: float | None, largest: float) -> float:
    return SMALLEST if not size else max(SMALLEST, LARGEST * math.sqrt(size / largest))


def _mark(mark: Mark, x: float, y: float, radius: float) -> Markup:
    kind = f"mark {mark.tone}" + ("" if mark.is_sure else " unsure")
    dot = element("circle", cx=x, cy=y, r=radius, class_=kind)
    return element("a", join([element("title", mark.told), dot]), href=mark.href, tabindex=-1)


def _name(placed: Placed) -> Markup:
    return element("text", placed.text, x=placed.x, y=placed.y, text_anchor=placed.anchor, class_="name")


def _axes(across: Axis, up: Axis, x: Linear | Log, y: Linear | Log, frame: Box, *, is_narrow: bool) -> Markup:
    parts = []
    last_right = float("-inf")
    for tick in x.ticks(4 if is_narrow else 7):
        text = across.tell(tick)
        half = text_width(text, SIZE) / 2
        if x(tick) - half < last_right + 8 or x(tick) + half > frame.right + 12:
            continue
        last_right = x(tick) + half
        parts.append(element("line", x1=x(tick), x2=x(tick), y1=frame.top, y2=frame.bottom, class_="grid"))
        parts.append(element("text", text, x=x(tick), y=frame.bottom + 15, text_anchor="middle", class_="tick"))
    last_top = float("inf")
    for tick in y.ticks(5):
        if y(tick) > last_top - 14:
            continue
        last_top = y(tick)
        parts.append(element("line", x1=frame.left, x2=frame.right, y1=y(tick), y2=y(tick), class_="grid"))
        parts.append(element("text", up.tell(tick), x=frame.left - 6, y=y(tick) + 4, text_anchor="end", class_="tick"))
    parts.append(element("text", up.title, x=0, y=12.0, class_="axis-title"))
    parts.append(
        element("text", across.title, x=frame.right, y=frame.bottom + 33, text_anchor="end", class_="axis-title")
    )
    return join(parts)


def _guides(
    guides: Sequence[Guide], x: Linear | Log, y: Linear | Log, frame: Box, *, is_named: bool
) -> tuple[Markup, list[Box]]:
    parts: list[Markup] = []
    taken: list[Box] = []
    for guide in guides:
        x1, y1, x2, y2 = x(guide.x1), y(guide.y1), x(guide.x2), y(guide.y2)
        parts.append(element("line", x1=x1, y1=y1, x2=x2, y2=y2, class_="guide strong" if guide.is_strong else "guide"))
        if guide.text and is_named:
            width = text_width(guide.text, 10.5)
            is_level = abs(y2 - y1) < 1
            at_x, at_y = (frame.right - 4, y2 - 5) if is_level else (x1 + 4, min(y1, frame.bottom) - 7)
            anchor = "end" if is_level else "start"
            left = at_x - width if is_level else at_x
            box = Box(left - 2, at_y - 11, left + width + 2, at_y + 3)
            if any(box.meets(other) for other in taken):
                continue
            taken.append(box)
            parts.append(element("text", guide.text, x=at_x, y=at_y, text_anchor=anchor, class_="guide-text"))
    return join(parts), taken


def _corners(corners: Sequence[str], frame: Box) -> tuple[Markup, list[Box]]:
    places = (
        (frame.left + 8, frame.top + 14, "start"),
        (frame.right - 8, frame.top + 14, "end"),
        (frame.left + 8, frame.bottom - 8, "start"),
        (frame.right - 8, frame.bottom - 8, "end"),
    )
    parts: list[Markup] = []
    taken: list[Box] = []
    for text, (x, y, anchor) in zip(corners, places, strict=False):
        width = text_width(text, 10.5)
        left = x if anchor == "start" else x - width
        taken.append(Box(left - 2, y - 11, left + width + 2, y + 4))
        parts.append(element("text", text, x=x, y=y, text_anchor=anchor, class_="corner"))
    return join(parts), taken
