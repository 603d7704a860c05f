"""The password of the warehouse stays with whoever connects: in no file of dlt or SQLMesh, no table and no log."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

import psycopg
import pytest
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict
from tests.integration.stock import account, coverage, repository, to_arrow

from talentscope.runtime.clock import SystemClock
from talentscope.runtime.errors import WarehouseError
from talentscope.runtime.secrets import Secrets
from talentscope.warehouse import tables
from talentscope.warehouse.connection import open_warehouse

ROLE = "watched_role"
PASSWORD = "watch-me/database+password=1"
FORMS = (PASSWORD, quote(PASSWORD), quote(PASSWORD, safe=""))


def leaks(text: str) -> list[str]:
    return [form for form in FORMS if form in text]


@pytest.fixture
def address(make_database: Callable[[], str]) -> str:
    """A database of a role with a password, as DATABASE_URL has it."""
    url = make_database()
    parts = conninfo_to_dict(url)
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(sql.SQL("DROP ROLE IF EXISTS {}").format(sql.Identifier(ROLE)))
        connection.execute(
            sql.SQL("CREATE ROLE {} LOGIN SUPERUSER PASSWORD {}").format(sql.Identifier(ROLE), sql.Literal(PASSWORD))
        )
    host = quote(str(parts.get("host", "localhost")), safe="")
    return f"postgresql://{ROLE}:{quote(PASSWORD, safe='')}@{host}:{parts.get('port', 5432)}/{parts['dbname']}"


def test_nothing_that_a_run_writes_has_the_password(
    address: str, tmp_path: Path, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    home = tmp_path / "home"
    text = Secrets(SystemClock()).text(address, setting="DATABASE_URL")
    with (
        caplog.at_level(logging.INFO),
        open_warehouse(home=home, database_url=text, clock=SystemClock()) as warehouse,
        warehouse.hold(wait_seconds=5, purpose="watched"),
    ):
        warehouse.prepare()
        rows = {tables.REPOSITORIES: [repository(1)], tables.ACCOUNTS: [account(1)], tables.COVERAGE: [coverage("q")]}
        warehouse.load(to_arrow(rows))
        warehouse.transform()
        warehouse.publish(run_id="watched", is_forced=True)
        with pytest.raises(WarehouseError) as caught:
            list(warehouse.batches("SELECT no_such_column FROM raw.runs"))
        assert leaks(caught.value.message) == []
        assert leaks(f"{warehouse!r} {warehouse._engine!r} {vars(warehouse)}") == []
    assert leaks(caplog.text) == []
    said = capfd.readouterr()
    assert leaks(said.out + said.err) == []
    written = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert len(written) > 3
    assert [path for path in written if leaks(path.read_bytes().decode("utf-8", "replace"))] == []
    with psycopg.connect(address) as connection:
        listed = connection.execute(
            "SELECT table_schema, table_name FROM information_schema.tables WHERE table_type = 'BASE TABLE'"
            " AND table_schema NOT IN ('pg_catalog', 'information_schema')"
        ).fetchall()
        assert len(listed) > 20
        for schema, name in listed:
            found = connection.execute(sql.SQL("SELECT * FROM {}").format(sql.Identifier(schema, name))).fetchall()
            assert leaks(repr(found)) == [], f"{schema}.{name}"


def test_a_password_that_is_wrong_or_a_server_that_is_away_is_told_without_it(tmp_path: Path) -> None:
    away = f"postgresql://{ROLE}:{quote(PASSWORD, safe='')}@127.0.0.1:9/x?connect_timeout=1"
    with (
        pytest.raises(WarehouseError) as caught,
        open_warehouse(home=tmp_path, database_url=away, clock=SystemClock()) as warehouse,
        warehouse.hold(wait_seconds=0, purpose="watched"),
    ):
        warehouse.prepare()
    assert leaks(f"{caught.value.message} {caught.value.way_out}") == []
