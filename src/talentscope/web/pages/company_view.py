"""What of a company is shown, and how: quality marks beside the figure that they are of, histories, small pictures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from talentscope.scoring.company_days import METRICS, History, Metric, find_history
from talentscope.warehouse.company_rules import LEAST_MENTIONS, MARKS
from talentscope.web import formats
from talentscope.web.charts.sparks import interval, sparkline, split_bar
from talentscope.web.reader import Reading

Row = dict[str, Any]

SPARK_DAYS = 91
"""From ninety days ago to the newest day."""


@dataclass(frozen=True)
class QualityMark:
    """A quality mark on the page: the figure that it is of, one word for the table, and what it says."""

    name: str
    figure: str
    word: str
    sentence: str


_WORDS: Mapping[str, tuple[str, str]] = {
    "value_old": ("value", "old"),
    "value_computed": ("value", "computed"),
    "value_disputed": ("value", "disputed"),
    "sources_disagree": ("value", "sources differ"),
    "split_suspected": ("value", "split?"),
    "employees_old": ("employees", "old"),
    "employees_jump": ("employees", "jump"),
    "offers_capped": ("offers", "at least"),
    "offers_filled": ("offers", "filled in"),
    "offers_partial": ("offers", "at least"),
    "offers_blocked": ("offers", "blocked"),
    "few_offers": ("offers", "few"),
    "few_mentions": ("sentiment", "few"),
}
QUALITY: Mapping[str, QualityMark] = {
    mark.name: QualityMark(mark.name, *_WORDS[mark.name], mark.sentence) for mark in MARKS
}

STATES: Mapping[str, str] = {
    "ok": "the source said it",
    "empty": "the source said that there is nothing: a true zero",
    "capped": "the source shows no more than so much: a floor",
    "blocked": "the source would not tell, or could not be reached",
    "missing": "the source does not have it, or no source reads it",
    "stale": "repeats an earlier day's answer",
}

OFFERS_UNKNOWN: Mapping[str, str] = {
    "": "no board was read",
    "missing": "boards read by no source",
    "blocked": "board could not be read",
}
"""Why open offers are not known, by the state of the company's boards."""

SOURCES: Mapping[str, str] = {
    "sec": "SEC filings",
    "wikidata": "Wikidata",
    "fmp": "FMP",
    "nasdaq": "Nasdaq",
    "greenhouse": "Greenhouse",
    "ashby": "Ashby",
    "lever": "Lever",
    "workable": "Workable",
    "workday": "Workday",
    "gdelt": "GDELT",
    "hackernews": "Hacker News",
    "bluesky": "Bluesky",
    "reddit": "Reddit",
}

TELL: Mapping[str, Any] = {
    "usd": formats.dollars,
    "count": formats.count,
    "decimal": formats.decimal,
    "score": formats.signed,
    "tone": lambda value: formats.signed(value, 1),
}
"""How a figure of each kind of metric is told."""


def source_name(source: str | None) -> str:
    """A source as people call it; the name of an imported table as it is."""
    return SOURCES.get(source or "", source or "")


def marks_of(row: Row) -> tuple[QualityMark, ...]:
    """The quality marks of a company, as the marts hold them; one that this version does not know is left out."""
    names = (row["quality"] or "").split(",")
    return tuple(QUALITY[name] for name in names if name in QUALITY)


def tone_of(low: float | None, high: float | None) -> str:
    """positive or negative where the whole interval says so, neutral otherwise, unknown without one."""
    if low is None or high is None:
        return "unknown"
    return "positive" if low > 0 else "negative" if high < 0 else "neutral"


def dress(row: Row) -> Row:
    """A row of the mart with what a cell needs beside the figures: marks by figure, the pictures of its sentiment."""
    marks = marks_of(row)
    has_sentiment = row["sentiment_mean"] is not None
    return row | {
        "marks": {
            figure: [mark for mark in marks if mark.figure == figure]
            for figure in ("value", "employees", "offers", "sentiment")
        },
        "tone": tone_of(row["sentiment_low"], row["sentiment_high"]),
        "interval": interval(row["sentiment_mean"], row["sentiment_low"], row["sentiment_high"])
        if has_sentiment
        else Markup(""),
        "split": split_bar(row["sentiment_positive_share"], row["sentiment_negative_share"])
        if has_sentiment
        else Markup(""),
        "least_mentions": LEAST_MENTIONS,
        "value_told_by": source_name(row["market_value_source"]),
        "employees_told_by": source_name(row["employees_source"]),
        "offers_unknown": OFFERS_UNKNOWN.get(row["offers_state"] or "", "could not be read"),
    }


def dress_all(reading: Reading, rows: Sequence[Row]) -> list[Row]:
    """As `dress`, for many rows of the mart; what it adds is worked out once a snapshot for each company."""
    kept: dict[str, Row] = reading.remember("dressed companies", dict)
    found = []
    for row in rows:
        extra = kept.get(row["company_id"])
        if extra is None:
            dressed = dress(row)
            extra = kept[row["company_id"]] = {name: dressed[name] for name in dressed.keys() - row.keys()}
        found.append(row | extra)
    return found


def history_of(reading: Reading, name: str) -> History:
    """One metric of all companies over ninety days, asked once a snapshot."""
    metric = METRICS[name]
    build = lambda: find_history(reading.connection, metric, days=SPARK_DAYS)  # noqa: E731 - kept by the reading
    return reading.remember(("company history", name), build)


def sparks_of(reading: Reading, name: str) -> Mapping[str, Markup]:
    """A sparkline of one metric for each company that has a history, drawn once a snapshot."""

    def build() -> dict[str, Markup]:
        history = history_of(reading, name)
        return {
            company_id: sparkline(values, _spark_told(METRICS[name], values))
            for company_id, values in history.values.items()
        }

    return reading.remember(("company sparks", name), build)


def _spark_told(metric: Metric, values: tuple[float | None, ...]) -> str:
    known = [value for value in values if value is not None]
    if not known:
        return f"{metric.title}: unknown"
    tell = TELL[metric.kind]
    days = formats.plural(len(values) - 1, "day")
    ends = f"from {tell(known[0])} to {tell(known[-1])}"
    return f"{metric.title} over {days}: {ends}, {tell(min(known))} at least, {tell(max(known))} at most"
