"""Every fault does what its sentence says, over the wire."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any

import httpx
import pytest

from talentscope.runtime.clock import FixedClock
from talentscope.sandbox.faults import FAULTS
from talentscope.sandbox.limits import Limits
from talentscope.sandbox.server import Running

Begin = Callable[..., Running]
Json = dict[str, Any]
PAGE = {"q": "stars:>=0", "sort": "updated", "order": "asc", "per_page": "100"}
HEADERS = {"User-Agent": "talentscope-tests", "Authorization": "Bearer good"}


@cache
def client() -> httpx.Client:
    """One for all: making a client costs more than asking."""
    return httpx.Client(headers=HEADERS, timeout=30)


def get(running: Running, path: str, **params: Any) -> httpx.Response:
    return client().get(running.api_url + path, params=params)


def search(running: Running, **params: Any) -> Json:
    body: Json = get(running, "/search/repositories", **(PAGE | params)).json()
    return body


def ask(running: Running, query: str, **variables: Any) -> httpx.Response:
    return client().post(running.graphql_url, json={"query": query, "variables": variables})


def pushes(body: Json) -> list[str]:
    return [item["pushed_at"] for item in body["items"]]


def counts_of(running: Running, many: int) -> str:
    """A query with so many commit counts, one a repository that is not empty."""
    found = [r for r in running.world.repositories(range(running.world.settings.scale)) if not r["empty"]][:many]
    one = "{{... on Repository {{defaultBranchRef {{target {{... on Commit {{history {{totalCount}}}}}}}}}}}}".format()
    return "{" + " ".join(f'r{n}: node(id: "{r["node_id"]}") {one}' for n, r in enumerate(found)) + "}"


@pytest.mark.parametrize(
    ("fault", "status", "start"),
    [("bad-gateway", 502, "<html>"), ("service-unavailable", 503, "{"), ("html-200", 200, "<!DOCTYPE html>")],
)
def test_an_answer_that_is_none_comes_once_and_then_all_is_well(
    begin: Begin, fault: str, status: int, start: str
) -> None:
    running = begin(fault)
    broken, whole = get(running, "/user"), get(running, "/user")
    assert (broken.status_code, whole.status_code) == (status, 200)
    assert broken.text.startswith(start)
    assert running.faults.struck == {fault: 1}


def test_a_503_follows_the_contract(begin: Begin, openapi: Any) -> None:
    body = get(begin("service-unavailable"), "/search/repositories", **PAGE).json()
    assert openapi.errors(body, path="/search/repositories", status=503) == []


def test_a_reset_connection_gives_no_answer(begin: Begin) -> None:
    running = begin("connection-reset")
    with pytest.raises((httpx.ReadError, httpx.RemoteProtocolError)):
        get(running, "/user")
    assert get(running, "/user").status_code == 200
    assert [entry.status for entry in running.log.entries] == [0, 200]


def test_a_truncated_body_is_shorter_than_it_says(begin: Begin) -> None:
    running = begin("truncated-body")
    with pytest.raises(httpx.RemoteProtocolError, match="without sending complete message body"):
        search(running)
    assert len(search(running)["items"]) == 100


def test_a_slow_answer_takes_its_time(begin: Begin) -> None:
    running = begin("slow:300")
    assert get(running, "/user").elapsed >= timedelta(milliseconds=300)


def test_an_invalid_token_is_refused(begin: Begin) -> None:
    assert get(begin("invalid-token"), "/user").json()["message"] == "Bad credentials"


def test_a_skewed_clock_shows_in_date_and_reset(begin: Begin, clock: FixedClock) -> None:
    headers = get(begin("clock-skew:-7200"), "/user").headers
    assert headers["date"] == "Sun, 01 Nov 2026 10:00:00 GMT"
    assert int(headers["x-ratelimit-reset"]) == clock.now().timestamp() + 3_600 - 7_200


def test_incomplete_results_say_so_and_lack_half(begin: Begin, openapi: Any) -> None:
    running = begin("incomplete-results")
    broken, whole = search(running), search(running)
    assert (broken["incomplete_results"], len(broken["items"])) == (True, 50)
    assert (whole["incomplete_results"], len(whole["items"])) == (False, 100)
    assert openapi.errors(broken, path="/search/repositories") == []


def test_an_unordered_page_is_not_in_order(begin: Begin) -> None:
    running = begin("unordered-search")
    broken, whole = pushes(search(running)), pushes(search(running))
    assert broken != sorted(broken)
    assert whole == sorted(whole)


def test_a_duplicate_page_repeats_the_one_before(begin: Begin) -> None:
    running = begin()
    first = search(running)
    running.faults.switch_on("duplicate-page")
    second, third = search(running, page="2"), search(running, page="2")
    assert pushes(second) == pushes(first)
    assert pushes(third) > pushes(first)


def test_a_rename_redirects_from_the_old_name(begin: Begin, openapi: Any) -> None:
    running = begin("rename:2")
    items = search(running)["items"][:3]
    answers = [get(running, f"/repos/{item['full_name']}") for item in items]
    assert [answer.status_code for answer in answers] == [301, 301, 200]
    target = f"{running.api_url}/repositories/{items[0]['id']}"
    assert (answers[0].json()["url"], answers[0].headers["location"]) == (target, target)
    assert answers[0].json()["message"] == "Moved Permanently"
    assert openapi.errors(answers[0].json(), path="/repos/{owner}/{repo}", status=301) == []
    assert get(running, f"/repositories/{items[0]['id']}").json()["full_name"] != items[0]["full_name"]
    contributors = get(running, f"/repos/{items[0]['full_name']}/contributors", per_page=1)
    assert contributors.json()["url"] == f"{target}/contributors?per_page=1"


def test_deleted_nodes_are_gone_from_everything(begin: Begin) -> None:
    running = begin("deleted-node:3")
    items = search(running)["items"][:4]
    ids = [item["node_id"] for item in items]
    body = ask(running, "query ($ids: [ID!]!) {nodes(ids: $ids) {id}}", ids=[*ids, items[0]["owner"]["node_id"]]).json()
    assert [node and node["id"] for node in body["data"]["nodes"]] == [None, None, None, ids[3], None]
    assert {error["type"] for error in body["errors"]} == {"NOT_FOUND"}
    assert get(running, f"/repos/{items[0]['full_name']}").status_code == 404
    assert get(running, f"/user/{items[0]['owner']['id']}").status_code == 404
    assert not {item["node_id"] for item in search(running)["items"]} & set(ids[:3])


@pytest.mark.parametrize(("fault", "many"), [("ties-101", 101), ("ties-1001", 1_001)])
def test_ties_share_one_second(begin: Begin, fault: str, many: int) -> None:
    running = begin(fault, scale=1_500)
    search(running)
    seconds = running.world.pushed[running.world.find_rows("stars:>=0")]
    most = max({second: int((seconds == second).sum()) for second in set(seconds.tolist())}.values())
    assert most >= many
    assert running.faults.struck == {fault: 1}


def test_repositories_are_pushed_while_we_crawl_and_only_move_ahead(begin: Begin) -> None:
    running = begin("push-while-crawling:3")
    before = running.world.pushed.copy()
    for _ in range(4):
        search(running)
    moved = running.world.pushed != before
    assert 8 <= moved.sum() <= 12
    assert (running.world.pushed[moved] > before[moved]).all()
    assert (running.world.pushed[moved] == running.world.now()).all()


def test_the_same_seed_pushes_the_same_repositories(begin: Begin) -> None:
    worlds = [begin("push-while-crawling:2", seed=seed) for seed in (3, 3, 4)]
    for running in worlds:
        for _ in range(5):
            search(running)
    moved = [sorted((running.world.pushed == running.world.now()).nonzero()[0].tolist()) for running in worlds]
    assert moved[0] == moved[1] != moved[2]


def test_a_lagging_index_shows_pushes_late(begin: Begin, clock: FixedClock) -> None:
    running = begin("index-lag:600")
    row = running.world.find_rows("stars:>=0")[0]
    running.world.push(row, running.world.now())
    clock.advance(300)
    since = (clock.now() - timedelta(seconds=600)).strftime("%Y-%m-%dT%H:%M:%SZ")
    early = search(running, q=f"stars:>=0 pushed:>={since}")
    assert search(running)["items"][0]["id"] == running.world.repositories([row])[0]["id"]
    clock.advance(301)
    late = search(running, q=f"stars:>=0 pushed:>={since}")
    assert late["total_count"] > early["total_count"]
    assert running.world.repositories([row])[0]["id"] in {item["id"] for item in late["items"]}


def test_one_malformed_record_among_good_ones(begin: Begin, openapi: Any) -> None:
    running = begin("malformed-record")
    body = search(running)
    errors = openapi.errors(body, path="/search/repositories")
    assert len({error.split("]")[0].split(",")[1] for error in errors}) == 1
    assert openapi.errors(search(running), path="/search/repositories") == []


def test_a_malformed_record_by_graphql(begin: Begin) -> None:
    running = begin()
    ids = [owner["node_id"] for owner in running.world.owners(range(10))]
    query = "query ($ids: [ID!]!) {nodes(ids: $ids) {id ... on User {login} ... on Organization {login}}}"
    whole = ask(running, query, ids=ids).json()["data"]["nodes"]
    running.faults.switch_on("malformed-record")
    broken = ask(running, query, ids=ids).json()["data"]["nodes"]
    assert sum(one != other for one, other in zip(whole, broken, strict=True)) == 1


def test_an_unknown_field_is_on_every_object(begin: Begin) -> None:
    items = search(begin("unknown-field"))["items"]
    assert all(item["sandbox_surprise"] == {"is": "new"} for item in items)


def test_a_hostile_bio_has_ten_megabytes(begin: Begin) -> None:
    running = begin("hostile-bio-10mb")
    people = [a for a in running.world.accounts(range(50)) if a["type"] == "User"][:2]
    bios = [get(running, f"/user/{account['id']}").json()["bio"] for account in people]
    assert len(bios[0].encode()) >= 10_000_000
    assert "<script>" in bios[0]
    assert len((bios[1] or "").encode()) < 1_000


def test_a_query_with_too_many_commit_counts_dies_with_502(begin: Begin) -> None:
    running = begin(limits=Limits(history_counts=60))
    assert ask(running, counts_of(running, 60)).status_code == 200
    dead = ask(running, counts_of(running, 61))
    assert dead.status_code == 502
    assert dead.json()["errors"][0]["message"].startswith("Something went wrong while executing your query.")


def test_beyond_the_resource_limit_the_rest_is_null(begin: Begin) -> None:
    running = begin("resource-limits:5")
    answer = ask(running, counts_of(running, 8))
    assert answer.status_code == 200
    assert [value is None for value in answer.json()["data"].values()] == [False] * 5 + [True] * 3
    assert [error["type"] for error in answer.json()["errors"]] == ["RESOURCE_LIMITS_EXCEEDED"] * 3


def test_a_graphql_limit_by_fault_is_told_with_200(begin: Begin) -> None:
    answer = ask(begin("graphql-200-limit"), "{viewer {login}}")
    assert answer.status_code == 200
    assert answer.json()["errors"][0]["type"] == "RATE_LIMITED"


def test_a_share_strikes_by_seed(begin: Begin) -> None:
    runs = [begin("service-unavailable:30%", seed=seed) for seed in (5, 5, 6)]
    statuses = [[get(running, "/user").status_code for _ in range(40)] for running in runs]
    assert statuses[0] == statuses[1] != statuses[2]
    assert 3 <= statuses[0].count(503) <= 22


def test_every_fault_of_the_table_has_a_test() -> None:
    folder = Path(__file__).parent
    text = "".join(
        (folder / name).read_text() for name in ("test_faults.py", "test_limits.py", "test_company_faults.py")
    )
    assert len(FAULTS) > 20
    assert {name for name in FAULTS if f'"{name}' not in text} == set()
