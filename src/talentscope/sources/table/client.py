"""Reads a table from a file: prices, market values and head-counts that somebody else gathered, as observations.

The only source that asks nobody. Its facts carry the table's name as their source; each has the day that it is of.
"""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from talentscope.registry.company import Company
from talentscope.registry.observation import Metric, Observation, State
from talentscope.registry.read import Registry
from talentscope.runtime.clock import Clock, SystemClock
from talentscope.runtime.errors import UsageError
from talentscope.sources.table.owners import Owners, UnknownRow, choose_row, find_owners
from talentscope.sources.table.records import TableRow, parse_table

MAX_BYTES = 256 * 2**20
"""Of the text, unpacked; the whole US market of a day is 3 MiB."""

OTHERS = frozenset({"sec", "wikidata"})
"""Names of sources whose facts rank by what they are; a table must not pass for one of them."""

METRICS = {
    "price_usd": Metric.PRICE,
    "market_value_usd": Metric.MARKET_VALUE,
    "employees": Metric.EMPLOYEES,
}


@dataclass(frozen=True)
class Imported:
    """What a table said. `unknown_rows` are rows that are no company's; `new_companies` are not in the registry yet."""

    observations: tuple[Observation, ...]
    unknown_rows: tuple[UnknownRow, ...]
    new_companies: tuple[Company, ...]
    row_count: int


def read_table(
    path: Path,
    *,
    registry: Registry,
    as_of: date | None,
    source_name: str,
    columns: Mapping[str, str] | None = None,
    tickers_file: Path | None = None,
    is_adding: bool = False,
    clock: Clock | None = None,
) -> Imported:
    """Read a table: CSV with a header, JSON lines or a JSON array, also packed with gzip.

    `as_of` is the day of its facts, where no column says it. `columns` maps a fact to its header where that is not
    plain. `tickers_file` is SEC's company_tickers.json, by which share classes are known to be one company.
    `is_adding` makes companies of rows that are none of the registry; they are returned, not written.
    Raises UsageError for a file that cannot be read: row, column, what was expected, what came.
    """
    now = (clock or SystemClock()).now()
    today = now.astimezone(UTC).date()
    if source_name.lower() in OTHERS or not source_name.strip():
        raise UsageError(f"expected a name for the table, came {source_name!r}", way_out="for example --name csv")
    if as_of is not None and as_of > today:
        raise UsageError(f"expected a day that has begun, came {as_of}", way_out="facts are of today or earlier")
    ciks = {} if tickers_file is None else read_tickers(tickers_file)
    rows = parse_table(_read_text(path), name=path.name, columns=columns or {}, as_of=as_of, last_day=today)
    owners = find_owners(rows, registry, ciks=ciks, is_adding=is_adding, source_name=source_name)
    return Imported(
        observations=tuple(_observe(owners, source_name=source_name, file=path.name, observed_at=now)),
        unknown_rows=tuple(sorted(owners.unknown, key=lambda row: row.number)),
        new_companies=tuple(owners.added),
        row_count=len(rows),
    )


def read_tickers(path: Path) -> dict[str, str]:
    """CIKs of ten digits by ticker, from SEC's company_tickers.json or company_tickers_exchange.json, also gzipped.

    Raises UsageError.
    """
    expected = f"{path.name}: expected SEC's company_tickers.json"
    try:
        data = json.loads(_read_text(path))
    except (ValueError, RecursionError) as error:
        raise UsageError(f"{expected}, came what is no JSON: {str(error)[:100]}") from error
    if isinstance(data, dict) and "fields" in data and "data" in data:
        items = [dict(zip(data["fields"], row, strict=False)) for row in data["data"]]
    else:
        items = list(data.values()) if isinstance(data, dict) else data
    found = {}
    for number, item in enumerate(items if isinstance(items, list) else [None], start=1):
        cik = item.get("cik_str", item.get("cik")) if isinstance(item, dict) else None
        ticker = item.get("ticker") if isinstance(item, dict) else None
        if isinstance(cik, bool) or not str(cik).isdecimal() or not isinstance(ticker, str):
            raise UsageError(f"{expected}, came entry {number} without cik_str and ticker: {str(item)[:80]!r}")
        found[ticker.upper().replace(".", "-").replace("/", "-")] = str(cik).zfill(10)
    return found


def _read_text(path: Path) -> str:
    try:
        with path.open("rb") as file:
            packed = file.read(2) == b"\x1f\x8b"
            file.seek(0)
            content = gzip.GzipFile(fileobj=file).read(MAX_BYTES + 1) if packed else file.read(MAX_BYTES + 1)
    except OSError as error:
        raise UsageError(f"{path.name}: cannot be read: {(error.strerror or str(error)).lower()}") from error
    except (EOFError, zlib.error) as error:
        raise UsageError(f"{path.name}: not a whole gzip file: {error}") from error
    if len(content) > MAX_BYTES:
        raise UsageError(f"{path.name}: expected at most {MAX_BYTES // 2**20} MiB", way_out="split it")
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise UsageError(
            f"{path.name}, row {line}: expected UTF-8, came the byte 0x{content[error.start]:02x}",
            way_out="save the table as UTF-8",
        ) from error


def _observe(owners: Owners, *, source_name: str, file: str, observed_at: datetime) -> list[Observation]:
    """One observation a company, day and fact that the table has a column for."""
    found = []
    for company_id, rows in owners.rows.items():
        company = owners.companies[company_id]
        for day in dict.fromkeys(row.as_of for row in rows):
            same_day = [row for row in rows if row.as_of == day]
            chosen = choose_row(company, same_day, day)
            for fact, metric in METRICS.items():
                row = _speaker(chosen, same_day, fact)
                if row is not None:
                    found.append(_to_observation(company_id, metric, fact, row, source_name, file, observed_at))
    return found


def _speaker(chosen: TableRow, rows: list[TableRow], fact: str) -> TableRow | None:
    """The row that a fact is taken from. Another class's row may know a head-count that the chosen one does not; a
    price is that of one class only."""
    if fact == "price_usd" or chosen.facts.get(fact) is not None:
        return chosen if fact in chosen.facts else None
    return next((row for row in rows if row.facts.get(fact) is not None), chosen if fact in chosen.facts else None)


def _to_observation(
    company_id: str, metric: Metric, fact: str, row: TableRow, source_name: str, file: str, observed_at: datetime
) -> Observation:
    value = row.facts[fact]
    return Observation(
        company_id=company_id,
        metric=metric,
        value=value,
        as_of=row.as_of,
        observed_at=observed_at,
        source=source_name,
        source_url="",
        state=State.MISSING if value is None else State.OK,
        evidence=f"row {row.number} of {file}: {row.ticker or row.cik}",
        reason="the table has no value, or 0, which means that it knows none" if value is None else "",
    )
