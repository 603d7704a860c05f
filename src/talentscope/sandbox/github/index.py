"""The search index: an in-memory DuckDB over the repositories, asked by SQL, with the answers of a query kept.

A query's matches without its `pushed:` bound never change while the world stands, so they are kept; what moves
(pushes) is a numpy column beside them. A keyset crawl thus pays for its filter once.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa

from talentscope.sandbox.github.chance import Ints
from talentscope.sandbox.github.qualifiers import Query
from talentscope.sandbox.github.repositories import Repositories
from talentscope.sandbox.github.subjects import VOCABULARY

KEPT = 64


@dataclass
class Matches:
    """Rows that match a query whatever their last push; `orders` keeps sorted copies with what they were sorted by."""

    rows: Ints
    orders: dict[tuple[str, int], tuple[Ints, Ints]] = field(default_factory=dict)


class SearchIndex:
    """Built once from the repositories; `owner_rows` of a query are resolved by the caller."""

    def __init__(self, made: Repositories) -> None:
        self._connection = duckdb.connect(":memory:")
        self._connection.execute("SET TimeZone='UTC'")
        self._fill(made)
        self._kept: OrderedDict[tuple[object, ...], Matches] = OrderedDict()

    def _fill(self, made: Repositories) -> None:
        counts = np.diff(made.offsets)
        rows = np.repeat(np.arange(len(counts), dtype=np.int32), counts)
        facts = made.table.append_column("idx", pa.array(np.arange(len(counts), dtype=np.int32)))
        facts = facts.append_column("topic_count", pa.array(counts.astype(np.int16)))
        tagged = pa.table({"idx": rows, "code": made.topics.astype(np.int16)})
        names = pa.table({"code": np.arange(len(VOCABULARY), dtype=np.int16), "topic": list(VOCABULARY)})
        for name, table in {"facts": facts, "tagged": tagged, "names": names}.items():
            self._connection.register(name, table)
        self._connection.execute("CREATE TABLE topic AS SELECT idx, code FROM tagged ORDER BY code, idx")
        # Words are kept between blanks, so that "ai" is not found in "maintain".
        words = "' ' || regexp_replace(lower({0}), '[^\\p{{L}}\\p{{N}}]+', ' ', 'g') || ' '"
        self._connection.execute(f"""
            CREATE TABLE repository AS
            WITH tags AS (
                SELECT idx, string_agg(topic, ' ') AS topics FROM tagged JOIN names USING (code) GROUP BY idx
            )
            SELECT idx, owner, stars, forks, issues, size, language, license, template, archived, fork, created,
                   topic_count, {words.format("name")} AS name_words,
                   {words.format("coalesce(description, '')")} AS description_words,
                   {words.format("coalesce(topics, '')")} AS topics_words
            FROM facts LEFT JOIN tags USING (idx) ORDER BY idx
        """)
        for name in ("facts", "tagged", "names"):
            self._connection.unregister(name)

    def matches(self, query: Query, owner_rows: tuple[int, ...], alive: Any) -> Matches:
        """All rows for `query` but for its `pushed:`, by rising row. Kept until `forget`."""
        kept = self._kept.get(query.base)
        if kept is not None:
            self._kept.move_to_end(query.base)
            return kept
        conditions = list(query.conditions)
        if query.owners:
            conditions.append(f"owner IN ({', '.join(str(row) for row in owner_rows) or '-1'})")
        sql = "SELECT idx FROM repository WHERE " + (" AND ".join(conditions) or "TRUE")
        rows = self._connection.execute(sql, list(query.parameters)).fetchnumpy()["idx"]
        rows = np.sort(np.asarray(rows, dtype=np.int64))
        matches = Matches(rows[alive[rows]])
        self._kept[query.base] = matches
        if len(self._kept) > KEPT:
            self._kept.popitem(last=False)
        return matches

    def forget(self) -> None:
        """Something was deleted: kept answers are no longer true."""
        self._kept.clear()

    def close(self) -> None:
        """Free the memory."""
        self._kept.clear()
        self._connection.close()
