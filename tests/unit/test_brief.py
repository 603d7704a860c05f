"""Briefs: strict, with an error that names the line and the way out, and defaults that leave nobody out."""

from __future__ import annotations

from pathlib import Path

import pytest

from talentscope.runtime.errors import BriefError
from talentscope.scoring.brief import Brief, build_brief, find_brief, list_briefs, load_brief, parse_brief

OURS = ("data-engineering", "machine-learning-python", "minecraft-modders", "rust-systems", "web-accessibility")
ZEROS = "{relevance: 0, authorship: 0, substance: 0, validation: 0, recency: 0, reach: 0, attention: 0}"


def brief(text: str) -> Brief:
    return parse_brief(f"name: mine\n{text}", source="mine.yaml")


def complaint(text: str) -> str:
    with pytest.raises(BriefError) as caught:
        parse_brief(text, source="mine.yaml")
    return f"{caught.value.message} | {caught.value.way_out}"


@pytest.mark.parametrize("name", OURS)
def test_the_five_briefs_we_ship_are_valid_and_found_by_name(name: str) -> None:
    assert find_brief(name, folders=()).name == name


def test_the_brief_of_the_handbook_reads_as_written() -> None:
    found = find_brief("minecraft-modders", folders=())
    assert found.topics == ("minecraft",)
    assert (found.repository.stars.min, found.repository.stars.max, found.repository.size_kb.min) == (3, 500, 100)
    assert (found.repository.pushed_within_days, found.repository.max_topics) == (365, 15)
    assert (found.developer.followers.max, found.developer.contact) == (500, "any")
    assert found.weights.relevance == 3


def test_defaults_leave_nobody_out() -> None:
    found = brief("topics: [minecraft]")
    assert found.model_dump(exclude={"name", "title", "topics", "weights"}) == {
        "related": False,
        "without_topics": (),
        "keywords": (),
        "languages": (),
        "repository": {
            "stars": {"min": None, "max": None},
            "size_kb": {"min": None, "max": None},
            "pushed_within_days": None,
            "max_topics": None,
        },
        "developer": {
            "followers": {"min": None, "max": None},
            "contact": "none",
            "places": (),
            "employers": (),
            "exclude_companies": (),
        },
    }
    assert list(found.weights.model_dump().values()) == [3, 2, 1, 1, 1, 1, 1]


@pytest.mark.parametrize("text", ["topics: [a]", "keywords: [a]", "languages: [a]"])
def test_one_of_topics_keywords_languages_is_enough(text: str) -> None:
    assert brief(text).terms == ("a",)


def test_topics_are_written_as_github_writes_them() -> None:
    assert brief("topics: [Machine Learning, machine_learning, ' AI ']").topics == ("machine-learning", "ai")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "mine.yaml:1: expected a brief, came an empty file"),
        ("# only a comment\n", "came an empty file"),
        ("- a list", "mine.yaml:1: expected keys with values"),
        ("topics: [a]", "mine.yaml:1: name: expected this key, it is not there | add `name: …`"),
        ("name: mine", "expected one of topics, keywords, languages"),
        ("name: mine\ntopic: [a]", "mine.yaml:2: topic: unknown key 'topic' | did you mean topics?"),
        ("name: mine\ntopics: [a]\nrepository:\n  stars:\n    minimum: 3", "mine.yaml:5: repository.stars.minimum"),
        ("name: mine\ntopics: [a]\nrepository: {star: {min: 3}}", "did you mean stars?"),
        ("name: mine\ntopics: minecraft", "mine.yaml:2: topics: expected a list, such as [a, b], came 'minecraft'"),
        ("name: mine\ntopics: [a]\nrelated: 'yes'", "mine.yaml:3: related: expected true or false, came 'yes'"),
        ("name: mine\ntopics: [a, no]", "topics.1: expected text, came false | put it in quotes"),
        ("name: 2026\ntopics: [a]", "mine.yaml:1: name: expected text, came 2026"),
        ("name: mine\ntopics: [C++]", "expected a GitHub topic"),
        ("name: mine\ntopics: [a]\nrepository: {stars: 5}", "expected keys with values, such as {min: 3}, came 5"),
        ("name: mine\ntopics: [a]\nrepository: {stars: {min: 3.5}}", "expected a whole number, came 3.5"),
        ("name: mine\ntopics: [a]\nrepository: {stars: {min: -1}}", "expected at least 0, came -1"),
        ("name: mine\ntopics: [a]\nrepository: {stars: {min: 9, max: 3}}", "expected min <= max, came min 9 and max 3"),
        ("name: mine\ntopics: [a]\nrepository:", "repository: expected keys with values"),
        ("name: mine\ntopics: [a]\ndeveloper: {contact: phone}", "expected 'none', 'any' or 'email', came 'phone'"),
        ("name: mine\ntopics: [a]\nweights: {reach: -1}", "mine.yaml:3: weights.reach: expected at least 0"),
        ("name: mine\ntopics: [a]\nweights: {reach: .inf}", "expected a finite number"),
        ("name: mine\ntopics: [a]\nweights: {reach: true}", "expected a number, came true"),
        (f"name: mine\ntopics: [a]\nweights: {ZEROS}", "expected at least one weight above zero"),
        ("name: My Brief\ntopics: [a]", "came 'My Brief' | for example my-brief"),
        ("name: ../../etc\ntopics: [a]", "for example etc"),
        ("name: mine\nkeywords: ['...']", "at least one letter or digit"),
        ("name: mine\nname: yours\ntopics: [a]", "mine.yaml:2: name: the key is here twice, first on line 1"),
        ("name: mine\ntopics: [a\n", "expected YAML"),
        ("name: mine\ttab: x\n\t- a", "mine.yaml:"),
        ("name: &x mine\ntopics: [*x]", "anchors (&) and aliases (*)"),
        ("name: !!python/object:os.system mine", "tags (!)"),
        ("a: {b: {c: {d: {e: {f: {g: 1}}}}}}", "nested deeper than 6 levels"),
        ("[" * 50_000, "nested deeper"),
        ("name: mine\ntopics: [2026-99-99]", "expected a plain value"),
        ("name: a\x07b", "mine.yaml:1: expected YAML, came a character that YAML forbids"),
        ("name: mine\n? [a, b]\n: x", "expected a word as key"),
    ],
)
def test_what_is_wrong_is_said_with_line_key_and_way_out(text: str, expected: str) -> None:
    assert expected in complaint(text)


def test_a_missing_file_says_which_briefs_there_are(tmp_path: Path) -> None:
    with pytest.raises(BriefError) as caught:
        load_brief(tmp_path / "none.yaml")
    assert "no such file" in caught.value.message
    assert "minecraft-modders" in caught.value.way_out


def test_an_unknown_name_suggests_the_nearest() -> None:
    with pytest.raises(BriefError) as caught:
        find_brief("minecraft-moders", folders=())
    assert "did you mean minecraft-modders?" in caught.value.way_out


def test_a_folder_is_not_a_brief(tmp_path: Path) -> None:
    with pytest.raises(BriefError, match="directory"):
        find_brief(f"{tmp_path}/")


def test_a_brief_of_ones_own_wins_over_ours_of_the_same_name(tmp_path: Path) -> None:
    (tmp_path / "rust-systems.yaml").write_text("name: rust-systems\ntitle: mine\ntopics: [rust]")
    assert find_brief("rust-systems", folders=(tmp_path,)).title == "mine"
    assert set(list_briefs((tmp_path,))) == set(OURS)


def test_a_name_with_dots_cannot_leave_the_folders(tmp_path: Path) -> None:
    with pytest.raises(BriefError, match="expected the name or the path"):
        find_brief("..", folders=(tmp_path,))


def test_a_file_too_large_to_be_a_brief_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "big.yaml"
    path.write_bytes(b"name: mine\n" + b"#" * 100_000)
    with pytest.raises(BriefError, match="65,536 bytes"):
        load_brief(path)


def test_text_that_is_not_utf_8_is_named_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "latin.yaml"
    path.write_bytes("name: mine\ntitle: caf\u00e9".encode("latin-1"))
    with pytest.raises(BriefError, match=r"latin\.yaml:2: expected UTF-8"):
        load_brief(path)


def test_a_brief_that_came_as_a_form_takes_lists() -> None:
    assert build_brief({"name": "mine", "topics": ["a"]}, source="the form").topics == ("a",)


def test_a_brief_cannot_be_changed() -> None:
    with pytest.raises(ValueError, match="frozen"):
        brief("topics: [a]").name = "other"  # type: ignore[misc]
