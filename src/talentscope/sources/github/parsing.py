"""GitHub's JSON becomes frozen records. Pure and strict: what breaks the contract is set aside with its reason, what is
new is noted once, nothing is defaulted silently.

Shapes: GitHub's OpenAPI (repo-search-result-item, public-user, contributor) and its GraphQL schema.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import TypeVar

from pydantic import ValidationError

from talentscope.sources.github.batch import AccountRef, RepositoryRef
from talentscope.sources.github.fields import KNOWN_ITEM, KNOWN_LICENSE, KNOWN_OWNER, KNOWN_USER
from talentscope.sources.github.records import Account, Ownership, Reject, Repository, UnknownField
from talentscope.sources.github.shapes import (
    MAX_NAME,
    BotNode,
    Contributor,
    OrganizationNode,
    RepositoryNode,
    RestAccount,
    RestRepository,
    UserNode,
)

PAYLOAD_LIMIT = 10_000

ACCOUNT_SHAPES: Mapping[str, type[UserNode | OrganizationNode | BotNode]] = {
    "User": UserNode, "Organization": OrganizationNode, "Bot": BotNode, "Mannequin": BotNode,
}  # fmt: skip

T = TypeVar("T")


class Notebook:
    """What this process has noted already, so that a new field is noted once and not a million times."""

    def __init__(self) -> None:
        self._seen: set[tuple[str, str]] = set()

    def note_repository(self, item: object, *, source: str, at: datetime) -> tuple[UnknownField, ...]:
        """New fields of a REST repository, its owner and its licence."""
        fields = item if isinstance(item, Mapping) else {}
        return (
            *self._note(KNOWN_ITEM, fields, prefix="", source=source, at=at),
            *self._note(KNOWN_OWNER, fields.get("owner"), prefix="owner.", source=source, at=at),
            *self._note(KNOWN_LICENSE, fields.get("license"), prefix="license.", source=source, at=at),
        )

    def note_account(self, user: object, *, at: datetime) -> tuple[UnknownField, ...]:
        """New fields of a REST account."""
        return tuple(self._note(KNOWN_USER, user, prefix="user.", source="rest", at=at))

    def _note(
        self, known: frozenset[str], data: object, *, prefix: str, source: str, at: datetime
    ) -> Iterable[UnknownField]:
        if not isinstance(data, Mapping):
            return
        for name in data.keys() - known:
            path = f"{prefix}{name}"[:MAX_NAME].replace("\x00", "")
            if (source, path) not in self._seen:
                self._seen.add((source, path))
                yield UnknownField(source, path, at)


def parse_repository(data: object, *, source: str, at: datetime) -> Repository | Reject:
    """A REST repository, as search and /repositories give it."""
    return _guarded(lambda: _repository(data, source=source, at=at), data, kind="repository", source=source, at=at)


def parse_account(data: object, *, at: datetime) -> Account | Reject:
    """A REST account."""
    return _guarded(lambda: _account(data, at=at), data, kind="account", source="rest", at=at)


def parse_account_node(data: Mapping[str, object], ref: AccountRef, *, at: datetime) -> Account | Reject:
    """An account as GraphQL gives it, by its `__typename`."""
    named = {"node_id": ref.node_id, **data}
    if data.get("__typename") not in ACCOUNT_SHAPES:
        reason = f"expected one of {', '.join(ACCOUNT_SHAPES)}, came {str(data.get('__typename'))[:60]}"
        return reject_for(ref.node_id, named, kind="account", path="__typename", reason=reason, source="graphql", at=at)
    parsed = _guarded(lambda: _account_node(data, at=at), named, kind="account", source="graphql", at=at)
    if isinstance(parsed, Account) and parsed.github_id != ref.github_id:
        reason = f"expected account {ref.github_id}, came {parsed.github_id}"
        return reject_for(ref.node_id, named, kind="account", path="databaseId", reason=reason, source="graphql", at=at)
    return parsed


def parse_ownership_node(data: Mapping[str, object], ref: RepositoryRef, *, at: datetime) -> Ownership | Reject:
    """How much of a repository its owner wrote, as GraphQL counts it."""
    return _guarded(
        lambda: _ownership_node(data, ref, at=at),
        {"node_id": ref.node_id, **data},
        kind="ownership",
        source="graphql",
        at=at,
    )


def parse_contributors(
    data: object, ref: RepositoryRef, *, contributors: int | None, at: datetime
) -> Ownership | Reject:
    """The same from REST's list. With more people than fit a page the sum is not known, and None says so."""
    return _guarded(
        lambda: _contributors(data, ref, contributors=contributors, at=at),
        {"node_id": ref.node_id, "contributors": data},
        kind="ownership",
        source="rest",
        at=at,
    )


def reject_for(record_id: str, data: object, *, kind: str, path: str, reason: str, source: str, at: datetime) -> Reject:
    """Set a record aside for a reason of ours; the record is kept, cut to 10,000 characters."""
    payload = json.dumps(data, ensure_ascii=True, default=str)[:PAYLOAD_LIMIT]
    return Reject(source, kind, record_id.replace("\x00", "")[:MAX_NAME], path, reason, payload, at)


def _guarded(parse: Callable[[], T], data: object, *, kind: str, source: str, at: datetime) -> T | Reject:
    try:
        return parse()
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False)[0]
        path = ".".join(str(step) for step in first["loc"]) or "(the record itself)"
        came = "nothing" if first["type"] == "missing" else type(first["input"]).__name__
        fields = data if isinstance(data, Mapping) else {}
        record_id = str(fields.get("node_id") or fields.get("id") or "unknown")
        reason = f"{first['msg']}, came {came}"
        return reject_for(record_id, data, kind=kind, path=path, reason=reason, source=source, at=at)


def _repository(data: object, *, source: str, at: datetime) -> Repository:
    item = RestRepository.model_validate(data)
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
        homepage=item.homepage,
        language=item.language,
        license=item.license.spdx_id if item.license else None,
        topics=item.topics,
        stars=item.stargazers_count,
        forks=item.forks_count,
        size_kb=item.size,
        is_fork=item.fork,
        is_archived=item.archived,
        is_template=item.is_template,
        created_at=item.created_at,
        pushed_at=item.pushed_at,
        updated_at=item.updated_at,
        observed_at=at,
        source=source,
    )


def _account(data: object, *, at: datetime) -> Account:
    user = RestAccount.model_validate(data)
    return Account(
        github_id=user.id,
        node_id=user.node_id,
        login=user.login,
        type=user.type,
        name=user.name,
        company=user.company,
        location=user.location,
        bio=user.bio,
        email=user.email,
        website=user.blog,
        twitter=user.twitter_username,
        followers=user.followers,
        following=user.following,
        public_repositories=user.public_repos,
        created_at=user.created_at,
        updated_at=user.updated_at,
        observed_at=at,
        source="rest",
    )


def _account_node(data: Mapping[str, object], *, at: datetime) -> Account:
    kind = str(data.get("__typename"))
    node = ACCOUNT_SHAPES[kind].model_validate(data)
    given = node.model_dump(exclude={"id"})
    fields = (
        "name", "company", "location", "bio", "email", "website", "twitter", "followers", "following",
        "public_repositories",
    )  # fmt: skip
    return Account(
        github_id=node.github_id,
        node_id=node.id,
        login=node.login,
        type=kind,
        created_at=node.created_at,
        updated_at=node.updated_at,
        observed_at=at,
        source="graphql",
        **{name: given.get(name) for name in fields},
    )


def _ownership_node(data: Mapping[str, object], ref: RepositoryRef, *, at: datetime) -> Ownership:
    node = RepositoryNode.model_validate(data)
    total: int | None = 0  # no default branch: nothing was ever pushed
    owner: int | None = 0
    if node.branch is not None:
        history, mine = node.branch.target.history, node.branch.target.mine
        total, owner = (history.total if history else None), (mine.total if mine else None)
    return Ownership(ref.node_id, ref.owner_github_id, total, owner, node.people.total, at, "graphql")


def _contributors(data: object, ref: RepositoryRef, *, contributors: int | None, at: datetime) -> Ownership:
    people = [Contributor.model_validate(item) for item in (data if isinstance(data, list) else [data])]
    is_whole = contributors is None
    total = sum(person.contributions for person in people) if is_whole else None
    owner = sum(person.contributions for person in people if person.id == ref.owner_github_id) if is_whole else None
    count = len(people) if contributors is None else contributors
    return Ownership(ref.node_id, ref.owner_github_id, total, owner, count, at, "rest")
