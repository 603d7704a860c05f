"""What sources say of a company: dated facts, postings and posts. One interface for all of them: `Source`.

Unknown is not zero: a fact that could not be had is an observation without a value whose `state` says why.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Protocol

from talentscope.registry.company import Company


class State(StrEnum):
    """How a fact stands."""

    OK = "ok"  # the source said it
    EMPTY = "empty"  # the source said that there is nothing: a true zero
    CAPPED = "capped"  # the source shows no more than so much; the value is a floor
    BLOCKED = "blocked"  # the source would not tell, or could not be reached or understood
    MISSING = "missing"  # the source does not have it
    STALE = "stale"  # the source repeats an earlier day's answer; `as_of` is that earlier day


class Metric(StrEnum):
    """What can be observed. The unit is fixed by the metric."""

    SHARES = "shares"  # ordinary shares outstanding, summed over classes
    PRICE = "price_usd"  # last close of one traded share
    MARKET_VALUE = "market_value_usd"
    EMPLOYEES = "employees"  # people
    OPEN_OFFERS = "open_offers"  # distinct open requisitions of one board (`subject`)
    POSTINGS = "postings"  # raw listings of one board (`subject`)
    NEWS_TONE = "news_tone"  # GDELT's mean tone of articles of the day, about -10 to 10
    NEWS_ARTICLES = "news_articles"  # how many articles that tone is of


UNITS = {
    Metric.SHARES: "shares",
    Metric.PRICE: "usd",
    Metric.MARKET_VALUE: "usd",
    Metric.EMPLOYEES: "people",
    Metric.OPEN_OFFERS: "offers",
    Metric.POSTINGS: "postings",
    Metric.NEWS_TONE: "tone",
    Metric.NEWS_ARTICLES: "articles",
}


@dataclass(frozen=True)
class Observation:
    """One dated fact about one company. Appended, never overwritten.

    `as_of` is the day that the value is of; `observed_at` (aware UTC) when the source was asked. `subject` tells
    apart what is observed several times a company (a board). `evidence` is the source's own words (a sentence of
    a 10-K), `reason` ours about a state that is not ok. `value` is None unless the state is ok, empty, capped or stale.
    """

    company_id: str
    metric: Metric
    value: float | None
    as_of: date
    observed_at: datetime
    source: str
    source_url: str
    state: State = State.OK
    subject: str = ""
    evidence: str = ""
    reason: str = ""


@dataclass(frozen=True)
class Posting:
    """One listing on a board. Listings with one `requisition_id` are one offer, posted in several places."""

    company_id: str
    vendor: str
    board: str  # the token
    posting_id: str
    requisition_id: str | None
    title: str
    department: str | None
    location: str | None
    url: str
    opened_at: datetime | None


@dataclass(frozen=True)
class Post:
    """Something that somebody wrote and that names the company. `author` weighs posts and is never stored."""

    company_id: str
    source: str
    post_id: str
    url: str
    text: str
    author: str
    posted_at: datetime
    language: str | None = None  # as the source says it; None when it says nothing


@dataclass(frozen=True)
class Findings:
    """What one look at one company brought."""

    observations: tuple[Observation, ...] = ()
    postings: tuple[Posting, ...] = ()
    posts: tuple[Post, ...] = ()
    notes: tuple[str, ...] = field(default=())  # unknown fields and the like, for `status`


class Source(Protocol):
    """One upstream. Used from several threads at once: `observe` for different companies may overlap.

    A trouble that concerns the company (a board that is gone) is an observation with its state; a trouble of the whole
    upstream is raised as UpstreamError, and the pipeline writes the state for everything that the source covers.
    """

    name: str
    metrics: tuple[Metric, ...]
    in_flight: int  # how many companies may be asked about at once
    has_past: bool  # whether a day long ago can be asked about (backfill)

    def covers(self, company: Company, day: date) -> bool:
        """Whether it makes sense to ask about this company."""
        ...

    def prepare(self, companies: Sequence[Company], day: date) -> None:
        """Read what is asked once for all companies. Called once a day before `observe`; may raise UpstreamError."""
        ...

    def observe(self, company: Company, day: date) -> Findings:
        """Everything this source says of the company for that UTC day."""
        ...
