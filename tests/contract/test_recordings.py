"""The sandbox's headers and bodies beside recordings of the real GitHub (shared/data/api/hub4j-wiremock.tar.gz)."""

from __future__ import annotations

import json
import os
import re
import tarfile
from functools import cache
from pathlib import Path
from typing import Any

import httpx
import pytest

from talentscope.sandbox.server import Running

ROOT = Path(__file__).resolve().parents[2]
DATA = Path(os.environ.get("TALENTSCOPE_TEST_DATA") or ROOT.parent / "shared" / "data")  # noqa: TID251
# What the recordings have and today's GitHub does not, or what only a proxy adds.
GONE = {"status", "x-xss-protection", "x-oauth-scopes", "x-accepted-oauth-scopes", "last-modified", "connection"}
GONE |= {"transfer-encoding", "content-encoding", "content-length"}
Json = dict[str, Any]


@cache
def members() -> dict[str, str]:
    archive = DATA / "api" / "hub4j-wiremock.tar.gz"
    if not archive.exists():
        pytest.skip(f"no recordings at {archive}: set TALENTSCOPE_TEST_DATA to the folder of the test data")
    with tarfile.open(archive) as tar:
        files = [(member.name, tar.extractfile(member)) for member in tar if member.name.endswith(".json")]
        return {name: file.read().decode() for name, file in files if file is not None}


def recording(part: str) -> tuple[Json, Any]:
    """Headers (lower case) and body of the one exchange whose mapping's path ends in `part`."""
    (name,) = [name for name in members() if name.endswith(part) and "/mappings/" in name]
    response = json.loads(members()[name])["response"]
    folder = name.split("/mappings/")[0]
    text = re.sub(r"\{\{.*?\}\}", "0", members()[f"{folder}/__files/{response['bodyFileName']}"])
    return {key.lower(): value for key, value in response["headers"].items()}, json.loads(text)


def kinds(body: Any) -> Any:
    """The shape of a body: keys and JSON types, null left open."""
    if isinstance(body, dict):
        return {key: kinds(value) for key, value in body.items()}
    if isinstance(body, list):
        return [kinds(body[0])] if body else []
    return None if body is None else type(body).__name__


def missing(theirs: Any, ours: Any, path: str = "") -> list[str]:
    """Paths that the recording has and we have not, or with another type."""
    if theirs is None or ours is None:
        return []
    if isinstance(theirs, dict):
        if not isinstance(ours, dict):
            return [path]
        return [
            lack
            for key, value in theirs.items()
            for lack in ([f"{path}.{key}"] if key not in ours else missing(value, ours[key], f"{path}.{key}"))
        ]
    if isinstance(theirs, list):
        return missing(theirs[0], ours[0], f"{path}[]") if theirs and ours else []
    return [] if {theirs, ours} <= {"int", "float"} or theirs == ours else [f"{path}: {theirs} is {ours}"]


def test_a_search_has_the_headers_and_shape_of_the_recorded_one(api: httpx.Client) -> None:
    headers, body = recording("testGitHubRateLimit/mappings/search_repositories-6.json")
    ours = api.get("/search/repositories", params={"q": "stars:>0", "sort": "stars", "order": "desc"})
    assert set(headers) - GONE - set(ours.headers) == set()
    assert headers["cache-control"] == ours.headers["cache-control"]
    assert headers["content-type"] == ours.headers["content-type"]
    assert re.findall(r'rel="(\w+)"', headers["link"]) == re.findall(r'rel="(\w+)"', ours.headers["link"])
    assert missing(kinds(body), kinds(ours.json())) == []


def test_a_middle_page_links_in_the_recorded_order(sandbox: Running, api: httpx.Client) -> None:
    headers, _ = recording("listPublicRepositories/mappings/4-user_50003_repos.json")
    ours = api.get("/search/repositories", params={"q": "stars:>=0", "per_page": "30", "page": "2"})
    pattern = r'<[^>]*[?&]page=\d+[^>]*>; rel="(\w+)"'
    assert re.findall(pattern, headers["link"]) == re.findall(pattern, ours.headers["link"]) != []


@pytest.mark.parametrize("part", ["3-users_mojombo.json", "4-users_defunkt.json"])
def test_a_profile_has_the_headers_and_shape_of_the_recorded_one(
    sandbox: Running, api: httpx.Client, part: str
) -> None:
    headers, body = recording(f"listUsers/mappings/{part}")
    account = next(a for a in sandbox.world.accounts(range(500)) if a["type"] == "User" and a["email"] and a["bio"])
    ours = api.get(f"/users/{account['login']}")
    assert set(headers) - GONE - set(ours.headers) == set()
    assert headers["cache-control"] == ours.headers["cache-control"]
    assert headers["etag"].startswith('W/"') == ours.headers["etag"].startswith('W/"')
    assert missing(kinds(body), kinds(ours.json())) == []


def test_a_repository_has_the_shape_of_the_recorded_one(sandbox: Running, api: httpx.Client) -> None:
    headers, body = recording("checkStargazersCount/mappings/2-r_h_temp-checkstargazerscount.json")
    organization = next(r for r in sandbox.world.repositories(range(900)) if r["owner"]["type"] == "Organization")
    ours = api.get(f"/repos/{organization['full_name']}")
    # What only somebody with rights on the repository is shown.
    private = {".allow_squash_merge", ".allow_merge_commit", ".allow_rebase_merge"}
    private |= {".delete_branch_on_merge"}
    assert set(headers) - GONE - set(ours.headers) == set()
    assert set(missing(kinds(body), kinds(ours.json()))) - private == set()


def test_the_limits_have_the_shape_of_the_recorded_ones(api: httpx.Client) -> None:
    _, body = recording("testGitHubRateLimit/mappings/rate_limit-2.json")
    ours = api.get("/rate_limit").json()
    lacking = missing(kinds(body), kinds(ours))
    assert [path for path in lacking if "integration_manifest" not in path] == []
