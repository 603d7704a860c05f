"""Every REST answer of the sandbox is what GitHub's own OpenAPI description says it is."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from talentscope.sandbox.server import Running

SEARCH = {"q": "stars:>=0 fork:true", "sort": "updated", "order": "asc", "per_page": "100"}


def first(sandbox: Running, text: str) -> dict[str, Any]:
    """A repository of the world that the search text matches."""
    rows = sandbox.world.find_rows(text)
    assert rows, f"the world has nothing for {text}"
    return sandbox.world.repositories(rows[:1])[0]


def test_pages_of_a_hundred_repositories_follow_the_contract(openapi: Any, api: httpx.Client) -> None:
    for page in (1, 5, 10):
        answer = api.get("/search/repositories", params=SEARCH | {"page": str(page)})
        assert answer.status_code == 200
        assert len(answer.json()["items"]) == 100
        assert openapi.errors(answer.json(), path="/search/repositories") == []


def test_a_broken_page_does_not_follow_the_contract(openapi: Any, api: httpx.Client) -> None:
    body = api.get("/search/repositories", params=SEARCH).json()
    del body["items"][3]["stargazers_count"]
    body["items"][4]["size"] = "large"
    assert len(openapi.errors(body, path="/search/repositories")) == 2


@pytest.mark.parametrize("kind", ["User", "Organization", "Bot"])
def test_profiles_follow_the_contract(openapi: Any, sandbox: Running, api: httpx.Client, kind: str) -> None:
    accounts = [a for a in sandbox.world.accounts(range(sandbox.world.account_count)) if a["type"] == kind][:20]
    assert accounts
    for account in accounts:
        by_login = api.get(f"/users/{account['login']}")
        by_id = api.get(f"/user/{account['id']}")
        assert by_login.json() == by_id.json()
        assert by_login.json()["type"] == kind
        assert openapi.errors(by_login.json(), path="/users/{username}") == []
        assert openapi.errors(by_id.json(), path="/user/{account_id}") == []


def test_an_organisation_follows_the_contract(openapi: Any, sandbox: Running, api: httpx.Client) -> None:
    account = next(a for a in sandbox.world.accounts(range(500)) if a["type"] == "Organization")
    answer = api.get(f"/orgs/{account['login']}")
    assert openapi.errors(answer.json(), path="/orgs/{org}") == []


def test_the_viewer_follows_the_contract(openapi: Any, api: httpx.Client) -> None:
    assert openapi.errors(api.get("/user").json(), path="/user") == []


@pytest.mark.parametrize("text", ["stars:>100", "fork:only", "archived:true", "size:0", "license:mit", "template:true"])
def test_a_repository_follows_the_contract(openapi: Any, sandbox: Running, api: httpx.Client, text: str) -> None:
    repository = first(sandbox, text)
    answer = api.get(f"/repos/{repository['full_name']}")
    assert answer.json()["id"] == repository["id"]
    assert openapi.errors(answer.json(), path="/repos/{owner}/{repo}") == []
    assert api.get(f"/repositories/{repository['id']}").json() == answer.json()


def test_contributors_follow_the_contract_and_page(openapi: Any, sandbox: Running, api: httpx.Client) -> None:
    rows = sandbox.world.find_rows("stars:>20")
    busy = max(sandbox.world.repositories(rows), key=lambda repository: repository["crowd"])
    answer = api.get(f"/repos/{busy['full_name']}/contributors", params={"per_page": 2, "anon": "1"})
    assert openapi.errors(answer.json(), path="/repos/{owner}/{repo}/contributors") == []
    shares = sandbox.world.crowd.shares(busy)
    assert f'page={-(-len(shares) // 2)}>; rel="last"' in answer.headers["link"]
    everybody = api.get(f"/repos/{busy['full_name']}/contributors", params={"per_page": 100, "anon": "1"}).json()
    assert [one["contributions"] for one in everybody] == [share.commits for share in shares][:100]


def test_contributors_add_up_to_the_commits(sandbox: Running) -> None:
    for repository in sandbox.world.repositories(range(0, 3_000, 7)):
        shares = sandbox.world.crowd.shares(repository)
        assert sum(share.commits for share in shares) == repository["commits"]


def test_an_empty_repository_has_no_contributors_and_no_commits(
    sandbox: Running, api: httpx.Client, openapi: Any
) -> None:
    empty = next(found for found in sandbox.world.repositories(range(1_000)) if found["empty"])
    assert api.get(f"/repos/{empty['full_name']}/contributors").status_code == 204
    commits = api.get(f"/repos/{empty['full_name']}/commits")
    assert commits.status_code == 409
    assert openapi.errors(commits.json(), path="/repos/{owner}/{repo}/commits", status=409) == []


def test_commits_follow_the_contract_and_are_counted_by_the_link(
    openapi: Any, sandbox: Running, api: httpx.Client
) -> None:
    rows = sandbox.world.find_rows("stars:>5")
    repository = next(found for found in sandbox.world.repositories(rows) if 10 < found["owned"] < found["commits"])
    path = f"/repos/{repository['full_name']}/commits"
    answer = api.get(path, params={"author": repository["owner"]["login"], "per_page": 1})
    assert openapi.errors(answer.json(), path="/repos/{owner}/{repo}/commits") == []
    assert f'&page={repository["owned"]}>; rel="last"' in answer.headers["link"]
    assert f'&page={repository["commits"]}>; rel="last"' in api.get(path, params={"per_page": 1}).headers["link"]
    assert api.get(path, params={"author": "nobody-of-that-name"}).json() == []


def test_a_users_repositories_follow_the_contract(openapi: Any, sandbox: Running, api: httpx.Client) -> None:
    repository = first(sandbox, "stars:>5")
    login = repository["owner"]["login"]
    answer = api.get(f"/users/{login}/repos", params={"per_page": 100, "sort": "pushed"})
    assert openapi.errors(answer.json(), path="/users/{username}/repos") == []
    assert len(answer.json()) == api.get(f"/users/{login}").json()["public_repos"]


def test_a_search_for_people_follows_the_contract(openapi: Any, api: httpx.Client) -> None:
    answer = api.get("/search/users", params={"q": "type:user followers:>50", "per_page": 100})
    assert answer.json()["items"]
    assert openapi.errors(answer.json(), path="/search/users") == []


def test_the_limits_follow_the_contract(openapi: Any, api: httpx.Client) -> None:
    body = api.get("/rate_limit").json()
    assert openapi.errors(body, path="/rate_limit") == []


def test_not_found_follows_the_contract(openapi: Any, api: httpx.Client) -> None:
    for path, shape in (
        ("/users/nobody-at-all", "/users/{username}"),
        ("/user/1", "/user/{account_id}"),
        ("/repos/nobody/nothing", "/repos/{owner}/{repo}"),
    ):
        answer = api.get(path)
        assert answer.status_code == 404
        assert answer.json()["message"] == "Not Found"
        assert openapi.errors(answer.json(), path=shape, status=404) == []


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({}, "Validation Failed"),
        ({"q": "pushed:>=yesterday"}, "Validation Failed"),
        ({"q": "user:nobody-of-that-name"}, "Validation Failed"),
        ({"q": "a AND b AND c AND d AND e AND f AND g"}, "Validation Failed"),
        ({"q": "x" * 300}, "Validation Failed"),
        ({"q": "stars:>=0", "per_page": "100", "page": "11"}, "Only the first 1000 search results are available"),
        ({"q": "stars:>=0", "per_page": "30", "page": "35"}, "Only the first 1000 search results are available"),
    ],
)
def test_a_search_that_github_refuses_is_refused(
    openapi: Any, api: httpx.Client, params: dict[str, str], message: str
) -> None:
    answer = api.get("/search/repositories", params=params)
    assert answer.status_code == 422
    assert answer.json()["message"] == message
    assert openapi.errors(answer.json(), path="/search/repositories", status=422) == []


def test_an_enterprise_serves_the_same_under_its_own_paths(sandbox: Running, api: httpx.Client) -> None:
    plain = api.get("/search/repositories", params=SEARCH).json()["items"][0]
    enterprise = api.get("/api/v3/search/repositories", params=SEARCH).json()["items"][0]
    assert enterprise["id"] == plain["id"]
    assert enterprise["url"] == plain["url"].replace(sandbox.api_url, sandbox.enterprise_url)
    assert api.get(enterprise["url"]).json()["url"] == enterprise["url"]
