"""A desk's connections to a server: when all are in use somebody waits, then is told; a server that is away is told."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from threading import Event, Thread

import pytest
from tests.own_server import Server, own_server
from tests.postgres import create_database, to_address

from talentscope.desk.desk import open_desk
from talentscope.desk.engines import postgres
from talentscope.runtime.clock import FixedClock
from talentscope.runtime.errors import DeskError

CLOCK = FixedClock(datetime(2026, 11, 21, 12, tzinfo=UTC))
KEY = "a key that is long enough"


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with own_server() as running:
        yield running


def test_when_all_connections_are_in_use_it_waits_and_then_says_what_to_set(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgres, "STATEMENT_SECONDS", 0.3)
    address = to_address(create_database(server.url))
    with open_desk(home=tmp_path, key=KEY, clock=CLOCK, address=address, connections=2) as desk:
        store = desk._store
        with store.read(), pytest.raises(DeskError, match="all 2 connections are in use") as raised:
            desk.briefs.list()
        assert "TALENTSCOPE_DATABASE_CONNECTIONS" in raised.value.way_out
        with store.read(), pytest.raises(DeskError, match="could not be written: all 2 connections are in use"):
            desk.briefs.save("everything", "topics: [a]", actor="ann")
        assert desk.briefs.list() == (), "who was told can ask again"


def test_who_waits_for_a_connection_gets_it_when_it_is_given_back(server: Server, tmp_path: Path) -> None:
    address, held, go_on = to_address(create_database(server.url)), Event(), Event()
    with open_desk(home=tmp_path, key=KEY, clock=CLOCK, address=address, connections=2) as desk:

        def hold() -> None:
            with desk._store.read():
                held.set()
                go_on.wait(20)

        holder = Thread(target=hold)
        holder.start()
        assert held.wait(20)
        answers: list[object] = []
        asker = Thread(target=lambda: answers.append(desk.briefs.list()))
        asker.start()
        asker.join(0.5)
        assert asker.is_alive(), "there was a connection left: nothing is proved"
        go_on.set()
        asker.join(20)
        holder.join(20)
        assert answers == [()]


def test_a_server_that_is_away_is_told_with_the_way_out_and_found_again(server: Server, tmp_path: Path) -> None:
    address = to_address(create_database(server.url))
    with open_desk(home=tmp_path, key=KEY, clock=CLOCK, address=address) as desk:
        before = desk.version()
        server.kill()
        try:
            for ask in (desk.briefs.list, desk.version, lambda: desk.record("look", detail="x")):
                with pytest.raises(DeskError) as raised:
                    ask()
                assert address.place in raised.value.message
                assert "check that the server runs" in raised.value.way_out
            with pytest.raises(DeskError) as raised:
                open_desk(home=tmp_path, key=KEY, clock=CLOCK, address=address)
            assert "check that the server runs" in raised.value.way_out
        finally:
            server.start()
        assert desk.version() == before
        assert desk.briefs.save("everything", "topics: [a]", actor="ann")
        assert desk.version() != before


def test_a_database_that_does_not_exist_is_told(server: Server, tmp_path: Path) -> None:
    with pytest.raises(DeskError, match="does not exist") as raised:
        open_desk(
            home=tmp_path, key=KEY, clock=CLOCK, address=replace(to_address(server.url), database="no_such_database")
        )
    assert "make the database" in raised.value.way_out
