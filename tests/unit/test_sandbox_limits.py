"""The meter behind the sandbox's limits, its prices and its switchboard."""

from __future__ import annotations

import pytest
from graphql import FragmentDefinitionNode, OperationDefinitionNode, build_schema, parse

from talentscope.runtime.errors import UsageError
from talentscope.sandbox.faults import FAULTS, Faults
from talentscope.sandbox.github.graphql import EXTRACT
from talentscope.sandbox.github.price import Price, price_of
from talentscope.sandbox.limits import Limits, Meter

SCHEMA = build_schema(EXTRACT.read_text(), assume_valid=True, assume_valid_sdl=True)
CALLER = "somebody"


def price(text: str, *, has_scope: bool = True, **variables: object) -> Price:
    document = parse(text)
    (operation,) = [d for d in document.definitions if isinstance(d, OperationDefinitionNode)]
    fragments = {d.name.value: d for d in document.definitions if isinstance(d, FragmentDefinitionNode)}
    return price_of(operation, fragments, variables, schema=SCHEMA, most_nodes=500_000, has_scope=has_scope)


def test_a_window_opens_at_its_first_use() -> None:
    meter = Meter(Limits(search=2, search_window=60))
    assert meter.standing(CALLER, "search", has_token=True, now=1_000).reset == 1_060
    assert meter.spend(CALLER, "search", points=1, has_token=True, now=1_030)
    assert meter.standing(CALLER, "search", has_token=True, now=1_050).reset == 1_090
    assert meter.spend(CALLER, "search", points=1, has_token=True, now=1_089)
    assert not meter.spend(CALLER, "search", points=1, has_token=True, now=1_089)
    assert meter.spend(CALLER, "search", points=1, has_token=True, now=1_090)


def test_two_callers_do_not_share_a_window() -> None:
    meter = Meter(Limits(core=1))
    assert meter.spend("one", "core", points=1, has_token=True, now=0)
    assert meter.spend("other", "core", points=1, has_token=True, now=0)
    assert not meter.spend("one", "core", points=1, has_token=True, now=1)


def test_used_never_shows_more_than_the_limit() -> None:
    meter = Meter(Limits(graphql=10))
    meter.spend(CALLER, "graphql", points=25, has_token=True, now=0)
    standing = meter.standing(CALLER, "graphql", has_token=True, now=1)
    assert (standing.used, standing.remaining) == (10, 0)


def test_the_secondary_limit_counts_a_rolling_minute() -> None:
    meter = Meter(Limits(secondary_rest=3))
    asked = [(0, False), (30, False), (59, False), (59.5, True), (61, False)]
    assert [(now, meter.is_crowded(CALLER, "rest", points=1, now=now)) for now, _ in asked[:4]] == asked[:4]
    assert not Meter(Limits(secondary_rest=1)).is_crowded(CALLER, "rest", points=1, now=61)


@pytest.mark.parametrize(
    ("text", "points", "nodes"),
    [
        ("{viewer {login}}", 1, 0),
        ("{viewer {repositories {totalCount}}}", 1, 0),
        ("{viewer {repositories(first: 100) {nodes {id}}}}", 1, 100),
        ("{viewer {repositories(first: 100) {nodes {forks(first: 10) {nodes {id}}}}}}", 1, 1_100),
        ("{viewer {repositories(first: 100) {nodes {a: forks(first: 10) {nodes {id}} b: refs(first: 10, "
         'refPrefix: "") {nodes {id}}}}}}', 2, 2_100),
        ("query($n: Int) {viewer {repositories(first: $n) {nodes {...F}}}} fragment F on Repository "
         "{forks(first: $n) {nodes {forks(first: $n) {nodes {id}}}}}", 25, 50 + 2_500 + 125_000),
    ],
)  # fmt: skip
def test_a_price_follows_githubs_formula(text: str, points: int, nodes: int) -> None:
    asked = price(text, n=50)
    assert (asked.points, asked.nodes, asked.errors) == (points, nodes, [])


def test_owners_in_hundreds_cost_a_point() -> None:
    text = "query($ids: [ID!]!) {nodes(ids: $ids) {... on User {login email socialAccounts(first: 5) {nodes {url}}}}}"
    assert price(text, ids=["x"] * 100).points == 1


def test_an_email_without_the_scope_is_an_error() -> None:
    text = "{viewer {email}}"
    assert [error["type"] for error in price(text, has_scope=False).errors] == ["INSUFFICIENT_SCOPES"]
    assert price(text).errors == []
    assert price('{organization(login: "x") {email}}', has_scope=False).errors == []


@pytest.mark.parametrize(
    "text", ["no-such-fault", "bad-gateway:often", "index-lag:long", "secondary-limit-date:soon", "bad-gateway:1.5"]
)
def test_a_fault_that_cannot_be_read_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="fault"):
        Faults(text)


@pytest.mark.parametrize("name", sorted(FAULTS))
def test_every_fault_can_be_switched_on_by_its_name_alone(name: str) -> None:
    faults = Faults(name)
    assert faults.is_on(name)
    assert FAULTS[name].sentence.endswith(".")
    faults.switch_off(name)
    assert not faults.is_on(name)


def test_a_fault_strikes_as_often_as_told() -> None:
    faults = Faults("bad-gateway:2", "html-200:always")
    assert [faults.strikes("bad-gateway") for _ in range(4)] == [True, True, False, False]
    assert [faults.strikes("html-200") for _ in range(3)] == [True, True, True]
    assert [faults.strikes("slow")] == [False]
    assert faults.struck == {"bad-gateway": 2, "html-200": 3}
