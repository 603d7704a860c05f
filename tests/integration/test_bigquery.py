"""The warehouse on BigQuery's stand-in, through our engine, dlt and SQLMesh: prepare, load, transform, check, publish,
forget; rows equal DuckDB's on the same stock. What that proves and what not: docs/bigquery.md.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from tests.bigquery_stand_in import PROJECT, list_objects, stand_in
from tests.integration.company_stock import employer, year
from tests.integration.stock import NOW, crowd, repository, to_arrow
from tests.integration.test_engines import digest

from talentscope.runtime.addresses import BigQuery
from talentscope.runtime.clock import FixedClock, SystemClock
from talentscope.runtime.errors import WarehouseError, WarehouseLocked
from talentscope.warehouse import company_tables, tables
from talentscope.warehouse.connection import Warehouse, open_warehouse
from talentscope.warehouse.engines.bigquery import BigQueryEngine
from talentscope.warehouse.engines.bigquery_lease import LeaseHolder
from talentscope.warehouse.publish import SERVED
from talentscope.warehouse.snapshot import open_snapshot

MARTS = [table.name for table in SERVED]


@pytest.fixture(scope="module")
def google(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """BIGQUERY_EMULATOR_HOST leads Google's library, dlt and SQLMesh to the stand-in."""
    with stand_in(tmp_path_factory.mktemp("bigquery")) as url, pytest.MonkeyPatch.context() as patch:
        from sqlmesh.core.engine_adapter.bigquery import BigQueryEngineAdapter

        patch.setenv("BIGQUERY_EMULATOR_HOST", url)
        patch.setattr(BigQueryEngineAdapter, "_get_data_objects", list_objects)
        # its session sets @@query_label, for Google's bill; the emulator knows no @@: a second thing that is not tested
        patch.setattr(BigQueryEngineAdapter, "_begin_session", lambda _adapter, _properties: None)
        yield


@dataclass
class Built:
    """One stock in both."""

    here: Warehouse
    there: Warehouse


@pytest.fixture(scope="module")
def built(google: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Built]:
    stock = crowd(200, seed=20261121) | year(8, seed=20261121)
    stock[company_tables.EMPLOYER_NAMES] = [employer("@company001", "company001", "high")]
    home = tmp_path_factory.mktemp("home")
    address = f"bigquery://{PROJECT}/talent?location=EU"
    with (
        open_warehouse(home=home / "a", database_url=None, clock=SystemClock()) as here,
        open_warehouse(home=home / "b", database_url=address, clock=SystemClock()) as there,
    ):
        for warehouse in (here, there):
            warehouse.prepare()
            warehouse.load(to_arrow(stock))
            warehouse.load(to_arrow({tables.REPOSITORIES: [repository(1, stars=77)]}))  # merged, not added
            warehouse.transform()
        yield Built(here, there)


@pytest.mark.parametrize("mart", MARTS)
def test_every_mart_is_the_same(built: Built, mart: str) -> None:
    sql = f"SELECT * FROM marts.{mart}"
    here, there = built.here.query(sql), built.there.query(sql)
    assert digest(here) == digest(there)
    assert here.schema.names == there.schema.names
    assert [str(kind) for kind in here.schema.types] == [str(kind) for kind in there.schema.types]


def test_checks_run_and_publish_writes_a_snapshot(built: Built) -> None:
    assert built.there.check() == []
    built.there.publish(run_id="run1")
    with open_snapshot(built.there.home) as snapshot:
        found = snapshot.connection.execute("SELECT count(*), max(stars) FROM repositories").fetchone()
        engine = snapshot.connection.execute("SELECT engine FROM snapshot").fetchone()
    expected = built.here.query("SELECT count(*) AS n, max(stars) AS most FROM marts.repositories").to_pylist()[0]
    assert found == (expected["n"], expected["most"])
    assert engine == ("bigquery",)


def test_datasets_carry_the_prefix(built: Built) -> None:
    engine = built.there._engine
    assert isinstance(engine, BigQueryEngine)
    names = {item.dataset_id for item in engine.client.list_datasets()}
    assert {"talent_raw", "talent_staging", "talent_daily", "talent_marts", "talent_sqlmesh__marts"} <= names
    assert {"raw", "staging", "marts", "sqlmesh__marts"} & names == set()


def test_parameters_of_every_kind_come_back_as_they_went(built: Built) -> None:
    given = {"a": "naïve 'quote' 日本語", "b": 7, "c": 1.5, "d": True, "e": NOW, "f": date(2026, 11, 21)}
    row = built.there.query("SELECT $a AS a, $b AS b, $c AS c, $d AS d, $e AS e, $f AS f", **given).to_pylist()[0]
    assert row == given


def test_no_rows_still_tell_their_columns(built: Built) -> None:
    found = built.there.query("SELECT github_id, observed_at FROM raw.github_accounts WHERE github_id = $id", id=-1)
    assert (found.num_rows, found.schema.names) == (0, ["github_id", "observed_at"])


def test_forgetting_deletes_and_counts(google: None, tmp_path: Path) -> None:
    address = f"bigquery://{PROJECT}/forgetting?location=EU"
    for url in (None, address):
        with open_warehouse(home=tmp_path / str(bool(url)), database_url=url, clock=SystemClock()) as warehouse:
            warehouse.prepare()
            warehouse.load(to_arrow({tables.REPOSITORIES: [repository(1), repository(2, owner=2)]}))
            assert warehouse.forget([1]) == 1
            assert warehouse.forget_unseen(before=datetime(2020, 1, 1, tzinfo=UTC)) == 0
            left = warehouse.query("SELECT github_id FROM raw.github_repositories").to_pylist()
            assert left == [{"github_id": 2}]


def test_one_run_at_a_time_and_the_second_is_told_who(google: None, tmp_path: Path) -> None:
    address = f"bigquery://{PROJECT}/locks?location=EU"
    first = open_warehouse(home=tmp_path / "a", database_url=address, clock=SystemClock())
    second = open_warehouse(home=tmp_path / "b", database_url=address, clock=FixedClock(NOW))
    with first.hold(wait_seconds=0, purpose="run talent"):
        with pytest.raises(WarehouseLocked) as caught, second.hold(wait_seconds=1, purpose="second"):
            pass
        assert "process " in caught.value.message
        assert "'run talent'" in caught.value.message
    with second.hold(wait_seconds=0, purpose="second"):
        pass


def test_a_lease_outlives_its_time_by_its_heartbeat_and_a_dead_holder_loses_it(google: None, tmp_path: Path) -> None:
    database = BigQueryEngine(address=BigQuery(project=PROJECT, prefix="beats"), home=tmp_path)
    alive = LeaseHolder(database, purpose="alive", seconds=4, beat_seconds=1)
    other = LeaseHolder(database, purpose="other", seconds=4, beat_seconds=1)
    assert alive.acquire()
    threading.Event().wait(6)
    assert alive.is_held()
    assert not other.acquire()
    alive._ended.set()  # as if its process had died: nothing renews, nothing releases
    threading.Event().wait(6)
    assert not alive.is_held()
    assert other.acquire()
    other.release()


def test_without_credentials_the_way_out_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("BIGQUERY_EMULATOR_HOST", "GOOGLE_APPLICATION_CREDENTIALS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("CLOUDSDK_CONFIG", str(tmp_path))
    monkeypatch.setenv("NO_GCE_CHECK", "true")
    address = "bigquery://some-project/talent"
    with (
        open_warehouse(home=tmp_path / "home", database_url=address, clock=SystemClock()) as warehouse,
        pytest.raises(WarehouseError) as caught,
    ):
        warehouse.prepare()
    assert "cannot sign in to BigQuery some-project/talent" in caught.value.message
    assert "gcloud auth application-default login" in caught.value.way_out
