"""The data directory on bad days: not writable, full, held by somebody else."""

from __future__ import annotations

import os
import re
import resource
import subprocess
import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
from tests.functional.places import IS_POSTGRES, copy_home, facts, files_only
from tests.functional.stage import Program, Rows, assert_same_rows, complaint, fresh, wait_until

from talentscope.sandbox.server import Running


@pytest.mark.parametrize("words", [["run", "talent", "--brief"], ["leads"]], ids=["run", "leads"])
def test_a_data_directory_that_cannot_be_is_told_with_the_way_out(
    sandbox: Running, brief: Path, tmp_path: Path, words: list[str]
) -> None:
    (tmp_path / "file").write_text("not a directory")
    for home in (tmp_path / "file" / "home", Path("/proc/1/talentscope")):
        program = fresh(tmp_path / "x").at(sandbox).with_settings(TALENTSCOPE_HOME=home)
        told = complaint(program(*words, brief))
        assert str(home) in told
        assert "TALENTSCOPE_HOME" in told


def test_a_file_in_place_of_the_data_directory_is_told(sandbox: Running, brief: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.write_text("not a directory")
    told = complaint(fresh(home).at(sandbox).run(brief))
    assert "cannot be written" in told
    assert home.read_text() == "not a directory"


def limit_files(size: int) -> Callable[[], None]:
    """As on a disk with little room: no file grows beyond `size` bytes. Binds root too."""
    return lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))


def test_a_full_disk_is_told_what_was_stored_stays_and_with_room_the_run_goes_on(
    program: Program, sandbox: Running, brief: Path, undisturbed: Rows
) -> None:
    run = program.at(sandbox)
    failures = []
    for size in (1_000, 300_000, 1_000_000, 1_500_000, 10**9):
        answer = run.run(brief, preexec_fn=limit_files(size))
        if answer.code == 0:
            break
        failures.append(complaint(answer))
        assert not (program.home / "snapshots" / "current").exists()
    assert len(failures) >= 2
    for told in failures:
        assert re.search(r"no space|disk i/o error|disk is full|too large", told), told
        assert re.search(r"way out: .*(space|disk)", told), told
    assert answer.code == 0, answer.err
    assert_same_rows(program.home, undisturbed)


def test_a_full_disk_at_publishing_leaves_the_last_good_snapshot(
    copied: Program, sandbox: Running, brief: Path
) -> None:
    folder = copied.home / "snapshots"
    before = (folder / "current").read_text()
    if not IS_POSTGRES:
        with facts(copied.home, is_writing=True) as connection:
            connection.execute("CHECKPOINT")
    room = folder.joinpath(before.strip()).stat().st_size // 2
    told = complaint(copied("rebuild", preexec_fn=limit_files(room)))
    assert re.search(r"no space|too large", told), told
    assert (folder / "current").read_text() == before
    assert copied("leads", brief, "--format", "json").json()


def test_an_export_that_does_not_fit_is_told_and_leaves_no_half_file(
    reader: Program, brief: Path, tmp_path: Path
) -> None:
    copy_home(reader.home, tmp_path / "home")
    path = tmp_path / "leads.csv"
    program = fresh(tmp_path / "home")
    assert program("leads", brief, "--limit", 1, "--format", "csv").code == 0  # the desk has its room
    told = complaint(program("leads", brief, "-f", "csv", "-n", 100000, "-o", path, preexec_fn=limit_files(40_000)))
    assert "disk" in told
    assert [item.name for item in tmp_path.iterdir() if "leads" in item.name] == []


def test_a_second_run_waits_for_the_first_and_both_end_well(
    program: Program, world: Callable[..., Running], brief: Path, undisturbed: Rows
) -> None:
    sandbox = world(latency_ms=50)
    run = program.at(sandbox).with_settings(TALENTSCOPE_LOCK_WAIT_SECONDS=200)
    first = run.start("run", "talent", "--brief", brief)
    wait_until(lambda: bool(sandbox.log.entries), why="the first run asks, and so holds the warehouse")
    second = run.start("run", "talent", "--brief", brief)
    hasty = run.with_settings(TALENTSCOPE_LOCK_WAIT_SECONDS=1).run(brief)
    told = complaint(hasty)
    assert f"process {first.pid} " in told
    since = re.search(r"since (\S+)", told)
    assert since
    assert datetime.fromisoformat(since[1]).tzinfo is not None
    assert "run talent for everything" in told
    assert "TALENTSCOPE_LOCK_WAIT_SECONDS" in told
    answers = [run.finish(first), run.finish(second)]
    assert [answer.code for answer in answers] == [0, 0], [answer.err for answer in answers]
    assert_same_rows(program.home, undisturbed)


@files_only("who has the file open")
def test_a_warehouse_open_in_another_program_is_told_with_its_process(copied: Program, brief: Path) -> None:
    path = copied.home / "warehouse.duckdb"
    code = f"import duckdb, sys; c = duckdb.connect({str(path)!r}); print('open', flush=True); sys.stdin.read()"
    with subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == b"open\n"
        told = complaint(copied("rebuild"))
        assert f"PID {other.pid}" in told
        assert "end that program" in told
        assert copied("leads", brief, "--format", "json").code == 0, "readers need no warehouse"
        other.communicate(b"")


@files_only("a broken file")
def test_a_broken_warehouse_or_snapshot_is_told(copied: Program, brief: Path) -> None:
    snapshot = copied.home / "snapshots" / (copied.home / "snapshots" / "current").read_text().strip()
    for path, words in ((snapshot, ["leads", brief]), (copied.home / "warehouse.duckdb", ["rebuild"])):
        path.write_bytes(os.urandom(20_000))
        told = complaint(copied(*words))
        assert str(path) in told
        assert "way out" in told
