"""The client over answers in memory: what a search hands over, the REST twins, and what is said to be left out."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from talentscope.runtime.clock import FixedClock
from talentscope.runtime.errors import UpstreamMalformed, UpstreamRefused
from talentscope.sources.github.batch import AccountRef, RepositoryRef
from talentscope.sources.github.client import GitHub
from talentscope.transport.session import Session

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
BEGINNING = datetime(2008, 1, 1, tzinfo=UTC)
API = "https://api.github.test"
REPOSITORY = RepositoryRef("R_1", 1, "moss/lichen", "U_7", 7, "moss")
ACCOUNT = AccountRef(7, "U_7", "moss")

Handler = Callable[[httpx.Request], httpx.Response]


def build(handle: Handler, *, token: str | None = None) -> GitHub:
    clock = FixedClock(NOW)
    session = Session(
        user_agent="talentscope/test", token=token, clock=clock, max_wait_seconds=300, timeout_seconds=30,
        transport=httpx.MockTransport(handle),
    )  # fmt: skip
    return GitHub(session, api_url=f"{API}/", graphql_url=f"{API}/graphql", clock=clock, has_token=token is not None)


def item(number: int, **changes: Any) -> dict[str, Any]:
    return {
        "id": number, "node_id": f"R_{number}", "name": "lichen", "full_name": f"moss/lichen{number}", "private": False,
        "owner": {"id": 7, "node_id": "U_7", "login": "moss", "type": "User"}, "description": None, "homepage": None,
        "language": None, "license": None, "topics": [], "stargazers_count": 3, "forks_count": 1, "size": 120,
        "fork": False, "archived": False, "created_at": "2020-01-02T03:04:05Z",
        "pushed_at": f"2024-01-02T03:04:{number:02d}Z", "updated_at": "2024-02-02T03:04:05Z",
    } | changes  # fmt: skip


def results(*items: Any, total: int | None = None) -> httpx.Response:
    body = {"total_count": len(items) if total is None else total, "incomplete_results": False, "items": list(items)}
    return httpx.Response(200, json=body)


def test_a_search_asks_for_the_oldest_pushes_first_a_hundred_at_a_time() -> None:
    requests: list[httpx.Request] = []

    def handle(request: httpx.Request) -> httpx.Response:
        requests.append(request)
        return results(item(1))

    list(build(handle).search("topic:rust", since=BEGINNING, is_sweep=True))

    assert requests[0].url.path == "/search/repositories"
    assert dict(requests[0].url.params) == {
        "q": "topic:rust pushed:>=2008-01-01T00:00:00Z",
        "sort": "updated",
        "order": "asc",
        "per_page": "100",
        "page": "1",
    }


def test_each_batch_carries_its_repositories_and_the_coverage_so_far() -> None:
    [batch] = build(lambda _request: results(item(1), item(2))).search("q", since=BEGINNING, is_sweep=False)

    assert [repository.github_id for repository in batch.repositories] == [1, 2]
    assert batch.coverage is not None
    assert (batch.coverage.query, batch.coverage.read, batch.coverage.state) == ("q", 2, "drained")
    assert (batch.coverage.is_sweep, batch.coverage.requests) == (False, 1)
    assert batch.coverage.watermark == datetime(2024, 1, 2, 3, 4, 2, tzinfo=UTC)


@pytest.mark.parametrize(
    "broken",
    [item(2, id="two"), item(2, pushed_at="soon"), item(2, pushed_at="0001-01-01T00:00:00+14:00"), None, "x", []],
)
def test_a_broken_item_is_set_aside_and_read_and_the_others_are_kept(broken: Any) -> None:
    [batch] = build(lambda _request: results(item(1), broken, item(3))).search("q", since=BEGINNING, is_sweep=True)

    assert [repository.github_id for repository in batch.repositories] == [1, 3]
    assert len(batch.rejects) == 1
    assert batch.coverage is not None
    assert (batch.coverage.read, batch.coverage.missing) == (3, 0)


@pytest.mark.parametrize(
    "body",
    [None, [], {}, {"items": []}, {"total_count": "3", "incomplete_results": False, "items": []}, {"message": "x"}],
)
def test_an_answer_that_is_no_search_result_stops_the_run(body: Any) -> None:
    with pytest.raises(UpstreamMalformed, match="total_count"):
        list(build(lambda _request: httpx.Response(200, json=body)).search("q", since=BEGINNING, is_sweep=True))


def test_a_query_that_github_does_not_take_is_refused_with_its_words() -> None:
    refusal = {"message": "Validation Failed", "errors": [{"resource": "Search"}]}
    with pytest.raises(UpstreamRefused, match="Validation Failed"):
        list(build(lambda _request: httpx.Response(422, json=refusal)).search("q", since=BEGINNING, is_sweep=True))


def test_a_new_field_is_noted_once_for_the_whole_process() -> None:
    github = build(lambda _request: results(item(1, surprise=1), item(2, surprise=2)))
    first = [note.path for batch in github.search("a", since=BEGINNING, is_sweep=True) for note in batch.unknown_fields]
    again = [note.path for batch in github.search("b", since=BEGINNING, is_sweep=True) for note in batch.unknown_fields]

    assert (first, again) == (["surprise"], [])


def test_without_a_token_accounts_are_read_by_number() -> None:
    paths: list[str] = []

    def handle(request: httpx.Request) -> httpx.Response:
        paths.append(request.url.path)
        return httpx.Response(404, json={"message": "Not Found"})

    [batch] = build(handle).fetch_accounts([ACCOUNT])

    assert paths == ["/user/7"]
    assert [(t.kind, t.node_id) for t in batch.tombstones] == [("account", "U_7")]


def test_an_account_that_cannot_be_read_by_rest_is_set_aside_under_the_id_asked() -> None:
    [batch] = build(lambda _request: httpx.Response(200, json={"node_id": "other"})).fetch_accounts([ACCOUNT])

    assert [reject.record_id for reject in batch.rejects] == ["U_7"]


@pytest.mark.parametrize(
    ("status", "body", "total", "owner", "contributors"),
    [
        (200, [{"id": 7, "type": "User", "contributions": 3}, {"type": "Anonymous", "contributions": 1}], 4, 3, 2),
        (200, [{"id": 8, "type": "User", "contributions": 3}], 3, 0, 1),
        (204, None, 0, 0, 0),
        (403, {"message": "The history or contributor list is too large"}, None, None, None),
        (451, {"message": "Repository access blocked"}, None, None, None),
    ],
)
def test_shares_by_rest(status: int, body: Any, total: int | None, owner: int | None, contributors: int | None) -> None:
    answer = httpx.Response(status) if body is None else httpx.Response(status, json=body)
    [batch] = build(lambda _request: answer).fetch_ownership([REPOSITORY])
    [record] = batch.ownership

    assert (record.commits_total, record.commits_owner, record.contributors) == (total, owner, contributors)
    assert (record.repository_node_id, record.owner_github_id) == ("R_1", 7)


def test_a_renamed_repository_is_followed() -> None:
    def handle(request: httpx.Request) -> httpx.Response:
        if request.url.path.startswith("/repositories/1"):
            return httpx.Response(200, json=[{"id": 7, "type": "User", "contributions": 3}])
        moved = f"{API}/repositories/1/contributors?per_page=100&anon=1"
        return httpx.Response(301, headers={"location": moved}, json={"message": "Moved Permanently"})

    github = build(handle)
    [batch] = github.fetch_ownership([REPOSITORY])

    assert batch.ownership[0].commits_owner == 3
    assert github.spend().core_requests == 2


def test_a_long_list_of_contributors_gives_a_number_but_no_share() -> None:
    link = f'<{API}/x?per_page=100&page=2>; rel="next", <{API}/x?per_page=100&page=4>; rel="last"'
    body = [{"id": 7, "type": "User", "contributions": 3}]
    [batch] = build(lambda _r: httpx.Response(200, json=body, headers={"link": link})).fetch_ownership([REPOSITORY])

    assert (batch.ownership[0].commits_total, batch.ownership[0].commits_owner) == (None, None)
    assert batch.ownership[0].contributors == 400


def test_a_repository_that_is_gone_is_a_tombstone_by_rest() -> None:
    [batch] = build(lambda _r: httpx.Response(404, json={"message": "Not Found"})).fetch_ownership([REPOSITORY])

    assert [(t.kind, t.node_id) for t in batch.tombstones] == [("repository", "R_1")]


def test_what_is_left_out_without_a_token_is_said() -> None:
    assert any("token" in sentence for sentence in build(lambda _r: results()).left_out)
    assert build(lambda _r: results(), token="t").left_out == []


def test_the_spend_is_told_by_resource() -> None:
    github = build(lambda request: results() if "search" in request.url.path else httpx.Response(404, json={}))
    list(github.search("q", since=BEGINNING, is_sweep=True))
    list(github.fetch_accounts([ACCOUNT, ACCOUNT]))
    spend = github.spend()

    assert (spend.search_requests, spend.core_requests, spend.graphql_requests, spend.graphql_points) == (1, 2, 0, 0)


@pytest.mark.parametrize(
    ("page", "site"),
    [
        ("https://github.com/mossy/lantern", "https://github.com"),
        ("https://git.example.com:8443/mossy/lantern", "https://git.example.com:8443"),
        ("javascript:alert(1)/mossy/lantern", None),
        ("https://github.com/other/name", None),
        (None, None),
    ],
)
def test_where_people_look_is_learned_from_the_answers(page: str | None, site: str | None) -> None:
    from talentscope.sources.github.client import _site

    assert _site({"html_url": page, "full_name": "mossy/lantern"}) == site
