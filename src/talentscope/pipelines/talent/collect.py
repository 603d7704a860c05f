"""From briefs to raw rows: discover repositories, read their owners, prove ownership.

Each stage stores what it has in batches, facts and watermark in one load, so that it can end anywhere. The order is
by cost: the cheap search first, then owners by the hundred, then commit counts for what survives the briefs' filters.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace

from talentscope.pipelines.talent import pending
from talentscope.pipelines.talent.plan import Mark, Search, estimate
from talentscope.pipelines.talent.progress import Watcher
from talentscope.pipelines.talent.rows import Gathered, Suppressed, restated, to_tables
from talentscope.runtime.clock import Clock
from talentscope.runtime.errors import WarehouseError
from talentscope.scoring.brief import Brief
from talentscope.sources.github.client import Batch, GitHub
from talentscope.warehouse.connection import Warehouse

CHUNK = 5000
"""References taken from the queue at once."""

_MARKS = """
SELECT c.query, c.state, c.watermark, c.since, c.is_sweep, s.swept_at, s.swept_since
FROM (
  SELECT *, row_number() OVER (PARTITION BY query ORDER BY observed_at DESC, read DESC) AS place
  FROM raw.completed_coverage
) AS c
LEFT JOIN (
  SELECT query, observed_at AS swept_at, since AS swept_since,
    row_number() OVER (PARTITION BY query ORDER BY observed_at DESC) AS place
  FROM raw.completed_coverage
  WHERE is_sweep AND state = 'drained'
) AS s ON s.query = c.query AND s.place = 1
WHERE c.place = 1
"""


@dataclass
class Collector:
    """One run's collecting: where things come from, where they go, and what was gathered since the last load."""

    github: GitHub
    warehouse: Warehouse
    clock: Clock
    watcher: Watcher
    is_suppressed: Suppressed
    run_id: str
    batch_rows: int

    def __post_init__(self) -> None:
        self.gathered = Gathered()
        self.rows_loaded = 0

    def take(self, batch: Batch) -> None:
        """Keep a batch; store when enough has gathered."""
        self.gathered.add(batch, is_suppressed=self.is_suppressed)
        if self.gathered.count() >= self.batch_rows:
            self.store()

    def store(self) -> None:
        """Load what has gathered, in one package with the coverage that vouches for it."""
        if self.gathered.is_empty():
            return
        gathered, self.gathered = self.gathered, Gathered()
        self.warehouse.load(to_tables(gathered, run_id=self.run_id))
        self.rows_loaded += gathered.count()

    @contextmanager
    def storing(self) -> Iterator[None]:
        """Store on the way out too, whatever ends the stage: a spent budget, a dead upstream, Ctrl-C."""
        try:
            yield
        except WarehouseError:
            raise  # it is the storing that failed: trying again would hide the reason
        except BaseException:
            self.store()
            raise
        self.store()

    def discover(self, searches: Sequence[Search], *, pending_accounts: int, pending_proofs: int) -> None:
        """Drain every query. The first page of each tells its total, so the estimate costs no extra request."""
        with self.storing():
            started = [
                (search, self.github.search(search.query, since=search.since, is_sweep=search.is_sweep))
                for search in searches
            ]
            opened, totals = [], []
            self.watcher.stage("asking what there is", total=len(started))
            for search, batches in started:
                first = next(batches, None)
                self.watcher.advance(1)
                if first is not None:
                    self._keep(search, first)  # at once: the budget may end before the next query is asked
                    opened.append((search, _read(first), batches))
                    totals.append(first.coverage.reported if first.coverage else 0)
            self.watcher.estimate(
                estimate(
                    totals,
                    pending_accounts=pending_accounts,
                    pending_proofs=pending_proofs,
                    has_token=self.github.has_token,
                )
            )
            self.watcher.stage("searching repositories", total=sum(totals))
            for search, read, batches in opened:
                self.watcher.advance(read)
                self._drain(search, batches, read=read)

    def _drain(self, search: Search, rest: Iterator[Batch], *, read: int) -> None:
        for batch in rest:
            self._keep(search, batch)
            self.watcher.advance(max(0, _read(batch) - read))
            read = max(read, _read(batch))

    def _keep(self, search: Search, batch: Batch) -> None:
        """Take a page with its coverage, which is told as from where the sweep began."""
        if batch.coverage is not None:
            batch = restated(batch, replace(batch.coverage, since=search.declared_since))
        self.take(batch)

    def hydrate(self, *, at_most: int | None) -> None:
        """Read the profiles of owners that have none, or an old one. `at_most` bounds a run without a token."""
        now = self.clock.now()
        waiting = pending.count_accounts(self.warehouse, now=now)
        self.watcher.stage("reading owners", total=waiting if at_most is None else min(waiting, at_most))
        left = waiting if at_most is None else at_most
        while left > 0 and (refs := pending.find_accounts(self.warehouse, now=now, limit=min(CHUNK, left))):
            self._ask(self.github.fetch_accounts(refs))
            left -= len(refs)

    def prove(self, briefs: Sequence[Brief], *, at_most: int | None) -> None:
        """Ask for commit shares of the repositories that survive the briefs' cheap filters."""
        now = self.clock.now()
        filters = pending.cheap_filters(briefs, now=now)
        waiting = pending.count_repositories(self.warehouse, filters, now=now)
        self.watcher.stage("proving ownership", total=waiting if at_most is None else min(waiting, at_most))
        left = waiting if at_most is None else at_most
        while left > 0:
            refs = pending.find_repositories(self.warehouse, filters, now=now, limit=min(CHUNK, left))
            if not refs:
                return
            self._ask(self.github.fetch_ownership(refs))
            left -= len(refs)

    def _ask(self, batches: Iterator[Batch]) -> None:
        with self.storing():
            for batch in batches:
                self.take(batch)
                answered = len(batch.accounts) + len(batch.ownership) + len(batch.tombstones) + len(batch.rejects)
                self.watcher.advance(answered)


def read_marks(warehouse: Warehouse) -> dict[str, Mark]:
    """How far each query was drained, from loads that completed."""
    rows = warehouse.query(_MARKS).to_pylist()
    return {row.pop("query"): Mark(**row) for row in rows}


def _read(batch: Batch) -> int:
    """How many repositories of its query were read up to and with this batch."""
    return batch.coverage.read if batch.coverage else 0
