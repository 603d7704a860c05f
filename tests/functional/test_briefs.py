"""Briefs that say something wrong: told with file, line and the way out, before anything is done."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.functional.stage import Program, complaint

WRONG = {
    "unknown key": ("name: x\ntopics: [minecraft]\nlanguage: Java\n", 3, "language", "languages"),
    "unknown key below": ("name: x\ntopics: [a]\ndeveloper:\n  folowers: {max: 3}\n", 4, "folowers", "followers"),
    "wrong type": (
        "name: x\ntopics: [a]\nrepository: {stars: {min: many}}\n",
        3,
        "repository.stars.min",
        "whole number",
    ),
    "empty": ("", 1, "", "minecraft-modders.yaml shows every key"),
    "duplicate key": ("name: x\ntopics: [a]\nname: y\n", 3, "name", "keep one"),
    "code": ("name: !!python/object/apply:os.getcwd []\ntopics: [a]\n", 1, "tags", "remove the tag"),
}
"""Text, the line that is wrong, the key, and what must be said. The unit tests of briefs have many more."""


@pytest.mark.parametrize("case", WRONG)
def test_a_wrong_brief_is_refused_by_line_with_the_way_out_and_nothing_is_written(
    program: Program, tmp_path: Path, case: str
) -> None:
    text, line, key, way_out = WRONG[case]
    path = tmp_path / "wrong.yaml"
    path.write_text(text)
    words = ["run", "talent", "--brief"] if len(case) % 2 else ["leads"]
    told = complaint(program(*words, path), code=2)
    assert f"{path}:{line}" in told
    assert key in told
    assert way_out in told
    assert "way out: " in told
    assert not program.home.exists()


def test_a_brief_is_found_by_file_by_name_and_in_the_folder_of_briefs(copied: Program, tmp_path: Path) -> None:
    folder = copied.home.parent
    by_name = copied("leads", "minecraft-modders", "--format", "json")
    assert by_name.code == 0
    assert {lead["brief"] for lead in by_name.json()} == {"minecraft-modders"}
    path = tmp_path / "elsewhere.yaml"
    path.write_text("name: mine\nlanguages: [Go]\n")
    by_file = copied("leads", path, "--format", "json", "--limit", 3)
    assert {lead["brief"] for lead in by_file.json()} == {"mine"}
    briefs = folder / "briefs"
    briefs.mkdir(exist_ok=True)
    (briefs / "mine.yaml").write_text(path.read_text())
    assert copied("leads", "mine", "--format", "json", "--limit", 3).json()[0]["brief"] == "mine"


def test_a_name_nearly_right_is_answered_with_the_right_one(program: Program) -> None:
    for words in (["leads", "minecraft-moders"], ["run", "talent", "--brief", "minecraft-moders"]):
        told = complaint(program(*words), code=2)
        assert "minecraft-modders" in told
        assert "rust-systems" in told, "all that there are"


@pytest.mark.parametrize("name", ["missing.yaml", "", "\x1b[31m.yaml"])
def test_what_cannot_be_read_is_no_brief(program: Program, name: str) -> None:
    told = complaint(program("leads", name), code=2)
    assert "minecraft-modders" in told
    assert "\x1b" not in told
