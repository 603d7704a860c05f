"""One timeline of GDELT DOC 2.0 becomes values by day. Pure and strict.

Shapes: https://blog.gdeltproject.org/gdelt-doc-2-0-api-debuts/ (timeline[].data[].{date,value}). Points may be of
fifteen minutes, hours or days, as GDELT chooses by the length of the time asked for. Complaints come as plain text
with status 200.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime

from talentscope.runtime.errors import UpstreamMalformed, UpstreamRefused

LONGEST_COMPLAINT = 200


@dataclass(frozen=True)
class Point:
    """One value of a timeline, of the time that begins `at` (aware UTC)."""

    at: datetime
    value: float


@dataclass(frozen=True)
class DayTone:
    """A day's mean tone (None if there was no article) and how many articles it is of."""

    day: date
    tone: float | None
    articles: int


class NotSearchable(Exception):  # not an error of a run: it becomes the state of one company
    """GDELT does not search for this: the name is too short or too common. The text is GDELT's own."""


def parse_timeline(text: str) -> tuple[Point, ...]:
    """The points, oldest first; none if nothing was found.

    Raises NotSearchable, UpstreamRefused (status 429: asked too fast) or UpstreamMalformed.
    """
    stripped = text.strip()
    if not stripped.startswith("{"):
        raise _complaint(stripped)
    try:
        data = json.loads(stripped, strict=False)  # GDELT writes control characters into strings
    except ValueError as error:
        raise UpstreamMalformed(f"gdelt: broken JSON: {stripped[:80]!r}") from error
    timeline = data.get("timeline", [])
    if not isinstance(timeline, list) or not all(isinstance(series, Mapping) for series in timeline):
        raise UpstreamMalformed("gdelt: timeline is no list of series")
    if not timeline:
        return ()
    points = timeline[0].get("data")
    if not isinstance(points, list):
        raise UpstreamMalformed("gdelt: a series without data")
    return tuple(sorted((_point(point) for point in points), key=lambda point: point.at))


def by_day(tones: tuple[Point, ...], counts: tuple[Point, ...], *, first: date, last: date) -> tuple[DayTone, ...]:
    """One row a day that the counts tell of, within first..last; tones are weighed by the articles they are of."""
    articles: dict[date, float] = {}
    weighed: dict[date, float] = {}
    tone_at = {point.at: point.value for point in tones}
    for point in counts:
        day = point.at.date()
        articles[day] = articles.get(day, 0) + point.value
        weighed[day] = weighed.get(day, 0) + point.value * tone_at.get(point.at, 0)
    known = {point.at.date() for point in tones}
    return tuple(
        DayTone(day, weighed[day] / count if count > 0 and day in known else None, round(count))
        for day, count in sorted(articles.items())
        if first <= day <= last
    )


def _point(data: object) -> Point:
    if not isinstance(data, Mapping):
        raise UpstreamMalformed("gdelt: a point that is no object")
    at, value = data.get("date"), data.get("value")
    if not isinstance(value, int | float) or isinstance(value, bool) or not math.isfinite(value):
        raise UpstreamMalformed(f"gdelt: expected a number as value; came {value!r:.50}")
    try:
        moment = datetime.strptime(at if isinstance(at, str) else "", "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    except ValueError:
        raise UpstreamMalformed(f"gdelt: expected a date like 20261120T000000Z; came {at!r:.50}") from None
    return Point(moment, float(value))


def _complaint(text: str) -> Exception:
    """What plain text or a page with status 200 means."""
    words = " ".join(text.split())[:LONGEST_COMPLAINT]
    lower = words.lower()
    if "limit requests" in lower:
        return UpstreamRefused(f"gdelt: {words}", status=429, way_out="run again later")
    if not text or text.startswith("<"):
        return UpstreamMalformed(f"gdelt: expected JSON, came {'a page' if text else 'nothing'} with status 200")
    if any(sign in lower for sign in ("too short", "too common", "too long", "your search", "keyword", "phrase")):
        return NotSearchable(words)
    return UpstreamMalformed(f"gdelt: expected JSON, came {words!r}")
