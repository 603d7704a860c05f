"""Rows become leads: components with their sentences, reasons in the order of what they bring, links. Pure."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from urllib.parse import quote

from talentscope.scoring import reasons
from talentscope.scoring.lead import Component, Lead, MatchedRepository, Reason, StatedEmployer
from talentscope.scoring.query import KINDS, Question, Row
from talentscope.scoring.rules import COMPONENTS


def to_lead(row: Row, question: Question) -> Lead:
    """A row of a ranked pool with its details (details.sql) as a lead."""
    components = _build_components(row, question)
    profile_url = f"{question.site}/{quote(row['login'])}"
    return Lead(
        rank=row["rank"],
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
