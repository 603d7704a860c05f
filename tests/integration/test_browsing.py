"""The Leads page's questions over small worlds: what a view leaves in, what is kept, many threads, hostile words."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import duckdb
import pytest
from tests.world import AS_OF, REGISTRY, Dev, Repo, World, build_snapshot

from talentscope.runtime.errors import BriefError, UsageError, WarehouseError
from talentscope.scoring.brief import Brief, build_brief
from talentscope.scoring.browse import Exclusion, FacetValue, LeadPage, Leads, View
from talentscope.scoring.topics import TopicFact, TopicFacts, TopicSource

FACTS = TopicFacts(
    [TopicFact(topic="minecraft", display_name="Minecraft", aliases=("mc",), related=("fabric",))],
    TopicSource(source="invented", licence="none", date="2026-11-21"),
)
WORLD = World(
    (
        Dev(1, login="Ångström", location="Greater Berlin", email=None, website="x", employer="example"),
        Dev(2, login="berta", location="Berlin, Germany", company="Exemplary", employer="example"),
        Dev(3, login="carl", location="BERLIN", email=None),
        Dev(4, login="dora", location="Lagos; Berlin", employer="other", followers=9_000),
        Dev(5, login="emil", is_profile_known=False),
    ),
    (
        Repo(1, 1, stars=5_000),
        Repo(2, 2, stars=1_000, language="Kotlin"),
        Repo(3, 3, stars=100, topics=("mc",)),
        Repo(4, 4, stars=10, topics=("minecraft", "fabric")),
        Repo(5, 5, stars=1, language="java"),
        Repo(6, 2, stars=0, language=None),
    ),
)


@pytest.fixture
def snapshot() -> Any:
    with build_snapshot(WORLD) as connection:
        yield connection


def brief(**values: Any) -> Brief:
    return build_brief({"name": "test", "topics": ["minecraft"], **values}, source="test")


def page(connection: duckdb.DuckDBPyConnection, asked: Brief, view: View, leads: Leads | None = None) -> LeadPage:
    return (leads or Leads(REGISTRY, FACTS)).page(connection, asked, view, as_of=AS_OF, site="https://github.com")


def logins(found: LeadPage) -> list[tuple[int, str]]:
    return [(lead.rank, lead.login) for lead in found.leads]


BY_STARS = {"weights": {**dict.fromkeys(("relevance", "authorship", "substance", "recency", "reach"), 0)}}
BY_STARS["weights"] |= {"attention": 0, "validation": 1}


def test_text_and_ids_narrow_what_is_shown_and_leave_ranks_alone(snapshot: duckdb.DuckDBPyConnection) -> None:
    asked = brief(**BY_STARS)
    everybody = [(1, "Ångström"), (2, "berta"), (3, "carl"), (4, "dora"), (5, "emil")]
    assert logins(page(snapshot, asked, View())) == everybody
    found = page(snapshot, asked, View(text=" ANG "))
    assert (logins(found), found.total) == ([(1, "Ångström")], 1)
    assert logins(page(snapshot, asked, View(text="r"))) == [(1, "Ångström"), (2, "berta"), (3, "carl"), (4, "dora")]
    assert logins(page(snapshot, asked, View(only_ids=frozenset({4, 5, 99})))) == everybody[3:]
    assert logins(page(snapshot, asked, View(text="r", without_ids=frozenset({1, 3})))) == [(1, "berta"), (2, "dora")]
    assert page(snapshot, asked, View(text="r", offset=3, limit=1)).total == 4


def test_a_page_beyond_the_end_is_empty_and_still_counts(snapshot: duckdb.DuckDBPyConnection) -> None:
    found = page(snapshot, brief(), View(offset=50))
    assert (found.leads, found.total) == ((), 5)


@pytest.mark.parametrize("text", ["%", "_", "'; DROP TABLE developers; --", "\\", "[", "\x00", "a" * 100_000, "\n"])
def test_a_search_is_only_text(snapshot: duckdb.DuckDBPyConnection, text: str) -> None:
    assert page(snapshot, brief(), View(text=text)).total == (5 if not text.strip() else 0)


@pytest.mark.parametrize("view", [{"order": "score; --"}, {"offset": -1}, {"limit": -1}])
def test_a_view_that_cannot_be_is_refused(view: dict[str, Any]) -> None:
    with pytest.raises(UsageError):
        View(**view)


def test_facets_follow_the_other_filters_and_count_nobody_who_is_left_out(snapshot: duckdb.DuckDBPyConnection) -> None:
    leads = Leads(REGISTRY, FACTS)

    def count(view: View | None = None, **values: Any) -> dict[str, dict[str, int]]:
        facets = leads.facets(snapshot, brief(**values), view or View(), as_of=AS_OF)
        return {name: {item.value: item.count for item in found} for name, found in facets.items()}

    assert count() == {
        "topic": {"minecraft": 4, "mc": 1, "fabric": 1},
        "language": {"Java": 4, "Kotlin": 1},
        "contact": {"none": 5, "any": 4, "email": 3},
        "place": {"Berlin": 4, "Germany": 1, "Greater Berlin": 1, "Lagos": 1},
        "employer": {"example": 2, "other": 1},
    }
    narrowed = count(View(without_ids=frozenset({2})), developer={"contact": "any", "places": ["berlin"]})
    assert narrowed["employer"] == {"example": 1, "other": 1}
    assert narrowed["contact"] == {"none": 3, "any": 2, "email": 1}
    assert narrowed["place"] == {"berlin": 2, "Greater Berlin": 1, "Lagos": 1}
    assert count(languages=["Kotlin"])["language"] == {"Java": 4, "Kotlin": 1}
    assert count(languages=["Kotlin"])["employer"] == {"example": 1}
    assert count(View(text="berta"))["place"] == {"Berlin": 1, "Germany": 1}


def test_what_is_chosen_is_shown_even_at_none(snapshot: duckdb.DuckDBPyConnection) -> None:
    asked = brief(developer={"places": ["Zürich"], "employers": ["third"]}, languages=["Rust"])
    facets = Leads(REGISTRY, FACTS).facets(snapshot, asked, View(), as_of=AS_OF)
    assert facets["place"] == (FacetValue("Zürich", "Zürich", 0, is_chosen=True),)
    assert facets["employer"] == (FacetValue("third", "Third", 0, is_chosen=True),)
    assert FacetValue("Rust", "Rust", 0, is_chosen=True) in facets["language"]


def test_a_lead_by_id_an_excluded_one_and_nobody(snapshot: duckdb.DuckDBPyConnection) -> None:
    leads = Leads(REGISTRY, FACTS)

    asked = brief(developer={"followers": {"max": 500}}, **BY_STARS)

    def one(github_id: int, **options: Any) -> Any:
        return leads.one(snapshot, asked, github_id, as_of=AS_OF, **options)

    assert (one(3).login, one(3).rank, one(3, without_ids=frozenset({1})).rank) == ("carl", 3, 2)
    kept_out = one(4)
    assert isinstance(kept_out, Exclusion)
    assert (kept_out.rule, kept_out.login) == ("followers", "dora")
    assert (one(77).rule, one(77).github_id) == ("never_seen", 77)
    assert one(1, without_ids=frozenset({1})).rule == "suppressed"


def test_weights_and_filters_on_developers_do_not_read_the_repositories_again(
    snapshot: duckdb.DuckDBPyConnection,
) -> None:
    leads = Leads(REGISTRY, FACTS)
    page(snapshot, brief(), View(limit=0), leads)
    snapshot.execute("DELETE FROM repository_topics")  # who looks there again finds nobody
    assert page(snapshot, brief(**BY_STARS), View(), leads).total == 5
    assert page(snapshot, brief(developer={"contact": "email"}), View(), leads).total == 3
    assert page(snapshot, brief(repository={"stars": {"min": 100}}), View(), leads).total == 3
    assert page(snapshot, brief(keywords=["mod"], languages=["Java"]), View(limit=0), leads).total == 4
    assert Leads(REGISTRY, FACTS).page(snapshot, brief(), View(), as_of=AS_OF, site="").total == 0


def test_pools_that_do_not_fit_are_answered_all_the_same(snapshot: duckdb.DuckDBPyConnection) -> None:
    leads = Leads(REGISTRY, FACTS, limit_bytes=1)
    assert page(snapshot, brief(), View(), leads).total == 5
    assert page(snapshot, brief(), View(), leads).total == 5


def test_many_threads_get_what_one_gets(snapshot: duckdb.DuckDBPyConnection) -> None:
    leads = Leads(REGISTRY, FACTS, limit_bytes=20_000)
    asked = [brief(repository={"stars": {"min": least}}) for least in (0, 1, 10, 100, 1_000)]
    asked += [brief(languages=[language]) for language in ("Java", "Kotlin")]
    views = [View(), View(order="login"), View(without_ids=frozenset({1}))]
    questions = [(one, view) for one in asked for view in views]
    expected = [logins(page(snapshot, one, view)) for one, view in questions]

    def answer(place: int) -> bool:
        one, view = questions[place % len(questions)]
        with snapshot.cursor() as cursor:
            leads.facets(cursor, one, view, as_of=AS_OF)
            return logins(page(cursor, one, view, leads)) == expected[place % len(questions)]

    with ThreadPoolExecutor(8) as threads:
        assert all(threads.map(answer, range(84)))


def test_errors_are_told_as_everywhere(snapshot: duckdb.DuckDBPyConnection) -> None:
    with pytest.raises(BriefError, match="expected companies of the registry"):
        page(snapshot, brief(developer={"employers": ["Nobody Inc"]}), View())
    snapshot.execute("ALTER TABLE developers DROP COLUMN employer_company_id")
    with pytest.raises(WarehouseError, match="another version"):
        page(snapshot, brief(), View())


def test_a_page_is_the_slice_that_it_says(snapshot: duckdb.DuckDBPyConnection) -> None:
    leads = Leads(REGISTRY, FACTS)
    for order in ("score", "login", "recency"):
        view = View(order=order, is_descending=False)
        whole = logins(page(snapshot, brief(), view, leads))
        glued = [found for n in range(5) for found in logins(page(snapshot, brief(), replace(view, offset=n, limit=1)))]
        assert glued == whole
