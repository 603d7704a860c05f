"""The page's way to the leads (pool, weights moved, slices, facets) against the naive twin over generated worlds."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from tests.integration.test_scoring_twin import FACTS, GENEROUS, LEFT_OUT, WITHOUT, briefs, is_same, refilled, worlds
from tests.integration.twin import MEANT, passes_filters, score_world
from tests.world import AS_OF, REGISTRY, World

from talentscope.scoring.brief import Brief
from talentscope.scoring.browse import Exclusion, Lead, Leads, View
from talentscope.scoring.query import resolve_clusters

NAMES = ("relevance", "authorship", "substance", "validation", "recency", "reach", "attention")
SITE = "https://github.com"


@st.composite
def weights(draw: st.DrawFn) -> dict[str, float]:
    drawn = {name: float(draw(st.sampled_from([0, 1, 2.5, 7]))) for name in NAMES}
    return drawn if any(drawn.values()) else {**drawn, "reach": 1.0}


def reweighed(brief: Brief, moved: dict[str, float]) -> Brief:
    return brief.model_copy(update={"weights": type(brief.weights)(**moved), "title": "moved"})


@GENEROUS
@given(world=worlds(), brief=briefs(), moved=weights(), hidden=st.frozensets(st.integers(1, 4), max_size=2))
def test_pages_after_the_weights_moved_are_the_twins_ranking(
    world: World, brief: Brief, moved: dict[str, float], hidden: frozenset[int]
) -> None:
    connection, leads = refilled(world), Leads(REGISTRY, FACTS)
    leads.page(connection, brief, View(), as_of=AS_OF, site=SITE)  # the pool is built with other weights
    asked = reweighed(brief, moved)
    clusters = resolve_clusters(connection, brief, FACTS)
    twins = [twin for twin in score_world(world, asked, clusters) if twin.github_id not in hidden]
    view = View(limit=1, without_ids=hidden)
    pages = [leads.page(connection, asked, replace(view, offset=n), as_of=AS_OF, site=SITE) for n in range(5)]
    glued = [lead for page in pages for lead in page.leads]
    assert [(lead.rank, lead.github_id) for lead in glued] == [(n, twin.github_id) for n, twin in enumerate(twins, 1)]
    assert {page.total for page in pages} == {len(twins)}
    for lead, twin in zip(glued, twins, strict=True):
        assert (lead.score, lead.score_low, lead.score_high) == pytest.approx(
            (twin.score, twin.low, twin.high), abs=1e-9
        )
        assert all(is_same(item.value, twin.values[item.name]) for item in lead.components)
    assert leads.ids(connection, asked, View(without_ids=hidden), as_of=AS_OF).to_pylist() == [
        twin.github_id for twin in twins
    ]
    for name in NAMES:
        known = sorted(value for twin in twins if (value := twin.values[name]) is not None)
        middle = (known[(len(known) - 1) // 2] + known[len(known) // 2]) / 2 if known else None
        assert is_same(pages[0].median[name], middle)


@GENEROUS
@given(world=worlds(), brief=briefs(), hidden=st.frozensets(st.integers(1, 4), max_size=2))
def test_one_has_its_rank_or_its_reason(world: World, brief: Brief, hidden: frozenset[int]) -> None:
    connection, leads = refilled(world), Leads(REGISTRY, FACTS)
    page = leads.page(connection, brief, View(without_ids=hidden), as_of=AS_OF, site=SITE)
    listed = {lead.github_id: lead for lead in page.leads}
    for developer in world.developers:
        number = developer.github_id
        answer = leads.one(connection, brief, number, as_of=AS_OF, site=SITE, without_ids=hidden)
        assert answer.login == developer.name
        if number in hidden:
            assert isinstance(answer, Exclusion)
            assert answer.rule == "suppressed"
        elif number in listed:
            assert answer == listed[number]
        else:
            assert isinstance(answer, Exclusion)
            assert answer.sentence


ORDERED = ["login", "followers", "stars", *NAMES]


@GENEROUS
@given(world=worlds(), brief=briefs(), order=st.sampled_from(ORDERED), is_descending=st.booleans())
def test_every_order_sorts_what_is_known_and_puts_the_unknown_last(
    world: World, brief: Brief, order: str, is_descending: bool
) -> None:
    connection, leads = refilled(world), Leads(REGISTRY, FACTS)
    ranks = {lead.github_id: lead.rank for lead in leads.page(connection, brief, View(), as_of=AS_OF, site=SITE).leads}
    view = View(order=order, is_descending=is_descending)
    found = leads.page(connection, brief, view, as_of=AS_OF, site=SITE).leads
    values = [value_of(lead, order) for lead in found]
    known = [value for value in values if value is not None]
    assert values == sorted(known, reverse=is_descending) + [None] * (len(values) - len(known))
    assert {lead.github_id: lead.rank for lead in found} == ranks
    equal = [
        (lead.rank, following.rank)
        for lead, following in pairwise(found)
        if value_of(lead, order) == value_of(following, order)
    ]
    assert all(rank < after for rank, after in equal)


def value_of(lead: Lead, order: str) -> Any:
    if order in NAMES:
        return next(item.value for item in lead.components if item.name == order)
    if order == "stars":
        return max(repository.stars for repository in lead.repositories)
    return getattr(lead, order)


def passing(world: World, brief: Brief, hidden: frozenset[int]) -> set[int]:
    clusters = resolve_clusters(refilled(world), brief, FACTS)
    return {twin.github_id for twin in score_world(world, brief, clusters)} - hidden


def with_developer(brief: Brief, **values: Any) -> Brief:
    return brief.model_copy(update={"developer": brief.developer.model_copy(update=values)})


@GENEROUS
@example(world=LEFT_OUT, brief=WITHOUT, hidden=frozenset())
@given(world=worlds(), brief=briefs(), hidden=st.frozensets(st.integers(1, 4), max_size=1))
def test_a_facet_counts_who_would_pass_with_that_value_and_all_other_filters(
    world: World, brief: Brief, hidden: frozenset[int]
) -> None:
    connection, leads = refilled(world), Leads(REGISTRY, FACTS)
    facets = leads.facets(connection, brief, View(without_ids=hidden), as_of=AS_OF)
    for item in facets["contact"]:
        assert item.count == len(passing(world, with_developer(brief, contact=item.value), hidden)), item
    for item in facets["place"]:
        assert item.count == len(passing(world, with_developer(brief, places=(item.value,)), hidden)), item
    employers = {value: name for name, value in MEANT.items()}
    for item in facets["employer"]:
        if item.value in employers:
            asked = with_developer(brief, employers=(employers[item.value],))
            assert item.count == len(passing(world, asked, hidden)), item
    for item in facets["language"]:
        asked = brief.model_copy(update={"languages": (item.value,)})
        assert item.count == len(passing(world, asked, hidden)), item
    for item in facets["topic"]:
        wanted = {"topics": (item.value,), "keywords": (), "related": False}
        alone = brief.model_copy(update=wanted)
        able = {
            repo.github_id for repo in world.repositories if item.value in repo.topics and passes_filters(repo, brief)
        }
        bare = World(world.developers, tuple(r for r in world.repositories if r.github_id in able), world.pairs)
        assert item.count == len(passing(bare, alone, hidden)), item
        refilled(world)
