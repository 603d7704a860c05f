"""Lets a role of a PostgreSQL server make and own the warehouse, and shuts other roles out.

The loader owns it, since dlt alters its tables and SQLMesh replaces its views: both are for owners only. It makes what
is missing itself, so that whoever migrates need be no superuser: only who may become a role may give it things.
Rule: https://www.postgresql.org/docs/current/sql-alterschema.html
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import psycopg
from psycopg import sql

from talentscope.runtime.addresses import Postgres
from talentscope.runtime.errors import UsageError
from talentscope.warehouse.engines.engine import explain


def keeper(address: Postgres, *, loader: str | None) -> str | None:
    """Who brings the warehouse up to date, where that is not this user: the loader, else whose schema raw is."""
    with _connected(address) as connection:
        query = "SELECT current_user, (SELECT pg_get_userbyid(nspowner) FROM pg_namespace WHERE nspname = 'raw')"
        me, owner = connection.execute(query).fetchone() or ("", None)
        who = loader or owner
        return None if who in (me, None) else str(who)


def is_theirs(address: Postgres, schemas: Sequence[str], *, loader: str) -> bool:
    """Whether there is nothing in these schemas that another role owns."""
    with _connected(address) as connection:
        return not _strange(connection, schemas, loader)


def hand_over(address: Postgres, schemas: Sequence[str], *, loader: str | None, readers: Sequence[str]) -> list[str]:
    """Let `loader` make these schemas and own what is in them already; take every right there from `readers`.

    The schemas that there are. Raises UsageError for a role that may not be used, WarehouseError.
    """
    with _connected(address) as connection:
        query = "SELECT nspname FROM pg_namespace WHERE nspname = ANY(%s) ORDER BY nspname"
        found = [row[0] for row in connection.execute(query, [list(schemas)])]
        if loader is not None:
            _check(connection, loader)
            _let_make(connection, loader)
            _give(connection, found, loader)
        for reader in readers:
            _shut_out(connection, found, reader)
        return found


@contextmanager
def _connected(address: Postgres) -> Iterator[psycopg.Connection[Any]]:
    """One transaction."""
    try:
        with psycopg.connect(address.url, connect_timeout=10) as connection:
            yield connection
    except psycopg.Error as error:
        raise explain(str(error), place=address.place, role=address.user) from error


def _check(connection: psycopg.Connection[Any], role: str) -> None:
    if connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role]).fetchone() is None:
        raise UsageError(f"the server has no role {role[:100]!r}", way_out="make it first (docs/postgres.md)")


def _let_make(connection: psycopg.Connection[Any], loader: str) -> None:
    """PostgreSQL only warns where nothing was granted, so what came of it is asked."""
    database = connection.info.dbname
    connection.execute(
        sql.SQL("GRANT CONNECT, CREATE, TEMPORARY ON DATABASE {} TO {}").format(
            sql.Identifier(database), sql.Identifier(loader)
        )
    )
    row = connection.execute("SELECT has_database_privilege(%s, current_database(), 'CREATE')", [loader]).fetchone()
    if row is None or not row[0]:
        raise UsageError(
            f"this user may not let {loader!r} make schemas in the database {database!r}",
            way_out=f'as its owner: GRANT CREATE ON DATABASE "{database}" TO "{loader}"',
        )


def _strange(
    connection: psycopg.Connection[Any], schemas: Sequence[str], loader: str
) -> list[tuple[str, str | None, str]]:
    """What is not the loader's, tables before their schema (None): schema, table, owner."""
    query = (
        "SELECT nspname, relname, pg_get_userbyid(relowner)"
        " FROM pg_class JOIN pg_namespace AS n ON n.oid = relnamespace"
        " WHERE nspname = ANY(%(schemas)s) AND relkind IN ('r', 'p', 'v', 'm')"
        " AND pg_get_userbyid(relowner) <> %(loader)s UNION ALL"
        " SELECT nspname, NULL, pg_get_userbyid(nspowner) FROM pg_namespace"
        " WHERE nspname = ANY(%(schemas)s) AND pg_get_userbyid(nspowner) <> %(loader)s ORDER BY 1, 2 NULLS LAST"
    )
    return connection.execute(query, {"schemas": list(schemas), "loader": loader}).fetchall()


def _give(connection: psycopg.Connection[Any], schemas: Sequence[str], loader: str) -> None:
    strange = _strange(connection, schemas, loader)
    if not strange:
        return
    _become(connection, loader, owner=strange[0][2])
    role = sql.Identifier(loader)
    for schema in {schema for schema, relation, _ in strange if relation is None}:  # else it may own no table in it
        connection.execute(sql.SQL("GRANT ALL ON SCHEMA {} TO {}").format(sql.Identifier(schema), role))
    for schema, relation, _ in strange:
        if relation is None:
            connection.execute(sql.SQL("ALTER SCHEMA {} OWNER TO {}").format(sql.Identifier(schema), role))
        else:
            name = sql.Identifier(schema, relation)
            connection.execute(sql.SQL("ALTER TABLE {} OWNER TO {}").format(name, role))


def _become(connection: psycopg.Connection[Any], loader: str, *, owner: str) -> None:
    """Only who may SET ROLE to a role may give it things; until PostgreSQL 16 that was every member."""
    kind = "SET" if connection.info.server_version >= 160_000 else "MEMBER"
    row = connection.execute("SELECT pg_has_role(current_user, %s::name, %s), current_user", [loader, kind]).fetchone()
    may, me = row or (False, owner)
    if may:
        return
    try:
        with connection.transaction():
            connection.execute(sql.SQL("GRANT {} TO CURRENT_USER").format(sql.Identifier(loader)))
    except psycopg.errors.InsufficientPrivilege as error:
        raise UsageError(
            f"the warehouse is {owner!r}'s, and this user may not give it to {loader!r}",
            way_out=f'as administrator: GRANT "{loader}" TO "{me}"; or begin anew as the loader (docs/postgres.md)',
        ) from error


def _shut_out(connection: psycopg.Connection[Any], schemas: Sequence[str], reader: str) -> None:
    """What belongs to others nobody was let into; should its owner have done so, only it can take that back."""
    owned = "SELECT nspname FROM pg_namespace WHERE nspname = ANY(%s) AND pg_has_role(nspowner, 'USAGE')"
    for (schema,) in connection.execute(owned, [list(schemas)]).fetchall():
        name = sql.Identifier(schema)
        for who in (sql.Identifier(reader), sql.SQL("PUBLIC")):
            connection.execute(sql.SQL("REVOKE ALL ON ALL TABLES IN SCHEMA {} FROM {}").format(name, who))
            connection.execute(sql.SQL("REVOKE ALL ON SCHEMA {} FROM {}").format(name, who))
    left = "SELECT nspname FROM pg_namespace WHERE nspname = ANY(%s) AND has_schema_privilege(%s, oid, 'USAGE, CREATE')"
    names = [row[0] for row in connection.execute(left, [list(schemas), reader])]
    if names:
        raise UsageError(
            f"{reader!r} has rights in {', '.join(names)} that this user cannot take away",
            way_out=f'as the owner of each: REVOKE ALL ON SCHEMA … FROM "{reader}", PUBLIC',
        )
