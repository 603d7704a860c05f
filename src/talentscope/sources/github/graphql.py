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

TOO_MUCH = "RESOURCE_LIMITS_EXCEEDED"
"""https://github.blog/changelog/2025-09-01-graphql-api-resource-limits"""

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


def errors_of(answer: Any) -> dict[tuple[object, ...], str]:
    """What failed, and how: the path of each error to its type (or message). No path: the whole answer."""
    errors = answer.get("errors") if isinstance(answer, Mapping) else None
    found: dict[tuple[object, ...], str] = {}
    for error in errors if isinstance(errors, list) else []:
        if isinstance(error, Mapping):
            given = error.get("path")
            path = (
                tuple(step if isinstance(step, int) else str(step) for step in given) if isinstance(given, list) else ()
            )
            said = str(error.get("type") or error.get("message") or "unknown error")[:200]
            found[path if path not in found else (*path, f"error {len(found)}")] = said
    return found


def is_too_much(answer: Any) -> bool:
    """Whether GitHub gave up on the whole query, in words rather than with a status: a smaller one may do."""
    if isinstance(answer, Mapping) and isinstance(answer.get("data"), Mapping):
        return False
    return any(said == TOO_MUCH or "went wrong" in said or "timeout" in said for said in errors_of(answer).values())


def has_error(errors: Mapping[tuple[object, ...], str], kind: str) -> bool:
    """Whether any part failed in this way."""
    return kind in errors.values()


def data_of(answer: Any) -> dict[str, Any]:
    """The `data` of an answer. Raises UpstreamMalformed with GitHub's own words if there is none."""
    if isinstance(answer, dict) and isinstance(answer.get("data"), dict):
        return dict(answer["data"])
    messages = "no data and no errors"
    if isinstance(answer, dict) and isinstance(answer.get("errors"), list):
        messages = "; ".join(
            str(error.get("message", error) if isinstance(error, Mapping) else error) for error in answer["errors"]
        )[:500]
    raise UpstreamMalformed(
        f"GitHub's GraphQL answered without data: {messages}", way_out="check GITHUB_GRAPHQL_URL and the token's scopes"
    )
