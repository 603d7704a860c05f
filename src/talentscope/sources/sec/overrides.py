"""Head-counts that a person has read in a report where the program cannot: reviewed, with their source. They win."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from importlib.resources import files
from pathlib import Path

from talentscope.runtime.errors import UsageError

COLUMNS = ("company_id", "as_of", "employees", "source_url", "note")


@dataclass(frozen=True)
class Override:
    """One reviewed head-count."""

    as_of: date
    employees: int
    source_url: str
    note: str


Overrides = Mapping[str, Sequence[Override]]
"""By company_id, newest first."""


def read_overrides(path: Path | None = None) -> Overrides:
    """Read the file, or the one that ships with the registry. Raises UsageError naming the line that is wrong."""
    shipped = Path(str(files("talentscope.registry"))) / "data" / "head_count_overrides.csv"
    place = path or shipped
    try:
        text = place.read_text(encoding="utf-8")
    except OSError as error:
        raise UsageError(f"{place}: cannot be read: {error.strerror or error}") from error
    reader = csv.DictReader(text.splitlines())
    if tuple(reader.fieldnames or ()) != COLUMNS:
        raise UsageError(
            f"{place}: expected the columns {', '.join(COLUMNS)}, came {', '.join(reader.fieldnames or ())}"
        )
    found: dict[str, list[Override]] = {}
    for row in reader:
        found.setdefault(row["company_id"], []).append(_read(row, f"{place}, line {reader.line_num}"))
    return {company: sorted(rows, key=lambda row: row.as_of, reverse=True) for company, rows in found.items()}


def _read(row: Mapping[str, str], where: str) -> Override:
    try:
        as_of, employees = date.fromisoformat(row["as_of"]), int(row["employees"])
    except (TypeError, ValueError) as error:
        raise UsageError(f"{where}: expected a day and a whole number of employees: {error}") from error
    if employees <= 0 or not (row["source_url"] or "").startswith("https://"):
        raise UsageError(f"{where}: expected employees above zero and a source_url that begins with https://")
    return Override(as_of, employees, row["source_url"], row["note"] or "")
