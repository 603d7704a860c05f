"""The warehouse on a PostgreSQL server, by DATABASE_URL. Needs the extra `postgres`."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Any
from urllib.parse import quote, urlencode

import psycopg
import pyarrow as pa
import sqlglot
from psycopg.conninfo import conninfo_to_dict
from sqlglot import exp

from talentscope.runtime.errors import WarehouseError
from talentscope.warehouse.engines.engine import BATCH_ROWS, explain
from talentscope.warehouse.tables import UTC_TIME

LOCK_KEY = 7_254_011
"""Ours among the advisory locks of the database; any constant will do."""

_UTC = "-c timezone=UTC"

_KINDS = {
    "bool": pa.bool_(),
    "int2": pa.int64(),
    "int4": pa.int64(),
    "int8": pa.int64(),
    "float4": pa.float64(),
    "float8": pa.float64(),
    "date": pa.date32(),
    "timestamp": pa.timestamp("us"),
    "timestamptz": UTC_TIME,
}


class PostgresEngine:
    """A PostgreSQL database. Sessions run in UTC, so that a cast to DATE means the same as on DuckDB."""

    name = "postgres"

    def __init__(self, *, url: str) -> None:
        self._given = url
        self._parts = _parse(url)
        self._connection: psycopg.Connection[Any] | None = None

    @property
    def place(self) -> str:
        """Where, without the password."""
        return f"{self._parts.get('host', 'localhost')}/{self._parts['dbname']}"

    @property
    def connection(self) -> psycopg.Connection[Any]:
        """The open connection."""
        self.connect()
        assert self._connection is not None  # noqa: S101 - for the type checker; connect() raises otherwise
        return self._connection

    def connect(self) -> None:
        if self._connection is None or self._connection.closed:
            self._connection = self._open("talentscope")

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _open(self, application_name: str) -> psycopg.Connection[Any]:
        with self.translated():
            return psycopg.connect(self._given, options=_UTC, application_name=application_name, autocommit=True)

    def batches(self, sql: str, parameters: Mapping[str, object]) -> Iterator[pa.RecordBatch]:
        text, values = to_postgres(sql, parameters)
        with (
            self.translated(),
            self.connection.transaction(),
            psycopg.RawServerCursor(self.connection, "talentscope_rows") as cursor,
        ):
            cursor.execute(text, values)
            names, kinds = _describe(cursor)
            rows = cursor.fetchmany(BATCH_ROWS)
            yield _to_batch(rows, names, kinds)
            while rows := cursor.fetchmany(BATCH_ROWS):
                yield _to_batch(rows, names, kinds)

    def execute(self, sql: str, parameters: Mapping[str, object]) -> int:
        text, values = to_postgres(sql, parameters)
        with self.translated(), psycopg.RawCursor(self.connection) as cursor:
            cursor.execute(text, values)
            return max(0, cursor.rowcount)

    def holder(self, purpose: str) -> AdvisoryHolder:
        return AdvisoryHolder(self, purpose=purpose)

    def destination(self) -> Any:
        from dlt.destinations import postgres as destination

        return destination(credentials=self._dlt_url())

    def _dlt_url(self) -> str:
        """dlt refuses a URL without a password even where the server asks for none, so it gets one that is unused."""
        parts = self._parts
        user = quote(str(parts.get("user") or "postgres"), safe="")
        password = quote(str(parts.get("password") or "unused"), safe="")
        host = str(parts.get("host") or "localhost")
        options = {**self._tls(), "options": _UTC}
        if host.startswith("/"):
            options["host"], host = host, "localhost"
        server = f"{host}:{parts.get('port') or 5432}/{quote(str(parts['dbname']), safe='')}"
        return f"postgresql://{user}:{password}@{server}?{urlencode(options, quote_via=quote)}"

    def _tls(self) -> dict[str, str]:
        """What the address says of encryption, which every library that connects must be told."""
        return {key: str(value) for key, value in self._parts.items() if key.startswith("ssl") and value}

    def gateway(self) -> Any:
        from sqlmesh.core.config import PostgresConnectionConfig

        class UtcPostgres(PostgresConnectionConfig):  # type: ignore[misc]
            @property
            def _static_connection_kwargs(self) -> dict[str, Any]:
                return {**tls, "options": _UTC}

        parts, tls = self._parts, self._tls()
        return UtcPostgres(
            host=str(parts.get("host") or "localhost"),
            port=int(parts.get("port") or 5432),
            user=str(parts.get("user") or "postgres"),
            password=str(parts.get("password") or ""),
            database=str(parts["dbname"]),
            sslmode=tls.get("sslmode"),
            application_name="talentscope",
            concurrent_tasks=1,
        )

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
        except psycopg.Error as error:
            raise explain(str(error), place=self.place, role=str(self._parts.get("user") or "")) from error


def _parse(url: str) -> dict[str, Any]:
    """The URL's parts. Raises WarehouseError, without showing the URL: it holds a password."""
    way_out = "write postgresql://user:password@host:5432/database"
    try:
        parts = dict(conninfo_to_dict(url))
    except psycopg.Error as error:
        raise WarehouseError("DATABASE_URL is not a PostgreSQL URL", way_out=way_out) from error
    if not parts.get("dbname"):
        raise WarehouseError("DATABASE_URL names no database", way_out=way_out)
    return parts


class AdvisoryHolder:
    """A session-level advisory lock on a connection of its own; the server drops it when the connection dies.

    The connection's application_name carries who and why, its last query's time carries since when.
    Rule: https://www.postgresql.org/docs/current/explicit-locking.html#ADVISORY-LOCKS
    """

    def __init__(self, engine: PostgresEngine, *, purpose: str) -> None:
        self._engine, self._purpose = engine, purpose
        self._connection: psycopg.Connection[Any] | None = None

    def acquire(self) -> bool:
        if self._connection is None:
            self._connection = self._engine._open("talentscope waiting")
        with self._engine.translated():
            row = self._connection.execute("SELECT pg_try_advisory_lock(%s)", [LOCK_KEY]).fetchone()
            if not row or not row[0]:
                return False
            name = f"{os.getpid()}@{socket.gethostname()[:16]} {self._purpose}"
            self._connection.execute(
                "SELECT set_config('application_name', %s, false)", [name.encode()[:60].decode(errors="ignore")]
            )
        return True

    def is_held(self) -> bool:
        if self._connection is None:
            return False
        try:
            self._connection.execute("SELECT 1")
        except psycopg.Error:
            return False
        return True

    def release(self) -> None:
        if self._connection is not None:
            connection, self._connection = self._connection, None
            with suppress(psycopg.Error):  # a dead connection has let go already
                connection.close()

    def describe(self) -> str:
        if self._connection is None:
            self._connection = self._engine._open("talentscope waiting")
        with self._engine.translated():
            row = self._connection.execute(
                "SELECT a.application_name,"
                """ to_char(a.state_change AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"+00:00"') FROM pg_locks AS l"""
                " JOIN pg_stat_activity AS a ON a.pid = l.pid"
                " JOIN pg_database AS d ON d.oid = l.database AND d.datname = current_database()"
                " WHERE l.locktype = 'advisory' AND l.objid = %s AND l.granted",
                [LOCK_KEY],
            ).fetchone()
        if row is None:
            return "another process (it has just ended)"
        who, _, purpose = row[0].partition(" ")
        pid, _, host = who.partition("@")
        return f"process {pid} on {host} since {row[1]} for {purpose!r}"


def to_postgres(sql: str, parameters: Mapping[str, object]) -> tuple[str, list[object]]:
    """DuckDB's dialect with $name parameters as PostgreSQL's with $1, $2, and the values in that order."""
    tree = sqlglot.parse_one(sql, read="duckdb")
    used = {_parameter_name(node) for node in tree.find_all(exp.Placeholder, exp.Parameter)}
    names = [name for name in parameters if name in used]

    def numbered(node: exp.Expression) -> exp.Expression:
        name = _parameter_name(node)
        return exp.Parameter(this=exp.Literal.number(names.index(name) + 1)) if name in names else node

    return tree.transform(numbered).sql(dialect="postgres"), [parameters[name] for name in names]


def _parameter_name(node: exp.Expression) -> str | None:
    """sqlglot reads `$name` as a Placeholder, and as a Parameter once SQLMesh has been imported and changed it."""
    return node.name if isinstance(node, exp.Placeholder | exp.Parameter) else None


def _describe(cursor: psycopg.ServerCursor[Any]) -> tuple[list[str], list[pa.DataType | None]]:
    names, kinds = [], []
    for column in cursor.description or []:
        info = cursor.connection.adapters.types.get(column.type_code)
        name = info.name if info else "text"
        names.append(column.name)
        kinds.append(None if name == "numeric" else _KINDS.get(name, pa.string()))
    return names, kinds


def _to_batch(rows: list[tuple[Any, ...]], names: list[str], kinds: list[pa.DataType | None]) -> pa.RecordBatch:
    columns = list(zip(*rows, strict=True)) if rows else [() for _ in names]
    arrays = [_to_array(list(values), kind) for values, kind in zip(columns, kinds, strict=True)]
    return pa.RecordBatch.from_arrays(arrays, names=names)


def _to_array(values: list[Any], kind: pa.DataType | None) -> pa.Array:
    """A numeric is a whole number where PostgreSQL sums bigints; one with digits behind the point becomes a float."""
    if kind is not None:
        return pa.array(values, kind)
    if all(value is None or value == value.to_integral_value() for value in values):
        return pa.array([None if value is None else int(value) for value in values], pa.int64())
    return pa.array([None if value is None else float(value) for value in values], pa.float64())
