"""The scoring SQL against the naive twin over generated worlds: same people, same order, same numbers."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import duckdb
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from tests.integration.twin import score_world
from tests.world import AS_OF, REGISTRY, Dev, Repo, World, build_snapshot, fill_snapshot, one

from talentscope.scoring.brief import Brief, build_brief
from talentscope.scoring.lead import Exclusion, Lead
from talentscope.scoring.leads import explain_lead, find_leads
from talentscope.scoring.query import resolve_clusters
from talentscope.scoring.topics import TopicFact, TopicFacts, TopicSource

FACTS = TopicFacts(
    [
        TopicFact(topic="minecraft", display_name="Minecraft", aliases=("mc",), related=("fabric", "java")),
        TopicFact(topic="rust", display_name="Rust", aliases=("rust-lang", "rustlang"), related=("minecraft",)),
    ],
    TopicSource(source="invented", licence="none", date="2026-11-21"),
)
PAIRS = (("forge", "minecraft", 9, 0.4, 12.0), ("noise", "minecraft", 9, 0.4, 1.1), ("rare", "rust", 4, 0.9, 40.0))

TOPICS = ["minecraft", "mc", "fabric", "java", "rust", "rust-lang", "forge", "noise", "other"]
WORDS = ["mod", "Redstone", "red-stone engine", "ÉNGINE", "c++", "c", "motor_c#", "redstones", "", "日本 mod", "Straße"]
PLACES = [None, "Berlin, Germany", "São Paulo", "sao-paulo", "New Berliner", ""]
COMPANIES = [None, "@Example-Corp", "Example Corp, Inc.", "Corp of Example", "@other"]
KEYWORDS = ["redstone", "c++", "C", "red stone", "engine"]
MAYBE_TEXT = st.sampled_from([None, "x"])


def maybe(numbers: st.SearchStrategy[int]) -> st.SearchStrategy[int | None]:
    return st.one_of(st.none(), numbers)


def sparse(*edges: int) -> st.SearchStrategy[int]:
    """The edges of bands and their neighbours, and numbers between."""
    return st.one_of(
        st.sampled_from([n for edge in edges for n in (edge - 1, edge, edge + 1) if n >= 0]), st.integers(0, 20_000)
    )


@st.composite
def repos(draw: st.DrawFn, github_id: int) -> Repo:
    total = draw(maybe(sparse(0, 1, 1_000)))
    return Repo(
        github_id=github_id,
        owner=draw(st.integers(1, 4)),
        name=draw(st.sampled_from(["mod", "redstone_c++", "Red.Stone-Engine", "x"])),
        topics=tuple(draw(st.lists(st.sampled_from(TOPICS), unique=True, max_size=4))),
        description=draw(st.one_of(st.none(), st.lists(st.sampled_from(WORDS), max_size=3).map(" ".join))),
        language=draw(st.sampled_from([None, "Java", "Rust", "C++"])),
        stars=draw(sparse(1, 3, 10, 30, 100, 300, 1_000, 5_000)),
        size_kb=draw(sparse(0, 100, 20_000)),
        is_fork=draw(st.booleans()),
        is_archived=draw(st.booleans()),
        pushed_days_ago=draw(maybe(sparse(0, 31, 91, 181, 366, 731, 1_096).filter(lambda days: days < 5_000))),
        active_days=draw(maybe(sparse(0, 1_000))),
        commits_total=total,
        commits_owner=None if total is None else draw(maybe(st.integers(0, total))),
    )


@st.composite
def devs(draw: st.DrawFn, github_id: int) -> Dev:
    return Dev(
        github_id=github_id,
        company=draw(st.sampled_from(COMPANIES)),
        employer=draw(st.sampled_from([None, "example", "other", "gone"])),
        location=draw(st.sampled_from(PLACES)),
        email=draw(MAYBE_TEXT),
        website=draw(MAYBE_TEXT),
        twitter=draw(MAYBE_TEXT),
        followers=draw(maybe(sparse(50, 200, 500, 1_000, 5_000))),
        is_profile_known=draw(st.booleans()),
        excluded_rule=draw(st.sampled_from([None, None, None, "bot_name"])),
        excluded_reason="a rule",
    )


@st.composite
def worlds(draw: st.DrawFn) -> World:
    developers = tuple(draw(devs(github_id)) for github_id in range(1, 5))
    repositories = tuple(draw(repos(github_id)) for github_id in range(1, draw(st.integers(1, 9)) + 1))
    return World(developers, repositories, PAIRS)


def bands(low: int, high: int) -> st.SearchStrategy[dict[str, int]]:
    return st.sampled_from([{}, {"min": low}, {"max": high}, {"min": low, "max": high}])


@st.composite
def briefs(draw: st.DrawFn) -> Brief:
    names = ("relevance", "authorship", "substance", "validation", "recency", "reach", "attention")
    weights = {name: draw(st.sampled_from([0, 1, 2.5])) for name in names}
    values: dict[str, Any] = {
        "name": "generated",
        "topics": draw(st.lists(st.sampled_from(["minecraft", "rust-lang", "fabric"]), unique=True, max_size=3)),
        "keywords": draw(
            st.lists(st.sampled_from(["redstone", "c++", "C", "red stone", "engine"]), unique=True, max_size=2)
        ),
        "languages": draw(st.lists(st.sampled_from(["java", "Rust", "c++"]), unique=True, max_size=2)),
        "related": draw(st.booleans()),
        "repository": {"stars": draw(bands(3, 300)), "size_kb": draw(bands(100, 10_000))},
        "developer": {
            "followers": draw(bands(50, 1_000)),
            "contact": draw(st.sampled_from(["none", "none", "any", "email"])),
            "places": draw(st.sampled_from([[], [], ["berlin"], ["Sao Paulo", "Lagos"]])),
            "employers": draw(st.sampled_from([[], [], ["EXM"], ["other", "Third"]])),
            "exclude_companies": draw(st.sampled_from([[], [], ["example corp"], ["exemplary  widgets", "corp"]])),
        },
        "weights": weights if any(weights.values()) else {},
    }
    if draw(st.booleans()):
        values["repository"] |= {"pushed_within_days": 365, "max_topics": 2}
    if not (values["topics"] or values["keywords"] or values["languages"]):
        values["topics"] = ["minecraft"]
    return build_brief(values, source="generated")


def is_same(one: float | None, other: float | None) -> bool:
    if one is None or other is None:
        return one is other
    return abs(one - other) <= 1e-9


@lru_cache(maxsize=1)
def connection_of_all() -> duckdb.DuckDBPyConnection:
    return build_snapshot(World())


def refilled(world: World) -> duckdb.DuckDBPyConnection:
    fill_snapshot(connection_of_all(), world)
    return connection_of_all()


def nobody(_github_id: int, _login: str) -> bool:
    return False


GENEROUS = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)


LEFT_OUT = one(Dev(3, employer="example"), Repo(1, 3, name="Red.Stone-Engine"))
"""States no word that is left out, and yet works for who is."""

WITHOUT = build_brief(
    {"name": "without", "keywords": ["red stone"], "developer": {"exclude_companies": ["exemplary  widgets"]}},
    source="found",
)
"""A brief keeps one space between the words of a company, whatever was typed."""


@GENEROUS
@example(world=LEFT_OUT, brief=WITHOUT)
@given(world=worlds(), brief=briefs())
def test_the_sql_and_the_twin_agree_on_who_in_which_order_with_which_numbers(world: World, brief: Brief) -> None:
    connection = refilled(world)
    leads = find_leads(connection, brief, as_of=AS_OF, limit=None, is_suppressed=nobody, facts=FACTS, registry=REGISTRY)
    twins = score_world(world, brief, resolve_clusters(connection, brief, FACTS))
    assert [lead.github_id for lead in leads] == [twin.github_id for twin in twins]
    for lead, twin in zip(leads, twins, strict=True):
        assert (lead.score, lead.score_low, lead.score_high) == pytest.approx(
            (twin.score, twin.low, twin.high), abs=1e-9
        )
        for component in lead.components:
            assert is_same(component.value, twin.values[component.name]), component.name


@GENEROUS
@given(world=worlds(), brief=briefs())
def test_whoever_is_no_lead_is_told_why_and_every_lead_has_its_rank(world: World, brief: Brief) -> None:
    connection = refilled(world)
    leads = find_leads(connection, brief, as_of=AS_OF, limit=None, is_suppressed=nobody, facts=FACTS, registry=REGISTRY)
    ranks = {lead.github_id: lead.rank for lead in leads}
    for developer in world.developers:
        answer = explain_lead(
            connection, brief, developer.name, as_of=AS_OF, is_suppressed=nobody, facts=FACTS, registry=REGISTRY
        )
        if developer.github_id in ranks:
            assert isinstance(answer, Lead)
            assert answer.rank == ranks[developer.github_id]
        else:
            assert isinstance(answer, Exclusion)
            assert answer.sentence


@GENEROUS
@given(world=worlds(), brief=briefs())
def test_a_score_lies_between_its_ends_and_is_the_sum_of_its_contributions(world: World, brief: Brief) -> None:
    connection = refilled(world)
    leads = find_leads(connection, brief, as_of=AS_OF, limit=None, is_suppressed=nobody, facts=FACTS, registry=REGISTRY)
    for lead in leads:
        assert 0 <= lead.score_low <= lead.score_high <= 100
        assert all(item.value is None or 0 <= item.value <= 1 for item in lead.components)
        if lead.score is not None:
            assert lead.score_low <= lead.score <= lead.score_high
            assert sum(item.contribution or 0 for item in lead.components) == pytest.approx(lead.score, abs=1e-5)
