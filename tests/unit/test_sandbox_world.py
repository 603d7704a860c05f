"""The invented world: the same for the same seed, shaped like the real one, and searched without mistakes."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from talentscope.sandbox.github.qualifiers import BadQuery, read_query
from talentscope.sandbox.github.world import World, WorldSettings

NOW = 1_793_534_400  # 2026-11-01
DAY = 86_400


def make_world(scale: int = 4_000, seed: int = 1) -> World:
    return World(WorldSettings(scale=scale, seed=seed), started=NOW, now=lambda: NOW)


@pytest.fixture(scope="module")
def world() -> World:
    return make_world()


@pytest.fixture(scope="module")
def everything(world: World) -> list[dict[str, Any]]:
    return world.repositories(range(world.settings.scale))


@pytest.fixture(scope="module")
def people(world: World) -> list[dict[str, Any]]:
    return world.accounts(range(world.account_count))


def ids(world: World, text: str) -> list[int]:
    return sorted(world.find_rows(text))


def test_the_same_seed_makes_the_same_world_and_another_another() -> None:
    worlds = [make_world(300, seed) for seed in (5, 5, 6)]
    whole = [(w.repositories(range(300)), w.accounts(range(w.account_count))) for w in worlds]
    assert whole[0] == whole[1]
    assert whole[0] != whole[2]


@pytest.mark.parametrize("scale", [1, 2, 10, 300])
def test_a_small_world_is_one_too(scale: int) -> None:
    world = make_world(scale)
    assert len(world.find_rows("fork:true")) == scale


def test_logins_and_full_names_are_unique_without_regard_to_case(
    everything: list[dict[str, Any]], people: list[dict[str, Any]]
) -> None:
    assert len({account["login"].lower() for account in people}) == len(people)
    assert len({repository["full_name"].lower() for repository in everything}) == len(everything)


def test_ids_rise_with_the_time_of_making(everything: list[dict[str, Any]], people: list[dict[str, Any]]) -> None:
    for rows in (everything, people):
        assert all(one["id"] < other["id"] for one, other in pairwise(rows))
        assert all(one["created"] <= other["created"] for one, other in pairwise(rows))


def test_nothing_happens_before_its_time(everything: list[dict[str, Any]], people: list[dict[str, Any]]) -> None:
    for found in everything:
        assert people[found["owner_row"]]["created"] < found["created"] <= found["pushed"] <= found["updated"] <= NOW


def test_addresses_lead_nowhere(everything: list[dict[str, Any]], people: list[dict[str, Any]]) -> None:
    mails = [account["email"] for account in people if account["email"]]
    sites = [account["blog"] for account in people if account["blog"]]
    sites += [found["homepage"] for found in everything if found["homepage"]]
    assert len(mails) > 100
    assert all(re.fullmatch(r"[a-z0-9-]+@(?:[a-z]+\.)?example\.(?:com|org|net)", mail) for mail in mails)
    assert all(re.match(r"https://(?:[a-z0-9-]+\.)?example\.(?:com|org)", site) for site in sites)


def test_the_world_is_shaped_like_the_real_one(everything: list[dict[str, Any]], people: list[dict[str, Any]]) -> None:
    stars = np.array([found["stars"] for found in everything])
    owners = [people[found["owner_row"]] for found in everything]
    assert 0.5 < (stars == 0).mean() < 0.75
    assert 5 <= np.quantile(stars, 0.9) <= 50
    assert np.quantile(stars, 0.99) > 100
    assert 0.08 < np.mean([owner["type"] == "Organization" for owner in owners]) < 0.17
    assert 0.35 < np.mean([found["pushed"] > NOW - 365 * DAY for found in everything]) < 0.65
    alone = [found["owned"] == found["commits"] > 0 for found in everything if not found["fork"]]
    assert 0.4 < np.mean(alone) < 0.8
    lacking = {
        key: np.mean([account[key] is None for account in people]) for key in ("email", "company", "bio", "blog")
    }
    assert all(0.3 < share < 0.85 for share in lacking.values()), lacking
    assert {len(found["topics"]) for found in everything} >= {0, 1, 2, 3, 20}


def test_what_the_product_must_recognise_is_there(
    everything: list[dict[str, Any]], people: list[dict[str, Any]]
) -> None:
    owners = {people[found["owner_row"]]["login"] for found in everything}
    assert any(login.endswith("[bot]") for login in owners)
    assert any(login.endswith("-bot") for login in owners)
    assert {"User", "Organization", "Bot"} == {account["type"] for account in people}
    assert any(found["empty"] and found["commits"] == 0 for found in everything)
    assert any(found["owned"] >= 20_000 for found in everything)
    assert any(found["archived"] for found in everything)
    assert any(found["fork"] for found in everything)
    hostile = [account["name"] or "" for account in people] + [found["description"] or "" for found in everything]
    for mark in ("<script>", "=HYPERLINK", "\x1b[31m", "\u202e", "DROP TABLE"):
        assert any(mark in text for text in hostile), mark


def test_more_than_a_hundred_share_one_second(world: World) -> None:
    _, counts = np.unique(world.pushed, return_counts=True)
    assert counts.max() > 100


def test_every_shipped_kind_of_brief_finds_people(world: World) -> None:
    for text in (
        "topic:minecraft language:java language:kotlin stars:3..500",
        "topic:machine-learning language:python stars:>=3",
        "topic:rust language:rust",
        "topic:data-engineering",
        "topic:accessibility",
        "topic:a11y",
        "topic:ai",
        "topic:minecraft-mod",
    ):
        assert world.count(f"{text} pushed:>=2025-11-01") >= 5, text


@pytest.mark.parametrize(
    ("text", "is_match"),
    [
        ("topic:minecraft", lambda r: "minecraft" in r["topics"]),
        ("topic:minecraft topic:java", lambda r: {"minecraft", "java"} <= set(r["topics"])),
        ("topic:no-such-topic", lambda r: False),
        ("-topic:rust language:rust", lambda r: "rust" not in r["topics"] and r["language"] == "Rust"),
        ("language:java language:kotlin", lambda r: r["language"] in {"Java", "Kotlin"}),
        ("stars:3..500", lambda r: 3 <= r["stars"] <= 500),
        ("stars:>100", lambda r: r["stars"] > 100),
        ("stars:0", lambda r: r["stars"] == 0),
        ("size:<=1000 forks:>=1", lambda r: r["size"] <= 1_000 and r["forks"] >= 1),
        ("topics:>=10", lambda r: len(r["topics"]) >= 10),
        ("topics:2..3", lambda r: 2 <= len(r["topics"]) <= 3),
        ("archived:true", lambda r: r["archived"]),
        ("template:true archived:false", lambda r: r["template"] and not r["archived"]),
        ("license:mit", lambda r: r["license"] and r["license"][0] == "mit"),
        ("created:2020-01-01..2020-12-31", lambda r: 1_577_836_800 <= r["created"] < 1_609_459_200),
        ("pushed:>=2026-01-01", lambda r: r["pushed"] >= 1_767_225_600),
        ("is:private", lambda r: False),
        ("kernel in:name", lambda r: "kernel" in re.findall(r"[a-z]+", r["name"].lower())),
        (
            "tiny OR fast in:description",
            lambda r: {"tiny", "fast"} & set(re.findall(r"\w+", (r["description"] or "").lower())),
        ),
        ('"for rust" in:description', lambda r: re.search(r"\bfor rust\b", (r["description"] or "").lower())),
    ],
)
def test_a_search_finds_what_a_naive_reading_finds(
    world: World, everything: list[dict[str, Any]], text: str, is_match: Any
) -> None:
    expected = [found["row"] for found in everything if not found["fork"] and is_match(found)]
    assert ids(world, text) == expected
    assert world.count(text) == len(expected)


def test_forks_are_found_only_when_asked_for(world: World, everything: list[dict[str, Any]]) -> None:
    forks = [found["row"] for found in everything if found["fork"]]
    assert ids(world, "fork:only") == forks
    assert ids(world, "fork:true") == list(range(world.settings.scale))


def test_a_user_is_searched_by_login_and_a_stranger_refused(world: World, everything: list[dict[str, Any]]) -> None:
    login = everything[7]["owner"]["login"]
    own = [found["row"] for found in everything if found["owner"]["login"] == login and not found["fork"]]
    assert ids(world, f"user:{login.upper()}") == own
    with pytest.raises(BadQuery, match="do not exist"):
        world.count("user:nobody-of-that-name")


@pytest.mark.parametrize(
    ("sort", "key"), [("updated", "pushed"), ("stars", "stars"), ("forks", "forks"), ("help-wanted-issues", "issues")]
)
@pytest.mark.parametrize("order", ["asc", "desc"])
def test_pages_join_into_one_order_without_gap_or_repeat(world: World, sort: str, key: str, order: str) -> None:
    for bound in ("", " pushed:>=2025-06-01"):
        query = read_query(f"topic:minecraft{bound} sort:{sort}-{order}")
        pages = [world.search(query, offset=offset, limit=30).rows for offset in range(0, 1_000, 30)]
        rows = [row for page in pages for row in page]
        assert len(rows) == len(set(rows)) == world.search(query, offset=0, limit=1).total
        values = [found[key] for found in world.repositories(rows)]
        assert values == sorted(values, reverse=order == "desc")


def test_a_push_moves_a_repository_to_the_end_at_once() -> None:
    world = make_world(300)
    row = world.find_rows("fork:true")[0]
    world.push(row, NOW)
    assert world.find_rows("fork:true")[-1] == row


def test_a_deleted_account_takes_its_repositories_along() -> None:
    world = make_world(300)
    found = world.repositories([world.find_rows("fork:true")[0]])[0]
    own = world.owned_rows(found["owner_row"])
    world.delete_account(found["owner_row"])
    assert not set(world.find_rows("fork:true")) & set(own)
    assert world.find_login(found["owner"]["login"]) is None
    assert world.find_node(found["owner"]["node_id"]) is None
    assert world.find_node(found["node_id"]) is None


def test_a_renamed_repository_is_found_by_both_names_and_known_to_have_moved() -> None:
    world = make_world(300)
    found = world.repositories([3])[0]
    name = world.rename(3)
    owner = found["owner"]["login"]
    assert world.find_named(owner, found["name"]) == (3, True)
    assert world.find_named(owner, name) == (3, False)
    assert world.repositories([3])[0]["full_name"] == f"{owner}/{name}"
