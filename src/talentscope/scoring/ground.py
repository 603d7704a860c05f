"""The ground of a question: the repositories that its terms meet, and the accounts behind them, before any filter.

It is what takes long to find, so it is kept: whatever filter moves, only the ground is looked through again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import duckdb

from talentscope.scoring.owners import Owners, read_owners
from talentscope.scoring.query import Question, build_parameters, execute, read_sql

if TYPE_CHECKING:  # the command line says its help without it
    import pyarrow as pa


@dataclass(frozen=True)
class Ground:
    """`spots`: a row a repository (ground.sql), its language as a place in `languages`; and whom they belong to."""

    spots: pa.Table
    languages: tuple[str, ...]
    owners: Owners

    @property
    def size_bytes(self) -> int:
        """What it takes in memory."""
        return int(self.spots.nbytes) + self.owners.size_bytes

    def spots_of(self, github_ids: Sequence[int]) -> pa.Table:
        """Those that belong to one of these accounts."""
        import numpy as np

        return self.spots.filter(np.isin(self.spots["owner_github_id"].to_numpy(), github_ids))

    def parameters(self, question: Question) -> dict[str, Any]:
        """What matched.sql and what follows it need."""
        return {**build_parameters(question), "language_ids": self._language_ids(question)}

    def _language_ids(self, question: Question) -> list[int] | None:
        wanted = {language.lower() for language in question.brief.languages}
        if question.is_in_any_language or not wanted:
            return None
        return [place for place, language in enumerate(self.languages) if language.lower() in wanted]


def read_ground(connection: duckdb.DuckDBPyConnection, question: Question) -> Ground:
    """Raises WarehouseError for a snapshot of another version."""
    sql = read_sql("everything" if question.is_about_everything else "ground")
    table = execute(connection, sql, build_parameters(question)).to_arrow_table()
    languages = table["language"].combine_chunks().dictionary_encode()
    spots = table.drop_columns(["language"]).append_column("language_id", languages.indices)
    return Ground(spots, tuple(languages.dictionary.to_pylist()), read_owners(connection, spots))
