"""`status`: freshness, coverage, budgets, what was set aside."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated, Any

import duckdb
import typer

from talentscope.cli.leads import View
from talentscope.cli.show import note, print_json, print_table, warn
from talentscope.runtime.errors import WarehouseError
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
_BUDGETS = """
SELECT run_id, pipeline, state, started_at, ended_at, briefs, requests, search_requests, core_requests,
  graphql_requests, graphql_points, rows_loaded, left_out, message
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
    visits = _visits(connection)
    return {
        "snapshot": {"name": snapshot.path.name, "published_at": snapshot.published_at} | _rows(connection, _COUNTS)[0],
        "sources": [*_rows(connection, _SOURCES), *visits],
        "companies": _rows(connection, _COMPANIES)[0] if visits else None,
        "fact_states": _rows(connection, _FACT_STATES) if visits else [],
        "coverage": _rows(connection, _COVERAGE),
        "budgets": _rows(connection, _BUDGETS),
        "excluded": _rows(connection, _EXCLUDED),
        "rejects": _rows(connection, "SELECT * FROM rejects ORDER BY reject_count DESC"),
        "unknown_fields": _rows(connection, "SELECT * FROM unknown_fields ORDER BY path"),
    }


def _visits(connection: duckdb.DuckDBPyConnection) -> list[dict[str, Any]]:
    """What each source of companies did last; empty in a snapshot from before there were companies."""
    known = "SELECT 1 AS one FROM information_schema.tables WHERE table_name = 'source_visits'"
    return _rows(connection, _VISITS) if _rows(connection, known) else []


def _rows(connection: duckdb.DuckDBPyConnection, sql: str) -> list[dict[str, Any]]:
    try:
        result = connection.execute(sql)
    except (duckdb.BinderException, duckdb.CatalogException) as error:
        raise WarehouseError(
            "the published snapshot was written by another version of talentscope",
            way_out="publish anew from what is stored: `talentscope rebuild`",
        ) from error
    names = [column[0] for column in result.description or []]
    return [dict(zip(names, row, strict=True)) for row in result.fetchall()]


def _print(facts: dict[str, Any]) -> None:
    shown = facts["snapshot"]
    print_table("Snapshot", ["what", "value"], [(name.replace("_", " "), _cell(v)) for name, v in shown.items()])
    if facts["coverage"]:
        columns = ["query", "reported", "read", "missing", "requests", "state", "watermark"]
        _print_rows("Coverage", facts["coverage"], columns, right=columns[1:5])
    if facts["companies"] is not None:
        of = facts["companies"].items()
        print_table("Companies", ["what", "value"], [(name.replace("_", " "), _cell(v)) for name, v in of])
        columns = ["source", "state", "day", "newest_at", "companies", "observations", "without_value", "requests"]
        visits = [row for row in facts["sources"] if "observations" in row]
        _print_rows("Sources of companies", visits, [*columns, "unchanged", "seconds"], right=[*columns[4:], "seconds"])
    spent = ["run_id", "pipeline", "state", "search_requests", "core_requests", "graphql_requests", "graphql_points"]
    _print_rows("Budgets spent", facts["budgets"], [*spent, "requests", "rows_loaded"])
    if facts["excluded"]:
        _print_rows("Accounts kept out", facts["excluded"], ["rule", "accounts"], right=["accounts"])
    _print_remarks(facts)


def _print_rows(
    title: str, rows: Sequence[dict[str, Any]], columns: Sequence[str], *, right: Sequence[str] = ()
) -> None:
    cells = [[_cell(row[name]) for name in columns] for row in rows]
    print_table(
        title, [name.replace("_", " ") for name in columns], cells, right=[name.replace("_", " ") for name in right]
    )


def _print_remarks(facts: dict[str, Any]) -> None:
    """What a person should mind, in sentences."""
    for row in facts["rejects"]:
        warn(f"{row['reject_count']} {row['kind']} records set aside: {row['path']} {row['reason']}")
    for row in facts["unknown_fields"]:
        note(f"GitHub sends a field we do not know: {row['path']} ({row['source']})")
    for row in facts["coverage"]:
        if row["missing"]:
            warn(f"GitHub's search withheld {row['missing']} of {row['reported']} repositories of {row['query']}")
    for row in facts["sources"]:
        if row.get("state") == "off":
            note(f"{row['source']} is off: {row['reason']}")
        elif row.get("state") in {"down", "partial"}:
            warn(f"{row['source']} {'is down' if row['state'] == 'down' else 'answered in part'}: {row['reason']}")
    newest = {row["pipeline"]: row for row in reversed(facts["budgets"])}
    for pipeline, row in newest.items():
        if row["left_out"]:
            warn(f"the last {pipeline} run left out: {row['left_out']}")


def _cell(value: object) -> str:
    if isinstance(value, bool) or value is None:
        return "" if value is None else str(value).lower()
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, float):
        return f"{value:,.1f}"
    if isinstance(value, date) and not isinstance(value, datetime):
        return value.isoformat()
    return f"{value:%Y-%m-%d %H:%M} UTC" if hasattr(value, "strftime") else str(value)
