"""What the fields of GitHub's schema hold in the invented world. `resolve_field` is given every field of every query.

An object is a dict under GitHub's own field names; keys that begin with `_` are ours. A field that nobody fills gets
the emptiest value that its type allows, so that any query the schema allows has an answer.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from graphql import (
    GraphQLEnumType,
    GraphQLError,
    GraphQLList,
    GraphQLNonNull,
    GraphQLResolveInfo,
    GraphQLScalarType,
)

from talentscope.sandbox.github.dates import read_span
from talentscope.sandbox.github.objects import (
    account_object,
    commit_object,
    language_object,
    license_object,
    repository_object,
    topic_object,
)
from talentscope.sandbox.github.people import read_people_query
from talentscope.sandbox.github.qualifiers import BadQuery, read_query
from talentscope.sandbox.github.sabotage import Sabotage
from talentscope.sandbox.github.world import World

Object = dict[str, Any]
Arguments = dict[str, Any]
MOST_IDS = 100
_COUNTERS = {
    "REPOSITORY": "repositoryCount", "USER": "userCount", "ISSUE": "issueCount", "DISCUSSION": "discussionCount",
    "CODE": "codeCount", "WIKI": "wikiCount",
}  # fmt: skip
_EMPTY = {"String": "", "HTML": "", "Int": 0, "Float": 0.0, "Boolean": False, "ID": "none", "GitObjectID": "0" * 40}


@dataclass
class Execution:
    """One query on its way. `counts` are commit counts made so far, the dear part of a query."""

    world: World
    sabotage: Sabotage
    base: str
    allowed_counts: int | None
    results: int
    rate: Object
    counts: int = 0


def resolve_field(source: Any, info: GraphQLResolveInfo[Execution], **arguments: Any) -> Any:
    """graphql-core's default resolver for the whole schema."""
    name = info.field_name
    made = _FIELDS.get((info.parent_type.name, name)) or _FIELDS.get(("*", name))
    if made is not None:
        return made(info.context, source or {}, arguments)
    if isinstance(source, dict) and name in source:
        return source[name]
    return _emptiest(info.return_type)


def _emptiest(kind: Any) -> Any:
    if not isinstance(kind, GraphQLNonNull):
        return None
    inner = kind.of_type
    if isinstance(inner, GraphQLList):
        return []
    if isinstance(inner, GraphQLEnumType):
        return next(iter(inner.values))
    if isinstance(inner, GraphQLScalarType):
        return _EMPTY.get(inner.name, "https://github.example.com" if inner.name == "URI" else "1970-01-01T00:00:00Z")
    return connection([], {}, 0) if inner.name.endswith("Connection") else {"__typename": inner.name}


# --- connections ---------------------------------------------------------------------------------------------------


def connection(
    items: list[Any], arguments: Arguments, total: int | None = None, *, offset: int | None = None
) -> Object:
    """A page of `items` by first/after or last; with `offset`, `items` are the page already."""
    count = len(items) if total is None else total
    start = _after(arguments.get("after"))
    size = arguments.get("first") or arguments.get("last") or 0
    if offset is None:
        if arguments.get("last") and not arguments.get("first"):
            start = max(0, len(items) - size)
        items = items[start : start + size]
    end = start + len(items)
    cursors = [_cursor(start + number + 1) for number in range(len(items))]
    return {
        "totalCount": count,
        "nodes": items,
        "edges": [{"cursor": cursor, "node": item} for cursor, item in zip(cursors, items, strict=True)],
        "pageInfo": {
            "hasNextPage": end < count and bool(items),
            "hasPreviousPage": start > 0,
            "startCursor": cursors[0] if cursors else None,
            "endCursor": cursors[-1] if cursors else None,
        },
    }


def _cursor(number: int) -> str:
    return base64.b64encode(f"cursor:{number}".encode()).decode()


def _after(cursor: str | None) -> int:
    if cursor is None:
        return 0
    try:
        return max(0, int(base64.b64decode(cursor).decode().removeprefix("cursor:")))
    except (ValueError, binascii.Error) as error:
        raise GraphQLError(
            f"`{cursor}` does not appear to be a valid cursor.", extensions={"type": "INVALID_CURSOR_ARGUMENTS"}
        ) from error


# --- Query ---------------------------------------------------------------------------------------------------------


def _missing(message: str) -> GraphQLError:
    return GraphQLError(message, extensions={"type": "NOT_FOUND"})


def _check_resources(execution: Execution) -> None:
    if execution.allowed_counts is not None and execution.counts >= execution.allowed_counts:
        raise GraphQLError("Resource limits for this query exceeded.", extensions={"type": "RESOURCE_LIMITS_EXCEEDED"})


def _accounts(execution: Execution, rows: list[int]) -> list[Object]:
    profiles = execution.world.accounts(rows)
    return [account_object(execution.sabotage.spoil_profile(profile)) for profile in profiles]


def _repositories(execution: Execution, rows: list[int]) -> list[Object]:
    return [repository_object(found) for found in execution.world.repositories(rows)]


def _node(execution: Execution, _: Object, arguments: Arguments) -> Any:
    _check_resources(execution)
    found = _nodes(execution, _, {"ids": [arguments["id"]]})[0]
    if isinstance(found, GraphQLError):
        raise found
    return found


def _nodes(execution: Execution, _: Object, arguments: Arguments) -> list[Any]:
    ids = arguments["ids"]
    if len(ids) > MOST_IDS:
        message = f"You may not provide more than {MOST_IDS} node ids; you provided {len(ids)}."
        raise GraphQLError(message, extensions={"type": "ARGUMENT_LIMIT"})
    places = [execution.world.find_node(node_id) for node_id in ids]
    answers: list[Any] = [_missing(f"Could not resolve to a node with the global id of '{node_id}'") for node_id in ids]
    for is_repository, make in ((True, _repositories), (False, _accounts)):
        wanted = [n for n, place in enumerate(places) if place and (place[0] == "Repository") == is_repository]
        rows = [place[1] for place in (places[n] for n in wanted) if place]
        for number, made in zip(wanted, make(execution, rows) if rows else [], strict=True):
            answers[number] = made
    return answers


def _account(kind: str) -> Callable[[Execution, Object, Arguments], Object]:
    def find(execution: Execution, _: Object, arguments: Arguments) -> Object:
        row = execution.world.find_login(arguments["login"])
        found = None if row is None else _accounts(execution, [row])[0]
        if found is None or kind not in {"RepositoryOwner", found["__typename"]}:
            raise _missing(f"Could not resolve to a {kind} with the login of '{arguments['login']}'.")
        return found

    return find


def _repository(execution: Execution, source: Object, arguments: Arguments) -> Object:
    owner = arguments.get("owner") or source.get("login", "")
    row, _ = execution.world.find_named(owner, arguments["name"])
    if row is None:
        raise _missing(f"Could not resolve to a Repository with the name '{owner}/{arguments['name']}'.")
    return _repositories(execution, [row])[0]


def _search(execution: Execution, _: Object, arguments: Arguments) -> Object:
    offset, size = _after(arguments.get("after")), arguments.get("first") or arguments.get("last") or 0
    kind, size = arguments["type"], max(0, min(size, execution.results - offset))
    try:
        total, items = _find(execution, kind, arguments["query"], offset=offset, limit=size)
    except BadQuery as error:
        raise GraphQLError(str(error), extensions={"type": "UNPROCESSABLE"}) from error
    page = connection(items, arguments, min(total, execution.results), offset=offset)
    return page | dict.fromkeys(_COUNTERS.values(), 0) | {_COUNTERS.get(kind, "issueCount"): total}


def _find(execution: Execution, kind: str, text: str, *, offset: int, limit: int) -> tuple[int, list[Object]]:
    """Count and page of a search; there are no issues, discussions or code in this world."""
    world = execution.world
    if kind == "USER":
        people = read_people_query(text)
        total, rows = world.find_people(people, sort=None, order="desc", offset=offset, limit=limit)
        return total, _accounts(execution, rows)
    if kind != "REPOSITORY":
        return 0, []
    query = read_query(text)
    execution.sabotage.before_search(query)
    found = world.search(query, offset=offset, limit=limit)
    return found.total, _repositories(execution, found.rows)


def _viewer(execution: Execution, _: Object, __: Arguments) -> Object:
    return _accounts(execution, [execution.world.viewer_row()])[0]


# --- accounts and repositories -------------------------------------------------------------------------------------


def _owner(execution: Execution, source: Object, _: Arguments) -> Object:
    owner = _accounts(execution, [source["_repository"]["owner_row"]])[0]
    # The schema knows no bot that owns a repository; one that does shows as a user.
    return owner if owner["__typename"] == "Organization" else owner | {"__typename": "User"}


def _owned(execution: Execution, source: Object, arguments: Arguments) -> Object:
    account = source["_account"]
    is_counted_only = not (arguments.get("first") or arguments.get("last")) and arguments.get("isFork") is None
    if is_counted_only:
        return connection([], arguments, account["repositories"])
    rows = execution.world.owned_rows(account["row"])
    owned = _repositories(execution, rows)
    if arguments.get("isFork") is not None:
        owned = [found for found in owned if found["isFork"] == arguments["isFork"]]
    order = arguments.get("orderBy") or {"field": "CREATED_AT", "direction": "ASC"}
    keys = {
        "STARGAZERS": "stargazerCount", "NAME": "name", "PUSHED_AT": "pushedAt", "UPDATED_AT": "updatedAt",
        "CREATED_AT": "createdAt",
    }  # fmt: skip
    owned.sort(key=lambda found: found[keys[order["field"]]], reverse=order["direction"] == "DESC")
    return connection(owned, arguments) | {"totalDiskUsage": sum(found["diskUsage"] for found in owned)}


def _counted(key: str) -> Callable[[Execution, Object, Arguments], Object]:
    """A connection of which only the count is public."""

    def count(_: Execution, source: Object, arguments: Arguments) -> Object:
        return connection([], arguments, source.get("_counts", {}).get(key, 0))

    return count


def _topics(_: Execution, source: Object, arguments: Arguments) -> Object:
    return connection([topic_object(name) for name in source["_repository"]["topics"]], arguments)


def _languages(_: Execution, source: Object, arguments: Arguments) -> Object:
    language = source["_repository"]["language"]
    page = connection([language_object(language)] if language else [], arguments)
    size = source["diskUsage"] * 1_024
    for edge in page["edges"]:
        edge["size"] = size
    return page | {"totalSize": size if language else 0}


def _mentionable(execution: Execution, source: Object, arguments: Arguments) -> Object:
    repository = source["_repository"]
    rows = sorted({s.account for s in execution.world.crowd.shares(repository) if s.account >= 0})
    total = execution.world.crowd.mentionable(repository)
    wanted = rows[: arguments.get("first") or 0]
    return connection(_accounts(execution, wanted) if wanted else [], arguments, total, offset=0)


def _social(_: Execution, source: Object, arguments: Arguments) -> Object:
    twitter = source.get("twitterUsername")
    handles = [{"displayName": f"@{twitter}", "provider": "TWITTER", "url": f"https://social.example.com/{twitter}"}]
    return connection(handles if twitter else [], arguments)


def _branch(_: Execution, source: Object, __: Arguments) -> Object | None:
    repository = source["_repository"]
    if repository["empty"]:
        return None
    target = commit_object(repository)
    return {
        "__typename": "Ref",
        "id": f"REF_{repository['node_id']}",
        "name": repository["branch"],
        "prefix": "refs/heads/",
        "target": target,
        "repository": source,
    }


def _history(execution: Execution, source: Object, arguments: Arguments) -> Object:
    execution.counts += 1
    author = None
    wanted = (arguments.get("author") or {}).get("id")
    if wanted:
        place = execution.world.find_node(wanted)
        author = -2 if place is None else place[1]
    since, until = (read_span(arguments[key])[0] if arguments.get(key) else None for key in ("since", "until"))
    repository = source["_repository"]
    total = execution.world.crowd.commits(repository, author=author, since=since, until=until)
    size = arguments.get("first") or arguments.get("last") or 0
    start = _after(arguments.get("after"))
    commits = [commit_object(repository, number) for number in range(start, min(start + size, total))]
    return connection(commits, arguments, total, offset=start)


_FIELDS: dict[tuple[str, str], Callable[[Execution, Object, Arguments], Any]] = {
    ("Query", "node"): _node,
    ("Query", "nodes"): _nodes,
    ("Query", "user"): _account("User"),
    ("Query", "organization"): _account("Organization"),
    ("Query", "repositoryOwner"): _account("RepositoryOwner"),
    ("Query", "repository"): _repository,
    ("Query", "search"): _search,
    ("Query", "viewer"): _viewer,
    ("Query", "rateLimit"): lambda execution, _, __: execution.rate,
    ("User", "repository"): _repository,
    ("Organization", "repository"): _repository,
    ("User", "repositories"): _owned,
    ("Organization", "repositories"): _owned,
    ("User", "followers"): _counted("followers"),
    ("User", "following"): _counted("following"),
    ("User", "gists"): _counted("gists"),
    ("User", "socialAccounts"): _social,
    ("Repository", "owner"): _owner,
    ("Repository", "repositoryTopics"): _topics,
    ("Repository", "languages"): _languages,
    ("Repository", "primaryLanguage"): lambda _, source, __: language_object(source["_repository"]["language"]),
    ("Repository", "licenseInfo"): lambda _, source, __: license_object(source["_repository"]["license"]),
    ("Repository", "mentionableUsers"): _mentionable,
    ("Repository", "stargazers"): _counted("stars"),
    ("Repository", "watchers"): _counted("watchers"),
    ("Repository", "forks"): _counted("forks"),
    ("Repository", "issues"): _counted("issues"),
    ("Repository", "defaultBranchRef"): _branch,
    ("Commit", "history"): _history,
}
