"""Suppressed ids of a snapshot: exact, by id and by login, worked out again only when the desk changed."""

from __future__ import annotations

from collections.abc import Iterator

import duckdb
import pytest

from talentscope.desk.key import Hasher
from talentscope.scoring.hidden import Hidden

HASHER = Hasher("a key that is long enough")


class Counting:
    """A hasher that tells how often it was asked."""

    def __init__(self) -> None:
        self.asked = 0

    def account(self, github_id: int) -> str:
        self.asked += 1
        return HASHER.account(github_id)

    def login(self, login: str) -> str:
        return HASHER.login(login)


@pytest.fixture
def snapshot() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        connection.execute(
            "CREATE TABLE developers AS SELECT i AS github_id, 'Dev' || i AS login FROM range(1000) t(i)"
        )
        connection.execute("INSERT INTO developers VALUES (5000, 'dev7')")  # a login that changed hands
        yield connection


def test_who_is_suppressed_by_id_or_by_login_whatever_its_case_is_hidden(
    snapshot: duckdb.DuckDBPyConnection,
) -> None:
    hashes = frozenset({HASHER.account(3), HASHER.login("DEV7"), HASHER.account(999_999), HASHER.login("stranger")})
    assert Hidden().ids(snapshot, version="1", hasher=HASHER, hashes=lambda: hashes) == {3, 7, 5000}


def test_nobody_is_hashed_while_nobody_said_no(snapshot: duckdb.DuckDBPyConnection) -> None:
    hasher = Counting()
    assert Hidden().ids(snapshot, version="1", hasher=hasher, hashes=frozenset) == frozenset()
    assert hasher.asked == 0


def test_everybody_is_hashed_once_and_the_desk_is_read_again_when_it_changed(
    snapshot: duckdb.DuckDBPyConnection,
) -> None:
    hidden, hasher = Hidden(), Counting()
    hashes = {HASHER.account(3)}

    def ask(version: str) -> frozenset[int]:
        return hidden.ids(snapshot, version=version, hasher=hasher, hashes=lambda: frozenset(hashes))

    assert ask("1") == {3}
    hashes.add(HASHER.account(4))
    assert ask("1") == {3}
    assert ask("2") == {3, 4}
    hashes.remove(HASHER.account(3))
    assert ask("3") == {4}
    assert hasher.asked < 1001 + 10


def test_half_a_hash_is_nobody(snapshot: duckdb.DuckDBPyConnection) -> None:
    forged = HASHER.account(3)[:20] + "0" * 44
    assert Hidden().ids(snapshot, version="1", hasher=HASHER, hashes=lambda: frozenset({forged})) == frozenset()
