"""Take a backup: raw facts and the desk into one archive. What the archive looks like is said in archive.py."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, select, text
from sqlalchemy.exc import SQLAlchemyError

from talentscope import __version__
from talentscope.backup.archive import KEY, Manifest, Writer, write_archive
from talentscope.desk.connection import HEAD
from talentscope.desk.copying import COPIED, read_batches, to_schema
from talentscope.desk.engines.engine import Database
from talentscope.desk.key import Hasher
from talentscope.desk.tables import KEYS
from talentscope.runtime.clock import Clock
from talentscope.runtime.errors import BackupError
from talentscope.warehouse.connection import Warehouse
from talentscope.warehouse.copying import read_facts
from talentscope.warehouse.raw import RAW_TABLES


def take_backup(
    path: Path, *, warehouse: Warehouse, database: Database, key: str, with_key: bool, clock: Clock
) -> Manifest:
    """Everything that cannot be collected or typed again, into a new file for its owner only.

    The caller holds the run lock: raw is at rest, and the desk is read in one transaction. Raises BackupError (file, or
    a key that is not the desk's), WarehouseError, DeskError. A backup that fails leaves no file.
    """
    warehouse.prepare()  # rows of packages that never completed are no facts
    manifest = Manifest(clock.now(), __version__, warehouse.engine, HEAD, Hasher(key).fingerprint())
    with write_archive(path, manifest) as writer:
        for table in RAW_TABLES:
            schema, batches = read_facts(warehouse, table)
            writer.add_table(f"raw/{table.name}.parquet", schema, batches)
        try:
            with database.reading.begin() as connection:
                _add_desk(writer, connection)
        except SQLAlchemyError as error:
            raise database.explain(error, doing="read") from error
        if with_key:
            writer.add_text(KEY, key)
    return manifest


def _add_desk(writer: Writer, connection: Connection) -> None:
    if connection.dialect.name == "postgresql":  # the whole desk is one long reading
        connection.execute(text("SET LOCAL statement_timeout = 0"))
        connection.execute(text("SET LOCAL idle_in_transaction_session_timeout = 0"))
    known = connection.execute(select(KEYS.c.fingerprint)).scalar()
    if known is not None and known != writer.manifest.fingerprint:
        raise BackupError("the key here is not the desk's", way_out="restore desk.key, or set TALENTSCOPE_DESK_KEY")
    for table in COPIED:
        writer.add_table(f"desk/{table.name}.parquet", to_schema(table), read_batches(connection, table))
