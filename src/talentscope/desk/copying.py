"""The desk's tables out of one desk and into another, whatever database each is in. A backup's file is in backup/.

Leases and revisions are of the moment and stay. Suppressions and audit are never replaced, only added to.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from itertools import islice
from typing import Any

import pyarrow as pa
from sqlalchemy import (
    BigInteger,
    Boolean,
    Connection,
    DateTime,
    Float,
    Integer,
    LargeBinary,
    Table,
    delete,
    func,
    insert,
    select,
    text,
    update,
)

from talentscope.desk.key import Hasher
from talentscope.desk.tables import (
    AUDIT,
    KEYS,
    LEASES,
    METADATA,
    PAST_RUNS,
    REVISIONS,
    SUPPRESSIONS,
    Moment,
)
from talentscope.desk.unsaying import keep_erased

COPIED = tuple(table for table in METADATA.sorted_tables if table not in (LEASES, REVISIONS))
STANDING = (SUPPRESSIONS, AUDIT, KEYS, PAST_RUNS)
"""Tables whose rows do not make a desk occupied: nobody's work is lost by adding to them."""

CHUNK = 1_000

Rows = Callable[[Table], Iterator[dict[str, Any]]]


def to_schema(table: Table) -> pa.Schema:
    """The table's columns as Arrow has them; times are UTC."""
    return pa.schema([pa.field(column.name, _kind(column.type)) for column in table.columns])


def _kind(kind: Any) -> pa.DataType:
    if isinstance(kind, Moment | DateTime):
        return pa.timestamp("us", tz="UTC")
    kinds = ((Boolean, pa.bool_()), (Float, pa.float64()), (LargeBinary, pa.binary()))
    known = next((arrow for ours, arrow in kinds if isinstance(kind, ours)), None)
    if known is not None:
        return known
    return pa.int64() if isinstance(kind, Integer | BigInteger) else pa.string()


def read_batches(connection: Connection, table: Table) -> Iterator[pa.RecordBatch]:
    """All rows of a table, in the order of its key."""
    schema = to_schema(table)
    rows = connection.execution_options(yield_per=CHUNK).execute(select(table).order_by(*table.primary_key))
    for chunk in rows.mappings().partitions(CHUNK):
        yield pa.RecordBatch.from_pylist([{str(k): _aware(v) for k, v in row.items()} for row in chunk], schema)


def _aware(value: object) -> object:
    is_naive = isinstance(value, datetime) and value.tzinfo is None
    return value.replace(tzinfo=UTC) if is_naive else value  # type: ignore[attr-defined]


def count_work(connection: Connection) -> dict[str, int]:
    """Rows that people wrote, by table; tables without any are left out."""
    found = {
        str(table.name): connection.execute(select(func.count()).select_from(table)).scalar_one()
        for table in COPIED
        if table not in STANDING
    }
    return {name: count for name, count in found.items() if count}


def put_rows(connection: Connection, rows: Rows, *, hasher: Hasher) -> dict[str, int]:
    """Replace the desk's work by `rows`, add to its suppressions and audit, and take out again whom they keep out.

    Within the caller's transaction. How many rows each table was given, and under `kept out` how many went again.
    """
    connection.execute(update(REVISIONS).values(number=REVISIONS.c.number + 1))  # writers queue behind us
    for table in reversed(COPIED):
        if table not in STANDING or table is PAST_RUNS:
            connection.execute(delete(table))
    before = _hashes(connection)
    given = {str(table.name): _put(connection, table, rows) for table in COPIED}
    _restart_numbers(connection)
    theirs = {value for row in rows(SUPPRESSIONS) for value in (row["account_hash"], row["login_hash"]) if value}
    given["kept out"] = keep_erased(connection, hasher=hasher, since=before - theirs)
    return given


def _put(connection: Connection, table: Table, rows: Rows) -> int:
    is_empty = not connection.execute(select(func.count()).select_from(table)).scalar_one()
    if is_empty:
        wanted: Iterator[dict[str, Any]] = rows(table)
    else:
        wanted = {SUPPRESSIONS: _new_nos, AUDIT: _new_lines, KEYS: _nothing}[table](connection, rows(table))
    count = 0
    while chunk := list(islice(wanted, CHUNK)):
        connection.execute(insert(table), chunk)
        count += len(chunk)
    return count


def _new_nos(connection: Connection, rows: Iterator[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """What is not known here of each no: an account, a login, or both."""
    known = _hashes(connection)
    for row in rows:
        new = {name: row[name] if row[name] not in known else None for name in ("account_hash", "login_hash")}
        if any(new.values()):
            yield {name: value for name, value in row.items() if name != "suppression_id"} | new


def _new_lines(connection: Connection, rows: Iterator[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Lines of the audit that are not here; it is append-only, so they come after ours, with their own times."""
    columns = [column for column in AUDIT.columns if column.name != "audit_id"]
    known = {tuple(row) for row in connection.execute(select(*columns))}
    for row in rows:
        line = {column.name: row[column.name] for column in columns}
        if tuple(line.values()) not in known:
            yield line


def _nothing(_connection: Connection, _rows: Iterator[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    return iter(())


def _hashes(connection: Connection) -> set[str]:
    rows = connection.execute(select(SUPPRESSIONS.c.account_hash, SUPPRESSIONS.c.login_hash))
    return {value for row in rows for value in row if value is not None}


def _restart_numbers(connection: Connection) -> None:
    """PostgreSQL counts apart from the rows: it goes on after the largest number that was put in."""
    if connection.dialect.name != "postgresql":
        return
    for table in COPIED:
        [column] = list(table.primary_key)
        if isinstance(column.type, Integer | BigInteger):
            connection.execute(
                text(
                    f"SELECT setval(pg_get_serial_sequence('{table.name}', '{column.name}'),"
                    f" (SELECT max({column.name}) FROM {table.name}))"
                    f" WHERE EXISTS (SELECT 1 FROM {table.name})"
                )
            )


def to_rows(batches: Mapping[str, Callable[[], Iterator[pa.RecordBatch]]]) -> Rows:
    """Rows by table from Arrow batches; a table that is not there has none."""

    def rows(table: Table) -> Iterator[dict[str, Any]]:
        read = batches.get(str(table.name))
        for batch in read() if read is not None else ():
            yield from batch.to_pylist()

    return rows
