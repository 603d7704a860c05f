"""The embedded warehouse: one DuckDB file in the data directory."""

from __future__ import annotations

import json
import os
import re
import socket
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
from filelock import FileLock, Timeout

from talentscope.runtime.clock import Clock
from talentscope.runtime.errors import WarehouseError
from talentscope.warehouse.engines.engine import BATCH_ROWS, explain, whole_text

MEMORY_LIMIT = "512MB"
"""DuckDB would take four fifths of the machine for its cache; beyond this it goes to disk, so a run stays flat."""


class DuckEngine:
    """DuckDB in `<home>/warehouse.duckdb`. The catalog is `warehouse`, which no schema is called.

    The file is opened at first use, never on construction: DuckDB lets one process in at a time.
    """

    name = "duckdb"

    def __init__(self, *, home: Path, clock: Clock) -> None:
        self.path = home / "warehouse.duckdb"
        self._home, self._clock = home, clock
        self._connection: duckdb.DuckDBPyConnection | None = None

    @property
    def place(self) -> str:
        return str(self.path)

    @property
    def connection(self) -> duckdb.DuckDBPyConnection:
        """The open connection."""
        self.connect()
        assert self._connection is not None  # noqa: S101 - for the type checker; connect() raises otherwise
        return self._connection

    def connect(self) -> None:
        if self._connection is not None:
            return
        with self.translated():
            self._home.mkdir(parents=True, exist_ok=True)
            connection = duckdb.connect(str(self.path))
            connection.execute("SET TimeZone = 'UTC'")
            connection.execute(f"SET memory_limit = '{MEMORY_LIMIT}'")
            self._connection = connection

    def close(self) -> None:
        if self._connection is not None:
            connection, self._connection = self._connection, None
            with self.translated():
                connection.close()

    def batches(self, sql: str, parameters: Mapping[str, object]) -> Iterator[pa.RecordBatch]:
        with self.translated():
            cursor = self.connection.cursor()
            cursor.execute("SET TimeZone = 'UTC'")
            reader = cursor.execute(sql, _used(sql, parameters)).to_arrow_reader(BATCH_ROWS)
            yield from (_plain(batch) for batch in _with_empty(reader))

    def execute(self, sql: str, parameters: Mapping[str, object]) -> int:
        with self.translated():
            result = self.connection.execute(sql, _used(sql, parameters)).fetchone()
        return int(result[0]) if result and isinstance(result[0], int) else 0

    def holder(self, purpose: str) -> FileHolder:
        return FileHolder(self._home, purpose=purpose, clock=self._clock)

    def destination(self) -> Any:
        from dlt.destinations import duckdb as destination

        return destination(credentials=self.connection)

    def gateway(self) -> Any:
        from sqlmesh.core.config import DuckDBConnectionConfig

        return DuckDBConnectionConfig(database=str(self.path), connector_config={"TimeZone": "UTC"})

    def state_gateway(self) -> None:
        return None

    def forget_state(self) -> None:
        pass

    def schema_name(self, schema: str) -> str:
        return schema

    @contextmanager
    def translated(self) -> Iterator[None]:
        try:
            yield
        except (duckdb.Error, OSError) as error:
            raise explain(whole_text(error), place=str(self.path)) from error


class FileHolder:
    """An flock on `<home>/run.lock`; `<home>/run.json` beside it says who took it. The kernel drops it with us."""

    def __init__(self, home: Path, *, purpose: str, clock: Clock) -> None:
        self._note = home / "run.json"
        self._lock = FileLock(str(home / "run.lock"), timeout=0)
        self._home, self._purpose, self._clock = home, purpose, clock

    def acquire(self) -> bool:
        try:
            self._home.mkdir(parents=True, exist_ok=True)
            self._lock.acquire()
        except Timeout:
            return False
        except OSError as error:
            raise explain(str(error), place=str(self._home)) from error
        since = self._clock.now().isoformat(timespec="seconds")
        note = {"pid": os.getpid(), "host": socket.gethostname(), "since": since, "purpose": self._purpose}
        try:
            self._note.write_text(json.dumps(note), encoding="utf-8")
        except OSError as error:
            self._lock.release()
            raise explain(str(error), place=str(self._home)) from error
        return True

    def is_held(self) -> bool:
        return bool(self._lock.is_locked)

    def release(self) -> None:
        if not self._lock.is_locked:  # the note beside it is then another's
            return
        self._note.unlink(missing_ok=True)
        self._lock.release()

    def describe(self) -> str:
        try:
            note = json.loads(self._note.read_text(encoding="utf-8"))
            return f"process {note['pid']} on {note['host']} since {note['since']} for {note['purpose']!r}"
        except (OSError, ValueError, KeyError):
            return "another process (it is only just starting or ending)"


def _used(sql: str, parameters: Mapping[str, object]) -> dict[str, object]:
    """DuckDB refuses parameters that the text does not name; callers share one set among several texts."""
    named = set(re.findall(r"\$([A-Za-z_]\w*)", sql))
    return {name: value for name, value in parameters.items() if name in named}


def _with_empty(reader: pa.RecordBatchReader) -> Iterator[pa.RecordBatch]:
    is_empty = True
    for batch in reader:
        is_empty = False
        yield batch
    if is_empty:
        yield pa.RecordBatch.from_pylist([], schema=reader.schema)


def _plain(batch: pa.RecordBatch) -> pa.RecordBatch:
    """DuckDB sums integers into HUGEINT, which Arrow shows as a decimal: back to a whole number."""
    columns = [
        column.cast(pa.int64()) if pa.types.is_decimal(column.type) and column.type.scale == 0 else column
        for column in batch.columns
    ]
    return pa.RecordBatch.from_arrays(columns, names=batch.schema.names)


def check_directory(home: Path) -> None:
    """Raises WarehouseError if the data directory cannot be made or written."""
    try:
        home.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise explain(str(error), place=str(home)) from error
    if not os.access(home, os.W_OK):
        raise WarehouseError(
            f"cannot write {home}: permission denied",
            way_out="set TALENTSCOPE_HOME to a directory that this user may write",
        )
