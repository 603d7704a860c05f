"""The pictures above the ranking: who leads and who moved, value against sentiment, value against head-count."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from statistics import median
from typing import Any

from markupsafe import Markup

from talentscope.web import formats
from talentscope.web.charts.dots import Dot, ranked_dots
from talentscope.web.charts.scatter import Axis, Extras, Guide, Mark, axis, scatter
from talentscope.web.charts.svg import join
from talentscope.web.pages.companies_query import CompaniesQuery
from talentscope.web.pages.company_view import history_of, tone_of
from talentscope.web.reader import Reading

Row = dict[str, Any]

SHOWN = 16
WIDE, NARROW = 640.0, 340.0
RATIO_GUIDES = (1e5, 3e5, 1e6, 3e6, 1e7, 3e7, 1e8)


@dataclass(frozen=True)
class Pictures:
    """The three pictures, each empty when nobody has both of its figures. `before`: the day of the hollow dots."""

    dots: Markup
    dots_shown: int
    dots_total: int
    before: date | None
    quadrant: Markup
    quadrant_total: int
    withheld_total: int
    people: Markup
    people_total: int


def draw(reading: Reading, rows: Sequence[Row], query: CompaniesQuery) -> Pictures:
    """The pictures of these companies; those of all companies are drawn once a snapshot."""
    if query.is_filtered:
        return _draw(reading, rows, query)
    return reading.remember(("company pictures", query.per, query.back), lambda: _draw(reading, rows, query))


def _draw(reading: Reading, rows: Sequence[Row], query: CompaniesQuery) -> Pictures:
    column, words = f"value_per_{query.per}_usd", f"Value per {query.per}"
    ranked = sorted((row for row in rows if row[column]), key=lambda row: -row[column])
    dots, before = _dots(reading, ranked[:SHOWN], query)
    liked = [row for row in ranked if row["sentiment_mean"] is not None]
    withheld = [row for row in ranked if row["sentiment_mean"] is None]
    sized = [row for row in rows if row["market_value_usd"] and row["employees"]]
    return Pictures(
        dots=dots,
        dots_shown=min(len(ranked), SHOWN),
        dots_total=len(ranked),
        before=before,
        quadrant=_quadrant(liked, withheld, column, words) if liked else Markup(""),
        quadrant_total=len(liked),
        withheld_total=len(withheld),
        people=_people(sized) if sized else Markup(""),
        people_total=len(sized),
    )


def _dots(reading: Reading, ranked: Sequence[Row], query: CompaniesQuery) -> tuple[Markup, date | None]:
    if not ranked:
        return Markup(""), None
    history = history_of(reading, f"value_per_{query.per}")
    back = int(query.back)
    has_history = len(history.days) > back
    before = history.days[-1 - back] if has_history else None
    rows = []
    for row in ranked:
        now = row[f"value_per_{query.per}_usd"]
        then = (
            history.values[row["company_id"]][-1 - back]
            if has_history and row["company_id"] in history.values
            else None
        )
        change = formats.signed_percent(100 * (now - then) / then) if then else ""
        told = f"{row['name']}: {formats.money(now)} per {query.per}"
        told += f", {change} in {back} days" if change else f", not known {back} days ago"
        href = f"/companies/{row['company_id']}"
        rows.append(Dot(row["name"], href, now, then, formats.dollars(now), change, told))
    label = f"Market value per {query.per} of the first {len(rows)} companies; the table below has the same figures"
    drawn = [ranked_dots(rows, label=label, tell=formats.money, width=width) for width in (WIDE, NARROW)]
    return join(drawn), before


def _quadrant(rows: Sequence[Row], withheld: Sequence[Row], column: str, words: str) -> Markup:
    across = axis("Sentiment of seven days →", formats.signed, [row["sentiment_mean"] for row in rows], is_even=True)
    up = axis(f"↑ {words}", formats.money, [row[column] for row in (*rows, *withheld)], is_log=True)
    middle = median(row[column] for row in (*rows, *withheld))
    guides = [
        Guide(0, up.low, 0, up.high, "", is_strong=True),
        Guide(across.low, middle, across.high, middle, f"median {formats.money(middle)}", is_strong=True),
    ]
    marks = [_felt(row, column, row["sentiment_mean"]) for row in _by_weight(rows, "employees")]
    aside = [_felt(row, column, None) for row in withheld]
    corners = ("valued highly, disliked", "valued highly, liked", "valued less, disliked", "valued less, liked")
    label = f"{words} against sentiment of {len(rows)} companies; the table below has the same figures"
    return _both(marks, across, up, label, Extras(guides, corners, aside, "withheld"))


def _felt(row: Row, column: str, sentiment: float | None) -> Mark:
    """A company in the quadrant; without a sentiment that is shown it is hollow, and says why."""
    shown = f"{row['name']}: {formats.money(row[column])}"
    if sentiment is None:
        told = f"{shown}, sentiment withheld: {row['withheld_sentiment'] or 'no posts were read'}"
    else:
        mentions = formats.plural(row["sentiment_mentions"], "mention")
        told = f"{shown}, sentiment {formats.signed(sentiment)} from {mentions}"
    return Mark(
        name=row["name"],
        href=f"/companies/{row['company_id']}",
        x=sentiment or 0.0,
        y=row[column],
        size=row["employees"],
        told=f"{told}, head-count {formats.count(row['employees'])}",
        tone=tone_of(row["sentiment_low"], row["sentiment_high"]) if sentiment is not None else "neutral",
        is_sure=sentiment is not None,
    )


def _people(rows: Sequence[Row]) -> Markup:
    across = axis("Head-count →", formats.compact, [row["employees"] for row in rows], is_log=True)
    up = axis("↑ Market value", formats.money, [row["market_value_usd"] for row in rows], is_log=True)
    marks = [
        Mark(
            name=row["name"],
            href=f"/companies/{row['company_id']}",
            x=row["employees"],
            y=row["market_value_usd"],
            size=row["open_offers"],
            told=f"{row['name']}: {formats.money(row['market_value_usd'])}, {formats.count(row['employees'])} employed,"
            f" {formats.money(row['value_per_employee_usd'])} each, {_offered(row)}",
            is_sure=row["open_offers"] is not None,
        )
        for row in _by_weight(rows, "market_value_usd")
    ]
    label = f"Market value against head-count of {len(rows)} companies; the table below has the same figures"
    return _both(marks, across, up, label, Extras(_ratio_guides(across, up)))


def _ratio_guides(across: Axis, up: Axis) -> list[Guide]:
    """Lines of equal value per employee, as far as they cross the picture."""
    found = []
    for ratio in RATIO_GUIDES:
        first, last = max(across.low, up.low / ratio), min(across.high, up.high / ratio)
        if first < last:
            text = f"{formats.money(ratio)} per employee"
            found.append(Guide(first, first * ratio, last, last * ratio, text))
    return found


def _both(marks: Sequence[Mark], across: Axis, up: Axis, label: str, extras: Extras) -> Markup:
    """The wide one with names and the narrow one without; the style sheet shows one of them."""
    wide = scatter(marks, across=across, up=up, label=label, extras=extras, width=WIDE, height=424)
    few = Extras(guides=extras.guides)
    return join([wide, scatter(marks, across=across, up=up, label=label, extras=few, width=NARROW, height=320)])


def _by_weight(rows: Sequence[Row], column: str) -> list[Row]:
    return sorted(rows, key=lambda row: -(row[column] or 0))


def _offered(row: Row) -> str:
    offers = row["open_offers"]
    return "open offers unknown" if offers is None else formats.plural(offers, "open offer")
