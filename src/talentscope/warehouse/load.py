"""Load: Arrow tables into raw, by dlt. Knows packages, keys and the contract of types; knows no source.

dlt merges by key inside one load package; a row of `raw._dlt_loads` with status 0 says that the package is complete.
Rows of a package that never completed do not count: watermarks are read from `raw.completed_coverage`.
Rule: https://dlthub.com/docs/general-usage/destination-tables#load-packages-and-load-ids
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from talentscope.runtime.clock import Clock
from talentscope.runtime.errors import TalentscopeError, WarehouseError
from talentscope.warehouse.engines.engine import Engine, explain
from talentscope.warehouse.raw import RAW_TABLES
from talentscope.warehouse.tables import COVERAGE, UNKNOWN_FIELDS, RawTable

_CONTRACT = {"tables": "evolve", "columns": "evolve", "data_type": "freeze"}

_STORED_AS = {
    "string": {"varchar", "character varying", "text", "string"},
    "int64": {"bigint", "int64"},
    "bool": {"boolean", "bool"},
    "double": {"double", "double precision", "float64"},
    "date32[day]": {"date"},
    "timestamp[us, tz=UTC]": {"timestamp with time zone", "timestamp"},
}


class Loader:
    """One dlt pipeline, kept open for a run: opening it anew costs more than a load of 5,000 rows."""

    def __init__(self, engine: Engine, *, home: Path, clock: Clock) -> None:
        self._engine, self._clock = engine, clock
        self._folder = home / "dlt"
        self._pipeline: Any = None

    def prepare(self) -> None:
        """Raw tables exist with the declared columns; nothing half loaded is left, neither here nor in the database."""
        self._forget_pending()
        missing = self.missing()
        if missing:
            self._run({table: table.schema.empty_table() for table in missing})
        self._drop_orphans()
        columns = ", ".join(f"c.{_quoted(name)}" for name in [*COVERAGE.schema.names, "_dlt_load_id"])
        self._engine.execute(
            f"CREATE OR REPLACE VIEW raw.completed_coverage AS SELECT {columns} FROM raw.{COVERAGE.name} AS c"
            " JOIN raw._dlt_loads AS l ON l.load_id = c._dlt_load_id AND l.status = 0",
            {},
        )

    def missing(self) -> dict[RawTable, tuple[str, ...]]:
        """Raw tables that are not there as declared, with the columns they lack; as `prepare` raises for a type."""
        stored = self._read_columns()
        for table in RAW_TABLES:
            _check_stored(table, stored.get(table.name, {}))
        lacking = {
            table: tuple(name for name in table.schema.names if name not in stored.get(table.name, {}))
            for table in RAW_TABLES
        }
        return {table: names for table, names in lacking.items() if names}

    def load(self, tables: Mapping[RawTable, pa.Table]) -> None:
        """Store all rows as one package; see Warehouse.load."""
        filled = {table: rows for table, rows in tables.items() if rows.num_rows}
        for table, rows in filled.items():
            _check_incoming(table, rows.schema)
        noted = self._note_new_columns(filled)
        if filled:
            self._run({table: _clean(table, rows) for table, rows in {**filled, **noted}.items()})

    def _note_new_columns(self, tables: Mapping[RawTable, pa.Table]) -> dict[RawTable, pa.Table]:
        """A column that `tables.py` does not know is stored, and noted among the unknown fields."""
        notes = [
            {"source": "load", "path": f"{table.name}.{name}", "observed_at": self._clock.now(), "run_id": ""}
            for table, rows in tables.items()
            for name in rows.schema.names
            if name not in table.schema.names
        ]
        if not notes:
            return {}
        rows = pa.Table.from_pylist(notes, schema=UNKNOWN_FIELDS.schema)
        given = tables.get(UNKNOWN_FIELDS)
        return {UNKNOWN_FIELDS: rows if given is None else pa.concat_tables([given, rows])}

    def _run(self, tables: Mapping[RawTable, pa.Table]) -> None:
        import dlt

        from talentscope.warehouse.walls import build_walls

        with self._translated():
            build_walls(self._folder)
            if self._pipeline is None:
                self._pipeline = dlt.pipeline(
                    "talentscope",
                    pipelines_dir=str(self._folder),
                    destination=self._engine.destination(),
                    dataset_name=self._engine.schema_name("raw"),
                )
            source = dlt.source(_to_resources, name="raw", section="raw")(tables)
            self._pipeline.extract(source)
            self._pipeline.normalize()
            self._pipeline.load()

    def _forget_pending(self) -> None:
        """What an interrupted run left on disk is asked again rather than resumed: merge makes that harmless."""
        self._pipeline = None
        try:
            if self._folder.exists():
                shutil.rmtree(self._folder)
        except OSError as error:
            raise explain(str(error), place=str(self._folder)) from error

    def _drop_orphans(self) -> None:
        """Appended rows of a package that never completed would be counted twice: they go."""
        for table in RAW_TABLES:
            if not table.key:
                self._engine.execute(
                    f"DELETE FROM raw.{table.name} WHERE _dlt_load_id NOT IN"
                    " (SELECT load_id FROM raw._dlt_loads WHERE status = 0)",
                    {},
                )

    def _read_columns(self) -> dict[str, dict[str, str]]:
        batches = self._engine.batches(
            "SELECT table_name, column_name, data_type FROM information_schema.columns WHERE table_schema = 'raw'", {}
        )
        found: dict[str, dict[str, str]] = {}
        for batch in batches:
            for row in batch.to_pylist():
                found.setdefault(row["table_name"], {})[row["column_name"]] = row["data_type"].lower()
        return found

    @contextmanager
    def _translated(self) -> Iterator[None]:
        """A package that failed is dropped, else dlt would try it again with every later load."""
        from dlt.common.exceptions import DltException

        try:
            with self._engine.translated():
                yield
        except (DltException, WarehouseError) as error:
            self._engine.close()
            self._forget_pending()
            if isinstance(error, WarehouseError):
                raise
            raise explain(_deepest(error), place=self._engine.place) from error


def _to_resources(tables: Mapping[RawTable, pa.Table]) -> list[Any]:
    import dlt

    return [
        dlt.resource(
            [rows],
            name=table.name,
            write_disposition={"disposition": "merge", "strategy": "upsert"} if table.key else "append",
            primary_key=list(table.key) or None,
            schema_contract=_CONTRACT,
        )
        for table, rows in tables.items()
    ]


def _clean(table: RawTable, rows: pa.Table) -> pa.Table:
    """Texts as every engine can store them: without NUL, which PostgreSQL refuses, and NULL for an empty one, which
    its bulk load cannot tell from NULL (it says as little). Keys are never made NULL."""
    for index, field in enumerate(rows.schema):
        if not pa.types.is_string(field.type):
            continue
        column = pc.replace_substring(rows.column(index), "\x00", "")
        if field.name not in table.key:
            column = pc.if_else(pc.equal(column, ""), pa.scalar(None, field.type), column)
        rows = rows.set_column(index, field, column)
    return rows


def _check_incoming(table: RawTable, came: pa.Schema) -> None:
    for field in table.schema:
        index = came.get_field_index(field.name)
        kind = came.field(index).type if index >= 0 else "nothing"
        if kind != field.type:
            raise _refusal(table, field.name, expected=str(field.type), came=str(kind))


def _check_stored(table: RawTable, stored: Mapping[str, str]) -> None:
    for field in table.schema:
        kind = stored.get(field.name)
        if kind is not None and kind not in _STORED_AS[str(field.type)]:
            raise _refusal(table, field.name, expected=str(field.type), came=f"{kind} in the warehouse")


def _refusal(table: RawTable, column: str, *, expected: str, came: str) -> WarehouseError:
    return WarehouseError(
        f"raw.{table.name}.{column}: expected {expected}, came {came}; nothing was stored",
        way_out="a type changes on purpose only: change warehouse/tables.py and move the old table away",
    )


def _deepest(error: BaseException) -> str:
    """The message at the bottom of a chain of wrapped errors; one of ours that was being handled is not part of it."""
    seen: list[BaseException] = []
    while error not in seen and not (seen and isinstance(error, TalentscopeError)):
        seen.append(error)
        error = error.__cause__ or error.__context__ or error
    return str(seen[-1]) or repr(seen[-1])


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
