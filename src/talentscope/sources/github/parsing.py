"""GitHub's JSON becomes frozen records. Pure and strict: what breaks the contract is set aside with its reason, what is
new is noted once, nothing is defaulted silently.

Shapes: GitHub's OpenAPI (repo-search-result-item, public-user) and its GraphQL schema.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from talentscope.sources.github.fields import KNOWN_ITEM, KNOWN_LICENSE, KNOWN_OWNER, KNOWN_USER
from talentscope.sources.github.records import Account, Reject, Repository, UnknownField

TEXT_LIMIT = 4000
"""Longer texts are cut here; GitHub's own limits are far below."""

PAYLOAD_LIMIT = 10_000

T = TypeVar("T")


def _clean(value: object) -> object:
    """NUL bytes go (no database takes them); over-long texts are cut."""
    return value.replace("\x00", "")[:TEXT_LIMIT] if isinstance(value, str) else value


def _only_text(value: object) -> object:
    """A moment must come as text: lax parsing would take numbers for epochs."""
    if not isinstance(value, str):
        raise ValueError("expected an ISO 8601 text")
    return value


Text = Annotated[str, BeforeValidator(_clean)]
Moment = Annotated[datetime, Field(strict=False), BeforeValidator(_only_text)]
Count = Annotated[int, Field(ge=0)]


class _Wire(BaseModel):
    model_config = ConfigDict(strict=True, frozen=True, extra="ignore")


class _License(_Wire):
    spdx_id: Text | None


class _Owner(_Wire):
    id: int
    node_id: Text
    login: Text
    type: Text


class _Item(_Wire):
    """The fields that we use of a REST repository."""

    id: int
    node_id: Text
    full_name: Text
    name: Text
    owner: _Owner
    description: Text | None
    homepage: Text | None = None  # absent in minimal repositories, never in search results
    language: Text | None
    license: _License | None
    topics: list[Text]
    stargazers_count: Count
    forks_count: Count
    size: Count
    fork: bool
    archived: bool
    is_template: bool | None = None  # optional in GitHub's own schema
    created_at: Moment
    pushed_at: Moment | None
    updated_at: Moment


class _User(_Wire):
    """The fields that we use of a REST user."""

    id: int
    node_id: Text
    login: Text
    type: Text
    name: Text | None
    company: Text | None
    location: Text | None
    bio: Text | None
    email: Text | None
    blog: Text | None
    twitter_username: Text | None = None  # optional in GitHub's own schema
    followers: Count
    following: Count
    public_repos: Count
    created_at: Moment
    updated_at: Moment


class Notebook:
    """What this process has noted already, so that a new field is noted once and not a million times."""

    def __init__(self) -> None:
        self._seen: set[tuple[str, str]] = set()

    def note(
        self, source: str, known: Iterable[str], data: object, *, prefix: str, observed_at: datetime
    ) -> list[UnknownField]:
        """Fields of `data` that are neither used nor ignored by name, and new to us."""
        if not isinstance(data, Mapping):
            return []
        new = []
        for name in data.keys() - set(known):
            path = f"{prefix}{_clean(str(name))}"
            if (source, path) not in self._seen:
                self._seen.add((source, path))
                new.append(UnknownField(source, path, observed_at))
        return new

    def note_item(self, item: object, *, source: str, observed_at: datetime) -> list[UnknownField]:
        """New fields of a REST repository, its owner and its licence."""
        if not isinstance(item, Mapping):
            return []
        parts = [(KNOWN_ITEM, item, ""), (KNOWN_OWNER, item.get("owner"), "owner."),
                 (KNOWN_LICENSE, item.get("license"), "license.")]  # fmt: skip
        return [
            field
            for known, data, prefix in parts
            for field in self.note(source, known, data, prefix=prefix, observed_at=observed_at)
        ]

    def note_user(self, user: object, *, observed_at: datetime) -> list[UnknownField]:
        """New fields of a REST user."""
        return self.note("rest", KNOWN_USER, user, prefix="user.", observed_at=observed_at)


def parse_repository(data: object, *, source: str, observed_at: datetime) -> Repository | Reject:
    """A REST repository, as search and /repositories give it."""
    return _guarded(lambda: _repository(data, source=source, observed_at=observed_at), data, "repository", observed_at)


def parse_user(data: object, *, observed_at: datetime) -> Account | Reject:
    """A REST account."""
    return _guarded(lambda: _account(data, observed_at=observed_at), data, "account", observed_at)


def _repository(data: object, *, source: str, observed_at: datetime) -> Repository:
    item = _Item.model_validate(data)
    return Repository(
        node_id=item.node_id,
        github_id=item.id,
        full_name=item.full_name,
        name=item.name,
        owner_github_id=item.owner.id,
        owner_node_id=item.owner.node_id,
        owner_login=item.owner.login,
        owner_type=item.owner.type,
        description=item.description,
        homepage=item.homepage or None,
        language=item.language,
        license=item.license.spdx_id if item.license else None,
        topics=tuple(item.topics),
        stars=item.stargazers_count,
        forks=item.forks_count,
        size_kb=item.size,
        is_fork=item.fork,
        is_archived=item.archived,
        is_template=item.is_template,
        created_at=item.created_at,
        pushed_at=item.pushed_at,
        updated_at=item.updated_at,
        observed_at=observed_at,
        source=source,
    )


def _account(data: object, *, observed_at: datetime) -> Account:
    user = _User.model_validate(data)
    return Account(
        github_id=user.id,
        node_id=user.node_id,
        login=user.login,
        type=user.type,
        name=user.name or None,
        company=user.company or None,
        location=user.location or None,
        bio=user.bio or None,
        email=user.email or None,
        website=user.blog or None,
        twitter=user.twitter_username or None,
        followers=user.followers,
        following=user.following,
        public_repositories=user.public_repos,
        created_at=user.created_at,
        updated_at=user.updated_at,
        observed_at=observed_at,
        source="rest",
    )


def _guarded(parse: Callable[[], T], data: object, kind: str, observed_at: datetime) -> T | Reject:
    try:
        return parse()
    except ValidationError as error:
        return reject(data, kind=kind, error=error, source="rest", observed_at=observed_at)


def reject(data: object, *, kind: str, error: ValidationError, source: str, observed_at: datetime) -> Reject:
    """Set a record aside: the first thing that is wrong with it, and the record itself, cut to 10,000 characters."""
    first = error.errors(include_url=False, include_context=False)[0]
    path = ".".join(str(step) for step in first["loc"]) or "(the record itself)"
    came = "nothing" if first["type"] == "missing" else type(first["input"]).__name__
    return reject_for(data, kind=kind, path=path, reason=f"{first['msg']}, came {came}", source=source, at=observed_at)


def reject_for(data: object, *, kind: str, path: str, reason: str, source: str, at: datetime) -> Reject:
    """Set a record aside for a reason of ours."""
    fields = data if isinstance(data, Mapping) else {}
    record_id = fields.get("node_id") or fields.get("id") or "unknown"
    payload = json.dumps(data, ensure_ascii=True, default=str)[:PAYLOAD_LIMIT]
    return Reject(source, kind, str(_clean(str(record_id))), path, reason, payload, at)
