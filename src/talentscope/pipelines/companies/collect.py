"""From sources to raw rows: ask all of them at once, store in batches, write down what was not told and why."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from talentscope.pipelines.companies import offers
from talentscope.pipelines.companies.ledger import Ledger
from talentscope.pipelines.companies.plan import Ask
from talentscope.pipelines.companies.progress import Watcher
from talentscope.pipelines.companies.rows import Gathered, observation_row, posting_row, to_tables
from talentscope.pipelines.companies.visits import Event, Failed, Found, Spent, Visits
from talentscope.registry.company import Company
from talentscope.registry.observation import Findings, Metric, Observation, Post, Source, State
from talentscope.runtime.clock import Clock
from talentscope.runtime.errors import UpstreamError, UpstreamRefused, WarehouseError
from talentscope.warehouse import company_tables as tables
from talentscope.warehouse.connection import Warehouse

BOARD_METRICS = frozenset({Metric.OPEN_OFFERS, Metric.POSTINGS})

Summarise = Callable[[str, str, date, Sequence[Post]], tuple[dict[str, Any], list[dict[str, Any]]]]
"""Posts of one company, source and day become the row of sums and the rows of samples."""


@dataclass
class Collector:
    """One run's collecting: where rows go, and what was gathered since the last load."""

    warehouse: Warehouse
    clock: Clock
    watcher: Watcher
    ledger: Ledger
    spent: Spent
    summarise: Summarise
    run_id: str
    batch_rows: int
    deadline: timedelta

    def __post_init__(self) -> None:
        self.gathered = Gathered()
        self.rows_loaded = 0

    def collect(self, asks: Sequence[Ask], companies: Sequence[Company], *, today: date) -> None:
        """Ask everything; store on the way and at the end, whatever ends it."""
        visits = Visits(asks, companies, clock=self.clock, deadline=self.deadline, spent=self.spent)
        shelf = offers.Shelf(today)
        self.watcher.stage("asking sources", total=visits.count())
        with self._storing(shelf):
            for event in visits.events():
                self.ledger.note(event)
                self._take(event, shelf)
                if self.gathered.count() >= self.batch_rows:
                    self.store()

    def keep_observations(self, observations: Iterable[Observation]) -> None:
        """Gather facts that no visit brought."""
        self.gathered.add(tables.COMPANY_OBSERVATIONS, [observation_row(o) for o in observations])

    def store(self) -> None:
        """Load what has gathered, as one package."""
        gathered, self.gathered = self.gathered, Gathered()
        if gathered.count():
            self.warehouse.load(to_tables(gathered, run_id=self.run_id))
            self.rows_loaded += gathered.count()

    def store_ledger(self) -> None:
        """What each source did, with whatever else has gathered."""
        now = self.clock.now()
        self.gathered.add(
            tables.SOURCE_VISITS,
            [
                {
                    "source": visit.source,
                    "day": visit.day,
                    "state": visit.state,
                    "requests": visit.requests,
                    "unchanged": visit.unchanged,
                    "companies": visit.companies,
                    "observations": visit.observations,
                    "without_value": visit.without_value,
                    "seconds": visit.seconds,
                    "reason": visit.reason,
                    "observed_at": now,
                }
                for visit in self.ledger.visits.values()
            ],
        )
        self.store()

    @contextmanager
    def _storing(self, shelf: offers.Shelf) -> Iterator[None]:
        """Store on the way out too, whatever ends the asking: a fault, Ctrl-C."""
        try:
            yield
        except WarehouseError:
            raise  # it is the storing that failed: trying again would hide the reason
        except BaseException:
            self._release(shelf)
            self.store()
            raise
        self._release(shelf)
        self.store()

    def _release(self, shelf: offers.Shelf) -> None:
        for findings in shelf.release():
            self._keep(findings)

    def _take(self, event: Event, shelf: offers.Shelf) -> None:
        if isinstance(event, Found):
            self.watcher.advance(1)
            if not shelf.holds(event.company, event.findings):
                self._keep(event.findings)
            if not event.source.metrics:
                self._keep_posts(event.source.name, event.company, event.day, event.findings.posts)
        elif isinstance(event, Failed):
            self.watcher.advance(1)
            self.keep_observations(untold(event, observed_at=self.clock.now()))

    def _keep(self, findings: Findings) -> None:
        self.keep_observations(findings.observations)
        now = self.clock.now()
        self.gathered.add(tables.COMPANY_POSTINGS, [posting_row(p, observed_at=now) for p in findings.postings])

    def _keep_posts(self, source: str, company: Company, day: date, posts: Sequence[Post]) -> None:
        sums, samples = self.summarise(company.company_id, source, day, posts)
        now = self.clock.now()
        self.gathered.add(tables.COMPANY_MENTIONS, [{**sums, "observed_at": now}])
        self.gathered.add(tables.COMPANY_POSTS, [{**sample, "observed_at": now} for sample in samples])


def untold(event: Failed, *, observed_at: datetime) -> list[Observation]:
    """A fact without a value for everything that the source would have told of the company."""
    return [
        Observation(
            company_id=event.company.company_id,
            metric=metric,
            value=None,
            as_of=event.day,
            observed_at=observed_at,
            source=event.source.name,
            source_url="",
            state=_state(event.error),
            subject=subject,
            reason=event.error.message,
        )
        for metric in event.source.metrics
        for subject in _subjects(event.source, event.company, event.day, metric)
    ]


def _state(error: UpstreamError) -> State:
    return State.MISSING if isinstance(error, UpstreamRefused) and error.status in {404, 410} else State.BLOCKED


def _subjects(source: Source, company: Company, day: date, metric: Metric) -> list[str]:
    if metric not in BOARD_METRICS:
        return [""]
    return [board.subject for board in company.boards_on(day) if offers.source_of(board.vendor) == source.name]
