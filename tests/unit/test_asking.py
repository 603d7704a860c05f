"""Batches of GraphQL questions: everything asked for ends as a record, a tombstone or a reject."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from talentscope.runtime.clock import FixedClock
from talentscope.runtime.errors import UpstreamDown, UpstreamMalformed
from talentscope.sources.github.batch import AccountRef, Batch, RepositoryRef
from talentscope.sources.github.client import GitHub
from talentscope.sources.github.pace import PATIENCE, Pace
from talentscope.transport.session import Session

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
API, GRAPHQL = "https://api.github.test", "https://api.github.test/graphql"

Question = dict[str, Any]
Handler = Callable[[int, Question], httpx.Response]


class Upstream(httpx.BaseTransport):
    """Answers question number n (from 1) by a function; the probe of an idle API is answered unless told not to."""

    def __init__(self, handle: Handler, *, is_alive: bool = True) -> None:
        self.handle, self.is_alive = handle, is_alive
        self.questions: list[Question] = []

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        question = json.loads(request.content)
        if "Probe" in question["query"]:
            return answer({"rateLimit": {"cost": 1}}) if self.is_alive else httpx.Response(502)
        self.questions.append(question)
        return self.handle(len(self.questions), question)

    @property
    def sizes(self) -> list[int]:
        return [len(asked(question)) for question in self.questions]


def asked(question: Question) -> list[str]:
    variables = question["variables"]
    return list(variables["ids"]) if "ids" in variables else [variables[f"r{n}"] for n in range(len(variables) // 2)]


def answer(data: Any, *errors: dict[str, Any]) -> httpx.Response:
    return httpx.Response(200, json={"data": data} | ({"errors": list(errors)} if errors else {}))


def error(kind: str, *path: str | int) -> dict[str, Any]:
    return {"type": kind, "path": list(path), "message": kind.lower()}


def build(handle: Handler, **changes: Any) -> tuple[GitHub, Upstream]:
    upstream, clock = Upstream(handle, **changes), FixedClock(NOW)
    session = Session(
        user_agent="talentscope/test",
        token="t",
        clock=clock,
        max_wait_seconds=300,
        timeout_seconds=30,
        transport=upstream,
    )
    return GitHub(session, api_url=API, graphql_url=GRAPHQL, clock=clock, has_token=True), upstream


def accounts(count: int) -> list[AccountRef]:
    return [AccountRef(number, f"U_{number}", f"login{number}") for number in range(1, count + 1)]


def repositories(count: int) -> list[RepositoryRef]:
    return [RepositoryRef(f"R_{n}", n, f"o/r{n}", f"U_{n}", n, "o") for n in range(1, count + 1)]


def account(node_id: str) -> dict[str, Any]:
    number = int(node_id.removeprefix("U_"))
    return {
        "__typename": "User", "id": node_id, "databaseId": number, "login": f"login{number}", "name": None,
        "company": None, "location": None, "bio": None, "email": "", "websiteUrl": None, "twitterUsername": None,
        "createdAt": "2019-01-02T03:04:05Z", "updatedAt": "2024-02-02T03:04:05Z", "followers": {"totalCount": 2},
        "following": {"totalCount": 0}, "repositories": {"totalCount": 4},
    }  # fmt: skip


def history(total: int = 10) -> dict[str, Any]:
    target = {"history": {"totalCount": total}, "mine": {"totalCount": total // 2}}
    return {"defaultBranchRef": {"target": target}, "mentionableUsers": {"totalCount": 1}}


def all_accounts(_n: int, question: Question) -> httpx.Response:
    return answer({"nodes": [account(node_id) for node_id in asked(question)]})


def all_histories(_n: int, question: Question) -> httpx.Response:
    return answer({f"r{n}": history() for n, _ in enumerate(asked(question))})


def flat(batches: Sequence[Batch]) -> Batch:
    return Batch(
        accounts=tuple(a for b in batches for a in b.accounts),
        ownership=tuple(o for b in batches for o in b.ownership),
        tombstones=tuple(t for b in batches for t in b.tombstones),
        rejects=tuple(r for b in batches for r in b.rejects),
    )


def test_accounts_are_asked_for_by_the_hundred() -> None:
    github, upstream = build(all_accounts)
    found = flat([*github.fetch_accounts(accounts(250))])

    assert upstream.sizes == [100, 100, 50]
    assert [a.github_id for a in found.accounts] == list(range(1, 251))


def test_nothing_asked_for_asks_nothing() -> None:
    github, upstream = build(all_accounts)

    assert [*github.fetch_accounts([]), *github.fetch_ownership([])] == []
    assert upstream.questions == []


def test_no_picture_is_asked_for() -> None:
    github, upstream = build(all_accounts)
    list(github.fetch_accounts(accounts(1)))

    assert "avatar" not in upstream.questions[0]["query"].lower()


def test_an_account_that_is_gone_is_a_tombstone_and_the_others_are_kept() -> None:
    def one_gone(_n: int, question: Question) -> httpx.Response:
        nodes = [None if node_id == "U_2" else account(node_id) for node_id in asked(question)]
        return answer({"nodes": nodes}, error("NOT_FOUND", "nodes", 1))

    github, upstream = build(one_gone)
    found = flat([*github.fetch_accounts(accounts(3))])

    assert [t.node_id for t in found.tombstones] == ["U_2"]
    assert [a.github_id for a in found.accounts] == [1, 3]
    assert len(upstream.questions) == 1


def test_what_an_answer_leaves_out_is_asked_for_again() -> None:
    def partial(n: int, question: Question) -> httpx.Response:
        ids = asked(question)
        return answer({"nodes": [account(i) if n > 1 or k < 60 else None for k, i in enumerate(ids)]})

    github, upstream = build(partial)
    found = flat([*github.fetch_accounts(accounts(100))])

    assert {a.github_id for a in found.accounts} == set(range(1, 101))
    assert found.rejects == ()
    assert upstream.sizes == [100, 20, 20]


def test_one_that_never_comes_is_set_aside_after_it_was_asked_for_alone() -> None:
    def never(_n: int, question: Question) -> httpx.Response:
        return answer({"nodes": [None if i == "U_5" else account(i) for i in asked(question)]})

    github, upstream = build(never)
    found = flat([*github.fetch_accounts(accounts(10))])

    assert [(r.record_id, r.kind) for r in found.rejects] == [("U_5", "account")]
    assert len(found.accounts) == 9
    assert upstream.sizes[-1] == 1
    assert len(upstream.questions) <= 5


def test_a_token_that_may_not_read_e_mail_is_asked_once_and_then_without() -> None:
    def scoped(_n: int, question: Question) -> httpx.Response:
        if "email" in question["query"]:
            missing = error("INSUFFICIENT_SCOPES", "nodes", 0, "email")
            return httpx.Response(200, json={"data": None, "errors": [missing, error("NOT_FOUND", "nodes", 1)]})
        nodes = [{name: value for name, value in account(i).items() if name != "email"} for i in asked(question)]
        return answer({"nodes": nodes})

    github, upstream = build(scoped)
    found = flat([*github.fetch_accounts(accounts(150)), *github.fetch_accounts(accounts(10))])

    assert len(found.accounts) == 160
    assert [a.email for a in found.accounts if a.email] == []
    assert sum("email" in question["query"] for question in upstream.questions) == 1
    assert len(github.left_out) == 1
    assert "read:user" in github.left_out[0]


def test_a_query_that_github_does_not_take_ends_the_run_with_githubs_words() -> None:
    def refuses(_n: int, _question: Question) -> httpx.Response:
        return httpx.Response(200, json={"errors": [{"message": "Field 'x' doesn't exist on type 'User'"}]})

    github, _ = build(refuses)
    with pytest.raises(UpstreamMalformed, match="doesn't exist"):
        list(github.fetch_accounts(accounts(3)))


@pytest.mark.parametrize("junk", [None, [], "x", {}, {"data": []}, {"data": None}, {"errors": [5]}])
def test_an_answer_without_data_ends_the_run(junk: Any) -> None:
    github, _ = build(lambda _n, _question: httpx.Response(200, json=junk))
    with pytest.raises(UpstreamMalformed):
        list(github.fetch_accounts(accounts(2)))


@pytest.mark.parametrize("nodes", [{}, {"nodes": None}, {"nodes": "x"}, {"nodes": []}, {"nodes": [1, 2]}])
def test_data_without_the_accounts_asked_for_ends_in_rejects(nodes: Any) -> None:
    github, _ = build(lambda _n, _question: answer(nodes))
    found = flat([*github.fetch_accounts(accounts(2))])

    assert {reject.record_id for reject in found.rejects} == {"U_1", "U_2"}


@pytest.mark.parametrize("status", [502, 504])
def test_a_proof_that_takes_too_long_is_asked_for_in_halves(status: int) -> None:
    def slow(_n: int, question: Question) -> httpx.Response:
        return httpx.Response(status) if len(asked(question)) > 30 else all_histories(0, question)

    github, upstream = build(slow)
    found = flat([*github.fetch_ownership(repositories(200))])

    assert {o.repository_node_id for o in found.ownership} == {ref.node_id for ref in repositories(200)}
    assert upstream.sizes[:2] == [50, 25]
    assert found.rejects == ()


def test_partial_data_with_resource_limits_is_kept_and_the_rest_asked_for_in_smaller_batches() -> None:
    def limited(_n: int, question: Question) -> httpx.Response:
        names = [f"r{n}" for n, _ in enumerate(asked(question))]
        errors = [error("RESOURCE_LIMITS_EXCEEDED", name, "defaultBranchRef") for name in names[20:]]
        return answer({name: history() if n < 20 else None for n, name in enumerate(names)}, *errors)

    github, upstream = build(limited)
    found = flat([*github.fetch_ownership(repositories(200))])

    assert len(found.ownership) == len({o.repository_node_id for o in found.ownership}) == 200
    assert found.rejects == ()
    assert upstream.sizes[0] == 50
    assert len(upstream.questions) <= 16


@pytest.mark.parametrize(
    "said",
    [
        {"type": "RESOURCE_LIMITS_EXCEEDED", "message": "too much"},
        {"message": "Something went wrong while executing your query. This may be the result of a timeout"},
    ],
)
def test_github_giving_up_on_a_whole_query_in_words_is_like_a_timeout(said: dict[str, str]) -> None:
    def gives_up(_n: int, question: Question) -> httpx.Response:
        if len(asked(question)) > 10:
            return httpx.Response(200, json={"data": None, "errors": [said]})
        return all_histories(0, question)

    github, _ = build(gives_up)
    found = flat([*github.fetch_ownership(repositories(60))])

    assert len(found.ownership) == 60


def test_one_repository_that_github_cannot_count_is_set_aside_and_costs_no_other() -> None:
    def poisoned(_n: int, question: Question) -> httpx.Response:
        return httpx.Response(502) if "R_7" in asked(question) else all_histories(0, question)

    github, _ = build(poisoned)
    found = flat([*github.fetch_ownership(repositories(60))])

    assert [(r.record_id, r.kind) for r in found.rejects] == [("R_7", "ownership")]
    assert len(found.ownership) == 59


def test_when_github_is_down_the_run_stops_and_nobody_is_set_aside() -> None:
    github, upstream = build(lambda _n, _question: httpx.Response(502), is_alive=False)
    batches: list[Batch] = []
    with pytest.raises(UpstreamDown):
        batches.extend(github.fetch_ownership(repositories(60)))

    assert flat(batches).rejects == ()
    assert len(upstream.questions) <= 15


def test_a_repository_that_is_gone_is_a_tombstone_but_one_whose_owner_is_gone_is_not() -> None:
    def gone(_n: int, question: Question) -> httpx.Response:
        data: dict[str, Any] = {}
        errors = []
        for n, node_id in enumerate(asked(question)):
            data[f"r{n}"] = None if node_id == "R_1" else history()
            if node_id == "R_1":
                errors.append(error("NOT_FOUND", f"r{n}"))
            if node_id == "R_2":
                data[f"r{n}"]["defaultBranchRef"]["target"] = None
                errors.append(error("NOT_FOUND", f"r{n}", "defaultBranchRef", "target", "mine"))
        return answer(data, *errors)

    github, _ = build(gone)
    found = flat([*github.fetch_ownership(repositories(3))])

    assert [t.node_id for t in found.tombstones] == ["R_1"]
    assert [r.record_id for r in found.rejects] == ["R_2"]
    assert [o.repository_node_id for o in found.ownership] == ["R_3"]


def test_ids_travel_as_variables_and_never_in_the_text() -> None:
    github, upstream = build(all_histories)
    list(github.fetch_ownership([RepositoryRef('R") { evil }', 1, "o/r", 'U"', 7, "o")]))

    assert "evil" not in upstream.questions[0]["query"]
    assert upstream.questions[0]["variables"] == {"r0": 'R") { evil }', "o0": 'U"'}


def test_the_pace_halves_comes_back_below_what_failed_and_dares_more_only_later() -> None:
    pace = Pace(50)
    for _ in range(3):
        pace.grow()
    assert pace.size == 56
    pace.shrink()
    assert pace.size == 28
    sizes = []
    for _ in range(PATIENCE):
        pace.grow()
        sizes.append(pace.size)
    assert max(sizes) == sizes[-1] == 54
    for _ in range(PATIENCE):
        pace.grow()
    assert pace.size >= 56


def test_a_burst_of_failures_does_not_hold_the_pace_down_for_long() -> None:
    pace = Pace(50)
    for _ in range(6):
        pace.shrink()
    assert pace.size == 1
    for _ in range(20):
        pace.grow()
    assert pace.size == 48
