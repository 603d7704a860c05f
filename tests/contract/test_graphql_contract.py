"""The sandbox's GraphQL runs on GitHub's own schema, and the extract that ships says the same as the whole."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx
import pytest
from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLUnionType,
    build_schema,
    parse,
    validate,
)

from talentscope.sandbox.github.graphql import EXTRACT
from talentscope.sandbox.server import Running

OWNERS = """
query ($ids: [ID!]!) {
  rateLimit { cost limit remaining used resetAt nodeCount }
  nodes(ids: $ids) {
    __typename id
    ... on User {
      databaseId login name company location bio email websiteUrl twitterUsername isHireable createdAt updatedAt
      followers { totalCount } following { totalCount } repositories { totalCount }
      socialAccounts(first: 5) { nodes { provider url displayName } }
      pinnedItems(first: 6) { totalCount }
    }
    ... on Organization {
      databaseId login name location description organizationEmail: email websiteUrl twitterUsername createdAt
      repositories { totalCount }
    }
    ... on Repository {
      databaseId repositoryName: name nameWithOwner description diskUsage
      stargazerCount forkCount isFork isArchived isTemplate isEmpty
      createdAt pushedAt updatedAt homepageUrl visibility
      owner { __typename id login ... on User { databaseId } }
      primaryLanguage { name color } licenseInfo { spdxId key }
      repositoryTopics(first: 20) { nodes { topic { name } } }
      languages(first: 3) { totalSize edges { size node { name } } }
      mentionableUsers { totalCount } watchers { totalCount } stargazers { totalCount } issues { totalCount }
      defaultBranchRef { name target { ... on Commit { oid history(first: 2) { totalCount nodes { oid message } } } } }
    }
  }
}
"""
SEARCH = """
query ($text: String!, $after: String) {
  search(query: $text, type: REPOSITORY, first: 100, after: $after) {
    repositoryCount pageInfo { hasNextPage endCursor } nodes { ... on Repository { id nameWithOwner pushedAt } }
  }
}
"""


@pytest.fixture(scope="module")
def extract() -> GraphQLSchema:
    return build_schema(EXTRACT.read_text(), assume_valid=True, assume_valid_sdl=True)


@pytest.fixture
def ask(api: httpx.Client) -> Callable[..., dict[str, Any]]:
    def post(query: str, **variables: Any) -> dict[str, Any]:
        answer = api.post("/graphql", json={"query": query, "variables": variables})
        assert answer.status_code == 200, answer.text
        body: dict[str, Any] = answer.json()
        return body

    return post


def ids_of(sandbox: Running, kind: str, count: int) -> list[str]:
    if kind == "Repository":
        return [found["node_id"] for found in sandbox.world.repositories(range(count))]
    found = [a["node_id"] for a in sandbox.world.accounts(range(sandbox.world.account_count)) if a["type"] == kind]
    return found[:count]


def arguments(field: Any) -> dict[str, tuple[str, str]]:
    return {name: (str(argument.type), repr(argument.default_value)) for name, argument in field.args.items()}


def test_the_extract_says_of_every_type_what_the_whole_schema_says(
    whole_schema: GraphQLSchema, extract: GraphQLSchema
) -> None:
    ours = {name: kind for name, kind in extract.type_map.items() if not name.startswith("__")}
    assert len(ours) > 80
    for name, kind in ours.items():
        theirs: Any = whole_schema.type_map[name]
        assert type(kind) is type(theirs), name
        if isinstance(kind, GraphQLObjectType | GraphQLInterfaceType):
            assert {i.name for i in kind.interfaces} <= {i.name for i in theirs.interfaces}, name
            for field_name, field in kind.fields.items():
                other = theirs.fields[field_name]
                assert str(field.type) == str(other.type), f"{name}.{field_name}"
                assert arguments(field) == arguments(other), f"{name}.{field_name}"
                assert field.deprecation_reason == other.deprecation_reason, f"{name}.{field_name}"
        elif isinstance(kind, GraphQLUnionType):
            assert {t.name for t in kind.types} <= {t.name for t in theirs.types}, name
        elif isinstance(kind, GraphQLEnumType):
            assert list(kind.values) == list(theirs.values), name
        elif isinstance(kind, GraphQLInputObjectType):
            assert {n: str(f.type) for n, f in kind.fields.items()} == {
                n: str(f.type) for n, f in theirs.fields.items()
            }


def test_the_extract_keeps_githubs_licence(extract: GraphQLSchema) -> None:
    head = EXTRACT.read_text()[:2_000]
    assert "GitHub" in head
    assert "Permission is hereby granted, free of charge" in head


@pytest.mark.parametrize("query", [OWNERS, SEARCH])
def test_the_queries_of_these_tests_are_valid_on_both(
    whole_schema: GraphQLSchema, extract: GraphQLSchema, query: str
) -> None:
    document = parse(query)
    assert validate(whole_schema, document) == []
    assert validate(extract, document) == []


@pytest.mark.parametrize("kind", ["User", "Organization", "Repository"])
def test_a_hundred_nodes_come_whole(sandbox: Running, ask: Callable[..., dict[str, Any]], kind: str) -> None:
    ids = ids_of(sandbox, kind, 100)
    body = ask(OWNERS, ids=ids)
    assert "errors" not in body
    assert [node["id"] for node in body["data"]["nodes"]] == ids
    assert {node["__typename"] for node in body["data"]["nodes"]} == {kind}
    assert body["data"]["rateLimit"]["cost"] >= 1


def test_a_user_by_graphql_is_the_user_by_rest(
    sandbox: Running, ask: Callable[..., dict[str, Any]], api: httpx.Client
) -> None:
    for node in ask(OWNERS, ids=ids_of(sandbox, "User", 30))["data"]["nodes"]:
        rest = api.get(f"/user/{node['databaseId']}").json()
        pairs = {
            "node_id": "id", "login": "login", "name": "name", "company": "company", "location": "location",
            "bio": "bio",
            "twitter_username": "twitterUsername", "created_at": "createdAt", "updated_at": "updatedAt",
        }  # fmt: skip
        assert {k: rest[k] for k in pairs} == {k: node[v] for k, v in pairs.items()}
        assert (rest["email"] or "") == node["email"]
        assert rest["followers"] == node["followers"]["totalCount"]
        assert rest["public_repos"] == node["repositories"]["totalCount"]


def test_users_have_an_email_that_is_never_null_and_organisations_one_that_may_be(
    sandbox: Running, ask: Callable[..., dict[str, Any]]
) -> None:
    users = ask(OWNERS, ids=ids_of(sandbox, "User", 100))["data"]["nodes"]
    organizations = ask(OWNERS, ids=ids_of(sandbox, "Organization", 100))["data"]["nodes"]
    assert {type(node["email"]) for node in users} == {str}
    assert "" in {node["email"] for node in users}
    assert None in {node["organizationEmail"] for node in organizations}


def test_selecting_both_emails_under_one_name_is_refused(ask: Callable[..., dict[str, Any]]) -> None:
    body = ask("{nodes(ids: []) {... on User {email} ... on Organization {email}}}")
    assert "data" not in body
    assert "conflict" in body["errors"][0]["message"]


def test_a_field_that_does_not_exist_is_refused_in_githubs_words(ask: Callable[..., dict[str, Any]]) -> None:
    (error,) = ask("{viewer {shoeSize}}")["errors"]
    assert error["message"] == "Field 'shoeSize' doesn't exist on type 'User'"
    assert error["extensions"]["code"] == "undefinedField"


def test_more_than_a_hundred_ids_are_too_many(sandbox: Running, ask: Callable[..., dict[str, Any]]) -> None:
    body = ask(OWNERS, ids=ids_of(sandbox, "User", 101))
    assert body["data"] is None
    assert body["errors"][0]["type"] == "ARGUMENT_LIMIT"
    assert body["errors"][0]["message"] == "You may not provide more than 100 node ids; you provided 101."


def test_a_node_that_is_gone_is_null_with_an_error_at_its_place(
    sandbox: Running, ask: Callable[..., dict[str, Any]]
) -> None:
    known = ids_of(sandbox, "User", 2)
    body = ask(OWNERS, ids=[known[0], "U_kgDOAAAAAQ", known[1], "rubbish"])
    assert [node and node["id"] for node in body["data"]["nodes"]] == [known[0], None, known[1], None]
    assert [(e["type"], e["path"]) for e in body["errors"]] == [
        ("NOT_FOUND", ["nodes", 1]),
        ("NOT_FOUND", ["nodes", 3]),
    ]


def test_a_search_pages_by_cursor_up_to_its_thousand(sandbox: Running, ask: Callable[..., dict[str, Any]]) -> None:
    text, after, seen = "stars:>=0 sort:updated-asc", None, []
    for _ in range(20):
        page = ask(SEARCH, text=text, after=after)["data"]["search"]
        seen += [node["id"] for node in page["nodes"]]
        after = page["pageInfo"]["endCursor"]
        if not page["pageInfo"]["hasNextPage"]:
            break
    assert page["repositoryCount"] == sandbox.world.count(text)
    assert len(seen) == len(set(seen)) == 1_000
    truth = sandbox.world.repositories(sandbox.world.find_rows(text)[:1_000])
    assert seen == [found["node_id"] for found in truth]


def test_a_connection_wants_bounds_and_not_too_wide_ones(ask: Callable[..., dict[str, Any]]) -> None:
    unbound = ask("{viewer {repositories {nodes {id}}}}")
    assert unbound["errors"][0]["type"] == "MISSING_PAGINATION_BOUNDARIES"
    wide = ask("{viewer {repositories(first: 101) {nodes {id}}}}")
    assert wide["errors"][0]["message"].startswith("Requesting 101 records on the `repositories` connection exceeds")
    deep = ask(
        '{search(query: "x", type: USER, first: 100) {nodes {... on User {repositories(first: 100) {nodes '
        "{forks(first: 100) {nodes {id}}}}}}}}"
    )
    assert deep["errors"][0]["type"] == "MAX_NODE_LIMIT_EXCEEDED"


def test_commits_of_an_author_are_those_of_the_contributor_list(
    sandbox: Running, ask: Callable[..., dict[str, Any]]
) -> None:
    rows = sandbox.world.find_rows("stars:>5")[:40]
    for repository in sandbox.world.repositories(rows):
        body = ask(
            "query ($id: ID!, $author: ID!) {node(id: $id) {... on Repository {defaultBranchRef {target {... on Commit "
            "{history {totalCount} mine: history(author: {id: $author}) {totalCount}}}}}}}",
            id=repository["node_id"],
            author=repository["owner"]["node_id"],
        )
        branch = body["data"]["node"]["defaultBranchRef"]
        if repository["empty"]:
            assert branch is None
            continue
        assert branch["target"]["history"]["totalCount"] == repository["commits"]
        assert branch["target"]["mine"]["totalCount"] == repository["owned"]


def test_a_schema_of_github_can_be_asked_for_itself(ask: Callable[..., dict[str, Any]]) -> None:
    body = ask('{__type(name: "User") {fields {name}}}')
    assert "socialAccounts" in {field["name"] for field in body["data"]["__type"]["fields"]}
