"""Proof of killing: kill -9 at random moments, on DuckDB and on PostgreSQL; the tables are an undisturbed run's."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from tests.functional.killing import assert_same_tables, kill_often, read_tables, run_to_end
from tests.functional.market import BY_SOURCE, aimed
from tests.functional.stage import Program, fresh
from tests.postgres import create_database, postgres_url, session_folder  # noqa: F401 - fixtures

from talentscope.registry.read import Registry
from talentscope.sandbox.server import Running

pytestmark = pytest.mark.once

TALENT_KILLS, COMPANIES_KILLS = 10, 4


@pytest.fixture(params=["duckdb", "postgres"])
def twins(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[tuple[Program, str | None], ...]:
    """Two empty installations on the same kind of database: one is left in peace."""
    made = []
    for name in ("peace", "war"):
        url = None
        if request.param == "postgres":
            url = create_database(request.getfixturevalue("postgres_url"))
        made.append((fresh(tmp_path / name / "home").with_settings(DATABASE_URL=url), url))
    return tuple(made)


def test_a_talent_run_killed_ten_times_leaves_what_an_undisturbed_one_leaves(
    twins: tuple[tuple[Program, str | None], ...], world: Callable[..., Running], brief: Path, tmp_path: Path
) -> None:
    (peace, peace_url), (war, war_url) = twins
    words = ("talent", "--brief", brief)
    sandbox = world(latency_ms=40)
    _, seconds = run_to_end(peace.at(sandbox), words, tmp_path / "events.jsonl")
    blows = kill_often(war.at(sandbox), words, kills=TALENT_KILLS, seconds=seconds, folder=tmp_path)
    print(blows)  # noqa: T201 - the seed, and where the blows landed
    run_to_end(war.at(sandbox), words, tmp_path / "last.jsonl")
    filled = [f"{place}.{name}" for place in ("marts", "snapshot") for name in ("repositories", "topics", "developers")]
    expected = read_tables(peace.home, peace_url)
    assert_same_tables(
        read_tables(war.home, war_url), expected, filled=[*filled, "raw.github_accounts", "raw.github_ownership"]
    )


def test_a_companies_run_killed_leaves_what_an_undisturbed_one_leaves(
    twins: tuple[tuple[Program, str | None], ...],
    make_market: Callable[..., Running],
    registry: Registry,
    tmp_path: Path,
) -> None:
    (peace, peace_url), (war, war_url) = twins
    words = ("companies", *BY_SOURCE)
    market = make_market(latency_ms=40)
    _, seconds = run_to_end(aimed(peace, market, registry), words, tmp_path / "events.jsonl")
    blows = kill_often(aimed(war, market, registry), words, kills=COMPANIES_KILLS, seconds=seconds, folder=tmp_path)
    print(blows)  # noqa: T201 - the seed, and where the blows landed
    run_to_end(aimed(war, market, registry), words, tmp_path / "last.jsonl")
    filled = [f"{place}.{name}" for place in ("marts", "snapshot") for name in ("companies", "company_facts")]
    expected = read_tables(peace.home, peace_url)
    assert_same_tables(
        read_tables(war.home, war_url), expected, filled=[*filled, "raw.company_observations", "raw.company_posts"]
    )
