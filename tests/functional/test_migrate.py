"""`migrate`: what it would do, what it does, and the way back."""

from __future__ import annotations

from pathlib import Path

from tests.functional.places import desk_at
from tests.functional.stage import Program, complaint, fresh

from talentscope.desk.connection import HEAD


def test_a_new_place_is_planned_made_and_then_has_nothing_to_do(tmp_path: Path) -> None:
    program = fresh(tmp_path / "home")
    planned = program("migrate", "--plan")
    assert planned.code == 0, planned.err
    assert "it is new" in planned.err
    assert "would be done: 0001 brings: Suppressions by keyed hash" in planned.err
    made = program("migrate")
    assert made.code == 0, made.err
    assert f"done: {HEAD} brings" in made.err
    assert "made: raw.github_repositories" in made.err
    again = program("migrate")
    assert f"at {HEAD}; nothing to do" in again.err
    assert "has every raw table; nothing to do" in again.err


def test_the_way_back_is_asked_for_twice_and_keeps_what_the_older_version_knows(tmp_path: Path) -> None:
    program = fresh(tmp_path / "home")
    program.home.mkdir()
    with desk_at(program.home) as desk:
        desk.briefs.save("modders", "topics: [minecraft]", actor="ann")
    told = complaint(program("migrate", "--to", "0002"), code=2)
    assert "--yes" in told
    back = program("migrate", "--to", "0002", "--yes")
    assert back.code == 0, back.err
    assert "0003 takes away" in back.err
    assert "0004 takes away: Tags" in back.err
    with desk_at(program.home) as desk:
        assert desk.briefs.get("modders") is not None


def test_roles_are_for_a_server(tmp_path: Path) -> None:
    told = complaint(Program(tmp_path / "home", {})("migrate", "--reader", "page"), code=2)
    assert "roles are for PostgreSQL" in told
