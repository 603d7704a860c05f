"""What monitoring wants to know of a snapshot: few numbers, no names. The status for people is status.py."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import duckdb

from talentscope.runtime.errors import WarehouseError
from talentscope.warehouse.status import read_rows

GOOD = ("done", "out_of_budget")
"""Ends of a run that publish."""

RESOURCES = ("search", "core", "graphql")

_COVERAGE = """
SELECT count(*) AS queries, sum(reported) AS reported, sum(read) AS read, sum(missing) AS missing,
  max(CASE WHEN reported > 0 THEN missing::DOUBLE / reported END) AS worst_missing_ratio,
  sum(CASE WHEN state = 'drained' THEN 0 ELSE 1 END) AS unfinished, max(observed_at) AS newest_at
FROM coverage
"""
_RUNS = """
SELECT pipeline, state, arg_max(date_diff('millisecond', started_at, ended_at) / 1000.0, ended_at) AS seconds,
  max(ended_at) AS ended_at
FROM runs WHERE ended_at IS NOT NULL GROUP BY ALL ORDER BY ALL
"""
_PENDING = """
SELECT (SELECT count(*) FROM repositories) AS repositories, (SELECT count(*) FROM developers) AS owners,
  (SELECT count(*) FROM developers WHERE NOT is_profile_known AND excluded_rule IS NULL) AS owners_unread
"""
_BUDGETS = f"""
SELECT observed_at, {", ".join(f"{name}_limit, {name}_remaining" for name in RESOURCES)}
FROM runs WHERE pipeline = 'talent' AND coalesce(search_limit, core_limit, graphql_limit) IS NOT NULL
ORDER BY observed_at DESC LIMIT 1
"""
_SOURCES = """
SELECT source, arg_max(state, day) AS state,
  max(CASE WHEN state IN ('ok', 'partial') THEN observed_at ELSE last_good_day::TIMESTAMPTZ END) AS newest_at
FROM source_visits WHERE state <> 'off' GROUP BY source ORDER BY source
"""


@dataclass(frozen=True)
class Gauges:
    """Rows as the queries above name them; empty where the snapshot is of before there was any such thing."""

    coverage: dict[str, Any]
    pending: dict[str, Any]
    runs: list[dict[str, Any]] = field(default_factory=list)
    sources: list[dict[str, Any]] = field(default_factory=list)
    budgets: dict[str, Any] = field(default_factory=dict)


def read_gauges(connection: duckdb.DuckDBPyConnection) -> Gauges:
    """All of them. Raises WarehouseError for a snapshot that another version wrote."""
    return Gauges(
        coverage=read_rows(connection, _COVERAGE)[0],
        pending=read_rows(connection, _PENDING)[0],
        runs=read_rows(connection, _RUNS),
        sources=read_rows(connection, _SOURCES) if _has(connection, "source_visits", "state") else [],
        budgets=next(iter(read_rows(connection, _BUDGETS)), {}) if _has(connection, "runs", "search_limit") else {},
    )


def read_good_ends(connection: duckdb.DuckDBPyConnection) -> dict[str, datetime]:
    """When each pipeline's last good run ended. Raises WarehouseError."""
    ends: dict[str, datetime] = {}
    for row in read_rows(connection, _RUNS):
        if row["state"] in GOOD:
            ends[row["pipeline"]] = max(row["ended_at"], ends.get(row["pipeline"], row["ended_at"]))
    return ends


def _has(connection: duckdb.DuckDBPyConnection, table: str, column: str) -> bool:
    """Snapshots of before have no such table or column."""
    try:
        known = connection.execute(
            "SELECT 1 FROM information_schema.columns WHERE table_name = ? AND column_name = ?", [table, column]
        ).fetchone()
    except duckdb.Error as error:
        raise WarehouseError(f"the snapshot cannot be read: {error}", way_out="publish again") from error
    return known is not None
