"""Which raw tables have changed since the marts were last built: a run of one pipeline leaves the other's models alone.

A raw table is told apart by how many rows it has and by its newest load package: a load brings a new package to every
table it touches, and forgetting takes rows away. The note stands in SQLMesh's own schema, so it goes when that goes.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from talentscope.warehouse.engines.engine import Engine
from talentscope.warehouse.raw import RAW_TABLES

_NOTE = "sqlmesh._talentscope_built"
_SCHEMA, _, _TABLE = _NOTE.partition(".")


def read_raw(engine: Engine) -> dict[str, str]:
    """Each raw table's present state, as a text that changes when its rows do."""
    counts = " UNION ALL ".join(
        f"SELECT '{table.name}' AS name, count(*) AS row_count, max(_dlt_load_id) AS newest FROM raw.{table.name}"
        for table in RAW_TABLES
    )
    return {row["name"]: f"{row['row_count']} {row['newest']}" for row in _rows(engine, counts)}


def read_built(engine: Engine) -> dict[str, str]:
    """The states that the marts were last built from; empty when that is not known."""
    known = f"SELECT 1 AS one FROM information_schema.tables WHERE table_schema = '{_SCHEMA}' AND table_name = $name"
    if not _rows(engine, known, name=_TABLE):
        return {}
    return {row["name"]: row["state"] for row in _rows(engine, f"SELECT name, state FROM {_NOTE}")}


def note_built(engine: Engine, states: Mapping[str, str]) -> None:
    """Remember the states that everything has now been built from."""
    engine.execute(f"CREATE SCHEMA IF NOT EXISTS {_SCHEMA}", {})
    engine.execute(f"CREATE TABLE IF NOT EXISTS {_NOTE} (name TEXT, state TEXT)", {})
    engine.execute(f"DELETE FROM {_NOTE} WHERE TRUE", {})
    values = ", ".join(f"($name{number}, $state{number})" for number in range(len(states)))
    parameters = {f"name{number}": name for number, name in enumerate(states)}
    parameters |= {f"state{number}": state for number, state in enumerate(states.values())}
    engine.execute(f"INSERT INTO {_NOTE} VALUES {values}", parameters)


def raw_parents(context: Any) -> dict[str, set[str]]:
    """The raw tables that each model is built from in the end, by the model's full name."""
    found: dict[str, set[str]] = {}
    for name in context.dag.sorted:
        if name in context.models:
            found[name] = set().union(*(found[parent] for parent in context.models[name].depends_on))
        else:
            found[name] = {name.rsplit(".", 1)[-1].strip('"')}
    return found


def _rows(engine: Engine, sql: str, **parameters: object) -> list[dict[str, Any]]:
    return [row for batch in engine.batches(sql, parameters) for row in batch.to_pylist()]
