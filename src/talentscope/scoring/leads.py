"""The two questions people ask: who are the leads of a brief, and why is this person one, or none.

`leads.sql` scores; here its rows become leads with reasons, suppressed accounts are dropped, and ranks are given.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any
from urllib.parse import quote

import duckdb

from talentscope.registry.read import Registry
from talentscope.scoring import reasons
from talentscope.scoring.brief import Brief
from talentscope.scoring.employment import find_employment
from talentscope.scoring.exclusion import find_account, find_exclusion, never_seen, suppressed
from talentscope.scoring.lead import Component, Exclusion, Lead, MatchedRepository, Reason, StatedEmployer
from talentscope.scoring.query import GITHUB, KINDS, Question, Row, resolve_clusters, run_leads, run_ranking
from talentscope.scoring.rules import COMPONENTS
from talentscope.scoring.topics import TopicFacts

__all__ = ["Exclusion", "Lead", "explain_lead", "find_leads"]

MARGIN = 20

IsSuppressed = Callable[[int, str], bool]


def find_leads(
    connection: duckdb.DuckDBPyConnection,
    brief: Brief,
    *,
    as_of: date,
    limit: int | None,
    is_suppressed: IsSuppressed,
    facts: TopicFacts | None = None,
    site: str = GITHUB,
    registry: Registry | None = None,
) -> list[Lead]:
    """The best `limit` leads (all when None), best first, ranks from 1 without gaps; suppressed accounts are not in it.

    `connection` is a published snapshot, in a session whose time zone is UTC. `facts` default to those we ship; `site`
    is where links lead; `registry` says which companies a brief means, the shipped one when not given.
    Raises BriefError for an employer that is no company of it.
    """
    employment = find_employment(brief, registry)
    question = Question(brief, resolve_clusters(connection, brief, facts), as_of, site, employment)
    rows = _fetch_allowed(connection, question, limit=limit, is_suppressed=is_suppressed)
    return [_to_lead(row, question, rank=rank) for rank, row in enumerate(rows, 1)]


def find_site(connection: duckdb.DuckDBPyConnection) -> str:
    """Where the newest run found what it found: links lead there, also on GitHub Enterprise and in the demo."""
    newest = "SELECT site FROM runs WHERE site IS NOT NULL ORDER BY started_at DESC LIMIT 1"
    row = connection.execute(newest).fetchone()
    return str(row[0]) if row is not None else GITHUB


def explain_lead(
    connection: duckdb.DuckDBPyConnection,
    brief: Brief,
    login: str,
    *,
    as_of: date,
    is_suppressed: IsSuppressed,
    facts: TopicFacts | None = None,
    site: str = GITHUB,
    registry: Registry | None = None,
) -> Lead | Exclusion:
    """The lead behind a login (case does not matter) with its rank, or the rule that keeps it out. As `find_leads`."""
    employment = find_employment(brief, registry)
    account = find_account(connection, login)
    if account is None:
        return never_seen(login)
    if is_suppressed(account.github_id, account.login):
        return suppressed(account)
    question = Question(brief, resolve_clusters(connection, brief, facts), as_of, site, employment)
    rows = run_leads(connection, question, only_id=account.github_id)
    if not rows:
        return find_exclusion(connection, question, account)
    rank = 1
    for github_id, other in run_ranking(connection, question):
        if github_id == account.github_id:
            break
        rank += not is_suppressed(github_id, other)
    return _to_lead(rows[0], question, rank=rank)


def _fetch_allowed(
    connection: duckdb.DuckDBPyConnection, question: Question, *, limit: int | None, is_suppressed: IsSuppressed
) -> list[Row]:
    """Asks for a few more than wanted, and for more again while suppressed accounts leave too few."""
    size = None if limit is None else limit + MARGIN
    while True:
        rows = run_leads(connection, question, limit=size)
        allowed = [row for row in rows if not is_suppressed(row["github_id"], row["login"])]
        if size is None or limit is None or len(allowed) >= limit or len(rows) < size:
            return allowed[:limit]
        size *= 4


def _to_lead(row: Row, question: Question, *, rank: int) -> Lead:
    components = _build_components(row, question)
    profile_url = f"{question.site}/{quote(row['login'])}"
    return Lead(
        rank=rank,
        login=row["login"],
        github_id=row["github_id"],
        name=row["name"],
        url=profile_url,
        score=row["score"],
        score_low=row["score_low"],
        score_high=row["score_high"],
        components=components,
        reasons=_build_reasons(components),
        repositories=tuple(_to_repository(item, question.site) for item in row["repositories"]),
        followers=row["followers"],
        contacts={way: row[way] for way in ("email", "website", "twitter")},
        company=row["company"],
        employer=_to_employer(row, question),
        location=row["location"],
        is_profile_known=row["is_profile_known"],
        as_of=question.as_of,
        profile_observed_at=row["profile_observed_at"],
        repositories_observed_at=max(item["observed_at"] for item in row["repositories"]),
    )


def _to_employer(row: Row, question: Question) -> StatedEmployer | None:
    company_id = row["employer_company_id"]
    if company_id is None:
        return None
    name = question.employment.name_of(company_id)
    return StatedEmployer(company_id, name, row["employer_confidence"], row["employer_evidence"])


def _build_components(row: Row, question: Question) -> tuple[Component, ...]:
    weights = question.brief.weights.model_dump()
    sentences = _say_all(row, question)
    known_weight = row["known_weight"]
    built = []
    for name in COMPONENTS:
        value = row[name]
        reason = sentences[name]
        points = None if value is None or not known_weight else 100 * weights[name] * value / known_weight
        built.append(Component(name, value, weights[name], points, reason.text, reason.url))
    return tuple(built)


def _build_reasons(components: tuple[Component, ...]) -> tuple[Reason, ...]:
    """What weighs, the largest contribution first; what is unknown last."""
    weighing = [item for item in components if item.weight > 0]
    order = sorted(weighing, key=lambda item: -1.0 if item.contribution is None else item.contribution, reverse=True)
    return tuple(Reason(item.reason, item.url) for item in order)


def _say_all(row: Row, question: Question) -> dict[str, Reason]:
    profile = f"{question.site}/{quote(row['login'])}"
    repositories: list[dict[str, Any]] = row["repositories"]
    strongest = max(repositories, key=lambda item: item["substance"])
    starred = max(repositories, key=lambda item: item["stars"])
    latest = max(repositories, key=lambda item: _moment(item["pushed_at"]))
    proven = [item for item in repositories if item["owner_commit_share"] is not None]
    written = max(proven, key=lambda item: item["commits_owner"], default=strongest)
    author = f"?author={quote(row['login'])}"
    return {
        "relevance": Reason(_say_relevance(row, question), f"{profile}?tab=repositories"),
        "authorship": Reason(_say_authorship(row), f"{_repository_url(written, question.site)}/commits{author}"),
        "substance": Reason(
            reasons.say_substance(
                full_name=strongest["full_name"],
                size_kb=strongest["size_kb"],
                commits_total=strongest["commits_total"],
                active_days=strongest["active_days"],
            ),
            _repository_url(strongest, question.site),
        ),
        "validation": Reason(
            reasons.say_validation(full_name=starred["full_name"], stars=starred["stars"]),
            f"{_repository_url(starred, question.site)}/stargazers",
        ),
        "recency": Reason(
            reasons.say_recency(full_name=latest["full_name"], days=row["days_since_push"]),
            f"{_repository_url(latest, question.site)}/commits",
        ),
        "reach": Reason(_say_reach(row), profile),
        "attention": Reason(reasons.say_attention(row["followers"]), f"{profile}?tab=followers"),
    }


def _say_relevance(row: Row, question: Question) -> str:
    brief = question.brief
    met = [term for index, term in enumerate(brief.terms) if row["bits"] >> index & 1]
    kinds = [KINDS[item["kind"]] for item in row["repositories"]]
    counts = {kind: kinds.count(kind) for kind in KINDS.values()}
    return reasons.say_relevance(
        counts=counts,
        known_count=row["known_count"],
        met=met,
        asked_count=len(brief.terms),
        is_language_only=brief.is_language_only,
    )


def _say_authorship(row: Row) -> str:
    return reasons.say_authorship(
        commits_owner=row["commits_owner"],
        commits_total=row["commits_total"],
        proven=sum(item["owner_commit_share"] is not None for item in row["repositories"]),
        matched=row["matched_count"],
    )


def _say_reach(row: Row) -> str:
    return reasons.say_reach(
        is_profile_known=row["is_profile_known"],
        email=row["email"] is not None,
        website=row["website"] is not None,
        twitter=row["twitter"] is not None,
    )


def _to_repository(item: dict[str, Any], site: str) -> MatchedRepository:
    return MatchedRepository(
        full_name=item["full_name"],
        url=_repository_url(item, site),
        matched_by=KINDS[item["kind"]],
        matched_topics=tuple(item["matched_topics"]),
        language=item["language"],
        stars=item["stars"],
        size_kb=item["size_kb"],
        is_archived=item["is_archived"],
        pushed_at=item["pushed_at"],
        commits_total=item["commits_total"],
        commits_owner=item["commits_owner"],
        owner_commit_share=item["owner_commit_share"],
        active_days=item["active_days"],
    )


def _repository_url(item: dict[str, Any], site: str) -> str:
    return f"{site}/{quote(item['full_name'])}"


def _moment(pushed_at: datetime | None) -> float:
    return float("-inf") if pushed_at is None else pushed_at.timestamp()
