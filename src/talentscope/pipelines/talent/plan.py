"""Which searches a set of briefs asks for, where each starts, and what it will cost. Pure.

A query is the search text without its `pushed:` bound; two briefs that ask the same share it.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from talentscope.scoring.brief import Brief
from talentscope.sources.github.search import build_queries

BEGINNING = datetime(2008, 1, 1, tzinfo=UTC)
"""Before the first repository on GitHub."""

SEARCHES_PER_MINUTE, SEARCHES_PER_MINUTE_ANONYMOUS = 30, 10
"""https://docs.github.com/en/rest/search/search#rate-limit"""

OWNERS_PER_REPOSITORY = 0.6
"""Owners met per repository found, for the estimate only (1,456 of 2,500 in a measured search)."""

MOST_LANGUAGES_SPLIT = 2
"""A subject is searched language by language up to here; with more, one search without language costs less than many
that find little, and the brief's languages are applied to what came (docs/decisions/0002)."""

PROOFS_PER_REQUEST = 50
"""Where the adaptive batch of ownership proofs starts."""


@dataclass(frozen=True)
class Mark:
    """How far a query was drained by completed loads. `since` is where its last full sweep began."""

    state: str
    watermark: datetime | None
    since: datetime
    is_sweep: bool
    swept_at: datetime | None
    swept_since: datetime | None


@dataclass(frozen=True)
class Search:
    """One query to drain from `since` on. `declared_since` is what coverage says, also when a sweep goes on midway."""

    query: str
    since: datetime
    declared_since: datetime
    is_sweep: bool
    is_resumed: bool = False


@dataclass(frozen=True)
class Estimate:
    """What a run will ask of GitHub. Requests; `minutes` is what GitHub's own pace makes of them."""

    repositories: int
    search_requests: int
    owner_requests: int
    proof_requests: int
    minutes: float


def plan_searches(
    briefs: Sequence[Brief],
    marks: Mapping[str, Mark],
    *,
    terms_of: Callable[[Brief], Sequence[str]],
    now: datetime,
    overlap: timedelta,
    sweep_every: timedelta,
) -> list[Search]:
    """Every distinct query of the briefs once, starting at the earliest moment that any brief needs.

    What was never read to its end comes first: a small budget then reaches every query in the end.
    """
    starts: dict[str, datetime] = {}
    for brief in briefs:
        start = BEGINNING
        if brief.repository.pushed_within_days is not None:
            start = now - timedelta(days=brief.repository.pushed_within_days)
        for query in _queries(brief, terms_of(brief)):
            starts[query] = min(start, starts.get(query, start))
    searches = [
        _plan_one(query, start, marks.get(query), now=now, overlap=overlap, sweep_every=sweep_every)
        for query, start in starts.items()
    ]
    return sorted(searches, key=lambda search: not (search.is_sweep or search.is_resumed))


def estimate(totals: Sequence[int], *, pending_accounts: int, pending_proofs: int, has_token: bool) -> Estimate:
    """From each query's reported total (and what waits from earlier runs) to requests and minutes."""
    repositories = sum(totals)
    searches = sum(max(1, math.ceil(total / 100)) for total in totals)
    owners = pending_accounts + round(repositories * OWNERS_PER_REPOSITORY)
    proofs = pending_proofs + repositories
    pace = SEARCHES_PER_MINUTE if has_token else SEARCHES_PER_MINUTE_ANONYMOUS
    return Estimate(
        repositories=repositories,
        search_requests=searches,
        owner_requests=math.ceil(owners / 100) if has_token else owners,
        proof_requests=math.ceil(proofs / PROOFS_PER_REQUEST) if has_token else proofs,
        minutes=max(0, searches - pace) / pace,
    )


def _queries(brief: Brief, terms: Sequence[str]) -> list[str]:
    repository = brief.repository
    has_subject = bool(terms or brief.keywords)
    is_split = len(brief.languages) <= MOST_LANGUAGES_SPLIT or not has_subject
    return build_queries(
        topics=terms,
        keywords=brief.keywords,
        languages=brief.languages if is_split else (),
        stars=(repository.stars.min, repository.stars.max),
        size_kb=(repository.size_kb.min, repository.size_kb.max),
        max_topics=repository.max_topics,
    )


def _plan_one(
    query: str, start: datetime, mark: Mark | None, *, now: datetime, overlap: timedelta, sweep_every: timedelta
) -> Search:
    if mark is not None and mark.state == "draining" and mark.watermark is not None and mark.since <= start + overlap:
        return Search(query, max(start, mark.watermark), mark.since, mark.is_sweep, is_resumed=True)
    swept = mark is not None and mark.swept_at is not None and mark.swept_since is not None
    if mark is None or not swept or mark.watermark is None:
        return Search(query, start, start, is_sweep=True)
    assert mark.swept_at is not None and mark.swept_since is not None  # noqa: S101, PT018
    is_stale = now - mark.swept_at >= sweep_every
    is_too_short = mark.swept_since > start + timedelta(days=1)
    if is_stale or is_too_short:
        return Search(query, start, start, is_sweep=True)
    resume = max(start, mark.watermark - overlap)
    return Search(query, resume, resume, is_sweep=False)
