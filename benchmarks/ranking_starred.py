"""A second world: what one developer starred up to April 2026, with topics, from the front matter of their notes.

It knows no commits, no profiles and no kinds of owner: everybody counts as a user whose authorship, reach and attention
are unknown, in our order as in the baseline's. `size_kb` is unknown and `pushed_at` is `updated_at`, as in
`ranking_people`; forks are not known and not read by any model of the score (0).
"""

from __future__ import annotations

import gzip
import hashlib
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks.ranking_people import Facts, account_id, to_moment
from talentscope.sources.github.batch import Batch
from talentscope.sources.github.records import Repository

OBSERVED_AT = datetime(2026, 4, 18, tzinfo=UTC)


def read_facts(folder: Path) -> Facts:
    """All starred repositories, one for each name: of two the later."""
    with gzip.open(folder / "repos" / "starred-davidwells-2025-26.jsonl.gz", "rt", encoding="utf-8") as lines:
        rows = {row["repo"].lower(): row for row in map(json.loads, lines)}
    found = tuple(_to_repository(row) for row in rows.values())
    owners = {repository.owner_github_id for repository in found}
    return Facts(
        batch=Batch(repositories=found),
        observed_at=OBSERVED_AT,
        profiles=0,
        unknown_profiles=len(owners),
        organisations=0,
    )


def _to_repository(row: dict[str, Any]) -> Repository:
    owner, name = row["repo"].split("/", 1)
    number = int.from_bytes(hashlib.sha256(row["repo"].lower().encode()).digest()[:6], "big")
    updated_at = to_moment(row["updatedAt"])
    return Repository(
        node_id=f"R_{number}",
        github_id=number,
        full_name=row["repo"],
        name=name,
        owner_github_id=account_id(owner),
        owner_node_id=f"U_{account_id(owner)}",
        owner_login=owner,
        owner_type="User",
        description=row["description"] or None,
        homepage=row["homepage"] or None,
        language=row["language"] or None,
        license=row["license"] or None,
        topics=tuple(str(tag).lower() for tag in row["tags"]),
        stars=row["stars"],
        forks=0,
        size_kb=None,  # type: ignore[arg-type]
        is_fork=row["isFork"],
        is_archived=row["isArchived"],
        is_template=row["isTemplate"],
        created_at=to_moment(row["createdAt"]),
        pushed_at=updated_at,
        updated_at=updated_at,
        observed_at=OBSERVED_AT,
        source="rest_search",
    )
