"""`status`: freshness, coverage, budgets, what was set aside."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date, datetime
from typing import Annotated, Any

import typer

from talentscope.cli.leads import View
from talentscope.cli.planned import print_schedule, schedule_here
from talentscope.cli.published import published
from talentscope.cli.serve import DEMO_MARK
from talentscope.cli.show import note, print_json, print_table, warn
from talentscope.cli.stale import stale_here
from talentscope.runtime.settings import load_settings
from talentscope.warehouse.status import read_status


def status(
    form: Annotated[View, typer.Option("--format", "-f", help="For people, or for programs.")] = View.table,
) -> None:
    """How fresh and how complete the published snapshot is, what runs cost, and what was set aside.

    Coverage says for each query what GitHub reported, what was read, and what is missing; nothing missing is hidden.
    Exit code 1 when something is stale: a pipeline whose last good end is longer ago than
    TALENTSCOPE_STALE_TALENT_HOURS or TALENTSCOPE_STALE_COMPANIES_HOURS, or a request about one's own data that is
    overdue. A pipeline that never ran is not stale, nor is what GitHub's search withholds.
    """
    settings = load_settings()
    with published(settings) as snapshot:
        facts = read_status(snapshot.connection, name=snapshot.path.name, published_at=snapshot.published_at)
        is_demo = (settings.home / DEMO_MARK).exists()
        stale = stale_here(settings, snapshot.connection, is_demo=is_demo)
    planned = [] if is_demo else schedule_here(settings)
    if form is View.json:
        print_json(facts | {"schedule": planned, "stale": [asdict(item) for item in stale]})
    else:
        _print(facts)
        print_schedule(planned)
        for item in stale:
            warn(f"stale: {item.message}\n  way out: {item.way_out}")
    if stale:
        raise typer.Exit(1)


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
