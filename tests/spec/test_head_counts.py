"""How well head-counts are read from annual reports: nine known answers, and two halves of labelled passages."""

from __future__ import annotations

import hashlib
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from talentscope.sources.sec.document import Passage
from talentscope.sources.sec.headcount import HeadCount, find_head_count

PASSAGES: list[dict[str, Any]] = yaml.safe_load((Path(__file__).parent / "head_counts.yaml").read_text())
KNOWN = {
    "aapl-2024": 164_000, "adbe-2024": 30_709, "amzn-2024": 1_556_000, "crm-2025": 76_453, "googl-2024": 183_323,
    "meta-2024": 74_067, "nflx-2024": 14_000, "nvda-2025": 36_000, "ma-2024": 35_300,
}  # fmt: skip


def read(row: dict[str, Any]) -> HeadCount | None:
    return find_head_count([Passage(row["text"], row["heading"])], row["period"])


def half_of(row: dict[str, Any]) -> str:
    return "held out" if hashlib.sha256(row["id"].encode()).digest()[0] % 2 else "tuning"


def wrong_ones(half: str) -> tuple[list[str], int]:
    rows = [row for row in PASSAGES if half_of(row) == half]
    return [row["id"] for row in rows if getattr(read(row), "employees", None) != row["employees"]], len(rows)


@pytest.mark.parametrize("name", KNOWN)
def test_the_nine_known_answers(name: str) -> None:
    row = next(row for row in PASSAGES if row["id"] == name)
    found = read(row)

    assert row["employees"] == KNOWN[name]
    assert found is not None
    assert found.employees == KNOWN[name]
    assert found.as_of == row["as_of"]
    assert f"{KNOWN[name]:,}" in found.sentence


def test_the_labelled_set_is_large_and_of_many_companies() -> None:
    assert len(PASSAGES) >= 110
    assert len({row["company"] for row in PASSAGES}) >= 60
    assert len({row["id"] for row in PASSAGES}) == len(PASSAGES)


def test_most_of_the_tuning_half_is_read_right() -> None:
    wrong, passages = wrong_ones("tuning")

    assert passages >= 55
    assert set(wrong) <= {"dxc", "afl"}, "a sentence without a verb of having; a total that stands nowhere"


def test_nine_of_ten_held_out_passages_are_read_right() -> None:
    wrong, passages = wrong_ones("held out")

    assert passages >= 50
    assert 1 - len(wrong) / passages >= 0.98


def test_where_nothing_is_told_nothing_is_found() -> None:
    silent = [row for row in PASSAGES if row["employees"] is None]

    assert len(silent) >= 10
    assert [row["id"] for row in silent if read(row) is not None] == []


def test_the_day_is_the_one_that_the_sentence_names() -> None:
    right = [row for row in PASSAGES if getattr(read(row), "employees", 0) == row["employees"]]
    other = [row["id"] for row in right if row["as_of"] != read(row).as_of]  # type: ignore[union-attr]

    assert other == []
    assert sum(isinstance(row["as_of"], date) for row in right) >= 90
