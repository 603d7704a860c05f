"""Publish: the marts into one new DuckDB file, then the pointer. Readers keep what they have open.

File by file: written under a temporary name, synced, renamed, then the pointer is replaced in one step. Killed at any
moment, the old pointer stands and the rubbish is swept by the next publish.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from pathlib import Path

import duckdb
import pyarrow as pa

from talentscope import __version__
from talentscope.runtime.clock import Clock
from talentscope.runtime.tracing import span
from talentscope.warehouse.checks import check_floors, count_floored, refuse, run_checks
from talentscope.warehouse.engines.engine import Engine, explain
from talentscope.warehouse.shelf import point, remove_old, sync
from talentscope.warehouse.snapshot import FORMAT

MEMORY_LIMIT = "256MB"
"""For writing the new file; its rows come sorted from the warehouse, which has a limit of its own."""


@dataclass(frozen=True)
class ServedTable:
    """A mart as it is served: `order` puts together what is read together."""

    name: str
    order: str


SERVED = (
    ServedTable("repositories", "owner_github_id, repository_github_id"),
    ServedTable("repository_topics", "topic, owner_github_id, repository_node_id"),
    ServedTable("topics", "topic"),
    ServedTable("topic_pairs", "topic, repository_count DESC, other_topic"),
    ServedTable("developers", "github_id"),
    ServedTable("companies", "company_id"),
    ServedTable("company_days", "company_id, day"),
    ServedTable("company_facts", "company_id, metric, subject, source"),
    ServedTable("company_boards", "company_id, vendor, token"),
    ServedTable("company_postings", "company_id, vendor, board, posting_id"),
    ServedTable("company_head_counts", "company_id, as_of DESC, source"),
    ServedTable("company_posts", "company_id, posted_at DESC, source, post_id"),
    ServedTable("employer_names", "stated"),
    ServedTable("source_visits", "source, day"),
    ServedTable("coverage", "query"),
    ServedTable("runs", "started_at, run_id"),
    ServedTable("rejects", "source, kind, path"),
    ServedTable("unknown_fields", "source, path"),
)


def publish(
    engine: Engine,
    *,
    home: Path,
    clock: Clock,
    run_id: str,
    is_forced: bool,
    last: Mapping[str, int] | None = None,
    place: str = "",
) -> Path:
    """See Warehouse.publish. `last` counts the rows of the snapshot of a shared `place`; where that tells nothing, the
    one here is what this publish is held against."""
    with span("check"):
        found = run_checks(engine, home=home)
    if not is_forced:
        found += check_floors(engine, last=last or count_floored(home), place=place if last else str(home))
    refuse(found)
    published_at = clock.now()
    folder = home / "snapshots"
    name = f"{published_at:%Y%m%dT%H%M%S%f}-{uuid.uuid4().hex[:8]}.duckdb"
    unfinished, final = folder / f".{name}.unfinished", folder / name
    row = _describe(name, run_id=run_id, published_at=published_at, engine=engine.name)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _sweep(folder)
        _write(engine, unfinished, snapshot=row)
        sync(unfinished)
        unfinished.rename(final)
        previous = point(folder, name)
    except (OSError, duckdb.Error) as error:
        unfinished.unlink(missing_ok=True)
        raise explain(str(error), place=str(folder)) from error
    remove_old(folder, kept={name, previous or name})
    return final


def _describe(name: str, *, run_id: str, published_at: datetime, engine: str) -> pa.Table:
    """The one row that a snapshot has about itself."""
    given = {
        "name": name,
        "run_id": run_id,
        "published_at": published_at,
        "engine": engine,
        "format": FORMAT,
        "version": __version__,
    }
    kinds = {"published_at": pa.timestamp("us", tz="UTC"), "format": pa.int64()}
    schema = pa.schema([(column, kinds.get(column, pa.string())) for column in given])
    return pa.Table.from_pylist([given], schema=schema)


def _write(engine: Engine, path: Path, *, snapshot: pa.Table) -> None:
    """Stream every mart into the file, in its serving order: DuckDB draws batch after batch, so memory stays flat."""
    with duckdb.connect(str(path)) as target:
        target.execute("SET TimeZone = 'UTC'")
        target.execute(f"SET memory_limit = '{MEMORY_LIMIT}'")
        for table in SERVED:
            batches = engine.batches(f"SELECT * FROM marts.{table.name} ORDER BY {table.order}", {})
            first = next(batches)
            rows = pa.RecordBatchReader.from_batches(first.schema, chain([first], batches))
            target.register("batch", rows)
            target.execute(f"CREATE TABLE {table.name} AS SELECT * FROM batch")
            target.unregister("batch")
        target.register("batch", snapshot)
        target.execute("CREATE TABLE snapshot AS SELECT * FROM batch")
        target.execute("CHECKPOINT")


def _sweep(folder: Path) -> None:
    """What a killed publish left behind. Only one publishes at a time: the run lock sees to it."""
    for path in folder.glob(".*.unfinished*"):
        path.unlink(missing_ok=True)
