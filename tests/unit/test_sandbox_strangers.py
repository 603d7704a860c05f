"""Whatever a stranger sends, the sandbox answers: nothing is raised that GitHub would not say."""

from __future__ import annotations

from typing import Any

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from talentscope.sandbox.exchange import Answer, Call
from talentscope.sandbox.faults import Faults
from talentscope.sandbox.github.graphql import GraphQL
from talentscope.sandbox.github.qualifiers import BadQuery, read_query
from talentscope.sandbox.github.rest import Rest
from talentscope.sandbox.github.sabotage import Sabotage
from talentscope.sandbox.github.world import World, WorldSettings
from talentscope.sandbox.limits import Limits, Meter

NOW = 1_793_534_400
KEYS = ["topic", "stars", "forks", "size", "pushed", "created", "language", "license", "user", "topics", "fork", "in"]
KEYS += ["sort", "is", "archived", "template", "mirror", "followers", "unheard-of"]
VALUES = st.one_of(
    st.from_regex(r"(>=|<=|<|>)?\d{0,30}(\.\.\d{0,30}|\.\.\*)?", fullmatch=True),
    st.from_regex(r"(>=|<=|<|>)?\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}:\d{2}(Z|\+\d{2}:\d{2}))?(\.\.\*)?", fullmatch=True),
    st.text(max_size=12),
)
TOKENS = st.one_of(
    st.builds("{}{}:{}".format, st.sampled_from(["", "-"]), st.sampled_from(KEYS), VALUES),
    st.sampled_from(["AND", "OR", "NOT", '"', '"a b"', "-", ":", "x"]),
    st.text(max_size=10),
)
WORLD = World(WorldSettings(scale=300), started=NOW, now=lambda: NOW)
SABOTAGE = Sabotage(WORLD, Faults())
REST = Rest(WORLD, SABOTAGE, results=1_000)
GRAPHQL = GraphQL(WORLD, SABOTAGE, Meter(Limits()), schema=None)


def call(body: bytes = b"", parts: dict[str, str] | None = None, **params: str) -> Call:
    return Call(
        "GET", "/x", params, parts or {}, {"authorization": "Bearer t"}, body, "http://x.example", "127.0.0.1", NOW
    )


def ask(question: Any) -> Answer:
    return GRAPHQL.execute(call(question if isinstance(question, bytes) else orjson.dumps(question)))


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(TOKENS, max_size=8).map(" ".join))
def test_any_search_text_is_answered_or_refused(text: str) -> None:
    try:
        total = WORLD.search(read_query(text), offset=0, limit=10).total
    except BadQuery:
        return
    assert 0 <= total <= 300


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=30), st.text(max_size=10), st.text(max_size=10))
def test_any_page_is_answered_or_refused(text: str, page: str, size: str) -> None:
    for search in (REST.search_repositories, REST.search_users):
        assert search(call(q=text, page=page, per_page=size)).status in {200, 422}


@pytest.mark.parametrize("text", ["created:soon", "followers:many", "repos:1..x", "type:nobody", "location:", ":"])
def test_any_search_for_people_is_answered_or_refused(text: str) -> None:
    assert REST.search_users(call(q=text)).status in {200, 422}
    query = "query ($text: String!) {search(query: $text, type: USER, first: 2) {userCount}}"
    assert ask({"query": query, "variables": {"text": text}}).status == 200


@pytest.mark.parametrize("number", ["0", "-1", "9" * 30, "²", "x", ""])
def test_any_number_of_an_account_is_found_or_not(number: str) -> None:
    assert REST.account(call(parts={"account_id": number})).status == 404
    assert REST.repository(call(parts={"repository_id": number})).status == 404


@pytest.mark.parametrize(
    "question",
    [b"", b"{", b"[]", b'"x"', {"query": None}, {"query": "{"}, {"query": "mutation {x}"}, {"query": ""},
     {"query": "{viewer {login}}", "variables": [1]}, {"query": "query a {viewer {login}} query b {viewer {login}}"},
     {"query": "query a {viewer {login}}", "operationName": "b"}, {"query": "query($n: Int!) {viewer {login}}"},
     {"query": '{search(query: "x", type: REPOSITORY, first: 1, after: "nonsense") {repositoryCount}}'},
     {"query": '{search(query: "pushed:>soon", type: REPOSITORY, first: 1) {repositoryCount}}'},
     {"query": '{search(query: "x", type: REPOSITORY, first: -1) {repositoryCount}}'},
     {"query": "subscription {x}"}, {"query": "{...F} fragment F on Query {...F}"}],
)  # fmt: skip
def test_any_question_to_graphql_has_an_answer(question: Any) -> None:
    answer = ask(question)
    assert answer.status in {200, 400}
    assert orjson.loads(orjson.dumps(answer.body)).keys() & {"errors", "message"}


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=80))
def test_any_text_as_a_query_has_an_answer(text: str) -> None:
    assert ask({"query": text}).status == 200
