"""Records become rows: one a key, the newest; nothing of a suppressed account."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from talentscope.pipelines.talent.rows import Gathered, to_tables
from talentscope.sources.github.client import Batch
from talentscope.sources.github.records import Account, Coverage, Ownership, Repository
from talentscope.warehouse import tables

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)

REPOSITORY = Repository(
    node_id="R_1", github_id=1, full_name="mossy/lantern", name="lantern", owner_github_id=7, owner_node_id="U_7",
    owner_login="mossy", owner_type="User", description=None, homepage=None, language="Java", license=None,
    topics=("minecraft", "fabric", "minecraft"), stars=3, forks=0, size_kb=120, is_fork=False, is_archived=False,
    is_template=None, created_at=NOW, pushed_at=NOW, updated_at=NOW, observed_at=NOW, source="rest_search",
)  # fmt: skip
ACCOUNT = Account(
    github_id=7, node_id="U_7", login="mossy", type="User", name=None, company=None, location=None, bio=None,
    email=None, website=None, twitter=None, followers=None, following=None, public_repositories=None, created_at=None,
    updated_at=None, observed_at=NOW, source="graphql",
)  # fmt: skip
OWNERSHIP = Ownership("R_1", 7, 10, 9, 2, NOW, "graphql")
COVERAGE = Coverage("topic:minecraft", NOW, 10, 5, 5, 1, 0, 0, "draining", NOW, True, NOW)


def batch(**fields: object) -> Batch:
    empty = dict.fromkeys(["repositories", "accounts", "ownership", "tombstones", "rejects", "unknown_fields"], ())
    return Batch(**{**empty, "coverage": None, **fields})  # type: ignore[arg-type]


def nobody(github_id: int | None, login: str | None) -> bool:
    return False


def gathered(*batches: Batch, suppressed: int | None = None) -> Gathered:
    result = Gathered()
    for item in batches:
        result.add(item, is_suppressed=lambda github_id, login: github_id == suppressed)
    return result


def test_a_table_has_the_columns_of_its_contract_and_unknown_stays_null() -> None:
    made = to_tables(gathered(batch(repositories=(REPOSITORY,), accounts=(ACCOUNT,))), run_id="r1")
    assert made[tables.REPOSITORIES].schema.equals(tables.REPOSITORIES.schema)
    (row,) = made[tables.ACCOUNTS].to_pylist()
    assert row["followers"] is None
    assert row["run_id"] == "r1"


def test_topics_become_rows_once_each_in_their_order() -> None:
    made = to_tables(gathered(batch(repositories=(REPOSITORY,))), run_id="r1")
    rows = made[tables.REPOSITORY_TOPICS].to_pylist()
    assert [(row["topic"], row["position"]) for row in rows] == [("minecraft", 0), ("fabric", 1)]
    assert made[tables.REPOSITORIES].to_pylist()[0]["topic_count"] == 3


def test_a_repository_met_twice_is_stored_once_as_it_was_last() -> None:
    later = replace(REPOSITORY, stars=4, observed_at=NOW + timedelta(seconds=1))
    made = to_tables(gathered(batch(repositories=(REPOSITORY,)), batch(repositories=(later,))), run_id="r1")
    assert [row["stars"] for row in made[tables.REPOSITORIES].to_pylist()] == [4]


def test_nothing_of_a_suppressed_account_becomes_a_row() -> None:
    everything = batch(repositories=(REPOSITORY,), accounts=(ACCOUNT,), ownership=(OWNERSHIP,))
    assert to_tables(gathered(everything, suppressed=7), run_id="r1") == {}
    assert len(to_tables(gathered(everything), run_id="r1")) == 4


def test_only_the_newest_coverage_of_a_query_is_stored() -> None:
    newer = replace(COVERAGE, read=10, missing=0, state="drained")
    made = to_tables(gathered(batch(coverage=COVERAGE), batch(coverage=newer)), run_id="r1")
    assert [row["state"] for row in made[tables.COVERAGE].to_pylist()] == ["drained"]


def test_coverage_alone_is_worth_storing() -> None:
    assert not gathered(batch(coverage=COVERAGE)).is_empty()
    assert gathered(batch()).is_empty()
