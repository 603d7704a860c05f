"""The search texts that a brief's primitives become. They are keys of watermarks: the same wishes, the same texts."""

from __future__ import annotations

import pytest

from talentscope.runtime.errors import UsageError
from talentscope.sources.github.search import MAX_QUERY, build_queries


def test_each_topic_is_asked_in_each_language() -> None:
    assert build_queries(topics=["minecraft", "fabric"], languages=["Java", "Kotlin"]) == [
        "topic:minecraft language:java is:public",
        "topic:minecraft language:kotlin is:public",
        "topic:fabric language:java is:public",
        "topic:fabric language:kotlin is:public",
    ]


def test_a_keyword_is_looked_for_in_name_and_description() -> None:
    assert build_queries(topics=[], keywords=["mod loader"]) == ['"mod loader" in:name,description is:public']


def test_topics_and_keywords_each_find_their_own() -> None:
    assert len(build_queries(topics=["minecraft"], keywords=["voxel"], languages=["C++"])) == 2


def test_a_language_alone_is_a_query() -> None:
    assert build_queries(topics=[], languages=["Jupyter Notebook"]) == ['language:"jupyter notebook" is:public']


@pytest.mark.parametrize(
    ("band", "text"),
    [
        ((3, 500), "stars:3..500"),
        ((3, None), "stars:>=3"),
        ((None, 500), "stars:<=500"),
        ((0, 500), "stars:0..500"),
        ((0, 0), "stars:0..0"),
        ((None, 0), "stars:<=0"),
        ((5, 5), "stars:5..5"),
    ],
)
def test_a_band_becomes_its_shortest_qualifier(band: tuple[int | None, int | None], text: str) -> None:
    assert build_queries(topics=["rust"], stars=band) == [f"topic:rust {text} is:public"]


@pytest.mark.parametrize("band", [(None, None), (0, None)])
def test_a_band_that_leaves_nobody_out_is_not_asked(band: tuple[int | None, int | None]) -> None:
    assert build_queries(topics=["rust"], stars=band) == ["topic:rust is:public"]


def test_size_and_number_of_topics_are_asked_too() -> None:
    assert build_queries(topics=["rust"], size_kb=(100, None), max_topics=15) == [
        "topic:rust size:>=100 topics:<=15 is:public"
    ]


def test_the_same_wish_twice_is_one_query_whatever_its_case() -> None:
    assert build_queries(topics=["Rust", " rust "], languages=["Go", "go"]) == ["topic:rust language:go is:public"]


def test_all_of_github_cannot_be_asked_for() -> None:
    with pytest.raises(UsageError, match="at least one"):
        build_queries(topics=[], stars=(3, None))


@pytest.mark.parametrize("topic", ["x user:somebody", "c++", "", "-x", 'a"b', "a" * 51, "topic:x"])
def test_a_topic_cannot_smuggle_qualifiers(topic: str) -> None:
    with pytest.raises(UsageError, match="topic"):
        build_queries(topics=[topic])


@pytest.mark.parametrize("keyword", ['x" user:y "', "x\\", "x\ny\x00"])
def test_a_keyword_stays_inside_its_quotes(keyword: str) -> None:
    [text] = build_queries(topics=[], keywords=[keyword])

    assert text.count('"') == 2
    assert text.isprintable()
    assert "\\" not in text
    assert text.startswith('"')
    assert text.rindex('"') < text.index(" in:name")


def test_a_keyword_of_nothing_is_refused() -> None:
    with pytest.raises(UsageError, match="keyword"):
        build_queries(topics=[], keywords=['""'])


def test_a_text_longer_than_github_takes_is_refused_with_a_way_out() -> None:
    with pytest.raises(UsageError) as refused:
        build_queries(topics=[], keywords=["word " * 60])

    assert str(MAX_QUERY) in refused.value.message
    assert refused.value.way_out
