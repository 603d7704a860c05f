"""The page on PostgreSQL: its server goes and comes back under it, its role has no right to the facts."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest
from psycopg import sql
from tests.functional.live_page import Page
from tests.functional.stage import EVERYTHING, Program, complaint, fresh
from tests.own_server import Server, own_server
from tests.postgres import create_database, to_address, with_database

from talentscope.sandbox.server import Running

pytestmark = pytest.mark.once
DESK_KEY = "a key that is long enough"
READER, LOADER = "talentscope_page", "talentscope_runs"
ASKED_AT_ONCE = 12


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with own_server() as running:
        yield running


def on(url: str, home: Path) -> Program:
    return fresh(home).with_settings(DATABASE_URL=url, TALENTSCOPE_DESK_KEY=DESK_KEY, TALENTSCOPE_BATCH_ROWS=50_000)


def ask_often(page: Page, path: str) -> list[int]:
    """Statuses of requests that are asked at the same time: every connection of the pool is used."""
    with ThreadPoolExecutor(ASKED_AT_ONCE) as crowd:
        return list(crowd.map(lambda _: page.get(path).status_code, range(ASKED_AT_ONCE)))


def test_a_server_that_was_started_again_costs_no_request(
    server: Server, serve: Callable[..., Page], tmp_path: Path
) -> None:
    page = serve(on(create_database(server.url), tmp_path / "home"))
    assert page.post("/briefs", text=EVERYTHING).status_code == 303
    assert set(ask_often(page, "/briefs")) == {200}
    server.restart()
    assert set(ask_often(page, "/briefs")) == {200}
    assert "All of three languages" in page.get("/briefs").text, "what was written before is there"
    assert page.post("/shortlists", name="Modders", brief="everything").status_code == 303
    assert "Modders" in page.get("/shortlists").text
    page.end()


def test_while_its_server_is_away_the_page_says_so_and_lives(
    server: Server, serve: Callable[..., Page], tmp_path: Path
) -> None:
    program = on(create_database(server.url), tmp_path / "home")
    page = serve(program)
    assert page.get("/briefs").status_code == 200
    server.kill()
    try:
        assert page.get("/healthz").status_code == 200
        assert "the desk does not answer" in page.get("/readyz").text
        answer = page.get("/briefs")
        assert answer.status_code == 503
        assert "Traceback" not in answer.text
        told = complaint(program("privacy", "requests"))
        assert "the desk in" in told
        assert "check that the server runs" in told
    finally:
        server.start()
    assert page.get("/briefs").status_code == 200
    assert "the desk does not answer" not in page.get("/readyz").text
    page.end()


def test_the_page_works_with_a_role_that_cannot_read_what_was_collected(
    server: Server, serve: Callable[..., Page], sandbox: Running, brief: Path, tmp_path: Path
) -> None:
    url = create_database(server.url)
    with psycopg.connect(url, autocommit=True) as connection:
        for role in (LOADER, READER):
            connection.execute(sql.SQL("CREATE ROLE {} LOGIN").format(sql.Identifier(role)))
    admin = on(url, tmp_path / "home")
    assert admin.at(sandbox).run(brief).code == 0
    granted = admin("migrate", "--loader", LOADER, "--reader", READER)
    assert granted.code == 0, granted.err
    theirs = as_role(url, READER)
    page = serve(admin.with_settings(DATABASE_URL=theirs))
    assert page.get("/readyz").text == "ready\n"
    assert page.post("/briefs", text=EVERYTHING).status_code == 303
    for path in ("/leads?brief=everything", "/runs", "/briefs", "/shortlists", "/privacy", "/metrics"):
        assert page.get(path).status_code == 200, path
    assert page.post("/shortlists", name="Modders", brief="everything").status_code == 303
    with psycopg.connect(theirs, autocommit=True) as connection:
        for table in ("raw.github_accounts", "raw.github_repositories", "marts.developers"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(f"SELECT * FROM {table}".encode())
    refused = complaint(admin.with_settings(DATABASE_URL=theirs)("rebuild"))
    assert "permission denied" in refused
    again = admin.at(sandbox).with_settings(DATABASE_URL=as_role(url, LOADER)).run(brief)
    assert again.code == 0, again.err
    page.end()


def as_role(url: str, role: str) -> str:
    """The same database for another user."""
    return replace(to_address(url), user=role).url


def test_an_address_where_nothing_is_is_told_before_the_page_begins(server: Server, tmp_path: Path) -> None:
    missing = with_database(server.url, "no_such_database")
    told = complaint(on(missing, tmp_path / "home")("serve", "--port", 0))
    assert "make the database, or name another in the address" in told
    told = complaint(on("postgresql://me@127.0.0.1:9/x?connect_timeout=2", tmp_path / "home")("serve", "--port", 0))
    assert "check that the server runs" in told
