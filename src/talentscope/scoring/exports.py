"""Leads as files: CSV, XLSX, JSON, Parquet. Every row is stamped with brief, time and purpose.

An export is a copy of personal data, so it says what for and when; it is opened by programs that run what they read,
so no cell can be a formula. A file is written under a temporary name and then renamed: nobody meets half of one.
"""

from __future__ import annotations

import csv
import io
import os
import re
import tempfile
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson

from talentscope.runtime.errors import TalentscopeError, UsageError
from talentscope.scoring.lead import Lead
from talentscope.scoring.rules import COMPONENTS

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")
"""What spreadsheets take for the start of a formula: https://owasp.org/www-community/attacks/CSV_Injection"""

XLSX_CELL = 32_767  # characters: https://support.microsoft.com/office/excel-specifications-and-limits
FORBIDDEN_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
"""https://www.w3.org/TR/xml/#charsets"""

COLUMNS: dict[str, str] = {
    "rank": "int64",
    "login": "string",
    "github_id": "int64",
    "name": "string",
    "url": "string",
    "score": "double",
    "score_low": "double",
    "score_high": "double",
    **dict.fromkeys(COMPONENTS, "double"),
    "reasons": "string",
    "repositories": "string",
    "followers": "int64",
    "email": "string",
    "website": "string",
    "twitter": "string",
    "company": "string",
    "location": "string",
    "as_of": "string",
    "brief": "string",
    "exported_at": "string",
    "purpose": "string",
}

Row = dict[str, Any]


@dataclass(frozen=True)
class Stamp:
    """What every exported row carries: the brief's name, when it was exported (aware), and what for."""

    brief: str
    exported_at: datetime
    purpose: str

    def to_dict(self) -> dict[str, str]:
        """Plain text, the time in UTC."""
        return {
            "brief": self.brief,
            "exported_at": self.exported_at.astimezone(UTC).isoformat(timespec="seconds"),
            "purpose": self.purpose,
        }


def export_leads(leads: Sequence[Lead], *, stamp: Stamp, kind: str, path: Path | None) -> bytes | None:
    """Write leads as csv, xlsx, json or parquet into `path`, or return the bytes when there is no path.

    Raises UsageError for an unknown kind, TalentscopeError when the file cannot be written.
    """
    if kind not in WRITERS:
        raise UsageError(f"expected one of {', '.join(WRITERS)}, came {kind!r}", way_out="choose one of these")
    content = WRITERS[kind](leads, stamp)
    if path is None:
        return content
    _write(path, content)
    return None


def to_csv(leads: Sequence[Lead], stamp: Stamp) -> bytes:
    """RFC 4180: CRLF, quotes doubled; UTF-8. Text that a spreadsheet would run is made text by a leading quote mark."""
    buffer = io.StringIO(newline="")
    writer = csv.DictWriter(buffer, fieldnames=list(COLUMNS), lineterminator="\r\n")
    writer.writeheader()
    writer.writerows({name: defuse(value) for name, value in row.items()} for row in _rows(leads, stamp))
    return buffer.getvalue().encode("utf-8", errors="replace")


def to_json(leads: Sequence[Lead], stamp: Stamp) -> bytes:
    """An array of leads as `Lead.to_dict` gives them, each with its stamp."""
    return orjson.dumps([_clean({**lead.to_dict(), **stamp.to_dict()}) for lead in leads], option=orjson.OPT_INDENT_2)


def to_parquet(leads: Sequence[Lead], stamp: Stamp) -> bytes:
    """One row a lead; the stamp in the columns and in the file's metadata."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    columns = [(name, pa.type_for_alias(kind)) for name, kind in COLUMNS.items()]
    schema = pa.schema(columns, metadata=stamp.to_dict())
    rows = [_clean(row) for row in _rows(leads, stamp)]
    buffer = io.BytesIO()
    pq.write_table(pa.Table.from_pylist(rows, schema=schema), buffer, compression="zstd")
    return buffer.getvalue()


def to_xlsx(leads: Sequence[Lead], stamp: Stamp) -> bytes:
    """A sheet of leads and a sheet About. Strings stay strings: no formulas, no links made of text."""
    import xlsxwriter

    buffer = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(buffer, options) as book:
        bold = book.add_format({"bold": True})
        sheet = book.add_worksheet("Leads")
        sheet.write_row(0, 0, list(COLUMNS), bold)
        for number, row in enumerate(_rows(leads, stamp), 1):
            _write_row(sheet, number, list(row.values()))
        sheet.freeze_panes(1, 2)
        about = book.add_worksheet("About")
        for number, (label, value) in enumerate(_about(leads, stamp)):
            about.write_string(number, 0, label, bold)
            about.write_string(number, 1, _xml(value))
        about.set_column(0, 1, 40)
    return buffer.getvalue()


WRITERS: dict[str, Callable[[Sequence[Lead], Stamp], bytes]] = {
    "csv": to_csv,
    "xlsx": to_xlsx,
    "json": to_json,
    "parquet": to_parquet,
}


def defuse(value: Any) -> Any:
    """Text that starts like a formula gets a leading `'`; numbers and other text stay as they are."""
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA_STARTS) else value


def _rows(leads: Sequence[Lead], stamp: Stamp) -> list[Row]:
    return [_row(lead, stamp) for lead in leads]


def _row(lead: Lead, stamp: Stamp) -> Row:
    return {
        "rank": lead.rank,
        "login": lead.login,
        "github_id": lead.github_id,
        "name": lead.name,
        "url": lead.url,
        "score": lead.score,
        "score_low": lead.score_low,
        "score_high": lead.score_high,
        **{component.name: component.value for component in lead.components},
        "reasons": "; ".join(str(reason) for reason in lead.reasons),
        "repositories": " ".join(repository.full_name for repository in lead.repositories),
        "followers": lead.followers,
        **lead.contacts,
        "company": lead.company,
        "location": lead.location,
        "as_of": lead.as_of.isoformat(),
        **stamp.to_dict(),
    }


def _about(leads: Sequence[Lead], stamp: Stamp) -> list[tuple[str, str]]:
    return [
        *stamp.to_dict().items(),
        ("leads", str(len(leads))),
        ("source", "public GitHub profiles and repositories, collected by talentscope"),
        ("personal data", "delete this file when its purpose is met; honour every request not to be contacted"),
        ("score", "0 to 100, the weighted mean of the known components; low and high put the unknown at 0 and at 1"),
    ]


def _write_row(sheet: Any, number: int, values: list[Any]) -> None:
    for column, value in enumerate(values):
        if isinstance(value, str):
            sheet.write_string(number, column, _xml(value))
        elif value is not None:
            sheet.write_number(number, column, value)


def _xml(text: str) -> str:
    return FORBIDDEN_IN_XML.sub("\N{REPLACEMENT CHARACTER}", text)[:XLSX_CELL]


def _clean(value: Any) -> Any:
    """Lone surrogates cannot be UTF-8; everything else stays as it came."""
    if isinstance(value, str):
        return value.encode("utf-8", errors="replace").decode("utf-8")
    if isinstance(value, dict):
        return {key: _clean(item) for key, item in value.items()}
    return [_clean(item) for item in value] if isinstance(value, list) else value


def _write(path: Path, content: bytes) -> None:
    """Temporary name beside the target, flushed to disk, then renamed; readable by its owner only."""
    temporary = ""
    try:
        with tempfile.NamedTemporaryFile(dir=path.parent, prefix=f".{path.name[:50]}.", delete=False) as file:
            temporary = file.name
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).replace(path)
    except OSError as error:
        if temporary:
            with suppress(OSError):
                Path(temporary).unlink()
        raise TalentscopeError(
            f"expected to write {path}, but {(error.strerror or 'it cannot be written').lower()}",
            way_out="check that the folder exists and is writable and that the disk is not full",
        ) from error
