"""What is held about a developer: each personal field with its source, when it was read, when it goes. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

FIELDS = {
    "name": "Name",
    "email": "E-mail",
    "website": "Website",
    "twitter": "Handle",
    "location": "Place",
    "company": "Employer",
    "bio": "Bio",
    "followers": "Followers",
}
"""Personal fields in the order that they are told in."""


@dataclass(frozen=True, slots=True)
class Fact:
    """A personal field. `value` None: not published, or not known where the profile was not read yet (`is_known`)."""

    name: str
    label: str
    value: Any
    is_known: bool
    source: str
    read_at: datetime | None
    expires_at: datetime | None


@dataclass(frozen=True, slots=True)
class Summary:
    """What the account is, beyond this brief: counts, and since when."""

    repositories: int
    stars: int
    created_at: datetime | None
    excluded: str


def find_held(held: Mapping[str, Any]) -> Mapping[str, Any]:
    """The fields of the profile that hold something."""
    rows: list[Mapping[str, Any]] = held["profile"]
    return rows[0] if rows else {}


def build_facts(held: Mapping[str, Any]) -> list[Fact]:
    """Every personal field, published or not."""
    profile = find_held(held)
    is_known = bool(_value(profile, "is_profile_known"))
    return [
        Fact(
            name=name,
            label=label,
            value=_value(profile, name),
            is_known=is_known,
            source=str(profile[name]["source"]) if name in profile else "",
            read_at=_moment(profile, name, "read_at"),
            expires_at=_moment(profile, name, "expires_at"),
        )
        for name, label in FIELDS.items()
    ]


def summarise(held: Mapping[str, Any]) -> Summary:
    """Counts over everything that was met."""
    profile = find_held(held)
    created = _value(profile, "account_created_at")
    return Summary(
        repositories=int(_value(profile, "repository_count") or 0),
        stars=int(_value(profile, "star_count") or 0),
        created_at=datetime.fromisoformat(created) if created else None,
        excluded=str(_value(profile, "excluded_reason") or ""),
    )


def _value(profile: Mapping[str, Any], name: str) -> Any:
    return profile[name]["value"] if name in profile else None


def _moment(profile: Mapping[str, Any], name: str, key: str) -> datetime | None:
    return datetime.fromisoformat(profile[name][key]) if name in profile else None
