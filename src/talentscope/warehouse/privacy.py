"""Forgetting: what raw knows of an account goes, and with the next transform and publish all that was derived.

Run ledgers and coverage name no person and stay. Snapshots already published are not touched here: leads filter
suppressed accounts at read, and old snapshots are removed by the next publishes.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from talentscope.warehouse.engines.engine import Engine

_CHUNK = 500

_STATEMENTS = (
    "DELETE FROM raw.github_repository_topics WHERE repository_node_id IN"
    " (SELECT node_id FROM raw.github_repositories WHERE owner_github_id IN ({ids}))",
    "DELETE FROM raw.github_ownership WHERE owner_github_id IN ({ids}) OR repository_node_id IN"
    " (SELECT node_id FROM raw.github_repositories WHERE owner_github_id IN ({ids}))",
    "DELETE FROM raw.github_rejects WHERE record_id IN"
    " (SELECT node_id FROM raw.github_repositories WHERE owner_github_id IN ({ids})"
    " UNION SELECT owner_node_id FROM raw.github_repositories WHERE owner_github_id IN ({ids})"
    " UNION SELECT node_id FROM raw.github_accounts WHERE github_id IN ({ids})"
    " UNION SELECT CAST(github_id AS TEXT) FROM raw.github_accounts WHERE github_id IN ({ids}))",
    "DELETE FROM raw.github_tombstones WHERE node_id IN"
    " (SELECT node_id FROM raw.github_repositories WHERE owner_github_id IN ({ids})"
    " UNION SELECT owner_node_id FROM raw.github_repositories WHERE owner_github_id IN ({ids})"
    " UNION SELECT node_id FROM raw.github_accounts WHERE github_id IN ({ids}))",
    "DELETE FROM raw.github_repositories WHERE owner_github_id IN ({ids})",
    "DELETE FROM raw.github_accounts WHERE github_id IN ({ids})",
)


_UNSTATED = (
    "DELETE FROM raw.employer_names WHERE stated NOT IN"
    " (SELECT company FROM raw.github_accounts WHERE NOT company IS NULL)"
)
"""What only the forgotten stated as their employer."""


def forget(engine: Engine, github_ids: Sequence[int]) -> int:
    """Delete the raw rows of these accounts; how many went. Deleting twice is harmless."""
    distinct = sorted({int(number) for number in github_ids})
    gone = 0
    for start in range(0, len(distinct), _CHUNK):
        ids = ", ".join(str(number) for number in distinct[start : start + _CHUNK])
        gone += sum(engine.execute(statement.format(ids=ids), {}) for statement in _STATEMENTS)
    return gone + engine.execute(_UNSTATED, {})


_UNSEEN = (
    "DELETE FROM raw.github_repository_topics WHERE repository_node_id IN"
    " (SELECT node_id FROM raw.github_repositories WHERE observed_at < $before)",
    "DELETE FROM raw.github_ownership WHERE repository_node_id IN"
    " (SELECT node_id FROM raw.github_repositories WHERE observed_at < $before)",
    "DELETE FROM raw.github_repositories WHERE observed_at < $before",
    "DELETE FROM raw.github_accounts WHERE observed_at < $before",
    "DELETE FROM raw.github_rejects WHERE observed_at < $before",
)


def forget_unseen(engine: Engine, *, before: datetime) -> int:
    """Delete what was last seen before that time (aware): repositories with all about them, profiles, rejects.

    A profile goes though its repositories stay: it is then unknown until it is read again. How many rows went.
    Tombstones stay: they name a node that is gone, and keep it from being asked for.
    """
    gone = sum(engine.execute(statement, {"before": before}) for statement in _UNSEEN)
    return gone + (engine.execute(_UNSTATED, {}) if gone else 0)


def forget_posts(engine: Engine, *, before: datetime) -> int:
    """Delete samples of posts that were written before that time (aware); how many went. Their sums stay."""
    return engine.execute("DELETE FROM raw.company_posts WHERE posted_at < $before", {"before": before})
