"""From the matches of a query to one page of it: bound by `pushed:`, sorted, cut. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from talentscope.sandbox.github.index import Matches
from talentscope.sandbox.github.qualifiers import FOREVER, Query


@dataclass(frozen=True)
class Found:
    """How many rows match in all, and those of this page."""

    total: int
    rows: list[int]


def find_page(
    matches: Matches,
    query: Query,
    columns: dict[str, Any],
    *,
    pushed: Any,
    offset: int,
    limit: int,
    version: int,
) -> Found:
    """Page [offset, offset + limit) of `query`. `version` changes with `pushed`; -1: never keep an order by it."""
    rows, keys = _by_push(matches, pushed, version)
    low, high = max(0, query.pushed[0]), min(query.pushed[1], FOREVER)
    first, last = np.searchsorted(keys, low, "left"), np.searchsorted(keys, high, "right")
    total = max(0, int(last - first))
    if limit == 0 or total == 0:
        return Found(total, [])
    if query.sort == "updated":
        inside = rows[first:last]
    else:
        inside = _by_column(matches, rows[first:last], columns[query.sort or "stars"], query)
    if query.order == "desc" or query.sort is None:
        start, end = max(0, total - offset - limit), total - offset
        page = inside[start : max(0, end)][::-1]
    else:
        page = inside[offset : offset + limit]
    return Found(total, [int(row) for row in page])


def _by_push(matches: Matches, pushed: Any, version: int) -> tuple[Any, Any]:
    kept = matches.orders.get(("updated", version))
    if kept is not None and version >= 0:
        return kept
    keys = pushed[matches.rows]
    order = np.argsort(keys, kind="stable")
    answer = (matches.rows[order], keys[order])
    if version >= 0:
        for old in [key for key in matches.orders if key[0] == "updated"]:
            del matches.orders[old]
        matches.orders["updated", version] = answer
    return answer


def _by_column(matches: Matches, rows: Any, column: Any, query: Query) -> Any:
    """Ascending by the column; equal ones by row, so that the order is always the same."""
    if len(rows) != len(matches.rows):
        rows = np.sort(rows)
        return rows[np.argsort(column[rows], kind="stable")]
    name = (query.sort or "stars", 0)
    if name not in matches.orders:
        ordered = matches.rows[np.argsort(column[matches.rows], kind="stable")]
        matches.orders[name] = (ordered, column[ordered])
    return matches.orders[name][0]
