"""Our SQL as BigQuery's: dialect, named parameters, and schemas as datasets with a prefix. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

import sqlglot
from sqlglot import exp

SCHEMAS = ("raw", "staging", "daily", "marts", "sqlmesh", "sqlmesh__staging", "sqlmesh__daily", "sqlmesh__marts")
"""What we call schemas; each is a dataset `prefix_schema` there."""


def to_bigquery(sql: str, *, prefix: str) -> tuple[str, frozenset[str]]:
    """A statement in DuckDB's dialect with `$name` parameters, and the names that it uses.

    Identifiers are all quoted: BigQuery reserves words that we use as names (`following`).
    """
    tree = sqlglot.parse_one(sql, read="duckdb")
    used = frozenset(name for node in tree.walk() if (name := _parameter_name(node)))
    for table in list(tree.find_all(exp.Table)):
        if table.db == "information_schema":
            _read_of_one_dataset(table, prefix=prefix)
        elif table.db in SCHEMAS:
            table.set("db", exp.to_identifier(dataset(prefix, table.db)))
    text = tree.transform(_named).sql(dialect="bigquery", identify=True)
    return text.replace("`INFORMATION_SCHEMA`.`COLUMNS`", "INFORMATION_SCHEMA.COLUMNS").replace(
        "`INFORMATION_SCHEMA`.`TABLES`", "INFORMATION_SCHEMA.TABLES"
    ), used


def dataset(prefix: str, schema: str) -> str:
    """The dataset that holds a schema of ours."""
    return f"{prefix}_{schema}"


def _named(node: exp.Expression) -> exp.Expression:
    name = _parameter_name(node)
    return exp.Parameter(this=exp.Var(this=name)) if name else node


def _parameter_name(node: exp.Expression) -> str | None:
    """sqlglot reads `$name` as a Placeholder, and as a Parameter once SQLMesh has been imported and changed it."""
    return node.name or None if isinstance(node, exp.Placeholder | exp.Parameter) else None


def _read_of_one_dataset(table: exp.Table, *, prefix: str) -> None:
    """BigQuery has an INFORMATION_SCHEMA in each dataset: that of the one which `table_schema` is compared with."""
    select = table.find_ancestor(exp.Select)
    for equal in select.find_all(exp.EQ) if select else ():
        if equal.this.name == "table_schema":
            name = dataset(prefix, equal.expression.name)
            equal.set("expression", exp.Literal.string(name))
            table.set("db", exp.to_identifier("INFORMATION_SCHEMA"))
            table.set("catalog", exp.to_identifier(name))
            table.set("this", exp.to_identifier(table.name.upper()))


def kinds_of(parameters: Mapping[str, object]) -> dict[str, str]:
    """BigQuery's type of each parameter's value. Raises TypeError for one that has none."""
    return {name: _kind(name, value) for name, value in parameters.items()}


def _kind(name: str, value: object) -> str:
    kinds: tuple[tuple[type, str], ...] = (
        (bool, "BOOL"),
        (int, "INT64"),
        (float, "FLOAT64"),
        (datetime, "TIMESTAMP"),
        (date, "DATE"),
        (str, "STRING"),
        (type(None), "STRING"),
    )
    for kind, said in kinds:
        if isinstance(value, kind):
            return said
    raise TypeError(f"parameter {name}: expected a plain value, came {type(value).__name__}")
