"""Publishing: checked, atomic, and never in a reader's way."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
from tests.integration.stock import account, coverage, crowd, ownership, repository, small, to_arrow, topic

from talentscope.runtime.clock import SystemClock
from talentscope.runtime.errors import ChecksFailed, SnapshotMissing, WarehouseError
from talentscope.warehouse import publish, tables
from talentscope.warehouse.connection import Warehouse, open_warehouse
from talentscope.warehouse.publish import SERVED
from talentscope.warehouse.snapshot import find_snapshot, open_snapshot


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data directory with a built warehouse, to copy: building one takes seconds."""
    home = tmp_path_factory.mktemp("template")
    with open_warehouse(home=home, database_url=None, clock=SystemClock()) as warehouse:
        warehouse.prepare()
        warehouse.load(to_arrow(small()))
        warehouse.transform()
    return home


@pytest.fixture
def built(template: Path, tmp_path: Path) -> Iterator[Warehouse]:
    shutil.copytree(template, tmp_path / "home")
    with open_warehouse(home=tmp_path / "home", database_url=None, clock=SystemClock()) as warehouse:
        yield warehouse


@pytest.fixture
def unchecked(monkeypatch: pytest.MonkeyPatch) -> None:
    """For tests of files and pointers only: the checks, which cost a second each time, find nothing."""
    monkeypatch.setattr(publish, "run_checks", lambda *_, **__: [])


def count(home: Path) -> int:
    with open_snapshot(home) as snapshot:
        row = snapshot.connection.execute("SELECT count(*) FROM repositories").fetchone()
    assert row is not None
    return int(row[0])


def snapshots(home: Path) -> list[str]:
    return sorted(path.name for path in (home / "snapshots").iterdir())


def test_before_the_first_publish_there_is_no_snapshot(tmp_path: Path) -> None:
    with pytest.raises(SnapshotMissing) as caught:
        open_snapshot(tmp_path)
    assert "talentscope demo" in caught.value.way_out


@pytest.mark.usefixtures("unchecked")
def test_a_snapshot_has_every_served_table_and_says_whose_it_is(built: Warehouse) -> None:
    path = built.publish(run_id="run1")
    with open_snapshot(built.home) as snapshot:
        assert (snapshot.path, snapshot.run_id) == (path, "run1")
        names = {row[0] for row in snapshot.connection.execute("SHOW TABLES").fetchall()}
        assert names == {table.name for table in SERVED} | {"snapshot"}
        row = snapshot.connection.execute("SELECT name, run_id, engine, published_at FROM snapshot").fetchall()
        assert row == [(path.name, "run1", "duckdb", snapshot.published_at)]
        assert snapshot.published_at.utcoffset().total_seconds() == 0  # type: ignore[union-attr]


def test_both_engines_publish_the_same_snapshot(warehouse: Warehouse) -> None:
    warehouse.load(to_arrow(crowd(120, seed=3)))
    warehouse.transform()
    path = warehouse.publish(run_id="run1")
    with open_snapshot(warehouse.home) as snapshot:
        for table in SERVED:
            here = snapshot.connection.execute(f"SELECT * FROM {table.name}").to_arrow_table()
            there = warehouse.query(f"SELECT * FROM marts.{table.name}")
            assert [str(kind) for kind in here.schema.types] == [str(kind) for kind in there.schema.types]
            assert sorted(map(repr, here.to_pylist())) == sorted(map(repr, there.to_pylist()))
    assert path.stat().st_size > 0


@pytest.mark.usefixtures("unchecked")
def test_a_snapshot_cannot_be_written_nor_used_to_reach_out(built: Warehouse, tmp_path: Path) -> None:
    built.publish(run_id="run1")
    with open_snapshot(built.home) as snapshot:
        for statement in (
            "DELETE FROM repositories",
            f"COPY repositories TO '{tmp_path / 'stolen.csv'}'",
            f"SELECT * FROM read_text('{__file__}')",
            "SET enable_external_access = true",
            "SET lock_configuration = false",
        ):
            with pytest.raises(duckdb.Error):
                snapshot.connection.execute(statement)
        with open_snapshot(built.home) as second, pytest.raises(duckdb.Error):
            second.connection.execute("SET enable_external_access = true")


@pytest.mark.usefixtures("unchecked")
def test_an_open_reader_keeps_its_snapshot_through_later_publishes(built: Warehouse) -> None:
    first = built.publish(run_id="run1")
    with open_snapshot(built.home) as reader:
        for number in (2, 3):
            built.publish(run_id=f"run{number}")
        assert reader.connection.execute("SELECT run_id FROM snapshot").fetchall() == [("run1",)]
        assert reader.connection.execute("SELECT count(*) FROM repositories").fetchall() == [(3,)]
        with open_snapshot(built.home) as newer:
            assert newer.run_id == "run3"
        assert first.exists()
    built.publish(run_id="run4")
    assert not first.exists()


@pytest.mark.usefixtures("unchecked")
def test_the_last_two_snapshots_stay(built: Warehouse) -> None:
    made = [built.publish(run_id=f"run{number}").name for number in range(4)]
    assert snapshots(built.home) == sorted([*made[-2:], "current"])


def test_a_failed_check_names_its_rows_and_leaves_the_last_snapshot(built: Warehouse) -> None:
    built.publish(run_id="run1")
    before = snapshots(built.home)
    built.load(to_arrow({tables.COVERAGE: [coverage("topic:odd", state="perhaps")]}))
    built.transform()
    with pytest.raises(ChecksFailed) as caught:
        built.publish(run_id="run2")
    assert "accepted_values on marts.coverage: 1 rows, first query=topic:odd" in caught.value.message
    assert "last good snapshot stays" in caught.value.way_out
    assert snapshots(built.home) == before


def test_a_finding_shows_keys_and_nothing_personal(built: Warehouse) -> None:
    built.load(to_arrow({tables.ACCOUNTS: [account(1, login=None, email="someone@example.invalid", bio="secret")]}))
    built.transform()
    found = {(finding.name, finding.model): finding.rows for finding in built.check()}
    assert found["not_null", "staging.github_accounts"] == ("github_id=1",)
    assert "secret" not in repr(found)


def test_a_publish_that_would_lose_most_repositories_is_stopped_unless_forced(built: Warehouse) -> None:
    built.load(to_arrow({tables.REPOSITORIES: [repository(number, owner=9) for number in range(10, 20)]}))
    built.transform()
    built.publish(run_id="run1")
    built.forget([9])
    built.transform()
    with pytest.raises(ChecksFailed, match="3 repositories now, 13 in the last snapshot"):
        built.publish(run_id="run2")
    assert count(built.home) == 13
    built.publish(run_id="run2", is_forced=True)
    assert count(built.home) == 3


def test_a_forgotten_account_is_gone_from_everything_derived(built: Warehouse) -> None:
    built.load(to_arrow({tables.REPOSITORY_TOPICS: [topic(3, "rare")], tables.OWNERSHIP: [ownership(3, owner=2)]}))
    assert built.forget([2]) == 3
    assert built.forget([2]) == 0
    built.transform()
    built.publish(run_id="run1")
    with open_snapshot(built.home) as snapshot:
        for table, column in (("developers", "github_id"), ("repositories", "owner_github_id")):
            kept = snapshot.connection.execute(f"SELECT DISTINCT {column} FROM {table}").fetchall()
            assert kept == [(1,)]
        assert snapshot.connection.execute("SELECT topic FROM topics").fetchall() == [("minecraft",)]


PUBLISHER = """
import os, signal, sys
from pathlib import Path
from talentscope.runtime.clock import SystemClock
from talentscope.warehouse import publish
from talentscope.warehouse.connection import open_warehouse
step, home = sys.argv[1], Path(sys.argv[2])
def die(*given, **named):
    os.kill(os.getpid(), signal.SIGKILL)
setattr(publish, step, die)
publish.run_checks = lambda *a, **k: []
open_warehouse(home=home, database_url=None, clock=SystemClock()).publish(run_id="killed")
"""


@pytest.mark.usefixtures("unchecked")
@pytest.mark.parametrize("step", ["sync", "point"])
def test_a_publish_killed_on_the_way_leaves_the_old_pointer(built: Warehouse, step: str) -> None:
    built.publish(run_id="run1")
    built.close()
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", PUBLISHER, step, str(built.home)], capture_output=True, check=False
    )
    assert done.returncode == -9, done.stderr.decode()
    with open_snapshot(built.home) as snapshot:
        assert snapshot.run_id == "run1"
    built.publish(run_id="run2")
    with open_snapshot(built.home) as snapshot:
        assert snapshot.run_id == "run2"
    assert not [name for name in snapshots(built.home) if "unfinished" in name]


@pytest.mark.usefixtures("unchecked")
def test_a_full_disk_is_said_to_be_and_leaves_the_last_snapshot(built: Warehouse) -> None:
    built.publish(run_id="run1")
    built.close()
    code = (
        "import resource, signal, sys; from pathlib import Path; from talentscope.runtime.clock import SystemClock;"
        "from talentscope.warehouse import publish; from talentscope.warehouse.connection import open_warehouse;"
        "from talentscope.runtime.errors import WarehouseError;"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN); publish.run_checks = lambda *a, **k: [];"
        "w = open_warehouse(home=Path(sys.argv[1]), database_url=None, clock=SystemClock()); w.query('SELECT 1');"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (200000, 200000))\n"
        "try: w.publish(run_id='full')\n"
        "except WarehouseError as error: print(error.message, '|', error.way_out)"
    )
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", code, str(built.home)], capture_output=True, text=True, check=False
    )
    assert "no space to write" in done.stdout, done.stdout + done.stderr
    assert "free some space" in done.stdout
    with open_snapshot(built.home) as snapshot:
        assert snapshot.run_id == "run1"


@pytest.mark.usefixtures("unchecked")
def test_a_damaged_pointer_or_snapshot_is_named_and_the_next_publish_mends_it(built: Warehouse) -> None:
    path = built.publish(run_id="run1")
    path.write_bytes(b"not a database" * 1000)
    with pytest.raises(WarehouseError, match=path.name):
        open_snapshot(built.home)
    (built.home / "snapshots" / "current").write_text("../../etc/passwd\n")
    with pytest.raises(WarehouseError, match="does not name a snapshot"):
        find_snapshot(built.home)
    built.publish(run_id="run2")
    with open_snapshot(built.home) as snapshot:
        assert snapshot.run_id == "run2"


def test_publishing_before_transforming_says_so(tmp_path: Path) -> None:
    with open_warehouse(home=tmp_path, database_url=None, clock=SystemClock()) as warehouse:
        warehouse.prepare()
        with pytest.raises(WarehouseError, match="no models to check yet"):
            warehouse.publish(run_id="run1")
    assert not (tmp_path / "snapshots").exists()
