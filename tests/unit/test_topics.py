"""Topic clusters: aliases always and both ways, related apart from them, each with its reason."""

from __future__ import annotations

from pathlib import Path

import pytest

from talentscope.runtime.errors import TalentscopeError, UsageError
from talentscope.scoring.brief import build_brief
from talentscope.scoring.topics import (
    Expansion,
    Pair,
    TopicFact,
    TopicFacts,
    TopicSource,
    describe_topic,
    expand,
    load_facts,
    search_terms,
    shipped_facts,
)

SOURCE = TopicSource(source="invented", licence="none", date="2026-11-21")


def facts(*entries: TopicFact) -> TopicFacts:
    return TopicFacts(entries, SOURCE)


def fact(topic: str, *, aliases: tuple[str, ...] = (), related: tuple[str, ...] = ()) -> TopicFact:
    return TopicFact(topic=topic, display_name=topic.upper(), aliases=aliases, related=related)


AI = fact("artificial-intelligence", aliases=("ai", "machine-intelligence"), related=("machine-learning",))
ML = fact("machine-learning", aliases=("ml",), related=("deep-learning",))


@pytest.mark.parametrize("term", ["artificial-intelligence", "ai", "machine-intelligence", "Machine Intelligence"])
def test_aliases_work_from_every_member_of_the_cluster(term: str) -> None:
    found = expand(term, facts(AI, ML))
    assert set(found.synonyms) == {"artificial-intelligence", "ai", "machine-intelligence"}


def test_related_topics_go_one_step_and_are_no_synonyms() -> None:
    found = expand("ai", facts(AI, ML))
    assert [item.topic for item in found.related] == ["machine-learning"]
    assert "machine-learning" not in found.synonyms


def test_each_expansion_says_why() -> None:
    found = expand("artificial-intelligence", facts(AI))
    assert found.aliases[0] == Expansion(
        "ai", "alias", "github", "GitHub lists ai as an alias of artificial-intelligence"
    )


def test_an_unknown_topic_is_a_cluster_of_itself() -> None:
    assert expand("never-heard-of", facts(AI)).synonyms == ("never-heard-of",)


def test_an_alias_of_two_topics_finds_both() -> None:
    found = expand("ci", facts(fact("continuous-integration", aliases=("ci",)), fact("codeigniter", aliases=("ci",))))
    assert set(found.synonyms) == {"ci", "continuous-integration", "codeigniter"}


def test_topics_seen_together_are_related_and_never_synonyms() -> None:
    found = expand("minecraft", facts(), pairs=[Pair("fabric", "minecraft", 40, 0.31, 12.2)])
    assert found.aliases == ()
    assert found.related[0].reason == "31% of repositories with fabric also carry minecraft (lift 12)"


def test_pairs_that_lead_elsewhere_are_ignored() -> None:
    assert expand("minecraft", facts(), pairs=[Pair("fabric", "forge", 40, 0.31, 12.2)]).related == ()


def test_an_alias_that_is_seen_together_stays_an_alias() -> None:
    found = expand("ai", facts(AI), pairs=[Pair("machine-intelligence", "ai", 40, 0.9, 12.0)])
    assert [item.topic for item in found.related] == ["machine-learning"]


def test_describing_leaves_related_topics_out_unless_asked() -> None:
    assert describe_topic(None, "ai", related=False, facts=facts(AI)).related == ()
    assert describe_topic(None, "ai", related=True, facts=facts(AI)).related != ()


def test_what_cannot_be_a_topic_is_refused() -> None:
    with pytest.raises(UsageError, match=r"came 'C\+\+'"):
        expand("C++", facts())


def test_facts_that_are_missing_are_an_error(tmp_path: Path) -> None:
    with pytest.raises(TalentscopeError, match=r"topics\.source\.json"):
        load_facts(tmp_path)


def test_a_malformed_fact_is_named_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "topics.source.json").write_text(SOURCE.model_dump_json())
    (tmp_path / "topics.jsonl").write_text(AI.model_dump_json() + '\n{"topic": "x"}\n')
    with pytest.raises(TalentscopeError, match=r"topics\.jsonl:2"):
        load_facts(tmp_path)


def test_the_facts_we_ship_have_a_source_a_licence_and_a_date() -> None:
    source = shipped_facts().source
    assert source.source
    assert source.licence
    assert source.date.startswith("20")


def test_searching_asks_for_topics_with_aliases_and_related_only_on_request() -> None:
    narrow = search_terms(build_brief({"name": "mine", "topics": ["ai"]}, source="test"))
    wide = search_terms(build_brief({"name": "mine", "topics": ["ai"], "related": True}, source="test"))
    assert {"ai", "artificial-intelligence"} <= set(narrow)
    assert "machine-learning" not in narrow
    assert "machine-learning" in wide
    assert len(set(wide)) == len(wide)
