"""The address of a list of leads: the shortest comes back as it was; anything typed is valid or a clear error."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from talentscope.runtime.errors import BriefError, TalentscopeError, UsageError
from talentscope.scoring.brief import Brief, Weights, build_brief
from talentscope.web.queries import PARAMETERS, LeadsQuery, parse_query

BASE = build_brief(
    {
        "name": "modders",
        "topics": ["minecraft"],
        "without_topics": ["gamedev"],
        "languages": ["Java", "Kotlin"],
        "repository": {"stars": {"min": 3, "max": 500}, "pushed_within_days": 365},
        "developer": {"contact": "any", "followers": {"max": 500}},
    },
    source="test",
)


def find(name: str) -> Brief:
    if name not in {"", BASE.name}:
        raise BriefError(f"no brief {name[:20]!r}")
    return BASE


def parse(*pairs: tuple[str, str]) -> LeadsQuery:
    return parse_query(pairs, find_brief=find)


def test_an_address_without_anything_is_the_brief_as_saved() -> None:
    query = parse()
    assert query.brief == BASE
    assert not query.is_changed
    assert query.url() == "/leads?brief=modders"


def test_only_what_differs_from_the_brief_is_said() -> None:
    form = [
        ("topic", "minecraft"),
        ("topic", "Forge "),
        ("topic", ""),
        ("strike", "gamedev"),
        ("related", "0"),
        ("related", "1"),
        ("stars_min", "3"),
        ("stars_max", ""),
        ("contact", "any"),
        ("w_relevance", "3"),
        ("w_reach", "2.5"),
        ("sort", "score"),
        ("dir", "desc"),
        ("page", "1"),
    ]
    expected = "/leads?brief=modders&topic=minecraft&topic=forge&related=1&stars_max=&w_reach=2.5"
    assert parse(*form).url() == expected


def test_a_list_given_empty_is_empty_and_comes_back_empty() -> None:
    query = parse(("language", ""))
    assert query.brief.languages == ()
    assert query.url() == "/leads?brief=modders&language="
    assert parse(*query.pairs()) == query


def test_what_is_asked_for_is_not_struck_out_too() -> None:
    query = parse(("topic", "minecraft"), ("topic", "gamedev"))
    assert query.brief.topics == ("minecraft", "gamedev")
    assert query.brief.without_topics == ()
    assert parse(*query.pairs()) == query


def test_a_change_begins_at_the_first_page_and_a_page_keeps_the_rest() -> None:
    query = parse(("q", "ann"), ("sort", "stars"), ("page", "7"), ("open", "somebody"))
    assert query.view().offset == 300
    changed = query.without_value("language", "Java")
    assert (changed.page, changed.open_login, changed.text, changed.brief.languages) == (1, "", "ann", ("Kotlin",))
    assert query.with_view(page=8).text == "ann"
    assert query.with_view(order="login").page == 1
    assert query.with_view(open_login="other").page == 7
    assert query.with_value("stars_min", 10).brief.repository.stars.max == 500


def test_an_order_goes_the_way_people_want_it_first() -> None:
    assert not parse(("sort", "login")).is_descending
    assert parse(("sort", "stars")).is_descending
    assert parse(("sort", "stars"), ("dir", "asc")).url() == "/leads?brief=modders&sort=stars&dir=asc"
    assert parse(("dir", "asc")).url() == "/leads?brief=modders&sort=score&dir=asc"


@pytest.mark.parametrize(
    ("pairs", "kind", "told"),
    [
        ([("brief", "../../etc/passwd")], BriefError, "no brief"),
        ([("topic", ""), ("language", "")], BriefError, "expected one of topics, keywords, languages"),
        ([("topic", "c++")], BriefError, "topic: expected a GitHub topic"),
        (
            [("stars_min", "9"), ("stars_max", "3")],
            BriefError,
            "stars of a repository: expected min <= max, came min 9 and max 3",
        ),
        ([("stars_min", "-1")], UsageError, "stars of a repository, at least: expected a whole number, came '-1'"),
        ([("followers_max", "9" * 17)], UsageError, "expected a whole number"),
        ([("pushed", "0")], BriefError, "pushed within days: expected at least 1"),
        ([("w_reach", "nan")], BriefError, "weight of reach: expected a finite number"),
        ([("w_reach", "1e4")], BriefError, "weight of reach: expected at most 1000"),
        ([("related", "yes")], UsageError, "related topics: expected 0 or 1"),
        ([("contact", "phone")], BriefError, "contact: expected 'none', 'any' or 'email'"),
        ([("place", "x" * 101)], BriefError, "place: expected at most 100 characters"),
        ([("sort", "stras")], UsageError, "sort: expected one of"),
        ([("dir", "up")], UsageError, "dir: expected asc or desc"),
        ([("page", "0")], UsageError, "page: expected a whole number from 1"),
        ([("page", "9" * 11)], UsageError, "page: expected a whole number from 1"),
        ([("new", "true")], UsageError, "new: expected 0 or 1"),
        ([("lang", "Java")], UsageError, "unknown parameter 'lang'"),
        ([("q", "a")] * 2_000, UsageError, "expected at most 1,500 parameters"),
    ],
)
def test_what_cannot_be_is_one_clear_error(
    pairs: list[tuple[str, str]], kind: type[TalentscopeError], told: str
) -> None:
    with pytest.raises(kind) as caught:
        parse(*pairs)
    assert told in caught.value.message
    assert caught.value.way_out or "no brief" in told
    assert "modders:1" not in caught.value.message, "no line of a file that nobody opened"


def test_no_weight_at_all_is_an_error() -> None:
    with pytest.raises(BriefError, match="at least one weight above zero"):
        parse(*((f"w_{name}", "0") for name in Weights.model_fields))


TEXTS = st.one_of(st.text(max_size=30), st.sampled_from(["", "0", "1", "3", "500", "Java", "minecraft", "any", "asc"]))


@settings(deadline=None)
@given(st.lists(st.tuples(st.sampled_from(sorted(PARAMETERS)), TEXTS), max_size=12))
def test_anything_typed_is_valid_or_an_error_of_ours(pairs: list[tuple[str, str]]) -> None:
    try:
        query = parse(*pairs)
    except (BriefError, UsageError):
        return
    again = parse(*query.pairs())
    assert again == query
    assert again.url() == query.url()
    assert query.url().isascii()
