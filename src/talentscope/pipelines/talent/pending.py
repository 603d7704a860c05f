"""What is still to be asked: the warehouse itself is the queue, so a run that stopped goes on by looking again.

Portable SQL over raw; nothing is decided here that a brief does not say.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from talentscope.scoring.brief import Brief
from talentscope.sources.github.client import AccountRef, RepositoryRef
from talentscope.warehouse.connection import Warehouse

PROFILE_LIFETIME = timedelta(days=30)
"""A profile is asked again after this long."""

PROOF_LIFETIME = timedelta(days=30)
"""A commit share is asked again after this long, if the repository was pushed since."""

_ACCOUNTS = """
FROM raw.github_repositories AS r
LEFT JOIN raw.github_accounts AS a ON a.github_id = r.owner_github_id
LEFT JOIN raw.github_tombstones AS t ON t.kind = 'account' AND t.node_id = r.owner_node_id
LEFT JOIN raw.github_rejects AS j ON j.kind = 'account' AND j.record_id = r.owner_node_id
WHERE r.owner_type = 'User' AND NOT r.is_fork AND t.node_id IS NULL AND j.record_id IS NULL
  AND (a.github_id IS NULL OR a.observed_at < $stale_before)
"""

_REPOSITORIES = """
FROM raw.github_repositories AS r
LEFT JOIN raw.github_accounts AS a ON a.github_id = r.owner_github_id
LEFT JOIN raw.github_ownership AS o ON o.repository_node_id = r.node_id
LEFT JOIN raw.github_tombstones AS t ON t.kind = 'repository' AND t.node_id = r.node_id
LEFT JOIN raw.github_tombstones AS g ON g.kind = 'account' AND g.node_id = r.owner_node_id
LEFT JOIN raw.github_rejects AS j ON j.kind = 'ownership' AND j.record_id = r.node_id
WHERE r.owner_type = 'User' AND NOT r.is_fork AND r.pushed_at IS NOT NULL
  AND t.node_id IS NULL AND g.node_id IS NULL AND j.record_id IS NULL
  AND (o.repository_node_id IS NULL OR (o.observed_at < $stale_before AND r.pushed_at > o.observed_at))
"""


@dataclass(frozen=True)
class Filters:
    """The cheap filters of the briefs of one run, as SQL and its parameters."""

    condition: str
    parameters: dict[str, object]


def cheap_filters(briefs: Sequence[Brief], *, now: datetime) -> Filters:
    """A repository survives if it survives any brief. An unknown follower count survives."""
    conditions: list[str] = []
    parameters: dict[str, object] = {}
    for number, brief in enumerate(briefs):
        bounds = _bounds(brief, now)
        parameters |= {f"{name}_{number}": value for name, (_, value) in bounds.items()}
        texts = [text.format(name=f"${name}_{number}") for name, (text, _) in bounds.items()]
        if brief.languages:
            tongues = {f"language_{number}_{place}": tongue.lower() for place, tongue in enumerate(brief.languages)}
            parameters |= tongues
            texts.append("lower(r.language) IN (" + ", ".join(f"${name}" for name in tongues) + ")")
        conditions.append("(" + (" AND ".join(texts) or "TRUE") + ")")
    return Filters(" OR ".join(conditions) or "TRUE", parameters)


def count_accounts(warehouse: Warehouse, *, now: datetime) -> int:
    """How many owners have no fresh profile."""
    sql = f"SELECT count(DISTINCT r.owner_github_id) AS n {_ACCOUNTS}"
    return _one(warehouse, sql, stale_before=now - PROFILE_LIFETIME)


def find_accounts(warehouse: Warehouse, *, now: datetime, limit: int) -> list[AccountRef]:
    """Owners without a fresh profile; owners of the more starred repositories first, in case the budget ends."""
    sql = (
        "SELECT r.owner_github_id AS github_id, r.owner_node_id AS node_id, min(r.owner_login) AS login"
        f" {_ACCOUNTS} GROUP BY r.owner_github_id, r.owner_node_id"
        f" ORDER BY max(r.stars) DESC, r.owner_github_id LIMIT {int(limit)}"
    )
    rows = warehouse.query(sql, stale_before=now - PROFILE_LIFETIME).to_pylist()
    return [AccountRef(**row) for row in rows]


def count_repositories(warehouse: Warehouse, filters: Filters, *, now: datetime) -> int:
    """How many repositories wait for their proof of ownership."""
    sql = f"SELECT count(*) AS n {_REPOSITORIES} AND ({filters.condition})"
    return _one(warehouse, sql, stale_before=now - PROOF_LIFETIME, **filters.parameters)


def find_repositories(warehouse: Warehouse, filters: Filters, *, now: datetime, limit: int) -> list[RepositoryRef]:
    """Repositories whose owner's share of the commits is not known; profiles already read come first."""
    sql = (
        "SELECT r.node_id, r.github_id, r.full_name, r.owner_node_id, r.owner_github_id, r.owner_login"
        f" {_REPOSITORIES} AND ({filters.condition})"
        f" ORDER BY CASE WHEN a.github_id IS NULL THEN 1 ELSE 0 END, r.stars DESC, r.node_id LIMIT {int(limit)}"
    )
    rows = warehouse.query(sql, stale_before=now - PROOF_LIFETIME, **filters.parameters).to_pylist()
    return [RepositoryRef(**row) for row in rows]


def _one(warehouse: Warehouse, sql: str, **parameters: object) -> int:
    return int(warehouse.query(sql, **parameters).to_pylist()[0]["n"])


def _bounds(brief: Brief, now: datetime) -> dict[str, tuple[str, object]]:
    repository, followers = brief.repository, brief.developer.followers
    pushed_after = None
    if repository.pushed_within_days is not None:
        pushed_after = now - timedelta(days=repository.pushed_within_days)
    candidates: dict[str, tuple[str, object]] = {
        "stars_min": ("r.stars >= {name}", repository.stars.min),
        "stars_max": ("r.stars <= {name}", repository.stars.max),
        "size_min": ("r.size_kb >= {name}", repository.size_kb.min),
        "size_max": ("r.size_kb <= {name}", repository.size_kb.max),
        "topics_max": ("r.topic_count <= {name}", repository.max_topics),
        "pushed_after": ("r.pushed_at >= {name}", pushed_after),
        "followers_min": ("(a.followers IS NULL OR a.followers >= {name})", followers.min),
        "followers_max": ("(a.followers IS NULL OR a.followers <= {name})", followers.max),
    }
    return {name: bound for name, bound in candidates.items() if bound[1] is not None}
