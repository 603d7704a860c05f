"""Turns a brief into the parameters of leads.sql and runs it. What the rows mean is for `leads.py`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from importlib.resources import files
from typing import Any

import duckdb

from talentscope.runtime.errors import WarehouseError
from talentscope.runtime.words import fold
from talentscope.scoring.brief import Brief
from talentscope.scoring.employment import ANYBODY, Employment
from talentscope.scoring.rules import RULES, Rules
from talentscope.scoring.terms import word_pattern
from talentscope.scoring.topics import TopicCluster, TopicFacts, describe_topic

KINDS = {4: "topic", 3: "related", 2: "keyword", 1: "language"}
ALL = 2**62  # an open end of a band, and a limit that lets everybody through

Row = dict[str, Any]


GITHUB = "https://github.com"


@dataclass(frozen=True)
class Question:
    """A brief with its topic clusters and what it asks of employers, as of a day.

    `site` is where people look at accounts and repositories.
    """

    brief: Brief
    clusters: tuple[TopicCluster, ...]
    as_of: date
    site: str = GITHUB
    employment: Employment = ANYBODY


def resolve_clusters(
    connection: duckdb.DuckDBPyConnection, brief: Brief, facts: TopicFacts | None = None
) -> tuple[TopicCluster, ...]:
    """A cluster for each topic of the brief; what repositories carry together is looked up only if related is asked."""
    return tuple(describe_topic(connection, topic, related=brief.related, facts=facts) for topic in brief.topics)


def execute(connection: duckdb.DuckDBPyConnection, sql: str, parameters: dict[str, Any]) -> duckdb.DuckDBPyConnection:
    """As the connection's own. Raises WarehouseError for a snapshot that lacks a column."""
    try:
        return connection.execute(sql, parameters)
    except duckdb.BinderException as error:
        raise WarehouseError(
            f"the published snapshot is of another version of talentscope: {str(error).splitlines()[0]}",
            way_out="make it anew from what was collected: `talentscope rebuild`",
        ) from error


def run_leads(
    connection: duckdb.DuckDBPyConnection, question: Question, *, limit: int | None = None, only_id: int | None = None
) -> list[Row]:
    """The best `limit` rows, best first, repositories included; `only_id` restricts to one account."""
    parameters = {**build_parameters(question), **_slice(limit=limit, only_id=only_id, with_details=True)}
    cursor = execute(connection, leads_sql(), parameters)
    names = [column[0] for column in cursor.description or ()]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def run_ranking(connection: duckdb.DuckDBPyConnection, question: Question) -> list[tuple[int, str]]:
    """(github_id, login) of everybody who passes, best first."""
    sql = f"SELECT github_id, login FROM ({leads_sql()}) ORDER BY score DESC NULLS LAST, score_low DESC, github_id"
    parameters = {**build_parameters(question), **_slice(limit=None, only_id=None, with_details=False)}
    return [(row[0], row[1]) for row in execute(connection, sql, parameters).fetchall()]


@lru_cache(maxsize=1)
def leads_sql() -> str:
    """The text of leads.sql."""
    return files("talentscope.scoring").joinpath("leads.sql").read_text(encoding="utf-8")


def build_parameters(question: Question, rules: Rules = RULES) -> dict[str, Any]:
    """Everything that leads.sql needs but the slice of the result."""
    return {**_terms(question), **_filters(question), **_rules(rules), **question.brief.weights.model_dump()}


def _slice(*, limit: int | None, only_id: int | None, with_details: bool) -> dict[str, Any]:
    return {"limit": ALL if limit is None else limit, "only_id": only_id, "with_details": with_details}


def _terms(question: Question) -> dict[str, Any]:
    brief = question.brief
    bits = {term: 1 << index for index, term in enumerate(brief.terms)}
    topics = [row for cluster in question.clusters for row in _cluster_rows(cluster, bits)]
    words = {keyword: fold(keyword) for keyword in brief.keywords}
    languages = [language.lower() for language in brief.languages]
    return {
        "cluster_topics": [topic for topic, _, _ in topics],
        "cluster_bits": [bit for _, bit, _ in topics],
        "cluster_kinds": [kind for _, _, kind in topics],
        "keyword_words": list(words.values()),
        "keywords": word_pattern(brief.keywords),
        "keyword_bits": [bits[keyword] for keyword in words],
        "languages": languages,
        "language_bits": [bits.get(language, 0) for language in brief.languages],
        "is_language_only": brief.is_language_only,
        "term_count": len(brief.terms),
        "as_of": question.as_of,
    }


def _cluster_rows(cluster: TopicCluster, bits: dict[str, int]) -> list[tuple[str, int, int]]:
    bit = bits[cluster.topic]
    return [(topic, bit, 4) for topic in cluster.synonyms] + [(item.topic, bit, 3) for item in cluster.related]


def _filters(question: Question) -> dict[str, Any]:
    repository, developer = question.brief.repository, question.brief.developer
    days = repository.pushed_within_days
    return {
        "stars_min": _or(repository.stars.min, 0),
        "stars_max": _or(repository.stars.max, ALL),
        "size_min": _or(repository.size_kb.min, 0),
        "size_max": _or(repository.size_kb.max, ALL),
        "topics_max": _or(repository.max_topics, ALL),
        "pushed_since": None if days is None else question.as_of - timedelta(days=days),
        "followers_min": _or(developer.followers.min, 0),
        "followers_max": _or(developer.followers.max, ALL),
        "contact": developer.contact,
        "places": word_pattern(developer.places),
        "companies": word_pattern(developer.exclude_companies),
        "employers": None if question.employment.only is None else list(question.employment.only),
        "other_employers": list(question.employment.without),
    }


def _or(number: int | None, otherwise: int) -> int:
    return otherwise if number is None else number


def _rules(rules: Rules) -> dict[str, Any]:
    evidence, relevance, substance, reach = rules.evidence, rules.relevance, rules.substance, rules.reach
    first, second, third = substance.rank_shares
    return {
        "evidence_values": _doubles((evidence.language, evidence.keyword, evidence.related, evidence.topic)),
        "depth_half": relevance.depth_half,
        "focus_prior": relevance.focus_prior,
        "focus_prior_count": relevance.focus_prior_count,
        "depth_share": relevance.depth_share,
        "focus_share": relevance.focus_share,
        "breadth_share": relevance.breadth_share,
        "full_size_kb": substance.full_size_kb,
        "full_commits": substance.full_commits,
        "full_active_days": substance.full_active_days,
        "first_share": first,
        "second_share": second,
        "third_share": third,
        "star_floors": list(rules.stars.floors),
        "star_values": _doubles(rules.stars.values),
        "day_floors": list(rules.days_since_push.floors),
        "day_values": _doubles(rules.days_since_push.values),
        "follower_floors": list(rules.followers.floors),
        "follower_values": _doubles(rules.followers.values),
        "email_value": reach.email,
        "website_value": reach.website,
        "twitter_value": reach.twitter,
        "decimals": rules.score_decimals,
    }


def _doubles(values: Sequence[float]) -> list[float]:
    return [float(value) for value in values]
