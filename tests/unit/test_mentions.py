"""Sums weigh by author, samples show what the sentiment is of, and nobody's name is kept."""

from __future__ import annotations

import random
from dataclasses import asdict, fields
from datetime import UTC, date, datetime

import pytest

from talentscope.registry.observation import Post
from talentscope.registry.passages import passages
from talentscope.scoring.mentions import (
    LONGEST_SAMPLE,
    MOST_SAMPLES,
    Mentions,
    Sample,
    ScoredPost,
    choose_samples,
    clean_text,
    summarise,
)
from talentscope.warehouse.company_tables import COMPANY_MENTIONS, COMPANY_POSTS

DAY = date(2026, 11, 20)
AT = datetime(2026, 11, 20, 12, tzinfo=UTC)


def post(
    number: int, score: float | None, *, author: str = "", text: str = "Acme", company: str = "acme"
) -> ScoredPost:
    url = f"https://posts.test/{number}"
    return ScoredPost(Post(company, "hackernews", str(number), url, text, author or f"a{number}", AT), score)


def test_an_author_counts_once_a_day_with_the_mean_of_their_posts() -> None:
    zealot = [post(n, 1.0, author="zealot") for n in range(30)]
    found = summarise(
        "acme", "hackernews", DAY, [*zealot, post(50, -0.5), post(51, 0.1), post(52, 0.0, author="zealot")]
    )
    mean = 30 / 31
    assert (found.posts, found.authors, found.scored) == (33, 3, 3)
    assert found.score_sum == pytest.approx(mean - 0.5 + 0.1)
    assert found.score_square_sum == pytest.approx(mean**2 + 0.25 + 0.01)
    assert (found.positive, found.negative) == (1, 1)


def test_posts_in_other_languages_are_counted_and_not_scored() -> None:
    found = summarise("acme", "hackernews", DAY, [post(1, None), post(2, None, author="a3"), post(3, 0.4)])
    assert (found.posts, found.authors, found.scored, found.score_sum) == (3, 2, 1, 0.4)


def test_nobody_wrote_is_a_row_of_zeros() -> None:
    assert summarise("acme", "hackernews", DAY, []) == Mentions("acme", "hackernews", DAY)


def test_a_post_that_comes_twice_counts_once() -> None:
    assert summarise("acme", "hackernews", DAY, [post(1, 0.5), post(1, 0.5)]).posts == 1


def test_posts_about_somebody_else_are_a_fault_of_ours() -> None:
    with pytest.raises(ValueError, match="globex"):
        summarise("acme", "hackernews", DAY, [post(1, 0.5), post(2, 0.5, company="globex")])


def test_rows_are_those_of_the_raw_tables_and_know_no_author() -> None:
    bookkeeping = {"run_id", "observed_at"}
    assert {each.name for each in fields(Mentions)} == set(COMPANY_MENTIONS.schema.names) - bookkeeping
    assert {each.name for each in fields(Sample)} == set(COMPANY_POSTS.schema.names) - bookkeeping
    (sample,) = choose_samples("acme", "hackernews", [post(1, 0.5, author="invented-author")])
    assert "invented-author" not in str(asdict(sample))


def test_samples_are_the_ends_and_what_is_typical() -> None:
    scores = [-0.9, -0.8, -0.7, 0.0, 0.1, 0.15, 0.7, 0.8, 0.9]
    samples = choose_samples("acme", "hackernews", [post(n, score) for n, score in enumerate(scores)])
    assert [sample.score for sample in samples] == [0.9, 0.8, -0.9, -0.8, 0.1]


def test_one_voice_does_not_fill_the_card_and_five_are_enough() -> None:
    loud = [post(n, 0.9 - n / 100, author="loud") for n in range(9)]
    quiet = [post(n, 0.1) for n in range(20, 40)]
    samples = choose_samples("acme", "hackernews", [*loud, *quiet])
    assert [sample.score for sample in samples] == [0.9, 0.1, 0.1, 0.1, 0.1]
    assert len(samples) == MOST_SAMPLES


def test_neutral_days_have_typical_samples_only_and_unscored_posts_are_no_samples() -> None:
    samples = choose_samples("acme", "hackernews", [post(1, 0.0), post(2, 0.1), post(3, None)])
    assert [sample.post_id for sample in samples] == ["2", "1"]
    assert choose_samples("acme", "hackernews", [post(3, None)]) == []


def test_samples_do_not_depend_on_the_order_of_the_posts() -> None:
    posts = [post(n, (n % 7 - 3) / 4, author=f"a{n % 9}") for n in range(40)]
    expected = choose_samples("acme", "hackernews", posts)
    for seed in range(5):
        random.Random(seed).shuffle(posts)
        assert choose_samples("acme", "hackernews", posts) == expected


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("Thanks @invented.bsky.social and @other_one!", "Thanks @… and @…!"),
        ("as u/invented-user and /u/other said", "as @… and @… said"),
        ("write to somebody@example.org now", "write to @… now"),
        ("two\n\nlines\tand\x00\x07 \u202eturned\u202c \u200bthings", "two lines and turned things"),
        ("C++ @ home costs 3 € 👍", "C++ @ home costs 3 € 👍"),
    ],
)
def test_a_sample_names_nobody_and_carries_nothing_invisible(text: str, kept: str) -> None:
    assert clean_text(text) == kept


def test_a_sample_is_short() -> None:
    assert len(clean_text("word " * 200)) <= LONGEST_SAMPLE
    assert clean_text("word " * 200).endswith("word…")
    assert clean_text("x" * LONGEST_SAMPLE) == "x" * LONGEST_SAMPLE


def find(text: str) -> list[tuple[str, str]]:
    found = [(name.lower(), name) for name in ("Acme", "Globex") if name in text]
    return [*found, ("block", "Block")] if "Block" in text and "payments" in text else found


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Nothing here.", {}),
        ("I tried Acme. Awful.", {"acme": "I tried Acme. Awful."}),
        (
            "Acme is great. Really. Globex is not! I mean it.",
            {"acme": "Acme is great. Really.", "globex": "Globex is not! I mean it."},
        ),
        (
            "Acme and Globex merge. Why?",
            {"acme": "Acme and Globex merge. Why?", "globex": "Acme and Globex merge. Why?"},
        ),
        ("I like Block.\nTheir payments too.", {"block": "I like Block.\nTheir payments too."}),
        ("x " * 200 + ". Acme is fine. " + "y " * 200, {"acme": "Acme is fine. " + ("y " * 200).strip()}),
    ],
)
def test_a_company_gets_the_sentences_that_are_about_it(text: str, expected: dict[str, str]) -> None:
    assert passages(text, find) == expected


def test_an_ambiguous_name_whose_context_stands_elsewhere_gets_the_whole_text() -> None:
    text = "I like Block. " + "and so on " * 40 + ". It was about payments."
    assert passages(text, find) == {"block": text}
