"""The pool of a question: every account with a repository that answers, with the components of its score.

Weights and filters on developers play no part, so a pool can be weighed and filtered again and again (ranking.py)
without another look at the repositories. What is told of somebody is read for those who are shown only.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import duckdb

from talentscope.scoring.components import measure
from talentscope.scoring.ground import Ground, read_ground
from talentscope.scoring.query import Question, Row, build_parameters, execute, read_sql

if TYPE_CHECKING:  # the command line says its help without it
    import pyarrow as pa

    from talentscope.scoring.texts import Places


@dataclass(frozen=True)
class Pool:
    """A row an account: github_id, owner_place (its row in the ground's owners), counts, components (0..1 or NULL)."""

    ground: Ground
    table: pa.Table

    def __len__(self) -> int:
        return int(self.table.num_rows)

    @property
    def size_bytes(self) -> int:
        """What it takes in memory, its ground not counted."""
        return int(self.table.nbytes)

    @cached_property
    def owner_places(self) -> Places:
        """Rows of the ground's owners."""
        places: Places = self.table["owner_place"].to_numpy()
        return places


def read_pool(connection: duckdb.DuckDBPyConnection, question: Question) -> Pool:
    """Ground and pool at once. Raises WarehouseError for a snapshot of another version."""
    return build_pool(question, read_ground(connection, question))


def build_pool(question: Question, ground: Ground) -> Pool:
    """The pool of a question on its ground."""
    return Pool(ground, measure(ground, question))


def read_details(
    connection: duckdb.DuckDBPyConnection, question: Question, ground: Ground, rows: Sequence[Row]
) -> list[Row]:
    """The rows of a slice, each with profile and matched repositories, in the same order."""
    told = look_up(connection, question, ground, [row["github_id"] for row in rows])
    return [{**row, **told[row["github_id"]]} for row in rows]


def look_up(
    connection: duckdb.DuckDBPyConnection, question: Question, ground: Ground, github_ids: Sequence[int]
) -> dict[int, Row]:
    """Profile and matched repositories of accounts of a pool, by id. Weights play no part."""
    if not github_ids:
        return {}
    parameters = build_parameters(question)
    with connection.cursor() as cursor:
        cursor.register("matched", ground.matched_of(question, github_ids))
        found = execute(cursor, read_sql("details"), parameters)
        names = [column[0] for column in found.description or ()]
        told = {line[0]: dict(zip(names, line, strict=True)) for line in found.fetchall()}
    topics = parameters["cluster_topics"]
    for line in told.values():
        for repository in line["repositories"]:
            repository["matched_topics"] = sorted({topics[place] for place in repository["matched_topics"] or ()})
            place = repository["language_id"]
            repository["language"] = None if place is None else ground.languages[place]
    return told
