"""The topics of a brief as a page shows them: what each pulls in or could, how often it occurs, what is struck out."""

from __future__ import annotations

from dataclasses import dataclass

import duckdb

from talentscope.scoring.brief import Brief
from talentscope.scoring.topics import Expansion, TopicCluster, TopicFacts, describe_topic


@dataclass(frozen=True)
class Offered:
    """A topic that an asked one pulls in, or would.

    `kind` is alias or related, `source` github or collected; `reason` is a sentence. `is_used`: it counts in the brief
    as it stands. `repository_count`: in this snapshot, without forks.
    """

    topic: str
    kind: str
    source: str
    reason: str
    repository_count: int
    is_struck: bool
    is_used: bool


@dataclass(frozen=True)
class AskedTopic:
    """A topic of the brief with its aliases and its related topics; these are offered even while they do not count."""

    topic: str
    display_name: str
    repository_count: int
    aliases: tuple[Offered, ...]
    related: tuple[Offered, ...]

    @property
    def offered(self) -> tuple[Offered, ...]:
        """Aliases, then related topics."""
        return (*self.aliases, *self.related)


def describe_clusters(
    connection: duckdb.DuckDBPyConnection, brief: Brief, facts: TopicFacts | None = None
) -> tuple[AskedTopic, ...]:
    """A cluster for each topic of the brief, in its order, struck ones included."""
    clusters = [describe_topic(connection, topic, related=True, facts=facts) for topic in brief.topics]
    names = {name for cluster in clusters for name in (cluster.topic, *(item.topic for item in cluster.entries))}
    counts = _count_repositories(connection, sorted(names))
    return tuple(_describe(cluster, brief, counts) for cluster in clusters)


def _describe(cluster: TopicCluster, brief: Brief, counts: dict[str, int]) -> AskedTopic:
    def offer(item: Expansion) -> Offered:
        is_struck = item.topic in brief.struck
        is_used = not is_struck and (item.kind == "alias" or brief.related)
        count = counts.get(item.topic, 0)
        return Offered(item.topic, item.kind, item.source, item.reason, count, is_struck, is_used)

    aliases, related = tuple(map(offer, cluster.aliases)), tuple(map(offer, cluster.related))
    return AskedTopic(cluster.topic, cluster.display_name, counts.get(cluster.topic, 0), aliases, related)


def _count_repositories(connection: duckdb.DuckDBPyConnection, names: list[str]) -> dict[str, int]:
    rows = connection.execute(
        """
        SELECT topic, repository_count FROM topics WHERE topic IN (SELECT unnest($names::VARCHAR[]))
        """,
        {"names": names},
    ).fetchall()
    return {str(topic): int(count) for topic, count in rows}
