"""`status`: freshness, coverage, budgets, what was set aside."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

import duckdb
import typer

from talentscope.cli.leads import View
from talentscope.cli.show import note, print_json, print_table, warn
from talentscope.runtime.settings import load_settings
from talentscope.warehouse.snapshot import Snapshot, open_snapshot

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
_BUDGETS = """
SELECT run_id, state, started_at, ended_at, briefs, search_requests, core_requests, graphql_requests, graphql_points,
  rows_loaded, left_out, message
FROM runs ORDER BY started_at DESC LIMIT 10
"""
_COVERAGE = """
SELECT query, reported, read, missing, requests, incomplete_pages, fallbacks, state, is_sweep, since, watermark,
  observed_at
FROM coverage ORDER BY query
"""
_EXCLUDED = """
SELECT excluded_rule AS rule, count(*) AS accounts FROM developers WHERE excluded_rule IS NOT NULL
GROUP BY ALL ORDER BY accounts DESC, rule
"""


def status(
    form: Annotated[View, typer.Option("--format", "-f", help="For people, or for programs.")] = View.table,
) -> None:
    """How fresh and how complete the published snapshot is, what runs cost, and what was set aside.

    Coverage says for each query what GitHub reported, what was read, and what is missing; nothing missing is hidden.
    """
    settings = load_settings()
    with open_snapshot(settings.home) as snapshot:
        facts = _facts(snapshot)
    if form is View.json:
        print_json(facts)
    else:
        _print(facts)


def _facts(snapshot: Snapshot) -> dict[str, Any]:
    connection = snapshot.connection
    return {
        "snapshot": {"name": snapshot.path.name, "published_at": snapshot.published_at} | _rows(connection, _COUNTS)[0],
        "sources": _rows(connection, _SOURCES),
        "coverage": _rows(connection, _COVERAGE),
        "budgets": _rows(connection, _BUDGETS),
        "excluded": _rows(connection, _EXCLUDED),
        "rejects": _rows(connection, "SELECT * FROM rejects ORDER BY reject_count DESC"),
        "unknown_fields": _rows(connection, "SELECT * FROM unknown_fields ORDER BY path"),
    }


def _rows(connection: duckdb.DuckDBPyConnection, sql: str) -> list[dict[str, Any]]:
    result = connection.execute(sql)
    names = [column[0] for column in result.description or []]
    return [dict(zip(names, row, strict=True)) for row in result.fetchall()]


def _print(facts: dict[str, Any]) -> None:
    shown = facts["snapshot"]
    print_table("Snapshot", ["what", "value"], [(name.replace("_", " "), _cell(v)) for name, v in shown.items()])
    columns = ["query", "reported", "read", "missing", "requests", "state", "watermark"]
    rows: list[Sequence[str]] = [[_cell(row[name]) for name in columns] for row in facts["coverage"]]
    print_table("Coverage", columns, rows, right=columns[1:5])
    spent = ["run_id", "state", "search_requests", "core_requests", "graphql_requests", "graphql_points", "rows_loaded"]
    rows = [[_cell(row[name]) for name in spent] for row in facts["budgets"]]
    print_table("Budgets spent", [name.replace("_", " ") for name in spent], rows)
    if facts["excluded"]:
        rows = [(row["rule"], _cell(row["accounts"])) for row in facts["excluded"]]
        print_table("Accounts kept out", ["rule", "accounts"], rows, right=["accounts"])
    for row in facts["rejects"]:
        warn(f"{row['reject_count']} {row['kind']} records set aside: {row['path']} {row['reason']}")
    for row in facts["unknown_fields"]:
        note(f"GitHub sends a field we do not know: {row['path']} ({row['source']})")
    for row in facts["coverage"]:
        if row["missing"]:
            warn(f"GitHub's search withheld {row['missing']} of {row['reported']} repositories of {row['query']}")
    if facts["budgets"] and facts["budgets"][0]["left_out"]:
        warn(f"the last run left out: {facts['budgets'][0]['left_out']}")


def _cell(value: object) -> str:
    if isinstance(value, bool) or value is None:
        return "" if value is None else str(value).lower()
    if isinstance(value, int):
        return f"{value:,}"
    return f"{value:%Y-%m-%d %H:%M} UTC" if hasattr(value, "strftime") else str(value)
