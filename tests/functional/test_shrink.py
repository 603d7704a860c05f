"""A snapshot that loses most of its repositories is not published by accident, and can be on purpose."""

from __future__ import annotations

import shutil
from pathlib import Path

from tests.functional.places import facts
from tests.functional.stage import Program, complaint

from talentscope.warehouse.snapshot import open_snapshot


def lose_most(home: Path) -> None:
    """The facts of nine owners in ten go, as by a fault."""
    with facts(home, is_writing=True) as warehouse:
        owners = warehouse.execute("SELECT DISTINCT owner_github_id FROM raw.github_repositories").fetchall()
        kept = sorted(row[0] for row in owners)[: len(owners) // 10]
        listed = ", ".join(map(str, kept))
        warehouse.execute(f"DELETE FROM raw.github_repositories WHERE owner_github_id NOT IN ({listed})")
        warehouse.execute(
            "DELETE FROM raw.github_repository_topics WHERE repository_node_id NOT IN"
            " (SELECT node_id FROM raw.github_repositories)"
        )


def test_a_publish_that_would_lose_half_stops_and_says_how_to_go_on(copied: Program) -> None:
    lose_most(copied.home)
    before = (copied.home / "snapshots" / "current").read_text()
    refused = copied("rebuild")
    assert refused.code == 1
    assert "repositories_floor" in refused.err
    assert "--shrink" in refused.err
    assert (copied.home / "snapshots" / "current").read_text() == before
    assert copied("rebuild", "--shrink").code == 0
    assert (copied.home / "snapshots" / "current").read_text() != before


def test_a_machine_without_a_snapshot_is_held_against_the_shared_one(copied: Program, tmp_path: Path) -> None:
    """A job in the cloud has a data directory that is new each time."""
    place = tmp_path / "shared"
    program = copied.with_settings(TALENTSCOPE_SNAPSHOTS=place)
    assert program("rebuild").code == 0
    before = (place / "current").read_bytes()
    lose_most(program.home)
    shutil.rmtree(program.home / "snapshots")
    told = complaint(program("rebuild"))
    assert "repositories_floor" in told
    assert str(place) in told
    assert "--shrink" in told
    assert (place / "current").read_bytes() == before
    assert not (program.home / "snapshots" / "current").exists()
    assert program("rebuild", "--shrink").code == 0
    assert (place / "current").read_bytes() != before


def test_a_purge_that_was_ended_before_publishing_is_made_good_on_another_machine(
    copied: Program, tmp_path: Path
) -> None:
    place = tmp_path / "shared"
    program = copied.with_settings(TALENTSCOPE_SNAPSHOTS=place)
    old = "observed_at < now() - INTERVAL '100 days'"
    with facts(program.home, is_writing=True) as warehouse:
        aged = "SET observed_at = now() - INTERVAL '200 days' WHERE github_id % 2 = 0"
        warehouse.execute(f"UPDATE raw.github_accounts {aged}")
    assert program("rebuild").code == 0
    assert count_shown(program.home, f"developers WHERE profile_{old}") > 0
    with facts(program.home, is_writing=True) as warehouse:
        warehouse.execute(f"DELETE FROM raw.github_accounts WHERE {old}")
    shutil.rmtree(program.home / "snapshots")
    purged = program("privacy", "purge")
    assert purged.code == 0, purged.err
    shutil.rmtree(program.home / "snapshots")
    assert program("status").code == 0  # brings what is shared
    assert count_shown(program.home, f"developers WHERE profile_{old}") == 0


def count_shown(home: Path, what: str) -> int:
    with open_snapshot(home) as snapshot:
        return len(snapshot.connection.execute(f"SELECT 1 FROM {what}").fetchall())
