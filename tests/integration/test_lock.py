"""One writer at a time: the second waits or is told who, since when and for what; a dead holder holds nothing."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from tests.integration.stock import NOW

from talentscope.runtime.clock import FixedClock, SystemClock
from talentscope.runtime.errors import WarehouseLocked
from talentscope.warehouse.connection import open_warehouse

HOLDER = """
import sys
from pathlib import Path
from talentscope.runtime.clock import SystemClock
from talentscope.warehouse.connection import open_warehouse
home, url = Path(sys.argv[1]), sys.argv[2] or None
with open_warehouse(home=home, database_url=url, clock=SystemClock()) as warehouse:
    with warehouse.hold(wait_seconds=0, purpose="run talent for minecraft-modders"):
        print("held", flush=True)
        sys.stdin.readline()
"""


@contextmanager
def holder(home: Path, url: str | None) -> Iterator[subprocess.Popen[str]]:
    """Another process that holds the warehouse until told to end."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(home), url or ""], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        yield process
    finally:
        process.kill()
        process.communicate()


def test_the_second_run_is_told_who_holds_the_warehouse_and_why(tmp_path: Path, database_url: str | None) -> None:
    clock = FixedClock(NOW)
    with holder(tmp_path, database_url) as other:
        warehouse = open_warehouse(home=tmp_path, database_url=database_url, clock=clock)
        with pytest.raises(WarehouseLocked) as caught, warehouse.hold(wait_seconds=3, purpose="second"):
            pass
    assert f"process {other.pid} on " in caught.value.message
    assert "run talent for minecraft" in caught.value.message
    assert " since 20" in caught.value.message
    assert caught.value.way_out
    assert sum(clock.slept) == pytest.approx(3, abs=0.3)


def test_the_second_run_goes_on_when_the_first_is_done(tmp_path: Path, database_url: str | None) -> None:
    with holder(tmp_path, database_url) as other:

        class Patience(FixedClock):
            def sleep(self, seconds: float) -> None:
                super().sleep(seconds)
                other.communicate("end\n")

        warehouse = open_warehouse(home=tmp_path, database_url=database_url, clock=Patience(NOW))
        with warehouse.hold(wait_seconds=30, purpose="second"):
            assert warehouse.query("SELECT 1 AS one").to_pylist() == [{"one": 1}]


def test_a_killed_holder_holds_nothing(tmp_path: Path, database_url: str | None) -> None:
    with holder(tmp_path, database_url) as other:
        os.kill(other.pid, signal.SIGKILL)
        other.wait()
        warehouse = open_warehouse(home=tmp_path, database_url=database_url, clock=SystemClock())
        with warehouse.hold(wait_seconds=10, purpose="second"):
            pass


def test_the_lock_is_free_again_after_an_error(tmp_path: Path, database_url: str | None) -> None:
    warehouse = open_warehouse(home=tmp_path, database_url=database_url, clock=FixedClock(NOW))

    def fail() -> None:
        with warehouse.hold(wait_seconds=0, purpose="first"):
            raise ValueError("a fault")

    with pytest.raises(ValueError, match="a fault"):
        fail()
    with warehouse.hold(wait_seconds=0, purpose="again"):
        pass


def test_a_file_open_in_a_foreign_program_is_said_to_be(tmp_path: Path) -> None:
    code = (
        f"import duckdb, sys; c = duckdb.connect({str(tmp_path / 'warehouse.duckdb')!r});"
        "print('open', flush=True); sys.stdin.readline()"
    )
    process = subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == "open\n"
        warehouse = open_warehouse(home=tmp_path, database_url=None, clock=FixedClock(NOW))
        with pytest.raises(WarehouseLocked, match=str(process.pid)), warehouse.hold(wait_seconds=1, purpose="ours"):
            pass
        with pytest.raises(WarehouseLocked, match=str(process.pid)):
            warehouse.query("SELECT 1")
    finally:
        process.kill()
        process.communicate()


def test_holding_one_database_does_not_hold_its_neighbour(tmp_path: Path, make_database: Callable[[], str]) -> None:
    with holder(tmp_path / "a", make_database()):
        warehouse = open_warehouse(home=tmp_path / "b", database_url=make_database(), clock=FixedClock(NOW))
        with warehouse.hold(wait_seconds=0, purpose="another database"):
            pass
