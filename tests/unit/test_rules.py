"""Rules: once, frozen, and validated when they are made."""

from __future__ import annotations

from dataclasses import FrozenInstanceError

import pytest

from talentscope.runtime.words import fold
from talentscope.scoring.brief import Weights
from talentscope.scoring.rules import COMPONENTS, RULES, Bands, Evidence, Reach, Relevance, Substance
from talentscope.scoring.terms import has_words, normalise_topic


@pytest.mark.parametrize(
    ("floors", "values"),
    [
        ((1, 2), (0, 1)),
        ((0, 2, 2), (0, 0.5, 1)),
        ((0, 1), (0,)),
        ((0, 1), (0, 2)),
        ((0, 1, 2), (0, 1, 0.5)),
        ((0, 1, 2), (0, 0.5, 0.5)),
    ],
)
def test_bands_that_make_no_sense_are_refused(floors: tuple[int, ...], values: tuple[float, ...]) -> None:
    with pytest.raises(ValueError, match=r"band"):
        Bands(floors, values)


def test_a_number_falls_into_the_band_whose_floor_it_reaches() -> None:
    bands = Bands((0, 10, 20), (0.0, 0.5, 1.0))
    assert [bands.value(number) for number in (-1, 0, 9, 10, 19, 20, 1_000)] == [0, 0, 0, 0.5, 0.5, 1, 1]


def test_more_stars_never_count_less_and_more_followers_never_count_more() -> None:
    assert list(RULES.stars.values) == sorted(RULES.stars.values)
    assert list(RULES.followers.values) == sorted(RULES.followers.values, reverse=True)
    assert list(RULES.days_since_push.values) == sorted(RULES.days_since_push.values, reverse=True)


@pytest.mark.parametrize(
    "build",
    [
        lambda: Evidence(topic=2),
        lambda: Relevance(depth_share=0.9),
        lambda: Relevance(depth_half=0),
        lambda: Substance(full_commits=0),
        lambda: Reach(email=1),
    ],
)
def test_shares_that_do_not_add_up_are_refused(build: object) -> None:
    with pytest.raises(ValueError, match=r"share|zero"):
        build()  # type: ignore[operator]


def test_rules_cannot_be_changed() -> None:
    with pytest.raises(FrozenInstanceError):
        RULES.score_decimals = 2  # type: ignore[misc]


def test_a_brief_can_weigh_exactly_the_components_there_are() -> None:
    assert tuple(Weights.model_fields) == COMPONENTS


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("São Paulo, BR", " sao paulo br "),
        ("C++/C# dev", " c++ c# dev "),
        ("@Example-Corp, Inc.", " example corp inc "),
        ("ΟΔΟΣ", " οδοσ "),
        ("...", "  "),
        ("日本 Tokyo", " 日本 tokyo "),
    ],
)
def test_text_is_folded_to_its_words(text: str, folded: str) -> None:
    assert fold(text) == folded


@pytest.mark.parametrize(
    ("text", "phrase", "is_in"),
    [
        ("written in C", "C", True),
        ("written in C++", "C", False),
        ("javascript", "java", False),
        ("New Mexico", "Mexico", True),
        ("node-js server", "Node.js", True),
        (None, "java", False),
        ("anything", "...", False),
    ],
)
def test_words_are_found_whole(text: str | None, phrase: str, is_in: bool) -> None:
    assert has_words(text, phrase) is is_in


def test_topics_are_lower_case_with_hyphens() -> None:
    assert normalise_topic("  Machine Learning ") == "machine-learning"
