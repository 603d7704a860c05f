"""Hands the warehouse's schemas on a PostgreSQL server to the role that loads, and shuts other roles out.

The loader owns them, since dlt alters its tables and SQLMesh replaces its views: both are for owners only.
Rule: https://www.postgresql.org/docs/current/sql-alterschema.html
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import psycopg
from psycopg import sql

from talentscope.runtime.addresses import Postgres
from talentscope.runtime.errors import UsageError
from talentscope.warehouse.engines.engine import explain


def hand_over(address: Postgres, schemas: Sequence[str], *, loader: str | None, readers: Sequence[str]) -> list[str]:
    """Make `loader` the owner of what is in these schemas and let it make them; take every right there from `readers`.

    The schemas that there are. Raises UsageError for a role that may not be used, WarehouseError.
    """
    try:
        with psycopg.connect(address.url, connect_timeout=10) as connection:
            query = "SELECT nspname FROM pg_namespace WHERE nspname = ANY(%s) ORDER BY nspname"
            found = [row[0] for row in connection.execute(query, [list(schemas)])]
            if loader is not None:
                _become(connection, loader)
                _give(connection, found, loader)
            for reader in readers:
                _shut_out(connection, found, reader)
            return found
    except psycopg.Error as error:
        raise explain(str(error), place=address.place) from error


def _become(connection: psycopg.Connection[Any], loader: str) -> None:
    """Only who is a member of a role may give it things."""
    row = connection.execute(
        "SELECT rolname = current_user OR pg_has_role(current_user, oid, 'MEMBER') FROM pg_roles WHERE rolname = %s",
        [loader],
    ).fetchone()
    if row is None:
        raise UsageError(f"the server has no role {loader[:100]!r}", way_out="make it first (docs/postgres.md)")
    if not row[0]:
        try:
            with connection.transaction():
                connection.execute(sql.SQL("GRANT {} TO CURRENT_USER").format(sql.Identifier(loader)))
        except psycopg.errors.InsufficientPrivilege as error:
            raise UsageError(
                f"this user may not give anything to {loader!r}", way_out=f'let it: GRANT "{loader}" TO this user'
            ) from error


def _give(connection: psycopg.Connection[Any], schemas: Sequence[str], loader: str) -> None:
    role, database = sql.Identifier(loader), sql.Identifier(connection.info.dbname)
    connection.execute(sql.SQL("GRANT CONNECT, CREATE, TEMPORARY ON DATABASE {} TO {}").format(database, role))
    for schema in schemas:
        relations = connection.execute(
            "SELECT relname FROM pg_class WHERE relnamespace = %s::regnamespace AND relkind IN ('r', 'p', 'v', 'm')",
            [sql.Identifier(schema).as_string(connection)],
        ).fetchall()
        for (relation,) in relations:
            name = sql.Identifier(schema, relation)
            connection.execute(sql.SQL("ALTER TABLE {} OWNER TO {}").format(name, role))
        connection.execute(sql.SQL("ALTER SCHEMA {} OWNER TO {}").format(sql.Identifier(schema), role))


def _shut_out(connection: psycopg.Connection[Any], schemas: Sequence[str], reader: str) -> None:
    role = sql.Identifier(reader)
    for schema in schemas:
        name = sql.Identifier(schema)
        for who in (role, sql.SQL("PUBLIC")):
            connection.execute(sql.SQL("REVOKE ALL ON ALL TABLES IN SCHEMA {} FROM {}").format(name, who))
            connection.execute(sql.SQL("REVOKE ALL ON SCHEMA {} FROM {}").format(name, who))
