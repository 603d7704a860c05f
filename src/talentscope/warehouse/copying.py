"""Raw facts out of one warehouse and into another, whatever database each is in. What a backup is, is said elsewhere.

dlt's own tables are not copied: rows go in as any run's rows do, so its bookkeeping is right for the place they are in.
The watermarks go in last, in one package: until then a run would read everything again rather than miss anything.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import chain

import pyarrow as pa

from talentscope.warehouse.connection import Warehouse
from talentscope.warehouse.raw import RAW_TABLES
from talentscope.warehouse.tables import COVERAGE, RUNS, UNKNOWN_FIELDS, RawTable

ROWS = 50_000
"""In one package; they are in memory."""

LAST = (UNKNOWN_FIELDS, COVERAGE, RUNS)

Batches = Callable[[], Iterator[pa.RecordBatch]]


def count_facts(warehouse: Warehouse) -> dict[str, int]:
    """Rows of raw tables; tables without any are left out."""
    found = {
        table.name: int(warehouse.query(f"SELECT count(*) AS count FROM raw.{table.name}")["count"][0].as_py())
        for table in RAW_TABLES
    }
    return {name: count for name, count in found.items() if count}


def read_facts(warehouse: Warehouse, table: RawTable) -> tuple[pa.Schema, Iterator[pa.RecordBatch]]:
    """A raw table's columns (also those that came later and are not declared), and its rows."""
    batches = warehouse.batches(f"SELECT * FROM raw.{table.name}")
    first = next(batches)
    names = [name for name in first.schema.names if not name.startswith("_dlt_")]
    declared = set(table.schema.names)
    schema = pa.schema([(table.schema if name in declared else first.schema).field(name) for name in names])
    return schema, (batch.select(names).cast(schema) for batch in chain([first], batches))


def put_facts(warehouse: Warehouse, facts: Mapping[str, Batches], *, forget: Callable[[], object]) -> int:
    """Load every table, `forget` whom nobody may know here, then load the watermarks. How many rows were given."""
    count = 0
    for table in RAW_TABLES:
        if table not in LAST and table.name in facts:
            for rows in _packages(table, facts[table.name]()):
                warehouse.load({table: rows})
                count += int(rows.num_rows)
    forget()
    last = {table: _whole(table, facts[table.name]()) for table in LAST if table.name in facts}
    warehouse.load(last)
    return count + sum(int(rows.num_rows) for rows in last.values())


def _packages(table: RawTable, batches: Iterator[pa.RecordBatch]) -> Iterator[pa.Table]:
    gathered: list[pa.RecordBatch] = []
    for batch in batches:
        gathered.append(batch)
        if sum(part.num_rows for part in gathered) >= ROWS:
            yield _declared(table, pa.Table.from_batches(gathered))
            gathered = []
    if gathered:
        yield _declared(table, pa.Table.from_batches(gathered))


def _whole(table: RawTable, batches: Iterator[pa.RecordBatch]) -> pa.Table:
    found = list(batches)
    return _declared(table, pa.Table.from_batches(found)) if found else table.schema.empty_table()


def _declared(table: RawTable, rows: pa.Table) -> pa.Table:
    """With every column that the table has today: what an older backup does not know is not known."""
    for field in table.schema:
        if field.name not in rows.schema.names:
            rows = rows.append_column(field, pa.nulls(rows.num_rows, field.type))
    return rows
