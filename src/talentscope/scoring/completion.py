"""What somebody may be about to type: topics, languages and places of a snapshot, the frequent ones first."""

from __future__ import annotations

import re
from dataclasses import dataclass

import duckdb

from talentscope.scoring.query import execute
from talentscope.scoring.terms import normalise_topic

MOST = 50

BETWEEN_PLACES = r"[,;/|()]+"


@dataclass(frozen=True)
class Completion:
    """A word as a brief writes it, and how many repositories (topics, languages) or developers (places) have it."""

    value: str
    count: int


def complete_topic(connection: duckdb.DuckDBPyConnection, prefix: str, limit: int = 10) -> tuple[Completion, ...]:
    """Topics that begin so, then topics with a part that does (`forge` finds minecraft-forge); by repositories."""
    typed = normalise_topic(prefix)
    sql = """
        SELECT topic, repository_count FROM topics
        WHERE starts_with(topic, $typed) OR contains(topic, '-' || $typed)
        ORDER BY NOT starts_with(topic, $typed), repository_count DESC, topic LIMIT $limit
    """
    return _complete(connection, sql, typed, limit)


def complete_language(connection: duckdb.DuckDBPyConnection, prefix: str, limit: int = 10) -> tuple[Completion, ...]:
    """Languages that begin so, whatever the case; by repositories."""
    sql = """
        SELECT language, count(*) AS number FROM repositories
        WHERE NOT is_fork AND starts_with(lower(language), lower($typed))
        GROUP BY language ORDER BY number DESC, language LIMIT $limit
    """
    return _complete(connection, sql, prefix.strip(), limit)


def complete_place(connection: duckdb.DuckDBPyConnection, prefix: str, limit: int = 10) -> tuple[Completion, ...]:
    """Places between the commas of locations, that begin so without regard to case and accents; by developers."""
    sql = """
        WITH stated AS (
          SELECT trim(regexp_replace(unnest(string_split_regex(location, $between)), '\\s+', ' ', 'g')) AS place
          FROM developers
          WHERE excluded_rule IS NULL AND contains(lower(strip_accents(location)), lower(strip_accents($typed)))
        )
        SELECT mode(place ORDER BY place) AS spelt, count(*) AS number FROM stated
        WHERE length(place) BETWEEN 2 AND 100
          AND starts_with(lower(strip_accents(place)), lower(strip_accents($typed)))
        GROUP BY lower(strip_accents(place)) ORDER BY number DESC, spelt LIMIT $limit
    """
    return _complete(connection, sql, re.sub(r"\s+", " ", prefix.strip()), limit)


def _complete(connection: duckdb.DuckDBPyConnection, sql: str, typed: str, limit: int) -> tuple[Completion, ...]:
    parameters = {"typed": typed, "limit": max(0, min(limit, MOST)), "between": BETWEEN_PLACES}
    with connection.cursor() as cursor:
        return tuple(Completion(str(value), int(count)) for value, count in execute(cursor, sql, parameters).fetchall())
