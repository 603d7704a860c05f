"""Who counts as a machine: words, order, and how well the name rule does on accounts that researchers labelled."""

from __future__ import annotations

import csv
import os
from pathlib import Path

import pytest

from talentscope.warehouse import rules


def labelled() -> list[tuple[str, bool]]:
    given = os.environ.get("TALENTSCOPE_TEST_DATA")  # noqa: TID251 - tests have no settings object
    folder = given or Path(__file__).parents[3] / "shared" / "data"
    path = Path(folder) / "truth" / "bots-labelled.csv"
    if not path.exists():
        pytest.skip(f"no labelled accounts at {path}: set TALENTSCOPE_TEST_DATA to measure the name rule on them")
    with path.open(encoding="utf-8") as file:
        return [(row["contributor"], row["bot"] == "1") for row in csv.DictReader(file)]


@pytest.mark.parametrize(
    "login",
    ["dependabot[bot]", "Dependabot", "acme-bot", "bot-acme", "acme-Bot-2", "acme_bot", "acme-ci", "jenkins-acme"],
)
def test_a_login_that_names_a_machine_is_recognised(login: str) -> None:
    assert rules.is_bot_name(login)


@pytest.mark.parametrize(
    "login", ["talbot", "abbott", "botond", "robotics-fan", "the-robot", "cicero", "clara", "renovateme", "a|b", ""]
)
def test_a_login_that_only_contains_the_letters_is_a_person(login: str) -> None:
    assert not rules.is_bot_name(login)


def test_the_name_rule_is_precise_on_labelled_accounts() -> None:
    caught = [is_bot for login, is_bot in labelled() if rules.is_bot_name(login)]
    machines = sum(is_bot for _, is_bot in labelled())
    precision, recall = sum(caught) / len(caught), sum(caught) / machines
    assert precision >= 0.95, f"precision {precision:.3f}"
    assert recall >= 0.60, f"recall {recall:.3f}"


def test_rules_have_distinct_names_and_a_sentence_each() -> None:
    names = [rule.name for rule in rules.EXCLUSION_RULES]
    assert len(set(names)) == len(names) == 8
    assert all(rule.sentence.endswith(".") for rule in rules.EXCLUSION_RULES)


def test_service_names_cannot_break_out_of_their_list() -> None:
    assert all(name == name.lower() and "|" not in name for name in rules.SERVICE_NAMES)
    assert list(rules.SERVICE_NAMES) == sorted(set(rules.SERVICE_NAMES))
