"""Which source is asked about which days. Pure.

Boards, prices and filings are asked how they stand today. Posts and news are asked for whole days that are over, and
days that were missed are caught up where the source has a past.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from talentscope.registry.observation import Metric, Source

CATCH_UP_DAYS = 7
"""How many missed days are caught up at most; what is older is the business of `backfill`."""

PAST_STEP_DAYS: Mapping[str, int] = {"sec": 30, "fmp": 30}
"""Backfill asks sources of yearly and quarterly facts only so often; all others are asked for each day."""

WHOLE_DAY_METRICS = frozenset({Metric.NEWS_TONE, Metric.NEWS_ARTICLES})


@dataclass(frozen=True)
class Ask:
    """One source, one day."""

    source: Source
    day: date


def is_of_whole_days(source: Source) -> bool:
    """Whether a source tells of days that are over (posts, news) rather than of how things stand now."""
    return not source.metrics or set(source.metrics) <= WHOLE_DAY_METRICS


def plan_run(sources: Sequence[Source], *, today: date, last_days: Mapping[str, date]) -> list[Ask]:
    """What a run on `today` asks. `last_days` is the newest day that each source was read for without being down."""
    asks = []
    for source in sources:
        if not is_of_whole_days(source):
            asks.append(Ask(source, today))
            continue
        yesterday = today - timedelta(days=1)
        last = last_days.get(source.name)
        first = yesterday
        if source.has_past and last is not None:
            first = max(min(last + timedelta(days=1), yesterday), yesterday - timedelta(days=CATCH_UP_DAYS - 1))
        asks += [Ask(source, day) for day in _days(first, yesterday, step=1)]
    return asks


def plan_backfill(sources: Sequence[Source], *, first: date, last: date) -> list[Ask]:
    """What a backfill from `first` to `last` (both included) asks: sources that have a past, oldest day first."""
    return [
        Ask(source, day)
        for source in sources
        if source.has_past
        for day in _days(first, last, step=PAST_STEP_DAYS.get(source.name, 1))
    ]


def _days(first: date, last: date, *, step: int) -> list[date]:
    """Every `step` days, and the last day in any case."""
    count = (last - first).days
    days = [first + timedelta(days=n) for n in range(0, count + 1, step)]
    return days if not days or days[-1] == last else [*days, last]
