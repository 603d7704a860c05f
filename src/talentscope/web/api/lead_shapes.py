"""What the API tells of people."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from pydantic import Field

from talentscope.web.api.asking import MOST_ID
from talentscope.web.api.shapes import Body, OfSnapshot, Shape


class Component(Shape):
    """One part of a score."""

    value: float | None = Field(description="0 to 1; null is unknown.", examples=[0.82])
    weight: float = Field(description="How much the brief lets it count.")
    contribution: float | None = Field(description="Points of the score that it brings.")
    reason: str = Field(description="The evidence in a sentence, with its numbers.")
    url: str = Field(description="Where to check it.")


class Components(Shape):
    """All parts of a score."""

    relevance: Component
    authorship: Component
    substance: Component
    validation: Component
    recency: Component
    reach: Component
    attention: Component


class MatchedRepository(Shape):
    """A repository that counts for the lead."""

    full_name: str
    url: str
    matched_by: str = Field(description="topic, related, keyword or language.")
    matched_topics: list[str]
    language: str | None
    stars: int
    size_kb: int
    is_archived: bool
    pushed_at: datetime | None
    commits_total: int | None
    commits_owner: int | None
    owner_commit_share: float | None = Field(description="0 to 1; null where commits were not counted.")
    active_days: int | None


class Contacts(Shape):
    """What the profile publishes; null is not published, or not known."""

    email: str | None
    website: str | None
    twitter: str | None


class Employer(Shape):
    """The company of the registry that the stated employer is."""

    company_id: str
    name: str
    confidence: str = Field(description="high or medium.")
    evidence: str


class Freshness(Shape):
    """When it was read, UTC."""

    profile_observed_at: datetime | None
    repositories_observed_at: datetime | None


class LeadShape(Shape):
    """A developer scored for a brief."""

    rank: int = Field(description="Place among all leads of the brief.", examples=[1])
    login: str
    github_id: int
    name: str | None
    url: str
    score: float | None = Field(description="0 to 100; null when nothing that the brief weighs is known.")
    score_low: float = Field(description="With everything unknown at its worst.")
    score_high: float = Field(description="With everything unknown at its best.")
    components: Components
    reasons: list[str] = Field(description="Sentences with links, what brings most first.")
    repositories: list[MatchedRepository]
    followers: int | None
    contacts: Contacts
    company: str | None = Field(description="The employer as stated.")
    employer: Employer | None
    location: str | None
    is_profile_known: bool
    as_of: date
    freshness: Freshness


class Exclusion(Shape):
    """Why somebody is no lead for a brief."""

    login: str
    github_id: int | None
    excluded: bool
    rule: str = Field(description="The rule or the filter that keeps them out.", examples=["no_match"])
    sentence: str
    details: list[str]


class LeadsPage(OfSnapshot):
    """A page of leads."""

    brief: str = Field(examples=["minecraft-modders"])
    total: int = Field(description="How many there are over all pages.")
    median: dict[str, float | None] = Field(description="Of each component over everybody who passes.")
    leads: list[LeadShape]


class HeldField(Shape):
    """One field that is held about a person, with where it is from."""

    value: Any
    source: str = Field(description="The page that it was read from, or that talentscope worked it out.")
    read_at: datetime = Field(description="When, UTC.")
    expires_at: datetime = Field(description="When it goes unless it is read anew, UTC.")


class Place(Shape):
    """A shortlist that the developer is on."""

    shortlist_id: int
    name: str
    stage: str
    added_at: datetime


class LastContact(Shape):
    """The last time somebody of the team wrote, and until when the others wait."""

    at: datetime
    by: str
    until: datetime


class Developer(Shape):
    """What is held about one developer, and how they stand for a brief."""

    snapshot: str
    published_at: datetime
    github_id: int
    login: str
    profile: dict[str, HeldField] = Field(description="By field; what is not known is not there.")
    repositories: list[dict[str, HeldField]]
    brief: str | None
    lead: LeadShape | None = Field(description="Null without a brief, and where `exclusion` says why not.")
    exclusion: Exclusion | None
    shortlists: list[Place]
    last_contact: LastContact | None


class SuppressionBody(Body):
    """Whom not to show, by login or id; both where you know them."""

    login: str | None = Field(None, min_length=1, max_length=100, examples=["somebody"])
    github_id: int | None = Field(None, ge=1, le=MOST_ID)
    reason: str = Field(min_length=1, max_length=1_000, examples=["asked by e-mail on 2026-11-20"])


class Suppressed(Shape):
    """What went with it."""

    deleted: int = Field(description="Rows that the team had written about them: entries, notes, decisions, looks.")
