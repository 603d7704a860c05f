"""The sandbox reads searches, dates and ids as GitHub does."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from talentscope.sandbox.github.dates import FOREVER, read_span, to_http_date, to_iso
from talentscope.sandbox.github.identity import NodeId, from_node_id, to_node_id
from talentscope.sandbox.github.qualifiers import BadQuery, read_query


def at(*parts: int) -> int:
    return int(datetime(*parts, tzinfo=UTC).timestamp())  # type: ignore[misc, arg-type]


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2026-01-02", at(2026, 1, 2), at(2026, 1, 3) - 1),
        ("2026-02", at(2026, 2, 1), at(2026, 3, 1) - 1),
        ("2026", at(2026, 1, 1), at(2027, 1, 1) - 1),
        ("2026-01-02T03:04:05Z", at(2026, 1, 2, 3, 4, 5), at(2026, 1, 2, 3, 4, 5)),
        ("2026-01-02T03:04:05+02:00", at(2026, 1, 2, 1, 4, 5), at(2026, 1, 2, 1, 4, 5)),
        (">=2026-01-02", at(2026, 1, 2), FOREVER),
        (">2026-01-02", at(2026, 1, 3), FOREVER),
        ("<=2026-01-02", 0, at(2026, 1, 3) - 1),
        ("<2026-01-02", 0, at(2026, 1, 2) - 1),
        (">2026-01-02T03:04:05Z", at(2026, 1, 2, 3, 4, 6), FOREVER),
        ("2026-01-02..2026-01-03", at(2026, 1, 2), at(2026, 1, 4) - 1),
        ("*..2026-01-03T00:00:00Z", 0, at(2026, 1, 3)),
        ("2026-01-02T00:00:00Z..*", at(2026, 1, 2), FOREVER),
    ],
)
def test_a_span_of_time_includes_both_ends(text: str, first: int, last: int) -> None:
    assert read_span(text) == (first, last)


@pytest.mark.parametrize("text", ["yesterday", "2026-13-01", "9999-12-31", "0000-01-01", ">=", "2026-01-02..soon"])
def test_a_date_that_cannot_be_read_is_said_so(text: str) -> None:
    with pytest.raises(ValueError, match="is not a recognized date/time format"):
        read_span(text)


def test_dates_are_written_as_in_json_and_in_headers() -> None:
    assert to_iso(at(2026, 11, 1, 12)) == "2026-11-01T12:00:00Z"
    assert to_http_date(at(2026, 11, 1, 12)) == "Sun, 01 Nov 2026 12:00:00 GMT"


@pytest.mark.parametrize("kind", ["User", "Organization", "Bot", "Repository"])
@pytest.mark.parametrize("number", [1, 65_536, 235_867_827, 4_294_967_295])
def test_a_node_id_goes_there_and_back(kind: str, number: int) -> None:
    assert from_node_id(to_node_id(kind, number)) == NodeId(kind, number)


def test_a_node_id_has_githubs_present_form() -> None:
    assert to_node_id("Repository", 0x2E067742) == "R_kgDOLgZ3Qg"
    assert to_node_id("User", 100_001).startswith("U_kgDO")


@pytest.mark.parametrize(
    "text", ["", "R_", "R_kgDO", "X_kgDOLgZ3Qg", "MDQ6VXNlcjE=", "R_!!!!", "R_kgDOLgZ3QgAA", "U_é"]
)
def test_a_text_that_is_no_node_id_is_nobody(text: str) -> None:
    assert from_node_id(text) is None


def test_pushed_bounds_are_kept_apart_and_met_together() -> None:
    query = read_query("topic:rust pushed:>=2026-01-01 pushed:<2026-02-01")
    assert query.pushed == (at(2026, 1, 1), at(2026, 2, 1) - 1)
    assert query.base == read_query("topic:rust pushed:>=2020-01-01").base


def test_forks_are_out_unless_asked_for() -> None:
    assert read_query("x").conditions[-1] == "NOT fork"
    assert read_query("x fork:false").conditions[-1] == "NOT fork"
    assert read_query("x fork:only").conditions[-1] == "fork"
    assert "fork" not in " ".join(read_query("x fork:true").conditions)


def test_sort_inside_the_text_counts() -> None:
    query = read_query("topic:rust sort:updated-asc")
    assert (query.sort, query.order) == ("updated", "asc")
    assert read_query("topic:rust sort:stars").order == "desc"


def test_languages_are_alternatives_and_topics_all_demanded() -> None:
    conditions = read_query("language:java language:Kotlin topic:minecraft topic:fabric").conditions
    assert sum("topic" in condition for condition in conditions) == 2
    (languages,) = [condition for condition in conditions if "language" in condition]
    assert languages.count("language = ") == 2


def test_an_unknown_qualifier_is_a_word() -> None:
    query = read_query("colour:blue stars:many")
    assert query.parameters == (" colour blue ",) * 3 + (" stars many ",) * 3


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("pushed:>=soon", "not a recognized date/time format"),
        ("created:2026-99", "not a recognized date/time format"),
        ("a OR b OR c OR d OR e OR f OR g", "More than five AND / OR / NOT operators"),
        ("x" * 257, "longer than 256 characters"),
    ],
)
def test_a_bad_query_is_refused_in_githubs_words(text: str, message: str) -> None:
    with pytest.raises(BadQuery, match=message):
        read_query(text)


def test_a_long_query_of_qualifiers_is_none() -> None:
    text = " ".join(f"topic:subject-{number}" for number in range(40))
    assert len(text) > 256
    assert len(read_query(text).parameters) == 40
