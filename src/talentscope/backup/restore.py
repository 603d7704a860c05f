"""Restore a backup into a warehouse and a desk, of whatever database: verified whole, then desk, facts, watermarks.

The desk goes in as one transaction and before the facts, so nobody who said no is ever collected without their no.
What a killed restore leaves is told by a note in the data directory; the same command then begins anew.
"""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from sqlalchemy import DateTime, MetaData, Table, delete, insert, select
from sqlalchemy.exc import SQLAlchemyError

from talentscope.backup.archive import Manifest, unpack
from talentscope.desk.connection import HEAD, bring_up, database_at, migrate
from talentscope.desk.copying import Rows, count_work, put_rows, read_batches, to_rows
from talentscope.desk.engines.engine import Database
from talentscope.desk.key import Hasher
from talentscope.desk.tables import METADATA, SUPPRESSIONS
from talentscope.runtime.errors import BackupError
from talentscope.warehouse.connection import Warehouse
from talentscope.warehouse.copying import count_facts, put_facts

NOTE = "restore.json"
BATCH = 10_000


@dataclass
class Target:
    """Where a backup goes: an installation's data directory, warehouse and desk."""

    home: Path
    warehouse: Warehouse
    database: Database


@dataclass(frozen=True)
class Restored:
    """What a restore did: rows given by table, and how many went again because somebody said no."""

    facts: int
    desk: dict[str, int] = field(default_factory=dict)
    kept_out: int = 0


def find_occupied(target: Target) -> dict[str, int]:
    """Rows that a restore would replace, by table; the caller holds the run lock."""
    target.warehouse.prepare()
    bring_up(target.database)
    with target.database.reading.begin() as connection:
        return {**count_facts(target.warehouse), **count_work(connection)}


def is_begun(home: Path, manifest: Manifest) -> bool:
    """Whether a restore of this very backup was cut off here."""
    try:
        return bool(json.loads((home / NOTE).read_text(encoding="utf-8"))["backup"] == _identity(manifest))
    except (OSError, ValueError, KeyError):
        return False


def restore_backup(path: Path, manifest: Manifest, target: Target, *, key: str, is_clearing: bool) -> Restored:
    """Put everything in; the caller holds the run lock and has looked at what is there. `is_clearing`: that goes first.

    Raises BackupError before anything is touched: damaged, of a newer desk, or hashed with another key.
    """
    check_fit(manifest, key=key)
    with tempfile.TemporaryDirectory(dir=target.home, prefix=".restore-") as name:
        files = unpack(path, manifest, Path(name))
        hasher = Hasher(key)
        with _desk_rows(files, manifest, Path(name)) as rows:
            _note(target.home, manifest)
            given = _put_desk(target.database, rows, hasher)
        if is_clearing:
            target.warehouse.clear()
            target.warehouse.prepare()
        facts = {_table(name): _reader(file) for name, file in files.items() if name.startswith("raw/")}
        count = put_facts(target.warehouse, facts, forget=lambda: _forget(target, hasher))
    (target.home / NOTE).unlink()
    return Restored(count, given, given.pop("kept out"))


def check_fit(manifest: Manifest, *, key: str) -> None:
    """Raises BackupError when the backup is of a newer desk, or its hashes would never be found with this key."""
    if manifest.migration > HEAD:
        raise BackupError(
            f"the backup is of a newer talentscope ({manifest.version}, desk {manifest.migration}; we know {HEAD})",
            way_out=f"install talentscope {manifest.version} or newer, then restore",
        )
    if Hasher(key).fingerprint() != manifest.fingerprint:
        raise BackupError(
            "the backup's suppressions were made with another key than the one here; none of them would be found",
            way_out="put the backup's desk.key into the data directory, or set TALENTSCOPE_DESK_KEY to that key;"
            " a new place may have a desk.key of its own, which must go first",
        )


def _put_desk(database: Database, rows: Rows, hasher: Hasher) -> dict[str, int]:
    bring_up(database)
    try:
        with database.alone() as connection:
            given = put_rows(connection, rows, hasher=hasher)
    except SQLAlchemyError as error:
        raise database.explain(error, doing="written") from error
    database.scrub()
    return given


@contextmanager
def _desk_rows(files: dict[str, Path], manifest: Manifest, folder: Path) -> Iterator[Rows]:
    """The desk's rows as this version has them; those of an older one are migrated aside first."""
    given = {_table(name): _reader(path) for name, path in files.items() if name.startswith("desk/")}
    if manifest.migration == HEAD:
        yield to_rows(given)
        return
    staged = database_at(folder, None)
    try:
        migrate(staged, to=manifest.migration)
        _stage(staged, given)
        bring_up(staged)
        with staged.reading.begin() as connection:
            tables = {str(table.name): partial(read_batches, connection, table) for table in METADATA.sorted_tables}
            yield to_rows(tables)
    finally:
        staged.close()


def _stage(staged: Database, given: dict[str, Callable[[], Iterator[pa.RecordBatch]]]) -> None:
    with staged.writing.begin() as connection:
        found = MetaData()
        found.reflect(connection)
        for table in found.sorted_tables:
            if table.name not in given:
                continue
            if table.name != "audit":  # append-only, and empty as yet
                connection.execute(delete(table))
            for batch in given[table.name]():
                connection.execute(insert(table), [_naive(table, row) for row in batch.to_pylist()])


def _naive(table: Table, row: dict[str, Any]) -> dict[str, Any]:
    """SQLite keeps no zone; tables that were read from a database do not know that ours are UTC."""
    times = {column.name for column in table.columns if isinstance(column.type, DateTime)}
    return {
        name: value.replace(tzinfo=None) if name in times and value is not None else value
        for name, value in row.items()
    }


def _forget(target: Target, hasher: Hasher) -> None:
    """Raw rows of suppressed accounts; their no may have come after the backup."""
    with target.database.reading.begin() as connection:
        rows = connection.execute(select(SUPPRESSIONS.c.account_hash, SUPPRESSIONS.c.login_hash))
        hashes = {value for row in rows for value in row if value is not None}
    if not hashes:
        return
    known = target.warehouse.query(
        "SELECT owner_github_id AS github_id, min(owner_login) AS login FROM raw.github_repositories"
        " GROUP BY owner_github_id UNION SELECT github_id, login FROM raw.github_accounts"
    ).to_pylist()
    gone = {
        row["github_id"]
        for row in known
        if hasher.account(row["github_id"]) in hashes or (row["login"] and hasher.login(row["login"]) in hashes)
    }
    target.warehouse.forget(sorted(gone))


def _reader(path: Path) -> Callable[[], Iterator[pa.RecordBatch]]:
    def read() -> Iterator[pa.RecordBatch]:
        with pq.ParquetFile(path) as file:
            yield from file.iter_batches(batch_size=BATCH)

    return read


def _table(name: str) -> str:
    return name.partition("/")[2].removesuffix(".parquet")


def _identity(manifest: Manifest) -> str:
    return hashlib.sha256(manifest.to_bytes()).hexdigest()


def _note(home: Path, manifest: Manifest) -> None:
    text = json.dumps({"backup": _identity(manifest), "made_at": manifest.made_at.isoformat()})
    with os.fdopen(os.open(home / NOTE, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(text)
