"""Each formatter of the page at 1, 10 and 100 of each unit, below zero, and unknown: a wrong label is a wrong chart."""

from __future__ import annotations

import re
import subprocess
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path

import pytest

from talentscope.web import formats

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
STEPS = {"": 1.0, "k": 1e3, "M": 1e6, "B": 1e9, "T": 1e12}
AMOUNTS = [(number * step, f"{number}{letter}") for letter, step in STEPS.items() for number in (1, 10, 100)] + [
    (1.5 * step, f"1.5{letter}") for letter, step in STEPS.items()
]


@pytest.mark.parametrize(("value", "told"), AMOUNTS)
def test_money_and_numbers_have_the_letter_of_their_step(value: float, told: str) -> None:
    assert formats.money(value) == f"${told}"
    assert formats.compact(value) == told
    assert formats.money(-value) == f"−${told}"
    assert formats.compact(-value) == f"−{told}"


@pytest.mark.parametrize(
    ("value", "told"),
    [
        (0, "$0"),
        (940, "$940"),
        (999.4, "$999"),
        (999.6, "$1k"),
        (999_499, "$999k"),
        (999_600, "$1M"),
        (999_600_000, "$1B"),
        (999.6e9, "$1T"),
        (3.4249e12, "$3.42T"),
        (1234e12, "$1,234T"),
        (27_540_000, "$27.5M"),
        (0.25, "$0.25"),
    ],
)
def test_money_rounds_up_into_the_next_step(value: float, told: str) -> None:
    assert formats.money(value) == told


@pytest.mark.parametrize("value", [10.0**power * digit for power in range(14) for digit in (1, 2.5, 9.994, 9.996)])
def test_what_an_axis_says_is_what_is_meant(value: float) -> None:
    """Read back, a label is within half a percent of the figure, whatever its step."""
    found = re.fullmatch(r"\$([\d.,]+)([kMBT]?)", formats.money(value))
    assert found
    read = float(found[1].replace(",", "")) * STEPS[found[2]]
    assert read == pytest.approx(value, rel=0.005)


@pytest.mark.parametrize(
    ("value", "told"),
    [(1, "1"), (10, "10"), (100, "100"), (1_000, "1,000"), (12_345_678, "12,345,678"), (-1_234, "−1,234"), (0, "0")],
)
def test_counts_have_separators(value: float, told: str) -> None:
    assert formats.count(value) == told


@pytest.mark.parametrize(
    ("value", "places", "told"),
    [
        (0.25, 2, "+0.25"),
        (-0.25, 2, "−0.25"),
        (1, 2, "+1.00"),
        (10, 1, "+10.0"),
        (100, 0, "+100"),
        (-100, 0, "−100"),
        (0, 2, "0.00"),
        (0.004, 2, "0.00"),
        (-0.004, 2, "0.00"),
        (-0.04, 1, "0.0"),
        (-0.4, 0, "0"),
    ],
)
def test_a_sign_is_a_direction_and_zero_has_none(value: float, places: int, told: str) -> None:
    assert formats.signed(value, places) == told


@pytest.mark.parametrize(
    ("value", "told"),
    [(1, "+1.0 %"), (10, "+10.0 %"), (100, "+100.0 %"), (-3.14, "−3.1 %"), (0, "0.0 %"), (-0.01, "0.0 %")],
)
def test_changes_are_in_percent_already(value: float, told: str) -> None:
    assert formats.signed_percent(value) == told


def test_shares_are_parts_of_one_and_scores_are_of_a_hundred() -> None:
    assert [formats.share(value) for value in (0, 0.01, 0.1, 1, 0.925)] == ["0 %", "1 %", "10 %", "100 %", "92 %"]
    assert [formats.score(value) for value in (0, 1, 10, 100, 61.25)] == ["0.0", "1.0", "10.0", "100.0", "61.2"]
    assert formats.score_range(61, 61) == ""
    assert formats.score_range(61.2, 77.8) == "61 to 78"
    assert [formats.decimal(value) for value in (1, 10, 100, 1234.56, -0.26)] == [
        "1.0",
        "10.0",
        "100.0",
        "1,234.6",
        "−0.3",
    ]


def test_unknown_is_a_word_and_never_zero() -> None:
    for tell in (
        formats.money,
        formats.compact,
        formats.count,
        formats.decimal,
        formats.signed,
        formats.signed_percent,
        formats.share,
        formats.score,
        formats.day,
        formats.minute,
    ):
        assert tell(None) == "unknown"
    assert formats.age(None, NOW) == "unknown"


@pytest.mark.parametrize(
    ("back", "told"),
    [
        (timedelta(seconds=20), "just now"),
        (timedelta(minutes=1), "1 minute ago"),
        (timedelta(minutes=59), "59 minutes ago"),
        (timedelta(hours=1), "1 hour ago"),
        (timedelta(days=1), "1 day ago"),
        (timedelta(days=10), "10 days ago"),
        (timedelta(days=100), "3 months ago"),
        (timedelta(days=400), "1 year ago"),
        (-timedelta(days=3), "3 days from now"),
    ],
)
def test_ages_count_down_to_the_unit_that_matters(back: timedelta, told: str) -> None:
    assert formats.age(NOW - back, NOW) == told


def test_days_and_minutes_are_of_utc() -> None:
    late = datetime(2026, 11, 21, 1, 30, tzinfo=timezone(timedelta(hours=5)))
    assert formats.day(late) == "2026-11-20"
    assert formats.minute(late) == "2026-11-20 20:30 UTC"
    assert formats.day(date(2026, 11, 21)) == "2026-11-21"
    assert formats.age(date(2026, 11, 21), NOW) == "today"
    assert formats.age(date(2026, 11, 20), NOW) == "1 day ago"


def test_plural_has_its_own_word_where_given() -> None:
    assert [formats.plural(n, "company", "companies") for n in (0, 1, 2)] == ["0 companies", "1 company", "2 companies"]
    assert formats.plural(1_000, "post") == "1,000 posts"


def test_the_chart_of_the_explore_page_tells_amounts_as_we_do() -> None:
    script = Path(formats.__file__).parent / "static" / "explore.js"
    source = re.search(r"const short = .*?\n  };", script.read_text(encoding="utf-8"), re.DOTALL)
    assert source
    values = [value for value, _ in AMOUNTS] + [999.6, 999_600, 3.4249e12, 1234e12, 0.25]
    asked = f"{source[0]} console.log({values}.map(short).join(' '))"
    told = subprocess.run(["node", "-e", asked], capture_output=True, text=True, check=True).stdout.split()
    assert told == [formats.compact(value) for value in values]


@pytest.mark.parametrize(
    ("value", "told"),
    [
        (2.5e12, "$2.50T"),
        (2.51e12, "$2.51T"),
        (3e12, "$3.00T"),
        (90e9, "$90.0B"),
        (518e9, "$518B"),
        (-38e6, "−$38.0M"),
        (1e3, "$1.00k"),
        (940, "$940"),
        (0, "$0"),
        (1.2e15, "$1,200T"),
    ],
)
def test_dollars_of_a_column_have_three_figures(value: float, told: str) -> None:
    assert formats.dollars(value) == told
    assert formats.dollars(None) == formats.UNKNOWN
