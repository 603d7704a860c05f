"""Which companies a text names: the examples of names.yaml, and how the rules do on what they were not made for."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from talentscope.registry.company import Company, Dated
from talentscope.registry.names import Names, find_companies
from talentscope.registry.read import read_registry

TABLE: dict[str, Any] = yaml.safe_load(Path(__file__).with_name("names.yaml").read_text())
DAY = date(2026, 6, 30)
NAMES = Names(read_registry().companies, on=DAY)
EXAMPLES = [(rule["rule"], *example) for rule in TABLE["rules"] for example in rule["examples"]]


def named(text: str) -> set[str]:
    return {company_id for company_id, _ in find_companies(text, NAMES)}


@pytest.mark.parametrize(("rule", "text", "companies"), EXAMPLES, ids=[example[1][:40] for example in EXAMPLES])
def test_the_rules_hold_on_their_examples(rule: str, text: str, companies: list[str]) -> None:
    assert named(text) == set(companies), rule


def test_the_examples_are_many_and_of_both_kinds() -> None:
    assert len(EXAMPLES) >= 80
    assert sum(not companies for _, _, companies in EXAMPLES) >= 40
    known = {company.company_id for company in read_registry().companies}
    assert {company for _, _, companies in EXAMPLES for company in companies} <= known


def test_the_rules_do_well_on_sentences_that_they_were_not_made_for() -> None:
    right = wrong = missed = 0
    for text, companies in TABLE["held_out"]:
        found = named(text)
        right += len(found & set(companies))
        wrong += len(found - set(companies))
        missed += len(set(companies) - found)
    assert len(TABLE["held_out"]) > 100
    assert right / (right + wrong) >= 0.95
    assert right / (right + missed) >= 0.95


def test_a_company_is_told_once_in_the_order_of_the_text_and_as_it_is_written() -> None:
    text = "Tesla and NVIDIA; tesla again, then Palo  Alto-Networks"
    assert NAMES.find(text) == [("tesla", "Tesla"), ("nvidia", "NVIDIA"), ("palo-alto-networks", "Palo Alto Networks")]


def test_names_and_tickers_are_those_of_the_day() -> None:
    square = Company(
        "block",
        "Block",
        tickers=(Dated("XYZ", since=date(2025, 1, 21)), Dated("SQ", until=date(2025, 1, 20))),
        aliases=(Dated("Squareup", until=date(2021, 12, 9)), Dated("Blocky", since=date(2022, 1, 1))),
    )
    heir = Company("heir", "Heir", subsidiaries=(Dated("Squareup", since=date(2024, 1, 1)),))
    early, late = Names([square], on=date(2021, 6, 30)), Names([square], on=DAY)
    assert [early.find("$SQ"), early.find("$XYZ"), early.find("Blocky")] == [[("block", "$SQ")], [], []]
    assert [late.find("$SQ"), late.find("$XYZ")] == [[], [("block", "$XYZ")]]
    assert late.find("squareup") == [("block", "squareup")]  # people keep writing a former name
    assert Names([square, heir], on=DAY).find("squareup") == []  # until somebody else has it


def test_without_companies_nothing_is_named() -> None:
    assert Names([], on=DAY).find("Apple $AAPL (NASDAQ: AAPL)") == []


@given(st.text(max_size=200))
def test_any_text_can_be_read(text: str) -> None:
    for company_id, words in NAMES.find(text):
        assert company_id
        assert words


@given(st.text(alphabet=st.sampled_from("Aa plé'’.İßﬁ①\u0301"), max_size=60))
def test_letters_that_change_their_length_do_not_shift_what_is_found(text: str) -> None:
    assert NAMES.find(f"{text} Tesla, {text}") == [("tesla", "Tesla")]
