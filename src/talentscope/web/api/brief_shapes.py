"""Briefs as the API tells and takes them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pydantic import ConfigDict, Field, JsonValue

from talentscope.web.api.shapes import Body, Page, Shape

EXAMPLE: dict[str, JsonValue] = {
    "name": "voxel-engines",
    "title": "People who write voxel engines",
    "topics": ["voxel"],
    "languages": ["Rust", "C++"],
    "repository": {"stars": {"min": 3, "max": 5000}},
    "developer": {"contact": "any"},
    "weights": {"recency": 2},
}


class Asked(Body):
    """A brief, key by key as in its file; every key but one of topics, keywords, languages may be left out.

    What each key means: docs/scoring.md and the shipped briefs. A key that is not known, or a value that a brief does
    not allow, is a problem with status 422 that names it.
    """

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [EXAMPLE]})

    name: str | None = Field(None, max_length=64, description="Lower-case letters, digits and hyphens.")
    title: str | None = Field(None, max_length=200)
    topics: list[str] | None = Field(None, max_length=30, description="GitHub topics; any of them; aliases count.")
    related: bool | None = Field(None, description="Related topics count too, by half.")
    without_topics: list[str] | None = Field(None, max_length=30, description="Struck out of what topics pull in.")
    keywords: list[str] | None = Field(None, max_length=30, description="Words in a repository's name or description.")
    languages: list[str] | None = Field(None, max_length=30, description="Main languages of repositories.")
    repository: dict[str, Any] | None = Field(
        None, description="stars and size_kb ({min, max}), pushed_within_days, max_topics."
    )
    developer: dict[str, Any] | None = Field(
        None, description="followers ({min, max}), contact (none, any, email), places, employers, exclude_companies."
    )
    weights: dict[str, Any] | None = Field(
        None, description="relevance, authorship, substance, validation, recency, reach, attention: 0 to 1000."
    )

    def values(self) -> dict[str, Any]:
        """What was given, for scoring to check."""
        return {key: value for key, value in self.model_dump().items() if value is not None}


class BriefBody(Body):
    """A brief to be saved: its text, or its keys."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"brief": EXAMPLE, "note": "first try"}]})

    text: str | None = Field(None, max_length=100_000, description="The YAML of the brief; kept with its comments.")
    brief: dict[str, Any] | None = Field(None, description="The same key by key, if there is no text.")
    note: str = Field("", max_length=1_000, description="Why it was changed, for its history.")


class BriefName(Shape):
    """A brief in a list."""

    name: str = Field(examples=["minecraft-modders"])
    title: str
    version: int = Field(description="0: from a file, never saved.")
    saved_at: datetime | None
    saved_by: str | None


class BriefList(Page):
    """All briefs; `next` is always null."""

    briefs: list[BriefName]


class BriefVersion(BriefName):
    """A brief as it stands."""

    note: str
    text: str = Field(description="Its YAML.")
    brief: dict[str, Any] | None = Field(
        description="The same with every default filled in; null for a text that is no brief any more."
    )
