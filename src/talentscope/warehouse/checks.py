"""Checks: the audits of the models, run on the tables as they stand, and the floor under a publish. Nothing is stored.

A check is a query that returns the rows at fault; none means that all is well.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from talentscope.runtime.errors import ChecksFailed, SnapshotMissing, WarehouseError
from talentscope.warehouse.engines.engine import Engine
from talentscope.warehouse.snapshot import open_snapshot

SHOWN_ROWS = 5

FLOORED = ("repositories", "companies")
FLOOR_SHARE = 0.5
"""A publish that keeps less than this share of the last snapshot's rows of one of these is stopped: more likely a
fault than a change of the world."""


@dataclass(frozen=True)
class Finding:
    """A check that found rows. `rows` shows the keys of the first few, `row_count` is how many there are."""

    name: str
    model: str
    row_count: int
    rows: tuple[str, ...]

    def to_sentence(self) -> str:
        """The finding in words."""
        shown = "; ".join(self.rows)
        return f"{self.name} on {self.model}: {self.row_count} rows" + (f", first {shown}" if shown else "")


def run_checks(engine: Engine, *, home: Path) -> list[Finding]:
    """Every audit of every model. Raises WarehouseError if the models were never built."""
    from talentscope.warehouse.transform import opened

    with opened(engine, home=home) as context:
        if context.state_reader.get_environment("prod") is None:
            raise WarehouseError("there are no models to check yet", way_out="transform first")
        return list(_audit(context))


def _audit(context: Any) -> Iterator[Finding]:
    from sqlmesh.core.snapshot.definition import parent_snapshots_by_name

    known = context.snapshots  # computed anew each time that it is asked for
    by_id = {snapshot.snapshot_id: snapshot for snapshot in known.values()}
    for snapshot in known.values():
        if not snapshot.is_model or not snapshot.version:
            continue
        for result in context.snapshot_evaluator.audit(snapshot, snapshots=parent_snapshots_by_name(snapshot, by_id)):
            if result.count:
                yield Finding(
                    name=result.audit.name.removesuffix("_non_blocking"),
                    model=snapshot.model.view_name and f"{snapshot.model.schema_name}.{snapshot.model.view_name}",
                    row_count=int(result.count),
                    rows=tuple(_first_rows(context, result.query, snapshot.model)),
                )


def _first_rows(context: Any, query: Any, model: Any) -> Iterator[str]:
    """Keys of the first rows at fault; other columns may be personal and stay where they are."""
    adapter = context.engine_adapter
    frame = adapter.fetchdf(f"SELECT * FROM ({query.sql(dialect=adapter.dialect)}) AS audit LIMIT {SHOWN_ROWS}")
    keys = [column.name for grain in model.grains for column in grain.find_all(_column_type())]
    shown = [name for name in keys if name in frame.columns] or list(frame.columns)[:1]
    for row in frame[shown].to_dict("records"):
        yield ", ".join(f"{name}={value!s}" for name, value in row.items())


def _column_type() -> Any:
    from sqlglot import exp

    return exp.Column


def check_floors(engine: Engine, *, last: Mapping[str, int], place: str) -> list[Finding]:
    """Tables of which this publish would lose more than half of the rows that `last` counts, in the one of `place`.

    Of companies it is the registry's rows that count: their facts may all be missing, on a day with sources down.
    """
    return [
        Finding(name=f"{table}_floor", model=f"marts.{table}", row_count=before - now, rows=(told,))
        for table in FLOORED
        if (before := last.get(table)) is not None
        and (now := _count_now(engine, table)) < before * FLOOR_SHARE
        and (told := f"{now} {table} now, {before} in the last snapshot of {place}")
    ]


def _count_now(engine: Engine, table: str) -> int:
    batches = engine.batches(f"SELECT count(*) AS n FROM marts.{table}", {})
    return sum(row["n"] for batch in batches for row in batch.to_pylist())


def count_floored(home: Path) -> dict[str, int]:
    """Rows of the newest snapshot here, by table. Empty where there is none to read: a damaged one must not stop the
    publish that replaces it; and one of before there was such a table says nothing of it."""
    try:
        with open_snapshot(home) as last:
            known = {row[0] for row in last.connection.execute("SELECT table_name FROM duckdb_tables()").fetchall()}
            return {
                table: _count(last.connection.execute(f"SELECT count(*) FROM {table}").fetchone())
                for table in FLOORED
                if table in known
            }
    except (SnapshotMissing, WarehouseError):
        return {}


def _count(row: tuple[Any, ...] | None) -> int:
    return int(row[0]) if row else 0


def refuse(findings: Iterable[Finding]) -> None:
    """Raises ChecksFailed if there are any."""
    found = list(findings)
    if not found:
        return
    words = ". ".join(finding.to_sentence() for finding in found)
    raise ChecksFailed(
        f"{len(found)} {'check' if len(found) == 1 else 'checks'} failed, nothing was published. {words}",
        way_out="the last good snapshot stays in use; mend these rows (or the model) and run again; if it is meant to"
        " be this small now: talentscope rebuild --shrink",
    )
