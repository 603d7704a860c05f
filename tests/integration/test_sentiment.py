"""The figures of the sentiment benchmark are those of the model that is shipped: a part is worked out anew."""

from __future__ import annotations

import re

import pytest
from benchmarks.sentiment import measure
from benchmarks.sentiment_sets import ROOT, Labelled, accuracy, classify, find_folder, macro_f1, read_set, separation

SMALL = ("reddit-wallstreetbets", "tweets-surge-stock", "microblogs-fiqa", "headlines-semeval2017t5")


@pytest.fixture(scope="module")
def data() -> None:
    try:
        find_folder()
    except FileNotFoundError as error:
        pytest.skip(f"no labelled posts: {error}")


@pytest.mark.usefixtures("data")
@pytest.mark.parametrize("name", SMALL)
def test_a_row_of_the_readme_comes_out_again(name: str) -> None:
    row = str(measure(name, [item for item in read_set(name) if item.is_held_out]))
    assert row in (ROOT / "benchmarks" / "README.md").read_text().splitlines()


@pytest.mark.usefixtures("data")
def test_the_model_ranks_better_than_vader_on_sets_about_companies() -> None:
    rows = [measure(name, [item for item in read_set(name) if item.is_held_out]) for name in SMALL]
    assert all(row.ours.separation > row.vader.separation for row in rows)
    assert sum(row.ours.f1 for row in rows) > sum(row.vader.f1 for row in rows) > sum(row.majority.f1 for row in rows)


def test_the_shipped_file_is_small_and_says_who_made_it() -> None:
    path = ROOT / "src" / "talentscope" / "scoring" / "data" / "sentiment.json"
    assert path.stat().st_size < 1_000_000
    assert re.search(r'"made_by": "benchmarks/fit_sentiment\.py"', path.read_text())


def test_halves_are_fixed_and_do_not_see_punctuation() -> None:
    assert Labelled("Good, stuff!", 1).is_held_out == Labelled("good stuff", -1).is_held_out
    halves = [Labelled(f"text number {n}", 0).is_held_out for n in range(2000)]
    assert 900 < sum(halves) < 1100


def test_measures_are_what_they_are_called() -> None:
    gold, said = [1, 1, 0, -1], [1, 0, 0, 1]
    assert accuracy(gold, said) == 0.5
    assert macro_f1(gold, said) == pytest.approx((0 + 2 / 3 + 1 / 2) / 3)
    assert macro_f1([1, -1], [0, -1]) == pytest.approx(1 / 2)  # a class that does not occur costs the others only
    assert separation([1, 1, 0, -1, -1], [0.9, 0.2, 9.0, 0.2, 0.1]) == pytest.approx(3.5 / 4)
    assert [classify(score, 0.2) for score in (0.2, 0.19, -0.19, -0.2)] == [1, 0, 0, -1]
