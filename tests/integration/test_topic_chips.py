"""Topics of a brief as chips, topics struck out, and completions over a small snapshot."""

from __future__ import annotations

from typing import Any

import pytest
from tests.world import AS_OF, REGISTRY, Dev, Repo, World, build_snapshot

from talentscope.runtime.errors import BriefError
from talentscope.scoring.brief import Brief, build_brief
from talentscope.scoring.completion import Completion, complete_language, complete_place, complete_topic
from talentscope.scoring.leads import explain_lead, find_leads
from talentscope.scoring.topic_chips import describe_clusters
from talentscope.scoring.topics import TopicFact, TopicFacts, TopicSource, search_terms

FACTS = TopicFacts(
    [TopicFact(topic="minecraft", display_name="Minecraft", aliases=("mc",), related=("fabric", "java"))],
    TopicSource(source="invented", licence="none", date="2026-11-21"),
)
WORLD = World(
    (Dev(1, location="Berlin, Germany"), Dev(2, location="berlin"), Dev(3, location="São Paulo / Brasil")),
    (
        Repo(1, 1, topics=("minecraft",)),
        Repo(2, 2, topics=("mc", "fabric")),
        Repo(3, 3, topics=("fabric", "minecraft-forge"), language="Kotlin"),
        Repo(4, 3, topics=("mc",), is_fork=True),
    ),
    (("forge", "minecraft", 9, 0.4, 12.0),),
)


def brief(**values: Any) -> Brief:
    return build_brief({"name": "test", "topics": ["minecraft"], **values}, source="test")


def who(asked: Brief) -> list[int]:
    with build_snapshot(WORLD) as connection:
        found = find_leads(
            connection,
            asked,
            as_of=AS_OF,
            limit=None,
            is_suppressed=lambda _id, _login: False,
            facts=FACTS,
            registry=REGISTRY,
        )
    return sorted(lead.github_id for lead in found)


def test_a_topic_struck_out_does_not_match() -> None:
    assert who(brief()) == [1, 2]
    assert who(brief(without_topics=["mc"])) == [1]
    assert who(brief(related=True)) == [1, 2, 3]
    assert who(brief(related=True, without_topics=["fabric"])) == [1, 2]
    assert who(brief(related=True, without_topics=["MC", "fabric"])) == [1]


def test_who_only_matched_by_what_was_struck_out_is_told_so() -> None:
    with build_snapshot(WORLD) as connection:
        answer = explain_lead(
            connection,
            brief(without_topics=["mc"]),
            "dev2",
            as_of=AS_OF,
            is_suppressed=lambda _id, _login: False,
            facts=FACTS,
            registry=REGISTRY,
        )
    assert answer.to_dict()["rule"] == "no_match"


def test_a_topic_cannot_be_asked_for_and_struck_out() -> None:
    with pytest.raises(BriefError, match="minecraft in both"):
        brief(without_topics=["minecraft"])


def test_what_is_struck_out_is_not_searched_for_either() -> None:
    found = search_terms(build_brief({"name": "x", "topics": ["accessibility"]}, source="test"))
    assert "a11y" in found
    without = search_terms(
        build_brief({"name": "x", "topics": ["accessibility"], "without_topics": ["a11y"]}, source="test")
    )
    assert set(found) - set(without) == {"a11y"}


def test_chips_offer_related_topics_while_they_do_not_count() -> None:
    with build_snapshot(WORLD) as connection:
        (cluster,) = describe_clusters(connection, brief(without_topics=["mc", "fabric"]), FACTS)
        (used,) = describe_clusters(connection, brief(related=True, without_topics=["fabric"]), FACTS)
    assert (cluster.topic, cluster.display_name, cluster.repository_count) == ("minecraft", "Minecraft", 1)
    flags = [(item.topic, item.repository_count, item.is_struck, item.is_used) for item in cluster.offered]
    assert flags == [
        ("mc", 1, True, False),
        ("fabric", 2, True, False),
        ("java", 0, False, False),
        ("forge", 0, False, False),
    ]
    assert [(item.topic, item.is_used) for item in used.related] == [("fabric", False), ("java", True), ("forge", True)]
    assert used.related[2].reason.startswith("40% of repositories with forge")


def test_completions_come_by_frequency() -> None:
    with build_snapshot(WORLD) as connection:
        assert complete_topic(connection, "m") == (
            Completion("mc", 1),
            Completion("minecraft", 1),
            Completion("minecraft-forge", 1),
        )
        assert complete_topic(connection, "Forge") == (Completion("minecraft-forge", 1),)
        assert complete_topic(connection, "m", limit=1) == (Completion("mc", 1),)
        assert complete_language(connection, "k") == (Completion("Kotlin", 1),)
        assert complete_place(connection, "BER") == (Completion("Berlin", 2),)
        assert complete_place(connection, "sao p") == (Completion("São Paulo", 1),)
        assert complete_place(connection, "%' OR 1=1 --") == ()
