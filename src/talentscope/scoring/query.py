"""Turns a brief into the parameters of the SQL files here, and puts these together. pool.py and ranking.py run them."""

from __future__ import annotations

import re
from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from importlib.resources import files
from typing import Any

import duckdb

from talentscope.registry.read import Registry
from talentscope.runtime.errors import WarehouseError
from talentscope.runtime.words import fold
from talentscope.scoring.brief import Brief
from talentscope.scoring.employment import ANYBODY, Employment, find_employment
from talentscope.scoring.rules import RULES, Rules
from talentscope.scoring.terms import word_pattern
from talentscope.scoring.topics import TopicCluster, TopicFacts, describe_topic

KINDS = {4: "topic", 3: "related", 2: "keyword", 1: "language"}

Row = dict[str, Any]
GITHUB = "https://github.com"
NAMED = re.compile(r"\$([a-z_]+)")


@dataclass(frozen=True)
class Question:
    """A brief with its topic clusters and what it asks of employers, as of a day.

    `site` is where people look at accounts and repositories. `is_in_any_language` puts the brief's languages aside:
    that is how its other languages are counted.
    """

    brief: Brief
    clusters: tuple[TopicCluster, ...]
    as_of: date
    site: str = GITHUB
    employment: Employment = ANYBODY
    is_in_any_language: bool = False

    @property
    def ground_key(self) -> Hashable:
        """The same for questions that the same repositories meet, in the same way (ground.py)."""
        terms = () if self.brief.is_language_only else self.brief.terms
        return "ground", terms, self.brief.keywords, self.clusters

    @property
    def pool_key(self) -> Hashable:
        """The same for questions that give the same pool (pool.py); weights and filters on developers do not count."""
        languages = None if self.is_in_any_language else self.brief.languages
        return "pool", self.ground_key, self.brief.repository, languages, self.as_of


def resolve_clusters(
    connection: duckdb.DuckDBPyConnection, brief: Brief, facts: TopicFacts | None = None
) -> tuple[TopicCluster, ...]:
    """A cluster for each topic of the brief, without what it strikes out; what repositories carry together is looked up
    only if related is asked."""
    found = (describe_topic(connection, topic, related=brief.related, facts=facts) for topic in brief.topics)
    return tuple(cluster.without(brief.struck) for cluster in found)


def ask(
    connection: duckdb.DuckDBPyConnection,
    brief: Brief,
    *,
    as_of: date,
    site: str = GITHUB,
    facts: TopicFacts | None = None,
    registry: Registry | None = None,
    clusters: tuple[TopicCluster, ...] | None = None,
) -> Question:
    """The question of a brief over this snapshot. Raises BriefError for an employer that is no company.

    `clusters` are those of `resolve_clusters`, where they are known already.
    """
    employment = find_employment(brief, registry)
    if clusters is None:
        clusters = resolve_clusters(connection, brief, facts)
    return Question(brief, clusters, as_of, site, employment)


def execute(connection: duckdb.DuckDBPyConnection, sql: str, parameters: dict[str, Any]) -> duckdb.DuckDBPyConnection:
    """As the connection's own. Raises WarehouseError for a snapshot that lacks a column."""
    try:
        return connection.execute(sql, used(sql, parameters))
    except duckdb.BinderException as error:
        raise WarehouseError(
            f"the published snapshot is of another version of talentscope: {str(error).splitlines()[0]}",
            way_out="make it anew from what was collected: `talentscope rebuild`",
        ) from error


@lru_cache(maxsize=8)
def read_sql(name: str) -> str:
    """The text of an SQL file of this folder."""
    return files("talentscope.scoring").joinpath(f"{name}.sql").read_text(encoding="utf-8")


def used(sql: str, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Those of the parameters that the text names: DuckDB refuses any other."""
    names = set(NAMED.findall(sql))
    return {name: value for name, value in parameters.items() if name in names}


def build_parameters(question: Question, rules: Rules = RULES) -> dict[str, Any]:
    """What ground.sql, spots.sql and details.sql need."""
    return {**_terms(question), **_rules(rules)}


def _terms(question: Question) -> dict[str, Any]:
    brief = question.brief
    bits = {term: 1 << index for index, term in enumerate(brief.terms)}
    topics = [row for cluster in question.clusters for row in _cluster_rows(cluster, bits)]
    words = {keyword: fold(keyword) for keyword in brief.keywords}
    return {
        "cluster_topics": [topic for topic, _, _ in topics],
        "cluster_bits": [bit for _, bit, _ in topics],
        "cluster_kinds": [kind for _, _, kind in topics],
        "keyword_words": list(words.values()),
        "keywords": word_pattern(brief.keywords),
        "keyword_bits": [bits[keyword] for keyword in words],
    }


def _cluster_rows(cluster: TopicCluster, bits: dict[str, int]) -> list[tuple[str, int, int]]:
    bit = bits[cluster.topic]
    return [(topic, bit, 4) for topic in cluster.synonyms] + [(item.topic, bit, 3) for item in cluster.related]


def _rules(rules: Rules) -> dict[str, Any]:
    evidence, substance = rules.evidence, rules.substance
    return {
        "evidence_values": [
            float(part) for part in (evidence.language, evidence.keyword, evidence.related, evidence.topic)
        ],
        "full_size_kb": substance.full_size_kb,
        "full_commits": substance.full_commits,
        "full_active_days": substance.full_active_days,
    }
