"""What was known of companies day by day, as rows of a list or of a file, in pages of any size."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime

import duckdb

from talentscope.scoring.companies import Row, run
from talentscope.scoring.exports import Sheet

_TYPES = {"VARCHAR": "string", "DATE": "string", "BIGINT": "int64", "DOUBLE": "double"}


@dataclass(frozen=True)
class Span:
    """Days asked for, both ends included; None is open. `company_id` None: of all companies."""

    since: date | None = None
    until: date | None = None
    company_id: str | None = None


def find_span(
    connection: duckdb.DuckDBPyConnection, span: Span, *, limit: int, after: tuple[date, str] | None = None
) -> list[Row]:
    """Rows of the mart `company_days`, the newest day first, companies by id, from behind `after` (day, company).

    Raises SnapshotMissing for a snapshot that knows no companies.
    """
    day, company_id = after or (None, None)
    sql = """
SELECT * FROM company_days
WHERE ($company::VARCHAR IS NULL OR company_id = $company::VARCHAR)
  AND ($since::DATE IS NULL OR day >= $since::DATE) AND ($until::DATE IS NULL OR day <= $until::DATE)
  AND ($after_day::DATE IS NULL OR day < $after_day::DATE
    OR (day = $after_day::DATE AND company_id > $after_id::VARCHAR))
ORDER BY day DESC, company_id LIMIT $limit
"""
    return run(
        connection,
        sql,
        company=span.company_id,
        since=span.since,
        until=span.until,
        after_day=day,
        after_id=company_id,
        limit=limit,
    )


def days_sheet(connection: duckdb.DuckDBPyConnection, rows: list[Row], *, at: datetime) -> Sheet:
    """The rows as a sheet; each carries when it was exported (`at`, aware)."""
    stamp = {"exported_at": at.astimezone(UTC).isoformat(timespec="seconds")}
    described = connection.execute("DESCRIBE company_days").fetchall()
    flat = [dict(_flat(row)) | stamp for row in rows]
    return Sheet(
        title="Company days",
        columns={name: _TYPES[kind] for name, kind, *_ in described} | dict.fromkeys(stamp, "string"),
        rows=flat,
        objects=flat,
        stamp=stamp,
        about=[
            ("rows", str(len(rows))),
            ("source", "filings, job boards, listings and posts, collected by talentscope; each figure has its source"),
            ("empty", "unknown or withheld; unknown is not zero"),
        ],
    )


def _flat(row: Row) -> Iterator[tuple[str, object]]:
    for name, value in row.items():
        yield name, value.isoformat() if isinstance(value, date) else value
