"""A column of free texts, such as locations: each distinct one is looked at once, however many people state it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from threading import Lock
from typing import TYPE_CHECKING, Any

import duckdb

from talentscope.scoring.query import execute

if TYPE_CHECKING:  # the command line says its help without these
    import numpy as np
    import pyarrow as pa

    Mask = np.ndarray[Any, np.dtype[np.bool_]]
    Places = np.ndarray[Any, np.dtype[np.signedinteger[Any]]]
    Numbers = np.ndarray[Any, np.dtype[np.float64]]

MOST_FOUND = 64
"""Answers kept, a byte a distinct text each."""

FOLD = "' ' || trim(regexp_replace(lower(strip_accents({text})), '[^\\pL\\pN+#]+', ' ', 'g')) || ' '"
"""As terms.fold does."""

PARTS = f"""
WITH parts AS (
  SELECT place, trim(regexp_replace(part, '\\s+', ' ', 'g')) AS part
  FROM (SELECT place, unnest(string_split_regex(text, '[,;/|()]+')) AS part FROM texts)
)
SELECT DISTINCT place, part, {FOLD.format(text="part")} AS folded FROM parts
WHERE length(part) BETWEEN 2 AND 100 AND length({FOLD.format(text="part")}) > 2
"""


@dataclass(frozen=True)
class Parts:
    """What stands between the commas of texts. `names` are spelt as most texts do, `folded` says the same of each name;
    a pair of `texts` and `of` says which text has which part."""

    names: list[str]
    folded: list[str]
    texts: Places
    of: Places


class Texts:
    """`distinct` texts, and for each row of the column its place among them, -1 for NULL. Safe between threads."""

    def __init__(self, column: pa.ChunkedArray) -> None:
        encoded = column.combine_chunks().dictionary_encode()
        self.distinct: pa.Array = encoded.dictionary
        self.places: Places = encoded.indices.fill_null(-1).to_numpy()
        self._lock = Lock()
        self._found: dict[str, Mask] = {}
        self._folded: list[str] | None = None
        self._parts: Parts | None = None

    @property
    def size_bytes(self) -> int:
        """What it takes in memory."""
        return int(self.distinct.nbytes) + int(self.places.nbytes)

    def found_by(self, connection: duckdb.DuckDBPyConnection, pattern: str) -> Mask:
        """Rows whose folded text matches the pattern (terms.word_pattern); NULL does not."""
        found = self._found.get(pattern)
        if found is None:
            sql = "SELECT regexp_matches(lower(strip_accents(text)), $pattern) AS found FROM texts"
            found = self._ask(connection, sql, {"pattern": pattern})["found"].to_numpy().astype(bool)
            self._keep(pattern, found)
        return self._spread(found)

    def among(self, values: tuple[str, ...]) -> Mask:
        """Rows whose text is one of these; NULL is none."""
        import numpy as np

        wanted = set(values)
        return self._spread(np.array([text in wanted for text in self.distinct.to_pylist()], dtype=bool))

    def holding(self, connection: duckdb.DuckDBPyConnection, phrase: str) -> Mask:
        """Which of the distinct texts hold a folded phrase as whole words."""
        import numpy as np

        found = self._found.get(phrase)
        if found is None:
            if self._folded is None:
                folded = f"SELECT {FOLD.format(text='text')} AS folded FROM texts ORDER BY place"
                self._folded = self._ask(connection, folded, {})["folded"].to_pylist()
            found = np.array([phrase in text for text in self._folded], dtype=bool)
            self._keep(phrase, found)
        return found

    def parts(self, connection: duckdb.DuckDBPyConnection) -> Parts:
        """What stands between the commas."""
        if self._parts is None:
            self._parts = _to_parts(self._ask(connection, PARTS, {}), self._numbers)
        return self._parts

    def count(self, rows: Places) -> Places:
        """How many of these rows have each of the distinct texts."""
        import numpy as np

        places = self.places[rows]
        counted: Places = np.bincount(places[places >= 0], minlength=len(self.distinct))
        return counted

    @cached_property
    def _numbers(self) -> Places:
        import numpy as np

        return self.count(np.arange(len(self.places)))

    def _keep(self, key: str, found: Mask) -> None:
        with self._lock:
            if len(self._found) >= MOST_FOUND:
                self._found.clear()
            self._found[key] = found

    def _ask(self, connection: duckdb.DuckDBPyConnection, sql: str, parameters: dict[str, str]) -> pa.Table:
        import numpy as np
        import pyarrow as pa

        places = pa.array(np.arange(len(self.distinct), dtype=np.int32))
        with connection.cursor() as cursor:
            cursor.register("texts", pa.table({"place": places, "text": self.distinct}))
            return execute(cursor, sql, parameters).to_arrow_table()

    def _spread(self, found: Mask) -> Mask:
        """Of the distinct texts -> of the rows; place -1 takes the last, which is NULL's."""
        import numpy as np

        return np.append(found, False)[self.places]


def _to_parts(table: pa.Table, numbers: Places) -> Parts:
    """One name for all spellings: the one that most people use."""
    import numpy as np

    folded = table["folded"].combine_chunks().dictionary_encode()
    texts: Places = table["place"].to_numpy()
    of: Places = folded.indices.to_numpy()
    best: dict[int, tuple[int, str]] = {}
    counts: dict[tuple[int, str], int] = {}
    for part, name, number in zip(of.tolist(), table["part"].to_pylist(), numbers[texts].tolist(), strict=True):
        counts[part, name] = counts.get((part, name), 0) + number
        best[part] = max(best.get(part, (0, "")), (counts[part, name], name))
    names = [best[part][1] for part in range(len(folded.dictionary))]
    pairs = np.unique(np.stack([of, texts]), axis=1)  # two spellings in one text are one part
    return Parts(names, folded.dictionary.to_pylist(), pairs[1], pairs[0])
