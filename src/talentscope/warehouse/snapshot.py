"""The snapshot: the published, read-only copy of the marts that people read. No dlt, no SQLMesh, no warehouse here.

`<home>/snapshots/current` names the newest file. A reader holds a shared flock on its file, so that a later publish
leaves it alone; a reader never waits and never sees half a run.
"""

from __future__ import annotations

import fcntl
import os
import threading
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any

import duckdb

from talentscope.runtime.errors import SnapshotMissing, SnapshotOfAnotherVersion, WarehouseError

FORMAT = 2
"""What the tables of a snapshot look like: one more whenever an older page could not read them, or a newer one needs
what was not there. 1 had no such number."""

_OPENING = threading.Lock()
_ATTEMPTS = 5


@dataclass(frozen=True)
class Snapshot:
    """An open snapshot. Use it as a context manager, or close it."""

    connection: duckdb.DuckDBPyConnection
    path: Path
    published_at: datetime
    run_id: str
    _hold: int

    def __enter__(self) -> Snapshot:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the file; a publish may then remove it once it is old."""
        self.connection.close()
        os.close(self._hold)


def open_snapshot(home: Path) -> Snapshot:
    """Open the newest snapshot, read-only, without access to files or the network, its configuration locked.

    Raises SnapshotMissing if nothing was published yet, WarehouseError if the file cannot be read, and
    SnapshotOfAnotherVersion for tables that this version does not read.
    """
    for _ in range(_ATTEMPTS):
        path = find_snapshot(home)
        if path is None:
            break
        hold = _hold(path)
        if hold is not None:
            return _open(path, hold)
    raise SnapshotMissing(
        f"nothing has been published in {home} yet", way_out="run `talentscope run talent`, or `talentscope demo`"
    )


def find_snapshot(home: Path) -> Path | None:
    """The newest snapshot's file, or None. Raises WarehouseError if the pointer names what is not there."""
    pointer = home / "snapshots" / "current"
    try:
        name = pointer.read_text(encoding="utf-8").strip()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise WarehouseError(f"cannot read {pointer}: {error.strerror}", way_out="check its permissions") from error
    if not name or Path(name).name != name:
        raise WarehouseError(f"{pointer} does not name a snapshot", way_out="publish again: `talentscope run talent`")
    return pointer.with_name(name)


def _hold(path: Path) -> int | None:
    """A shared lock on the file, or None if a publish is removing it at this moment (then the pointer has moved)."""
    try:
        handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise WarehouseError(f"cannot read {path}: {error.strerror}", way_out="check its permissions") from error
    try:
        fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(handle)
        return None
    if not path.exists():
        os.close(handle)
        return None
    return handle


def _open(path: Path, hold: int) -> Snapshot:
    try:
        with _OPENING:
            connection = duckdb.connect(str(path), read_only=True, config={"enable_external_access": "false"})
            _lock_down(connection)
        rows = connection.execute("SELECT * FROM snapshot").to_arrow_table().to_pylist()
    except duckdb.Error as error:
        os.close(hold)
        way = "publish again: `talentscope run talent`"
        raise WarehouseError(f"cannot read the snapshot {path}: {str(error)[:300]}", way_out=way) from error
    row = rows[0]  # publish writes exactly one
    if row.get("format", 1) != FORMAT:
        connection.close()
        os.close(hold)
        raise _refusal(path, row)
    return Snapshot(
        connection=connection, path=path, published_at=row["published_at"], run_id=row["run_id"], _hold=hold
    )


def _refusal(path: Path, row: dict[str, Any]) -> SnapshotOfAnotherVersion:
    found = row.get("format", 1)
    told = f"the snapshot {path.name} has format {found}, this version of talentscope reads format {FORMAT}"
    if found > FORMAT:
        return SnapshotOfAnotherVersion(told, way_out=f"install talentscope {row.get('version', 'of a newer version')}")
    return SnapshotOfAnotherVersion(
        told, way_out="publish again from what is collected: `talentscope rebuild` (docs/upgrade.md)"
    )


def _lock_down(connection: duckdb.DuckDBPyConnection) -> None:
    """Settings belong to the file's instance, which connections of one process share: the first sets and locks them."""
    row = connection.execute("SELECT current_setting('lock_configuration')").fetchone()
    if row and row[0]:
        return
    connection.execute("SET GLOBAL TimeZone = 'UTC'")
    connection.execute("SET lock_configuration = true")
