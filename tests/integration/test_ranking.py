"""The machinery behind the ranking benchmark is right, and real people come through the pipeline as leads."""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path

import pytest
from benchmarks import ranking_people
from benchmarks.ranking import rank_by_stars, read_world
from benchmarks.ranking_measure import compare, half, ndcg
from benchmarks.ranking_truth import World, build_cases, find_topic, read_lists

from talentscope.scoring.brief import build_brief
from talentscope.scoring.leads import find_leads
from talentscope.warehouse.snapshot import Snapshot, open_snapshot


def test_the_best_order_scores_one_and_an_order_without_anybody_relevant_zero() -> None:
    gains = {"a": 3, "b": 1}
    assert ndcg(["a", "b", "x"], gains) == 1
    assert ndcg(["x", "y"], gains) == 0
    assert ndcg([], gains) == 0


def test_a_hit_counts_less_the_later_it_comes() -> None:
    assert ndcg(["x", "a"], {"a": 1}) == pytest.approx(1 / math.log2(3))
    assert ndcg(["x", "y", "a"], {"a": 1}) == pytest.approx(1 / 2)
    swapped = (1 + 3 / math.log2(3)) / (3 + 1 / math.log2(3))
    assert ndcg(["b", "a"], {"a": 3, "b": 1}) == pytest.approx(swapped)


def test_a_gain_is_at_most_three_and_nothing_counts_beyond_the_tenth_place() -> None:
    assert ndcg(["b", "a"], {"a": 40, "b": 3}) == 1
    assert ndcg([*"0123456789", "a"], {"a": 1}) == 0
    assert ndcg([str(n) for n in range(10)], {str(n): 1 for n in range(50)}) == pytest.approx(1)


def test_a_list_without_anybody_relevant_is_refused_rather_than_counted() -> None:
    with pytest.raises(ValueError, match="at least one relevant"):
        ndcg(["a"], {})


def test_wins_ties_losses_and_the_interval_are_those_of_the_differences() -> None:
    found = compare([1.0, 0.5, 0.0, 0.5], [0.5, 0.5, 0.5, 0.25])
    assert (found.wins, found.ties, found.losses) == (2, 1, 1)
    assert (found.ours, found.theirs) == (0.5, 0.4375)
    assert found.low <= found.ours - found.theirs <= found.high
    same = compare([0.4, 0.6], [0.3, 0.5])
    assert (same.low, same.high) == (pytest.approx(0.1), pytest.approx(0.1))


def test_a_list_is_a_case_when_its_name_is_a_carried_topic_and_enough_of_its_owners_are_here() -> None:
    world = World({"a/one": "a", "a/two": "a", "b/one": "b"}, {"flask", "artificial-intelligence"})
    lists = {"x/awesome-flask": {"a/one", "a/two", "b/one", "c/none"}, "x/awesome-cooking": {"a/one", "b/one"}}
    (case,) = build_cases(lists, world, least=2)
    assert (case.name, case.topic, dict(case.gains)) == ("x/awesome-flask", "flask", {"a": 2, "b": 1})
    assert build_cases(lists, world, least=3) == []
    assert find_topic("x/awesome-ai", world.topics) == "ai"


def test_the_halves_never_change() -> None:
    names = [f"owner/awesome-{number}" for number in range(200)]
    assert [half(name) for name in names[:6]] == [half(name) for name in names[:6]]
    assert 70 < sum(half(name) == "A" for name in names) < 130
    assert [half(name) for name in ("owner/awesome-a", "owner/awesome-b", "owner/awesome-c")] == ["B", "B", "A"]


@pytest.fixture(scope="module")
def folder() -> Path:
    try:
        return ranking_people.find_data()
    except FileNotFoundError as error:
        pytest.fail(str(error))


@pytest.fixture(scope="module")
def snapshot(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Snapshot]:
    home = tmp_path_factory.mktemp("real")
    ranking_people.publish(ranking_people.read_facts(folder), home)
    with open_snapshot(home) as opened:
        yield opened


def test_real_people_come_through_the_pipeline_as_leads(snapshot: Snapshot) -> None:
    brief = build_brief({"name": "ranking", "topics": ["flask"]}, source="test")
    leads = find_leads(
        snapshot.connection,
        brief,
        as_of=ranking_people.OBSERVED_AT.date(),
        limit=10,
        is_suppressed=lambda _id, _login: False,
    )
    assert [lead.rank for lead in leads] == list(range(1, 11))
    for lead in leads:
        assert lead.repositories
        assert all("flask" in repository.matched_topics for repository in lead.repositories)
        assert lead.score is not None
        assert 0 <= lead.score_low <= lead.score <= lead.score_high <= 100
    kinds = dict(
        snapshot.connection.execute("SELECT lower(login), type FROM developers WHERE excluded_rule IS NULL").fetchall()
    )
    assert {kinds[lead.login.lower()] for lead in leads} == {"User"}


def test_nothing_that_was_read_is_lost_on_the_way(folder: Path, snapshot: Snapshot) -> None:
    batch = ranking_people.read_facts(folder).batch
    counts = snapshot.connection.execute(
        "SELECT count(*), sum(stars), count(owner_commit_share), count(size_kb) FROM repositories"
    ).fetchone()
    shares = sum(bool(each.commits_total) for each in batch.ownership)
    assert counts == (len(batch.repositories), sum(each.stars for each in batch.repositories), shares, 0)
    known = snapshot.connection.execute("SELECT count(*) FROM developers WHERE is_profile_known").fetchone()
    assert known == (len(batch.accounts),)


def test_real_lists_have_answers_in_both_orders(folder: Path, snapshot: Snapshot) -> None:
    cases = build_cases(read_lists(folder), read_world(snapshot.connection))
    assert {"flask", "bash", "git"} <= {case.topic for case in cases}
    assert max(ndcg(rank_by_stars(snapshot.connection, case.topic), case.gains) for case in cases) > 0.3
