"""The ground of a question: the repositories that its terms meet, and the accounts behind them, before any filter.

It is what takes long to find, so it is kept: whatever filter moves, only the ground is looked through again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import duckdb

from talentscope.scoring.owners import Owners, read_owners
from talentscope.scoring.query import Question, build_parameters, execute, read_sql
from talentscope.scoring.spots import Spots

if TYPE_CHECKING:  # the command line says its help without it
    import pyarrow as pa

    from talentscope.scoring.texts import Mask, Places


@dataclass(frozen=True)
class Ground:
    """`spots`: a row a repository (spots.sql), its language as a place in `languages`; and whom they belong to."""

    spots: Spots
    languages: tuple[str, ...]
    owners: Owners

    @property
    def size_bytes(self) -> int:
        """What it takes in memory."""
        return self.spots.size_bytes + self.owners.size_bytes

    def matched(self, question: Question) -> Mask:
        """Which spots pass the brief's repository filters."""
        return self.spots.matched(question, self._language_ids(question))

    def matched_of(self, question: Question, github_ids: Sequence[int]) -> pa.Table:
        """Those that pass and belong to one of these accounts."""
        import numpy as np

        table = self.spots.table
        return table.filter(self.matched(question) & np.isin(table["owner_github_id"].to_numpy(), github_ids))

    def bits(self, question: Question) -> Places:
        """Of each spot: which asked terms it meets. Where only languages are asked for, the choice decides."""
        import numpy as np

        if not question.brief.is_language_only:
            met: Places = self.spots.table["bits"].to_numpy()
            return met
        asked = {language.lower(): 1 << place for place, language in enumerate(question.brief.languages)}
        of_language = np.array([*(asked.get(language.lower(), 0) for language in self.languages), 0], dtype=np.int64)
        found: Places = of_language[self.spots.languages]
        return found

    def _language_ids(self, question: Question) -> list[int] | None:
        wanted = {language.lower() for language in question.brief.languages}
        if question.is_in_any_language or not wanted:
            return None
        return [place for place, language in enumerate(self.languages) if language.lower() in wanted]


def read_ground(connection: duckdb.DuckDBPyConnection, question: Question) -> Ground:
    """Raises WarehouseError for a snapshot of another version."""
    met = read_sql("everything" if question.brief.is_language_only else "ground")
    table = execute(connection, met + read_sql("spots"), build_parameters(question)).to_arrow_table()
    languages = table["language"].combine_chunks().dictionary_encode()
    spots = table.drop_columns(["language"]).append_column("language_id", languages.indices)
    owners = read_owners(connection, spots)
    return Ground(Spots(spots, owners.ids), tuple(languages.dictionary.to_pylist()), owners)
