"""One company's days as pictures: value, offers, sentiment with its interval, news, readings of its head-count."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from markupsafe import Markup

from talentscope.web import formats
from talentscope.web.charts.lines import Frame, Line, lines, readings
from talentscope.web.charts.svg import join
from talentscope.web.pages.company_view import source_name

Row = dict[str, Any]

WIDE, NARROW = 640.0, 340.0


@dataclass(frozen=True)
class Chart:
    """One picture: its title, a note, the metric of /companies/explore that it is of, and what to say without it."""

    title: str
    note: str
    metric: str
    picture: Markup
    without: str


def draw_company(days: Sequence[Row], head_counts: Sequence[Row]) -> list[Chart]:
    """The pictures of a company's days (oldest first) and head-counts, in the order of the page."""
    return [
        _of(days, "market_value_usd", "Market value", "market_value", formats.money, unknown="not known"),
        _of(
            days,
            "open_offers",
            "Open offers",
            "open_offers",
            formats.compact,
            unknown="boards not read",
            with_zero=True,
        ),
        _sentiment(days),
        _head_counts(head_counts),
        _of(
            days,
            "value_per_employee_usd",
            "Value per employee",
            "value_per_employee",
            formats.money,
            unknown="withheld",
        ),
        _of(
            days,
            "news_tone_7d",
            "News tone",
            "news_tone",
            lambda value: formats.signed(value, 1),
            unknown="no news asked",
            with_zero=True,
            note="GDELT's mean tone of seven days of articles, about −10 to 10. Another scale than sentiment.",
        ),
    ]


def calendar(days: Sequence[Row]) -> list[date]:
    """Every day from the first to the last."""
    first, last = days[0]["day"], days[-1]["day"]
    return [first + timedelta(days=number) for number in range((last - first).days + 1)]


def _of(
    days: Sequence[Row],
    column: str,
    title: str,
    metric: str,
    tell: Callable[[float], str],
    *,
    unknown: str,
    with_zero: bool = False,
    note: str = "",
) -> Chart:
    span, values = _series(days, column)
    known = [value for value in values if value is not None]
    if len(known) < 2:
        return Chart(title, note, metric, Markup(""), _too_little(known, tell))
    label = f"{title} from {span[0]} to {span[-1]}: {tell(known[0])} at first, {tell(known[-1])} at last"
    frame = Frame(label=label, tell=tell, unknown=unknown, with_zero=with_zero)
    return Chart(title, note, metric, _both(span, [Line(title, values)], frame), "")


def _sentiment(days: Sequence[Row]) -> Chart:
    span, mean = _series(days, "sentiment_mean")
    _, low = _series(days, "sentiment_low")
    _, high = _series(days, "sentiment_high")
    _, mentions = _series(days, "sentiment_mentions")
    note = "Mean of seven days with its 95 % interval; below, how many mentions it is from. Fewer than 20: withheld."
    known = [value for value in mean if value is not None]
    if len(known) < 2:
        return Chart("Sentiment", note, "sentiment", Markup(""), _too_little(known, formats.signed))
    first, last = formats.signed(known[0]), formats.signed(known[-1])
    label = f"Sentiment with its interval from {span[0]} to {span[-1]}: {first} at first, {last} at last"
    most = max((value for value in mentions if value is not None), default=0)
    frame = Frame(
        label=label,
        tell=formats.signed,
        unknown="withheld",
        with_zero=True,
        bars=mentions,
        bars_label=f"mentions, at most {most:,.0f}",
        height=250,
    )
    return Chart("Sentiment", note, "sentiment", _both(span, [Line("Sentiment", mean, low=low, high=high)], frame), "")


def _head_counts(head_counts: Sequence[Row]) -> Chart:
    """A line a source: what two sources say is not a movement."""
    by_source: dict[str, list[tuple[date, float, str]]] = {}
    for row in head_counts:
        name = source_name(row["source"])
        told = f"{formats.day(row['as_of'])}: {formats.count(row['employees'])} by {name}"
        by_source.setdefault(name, []).append((row["as_of"], float(row["employees"]), told))
    points = [point for told in by_source.values() for point in told]
    note = "Each dot is one reading on the day that it is of, a line a source. The words of each stand below."
    if len(points) < 2:
        return Chart("Head-count", note, "employees", Markup(""), _too_little([p[1] for p in points], formats.count))
    label = f"Head-count, {len(points)} readings: " + "; ".join(told for _, _, told in sorted(points))
    frame = Frame(label=label, tell=formats.compact)
    narrow = replace(frame, width=NARROW)
    return Chart("Head-count", note, "employees", join([readings(by_source, frame), readings(by_source, narrow)]), "")


def _series(days: Sequence[Row], column: str) -> tuple[list[date], list[float | None]]:
    """One value a day, None on days without one."""
    if not days:
        return [], []
    span = calendar(days)
    by_day = {row["day"]: row[column] for row in days}
    return span, [by_day.get(day) for day in span]


def _both(span: Sequence[date], series: Sequence[Line], frame: Frame) -> Markup:
    return join([lines(span, series, frame), lines(span, series, replace(frame, width=NARROW))])


def _too_little(known: Sequence[float], tell: Callable[[float], str]) -> str:
    if not known:
        return "Not known on any of these days."
    return f"Known once: {tell(known[0])}. A line takes two days."
