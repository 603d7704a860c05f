"""A small invented snapshot: builders with defaults, and the tables that scoring reads. No real person is in it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

import duckdb

from talentscope.registry.company import Company, Dated
from talentscope.registry.read import build_registry

AS_OF = date(2026, 11, 21)
NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)

SCHEMA = """
SET TimeZone = 'UTC';
CREATE TABLE repositories (
  repository_node_id VARCHAR, repository_github_id BIGINT, full_name VARCHAR, name VARCHAR, owner_github_id BIGINT,
  owner_login VARCHAR, owner_type VARCHAR, description VARCHAR, homepage VARCHAR, language VARCHAR, license VARCHAR,
  topic_count BIGINT, stars BIGINT, forks BIGINT, size_kb BIGINT, is_fork BOOLEAN, is_archived BOOLEAN,
  is_template BOOLEAN, created_at TIMESTAMPTZ, pushed_at TIMESTAMPTZ, updated_at TIMESTAMPTZ, commits_total BIGINT,
  commits_owner BIGINT, owner_commit_share DOUBLE, contributors BIGINT, active_days BIGINT,
  ownership_observed_at TIMESTAMPTZ, observed_at TIMESTAMPTZ
);
CREATE TABLE repository_topics (repository_node_id VARCHAR, topic VARCHAR, position BIGINT, owner_github_id BIGINT);
CREATE TABLE topics (topic VARCHAR, repository_count BIGINT, developer_count BIGINT);
CREATE TABLE topic_pairs (topic VARCHAR, other_topic VARCHAR, repository_count BIGINT, share DOUBLE, lift DOUBLE);
CREATE TABLE developers (
  github_id BIGINT, node_id VARCHAR, login VARCHAR, type VARCHAR, name VARCHAR, company VARCHAR, location VARCHAR,
  bio VARCHAR, email VARCHAR, website VARCHAR, twitter VARCHAR, followers BIGINT, following BIGINT,
  public_repositories BIGINT, account_created_at TIMESTAMPTZ, repository_count BIGINT, fork_count BIGINT,
  archived_count BIGINT, star_count BIGINT, first_repository_at TIMESTAMPTZ, last_pushed_at TIMESTAMPTZ,
  is_profile_known BOOLEAN, excluded_rule VARCHAR, excluded_reason VARCHAR, profile_observed_at TIMESTAMPTZ,
  observed_at TIMESTAMPTZ, employer_company_id VARCHAR, employer_confidence VARCHAR, employer_evidence VARCHAR
);
"""


TABLES = ("repositories", "repository_topics", "topic_pairs", "developers", "topics")
PAIR = ("topic", "other_topic", "repository_count", "share", "lift")


REGISTRY = build_registry(
    [
        Company("example", "Example Corp", tickers=(Dated("EXM"),), aliases=(Dated("Exemplary Widgets"),)),
        Company("other", "Other Systems", subsidiaries=(Dated("Other Labs"),)),
        Company("third", "Third"),
    ]
)
"""The companies of these worlds."""


@dataclass(frozen=True)
class Repo:
    """One row of `repositories` with its topics; only what scoring reads."""

    github_id: int
    owner: int
    name: str = "mod"
    topics: tuple[str, ...] = ("minecraft",)
    description: str | None = None
    language: str | None = "Java"
    stars: int = 10
    size_kb: int = 500
    is_fork: bool = False
    is_archived: bool = False
    pushed_days_ago: int | None = 10
    active_days: int | None = 100
    commits_total: int | None = 100
    commits_owner: int | None = 90
    topic_count: int | None = None


@dataclass(frozen=True)
class Dev:
    """One row of `developers`; `is_profile_known` False blanks the profile."""

    github_id: int
    login: str = ""
    company: str | None = None
    employer: str | None = None  # the company_id that it is
    location: str | None = None
    email: str | None = "someone@example.invalid"
    website: str | None = None
    twitter: str | None = None
    followers: int | None = 10
    is_profile_known: bool = True
    repository_count: int | None = None
    excluded_rule: str | None = None
    excluded_reason: str | None = None

    @property
    def name(self) -> str:
        return self.login or f"dev{self.github_id}"


@dataclass(frozen=True)
class World:
    """Developers, repositories, and topics that go together."""

    developers: tuple[Dev, ...] = ()
    repositories: tuple[Repo, ...] = ()
    pairs: tuple[tuple[str, str, int, float, float], ...] = ()


def build_snapshot(world: World) -> duckdb.DuckDBPyConnection:
    """An in-memory snapshot of this world."""
    connection = duckdb.connect()
    connection.execute(SCHEMA)
    fill_snapshot(connection, world)
    return connection


def fill_snapshot(connection: duckdb.DuckDBPyConnection, world: World) -> None:
    """Replace whatever the snapshot holds by this world: quicker than a new one for each of many worlds."""
    logins = {developer.github_id: developer.name for developer in world.developers}
    repositories = [_repository_row(repo, logins.get(repo.owner, "ghost")) for repo in world.repositories]
    topics = [
        {"repository_node_id": f"R{repo.github_id}", "topic": topic, "position": place, "owner_github_id": repo.owner}
        for repo in world.repositories
        for place, topic in enumerate(repo.topics)
    ]
    pairs = [dict(zip(PAIR, pair, strict=True)) for pair in world.pairs]
    developers = [_developer_row(developer, known_count(world, developer)) for developer in world.developers]
    counts = [_topic_row(world, topic) for topic in sorted({row["topic"] for row in topics})]
    for table, rows in zip(TABLES, (repositories, topics, pairs, developers, counts), strict=True):
        connection.execute(f"DELETE FROM {table}")
        if rows:
            columns, marks = ", ".join(rows[0]), ", ".join("?" for _ in rows[0])
            values = ", ".join(f"({marks})" for _ in rows)
            connection.execute(
                f"INSERT INTO {table} ({columns}) VALUES {values}", [value for row in rows for value in row.values()]
            )


def known_count(world: World, developer: Dev) -> int:
    """Known repositories that are not forks."""
    if developer.repository_count is not None:
        return developer.repository_count
    return sum(1 for repo in world.repositories if repo.owner == developer.github_id and not repo.is_fork)


def one(developer: Dev, *repositories: Repo, others: Iterable[Repo] = ()) -> World:
    """A world of one developer, who owns all these repositories."""
    owned = tuple(replace(repository, owner=developer.github_id) for repository in (*repositories, *others))
    return World((developer,), owned)


def _topic_row(world: World, topic: str) -> dict[str, object]:
    owners = [repo.owner for repo in world.repositories if topic in repo.topics and not repo.is_fork]
    return {"topic": topic, "repository_count": len(owners), "developer_count": len(set(owners))}


def _repository_row(repo: Repo, login: str) -> dict[str, object]:
    pushed_at = None if repo.pushed_days_ago is None else NOW - timedelta(days=repo.pushed_days_ago)
    share = repo.commits_owner / repo.commits_total if repo.commits_total and repo.commits_owner is not None else None
    return {
        "repository_node_id": f"R{repo.github_id}",
        "repository_github_id": repo.github_id,
        "full_name": f"{login}/{repo.name}{repo.github_id}",
        "name": repo.name,
        "owner_github_id": repo.owner,
        "owner_login": login,
        "owner_type": "User",
        "description": repo.description,
        "language": repo.language,
        "topic_count": len(repo.topics) if repo.topic_count is None else repo.topic_count,
        "stars": repo.stars,
        "size_kb": repo.size_kb,
        "is_fork": repo.is_fork,
        "is_archived": repo.is_archived,
        "pushed_at": pushed_at,
        "commits_total": repo.commits_total,
        "commits_owner": repo.commits_owner,
        "owner_commit_share": share,
        "active_days": repo.active_days,
        "observed_at": NOW,
    }


def _developer_row(developer: Dev, repository_count: int) -> dict[str, object]:
    names = ("company", "location", "email", "website", "twitter", "followers")
    profile = {name: getattr(developer, name) if developer.is_profile_known else None for name in names}
    employer = developer.employer if developer.is_profile_known else None
    return {
        "github_id": developer.github_id,
        "login": developer.name,
        "type": "User",
        **profile,
        "employer_company_id": employer,
        "employer_confidence": employer and "high",
        "employer_evidence": employer and f"states {developer.company}",
        "repository_count": repository_count,
        "is_profile_known": developer.is_profile_known,
        "excluded_rule": developer.excluded_rule,
        "excluded_reason": developer.excluded_reason,
        "profile_observed_at": NOW if developer.is_profile_known else None,
        "observed_at": NOW,
    }
