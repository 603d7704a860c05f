"""Turning queries and foreign errors into ours: pure, without a database."""

from __future__ import annotations

import pytest

from talentscope.runtime.errors import WarehouseError, WarehouseLocked
from talentscope.warehouse.engines.engine import explain
from talentscope.warehouse.engines.postgres import to_postgres
from talentscope.warehouse.load import _deepest


def test_parameters_are_numbered_in_their_own_order_and_unused_ones_left_out() -> None:
    text, values = to_postgres("SELECT 1 WHERE a = $late AND b = $early AND c = $late", {"early": 1, "x": 2, "late": 3})
    assert values == [1, 3]
    assert text == "SELECT 1 WHERE a = $2 AND b = $1 AND c = $2"


def test_a_value_never_becomes_part_of_the_text() -> None:
    text, values = to_postgres("SELECT $name AS name", {"name": "'; DROP TABLE x; --"})
    assert "DROP" not in text
    assert values == ["'; DROP TABLE x; --"]


@pytest.mark.parametrize(
    ("text", "said", "way_out"),
    [
        ("IO Error: No space left on device", "no space to write", "free some space"),
        ("could not extend file: No space left", "no space to write", "free some space"),
        ("The file exists, but it is not a valid DuckDB database file!", "not a readable warehouse", "backup"),
        ("[Errno 13] Permission denied: 'x'", "cannot write", "TALENTSCOPE_HOME"),
        ("[Errno 30] Read-only file system: 'x'", "cannot write", "TALENTSCOPE_HOME"),
        ("permission denied for schema marts", "the role in DATABASE_URL lacks a right", "migrate --loader"),
        ("must be owner of table topics", "the role in DATABASE_URL lacks a right", "migrate --loader"),
        ("connection to server failed: Connection refused", "cannot reach", "DATABASE_URL"),
        ("something else\nand its details", "refused: something else", "see the message"),
    ],
)
def test_a_foreign_error_says_what_happened_and_the_way_out(text: str, said: str, way_out: str) -> None:
    error = explain(text, place="somewhere")
    assert isinstance(error, WarehouseError)
    assert said in error.message
    assert "somewhere" in error.message
    assert way_out in error.way_out


def test_a_lock_of_another_program_is_a_lock() -> None:
    text = "IO Error: Could not set lock on file: Conflicting lock is held in /usr/bin/duckdb (PID 42). See also x"
    error = explain(text, place="warehouse.duckdb")
    assert isinstance(error, WarehouseLocked)
    assert "/usr/bin/duckdb (PID 42)" in error.message


def test_a_trouble_met_while_another_is_handled_is_told_by_its_own_cause() -> None:
    def fail() -> None:
        try:
            raise WarehouseError("the plan failed")
        except WarehouseError:
            try:
                raise OSError("file too large")
            except OSError as cause:
                raise RuntimeError("the load failed") from cause

    with pytest.raises(RuntimeError) as caught:
        fail()
    assert _deepest(caught.value) == "file too large"
