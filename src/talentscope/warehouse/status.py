"""How fresh and how complete a snapshot is: sources, coverage of each query, budgets of runs, what was set aside.

The command, the page of runs and the API tell the same, so it is gathered here once.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

import duckdb

from talentscope.runtime.errors import WarehouseError

_COUNTS = """
SELECT (SELECT count(*) FROM repositories) AS repositories, (SELECT count(*) FROM developers) AS owners,
  (SELECT count(*) FROM developers WHERE excluded_rule IS NULL) AS developers,
  (SELECT count(*) FROM developers WHERE is_profile_known) AS profiles_read,
  (SELECT count(*) FROM repositories WHERE ownership_observed_at IS NOT NULL) AS ownership_proofs
"""
_SOURCES = """
SELECT 'github' AS source, max(observed_at) AS newest_at, count(*) AS queries,
  sum(CASE WHEN state = 'drained' THEN 1 ELSE 0 END) AS drained, sum(missing) AS missing
FROM coverage
"""
_VISITS = """
SELECT source, state, day, observed_at AS newest_at, companies, observations, without_value, requests, unchanged,
  seconds, reason, run_id
FROM source_visits ORDER BY source
"""
_COMPANIES = """
SELECT count(*) AS companies, count(market_value_usd) AS with_market_value, count(employees) AS with_employees,
  count(open_offers) AS with_offers, count(sentiment_mean) AS with_sentiment,
  count(value_per_employee_usd) AS with_value_per_employee, count(value_per_offer_usd) AS with_value_per_offer,
  max(day) AS newest_day
FROM companies
"""
_FACT_STATES = """
SELECT metric, source, state, count(*) AS facts FROM company_facts GROUP BY ALL ORDER BY ALL
"""
_RUNS = """
SELECT run_id, pipeline, state, started_at, ended_at, briefs, requests, search_requests, core_requests,
  graphql_requests, graphql_points, rows_loaded, left_out, message
FROM runs
"""
_BUDGETS = f"{_RUNS} ORDER BY started_at DESC LIMIT 10"
_COVERAGE = """
SELECT query, reported, read, missing, requests, incomplete_pages, fallbacks, state, is_sweep, since, watermark,
  observed_at
FROM coverage ORDER BY query
"""
_EXCLUDED = """
SELECT excluded_rule AS rule, count(*) AS accounts FROM developers WHERE excluded_rule IS NOT NULL
GROUP BY ALL ORDER BY accounts DESC, rule
"""


def read_status(connection: duckdb.DuckDBPyConnection, *, name: str, published_at: datetime) -> dict[str, Any]:
    """All of it, as plain rows by topic: snapshot, sources, companies, fact_states, coverage, budgets and so on.

    `companies` is None in a snapshot from before there were any. Raises WarehouseError for one that another version
    wrote.
    """
    visits = _visits(connection)
    return {
        "snapshot": {"name": name, "published_at": published_at} | read_rows(connection, _COUNTS)[0],
        "sources": [*read_rows(connection, _SOURCES), *visits],
        "companies": read_rows(connection, _COMPANIES)[0] if visits else None,
        "fact_states": read_rows(connection, _FACT_STATES) if visits else [],
        "coverage": read_rows(connection, _COVERAGE),
        "budgets": read_rows(connection, _BUDGETS),
        "excluded": read_rows(connection, _EXCLUDED),
        "rejects": read_rows(connection, "SELECT * FROM rejects ORDER BY reject_count DESC"),
        "unknown_fields": read_rows(connection, "SELECT * FROM unknown_fields ORDER BY path"),
    }


def read_runs(connection: duckdb.DuckDBPyConnection, *, limit: int, offset: int = 0) -> list[dict[str, Any]]:
    """Runs, the newest first. Raises WarehouseError."""
    return read_rows(connection, f"{_RUNS} ORDER BY started_at DESC, run_id LIMIT {int(limit)} OFFSET {int(offset)}")


def find_run(connection: duckdb.DuckDBPyConnection, run_id: str) -> dict[str, Any] | None:
    """One run, or None. Raises WarehouseError."""
    return next(iter(read_rows(connection, f"{_RUNS} WHERE run_id = $run_id", run_id=run_id)), None)


def _visits(connection: duckdb.DuckDBPyConnection) -> list[dict[str, Any]]:
    """What each source of companies did last; empty in a snapshot from before there were companies."""
    known = "SELECT 1 AS one FROM information_schema.tables WHERE table_name = 'source_visits'"
    return read_rows(connection, _VISITS) if read_rows(connection, known) else []


def read_rows(connection: duckdb.DuckDBPyConnection, sql: str, **parameters: object) -> list[dict[str, Any]]:
    """Rows of a query over a snapshot. Raises WarehouseError for one that another version wrote."""
    try:
        result = connection.execute(sql, parameters)
    except (duckdb.BinderException, duckdb.CatalogException) as error:
        raise WarehouseError(
            "the published snapshot was written by another version of talentscope",
            way_out="publish anew from what is stored: `talentscope rebuild`",
        ) from error
    names = [column[0] for column in result.description or []]
    return [dict(zip(names, row, strict=True)) for row in result.fetchall()]
