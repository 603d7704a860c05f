"""Least rights on the desk's schema for roles that use the desk but do not own it. PostgreSQL only.

A role writes what people write; it changes no line of the audit, no key, no table.
Rule: https://www.postgresql.org/docs/current/ddl-priv.html
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, text
from sqlalchemy.exc import SQLAlchemyError

from talentscope.desk.engines.engine import Database
from talentscope.runtime.errors import UsageError

SCHEMA = "desk"
ALL = "SELECT, INSERT, UPDATE, DELETE"
KEPT = {"audit": "UPDATE, DELETE", "keys": "UPDATE, DELETE", "alembic_version": "INSERT, UPDATE, DELETE"}
"""What is taken back again, by table."""


def grant_desk(database: Database, roles: Sequence[str]) -> None:
    """Let each role use the desk, tables of later migrations too. Raises UsageError for an unknown role, DeskError."""
    try:
        with database.alone() as connection:
            for role in roles:
                check_role(connection, role)
                _grant(connection, role)
    except SQLAlchemyError as error:
        raise database.explain(error, doing="written") from error


def check_role(connection: Connection, role: str) -> None:
    """Raises UsageError unless the server has a role of that name."""
    if connection.execute(text("SELECT 1 FROM pg_roles WHERE rolname = :name"), {"name": role}).scalar() is None:
        raise UsageError(
            f"the server has no role {role[:100]!r}",
            way_out="make it: CREATE ROLE … LOGIN PASSWORD … (docs/postgres.md)",
        )


def _grant(connection: Connection, role: str) -> None:
    name, schema = quoted(connection, role), quoted(connection, SCHEMA)
    database = quoted(connection, str(connection.execute(text("SELECT current_database()")).scalar_one()))
    tables = f"ALL TABLES IN SCHEMA {schema}"
    statements = [
        f"GRANT CONNECT ON DATABASE {database} TO {name}",
        f"GRANT USAGE ON SCHEMA {schema} TO {name}",
        f"GRANT {ALL} ON {tables} TO {name}",
        f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA {schema} TO {name}",
        f"ALTER DEFAULT PRIVILEGES IN SCHEMA {schema} GRANT {ALL} ON TABLES TO {name}",
        f"ALTER DEFAULT PRIVILEGES IN SCHEMA {schema} GRANT USAGE ON SEQUENCES TO {name}",
        *(f"REVOKE {rights} ON {schema}.{table} FROM {name}" for table, rights in KEPT.items()),
    ]
    version = int(connection.execute(text("SHOW server_version_num")).scalar_one())
    if version >= 170_000:  # without it, only the owner's vacuum takes away what an erasure leaves
        statements.append(f"GRANT MAINTAIN ON {tables} TO {name}")
        statements.append(f"ALTER DEFAULT PRIVILEGES IN SCHEMA {schema} GRANT MAINTAIN ON TABLES TO {name}")
    for statement in statements:
        connection.exec_driver_sql(statement)


def quoted(connection: Connection, name: str) -> str:
    """A name as an identifier of this database, a percent sign doubled for the driver."""
    return connection.dialect.identifier_preparer.quote_identifier(name)
