"""Reasons: sentences with the right number, singular and plural, and unknown said as unknown."""

from __future__ import annotations

import pytest

from talentscope.scoring import reasons


def relevance(known: int, met: tuple[str, ...] = ("minecraft",), asked: int = 1, **counts: int) -> str:
    return reasons.say_relevance(
        counts=counts, known_count=known, met=met, asked_count=asked, is_language_only="language" in counts
    )


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        (relevance(7, topic=3), "3 of 7 known repositories carry minecraft"),
        (relevance(7, topic=1), "1 of 7 known repositories carries minecraft"),
        (relevance(1, topic=1), "their only known repository carries minecraft"),
        (
            relevance(9, topic=2, related=1, keyword=1),
            "4 of 9 known repositories match minecraft: 2 by topic, 1 by related topic and 1 by keyword",
        ),
        (relevance(9, language=4, met=("Rust",)), "4 of 9 known repositories are in Rust"),
        (
            relevance(2_000, topic=1_500, met=("minecraft", "rust"), asked=3),
            "1,500 of 2,000 known repositories carry minecraft or rust; 2 of 3 asked-for terms met",
        ),
    ],
)
def test_relevance_counts_repositories(sentence: str, expected: str) -> None:
    assert sentence == expected


@pytest.mark.parametrize(
    ("part", "whole", "expected"),
    [(92, 100, "92 %"), (999, 1000, "99 %"), (1, 1000, "1 %"), (0, 5, "0 %"), (5, 5, "100 %"), (2, 3, "67 %")],
)
def test_only_all_is_a_hundred_percent_and_only_none_is_zero(part: int, whole: int, expected: str) -> None:
    assert reasons.percent(part, whole) == expected


def test_unknown_is_said_as_unknown() -> None:
    sentences = [
        reasons.say_authorship(commits_owner=None, commits_total=None, proven=0, matched=2),
        reasons.say_recency(full_name=None, days=None),
        reasons.say_reach(is_profile_known=False, email=False, website=False, twitter=False),
        reasons.say_attention(None),
    ]
    assert all("not known" in sentence for sentence in sentences)


def test_a_size_that_is_not_known_is_not_zero() -> None:
    sentence = reasons.say_substance(full_name="a/b", size_kb=None, commits_total=1, active_days=1)
    assert sentence == "a/b holds an unknown size, 1 commit over 1 day"


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ((), ""),
        (("a",), "a"),
        (("a", "b"), "a or b"),
        (("a", "b", "c"), "a, b or c"),
        (tuple("abcdef"), "a, b, c, d or 2 more"),
    ],
)
def test_words_are_joined_as_people_do(words: tuple[str, ...], expected: str) -> None:
    assert reasons.join_words(words, "or") == expected


@pytest.mark.parametrize(
    ("number", "expected"), [(0, "0 stars"), (1, "1 star"), (2, "2 stars"), (12_345, "12,345 stars")]
)
def test_one_is_singular(number: int, expected: str) -> None:
    assert reasons.count(number, "star") == expected


def test_no_way_to_write_is_said_with_its_number() -> None:
    sentence = reasons.say_reach(is_profile_known=True, email=False, website=False, twitter=False)
    assert sentence == "publishes 0 of 3 ways to write"
