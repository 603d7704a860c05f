"""Where names stand beside their marks so that none covers another, nor a mark. Pure.

Greedy by importance: the first company that is given gets its name first. A name that finds no place is left out: the
table holds it, and the mark tells it on hover and to screen readers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from talentscope.web.charts.svg import text_width

GAP = 3.0


@dataclass(frozen=True)
class Box:
    """A rectangle in pixels."""

    left: float
    top: float
    right: float
    bottom: float

    def meets(self, other: Box) -> bool:
        """Whether the two cover a common point."""
        return (
            self.left < other.right and other.left < self.right and self.top < other.bottom and other.top < self.bottom
        )

    def is_inside(self, other: Box) -> bool:
        """Whether all of it lies in the other."""
        return (
            self.left >= other.left
            and self.right <= other.right
            and self.top >= other.top
            and self.bottom <= other.bottom
        )


@dataclass(frozen=True)
class Spot:
    """A mark at (x, y) of that radius, and the name that it would have."""

    x: float
    y: float
    radius: float
    text: str


@dataclass(frozen=True)
class Placed:
    """A name that found a place: where its baseline begins (anchor start), middles or ends, and what it covers."""

    text: str
    x: float
    y: float
    anchor: str
    box: Box


def place(
    spots: Sequence[Spot], *, within: Box, size: float = 11.0, most: int = 40, taken: Sequence[Box] = ()
) -> list[Placed]:
    """Names for as many spots as fit, the first ones first. `taken`: what no name may cover beside the marks."""
    marks = [Box(s.x - s.radius, s.y - s.radius, s.x + s.radius, s.y + s.radius) for s in spots]
    covered = list(taken)
    found: list[Placed] = []
    for number, spot in enumerate(spots):
        if len(found) >= most:
            break
        others = [mark for other, mark in enumerate(marks) if other != number]
        for candidate in _candidates(spot, size):
            if not candidate.box.is_inside(within) or any(candidate.box.meets(box) for box in (*covered, *others)):
                continue
            found.append(candidate)
            covered.append(candidate.box)
            break
    return found


def _candidates(spot: Spot, size: float) -> list[Placed]:
    width, reach = text_width(spot.text, size), spot.radius + GAP
    above, below, level = spot.y - reach, spot.y + reach + size * 0.75, spot.y + size * 0.35
    near = spot.radius * 0.7 + GAP
    places = (
        (spot.x + reach, level, "start"),
        (spot.x - reach, level, "end"),
        (spot.x, above, "middle"),
        (spot.x, below, "middle"),
        (spot.x + near, spot.y - near, "start"),
        (spot.x + near, spot.y + near + size * 0.75, "start"),
        (spot.x - near, spot.y - near, "end"),
        (spot.x - near, spot.y + near + size * 0.75, "end"),
    )
    return [Placed(spot.text, x, y, anchor, _box(x, y, anchor, width, size)) for x, y, anchor in places]


def _box(x: float, y: float, anchor: str, width: float, size: float) -> Box:
    left = {"start": x, "middle": x - width / 2, "end": x - width}[anchor]
    return Box(left - 1, y - size * 0.85, left + width + 1, y + size * 0.3)
