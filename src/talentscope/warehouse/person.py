"""What the published snapshot holds about one account, field by field: value, source, when it was read, until when.

For the person who asks (GDPR Art. 15). It is handed out whether they said no or not: a no does not end the right to
know.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import duckdb

_READ_AT = {"developers": "profile_observed_at", "repositories": "observed_at"}
_TIMES = frozenset({"observed_at", "profile_observed_at", "ownership_observed_at"})
_OURS = frozenset(
    {"employer_company_id", "employer_confidence", "employer_evidence", "excluded_rule", "excluded_reason"}
)
"""Worked out by talentscope from what GitHub told."""

_QUERIES = {
    "developers": "SELECT * FROM developers WHERE github_id = $id",
    "repositories": "SELECT * FROM repositories WHERE owner_github_id = $id ORDER BY full_name",
    "topics": "SELECT repository_node_id, topic FROM repository_topics WHERE owner_github_id = $id ORDER BY 1, 2",
}


def find_account(
    connection: duckdb.DuckDBPyConnection, *, github_id: int | None = None, login: str | None = None
) -> tuple[int, str] | None:
    """Id and login of an account of the snapshot, by either; None if it is not there."""
    row: tuple[int, str] | None = connection.execute(
        "SELECT github_id, login FROM developers WHERE github_id = $id OR lower(login) = lower($login) LIMIT 1",
        {"id": github_id, "login": login},
    ).fetchone()
    return row


def held_about(
    connection: duckdb.DuckDBPyConnection, github_id: int, *, site: str, retention: timedelta
) -> dict[str, Any]:
    """`profile` and `repositories` with their topics; each field with its source and times (ISO 8601, UTC).

    `site` is where links lead, such as https://github.com; a field that is not seen again for `retention` is deleted
    (warehouse/privacy.py). Empty lists where nothing is held.
    """
    rows = {name: _rows(connection, sql, github_id) for name, sql in _QUERIES.items()}
    topics: dict[str, list[str]] = {}
    for row in rows["topics"]:
        topics.setdefault(row["repository_node_id"], []).append(row["topic"])
    repositories = [row | {"topics": topics.get(row["repository_node_id"], [])} for row in rows["repositories"]]
    return {
        "profile": [_told(row, "developers", f"{site}/{row['login']}", retention) for row in rows["developers"]],
        "repositories": [_told(row, "repositories", f"{site}/{row['full_name']}", retention) for row in repositories],
    }


def _rows(connection: duckdb.DuckDBPyConnection, sql: str, github_id: int) -> list[dict[str, Any]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, {"id": github_id})
        names = [column[0] for column in cursor.description or []]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def _told(row: dict[str, Any], table: str, source: str, retention: timedelta) -> dict[str, Any]:
    read_at = row[_READ_AT[table]] or row["observed_at"]
    told = {}
    for name, value in row.items():
        if value is None or value == [] or name in _TIMES:
            continue
        told[name] = {
            "value": _iso(value) if isinstance(value, datetime) else value,
            "source": "worked out by talentscope" if name in _OURS else source,
            "read_at": _iso(read_at),
            "expires_at": _iso(read_at + retention),
        }
    return told


def _iso(value: datetime) -> str:
    return value.astimezone(UTC).isoformat(timespec="seconds")
