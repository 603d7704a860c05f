"""`/metrics`: how pipelines, data, queues and page stand, as Prometheus reads it. Sums only: no query, no person.

Names follow https://prometheus.io/docs/practices/naming/. Read anew at each scrape; docs/observability.md lists them.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Annotated, Any

from fastapi import Depends, FastAPI, Request
from fastapi.responses import Response
from prometheus_client import CollectorRegistry, ProcessCollector, disable_created_metrics, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_LATEST

from talentscope import __version__
from talentscope.runtime.errors import DeskError, SnapshotMissing, WarehouseError
from talentscope.warehouse.gauges import RESOURCES, Gauges, read_gauges
from talentscope.web.parts import Parts
from talentscope.web.signin.identity import Require, Role, User, bearer_of
from talentscope.web.watching import Requests


class RequireMetrics(Require):
    """Whoever may read the page, and a machine that has the token of metrics."""

    def __init__(self) -> None:
        super().__init__(Role.reader)

    def __call__(self, request: Request) -> User:
        """The user, or the machine. Raises as `require`."""
        token, given = request.app.state.parts.metrics_token, bearer_of(request)
        if token is not None and given and hmac.compare_digest(given.encode(), token.text().encode()):
            request.state.user, request.state.refusal = User("metrics", Role.reader, via="key"), None
        return super().__call__(request)


def install(app: FastAPI, parts: Parts) -> Requests:
    """Add the route, and give what requests are counted with."""
    disable_created_metrics()  # type: ignore[no-untyped-call]  # a second series beside each, of no use to anybody
    registry = CollectorRegistry(auto_describe=True)
    requests = Requests(registry)
    ProcessCollector(registry=registry)
    registry.register(_Standing(parts))

    @app.get("/metrics", include_in_schema=False)
    def metrics(_: Annotated[User, Depends(RequireMetrics())]) -> Response:
        return Response(generate_latest(registry), headers={"Content-Type": CONTENT_TYPE_LATEST})

    return requests


class _Standing:
    """Asks snapshot and desk at each scrape."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    def describe(self) -> Iterable[Metric]:
        """Nothing: asking would need a snapshot when the app is built."""
        return ()

    def collect(self) -> Iterator[Metric]:
        """Everything that is known now; what cannot be asked is absent, and `_up` says so."""
        now = self._parts.clock.now()
        yield _one("build_info", "The version that answers.", 1, version=__version__)
        yield from self._snapshot(now)
        yield from self._desk(now)
        if self._parts.jobs is not None:
            running = int(self._parts.jobs.running() is not None)
            yield _one("runs_in_progress", "Runs that this page or its schedule has started and that go on.", running)

    def _snapshot(self, now: datetime) -> Iterator[Metric]:
        try:
            with self._parts.reader.read() as reading:
                gauges = read_gauges(reading.connection)
                path = self._parts.settings.home / "snapshots" / reading.name
                yield _one("snapshot_up", "Whether a published snapshot can be read.", 1)
                yield _one(
                    "snapshot_age_seconds", "Since the snapshot was published.", _since(now, reading.published_at)
                )
                yield _one("snapshot_size_bytes", "The snapshot's file.", path.stat().st_size)
                yield from _gauged(gauges, now)
        except (SnapshotMissing, WarehouseError, OSError):
            yield _one("snapshot_up", "Whether a published snapshot can be read.", 0)

    def _desk(self, now: datetime) -> Iterator[Metric]:
        try:
            entries = self._parts.desk.past_runs.read()
            due = [request.due_at for request in self._parts.desk.requests.list("open")]
        except DeskError:
            yield _one("desk_up", "Whether the desk answers.", 0)
            return
        yield _one("desk_up", "Whether the desk answers.", 1)
        queue = _family("privacy_requests", "Requests about one's own data that are not settled.", ["state"])
        queue.add_metric(["open"], len(due))
        queue.add_metric(["overdue"], sum(moment < now for moment in due))
        yield queue
        ended = _family("schedule_last_end_timestamp_seconds", "When an entry of the schedule ended last.", ["entry"])
        done = _family(
            "schedule_last_done_timestamp_seconds", "When its last run that did its window began.", ["entry"]
        )
        seconds = _family("schedule_last_duration_seconds", "How long its last run took.", ["entry"])
        failing = _family("schedule_failing", "1 while its last run failed.", ["entry"])
        for name, last in entries.items():
            if last.ended_at is not None:
                ended.add_metric([name], last.ended_at.timestamp())
                failing.add_metric([name], int(last.ending == "failed"))
                if last.started_at is not None:
                    seconds.add_metric([name], (last.ended_at - last.started_at).total_seconds())
            if last.done_at is not None:
                done.add_metric([name], last.done_at.timestamp())
        yield from (ended, done, seconds, failing)


def _gauged(gauges: Gauges, now: datetime) -> Iterator[Metric]:
    """What the snapshot says."""
    took = _family("run_duration_seconds", "How long the newest run that ended so collected.", ["pipeline", "state"])
    ended = _family("run_end_timestamp_seconds", "When that run ended.", ["pipeline", "state"])
    for row in gauges.runs:
        took.add_metric([row["pipeline"], row["state"]], float(row["seconds"]))
        ended.add_metric([row["pipeline"], row["state"]], row["ended_at"].timestamp())
    yield from (took, ended)
    yield from _freshness(gauges, now)
    yield from _coverage(gauges.coverage)
    if gauges.budgets:
        yield from _budgets(gauges.budgets)
    yield _one("repositories", "Repositories in the snapshot.", gauges.pending["repositories"])
    yield _one("owners", "Owners in the snapshot.", gauges.pending["owners"])
    yield _one("owners_unread", "Owners whose profile is still to be read.", gauges.pending["owners_unread"])


def _freshness(gauges: Gauges, now: datetime) -> Iterator[Metric]:
    age = _family("source_age_seconds", "Since the newest fact of a source was read.", ["source"])
    up = _family("source_up", "Whether the source answered when it was last asked.", ["source"])
    if gauges.coverage["newest_at"] is not None:
        age.add_metric(["github"], _since(now, gauges.coverage["newest_at"]))
    for row in gauges.sources:
        if row["newest_at"] is not None:
            age.add_metric([row["source"]], _since(now, row["newest_at"]))
        up.add_metric([row["source"]], int(row["state"] != "down"))
    yield from (age, up)


def _coverage(coverage: dict[str, Any]) -> Iterator[Metric]:
    yield _one("coverage_queries", "Queries that are kept covered.", coverage["queries"])
    yield _one("coverage_unfinished_queries", "Those that are not read to their end.", coverage["unfinished"] or 0)
    for name, says in (
        ("reported", "Repositories that GitHub reported for all queries."),
        ("read", "Those of them that were read."),
        ("missing", "Those that GitHub's search withheld."),
    ):
        if coverage[name] is not None:
            yield _one(f"coverage_{name}_repositories", says, coverage[name])
    if coverage["worst_missing_ratio"] is not None:
        says = "Missing of reported, in the query where that is most."
        yield _one("coverage_worst_missing_ratio", says, coverage["worst_missing_ratio"])


def _budgets(budgets: dict[str, Any]) -> Iterator[Metric]:
    limit = _family("budget_limit", "GitHub's limit, as the last run saw it.", ["resource"])
    left = _family("budget_remaining", "What was left of it at the end of that run.", ["resource"])
    for name in RESOURCES:
        if budgets[f"{name}_limit"] is not None:
            limit.add_metric([name], budgets[f"{name}_limit"])
            left.add_metric([name], budgets[f"{name}_remaining"])
    yield from (limit, left)
    yield _one("budget_seen_timestamp_seconds", "When that was.", budgets["observed_at"].timestamp())


def _family(name: str, says: str, labels: list[str]) -> GaugeMetricFamily:
    return GaugeMetricFamily(f"talentscope_{name}", says, labels=labels)


def _one(name: str, says: str, value: float, **labels: str) -> GaugeMetricFamily:
    family = _family(name, says, list(labels))
    family.add_metric(list(labels.values()), float(value))
    return family


def _since(now: datetime, then: datetime) -> float:
    return max(0.0, (now - then).total_seconds())
