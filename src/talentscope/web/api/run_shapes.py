"""What the API tells of runs and of the state of the data."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import Field

from talentscope.web.api.shapes import Body, OfSnapshot, Shape


class RunBody(Body):
    """Which run to start."""

    kind: Literal["talent", "companies", "due"] = Field(description="`due`: everything whose turn it is.")
    briefs: list[Annotated[str, Field(max_length=64)]] = Field(
        [], max_length=50, description="Of talent: briefs to collect for; every brief known when none is named."
    )


class StartedRun(Shape):
    """A run that has begun."""

    job_id: str
    title: str = Field(description="What runs, in words.", examples=["Talent for minecraft-modders"])
    started_at: datetime
    started_by: str
    page: str = Field(
        description="The page that tells how it stands.", examples=["/runs/jobs/20261121T120000-0a1b2c3d"]
    )


class Run(Shape):
    """One run of a pipeline."""

    run_id: str
    pipeline: str | None = Field(description="talent or companies.")
    state: str | None = Field(description="running, done, stopped or failed.")
    started_at: datetime | None
    ended_at: datetime | None
    briefs: str | None = Field(description="Briefs that it collected for, comma separated.")
    requests: int | None = Field(description="Requests of all kinds.")
    search_requests: int | None
    core_requests: int | None
    graphql_requests: int | None
    graphql_points: int | None
    rows_loaded: int | None
    left_out: str | None = Field(description="What it could not reach, in words.")
    message: str | None = Field(description="How it ended, in words.")


class RunPage(OfSnapshot):
    """Runs, the newest first."""

    runs: list[Run]


class SnapshotFacts(Shape):
    """What the published snapshot holds."""

    name: str
    published_at: datetime
    repositories: int
    owners: int = Field(description="Accounts that own a repository, excluded ones among them.")
    developers: int = Field(description="Accounts that may be leads.")
    profiles_read: int
    ownership_proofs: int = Field(description="Repositories whose commits were counted by author.")


class SourceFacts(Shape):
    """What a source did last. `github` counts queries, the sources of companies count observations."""

    source: str
    state: str | None = Field(None, description="ok, partial, down or off; sources of companies only.")
    day: date | None = None
    newest_at: datetime | None = None
    queries: int | None = None
    drained: int | None = Field(None, description="Queries that were read to their end.")
    missing: int | None = Field(None, description="Repositories that GitHub reported and did not hand out.")
    companies: int | None = None
    observations: int | None = None
    without_value: int | None = None
    requests: int | None = None
    unchanged: int | None = None
    seconds: float | None = None
    reason: str | None = None
    run_id: str | None = None


class CompanyCounts(Shape):
    """Of how many companies each figure is known."""

    companies: int
    with_market_value: int
    with_employees: int
    with_offers: int
    with_sentiment: int
    with_value_per_employee: int
    with_value_per_offer: int
    newest_day: date | None


class FactState(Shape):
    """How many facts of a metric and source are in a state."""

    metric: str | None
    source: str | None
    state: str | None
    facts: int


class Coverage(Shape):
    """One query of GitHub's search: what it reported, what was read, what is missing."""

    query: str
    reported: int | None
    read: int | None
    missing: int | None
    requests: int | None
    incomplete_pages: int | None
    fallbacks: int | None
    state: str | None
    is_sweep: bool | None
    since: datetime | None
    watermark: datetime | None
    observed_at: datetime | None


class ExcludedCount(Shape):
    """Accounts that a rule keeps out of all leads."""

    rule: str
    accounts: int


class Reject(Shape):
    """Records of an upstream that were set aside, and why."""

    source: str | None
    kind: str | None
    path: str | None
    reason: str | None
    reject_count: int
    last_observed_at: datetime | None


class UnknownField(Shape):
    """A field that an upstream sends and that we do not know."""

    source: str | None
    path: str | None
    observed_at: datetime | None


class Status(Shape):
    """How fresh and how complete the published snapshot is, what runs cost, and what was set aside."""

    snapshot: SnapshotFacts
    sources: list[SourceFacts]
    companies: CompanyCounts | None = Field(description="Null in a snapshot without companies.")
    fact_states: list[FactState]
    coverage: list[Coverage]
    budgets: list[Run] = Field(description="The last ten runs and what they spent.")
    excluded: list[ExcludedCount]
    rejects: list[Reject]
    unknown_fields: list[UnknownField]
