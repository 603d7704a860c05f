"""One run of the companies pipeline: hold the warehouse, ask every source, transform, check, publish, record.

A source that is down costs its own facts of the day and nothing else: the run still publishes, and says so.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pyarrow as pa

from talentscope.pipelines.companies import offers
from talentscope.pipelines.companies.collect import Collector, Summarise
from talentscope.pipelines.companies.ledger import Ledger, Visit
from talentscope.pipelines.companies.plan import Ask, plan_backfill, plan_run
from talentscope.pipelines.companies.progress import Watcher
from talentscope.pipelines.companies.rows import registry_rows
from talentscope.pipelines.companies.visits import Spent
from talentscope.registry.company import Company
from talentscope.registry.observation import Metric, Observation, Source
from talentscope.runtime.clock import Clock
from talentscope.runtime.errors import TalentscopeError
from talentscope.runtime.tracing import run_of, span
from talentscope.warehouse import tables
from talentscope.warehouse.connection import Warehouse

POSTS_KEPT = timedelta(days=30)
"""How long samples of what people wrote are kept; the sums stay."""

_LAST_DAYS = "SELECT source, max(day) AS day FROM raw.source_visits WHERE state IN ('ok', 'partial') GROUP BY source"


@dataclass(frozen=True)
class Pace:
    """How a run goes about its work; see the settings of the same names."""

    batch_rows: int
    lock_wait_seconds: float
    deadline: timedelta


@dataclass(frozen=True)
class Outcome:
    """What a run did. `warnings` name every source that was down or answered in part; `notes` are alarms."""

    run_id: str
    snapshot: Path
    rows_loaded: int
    visits: tuple[Visit, ...]
    warnings: tuple[str, ...]
    notes: tuple[str, ...]
    seconds: float


@dataclass(frozen=True)
class CompaniesRun:
    """The parts that a run is made of. `off` names sources that are not asked, and why.

    `note_employers` resolves developers' stated employers against the registry, inside the held warehouse; `recall`
    is called there before any source is asked, for sources that must recognise what was stored before.
    """

    companies: Sequence[Company]
    sources: Sequence[Source]
    off: dict[str, str]
    spent: Spent
    warehouse: Warehouse
    clock: Clock
    watcher: Watcher
    pace: Pace
    summarise: Summarise
    note_employers: Callable[[str, datetime], object]
    recall: Callable[[], None] = lambda: None

    def execute(self) -> Outcome:
        """Ask all sources how things stand today.

        Raises WarehouseLocked if another run holds the warehouse and ChecksFailed if a check stops the publish; what
        was collected until then is stored in every case. Never raises for a source.
        """
        return self._run("run companies", lambda: plan_run(self.sources, today=self._today(), last_days=self._last()))

    def backfill(self, *, first: date, last: date) -> Outcome:
        """Ask the sources that have a past about the days from `first` to `last`. Raises as `execute`."""
        purpose = f"backfill companies from {first} to {last}"
        return self._run(purpose, lambda: plan_backfill(self.sources, first=first, last=last))

    def keep(self, observations: Sequence[Observation], *, purpose: str) -> Outcome:
        """Store facts that came from a file instead of a source. Raises as `execute`."""
        return self._run(purpose, list, observations=observations)

    def _today(self) -> date:
        return self.clock.now().astimezone(UTC).date()

    def _last(self) -> dict[str, date]:
        return {row["source"]: row["day"] for row in self.warehouse.query(_LAST_DAYS).to_pylist()}

    def _run(self, purpose: str, plan: Callable[[], list[Ask]], *, observations: Sequence[Observation] = ()) -> Outcome:
        run_id = f"{self.clock.now():%Y%m%dT%H%M%S}-{uuid.uuid4().hex[:8]}"
        with (
            run_of("companies", run_id),
            self.warehouse.hold(wait_seconds=self.pace.lock_wait_seconds, purpose=purpose),
        ):
            started = self.clock.now()
            self.warehouse.prepare()
            record = _Record(self, purpose=purpose, started=started, run_id=run_id)
            record.write("running")
            try:
                self.recall()
                snapshot = self._execute(record, plan(), observations)
            except TalentscopeError as error:
                record.write("failed", message=error.message)
                raise
            except KeyboardInterrupt:
                record.write("failed", message="stopped by hand")
                raise
            return record.outcome(snapshot)

    def _execute(self, record: _Record, asks: list[Ask], observations: Sequence[Observation]) -> Path:
        collector, today = record.collector, self._today()
        for name, reason in self.off.items() if asks else ():
            record.ledger.off(name, day=today, at=record.started, reason=reason)
        for table, rows in registry_rows(self.companies, today=today, observed_at=record.started).rows.items():
            collector.gathered.add(table, rows)
        collector.keep_observations(observations)
        if any(Metric.OPEN_OFFERS in ask.source.metrics for ask in asks):
            collector.keep_observations(self._unread(today, record.started))
        collector.store()
        with span("collect"):
            collector.collect(asks, self.companies, today=today)
            collector.store_ledger()
        self.warehouse.forget_posts(before=record.started - POSTS_KEPT)
        self.note_employers(record.run_id, record.started)
        self.watcher.stage("transforming", total=None)
        record.write("done", message="; ".join(record.ledger.warnings()))
        self.warehouse.transform()
        self.watcher.stage("checking and publishing", total=None)
        return self.warehouse.publish(run_id=record.run_id)

    def _unread(self, today: date, at: datetime) -> list[Observation]:
        read = [source.name for source in self.sources]
        return offers.unread_boards(self.companies, read=read, day=today, observed_at=at)


class _Record:
    """The run's own row in the ledger of runs, written anew at each change of state."""

    def __init__(self, run: CompaniesRun, *, purpose: str, started: datetime, run_id: str) -> None:
        self.run_id = run_id
        self.started = started
        self.ledger = Ledger()
        self.collector = Collector(
            warehouse=run.warehouse,
            clock=run.clock,
            watcher=run.watcher,
            ledger=self.ledger,
            spent=run.spent,
            summarise=run.summarise,
            run_id=self.run_id,
            batch_rows=run.pace.batch_rows,
            deadline=run.pace.deadline,
        )
        self._run, self._purpose = run, purpose

    def write(self, state: str, *, message: str = "") -> None:
        now = self._run.clock.now()
        row = {
            "pipeline": "companies",
            "started_at": self.started,
            "ended_at": None if state == "running" else now,
            "state": state,
            "message": message,
            "briefs": self._purpose,
            "search_requests": 0,
            "core_requests": 0,
            "graphql_requests": 0,
            "graphql_points": 0,
            "requests": sum(self._run.spent(source.name)[0] for source in self._run.sources),
            "rows_loaded": self.collector.rows_loaded,
            "left_out": "; ".join(self.ledger.warnings()),
            "site": "",
            "observed_at": now,
            "run_id": self.run_id,
        }
        self._run.warehouse.load({tables.RUNS: pa.Table.from_pylist([row], schema=tables.RUNS.schema)})

    def outcome(self, snapshot: Path) -> Outcome:
        return Outcome(
            run_id=self.run_id,
            snapshot=snapshot,
            rows_loaded=self.collector.rows_loaded,
            visits=tuple(self.ledger.visits.values()),
            warnings=tuple(self.ledger.warnings()),
            notes=tuple(dict.fromkeys(self.ledger.notes)),
            seconds=(self._run.clock.now() - self.started).total_seconds(),
        )
