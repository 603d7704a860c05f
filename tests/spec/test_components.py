"""Each component by example: components.yaml, run through the real SQL. docs/scoring.md is made of the same file."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml
from tests.world import AS_OF, Dev, Repo, World, build_snapshot, fill_snapshot, one

from talentscope.scoring.brief import build_brief
from talentscope.scoring.docs import render_scoring
from talentscope.scoring.leads import find_leads
from talentscope.scoring.rules import COMPONENTS
from talentscope.scoring.topics import TopicFact, TopicFacts, TopicSource

SPEC = Path(__file__).with_name("components.yaml")
PAGE = Path(__file__).resolve().parents[2] / "docs" / "scoring.md"
FACTS = TopicFacts(
    [TopicFact(topic="minecraft", display_name="Minecraft", aliases=("mc",), related=("fabric",))],
    TopicSource(source="invented", licence="none", date="2026-11-21"),
)

CHAPTERS: list[dict[str, Any]] = yaml.safe_load(SPEC.read_text(encoding="utf-8"))
EXAMPLES = [
    pytest.param(chapter["component"], example, id=f"{chapter['component']}: {example['says']}")
    for chapter in CHAPTERS
    for example in chapter["examples"]
]


@lru_cache(maxsize=1)
def connection_of_all() -> duckdb.DuckDBPyConnection:
    return build_snapshot(World())


def build_world(example: dict[str, Any]) -> World:
    assert set(example) <= {"says", "value", "reason", "brief", "developer", "repositories", "others"}
    matching = [
        replace(Repo(number, 1), **{**fields, "topics": tuple(fields.get("topics", ("minecraft",)))})
        for number, fields in enumerate(example.get("repositories", [{}]), 1)
    ]
    others = [Repo(100 + number, 1, topics=(), language=None) for number in range(example.get("others", 0))]
    return one(Dev(1, login="somebody", **example.get("developer", {})), *matching, others=others)


@pytest.mark.parametrize(("component", "example"), EXAMPLES)
def test_the_example_holds(component: str, example: dict[str, Any]) -> None:
    fill_snapshot(connection_of_all(), build_world(example))
    brief = build_brief({"name": "spec", "topics": ["minecraft"], **example.get("brief", {})}, source="components.yaml")
    (lead,) = find_leads(
        connection_of_all(), brief, as_of=AS_OF, limit=None, is_suppressed=lambda _id, _login: False, facts=FACTS
    )
    found = {item.name: item for item in lead.components}[component]
    value = None if found.value is None else round(found.value, 4)
    assert (value, found.reason) == (example["value"], example["reason"])


def test_every_component_has_a_chapter_in_order() -> None:
    assert tuple(chapter["component"] for chapter in CHAPTERS) == COMPONENTS


def test_the_page_on_scoring_is_current() -> None:
    assert PAGE.read_text(encoding="utf-8") == render_scoring(SPEC), "run: make docs"
