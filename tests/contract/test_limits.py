"""The sandbox says no as GitHub does: identity, version, token, primary and secondary limits."""

from __future__ import annotations

from collections.abc import Callable
from email.utils import parsedate_to_datetime
from typing import Any

import httpx
import pytest

from talentscope.runtime.clock import FixedClock
from talentscope.sandbox.limits import Limits
from talentscope.sandbox.server import Running

Begin = Callable[..., Running]
TOKEN = "good"
QUERY = "/search/repositories?q=stars:%3E%3D0&per_page=1"


def client_of(running: Running, **headers: str) -> httpx.Client:
    return httpx.Client(base_url=running.api_url, headers={"User-Agent": "talentscope-tests"} | headers)


def with_token(running: Running, token: str = TOKEN) -> httpx.Client:
    return client_of(running, Authorization=f"Bearer {token}")


def test_every_answer_carries_the_five_rate_headers_of_its_resource(begin: Begin, clock: FixedClock) -> None:
    running = begin()
    with with_token(running) as client:
        search, core = client.get(QUERY).headers, client.get("/user").headers
        graphql = client.post("/graphql", json={"query": "{viewer {login}}"}).headers
    now = int(clock.now().timestamp())
    for headers, resource, limit, window in (
        (search, "search", 30, 60), (core, "core", 5_000, 3_600), (graphql, "graphql", 5_000, 3_600),
    ):  # fmt: skip
        assert headers["x-ratelimit-resource"] == resource
        assert int(headers["x-ratelimit-limit"]) == limit
        assert int(headers["x-ratelimit-used"]) == 1
        assert int(headers["x-ratelimit-remaining"]) == limit - 1
        assert int(headers["x-ratelimit-reset"]) == now + window


def test_the_search_window_opens_at_first_use_and_closes_after_its_seconds(
    begin: Begin, clock: FixedClock, openapi: Any
) -> None:
    running = begin()
    with with_token(running) as client:
        clock.advance(600)
        opened = clock.now().timestamp()
        assert [client.get(QUERY).status_code for _ in range(30)] == [200] * 30
        clock.advance(59)
        refused = client.get(QUERY)
        assert refused.status_code == 403
        assert refused.json()["message"].startswith("API rate limit exceeded for user ID ")
        assert openapi.errors_of(refused.json(), "basic-error") == []
        assert refused.headers["x-ratelimit-remaining"] == "0"
        assert refused.headers["x-ratelimit-used"] == "30"
        assert int(refused.headers["x-ratelimit-reset"]) == opened + 60
        assert "retry-after" not in refused.headers
        assert client.get("/user").status_code == 200
        clock.advance(1)
        assert client.get(QUERY).status_code == 200


def test_without_a_token_ten_searches_a_minute_and_sixty_calls_an_hour(begin: Begin, clock: FixedClock) -> None:
    running = begin()
    login = running.world.accounts([0])[0]["login"]
    with client_of(running) as client:
        assert [client.get(QUERY).status_code for _ in range(11)] == [200] * 10 + [403]
        assert [client.get(f"/users/{login}").status_code for _ in range(61)] == [200] * 60 + [403]
        message = client.get(f"/users/{login}").json()["message"]
    assert message.startswith("API rate limit exceeded for 127.0.0.1. (But here's the good news:")


def test_asking_for_the_limits_costs_nothing_and_answers_when_all_is_spent(begin: Begin) -> None:
    running = begin(limits=Limits(core=2))
    with with_token(running) as client:
        statuses = [client.get("/user").status_code for _ in range(3)]
        standing = [client.get("/rate_limit").json()["resources"]["core"] for _ in range(3)][-1]
    assert statuses == [200, 200, 403]
    assert (standing["limit"], standing["used"], standing["remaining"]) == (2, 2, 0)


def test_an_unchanged_object_is_304_and_free_with_a_token_but_not_without(begin: Begin) -> None:
    running = begin()
    login = running.world.accounts([0])[0]["login"]
    tags = []
    for client, is_free in ((with_token(running), True), (client_of(running), False)):
        with client:
            first = client.get(f"/users/{login}")
            again = client.get(f"/users/{login}", headers={"If-None-Match": first.headers["etag"]})
        assert (again.status_code, again.content) == (304, b"")
        assert again.headers["x-ratelimit-used"] == ("1" if is_free else "2")
        tags.append(first.headers["etag"])
    assert tags[0] != tags[1]


def test_a_search_has_no_etag(begin: Begin) -> None:
    with with_token(begin()) as client:
        headers = client.get(QUERY).headers
    assert "etag" not in headers
    assert headers["cache-control"] == "no-cache"


def test_nobody_without_a_user_agent(begin: Begin) -> None:
    running = begin()
    with with_token(running) as client:
        answer = client.get("/user", headers={"User-Agent": ""})
    assert answer.status_code == 403
    assert answer.text.startswith("Request forbidden by administrative rules.")


@pytest.mark.parametrize(("version", "status"), [("2022-11-28", 200), ("2026-03-10", 200), ("v3", 400)])
def test_the_version_asked_for_must_be_one_that_exists(begin: Begin, openapi: Any, version: str, status: int) -> None:
    with with_token(begin()) as client:
        answer = client.get("/user", headers={"X-GitHub-Api-Version": version})
    assert answer.status_code == status
    if status == 400:
        assert '"v3", is not a supported version' in answer.json()["message"]
        assert openapi.errors_of(answer.json(), "basic-error") == []


@pytest.mark.parametrize("token", ["bad-token", "expired-yesterday"])
def test_a_bad_token_is_refused_by_both_apis(begin: Begin, openapi: Any, token: str) -> None:
    with with_token(begin(), token) as client:
        answers = [client.get("/user"), client.post("/graphql", json={"query": "{viewer {login}}"})]
    for answer in answers:
        assert answer.status_code == 401
        assert answer.json()["message"] == "Bad credentials"
        assert openapi.errors(answer.json(), path="/user", status=401) == []


def test_graphql_wants_a_token(begin: Begin) -> None:
    with client_of(begin()) as client:
        answer = client.post("/graphql", json={"query": "{viewer {login}}"})
    assert answer.status_code == 401
    assert answer.json()["message"] == "This endpoint requires you to be authenticated."


def test_a_token_without_the_scope_gets_no_answer_to_a_query_for_emails(begin: Begin) -> None:
    with with_token(begin(), "noscope-token") as client:
        refused = client.post("/graphql", json={"query": "{viewer {login email}}"}).json()
        answered = client.post("/graphql", json={"query": "{viewer {login}}"}).json()
    assert refused["data"] is None
    assert refused["errors"][0]["type"] == "INSUFFICIENT_SCOPES"
    assert "requires one of the following scopes: ['user:email', 'read:user']" in refused["errors"][0]["message"]
    assert answered["data"]["viewer"]["login"]


def test_graphql_points_run_out_with_http_200(begin: Begin) -> None:
    running = begin(limits=Limits(graphql=3))
    with with_token(running) as client:
        bodies = [client.post("/graphql", json={"query": "{viewer {login}}"}) for _ in range(4)]
    assert [answer.status_code for answer in bodies] == [200] * 4
    assert [list(answer.json()) for answer in bodies] == [["data"]] * 3 + [["errors"]]
    assert bodies[-1].json()["errors"][0]["type"] == "RATE_LIMITED"
    assert bodies[-1].headers["x-ratelimit-remaining"] == "0"
    assert running.log.points("graphql") == 3


def test_a_query_costs_the_hundredth_of_its_requests(begin: Begin) -> None:
    running = begin(scale=2_000)
    text = (
        '{rateLimit {cost nodeCount} search(query: "stars:>=0", type: REPOSITORY, first: 100) {nodes {... on '
        "Repository "
        "{repositoryTopics(first: 20) {nodes {topic {name}}} languages(first: 5) {nodes {name}}}}}}"
    )
    with with_token(running) as client:
        rate = client.post("/graphql", json={"query": text}).json()["data"]["rateLimit"]
    assert rate == {"cost": 2, "nodeCount": 100 + 2_000 + 500}


def test_too_many_requests_a_minute_meet_the_secondary_limit(begin: Begin, clock: FixedClock, openapi: Any) -> None:
    running = begin(limits=Limits(secondary_rest=5))
    with with_token(running) as client:
        assert [client.get("/user").status_code for _ in range(6)] == [200] * 5 + [403]
        refused = client.get("/user")
        assert refused.json()["message"].startswith("You have exceeded a secondary rate limit.")
        assert openapi.errors_of(refused.json(), "basic-error") == []
        assert refused.headers["retry-after"] == "60"
        assert int(refused.headers["x-ratelimit-remaining"]) > 0
        clock.advance(61)
        assert client.get("/user").status_code == 200


@pytest.mark.parametrize(
    ("fault", "wait"),
    [("secondary-limit-seconds:7", "7"), ("secondary-limit-date:7", "date"), ("secondary-limit-bare:7", None)],
)
def test_a_secondary_limit_names_its_end_in_three_ways(
    begin: Begin, clock: FixedClock, fault: str, wait: str | None
) -> None:
    running = begin(fault)
    with with_token(running) as client:
        refused = client.get("/user")
        clock.advance(5)
        early = client.post("/graphql", json={"query": "{viewer {login}}"})
        clock.advance(3)
        late = client.get("/user")
    assert (refused.status_code, early.status_code, late.status_code) == (403, 403, 200)
    told = refused.headers.get("retry-after")
    if wait == "date":
        assert told is not None
        assert (parsedate_to_datetime(told) - parsedate_to_datetime(refused.headers["date"])).total_seconds() == 7
    else:
        assert told == wait


@pytest.mark.parametrize(("fault", "status"), [("primary-limit", 403), ("primary-limit:429", 429)])
def test_a_primary_limit_by_fault_holds_until_the_reset(
    begin: Begin, clock: FixedClock, fault: str, status: int
) -> None:
    running = begin(fault)
    with with_token(running) as client:
        refused = [client.get(QUERY) for _ in range(2)]
        clock.advance(int(refused[0].headers["x-ratelimit-reset"]) - clock.now().timestamp())
        assert client.get(QUERY).status_code == 200
    assert [answer.status_code for answer in refused] == [status, status]
    assert refused[0].headers["x-ratelimit-remaining"] == "0"
