"""Weighs, orders and slices a pool. The only place that turns components into scores and ranks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from statistics import median
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import duckdb

from talentscope.runtime.errors import UsageError
from talentscope.runtime.words import suggest
from talentscope.scoring.pool import Pool
from talentscope.scoring.query import Question, Row, execute, read_sql
from talentscope.scoring.rules import COMPONENTS, RULES

if TYPE_CHECKING:
    import pyarrow as pa

BEST = "score DESC NULLS LAST, score_low DESC, github_id"
"""The order of ranks; it decides between equals in every other order too."""


@dataclass(frozen=True)
class Order:
    """A column that leads can be ordered by. `is_descending`: which way people want it first."""

    label: str
    column: str
    is_descending: bool = True


ORDERS: Mapping[str, Order] = MappingProxyType(
    {
        "score": Order("Score", "score"),
        "login": Order("Login", "lower(login)", is_descending=False),
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
class Slice:
    """Rows of the pool with score, score_low, score_high and rank; `total` is how many there are before slicing."""

    rows: tuple[Row, ...]
    total: int


def rank_pool(connection: duckdb.DuckDBPyConnection, pool: Pool, question: Question, view: View) -> Slice:
    """The slice that a view asks for."""
    sql = f"{read_sql('ranking')} ORDER BY {_order(view)} LIMIT $limit OFFSET $offset"
    parameters = {**_parameters(question, view), "limit": view.limit, "offset": view.offset}
    table = _run(connection, pool, sql, parameters)
    return Slice(tuple(table.to_pylist()), count_pool(connection, pool, question, view))


def count_pool(connection: duckdb.DuckDBPyConnection, pool: Pool, question: Question, view: View) -> int:
    """How many the view holds, whatever its slice."""
    sql = f"SELECT count(*) AS total FROM ({read_sql('ranking')})"
    return int(_run(connection, pool, sql, _parameters(question, view))["total"][0].as_py())


def rank_ids(connection: duckdb.DuckDBPyConnection, pool: Pool, question: Question, view: View) -> pa.Array:
    """All account ids of a view (int64) in its order; offset and limit count."""
    sql = f"SELECT github_id FROM ({read_sql('ranking')}) ORDER BY {_order(view)} LIMIT $limit OFFSET $offset"
    parameters = {**_parameters(question, view), "limit": view.limit, "offset": view.offset}
    return _run(connection, pool, sql, parameters)["github_id"].combine_chunks()


def rank_accounts(connection: duckdb.DuckDBPyConnection, pool: Pool, question: Question) -> list[tuple[int, str]]:
    """(github_id, login) of everybody, best first."""
    view = View()
    sql = f"SELECT github_id, login FROM ({read_sql('ranking')}) ORDER BY {_order(view)}"
    table = _run(connection, pool, sql, _parameters(question, view))
    return list(zip(table["github_id"].to_pylist(), table["login"].to_pylist(), strict=True))


def find_medians(pool: Pool, view: View) -> dict[str, float | None]:
    """The median of each component over everybody who passes and is not left out; None where none is known."""
    left_out = view.without_ids
    ids = pool.table["github_id"].to_pylist()
    found: dict[str, float | None] = {}
    for name in COMPONENTS:
        values = pool.table[name].to_pylist()
        known = [
            value
            for github_id, value in zip(ids, values, strict=True)
            if value is not None and github_id not in left_out
        ]
        found[name] = median(known) if known else None
    return found


def _order(view: View) -> str:
    way = "DESC" if view.is_descending else "ASC"
    if view.order == "score":
        return f"score {way} NULLS LAST, score_low {way}, github_id"
    return f"{ORDERS[view.order].column} {way} NULLS LAST, {BEST}"


def _parameters(question: Question, view: View) -> dict[str, Any]:
    return {
        **question.brief.weights.model_dump(),
        "decimals": RULES.score_decimals,
        "text": view.text.strip(),
        "without": sorted(view.without_ids),
        "only": None if view.only_ids is None else sorted(view.only_ids),
    }


def _run(connection: duckdb.DuckDBPyConnection, pool: Pool, sql: str, parameters: dict[str, Any]) -> pa.Table:
    """In a cursor of its own: the name `pool` means another table to every other thread."""
    with connection.cursor() as cursor:
        cursor.register("pool", pool.table)
        return execute(cursor, sql, parameters).to_arrow_table()
