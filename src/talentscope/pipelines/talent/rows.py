"""Records from GitHub become Arrow tables for the warehouse. Pure: no socket, no file, no clock.

Rows of people who asked not to be kept never get this far: `Suppressed` is asked for each owner before a row is made.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import pyarrow as pa

from talentscope.sources.github.client import Batch
from talentscope.sources.github.records import Account, Coverage, Ownership, Reject, Repository, Tombstone, UnknownField
from talentscope.warehouse import tables
from talentscope.warehouse.tables import RawTable

Suppressed = Callable[[int | None, str | None], bool]


@dataclass
class Gathered:
    """Records waiting to be stored together. `coverage` keeps the newest statement of each query only."""

    repositories: list[Repository] = field(default_factory=list)
    accounts: list[Account] = field(default_factory=list)
    ownership: list[Ownership] = field(default_factory=list)
    tombstones: list[Tombstone] = field(default_factory=list)
    rejects: list[Reject] = field(default_factory=list)
    unknown_fields: list[UnknownField] = field(default_factory=list)
    coverage: dict[str, Coverage] = field(default_factory=dict)

    def add(self, batch: Batch, *, is_suppressed: Suppressed) -> None:
        """Take in a batch, leaving out what belongs to suppressed accounts."""
        self.repositories += [r for r in batch.repositories if not is_suppressed(r.owner_github_id, r.owner_login)]
        self.accounts += [a for a in batch.accounts if not is_suppressed(a.github_id, a.login)]
        self.ownership += [o for o in batch.ownership if not is_suppressed(o.owner_github_id, None)]
        self.tombstones += batch.tombstones
        self.rejects += batch.rejects
        self.unknown_fields += batch.unknown_fields
        if batch.coverage is not None:
            self.coverage[batch.coverage.query] = batch.coverage

    def count(self) -> int:
        """How many rows of facts wait (the smaller bookkeeping rows are not counted)."""
        return len(self.repositories) + len(self.accounts) + len(self.ownership)

    def is_empty(self) -> bool:
        """Whether there is nothing to store, not even bookkeeping."""
        return not (self.count() or self.tombstones or self.rejects or self.unknown_fields or self.coverage)


def to_tables(gathered: Gathered, *, run_id: str) -> Mapping[RawTable, pa.Table]:
    """One Arrow table for each raw table that has rows; within a table one row a key, the newest."""
    topics = [
        {"repository_node_id": r.node_id, "topic": topic, "position": position, "observed_at": r.observed_at}
        for r in _newest(gathered.repositories, "node_id")
        for position, topic in enumerate(dict.fromkeys(r.topics))
    ]
    made = {
        tables.REPOSITORIES: _table(
            tables.REPOSITORIES,
            _newest(gathered.repositories, "node_id"),
            run_id=run_id,
            topic_count=lambda r: len(r.topics),
        ),
        tables.REPOSITORY_TOPICS: pa.Table.from_pylist(
            [{**row, "run_id": run_id} for row in topics], schema=tables.REPOSITORY_TOPICS.schema
        ),
        tables.ACCOUNTS: _table(tables.ACCOUNTS, _newest(gathered.accounts, "github_id"), run_id=run_id),
        tables.OWNERSHIP: _table(tables.OWNERSHIP, _newest(gathered.ownership, "repository_node_id"), run_id=run_id),
        tables.TOMBSTONES: _table(tables.TOMBSTONES, _newest(gathered.tombstones, "kind", "node_id"), run_id=run_id),
        tables.REJECTS: _table(
            tables.REJECTS, _newest(gathered.rejects, "source", "kind", "record_id", "path"), run_id=run_id
        ),
        tables.UNKNOWN_FIELDS: _table(
            tables.UNKNOWN_FIELDS, _newest(gathered.unknown_fields, "source", "path"), run_id=run_id
        ),
        tables.COVERAGE: _table(tables.COVERAGE, list(gathered.coverage.values()), run_id=run_id),
    }
    return {table: rows for table, rows in made.items() if rows.num_rows}


def restated(batch: Batch, coverage: Coverage) -> Batch:
    """The same batch with another statement of coverage."""
    return replace(batch, coverage=coverage)


def _newest(records: Iterable[Any], *key: str) -> list[Any]:
    return list({tuple(getattr(record, name) for name in key): record for record in records}.values())


def _table(table: RawTable, records: Sequence[Any], *, run_id: str, **computed: Callable[[Any], Any]) -> pa.Table:
    columns: dict[str, list[Any]] = {}
    for name in table.schema.names:
        if name == "run_id":
            columns[name] = [run_id] * len(records)
        elif name in computed:
            columns[name] = [computed[name](record) for record in records]
        else:
            columns[name] = [getattr(record, name) for record in records]
    return pa.Table.from_pydict(columns, schema=table.schema)
