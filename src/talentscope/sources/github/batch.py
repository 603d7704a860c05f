"""What the GitHub source is asked for and what it hands over: references in, batches of records out."""

from __future__ import annotations

from dataclasses import dataclass

from talentscope.sources.github.records import Account, Coverage, Ownership, Reject, Repository, Tombstone, UnknownField


@dataclass(frozen=True)
class AccountRef:
    """An account to be read."""

    github_id: int
    node_id: str
    login: str


@dataclass(frozen=True)
class RepositoryRef:
    """A repository whose ownership is to be proved, with its owner."""

    node_id: str
    github_id: int
    full_name: str
    owner_node_id: str
    owner_github_id: int
    owner_login: str


@dataclass(frozen=True)
class Batch:
    """Records that belong together: storing a batch with its coverage is a checkpoint."""

    repositories: tuple[Repository, ...] = ()
    accounts: tuple[Account, ...] = ()
    ownership: tuple[Ownership, ...] = ()
    tombstones: tuple[Tombstone, ...] = ()
    rejects: tuple[Reject, ...] = ()
    unknown_fields: tuple[UnknownField, ...] = ()
    coverage: Coverage | None = None


@dataclass(frozen=True)
class Spend:
    """What a session has asked of GitHub so far."""

    search_requests: int
    core_requests: int
    graphql_requests: int
    graphql_points: int
