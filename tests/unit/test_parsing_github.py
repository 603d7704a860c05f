"""GitHub's JSON becomes records, or is set aside with its reason. Real shapes are read where the shared data is."""

from __future__ import annotations

import gzip
import json
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from talentscope.sources.github.batch import AccountRef, RepositoryRef
from talentscope.sources.github.parsing import (
    PAYLOAD_LIMIT,
    Notebook,
    parse_account,
    parse_account_node,
    parse_contributors,
    parse_ownership_node,
    parse_repository,
)
from talentscope.sources.github.records import Account, Ownership, Reject, Repository
from talentscope.sources.github.shapes import MAX_TEXT

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
GIVEN = os.environ.get("TALENTSCOPE_TEST_DATA")  # noqa: TID251 - where the data lies is no setting of the product
DATA = Path(GIVEN) if GIVEN else Path(__file__).parents[3] / "shared" / "data"
GONE = object()

ACCOUNT = AccountRef(7, "U_7", "moss")
REPOSITORY = RepositoryRef("R_1", 1, "moss/lichen", "U_7", 7, "moss")


def changed(base: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """`base` with fields replaced, or removed where the change is GONE."""
    return {name: value for name, value in (base | changes).items() if value is not GONE}


def item(**changes: Any) -> dict[str, Any]:
    base = {
        "id": 1, "node_id": "R_1", "name": "lichen", "full_name": "moss/lichen", "private": False,
        "owner": {"id": 7, "node_id": "U_7", "login": "moss", "type": "User"},
        "description": "Grows", "homepage": "", "language": "Rust", "license": {"spdx_id": "MIT"},
        "topics": ["rust", "botany"], "stargazers_count": 3, "forks_count": 1, "size": 120, "fork": False,
        "archived": False, "is_template": False, "created_at": "2020-01-02T03:04:05Z",
        "pushed_at": "2024-01-02T03:04:05Z", "updated_at": "2024-02-02T03:04:05Z",
    }  # fmt: skip
    return changed(base, **changes)


def user(**changes: Any) -> dict[str, Any]:
    base = {
        "id": 7, "node_id": "U_7", "login": "moss", "type": "User", "name": "Moss", "company": None, "location": None,
        "bio": None, "email": None, "blog": "", "twitter_username": None, "followers": 2, "following": 0,
        "public_repos": 4, "created_at": "2019-01-02T03:04:05Z", "updated_at": "2024-02-02T03:04:05Z",
    }  # fmt: skip
    return changed(base, **changes)


def node(**changes: Any) -> dict[str, Any]:
    base = {
        "__typename": "User", "id": "U_7", "databaseId": 7, "login": "moss", "name": "Moss", "company": "",
        "location": None, "bio": "", "email": "", "websiteUrl": None, "twitterUsername": None,
        "createdAt": "2019-01-02T03:04:05Z", "updatedAt": "2024-02-02T03:04:05Z", "followers": {"totalCount": 2},
        "following": {"totalCount": 0}, "repositories": {"totalCount": 4},
    }  # fmt: skip
    return changed(base, **changes)


def test_a_repository_is_read() -> None:
    record = parse_repository(item(), source="rest_search", at=NOW)

    assert isinstance(record, Repository)
    assert (record.github_id, record.owner_login, record.license, record.size_kb) == (1, "moss", "MIT", 120)
    assert record.topics == ("rust", "botany")
    assert record.pushed_at == datetime(2024, 1, 2, 3, 4, 5, tzinfo=UTC)
    assert (record.homepage, record.observed_at, record.source) == (None, NOW, "rest_search")


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"id": GONE}, "id"),
        ({"id": "1"}, "id"),
        ({"id": True}, "id"),
        ({"id": 1.0}, "id"),
        ({"id": 2**63}, "id"),
        ({"node_id": 17}, "node_id"),
        ({"node_id": ""}, "node_id"),
        ({"full_name": GONE}, "full_name"),
        ({"owner": None}, "owner"),
        ({"owner": "nobody"}, "owner"),
        ({"owner": {"id": 7, "node_id": "U_7", "login": "moss"}}, "owner.type"),
        ({"private": True}, "private"),
        ({"topics": GONE}, "topics"),
        ({"topics": ["rust", None]}, "topics.1"),
        ({"description": 5}, "description"),
        ({"description": GONE}, "description"),
        ({"license": "MIT"}, "license"),
        ({"stargazers_count": "many"}, "stargazers_count"),
        ({"stargazers_count": None}, "stargazers_count"),
        ({"stargazers_count": -1}, "stargazers_count"),
        ({"size": "1 kB"}, "size"),
        ({"fork": 0}, "fork"),
        ({"archived": "false"}, "archived"),
        ({"created_at": "yesterday"}, "created_at"),
        ({"created_at": 1577934245}, "created_at"),
        ({"created_at": "2020-01-02T03:04:05"}, "created_at"),
        ({"created_at": "0001-01-01T00:00:00+14:00"}, "created_at"),
        ({"pushed_at": GONE}, "pushed_at"),
        ({"login": "x" * 501, "name": "x" * 501}, "name"),
    ],
)
def test_what_breaks_the_contract_is_set_aside_with_its_path(change: dict[str, Any], path: str) -> None:
    record = parse_repository(item(**change), source="rest_search", at=NOW)

    assert isinstance(record, Reject)
    assert record.path == path
    assert record.reason
    assert record.kind == "repository"


@pytest.mark.parametrize("data", [None, 5, "x", [], {}, [{}]])
def test_anything_at_all_can_come(data: Any) -> None:
    assert isinstance(parse_repository(data, source="rest_search", at=NOW), Reject)
    assert isinstance(parse_account(data, at=NOW), Reject)
    assert isinstance(parse_contributors(data, REPOSITORY, contributors=None, at=NOW), Reject | Ownership)


def test_a_reject_keeps_the_record_cut() -> None:
    record = parse_repository(item(id="x", description="d" * 50_000), source="rest_search", at=NOW)

    assert isinstance(record, Reject)
    assert record.record_id == "R_1"
    assert len(record.payload) == PAYLOAD_LIMIT


def test_texts_lose_nul_bytes_and_what_is_too_long_is_cut() -> None:
    record = parse_account(user(bio="a\x00b" + "x" * 10_000_000, name="\u202eevil <script>"), at=NOW)

    assert isinstance(record, Account)
    assert record.bio is not None
    assert record.bio.startswith("ab")
    assert len(record.bio) == MAX_TEXT
    assert record.name == "\u202eevil <script>"


def test_an_empty_text_was_not_given() -> None:
    record = parse_account(user(name="", blog="", email="", bio=" "), at=NOW)

    assert isinstance(record, Account)
    assert (record.name, record.website, record.email, record.bio) == (None, None, None, None)


def test_an_account_node_of_each_kind_is_read() -> None:
    person = parse_account_node(node(email="moss@example.org"), ACCOUNT, at=NOW)
    organization = parse_account_node(
        node(
            __typename="Organization", description="Trees", organizationEmail="", email=GONE, company=GONE, bio=GONE,
            followers=GONE, following=GONE,
        ),
        ACCOUNT,
        at=NOW,
    )  # fmt: skip
    bot = parse_account_node(
        {
            name: value
            for name, value in node(__typename="Bot").items()
            if name[:2] in {"__", "id", "da", "lo", "cr", "up"}
        },
        ACCOUNT,
        at=NOW,
    )

    assert isinstance(person, Account)
    assert (person.email, person.followers, person.public_repositories) == ("moss@example.org", 2, 4)
    assert isinstance(organization, Account)
    assert (organization.type, organization.bio, organization.email, organization.followers) == (
        "Organization", "Trees", None, None,
    )  # fmt: skip
    assert isinstance(bot, Account)
    assert (bot.type, bot.public_repositories) == ("Bot", None)


def test_a_hidden_e_mail_is_none_and_not_empty() -> None:
    record = parse_account_node(node(email=""), ACCOUNT, at=NOW)

    assert isinstance(record, Account)
    assert record.email is None


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"__typename": "Repository"}, "__typename"),
        ({"__typename": GONE}, "__typename"),
        ({"databaseId": 8}, "databaseId"),
        ({"followers": None}, "followers.totalCount"),
        ({"createdAt": None}, "createdAt"),
    ],
)
def test_an_account_node_that_is_not_what_was_asked_for_is_set_aside_under_the_id_asked(
    change: dict[str, Any], path: str
) -> None:
    record = parse_account_node(node(**change), ACCOUNT, at=NOW)

    assert isinstance(record, Reject)
    assert (record.record_id, record.path, record.kind) == ("U_7", path, "account")


HISTORY = {"target": {"history": {"totalCount": 40}, "mine": {"totalCount": 30}}}


@pytest.mark.parametrize(
    ("branch", "total", "owner"),
    [(HISTORY, 40, 30), (None, 0, 0), ({"target": {}}, None, None)],
    ids=["commits", "nothing pushed", "a branch that is no commit"],
)
def test_ownership_is_read_and_unknown_is_not_zero(branch: Any, total: int | None, owner: int | None) -> None:
    data = {"defaultBranchRef": branch, "mentionableUsers": {"totalCount": 3}}
    record = parse_ownership_node(data, REPOSITORY, at=NOW)

    assert isinstance(record, Ownership)
    assert (record.commits_total, record.commits_owner, record.contributors) == (total, owner, 3)


def test_ownership_without_its_branch_is_set_aside() -> None:
    record = parse_ownership_node({"mentionableUsers": {"totalCount": 3}}, REPOSITORY, at=NOW)

    assert isinstance(record, Reject)
    assert (record.record_id, record.path) == ("R_1", "defaultBranchRef")


def test_contributors_are_summed_by_number_and_not_by_name() -> None:
    people = [
        {"id": 7, "type": "User", "login": "moss-renamed", "contributions": 30},
        {"id": 8, "type": "User", "login": "moss", "contributions": 9},
        {"type": "Anonymous", "email": "a@example.org", "contributions": 1},
    ]
    record = parse_contributors(people, REPOSITORY, contributors=None, at=NOW)

    assert isinstance(record, Ownership)
    assert (record.commits_total, record.commits_owner, record.contributors) == (40, 30, 3)


def test_a_list_of_contributors_that_goes_on_gives_no_share() -> None:
    record = parse_contributors([{"id": 7, "type": "User", "contributions": 30}], REPOSITORY, contributors=400, at=NOW)

    assert isinstance(record, Ownership)
    assert (record.commits_total, record.commits_owner, record.contributors) == (None, None, 400)


def test_an_unknown_field_is_noted_once_and_a_known_one_never() -> None:
    notebook = Notebook()
    odd = item(surprise=1, score=1.0, watchers=3, owner=item()["owner"] | {"aura": "green", "avatar_url": "x"})
    first = notebook.note_repository(odd, source="rest_search", at=NOW)

    assert sorted(note.path for note in first) == ["owner.aura", "surprise"]
    assert notebook.note_repository(odd, source="rest_search", at=NOW) == ()


def real(name: str) -> Any:
    path = DATA / "api" / name
    assert path.exists(), f"expected real shapes in {path}; set TALENTSCOPE_TEST_DATA"
    return json.loads(gzip.decompress(path.read_bytes()))


needs_data = pytest.mark.skipif(
    not DATA.exists(), reason="no shared data on this machine (TALENTSCOPE_TEST_DATA): real shapes are not compared"
)


@needs_data
def test_real_search_results_are_read_without_a_reject_or_an_unknown_field() -> None:
    notebook = Notebook()
    # Recorded before topics were part of every answer.
    items = [{"topics": [], **found} for found in real("search-repositories-knowit.json.gz")["items"]]
    parsed = [parse_repository(found, source="rest_search", at=NOW) for found in items]

    assert len(parsed) == 100
    assert [record for record in parsed if isinstance(record, Reject)] == []
    assert [n.path for found in items for n in notebook.note_repository(found, source="rest_search", at=NOW)] == []


@needs_data
def test_real_users_are_read_without_a_reject() -> None:
    users = real("github-rank-2020-users.json.gz")
    parsed = [parse_account(found, at=NOW) for found in users]

    assert len(parsed) == 500
    assert [record for record in parsed if isinstance(record, Reject)] == []
    notebook = Notebook()
    noted = {n.path for found in users for n in notebook.note_account(found, at=NOW)}
    assert noted <= {"user.score", "user.rank"}, "those two are the collection's own"
