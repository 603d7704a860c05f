"""What GitHub told us, as frozen records. Parsing is in `parsing.py`; nothing here talks or stores.

A field that is None was not given or could not be known; it never stands for zero.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Repository:
    """A public repository. Times are aware UTC; `size_kb` is GitHub's disk size in KiB."""

    node_id: str
    github_id: int
    full_name: str
    name: str
    owner_github_id: int
    owner_node_id: str
    owner_login: str
    owner_type: str  # User, Organization, Bot, Mannequin
    description: str | None
    homepage: str | None
    language: str | None
    license: str | None  # SPDX id
    topics: tuple[str, ...]
    stars: int
    forks: int
    size_kb: int
    is_fork: bool
    is_archived: bool
    is_template: bool | None
    created_at: datetime
    pushed_at: datetime | None
    updated_at: datetime
    observed_at: datetime
    source: str  # rest_search | rest | graphql


@dataclass(frozen=True, slots=True)
class Account:
    """A user or an organisation as its public profile shows it. `email` only where the profile publishes it."""

    github_id: int
    node_id: str
    login: str
    type: str  # User, Organization, Bot, Mannequin
    name: str | None
    company: str | None
    location: str | None
    bio: str | None
    email: str | None
    website: str | None
    twitter: str | None
    followers: int | None
    following: int | None
    public_repositories: int | None
    created_at: datetime | None
    updated_at: datetime | None
    observed_at: datetime
    source: str  # rest | graphql


@dataclass(frozen=True, slots=True)
class Ownership:
    """How much of a repository's default branch its owner wrote.

    `commits_total` and `commits_owner` are None where GitHub would not say (an empty repository has 0 and 0).
    `contributors` counts people who can be mentioned (GraphQL) or the contributor list (REST); see `source`.
    """

    repository_node_id: str
    owner_github_id: int
    commits_total: int | None
    commits_owner: int | None
    contributors: int | None
    observed_at: datetime
    source: str  # rest | graphql


@dataclass(frozen=True, slots=True)
class Tombstone:
    """A node that GitHub no longer knows. `kind` is repository or account."""

    kind: str
    node_id: str
    observed_at: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class Reject:
    """A record set aside: kept with its reason, never loaded as if it were good.

    `payload` is the offending JSON, cut to 10,000 characters; `path` names the field (`owner.id`).
    """

    source: str
    kind: str
    record_id: str
    path: str
    reason: str
    payload: str
    observed_at: datetime


@dataclass(frozen=True, slots=True)
class UnknownField:
    """A field that GitHub sends and we have neither used nor ignored by name; noted once per path."""

    source: str
    path: str
    observed_at: datetime


@dataclass(frozen=True, slots=True)
class Coverage:
    """For one query in one run: what the source said exists, what was read, what is missing.

    `query` is the search text without its `pushed:` bound, `since` the bound it started from. `reported` is the
    first page's total_count, `read` counts distinct repositories, `missing` = max(0, reported - read).
    `watermark` is the newest `pushed_at` that is fully drained. `state` is draining or drained.
    """

    query: str
    since: datetime
    reported: int
    read: int
    missing: int
    requests: int
    incomplete_pages: int
    fallbacks: int
    state: str
    watermark: datetime | None
    is_sweep: bool
    observed_at: datetime
