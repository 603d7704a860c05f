"""A lead, and why somebody is none: frozen values and their plain form. Pure; no scoring happens here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class Component:
    """One part of a score. `value` is 0..1 or None (unknown); `contribution` is in points of the score."""

    name: str
    value: float | None
    weight: float
    contribution: float | None
    reason: str
    url: str


@dataclass(frozen=True, slots=True)
class MatchedRepository:
    """A repository that counts for the lead. `matched_by` is topic, related, keyword or language."""

    full_name: str
    url: str
    matched_by: str
    matched_topics: tuple[str, ...]
    language: str | None
    stars: int
    size_kb: int
    is_archived: bool
    pushed_at: datetime | None
    commits_total: int | None
    commits_owner: int | None
    owner_commit_share: float | None
    active_days: int | None


@dataclass(frozen=True, slots=True)
class Reason:
    """A sentence with its number, and where to check it."""

    text: str
    url: str

    def __str__(self) -> str:
        return f"{self.text} ({self.url})"


@dataclass(frozen=True, slots=True)
class StatedEmployer:
    """The company that the stated employer is. `confidence` is high or medium; `evidence` says what it was known by."""

    company_id: str
    name: str
    confidence: str
    evidence: str


@dataclass(frozen=True, slots=True)
class Lead:
    """A developer scored for a brief. `score` is 0..100, or None when nothing that the brief weighs is known.

    `score_low` and `score_high` put what is unknown at its worst and at its best. `contacts` has email, website and
    twitter as the profile publishes them; None is not published, or not known (see `is_profile_known`). `company` is
    the employer as stated, `employer` the company of the registry that this is, None where it is none or unsure.
    """

    rank: int
    login: str
    github_id: int
    name: str | None
    url: str
    score: float | None
    score_low: float
    score_high: float
    components: tuple[Component, ...]
    reasons: tuple[Reason, ...]
    repositories: tuple[MatchedRepository, ...]
    followers: int | None
    contacts: Mapping[str, str | None]
    company: str | None
    employer: StatedEmployer | None
    location: str | None
    is_profile_known: bool
    as_of: date
    profile_observed_at: datetime | None
    repositories_observed_at: datetime | None

    def to_dict(self) -> dict[str, Any]:
        """Plain data (JSON): dates as ISO text, components by name, each reason with its link in brackets."""
        return {
            "rank": self.rank,
            "login": self.login,
            "github_id": self.github_id,
            "name": self.name,
            "url": self.url,
            "score": self.score,
            "score_low": self.score_low,
            "score_high": self.score_high,
            "components": {item.name: _component_dict(item) for item in self.components},
            "reasons": [str(reason) for reason in self.reasons],
            "repositories": [_repository_dict(repository) for repository in self.repositories],
            "followers": self.followers,
            "contacts": dict(self.contacts),
            "company": self.company,
            "employer": asdict(self.employer) if self.employer else None,
            "location": self.location,
            "is_profile_known": self.is_profile_known,
            "as_of": self.as_of.isoformat(),
            "freshness": {
                "profile_observed_at": _iso(self.profile_observed_at),
                "repositories_observed_at": _iso(self.repositories_observed_at),
            },
        }


@dataclass(frozen=True, slots=True)
class Exclusion:
    """Why somebody is no lead for a brief.

    `rule` is never_seen, suppressed, one of the warehouse's excluded_rule (organisation, bot_type, bot_name,
    mass_commits, mass_repositories, forks_only, archived_only, gone), no_match, repository_filter, followers, contact,
    places, employers or exclude_companies.
    """

    login: str
    github_id: int | None
    rule: str
    sentence: str
    details: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Plain data (JSON)."""
        return {
            "login": self.login,
            "github_id": self.github_id,
            "excluded": True,
            "rule": self.rule,
            "sentence": self.sentence,
            "details": list(self.details),
        }


def _component_dict(item: Component) -> dict[str, Any]:
    return {
        "value": item.value,
        "weight": item.weight,
        "contribution": item.contribution,
        "reason": item.reason,
        "url": item.url,
    }


def _repository_dict(repository: MatchedRepository) -> dict[str, Any]:
    return {
        "full_name": repository.full_name,
        "url": repository.url,
        "matched_by": repository.matched_by,
        "matched_topics": list(repository.matched_topics),
        "language": repository.language,
        "stars": repository.stars,
        "size_kb": repository.size_kb,
        "is_archived": repository.is_archived,
        "pushed_at": _iso(repository.pushed_at),
        "commits_total": repository.commits_total,
        "commits_owner": repository.commits_owner,
        "owner_commit_share": repository.owner_commit_share,
        "active_days": repository.active_days,
    }


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
