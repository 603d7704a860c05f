"""Vectorised draws: numpy chance in, Arrow columns out. Shared by the makers of accounts and repositories."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

Ints = np.ndarray[Any, np.dtype[np.int64]]


def pick(rng: np.random.Generator, words: Sequence[str], count: int) -> pa.Array:
    """`count` words, each equally likely."""
    return pa.array(list(words)).take(pa.array(rng.integers(0, len(words), count)))


def join(*parts: Any, by: str = "") -> pa.Array:
    """Element-wise text join; a null part makes a null."""
    return pc.binary_join_element_wise(*parts, by)


def blank(values: pa.Array, mask: Any) -> pa.Array:
    """Null where `mask` is true."""
    return pc.if_else(pa.array(mask), pa.scalar(None, values.type), values)


def text(numbers: Any) -> pa.Array:
    """Integers as decimal text."""
    return pc.cast(pa.array(numbers), pa.string())


def draw(rng: np.random.Generator, weights: Mapping[str, float], codes: Mapping[str, int], count: int) -> Ints:
    """`count` codes of names, by weight."""
    chances = np.array(list(weights.values()))
    own = np.array([codes[name] for name in weights], dtype=np.int64)
    return own[rng.choice(len(own), size=count, p=chances / chances.sum())]


def sprinkle(rng: np.random.Generator, values: pa.Array, strange: Sequence[str], each: int) -> pa.Array:
    """Put every one of `strange` into `values` at random places, `each` times (fewer when there is no room)."""
    count = min(len(strange) * each, len(values) // 20)
    if count == 0:
        return values
    places = rng.choice(len(values), size=count, replace=False)
    mask = np.zeros(len(values), dtype=bool)
    mask[places] = True
    fill = pa.array([strange[i % len(strange)] for i in range(count)], pa.string())
    return pc.replace_with_mask(values, pa.array(mask), fill)


def first_of_each(values: pa.Array) -> Any:
    """True where a text occurs for the first time."""
    codes = pc.dictionary_encode(values).indices.to_numpy()
    _, first = np.unique(codes, return_index=True)
    mask = np.zeros(len(values), dtype=bool)
    mask[first] = True
    return mask


def rising_ids(rng: np.random.Generator, count: int, *, start: int, ceiling: int) -> Ints:
    """Strictly rising numeric ids, as GitHub gives them, between `start` and `ceiling`."""
    step = max(2, (ceiling - start) // max(count, 1))
    return start + np.cumsum(rng.integers(1, min(step, 2000), count))
