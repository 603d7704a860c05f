"""Loading: merge by key, one package, a contract of types, and nothing lost or doubled by kill -9."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pyarrow as pa
import pytest
from tests.integration.stock import (
    NOW,
    account,
    coverage,
    days_ago,
    ownership,
    reject,
    repository,
    small,
    to_arrow,
    topic,
)

from talentscope.runtime.clock import SystemClock
from talentscope.runtime.errors import WarehouseError
from talentscope.warehouse import tables
from talentscope.warehouse.connection import Warehouse, open_warehouse
from talentscope.warehouse.raw import RAW_TABLES


def count(warehouse: Warehouse, table: str) -> int:
    return int(warehouse.query(f"SELECT count(*) AS n FROM raw.{table}").to_pylist()[0]["n"])


def test_a_prepared_warehouse_has_every_raw_table_empty(warehouse: Warehouse) -> None:
    for table in RAW_TABLES:
        found = warehouse.query(f"SELECT * FROM raw.{table.name}")
        assert found.num_rows == 0
        assert set(table.schema.names) <= set(found.schema.names)
        for field in table.schema:
            assert found.schema.field(field.name).type == field.type, f"{table.name}.{field.name}"


def test_a_row_with_a_known_key_replaces_the_earlier_one(warehouse: Warehouse) -> None:
    warehouse.load(to_arrow({tables.REPOSITORIES: [repository(1, stars=1), repository(2)]}))
    warehouse.load(to_arrow({tables.REPOSITORIES: [repository(1, stars=9)]}))
    rows = warehouse.query("SELECT github_id, stars FROM raw.github_repositories ORDER BY github_id").to_pylist()
    assert rows == [{"github_id": 1, "stars": 9}, {"github_id": 2, "stars": 5}]


def test_rows_of_a_table_without_key_all_stay(warehouse: Warehouse) -> None:
    for _ in range(2):
        warehouse.load(to_arrow({tables.COVERAGE: [coverage("q")]}))
    assert count(warehouse, "github_coverage") == 2


def test_all_tables_of_a_load_are_one_package(warehouse: Warehouse) -> None:
    before = count(warehouse, "_dlt_loads")
    warehouse.load(to_arrow(small()))
    assert count(warehouse, "_dlt_loads") == before + 1


def test_loading_nothing_stores_nothing(warehouse: Warehouse) -> None:
    before = count(warehouse, "_dlt_loads")
    warehouse.load({})
    warehouse.load({tables.REPOSITORIES: tables.REPOSITORIES.schema.empty_table()})
    assert count(warehouse, "_dlt_loads") == before


def test_a_changed_type_is_refused_and_nothing_is_stored(warehouse: Warehouse) -> None:
    good = to_arrow({tables.REPOSITORIES: [repository(1)], tables.ACCOUNTS: [account(1)]})
    index = tables.REPOSITORIES.schema.get_field_index("stars")
    bad = good[tables.REPOSITORIES].set_column(index, "stars", pa.array(["many"]))
    with pytest.raises(WarehouseError) as caught:
        warehouse.load({**good, tables.REPOSITORIES: bad})
    assert "raw.github_repositories.stars: expected int64, came string" in caught.value.message
    assert count(warehouse, "github_accounts") == 0


def test_a_missing_column_is_refused(warehouse: Warehouse) -> None:
    rows = to_arrow({tables.REPOSITORIES: [repository(1)]})[tables.REPOSITORIES].drop_columns(["stars"])
    with pytest.raises(WarehouseError, match=r"stars: expected int64, came nothing"):
        warehouse.load({tables.REPOSITORIES: rows})


def test_a_stored_column_of_another_type_is_refused_on_preparing(tmp_path: Path) -> None:
    with open_warehouse(home=tmp_path, database_url=None, clock=SystemClock()) as warehouse:
        warehouse.prepare()
        warehouse._engine.execute("DROP VIEW raw.completed_coverage", {})
        warehouse._engine.execute("ALTER TABLE raw.github_repositories ALTER stars TYPE VARCHAR", {})
        with pytest.raises(WarehouseError, match=r"stars: expected int64, came varchar in the warehouse"):
            warehouse.prepare()


def test_a_new_column_is_stored_and_noted(warehouse: Warehouse) -> None:
    rows = to_arrow({tables.REPOSITORIES: [repository(1)]})[tables.REPOSITORIES]
    warehouse.load({tables.REPOSITORIES: rows.append_column("has_wiki", pa.array([True]))})
    assert warehouse.query("SELECT has_wiki FROM raw.github_repositories").to_pylist() == [{"has_wiki": True}]
    noted = warehouse.query("SELECT source, path FROM raw.github_unknown_fields").to_pylist()
    assert noted == [{"source": "load", "path": "github_repositories.has_wiki"}]
    warehouse.prepare()
    warehouse.load(to_arrow({tables.REPOSITORIES: [repository(2)]}))
    assert count(warehouse, "github_repositories") == 2


def test_coverage_of_a_package_that_never_completed_does_not_count(warehouse: Warehouse) -> None:
    warehouse.load(to_arrow({tables.COVERAGE: [coverage("whole")]}))
    warehouse.load(to_arrow({tables.COVERAGE: [coverage("torn")]}))
    torn = "(SELECT _dlt_load_id FROM raw.github_coverage WHERE query = 'torn')"
    warehouse._engine.execute(f"DELETE FROM raw._dlt_loads WHERE load_id IN {torn}", {})
    assert warehouse.query("SELECT query FROM raw.completed_coverage").to_pylist() == [{"query": "whole"}]
    warehouse.prepare()
    assert warehouse.query("SELECT query FROM raw.github_coverage").to_pylist() == [{"query": "whole"}]


def test_queries_take_parameters_by_name_whatever_is_in_them(warehouse: Warehouse) -> None:
    names = ["100% $1 'quoted' %s", "plain"]
    warehouse.load(to_arrow({tables.REPOSITORIES: [repository(n, name=name) for n, name in enumerate(names)]}))
    sql = "SELECT github_id FROM raw.github_repositories WHERE name = $name AND stars % 2 = 1 AND created_at < $before"
    found = warehouse.query(sql, before=NOW, name=names[0], unused=1)
    assert found.to_pylist() == [{"github_id": 0}]
    assert warehouse.query(sql, before=days_ago(9999), name=names[0]).num_rows == 0


def test_nothing_of_a_load_stays_in_the_staging_area(warehouse: Warehouse) -> None:
    warehouse.load(to_arrow({tables.ACCOUNTS: [account(1)], tables.REPOSITORIES: [repository(1)]}))
    warehouse.forget([1])
    for schema in ("raw", "raw_staging"):
        assert warehouse.query(f"SELECT * FROM {schema}.github_accounts").num_rows == 0
        assert warehouse.query(f"SELECT * FROM {schema}.github_repositories").num_rows == 0


def test_what_was_not_seen_again_is_deleted_with_all_about_it_and_nothing_else(warehouse: Warehouse) -> None:
    old, new = days_ago(91), days_ago(89)
    warehouse.load(
        to_arrow(
            {
                tables.REPOSITORIES: [repository(1, owner=1, observed_at=old), repository(2, owner=2, observed_at=new)],
                tables.REPOSITORY_TOPICS: [topic(1, "rare", observed_at=old), topic(2, "kept", observed_at=new)],
                tables.OWNERSHIP: [ownership(1, owner=1, observed_at=new), ownership(2, owner=2, observed_at=old)],
                tables.ACCOUNTS: [account(1, observed_at=old), account(2, observed_at=new)],
                tables.REJECTS: [reject("old", observed_at=old), reject("new", observed_at=new)],
            }
        )
    )
    assert warehouse.forget_unseen(before=days_ago(90)) == 5
    assert warehouse.forget_unseen(before=days_ago(90)) == 0
    assert warehouse.query("SELECT github_id FROM raw.github_repositories").to_pylist() == [{"github_id": 2}]
    assert warehouse.query("SELECT github_id FROM raw.github_accounts").to_pylist() == [{"github_id": 2}]
    assert warehouse.query("SELECT topic FROM raw.github_repository_topics").to_pylist() == [{"topic": "kept"}]
    assert warehouse.query("SELECT owner_github_id FROM raw.github_ownership").to_pylist() == [{"owner_github_id": 2}]


def test_a_text_of_ten_megabytes_is_stored_whole(warehouse: Warehouse) -> None:
    bio = 'ten "megabytes",\n' * 600_000
    warehouse.load(to_arrow({tables.ACCOUNTS: [account(1, bio=bio), account(2)]}))
    stored = warehouse.query("SELECT bio FROM raw.github_accounts ORDER BY github_id").to_pylist()
    assert [row["bio"] for row in stored] == [bio, None]


def test_nul_bytes_are_left_out_and_empty_text_is_unknown(warehouse: Warehouse) -> None:
    warehouse.load(to_arrow({tables.ACCOUNTS: [account(1, bio="a\x00b", name="", location="\x00", company=" ")]}))
    stored = warehouse.query("SELECT bio, name, location, company FROM raw.github_accounts").to_pylist()
    assert stored == [{"bio": "ab", "name": None, "location": None, "company": " "}]


FULL_DISK = """
import resource, signal, sys
from pathlib import Path
from talentscope.runtime.clock import SystemClock
from talentscope.runtime.errors import WarehouseError
from talentscope.warehouse import tables
from talentscope.warehouse.connection import open_warehouse
from tests.integration.stock import *
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
with open_warehouse(home=Path(sys.argv[1]), database_url=None, clock=SystemClock()) as warehouse:
    warehouse.prepare()
    warehouse.load(to_arrow({tables.REPOSITORIES: [repository(1)]}))
    resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[2]), resource.RLIM_INFINITY))
    try:
        warehouse.load(to_arrow({tables.REPOSITORIES: [repository(n, description=f"{n}" * 50) for n in range(20_000)]}))
    except WarehouseError as error:
        print(error.message, "|", error.way_out)
    resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    warehouse.load(to_arrow({tables.REPOSITORIES: [repository(2)]}))
    print(warehouse.query("SELECT count(*) AS n FROM raw.github_repositories").to_pylist())
"""


@pytest.mark.parametrize("bytes_left", [100_000, 3_000_000])
def test_a_full_disk_is_said_to_be_and_what_was_stored_stays(tmp_path: Path, bytes_left: int) -> None:
    root = Path(__file__).parents[2]
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", FULL_DISK, str(tmp_path), str(bytes_left)],
        capture_output=True,
        text=True,
        check=False,
        env={"PATH": os.defpath, "PYTHONPATH": str(root)},
    )
    said = done.stdout.splitlines()
    assert len(said) == 2, done.stdout + done.stderr
    assert "no space to write" in said[0]
    assert "free some space" in said[0]
    assert said[1] == "[{'n': 2}]"


def test_times_come_back_in_utc_and_sums_as_whole_numbers(warehouse: Warehouse) -> None:
    warehouse.load(to_arrow({tables.REPOSITORIES: [repository(1), repository(2)]}))
    found = warehouse.query("SELECT sum(stars) AS stars, max(observed_at) AS seen FROM raw.github_repositories")
    assert found.schema.field("stars").type == pa.int64()
    assert found.to_pylist() == [{"stars": 10, "seen": NOW}]


def test_a_load_leaves_no_trace_outside_the_data_directory(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from talentscope.runtime.clock import SystemClock;"
        "from talentscope.warehouse.connection import open_warehouse; from tests.integration.stock import *;"
        "w = open_warehouse(home=Path(sys.argv[1]), database_url=None, clock=SystemClock());"
        "w.prepare(); w.load(to_arrow(small())); w.transform(); w.publish(run_id='r'); w.close();"
        "from dlt.common.runtime import anon_tracker; from sqlmesh.core import analytics;"
        "assert anon_tracker._ANON_TRACKER_ENDPOINT is None;"
        "assert type(analytics.collector._dispatcher).__name__ == 'NoopEventDispatcher'"
    )
    user, work = tmp_path / "user", tmp_path / "work"
    user.mkdir()
    work.mkdir()
    root = Path(__file__).parents[2]
    environment = {"PATH": os.defpath, "HOME": str(user), "PYTHONPATH": str(root)}
    command = [sys.executable, "-W", "ignore", "-c", code, str(tmp_path / "home")]
    done = subprocess.run(command, cwd=work, env=environment, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert list(user.rglob("*")) == []
    assert list(work.rglob("*")) == []
    assert not list((root / "src").rglob(".cache"))


CRAWLER = """
import json, sys
from pathlib import Path
from talentscope.runtime.clock import SystemClock
from talentscope.warehouse import tables
from talentscope.warehouse.connection import open_warehouse
from tests.integration.stock import *
home, url = Path(sys.argv[1]), sys.argv[2] or None
with open_warehouse(home=home, database_url=url, clock=SystemClock()) as warehouse:
    with warehouse.hold(wait_seconds=30, purpose="crawl"):
        warehouse.prepare()
        done = warehouse.query("SELECT coalesce(max(read), 0) AS n FROM raw.completed_coverage").to_pylist()[0]["n"]
        print("ready", flush=True)
        for first in range(done, 400, 40):
            numbers = range(first, first + 40)
            warehouse.load(to_arrow({
                tables.REPOSITORIES: [repository(n, owner=n % 7, stars=n) for n in numbers],
                tables.REPOSITORY_TOPICS: [topic(n, f"t{n % 5}") for n in numbers],
                tables.COVERAGE: [coverage("q", read=first + 40, observed_at=days_ago(400 - first))],
            }))
"""


def crawl(home: Path, url: str | None, *, kill_after: float | None) -> bool:
    """Run the crawler, killed so many seconds after it is ready; whether it came to its end."""
    root = Path(__file__).parents[2]
    process = subprocess.Popen(
        [sys.executable, "-W", "ignore", "-c", CRAWLER, str(home), url or ""],
        stdout=subprocess.PIPE,
        text=True,
        env={"PATH": os.defpath, "PYTHONPATH": str(root)},
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    if kill_after is not None:
        time.sleep(kill_after)  # noqa: TID251 - real time passes in the other process
        process.send_signal(signal.SIGKILL)
    process.communicate()
    return process.returncode == 0


def content(home: Path, url: str | None) -> str:
    columns = {"github_repositories": "github_id, stars", "github_repository_topics": "repository_node_id, topic"}
    columns["github_coverage"] = "query, read, observed_at"
    with open_warehouse(home=home, database_url=url, clock=SystemClock()) as warehouse:
        return json.dumps(
            {
                table: warehouse.query(f"SELECT {names} FROM raw.{table} ORDER BY {names}").to_pylist()
                for table, names in columns.items()
            },
            default=str,
        )


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> str:
    """What a run that nobody killed leaves, as text; on either engine it is the same."""
    home = tmp_path_factory.mktemp("undisturbed")
    assert crawl(home, None, kill_after=None)
    return content(home, None)


@pytest.mark.parametrize("seed", [1, 2])
def test_killed_again_and_again_the_rows_are_those_of_an_undisturbed_run(
    tmp_path: Path, database_url: str | None, seed: int, undisturbed: str
) -> None:
    chance = random.Random(seed)
    for _ in range(3):
        crawl(tmp_path, database_url, kill_after=chance.uniform(0.02, 0.9))
    assert crawl(tmp_path, database_url, kill_after=None)
    assert content(tmp_path, database_url) == undisturbed
