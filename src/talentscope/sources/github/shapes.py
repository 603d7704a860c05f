"""What we read of GitHub's JSON, as strict models: a wrong type or a missing field is an error, never a default.

A field declared with a default here is optional in GitHub's own contract, or nullable there. These models live only
between the wire and the records of `records.py`.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, AliasPath, BaseModel, BeforeValidator, ConfigDict, Field

MAX_TEXT = 4_000
"""Characters kept of any text (a bio is 160 on GitHub, a description 350); longer ones are cut."""

MAX_NAME = 500
"""Characters of a login, name, or id; a longer one is no such thing."""


def _read_moment(value: Any) -> Any:
    if not isinstance(value, str):
        raise ValueError("expected a date and time as text")
    moment = datetime.fromisoformat(value)
    if moment.tzinfo is None:
        raise ValueError("expected a date and time with its offset from UTC")
    try:
        return moment.astimezone(UTC)
    except OverflowError as error:
        raise ValueError("expected a date and time between the years 1 and 9999") from error


def _clean(value: str) -> str:
    return value.replace("\x00", "")[:MAX_TEXT]


def _empty_is_none(value: str | None) -> str | None:
    return value if value is not None and value.strip() else None


Moment = Annotated[datetime, BeforeValidator(_read_moment)]
Name = Annotated[str, AfterValidator(_clean), Field(min_length=1, max_length=MAX_NAME)]
Text = Annotated[Annotated[str, AfterValidator(_clean)] | None, AfterValidator(_empty_is_none)]
Identity = Annotated[int, Field(ge=1, lt=2**63)]
Count = Annotated[int, Field(ge=0, lt=2**63)]


class Shape(BaseModel):
    """Strict; what is not read is compared with `fields.py`, not refused."""

    model_config = ConfigDict(strict=True, frozen=True, extra="ignore", populate_by_name=False)


class Owner(Shape):
    """`simple-user`."""

    id: Identity
    node_id: Name
    login: Name
    type: Name


class License(Shape):
    """`license-simple`."""

    spdx_id: Text


class RestRepository(Shape):
    """`repo-search-result-item`."""

    id: Identity
    node_id: Name
    name: Name
    full_name: Name
    owner: Owner
    private: Literal[False]
    description: Text
    homepage: Text
    language: Text
    license: License | None
    topics: tuple[Name, ...] = Field(strict=False)
    stargazers_count: Count
    forks_count: Count
    size: Count
    fork: bool
    archived: bool
    is_template: bool | None = None
    created_at: Moment
    pushed_at: Moment | None
    updated_at: Moment


class RestAccount(Shape):
    """`public-user`, which is also what an organisation looks like at `/user/{id}`."""

    id: Identity
    node_id: Name
    login: Name
    type: Name
    name: Text
    company: Text
    location: Text
    bio: Text
    email: Text
    blog: Text
    twitter_username: Text = None
    followers: Count
    following: Count
    public_repos: Count
    created_at: Moment
    updated_at: Moment


class Contributor(Shape):
    """`contributor`; one without an account has no id."""

    id: Identity | None = None
    type: Name
    contributions: Count


class _Node(Shape):
    id: Name
    github_id: Identity = Field(validation_alias="databaseId")
    login: Name
    created_at: Moment = Field(validation_alias="createdAt")
    updated_at: Moment = Field(validation_alias="updatedAt")


class _Profile(_Node):
    """What people and organisations have in common."""

    name: Text
    location: Text
    website: Text = Field(validation_alias="websiteUrl")
    twitter: Text = Field(validation_alias="twitterUsername")
    public_repositories: Count = Field(validation_alias=AliasPath("repositories", "totalCount"))


class UserNode(_Profile):
    """GraphQL `User`. `email` is "" where it is hidden, and absent when the token may not ask."""

    company: Text
    bio: Text
    email: Text = None
    followers: Count = Field(validation_alias=AliasPath("followers", "totalCount"))
    following: Count = Field(validation_alias=AliasPath("following", "totalCount"))


class OrganizationNode(_Profile):
    """GraphQL `Organization`."""

    bio: Text = Field(validation_alias="description")
    email: Text = Field(default=None, validation_alias="organizationEmail")


class BotNode(_Node):
    """GraphQL `Bot` and `Mannequin`."""


class _History(Shape):
    total: Count = Field(validation_alias="totalCount")


class CommitNode(Shape):
    """The head of a default branch; anything but a commit has no history."""

    history: _History | None = None
    mine: _History | None = None


class _Branch(Shape):
    target: CommitNode


class RepositoryNode(Shape):
    """GraphQL `Repository`, as far as ownership goes. No default branch: nothing was ever pushed."""

    branch: _Branch | None = Field(validation_alias="defaultBranchRef")
    people: _History = Field(validation_alias="mentionableUsers")
