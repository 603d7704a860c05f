"""Which repositories pass a brief's repository filters, and whom their values count."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from talentscope.scoring.brief import Band, Brief, RepositoryFilter
from talentscope.scoring.query import Question
from talentscope.scoring.spots import Spots

AS_OF = date(2026, 11, 21)
OWNERS = np.array([30, 10, 20])
EVERYBODY = np.array([30, 10, 20, 99])
TABLE = pa.table({
    "owner_github_id": pa.array([10, 10, 20, 99], pa.int64()),
    "stars": pa.array([0, 5, 9, 5], pa.int64()),
    "size_kb": pa.array([100, None, 300, 300], pa.int64()),
    "topic_count": pa.array([1, 2, 3, 3], pa.int32()),
    "pushed_on": pa.array([date(2026, 11, 20), None, date(2026, 1, 1), AS_OF], pa.date32()),
    "language_id": pa.array([0, 1, None, 0], pa.int32()),
    "topics": pa.array([[0, 0], [0, 1], None, [1]], pa.list_(pa.int32())),
    "substance": pa.array([0.5, None, 0.7, 0.9], pa.float64()),
})  # fmt: skip


@pytest.mark.parametrize(
    ("asked", "languages", "expected"),
    [
        ({}, None, [True, True, True, True]),
        ({"stars": Band(min=5)}, None, [False, True, True, True]),
        ({"stars": Band(max=5)}, None, [True, True, False, True]),
        ({"size_kb": Band(min=200)}, None, [False, True, True, True]),
        ({"max_topics": 2}, None, [True, True, False, False]),
        ({"pushed_within_days": 1}, None, [True, False, False, True]),
        ({}, [0], [True, False, False, True]),
    ],
)
def test_what_is_unknown_keeps_out_where_it_is_asked_for_but_for_a_size(
    asked: dict[str, Any], languages: list[int] | None, expected: list[bool]
) -> None:
    brief = Brief(name="any", topics=("rust",), repository=RepositoryFilter(**asked))
    assert Spots(TABLE, EVERYBODY).matched(Question(brief, (), AS_OF), languages).tolist() == expected


def test_they_stand_by_owner_the_most_substantial_first_without_those_of_the_excluded() -> None:
    mixed = pa.concat_tables([TABLE.slice(2), TABLE.slice(1, 1), TABLE.slice(0, 1)])
    spots = Spots(mixed, OWNERS)
    assert spots.owner_places.tolist() == [1, 1, 2]
    assert spots.table["substance"].to_pylist() == [0.5, None, 0.7]


def test_an_owner_counts_once_a_value() -> None:
    spots = Spots(TABLE, OWNERS)
    kept = np.ones(3, dtype=bool)
    assert spots.count_topics(kept) == {0: 1, 1: 1}
    assert spots.count_languages(kept, [0, 1]) == {0: 1, 1: 1}
    assert spots.count_languages(kept, [0, 0]) == {0: 1}  # spelt in two ways


def test_nobody_is_counted_where_nobody_is_left() -> None:
    spots = Spots(TABLE, np.array([], dtype=np.int64))
    assert spots.count_languages(spots.owner_places >= 0, [0, 1]) == {}
