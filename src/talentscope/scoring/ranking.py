"""Weighs, orders and slices a pool. The only place that turns components into scores and ranks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

import duckdb

from talentscope.runtime.errors import UsageError
from talentscope.runtime.words import suggest
from talentscope.scoring.owners import Owners, all_of
from talentscope.scoring.pool import Pool
from talentscope.scoring.query import Question, Row, execute, read_sql
from talentscope.scoring.rules import COMPONENTS, RULES

if TYPE_CHECKING:  # the command line says its help without it
    import pyarrow as pa

    from talentscope.scoring.texts import Mask

BEST = "score DESC NULLS LAST, score_low DESC, github_id"
"""The order of ranks; it decides between equals in every other order too."""

SLICE = "LIMIT $limit OFFSET $offset"


@dataclass(frozen=True)
class Order:
    """A column that leads can be ordered by. `is_descending`: which way people want it first."""

    label: str
    column: str
    is_descending: bool = True


ORDERS: Mapping[str, Order] = MappingProxyType(
    {
        "score": Order("Score", "score"),
        "login": Order("Login", "text", is_descending=False),
        "followers": Order("Followers", "followers"),
        "stars": Order("Stars", "stars"),
        **{name: Order(name.capitalize(), name) for name in COMPONENTS},
    }
)


@dataclass(frozen=True)
class View:
    """Which slice of the leads, in which order. What is unknown comes last, whichever way.

    `text`: login or name contains it (case and accents do not matter). `without_ids` are neither shown nor counted in
    ranks (suppressed, hidden); `only_ids` and `text` narrow what is shown and leave ranks as they are.
    """

    order: str = "score"
    is_descending: bool = True
    offset: int = 0
    limit: int = 50
    text: str = ""
    without_ids: frozenset[int] = frozenset()
    only_ids: frozenset[int] | None = None

    def __post_init__(self) -> None:
        if self.order not in ORDERS:
            raise UsageError(
                f"expected an order ({', '.join(ORDERS)}), came {self.order[:80]!r}",
                way_out=suggest(self.order, ORDERS) or "order by score",
            )
        if self.offset < 0 or self.limit < 0:
            raise UsageError(
                f"expected an offset and a limit of at least 0, came {self.offset} and {self.limit}",
                way_out="begin at offset 0",
            )


@dataclass(frozen=True)
class Selection:
    """Rows of a pool: who passes the brief (and is not left out), and who of them a view's text and ids leave in.

    `shows` is None where these leave in everybody.
    """

    passes: Mask
    shows: Mask | None = None

    @property
    def total(self) -> int:
        """How many there are to show."""
        return int((self.passes if self.shows is None else self.shows).sum())


@dataclass(frozen=True)
class Slice:
    """Rows of the pool with score, score_low, score_high and rank; `total` is how many there are before slicing."""

    rows: tuple[Row, ...]
    total: int


def select(connection: duckdb.DuckDBPyConnection, pool: Pool, question: Question, view: View) -> Selection:
    """Whom the question lets through, and whom the view shows."""
    owners = pool.ground.owners
    passing = all_of(owners.masks(connection, question)) & left_in(connection, owners, view, is_whole=False)
    passes = passing[pool.owner_places]
    if not view.text.strip() and view.only_ids is None:
        return Selection(passes)
    return Selection(passes, passes & left_in(connection, owners, view)[pool.owner_places])


def left_in(connection: duckdb.DuckDBPyConnection, owners: Owners, view: View, *, is_whole: bool = True) -> Mask:
    """Whom a view leaves in: by `without_ids`, and where `is_whole` by its text and `only_ids` too."""
    found = ~owners.are_in(view.without_ids) if view.without_ids else owners.everybody()
    if is_whole and view.only_ids is not None:
        found &= owners.are_in(view.only_ids)
    if is_whole and view.text.strip():
        row = connection.execute("SELECT lower(strip_accents($text))", {"text": view.text.strip()}).fetchone()
        found &= owners.say(str(row[0]) if row else "")
    return found


def rank_pool(
    connection: duckdb.DuckDBPyConnection, pool: Pool, question: Question, selection: Selection, view: View
) -> Slice:
    """The slice that a view asks for."""
    if view.order == "score" and view.is_descending and selection.shows is None:
        table = _run(connection, pool, question, selection, f"SELECT * FROM scored ORDER BY {BEST} {SLICE}", view)
        ranked = [{**row, "rank": rank} for rank, row in enumerate(table.to_pylist(), view.offset + 1)]
        return Slice(tuple(ranked), selection.total)
    query = f"SELECT * FROM scored WHERE shows ORDER BY {_order(view)} {SLICE}"
    rows = _run(connection, pool, question, selection, query, view).to_pylist()
    everybody = _run(connection, pool, question, selection, "SELECT github_id, score, score_low FROM scored", view)
    ranks = _find_ranks(everybody, rows) if rows else []
    ranked = [{**row, "rank": rank} for row, rank in zip(rows, ranks, strict=True)]
    return Slice(tuple(ranked), selection.total)


def _find_ranks(everybody: pa.Table, rows: Sequence[Row]) -> list[int]:
    """Where each row stands in BEST: cheaper for a page of them than to sort everybody."""
    import numpy as np

    scores = everybody["score"].fill_null(-1.0).to_numpy()  # below all that are known
    lows, ids = everybody["score_low"].to_numpy(), everybody["github_id"].to_numpy()
    ranks = []
    for row in rows:
        score = -1.0 if row["score"] is None else row["score"]
        equal = np.flatnonzero(scores == score)
        is_as_low = lows[equal] == row["score_low"]
        before = (lows[equal] > row["score_low"]) | (is_as_low & (ids[equal] < row["github_id"]))
        ranks.append(1 + int((scores > score).sum()) + int(before.sum()))
    return ranks


def rank_ids(
    connection: duckdb.DuckDBPyConnection, pool: Pool, question: Question, selection: Selection, view: View
) -> pa.Array:
    """The account ids (int64) of a view in its order, from its offset, as many as its limit."""
    query = f"SELECT github_id FROM scored WHERE shows ORDER BY {_order(view)} {SLICE}"
    return _run(connection, pool, question, selection, query, view)["github_id"].combine_chunks()


def find_medians(pool: Pool, selection: Selection) -> dict[str, float | None]:
    """The median of each component (0..1) over everybody who passes; None where none is known."""
    import numpy as np

    found: dict[str, float | None] = {}
    for name in COMPONENTS:
        values = pool.table[name].to_numpy()[selection.passes]
        known = values[~np.isnan(values)]
        found[name] = float(np.median(known)) if len(known) else None
    return found


def _order(view: View) -> str:
    way = "DESC" if view.is_descending else "ASC"
    if view.order == "score":
        return f"score {way} NULLS LAST, score_low {way}, github_id"
    return f"{ORDERS[view.order].column} {way} NULLS LAST, {BEST}"


def _run(
    connection: duckdb.DuckDBPyConnection, pool: Pool, question: Question, selection: Selection, query: str, view: View
) -> pa.Table:
    """`query` over the weighed pool (ranking.sql), in a cursor of its own: in every other thread `pool` is another."""
    import pyarrow as pa

    shows = selection.passes if selection.shows is None else selection.shows
    table = pool.table.append_column("passes", pa.array(selection.passes)).append_column("shows", pa.array(shows))
    if view.order == "login":
        table = table.append_column("text", pool.ground.owners.table["text"].take(table["owner_place"]))
    sql = f"{read_sql('ranking')} {query}"
    parameters = {
        **question.brief.weights.model_dump(),
        "decimals": RULES.score_decimals,
        "limit": view.limit,
        "offset": view.offset,
    }
    with connection.cursor() as cursor:
        cursor.register("pool", table)
        return execute(cursor, sql, parameters).to_arrow_table()
