"""Leads and explanations over a snapshot: who is shown, who is not, and what is said."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import duckdb
import pytest
from tests.world import AS_OF, REGISTRY, Dev, Repo, World, build_snapshot, one

from talentscope.runtime.errors import BriefError, WarehouseError
from talentscope.scoring.brief import Brief, build_brief
from talentscope.scoring.lead import Exclusion, Lead
from talentscope.scoring.leads import explain_lead, find_leads
from talentscope.scoring.topics import TopicFact, TopicFacts, TopicSource, describe_topic

FACTS = TopicFacts(
    [TopicFact(topic="minecraft", display_name="Minecraft", aliases=("mc",), related=("fabric",))],
    TopicSource(source="invented", licence="none", date="2026-11-21"),
)


def brief(**values: Any) -> Brief:
    return build_brief({"name": "test", "topics": ["minecraft"], **values}, source="test")


def nobody(_github_id: int, _login: str) -> bool:
    return False


def leads(
    world: World,
    asked: Brief | None = None,
    *,
    limit: int | None = None,
    is_suppressed: Callable[[int, str], bool] = nobody,
) -> list[Lead]:
    with build_snapshot(world) as connection:
        return find_leads(
            connection,
            asked or brief(),
            as_of=AS_OF,
            limit=limit,
            is_suppressed=is_suppressed,
            facts=FACTS,
            registry=REGISTRY,
        )


def explain(
    world: World, login: str, asked: Brief | None = None, *, is_suppressed: Callable[[int, str], bool] = nobody
) -> Lead | Exclusion:
    with build_snapshot(world) as connection:
        return explain_lead(
            connection,
            asked or brief(),
            login,
            as_of=AS_OF,
            is_suppressed=is_suppressed,
            facts=FACTS,
            registry=REGISTRY,
        )


def why_not(world: World, asked: Brief | None = None, **options: Any) -> Exclusion:
    assert leads(world, asked, **options) == []
    answer = explain(world, world.developers[0].name, asked, **options)
    assert isinstance(answer, Exclusion)
    return answer


def crowd(size: int) -> World:
    """Developers 1..size, the first the strongest."""
    developers = tuple(Dev(github_id) for github_id in range(1, size + 1))
    repositories = tuple(
        Repo(github_id, github_id, commits_total=10_000, commits_owner=10_000 - github_id)
        for github_id in range(1, size + 1)
    )
    return World(developers, repositories)


def test_a_limit_cuts_the_list_after_ranking() -> None:
    found = leads(crowd(30), limit=3)
    assert [(lead.rank, lead.github_id) for lead in found] == [(1, 1), (2, 2), (3, 3)]


def test_suppressed_accounts_leave_no_gap_however_many_they_are() -> None:
    found = leads(crowd(300), limit=3, is_suppressed=lambda github_id, _login: github_id <= 250)
    assert [(lead.rank, lead.github_id) for lead in found] == [(1, 251), (2, 252), (3, 253)]


def test_a_list_that_suppression_leaves_short_is_short() -> None:
    assert len(leads(crowd(30), limit=25, is_suppressed=lambda github_id, _login: github_id > 5)) == 5


def test_equal_scores_are_ranked_by_account_number() -> None:
    world = World((Dev(9), Dev(3)), (Repo(1, 9), Repo(2, 3)))
    assert [lead.github_id for lead in leads(world)] == [3, 9]


def test_of_equal_scores_the_one_with_less_unknown_is_first() -> None:
    attention_only = brief(weights={**dict.fromkeys(("relevance", "authorship", "substance"), 0), "reach": 0})
    unknown = Dev(1, is_profile_known=False)
    found = leads(World((unknown, Dev(2)), (Repo(1, 1, stars=5_000), Repo(2, 2, stars=5_000))), attention_only)
    assert [(lead.github_id, lead.score, lead.score_low) for lead in found] == [
        (2, 100.0, 100.0),
        (1, 100.0, pytest.approx(66.666667)),
    ]


def test_without_anything_known_there_is_no_score_and_the_last_place() -> None:
    zeros = dict.fromkeys(("relevance", "authorship", "substance", "validation", "recency", "reach"), 0)
    found = leads(
        World((Dev(1, is_profile_known=False), Dev(2, followers=9_000)), (Repo(1, 1), Repo(2, 2))),
        brief(weights={**zeros, "attention": 1}),
    )
    assert [(lead.github_id, lead.score, lead.score_low, lead.score_high) for lead in found] == [
        (2, 0.0, 0.0, 0.0),
        (1, None, 0.0, 100.0),
    ]


def test_filters_on_an_unread_profile_keep_nobody_out_and_say_so() -> None:
    asked = brief(developer={"followers": {"max": 5}, "contact": "email"})
    (lead,) = leads(one(Dev(1, is_profile_known=False), Repo(1, 1)), asked)
    sentences = [str(reason) for reason in lead.reasons]
    assert any(sentence.startswith("followers are not known yet") for sentence in sentences)
    assert any(sentence.startswith("ways to write are not known yet") for sentence in sentences)


def test_an_archived_repository_is_evidence() -> None:
    assert leads(one(Dev(1), Repo(1, 1, is_archived=True)))[0].repositories[0].is_archived


def test_a_fork_is_no_evidence() -> None:
    assert why_not(one(Dev(1), Repo(1, 1, is_fork=True))).rule == "no_match"


@pytest.mark.parametrize(
    "rule",
    [
        "gone",
        "organisation",
        "bot_type",
        "bot_name",
        "mass_commits",
        "mass_repositories",
        "forks_only",
        "archived_only",
    ],
)
def test_the_rule_on_record_keeps_an_account_out_and_is_told(rule: str) -> None:
    answer = why_not(one(Dev(1, excluded_rule=rule, excluded_reason="all 3 known repositories are forks"), Repo(1, 1)))
    assert (answer.rule, answer.sentence) == (rule, "all 3 known repositories are forks")


@pytest.mark.parametrize(
    ("world", "filters", "rule", "sentence"),
    [
        (
            one(Dev(1, followers=612), Repo(1, 1)),
            {"developer": {"followers": {"max": 500}}},
            "followers",
            "612 followers, asked for at most 500",
        ),
        (
            one(Dev(1, email=None), Repo(1, 1)),
            {"developer": {"contact": "any"}},
            "contact",
            "the profile publishes no e-mail address, website or handle",
        ),
        (
            one(Dev(1, email=None, website="x"), Repo(1, 1)),
            {"developer": {"contact": "email"}},
            "contact",
            "the profile publishes no e-mail address",
        ),
        (
            one(Dev(1, location="New Mexico"), Repo(1, 1)),
            {"developer": {"places": ["Berlin", "Mexico City"]}},
            "places",
            "the location is 'New Mexico', asked for Berlin or Mexico City",
        ),
        (
            one(Dev(1), Repo(1, 1)),
            {"developer": {"places": ["Berlin"]}},
            "places",
            "no location is known, asked for Berlin",
        ),
        (
            one(Dev(1, company="@Example-Corp"), Repo(1, 1)),
            {"developer": {"exclude_companies": ["example corp"]}},
            "exclude_companies",
            "the company is '@Example-Corp', and the brief leaves out example corp",
        ),
        (
            one(Dev(1, company="Exemplary", employer="example"), Repo(1, 1)),
            {"developer": {"exclude_companies": ["Exemplary Widgets"]}},
            "exclude_companies",
            "the company is 'Exemplary', which is Example Corp, and the brief leaves that out",
        ),
        (
            one(Dev(1, company="@other", employer="other"), Repo(1, 1)),
            {"developer": {"employers": ["EXM", "Third"]}},
            "employers",
            "the company is '@other', which is Other Systems, asked for Example Corp or Third",
        ),
        (
            one(Dev(1, company="Somewhere"), Repo(1, 1)),
            {"developer": {"employers": ["example"]}},
            "employers",
            "the company is 'Somewhere', asked for Example Corp",
        ),
        (
            one(Dev(1), Repo(1, 1)),
            {"developer": {"employers": ["example"]}},
            "employers",
            "no employer is known, asked for Example Corp",
        ),
        (
            one(Dev(1), Repo(1, 1, topics=("rust",))),
            {},
            "no_match",
            "none of 1 known repository matches minecraft",
        ),
        (
            one(Dev(1), Repo(1, 1, stars=2), Repo(2, 1, topics=())),
            {"repository": {"stars": {"min": 3, "max": 500}}},
            "repository_filter",
            "1 of 2 known repositories on minecraft, but none passes the brief's repository filters",
        ),
    ],
)
def test_the_filter_that_keeps_somebody_out_is_told_with_its_numbers(
    world: World, filters: dict[str, Any], rule: str, sentence: str
) -> None:
    answer = why_not(world, brief(**filters))
    assert (answer.rule, answer.sentence) == (rule, sentence)


def test_each_repository_that_failed_says_which_filter_and_by_how_much() -> None:
    asked = brief(
        languages=["Rust"],
        repository={"stars": {"min": 3}, "size_kb": {"min": 900}, "pushed_within_days": 30, "max_topics": 0},
    )
    answer = why_not(one(Dev(1), Repo(1, 1, stars=1, pushed_days_ago=31)), asked)
    assert answer.details == (
        "dev1/mod1: is in Java, asked for Rust; has 1 star, asked for at least 3;"
        " holds 500 KiB, asked for at least 900; carries 1 topic, asked for at most 0;"
        " was pushed 31 days ago, asked for within 30 days",
    )


def test_the_edges_of_bands_belong_to_them() -> None:
    asked = brief(
        repository={"stars": {"min": 10, "max": 10}, "size_kb": {"min": 500, "max": 500}, "pushed_within_days": 10},
        developer={"followers": {"min": 10, "max": 10}},
    )
    assert len(leads(one(Dev(1), Repo(1, 1)), asked)) == 1


def test_a_suppressed_account_is_neither_shown_nor_explained() -> None:
    answer = why_not(one(Dev(1), Repo(1, 1)), is_suppressed=lambda _id, _login: True)
    assert answer.rule == "suppressed"


def test_somebody_never_met_is_said_to_be_so() -> None:
    answer = explain(one(Dev(1), Repo(1, 1)), "stranger")
    assert isinstance(answer, Exclusion)
    assert answer.rule == "never_seen"


def test_logins_are_explained_whatever_their_case_with_the_rank_they_have_in_the_list() -> None:
    answer = explain(crowd(5), "DEV4", is_suppressed=lambda github_id, _login: github_id == 2)
    assert isinstance(answer, Lead)
    assert (answer.login, answer.rank) == ("dev4", 3)


def test_contributions_add_up_and_reasons_come_with_their_links() -> None:
    (lead,) = leads(one(Dev(1), Repo(1, 1)))
    plain = lead.to_dict()
    assert sum(part["contribution"] for part in plain["components"].values()) == pytest.approx(plain["score"], abs=1e-5)
    assert all("https://github.com/dev1" in reason for reason in plain["reasons"])
    assert set(plain) >= {
        "rank", "login", "github_id", "score", "score_low", "score_high", "components", "reasons", "repositories",
        "followers", "contacts", "company", "as_of",
    }  # fmt: skip


def test_hostile_text_is_data() -> None:
    nasty = "'; DROP TABLE developers; -- <script> \x1b[31m \u202e =1+1"
    world = one(Dev(1, company=nasty, location=nasty), Repo(1, 1, description=nasty, name="x"))
    asked = brief(keywords=["'; DROP TABLE"], developer={"places": ["DROP TABLE"]})
    (lead,) = leads(world, asked)
    assert lead.company == nasty
    assert "%3Cscript%3E" not in lead.url


def test_a_keyword_with_the_signs_of_a_regular_expression_is_only_text() -> None:
    world = one(Dev(1), Repo(1, 1, topics=(), description="written in C++ (modern)"))
    assert len(leads(world, brief(topics=[], keywords=["c++ (modern)"]))) == 1
    assert leads(world, brief(topics=[], keywords=["c"])) == []


def test_topics_seen_together_reach_the_cluster_only_past_every_threshold() -> None:
    pairs = (
        ("forge", "minecraft", 9, 0.4, 12.0),
        ("too-rare", "minecraft", 4, 0.9, 12.0),
        ("too-thin", "minecraft", 90, 0.2, 12.0),
        ("by-chance", "minecraft", 90, 0.9, 1.5),
    )
    with build_snapshot(World(pairs=pairs)) as connection:
        cluster = describe_topic(connection, "mc", related=True, facts=FACTS)
    assert [item.topic for item in cluster.related] == ["fabric", "forge"]
    assert cluster.related[1].reason == "40% of repositories with forge also carry minecraft (lift 12)"


def test_scoring_needs_no_right_to_write(tmp_path: Any) -> None:
    path = tmp_path / "snapshot.duckdb"
    with build_snapshot(one(Dev(1), Repo(1, 1))) as connection:
        connection.execute(f"ATTACH '{path}' AS copy")
        for table in ("repositories", "repository_topics", "developers", "topic_pairs"):
            connection.execute(f"CREATE TABLE copy.{table} AS FROM {table}")
    with duckdb.connect(str(path), read_only=True, config={"enable_external_access": "false"}) as reader:
        reader.execute("SET TimeZone = 'UTC'")
        assert find_leads(reader, brief(), as_of=AS_OF, limit=5, is_suppressed=nobody, facts=FACTS)


def test_a_lead_tells_the_company_that_the_stated_employer_is() -> None:
    (found,) = leads(one(Dev(1, company="@example", employer="example"), Repo(1, 1)))
    assert found.to_dict()["employer"] == {
        "company_id": "example",
        "name": "Example Corp",
        "confidence": "high",
        "evidence": "states @example",
    }
    (unknown,) = leads(one(Dev(1, company="@somebody"), Repo(1, 1)))
    assert unknown.to_dict()["employer"] is None
    (gone,) = leads(one(Dev(1, company="Gone Ltd", employer="gone"), Repo(1, 1)))
    assert gone.to_dict()["employer"]["name"] == "gone"  # no longer in the registry


def test_employers_keeps_only_theirs_and_excluding_keeps_the_unknown() -> None:
    developers = (
        Dev(1, company="Example Corp", employer="example"),
        Dev(2, company="@other", employer="other"),
        Dev(3, company="Somewhere"),
        Dev(4),
        Dev(5, is_profile_known=False),
    )
    world = World(developers, tuple(Repo(number, number) for number in range(1, 6)))

    def who(**developer: Any) -> set[int]:
        return {lead.github_id for lead in leads(world, brief(developer=developer))}

    assert who(employers=["example"]) == {1}
    assert who(employers=["Exemplary Widgets", "other"]) == {1, 2}
    assert who(exclude_companies=["EXEMPLARY widgets"]) == {2, 3, 4, 5}
    assert who(exclude_companies=["Other Labs"]) == {1, 2, 3, 4, 5}  # a part is not the whole
    assert who(employers=["example", "other"], exclude_companies=["Other Systems"]) == {1}


@pytest.mark.parametrize(
    ("employer", "way_out"),
    [
        ("Exampel Corp", "did you mean Example Corp (example)?"),
        ("Other Labs", "it belongs to Other Systems; for everybody there write other"),
        ("Qqqqqqqq", "`talentscope companies --registry` lists the companies"),
    ],
)
def test_an_employer_that_is_no_company_is_refused_with_a_way_out(employer: str, way_out: str) -> None:
    with pytest.raises(BriefError) as caught:
        leads(one(Dev(1), Repo(1, 1)), brief(developer={"employers": [employer]}))
    assert caught.value.message == (f"test: developer.employers: expected companies of the registry, came {employer!r}")
    assert caught.value.way_out == way_out


def test_a_snapshot_of_another_version_says_so() -> None:
    with build_snapshot(one(Dev(1), Repo(1, 1))) as connection:
        connection.execute("ALTER TABLE developers DROP COLUMN employer_company_id")
        with pytest.raises(WarehouseError, match="another version") as caught:
            find_leads(connection, brief(), as_of=AS_OF, limit=None, is_suppressed=nobody, registry=REGISTRY)
        with pytest.raises(WarehouseError, match="another version"):
            explain_lead(connection, brief(), "dev1", as_of=AS_OF, is_suppressed=nobody, registry=REGISTRY)
    assert "talentscope rebuild" in caught.value.way_out


def test_without_a_registry_the_shipped_one_is_asked() -> None:
    world = one(Dev(1, company="@google-deepmind", employer="alphabet"), Repo(1, 1))
    with build_snapshot(world) as connection:
        asked = brief(developer={"employers": ["Google"]})
        (found,) = find_leads(connection, asked, as_of=AS_OF, limit=None, is_suppressed=nobody)
    assert found.employer is not None
    assert found.employer.name == "Alphabet"
