"""The GraphQL that we ask, and how answers tell of errors. Pure. A contract test proves it valid by GitHub's schema.

`User.email` is `String!` and `Organization.email` is nullable, so one of them needs another name in the same query.
Pictures are not asked for: no face has a place in a ranking.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from talentscope.runtime.errors import UpstreamMalformed

_ACCOUNTS = """
query Accounts($ids: [ID!]!) {
  nodes(ids: $ids) {
    __typename
    ... on User {
      id databaseId login name company location bio %(user_email)s websiteUrl twitterUsername createdAt updatedAt
      followers { totalCount } following { totalCount }
      repositories(privacy: PUBLIC, ownerAffiliations: OWNER) { totalCount }
    }
    ... on Organization {
      id databaseId login name location description %(organization_email)s websiteUrl twitterUsername
      createdAt updatedAt
      repositories(privacy: PUBLIC) { totalCount }
    }
    ... on Bot { id databaseId login createdAt updatedAt }
    ... on Mannequin { id databaseId login createdAt updatedAt }
  }
}
"""

ACCOUNTS = _ACCOUNTS % {"user_email": "email", "organization_email": "organizationEmail: email"}
ACCOUNTS_WITHOUT_EMAIL = _ACCOUNTS % {"user_email": "", "organization_email": ""}
"""For a token that may not read e-mail addresses."""

_PROOF = """
  r%(n)d: node(id: $r%(n)d) {
    ... on Repository {
      defaultBranchRef {
        target { ... on Commit { history { totalCount } mine: history(author: {id: $o%(n)d}) { totalCount } } }
      }
      mentionableUsers { totalCount }
    }
  }"""


def ownership_query(count: int) -> str:
    """The commits of `count` repositories, all and their owner's; variables r0, o0, r1, o1, …"""
    variables = ", ".join(f"$r{n}: ID!, $o{n}: ID!" for n in range(count))
    return f"query Ownership({variables}) {{" + "".join(_PROOF % {"n": n} for n in range(count)) + "\n}"


def error_types(answer: Mapping[str, Any], *, depth: int) -> dict[object, str]:
    """Which part of the answer failed, and how: the step of each error's path at `depth` to the error's type.

    Errors without a path stand under None.
    """
    types: dict[object, str] = {}
    for error in answer.get("errors") or []:
        path = error.get("path") or []
        step = path[depth] if len(path) > depth else None
        types[step] = str(error.get("type") or error.get("message") or "unknown error")
    return types


def data_of(answer: Any) -> dict[str, Any]:
    """The `data` of an answer. Raises UpstreamMalformed with GitHub's own words if there is none."""
    if isinstance(answer, dict) and isinstance(answer.get("data"), dict):
        return dict(answer["data"])
    messages = "no data and no errors"
    if isinstance(answer, dict) and isinstance(answer.get("errors"), list):
        messages = "; ".join(str(error.get("message", error)) for error in answer["errors"])[:500]
    raise UpstreamMalformed(
        f"GitHub's GraphQL answered without data: {messages}", way_out="check GITHUB_GRAPHQL_URL and the token's scopes"
    )
