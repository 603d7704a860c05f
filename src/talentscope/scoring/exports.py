"""Lists as files: CSV, XLSX, JSON, Parquet.

An export is opened by programs that run what they read, so no cell can be a formula. A file
is written under a temporary name and then renamed: nobody meets half of one.
"""

from __future__ import annotations

import csv
import io
import os
import re
import tempfile
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from talentscope.runtime.errors import TalentscopeError, UsageError

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "\0")
"""What spreadsheets take for the start of a formula, or skip before one: OWASP ASVS 5, 1.2.10."""

XLSX_CELL = 32_767  # characters: https://support.microsoft.com/office/excel-specifications-and-limits
FORBIDDEN_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
"""https://www.w3.org/TR/xml/#charsets"""

Row = dict[str, Any]


@dataclass(frozen=True)
class Sheet:
    """A list on its way into a file.

    `columns` maps each column to its Arrow type; `rows` are flat, `objects` the same nested, for JSON. `stamp` says
    what, when and for whom (it is in every row already); `about` is what a reader of the file must know.
    """

    title: str
    columns: Mapping[str, str]
    rows: Sequence[Row]
    objects: Sequence[Row]
    stamp: Mapping[str, str]
    about: Sequence[tuple[str, str]]


def export(sheet: Sheet, *, kind: str, path: Path | None) -> bytes | None:
    """Write a sheet as csv, xlsx, json or parquet into `path`, or return the bytes when there is no path.

    Raises UsageError for an unknown kind, TalentscopeError when the file cannot be written.
    """
    if kind not in WRITERS:
        raise UsageError(f"expected one of {', '.join(WRITERS)}, came {kind!r}", way_out="choose one of these")
    content = WRITERS[kind](sheet)
    if path is None:
        return content
    write_file(path, content)
    return None


def to_csv(sheet: Sheet) -> bytes:
    """RFC 4180: CRLF, quotes doubled; UTF-8. Text that a spreadsheet would run is made text by a leading quote mark."""
    buffer = io.StringIO(newline="")
    writer = csv.DictWriter(buffer, fieldnames=list(sheet.columns), lineterminator="\r\n")
    writer.writeheader()
    writer.writerows({name: defuse(value) for name, value in row.items()} for row in sheet.rows)
    return buffer.getvalue().encode("utf-8", errors="replace")


def to_json(sheet: Sheet) -> bytes:
    """An array of objects, each with its stamp."""
    return orjson.dumps([_clean(item) for item in sheet.objects], option=orjson.OPT_INDENT_2 | orjson.OPT_UTC_Z)


def to_parquet(sheet: Sheet) -> bytes:
    """Flat rows; the stamp in the columns and in the file's metadata."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    columns = [(name, pa.type_for_alias(kind)) for name, kind in sheet.columns.items()]
    schema = pa.schema(columns, metadata=dict(sheet.stamp))
    rows = [_clean(row) for row in sheet.rows]
    buffer = io.BytesIO()
    pq.write_table(pa.Table.from_pylist(rows, schema=schema), buffer, compression="zstd")
    return buffer.getvalue()


def to_xlsx(sheet: Sheet) -> bytes:
    """The sheet itself and a sheet About. Strings stay strings: no formulas, no links made of text."""
    import xlsxwriter

    buffer = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(buffer, options) as book:
        bold = book.add_format({"bold": True})
        page = book.add_worksheet(sheet.title)
        page.write_row(0, 0, list(sheet.columns), bold)
        for number, row in enumerate(sheet.rows, 1):
            _write_row(page, number, list(row.values()))
        page.freeze_panes(1, 2)
        about = book.add_worksheet("About")
        for number, (label, value) in enumerate([*sheet.stamp.items(), *sheet.about]):
            about.write_string(number, 0, label, bold)
            about.write_string(number, 1, _xml(value))
        about.set_column(0, 1, 40)
    return buffer.getvalue()


WRITERS: dict[str, Callable[[Sheet], bytes]] = {
    "csv": to_csv,
    "xlsx": to_xlsx,
    "json": to_json,
    "parquet": to_parquet,
}


def defuse(value: Any) -> Any:
    """Text that starts like a formula gets a leading `'`; numbers and other text stay as they are."""
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA_STARTS) else value


def _write_row(page: Any, number: int, values: list[Any]) -> None:
    for column, value in enumerate(values):
        if isinstance(value, str):
            page.write_string(number, column, _xml(value))
        elif value is not None:
            page.write_number(number, column, value)


def _xml(text: str) -> str:
    return FORBIDDEN_IN_XML.sub("\N{REPLACEMENT CHARACTER}", text)[:XLSX_CELL]


def _clean(value: Any) -> Any:
    """Lone surrogates cannot be UTF-8; everything else stays as it came."""
    if isinstance(value, str):
        return value.encode("utf-8", errors="replace").decode("utf-8")
    if isinstance(value, dict):
        return {key: _clean(item) for key, item in value.items()}
    return [_clean(item) for item in value] if isinstance(value, list) else value


def write_file(path: Path, content: bytes) -> None:
    """Temporary name beside the target, flushed to disk, then renamed; readable by its owner only.

    Raises TalentscopeError when the file cannot be written.
    """
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
