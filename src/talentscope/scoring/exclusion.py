"""Why somebody is no lead: the rule on record, or the filter of the brief, with the numbers. Reads one account."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import duckdb

from talentscope.scoring.brief import Band, Brief
from talentscope.scoring.employment import Employment
from talentscope.scoring.lead import Exclusion
from talentscope.scoring.query import Question, execute
from talentscope.scoring.reasons import count, join_words
from talentscope.scoring.terms import has_words
from talentscope.scoring.topics import TopicCluster

SHOWN = 5  # repositories named in an explanation


@dataclass(frozen=True)
class Account:
    """What the snapshot knows of an account, as far as filters ask."""

    github_id: int
    login: str
    company: str | None
    employer_company_id: str | None
    location: str | None
    email: str | None
    website: str | None
    twitter: str | None
    followers: int | None
    is_profile_known: bool
    excluded_rule: str | None
    excluded_reason: str | None


@dataclass(frozen=True)
class OwnRepository:
    """One repository of the account, with what the brief's filters ask about."""

    full_name: str
    name: str
    description: str | None
    language: str | None
    stars: int
    size_kb: int
    topic_count: int
    is_fork: bool
    pushed_on: date | None
    topics: list[str]


def find_account(connection: duckdb.DuckDBPyConnection, login: str) -> Account | None:
    """The account with this login, whatever its case; of several (a login that changed hands) the one seen last."""
    return _read_account(connection, "lower(login) = lower($account)", login)


def find_account_by_id(connection: duckdb.DuckDBPyConnection, github_id: int) -> Account | None:
    """The account of this number."""
    return _read_account(connection, "github_id = $account", github_id)


def _read_account(connection: duckdb.DuckDBPyConnection, condition: str, account: str | int) -> Account | None:
    row = execute(
        connection,
        f"""
        SELECT github_id, login, company, employer_company_id, location, email, website, twitter, followers,
          is_profile_known, excluded_rule, excluded_reason
        FROM developers WHERE {condition}
        ORDER BY observed_at DESC NULLS LAST, github_id LIMIT 1
        """,
        {"account": account},
    ).fetchone()
    return Account(*row) if row else None


def never_seen(login: str) -> Exclusion:
    """Nobody of that login was met."""
    return Exclusion(login, None, "never_seen", f"no repository of {login} has been met in any run so far")


def suppressed(account: Account) -> Exclusion:
    """Somebody said no."""
    return Exclusion(account.login, account.github_id, "suppressed", "not to be shown and not to be written to")


def find_exclusion(connection: duckdb.DuckDBPyConnection, question: Question, account: Account) -> Exclusion:
    """The first rule that keeps this account out: on record, then repositories, then the developer filters."""
    if account.excluded_rule is not None:
        reason = account.excluded_reason or f"kept out by the rule {account.excluded_rule}"
        return Exclusion(account.login, account.github_id, account.excluded_rule, reason)
    repositories = _read_repositories(connection, account.github_id)
    found = _explain_repositories(question, repositories) or _explain_developer(question, account)
    if found is None:
        raise AssertionError(f"the pool leaves out {account.github_id}, but no rule here says why")
    rule, reason, details = found
    return Exclusion(account.login, account.github_id, rule, reason, tuple(details))


_Found = tuple[str, str, list[str]]


def _read_repositories(connection: duckdb.DuckDBPyConnection, github_id: int) -> list[OwnRepository]:
    rows = connection.execute(
        """
        SELECT r.full_name, r.name, r.description, r.language, r.stars, r.size_kb, r.topic_count, r.is_fork,
          r.pushed_at::DATE, coalesce(list(t.topic) FILTER (t.topic IS NOT NULL), [])
        FROM repositories AS r LEFT JOIN repository_topics AS t ON t.repository_node_id = r.repository_node_id
        WHERE r.owner_github_id = $github_id
        GROUP BY ALL ORDER BY r.stars DESC, r.full_name
        """,
        {"github_id": github_id},
    ).fetchall()
    return [OwnRepository(*row) for row in rows]


def _explain_repositories(question: Question, repositories: list[OwnRepository]) -> _Found | None:
    own = [repository for repository in repositories if not repository.is_fork]
    about = [repository for repository in own if _is_about(question, repository)]
    asked = join_words(question.brief.terms, "or")
    if not about:
        verb = "is in" if question.brief.is_language_only else "matches"
        known = count(len(own), "known repository", plural="known repositories")
        return "no_match", f"none of {known} {verb} {asked}", []
    failures = {repository.full_name: _fail(question, repository) for repository in about}
    if any(not failure for failure in failures.values()):
        return None
    details = [f"{name}: {'; '.join(failure)}" for name, failure in failures.items()]
    known = count(len(own), "known repository", plural="known repositories")
    reason = f"{len(about):,} of {known} on {asked}, but none passes the brief's repository filters"
    return "repository_filter", reason, details[:SHOWN]


def _is_about(question: Question, repository: OwnRepository) -> bool:
    brief = question.brief
    if brief.is_language_only:
        return _in_languages(brief, repository)
    wanted = {topic for cluster in question.clusters for topic in _all_topics(cluster)}
    text = f"{repository.name} {repository.description or ''}"
    return bool(wanted & set(repository.topics)) or any(has_words(text, keyword) for keyword in brief.keywords)


def _all_topics(cluster: TopicCluster) -> tuple[str, ...]:
    return (cluster.topic, *(entry.topic for entry in cluster.entries))


def _in_languages(brief: Brief, repository: OwnRepository) -> bool:
    return (repository.language or "").lower() in {language.lower() for language in brief.languages}


def _fail(question: Question, repository: OwnRepository) -> list[str]:
    """Each repository filter that this one does not pass, as `has 2 stars, asked for 3 to 500`."""
    brief, asked = question.brief, question.brief.repository
    failed = []
    if brief.languages and not _in_languages(brief, repository):
        failed.append(f"is in {repository.language or 'no language'}, asked for {join_words(brief.languages, 'or')}")
    if not _within(asked.stars, repository.stars):
        failed.append(f"has {count(repository.stars, 'star')}, asked for {say_band(asked.stars)}")
    if not _within(asked.size_kb, repository.size_kb):
        failed.append(f"holds {repository.size_kb:,} KiB, asked for {say_band(asked.size_kb)}")
    if asked.max_topics is not None and repository.topic_count > asked.max_topics:
        failed.append(f"carries {count(repository.topic_count, 'topic')}, asked for at most {asked.max_topics}")
    failed += _fail_push(question, repository.pushed_on)
    return failed


def _fail_push(question: Question, pushed_on: date | None) -> list[str]:
    days = question.brief.repository.pushed_within_days
    if days is None:
        return []
    if pushed_on is None:
        return [f"was never pushed to, asked for a push within {count(days, 'day')}"]
    ago = (question.as_of - pushed_on).days
    return [f"was pushed {count(ago, 'day')} ago, asked for within {count(days, 'day')}"] if ago > days else []


def _explain_developer(question: Question, account: Account) -> _Found | None:
    asked = question.brief.developer
    if account.followers is not None and not _within(asked.followers, account.followers):
        return "followers", f"{count(account.followers, 'follower')}, asked for {say_band(asked.followers)}", []
    if account.is_profile_known and not _is_reachable(asked.contact, account):
        wanted = "e-mail address" if asked.contact == "email" else "e-mail address, website or handle"
        return "contact", f"the profile publishes no {wanted}", []
    if asked.places and not any(has_words(account.location, place) for place in asked.places):
        where = "no location is known" if account.location is None else f"the location is {account.location!r}"
        return "places", f"{where}, asked for {join_words(asked.places, 'or')}", []
    for company in asked.exclude_companies:
        if has_words(account.company, company):
            return "exclude_companies", f"the company is {account.company!r}, and the brief leaves out {company}", []
    return _explain_employer(question.employment, account)


def _explain_employer(employment: Employment, account: Account) -> _Found | None:
    stated = "no employer is known" if account.company is None else f"the company is {account.company!r}"
    employer = account.employer_company_id
    if employer is not None:
        stated = f"{stated}, which is {employment.name_of(employer)}"
    if employment.only is not None and employer not in employment.only:
        wanted = [employment.name_of(company_id) for company_id in employment.only]
        return "employers", f"{stated}, asked for {join_words(wanted, 'or')}", []
    if employer is not None and employer in employment.without:
        return "exclude_companies", f"{stated}, and the brief leaves that out", []
    return None


def _is_reachable(contact: str, account: Account) -> bool:
    ways: dict[str, list[Any]] = {
        "none": [True],
        "email": [account.email],
        "any": [account.email, account.website, account.twitter],
    }
    return any(way is not None for way in ways[contact])


def _within(band: Band, number: int) -> bool:
    return (band.min is None or number >= band.min) and (band.max is None or number <= band.max)


def say_band(band: Band) -> str:
    """`3 to 500`, `at least 3`, `at most 500`."""
    if band.min is not None and band.max is not None:
        return f"{band.min:,} to {band.max:,}"
    return f"at least {band.min:,}" if band.min is not None else f"at most {band.max:,}"
