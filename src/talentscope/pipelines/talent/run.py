"""One run of the talent pipeline: hold the warehouse, collect, transform, check, publish, record.

A run that ends early for want of budget still publishes what it has; the next run goes on from there.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pyarrow as pa

from talentscope.desk.desk import Desk
from talentscope.pipelines.talent import pending
from talentscope.pipelines.talent.collect import Collector, read_marks
from talentscope.pipelines.talent.plan import plan_searches
from talentscope.pipelines.talent.progress import Watcher
from talentscope.runtime.clock import Clock
from talentscope.runtime.errors import OutOfBudget, TalentscopeError
from talentscope.runtime.tracing import run_of, span
from talentscope.scoring.brief import Brief
from talentscope.sources.github.client import GitHub, Spend
from talentscope.warehouse import tables
from talentscope.warehouse.connection import Warehouse

ANONYMOUS_OWNERS, ANONYMOUS_PROOFS = 30, 20
"""How sixty requests an hour are shared when there is no token; the rest is room for redirects."""


@dataclass(frozen=True)
class Pace:
    """How a run goes about its work; see the settings of the same names."""

    batch_rows: int
    overlap: timedelta
    sweep_every: timedelta
    lock_wait_seconds: float
    retention: timedelta


@dataclass(frozen=True)
class Outcome:
    """What a run did. `stopped` is the spent budget that ended collecting early, if one did."""

    run_id: str
    snapshot: Path
    rows_loaded: int
    spend: Spend
    left_out: tuple[str, ...]
    stopped: OutOfBudget | None
    seconds: float


@dataclass(frozen=True)
class TalentRun:
    """The parts that a run is made of; `execute` runs it once.

    `note_employers` resolves what developers state as their employer, inside the held warehouse.
    """

    github: GitHub
    warehouse: Warehouse
    desk: Desk
    clock: Clock
    watcher: Watcher
    pace: Pace
    terms_of: Callable[[Brief], Sequence[str]]
    note_employers: Callable[[str, datetime], object] = lambda run_id, at: None  # noqa: ARG005

    def execute(self, briefs: Sequence[Brief]) -> Outcome:
        """Run once for these briefs.

        Raises WarehouseLocked if another run holds the warehouse, ChecksFailed if a check stops the publish, and
        UpstreamError if GitHub fails for good; what was collected until then is stored in every case.
        """
        names = ", ".join(brief.name for brief in briefs)
        purpose = f"run talent for {names}"
        run_id = f"{self.clock.now():%Y%m%dT%H%M%S}-{uuid.uuid4().hex[:8]}"
        with (
            run_of("talent", run_id),
            self.warehouse.hold(wait_seconds=self.pace.lock_wait_seconds, purpose=purpose),
        ):
            started = self.clock.now()
            self.warehouse.prepare()
            record = _Record(self, run_id=run_id, started=started, briefs=names)
            record.write("running")
            try:
                return self._execute(briefs, record)
            except TalentscopeError as error:
                record.write("failed", message=error.message)
                raise
            except KeyboardInterrupt:
                record.write("failed", message="stopped by hand")
                raise

    def _execute(self, briefs: Sequence[Brief], record: _Record) -> Outcome:
        self._forget_suppressed()
        with span("collect"):
            stopped = self._collect(briefs, record)
        self.warehouse.forget_unseen(before=self.clock.now() - self.pace.retention)
        self.note_employers(record.run_id, self.clock.now())
        self.watcher.stage("transforming", total=None)
        left_out = self._left_out(briefs, stopped)
        record.left_out = "; ".join(left_out)
        record.write("out_of_budget" if stopped else "done", message=stopped.message if stopped else "")
        self.warehouse.transform()
        self.watcher.stage("checking and publishing", total=None)
        snapshot = self.warehouse.publish(run_id=record.run_id)
        seconds = (self.clock.now() - record.started).total_seconds()
        return Outcome(record.run_id, snapshot, record.rows_loaded, self.github.spend(), left_out, stopped, seconds)

    def _collect(self, briefs: Sequence[Brief], record: _Record) -> OutOfBudget | None:
        collector = Collector(
            github=self.github,
            warehouse=self.warehouse,
            clock=self.clock,
            watcher=self.watcher,
            is_suppressed=self._is_suppressed,
            run_id=record.run_id,
            batch_rows=self.pace.batch_rows,
        )
        record.collector = collector
        now = self.clock.now()
        searches = plan_searches(
            briefs,
            read_marks(self.warehouse),
            terms_of=self.terms_of,
            now=now,
            overlap=self.pace.overlap,
            sweep_every=self.pace.sweep_every,
        )
        has_token = self.github.has_token
        try:
            collector.discover(
                searches,
                pending_accounts=pending.count_accounts(self.warehouse, now=now),
                pending_proofs=pending.count_repositories(
                    self.warehouse, pending.cheap_filters(briefs, now=now), now=now
                ),
            )
            collector.hydrate(at_most=None if has_token else ANONYMOUS_OWNERS)
            collector.prove(briefs, at_most=None if has_token else ANONYMOUS_PROOFS)
        except OutOfBudget as stopped:
            return stopped
        return None

    def _left_out(self, briefs: Sequence[Brief], stopped: OutOfBudget | None) -> tuple[str, ...]:
        now = self.clock.now()
        owners = pending.count_accounts(self.warehouse, now=now)
        proofs = pending.count_repositories(self.warehouse, pending.cheap_filters(briefs, now=now), now=now)
        sentences = list(self.github.left_out)
        if stopped is not None:
            sentences.append(f"the {stopped.resource} budget ended first")
        if owners:
            sentences.append(f"{owners:,} owners not read yet")
        if proofs:
            sentences.append(f"{proofs:,} repositories without proof of ownership yet")
        return tuple(sentences)

    def _is_suppressed(self, github_id: int | None, login: str | None) -> bool:
        return self.desk.is_suppressed(github_id, login)

    def _forget_suppressed(self) -> None:
        if self.desk.suppression_count() == 0:
            return
        rows = self.warehouse.query(
            "SELECT owner_github_id AS github_id, min(owner_login) AS login FROM raw.github_repositories"
            " GROUP BY owner_github_id UNION SELECT github_id, login FROM raw.github_accounts"
        ).to_pylist()
        is_suppressed = self.desk.suppression_check()
        gone = {row["github_id"] for row in rows if is_suppressed(row["github_id"], row["login"])}
        if gone:
            self.warehouse.forget(sorted(gone))


class _Record:
    """The run's own row in the ledger, written anew at each change of state."""

    def __init__(self, run: TalentRun, *, run_id: str, started: datetime, briefs: str) -> None:
        self.run_id, self.started, self.left_out = run_id, started, ""
        self.collector: Collector | None = None
        self._run, self._briefs = run, briefs

    @property
    def rows_loaded(self) -> int:
        return self.collector.rows_loaded if self.collector else 0

    def write(self, state: str, *, message: str = "") -> None:
        now, spend = self._run.clock.now(), self._run.github.spend()
        row = {
            "pipeline": "talent",
            "started_at": self.started,
            "ended_at": None if state == "running" else now,
            "state": state,
            "message": message,
            "briefs": self._briefs,
            "search_requests": spend.search_requests,
            "core_requests": spend.core_requests,
            "graphql_requests": spend.graphql_requests,
            "graphql_points": spend.graphql_points,
            **self._run.github.budgets(),
            "rows_loaded": self.rows_loaded,
            "left_out": self.left_out,
            "site": self._run.github.site,
            "observed_at": now,
            "run_id": self.run_id,
        }
        self._run.warehouse.load({tables.RUNS: pa.Table.from_pylist([row], schema=tables.RUNS.schema)})
