"""An invented world as Arrow tables, made column by column and batch by batch: no person in it, the same for a seed.

Shapes are those of GitHub's answers: three repositories in four have topics (up to five, a few of them very common),
half have their ownership proved, stars are heavy-tailed, one in twenty is a fork; every developer has a profile.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from talentscope.warehouse.tables import ACCOUNTS, OWNERSHIP, REPOSITORIES, REPOSITORY_TOPICS, UTC_TIME, RawTable

OBSERVED_AT = datetime(2026, 11, 21, tzinfo=UTC)
OBSERVED_US = int(OBSERVED_AT.timestamp() * 1_000_000)
DAY_US = 86_400_000_000
TOPICS = 20_000
MOST_TOPICS = 5
LANGUAGES = pa.array(["Java", "Kotlin", "Rust", "Python", "TypeScript", "Go", "C++", None])

Tables = Mapping[RawTable, pa.Table]
Numbers = np.ndarray[Any, np.dtype[Any]]


@dataclass(frozen=True)
class Size:
    """How many repositories and developers, and how many repositories a load takes at a time."""

    repositories: int
    developers: int
    batch: int


def make_batches(size: Size, *, seed: int = 7) -> Iterator[Tables]:
    """The world in loads: `batch` repositories with their topics, proofs, and an even share of the profiles."""
    for start in range(0, size.repositories, size.batch):
        stop = min(start + size.batch, size.repositories)
        chance = np.random.default_rng([seed, start])
        ids = np.arange(start, stop)
        owners = np.where(ids < size.developers, ids, (chance.random(len(ids)) ** 2 * size.developers).astype(np.int64))
        first, last = (edge * size.developers // size.repositories for edge in (start, stop))
        yield _make_repositories(ids, owners, chance) | _make_accounts(np.arange(first, last), chance)


def _make_repositories(ids: Numbers, owners: Numbers, chance: np.random.Generator) -> dict[RawTable, pa.Table]:
    count = len(ids)
    topic_counts = np.where(chance.random(count) < 0.75, chance.integers(1, MOST_TOPICS + 1, count), 0)
    created = OBSERVED_US - chance.integers(30, 3_650, count) * DAY_US
    pushed = created + (chance.random(count) * (OBSERVED_US - created)).astype(np.int64)
    columns = {
        "node_id": _names("R_", ids),
        "github_id": ids + 10_000_000,
        "full_name": pc.binary_join_element_wise(_names("dev", owners), _names("repo-", ids), "/"),
        "name": _names("repo-", ids),
        "owner_github_id": owners,
        "owner_node_id": _names("U_", owners),
        "owner_login": _names("dev", owners),
        "owner_type": _constant("User", count),
        "description": _names("A useful thing for many purposes, written for fun and for others: number ", ids),
        "homepage": pa.nulls(count, pa.string()),
        "language": LANGUAGES.take(pa.array(chance.integers(0, len(LANGUAGES), count))),
        "license": _constant("MIT", count),
        "topic_count": topic_counts,
        "stars": (chance.pareto(1.1, count)).clip(0, 100_000).astype(np.int64),
        "forks": chance.integers(0, 5, count),
        "size_kb": np.exp(chance.random(count) * 12).astype(np.int64),
        "is_fork": chance.random(count) < 0.05,
        "is_archived": chance.random(count) < 0.04,
        "is_template": np.zeros(count, dtype=bool),
        "created_at": _times(created),
        "pushed_at": _times(pushed),
        "updated_at": _times(pushed),
        "source": _constant("rest_search", count),
    }
    return {
        REPOSITORIES: _table(REPOSITORIES, columns),
        REPOSITORY_TOPICS: _make_topics(ids, topic_counts, chance),
        OWNERSHIP: _make_ownership(ids[::2], owners[::2], chance),
    }


def _make_topics(ids: Numbers, counts: Numbers, chance: np.random.Generator) -> pa.Table:
    """Topic ranks step up within a repository, so that no topic comes twice: a common one first, then rarer ones."""
    positions = np.concatenate([np.arange(count) for count in counts]) if len(counts) else np.empty(0, dtype=np.int64)
    rank = (chance.random(len(positions)) ** 3 * (TOPICS // MOST_TOPICS)).astype(np.int64) * MOST_TOPICS + positions
    columns = {
        "repository_node_id": _names("R_", np.repeat(ids, counts)),
        "topic": _names("topic-", rank),
        "position": positions,
    }
    return _table(REPOSITORY_TOPICS, columns)


def _make_ownership(ids: Numbers, owners: Numbers, chance: np.random.Generator) -> pa.Table:
    total = 1 + np.exp(chance.random(len(ids)) * 7).astype(np.int64)
    columns = {
        "repository_node_id": _names("R_", ids),
        "owner_github_id": owners,
        "commits_total": total,
        "commits_owner": (total * chance.random(len(ids))).astype(np.int64),
        "contributors": chance.integers(1, 9, len(ids)),
        "source": _constant("graphql", len(ids)),
    }
    return _table(OWNERSHIP, columns)


def _make_accounts(ids: Numbers, chance: np.random.Generator) -> dict[RawTable, pa.Table]:
    count = len(ids)
    created = OBSERVED_US - chance.integers(100, 4_000, count) * DAY_US
    nothing = pa.nulls(count, pa.string())
    columns = {
        "github_id": ids,
        "node_id": _names("U_", ids),
        "login": _names("dev", ids),
        "type": _constant("User", count),
        "name": _names("Developer number ", ids),
        "company": nothing,
        "location": nothing,
        "bio": nothing,
        "email": nothing,
        "website": _names("https://example.invalid/", ids),
        "twitter": nothing,
        "followers": chance.pareto(1.2, count).clip(0, 50_000).astype(np.int64),
        "following": chance.integers(0, 50, count),
        "public_repositories": chance.integers(1, 60, count),
        "created_at": _times(created),
        "updated_at": _times(created),
        "source": _constant("graphql", count),
    }
    return {ACCOUNTS: _table(ACCOUNTS, columns)}


def _table(table: RawTable, columns: Mapping[str, Any]) -> pa.Table:
    rows = len(next(iter(columns.values())))
    stamps = {"observed_at": _times(np.full(rows, OBSERVED_US)), "run_id": _constant("loading", rows)}
    return pa.Table.from_pydict({**columns, **stamps}, schema=table.schema)


def _names(prefix: str, numbers: Numbers) -> pa.Array:
    return pc.binary_join_element_wise(prefix, pa.array(numbers).cast(pa.string()), "")


def _constant(text: str, count: int) -> pa.Array:
    return pa.repeat(pa.scalar(text, pa.string()), count)


def _times(microseconds: Numbers) -> pa.Array:
    return pa.array(microseconds, type=pa.int64()).cast(UTC_TIME)
