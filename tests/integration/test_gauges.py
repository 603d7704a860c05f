"""What monitoring reads of a snapshot: of this version, of one from before, and of a source that is down."""

from __future__ import annotations

from datetime import UTC, datetime

import duckdb
import pytest

from talentscope.runtime.errors import WarehouseError
from talentscope.warehouse.gauges import RESOURCES, read_gauges, read_good_ends

NOW = "TIMESTAMPTZ '2026-11-21 12:00:00+00'"
BEFORE = f"""
CREATE TABLE coverage AS SELECT * FROM (VALUES
  ('a', 100, 90, 10, 'drained', {NOW}), ('b', 10, 8, 2, 'cut', {NOW}), ('c', 0, 0, 0, 'drained', {NOW})
) AS t (query, reported, read, missing, state, observed_at);
CREATE TABLE repositories AS SELECT 1 AS repository_github_id;
CREATE TABLE developers AS SELECT * FROM (VALUES
  (true, NULL), (false, NULL), (false, 'organisation')
) AS t (is_profile_known, excluded_rule);
CREATE TABLE runs AS SELECT * FROM (VALUES
  ('talent', 'done', {NOW} - INTERVAL 3 HOUR, {NOW} - INTERVAL 2 HOUR),
  ('talent', 'out_of_budget', {NOW} - INTERVAL 2 HOUR, {NOW} - INTERVAL 1 HOUR),
  ('talent', 'failed', {NOW} - INTERVAL 10 SECOND, {NOW}),
  ('talent', 'done', {NOW} - INTERVAL 9 HOUR, {NOW} - INTERVAL 7 HOUR),
  ('companies', 'running', {NOW}, NULL)
) AS t (pipeline, state, started_at, ended_at);
"""
SINCE = f"""
ALTER TABLE runs ADD COLUMN observed_at TIMESTAMPTZ;
UPDATE runs SET observed_at = ended_at;
{"".join(f"ALTER TABLE runs ADD COLUMN {name}_limit BIGINT;" for name in RESOURCES)}
{"".join(f"ALTER TABLE runs ADD COLUMN {name}_remaining BIGINT;" for name in RESOURCES)}
UPDATE runs SET search_limit = 30, search_remaining = 3 WHERE state = 'out_of_budget';
UPDATE runs SET search_limit = 30, search_remaining = 29 WHERE state = 'done';
CREATE TABLE source_visits AS SELECT * FROM (VALUES
  ('sec', 'ok', DATE '2026-11-21', DATE '2026-11-21', {NOW}),
  ('fmp', 'down', DATE '2026-11-21', DATE '2026-11-18', {NOW}),
  ('gdelt', 'down', DATE '2026-11-21', NULL, {NOW}),
  ('reddit', 'off', DATE '2026-11-21', NULL, {NOW})
) AS t (source, state, day, last_good_day, observed_at);
"""


@pytest.fixture
def former() -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    connection.execute("SET TimeZone = 'UTC'")
    connection.execute(BEFORE)
    return connection


def test_sums_the_worst_query_and_the_newest_run_of_each_end(former: duckdb.DuckDBPyConnection) -> None:
    gauges = read_gauges(former)
    assert (gauges.coverage["reported"], gauges.coverage["missing"], gauges.coverage["unfinished"]) == (110, 12, 1)
    assert gauges.coverage["worst_missing_ratio"] == 0.2
    assert gauges.pending["owners_unread"] == 1
    took = {(row["pipeline"], row["state"]): row["seconds"] for row in gauges.runs}
    assert took == {("talent", "done"): 3600, ("talent", "out_of_budget"): 3600, ("talent", "failed"): 10}


def test_only_ends_that_publish_are_good(former: duckdb.DuckDBPyConnection) -> None:
    assert read_good_ends(former) == {"talent": datetime(2026, 11, 21, 11, tzinfo=UTC)}


def test_a_snapshot_from_before_lacks_what_it_lacks(former: duckdb.DuckDBPyConnection) -> None:
    gauges = read_gauges(former)
    assert (gauges.sources, gauges.budgets) == ([], {})
    former.execute("DROP TABLE coverage")
    with pytest.raises(WarehouseError, match="another version"):
        read_gauges(former)


def test_a_source_that_is_down_grows_old(former: duckdb.DuckDBPyConnection) -> None:
    former.execute(SINCE)
    gauges = read_gauges(former)
    found = {row["source"]: (row["state"], row["newest_at"]) for row in gauges.sources}
    assert found == {
        "sec": ("ok", datetime(2026, 11, 21, 12, tzinfo=UTC)),
        "fmp": ("down", datetime(2026, 11, 18, tzinfo=UTC)),
        "gdelt": ("down", None),
    }
    assert gauges.budgets["search_remaining"] == 3
    assert gauges.budgets["core_limit"] is None
