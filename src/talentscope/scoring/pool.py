"""The pool of a question: everybody who passes its filters, with the components of their score. Weights play no part.

A pool is an Arrow table, so it can be kept and weighed again and again (ranking.py) without another look at the
repositories. What is told of somebody is read for those who are shown only.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import duckdb

from talentscope.scoring.query import Question, Row, build_parameters, compose, execute

if TYPE_CHECKING:  # the command line says its help without it
    import pyarrow as pa


@dataclass(frozen=True)
class Pool:
    """A row an account: github_id, login, text (folded login and name), counts, and the components (0..1 or NULL)."""

    table: pa.Table

    def __len__(self) -> int:
        return int(self.table.num_rows)

    @property
    def size_bytes(self) -> int:
        """What it takes in memory."""
        return int(self.table.nbytes)


def build_pool(connection: duckdb.DuckDBPyConnection, question: Question) -> Pool:
    """Everybody who passes. Raises WarehouseError for a snapshot of another version."""
    return Pool(execute(connection, compose("pool"), build_parameters(question)).to_arrow_table())


def read_details(connection: duckdb.DuckDBPyConnection, question: Question, rows: Sequence[Row]) -> list[Row]:
    """The rows of a slice, each with profile and matched repositories, in the same order."""
    if not rows:
        return []
    parameters = {**build_parameters(question), "accounts": [row["github_id"] for row in rows]}
    cursor = execute(connection, compose("details", is_for_some=True), parameters)
    names = [column[0] for column in cursor.description or ()]
    told = {line[0]: dict(zip(names, line, strict=True)) for line in cursor.fetchall()}
    return [{**row, **told[row["github_id"]]} for row in rows]
