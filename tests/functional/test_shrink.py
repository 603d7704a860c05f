"""A snapshot that loses most of its repositories is not published by accident, and can be on purpose."""

from __future__ import annotations

import duckdb


def test_a_publish_that_would_lose_half_stops_and_says_how_to_go_on(copied) -> None:  # type: ignore[no-untyped-def]
    with duckdb.connect(str(copied.home / "warehouse.duckdb")) as warehouse:
        warehouse.execute("SET TimeZone = 'UTC'")
        owners = warehouse.execute("SELECT DISTINCT owner_github_id FROM raw.github_repositories").fetchall()
        kept = sorted(row[0] for row in owners)[: len(owners) // 10]
        warehouse.execute(
            "DELETE FROM raw.github_repositories WHERE NOT list_contains($kept, owner_github_id)", {"kept": kept}
        )
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
