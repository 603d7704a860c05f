"""A snapshot that loses most of its repositories is not published by accident, and can be on purpose."""

from __future__ import annotations

from tests.functional.places import facts


def test_a_publish_that_would_lose_half_stops_and_says_how_to_go_on(copied) -> None:  # type: ignore[no-untyped-def]
    with facts(copied.home, is_writing=True) as warehouse:
        owners = warehouse.execute("SELECT DISTINCT owner_github_id FROM raw.github_repositories").fetchall()
        kept = sorted(row[0] for row in owners)[: len(owners) // 10]
        listed = ", ".join(map(str, kept))
        warehouse.execute(f"DELETE FROM raw.github_repositories WHERE owner_github_id NOT IN ({listed})")
        warehouse.execute(
            "DELETE FROM raw.github_repository_topics WHERE repository_node_id NOT IN"
            " (SELECT node_id FROM raw.github_repositories)"
        )
    before = (copied.home / "snapshots" / "current").read_text()
    refused = copied("rebuild")
    assert refused.code == 1
    assert "repositories_floor" in refused.err
    assert "--shrink" in refused.err
    assert (copied.home / "snapshots" / "current").read_text() == before
    assert copied("rebuild", "--shrink").code == 0
    assert (copied.home / "snapshots" / "current").read_text() != before
