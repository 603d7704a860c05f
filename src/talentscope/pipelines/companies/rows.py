"""What sources told becomes Arrow tables for the warehouse. Pure: no socket, no file, no clock."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import pyarrow as pa

from talentscope.registry.company import Company
from talentscope.registry.observation import UNITS, Observation, Posting
from talentscope.warehouse import company_tables as tables
from talentscope.warehouse.tables import RawTable

Rows = list[dict[str, Any]]


@dataclass
class Gathered:
    """Rows waiting to be stored together, by table."""

    rows: dict[RawTable, Rows] = field(default_factory=dict)

    def add(self, table: RawTable, rows: Iterable[dict[str, Any]]) -> None:
        """Keep rows for a table."""
        self.rows.setdefault(table, []).extend(rows)

    def count(self) -> int:
        """How many rows wait."""
        return sum(len(rows) for rows in self.rows.values())


def to_tables(gathered: Gathered, *, run_id: str) -> Mapping[RawTable, pa.Table]:
    """One Arrow table for each raw table that has rows; within a table with a key one row a key, the newest."""
    made = {}
    for table, rows in gathered.rows.items():
        kept = list({tuple(row[name] for name in table.key): row for row in rows}.values()) if table.key else rows
        if kept:
            made[table] = pa.Table.from_pylist([{**row, "run_id": run_id} for row in kept], schema=table.schema)
    return made


def registry_rows(companies: Sequence[Company], *, today: date, observed_at: datetime) -> Gathered:
    """The registry as it is now: companies, their organisations and their boards."""
    gathered = Gathered()
    for company in companies:
        shared = {"company_id": company.company_id, "observed_at": observed_at}
        gathered.add(tables.COMPANIES, [_company_row(company, today=today) | shared])
        gathered.add(
            tables.COMPANY_ORGANISATIONS,
            [{"organisation": name.lower(), **shared} for name in company.github_organisations],
        )
        gathered.add(
            tables.COMPANY_BOARDS,
            [
                {"vendor": board.vendor, "token": board.token, "is_current": board.holds_on(today), **shared}
                for board in company.boards
            ],
        )
    return gathered


def _company_row(company: Company, *, today: date) -> dict[str, Any]:
    return {
        "name": company.name,
        "status": company.status,
        "sector": company.sector,
        "country": company.country,
        "cik": company.cik,
        "ticker": company.ticker_on(today),
        "shares_per_ticker": company.shares_per_ticker,
        "wikidata_id": company.wikidata_id,
        "website": company.website,
        "note": company.note,
    }


def observation_row(observation: Observation) -> dict[str, Any]:
    """One observation as a raw row."""
    return {
        "company_id": observation.company_id,
        "metric": observation.metric.value,
        "subject": observation.subject or None,
        "value": observation.value,
        "unit": UNITS[observation.metric],
        "as_of": observation.as_of,
        "source": observation.source,
        "source_url": observation.source_url,
        "state": observation.state.value,
        "evidence": observation.evidence,
        "reason": observation.reason,
        "observed_at": observation.observed_at,
    }


def posting_row(posting: Posting, *, observed_at: datetime) -> dict[str, Any]:
    """One listing as a raw row."""
    return {
        "company_id": posting.company_id,
        "vendor": posting.vendor,
        "board": posting.board,
        "posting_id": posting.posting_id,
        "requisition_id": posting.requisition_id,
        "title": posting.title,
        "department": posting.department,
        "location": posting.location,
        "url": posting.url,
        "opened_at": posting.opened_at,
        "observed_at": observed_at,
    }
