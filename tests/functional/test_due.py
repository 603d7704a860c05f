"""`run --due` under its lease: two places at once, a holder that dies, a lease that is lost, a deadline that passes."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
import pytest
from tests.desk_world import Seat
from tests.functional.stage import Program, fresh, wait_until
from tests.postgres import create_database, postgres_url, session_folder  # noqa: F401 - fixtures
from tests.schedule_world import await_clear_time, leave_due, ran

from talentscope.desk.past_runs import PastRun
from talentscope.runtime.clock import FixedClock, SystemClock
from talentscope.runtime.schedule import LEASE, Ending
from talentscope.sandbox.server import Running
from talentscope.warehouse.engines.postgres import LOCK_KEY

DESK_KEY = "a key that two machines share"

HASTY = """
import sys
from dataclasses import replace
from datetime import timedelta
from talentscope.cli import main, run_due
from talentscope.runtime import schedule

lease, beat, deadline = map(float, sys.argv[1:4])
run_due.LEASE_SECONDS, run_due.BEAT_SECONDS = lease, beat
run_due.GRACE_SECONDS = min(run_due.GRACE_SECONDS, lease / 2)
hasty = tuple(replace(entry, deadline=timedelta(seconds=deadline)) for entry in schedule.ENTRIES)
schedule.due.__defaults__ = schedule.plan.__defaults__ = (hasty,)
sys.argv = ["talentscope", "run", "--due"]
main()
"""
"""The program with a lease and deadlines of seconds."""

pytestmark = pytest.mark.once


@pytest.fixture(params=["sqlite", "postgres"])
def seat(request: pytest.FixtureRequest, tmp_path: Path) -> Seat:
    """Where the desk is: of one machine, or of several."""
    home = tmp_path / "first" / "home"
    home.mkdir(parents=True)
    if request.param == "sqlite":
        return Seat(home, None)
    return Seat(home, create_database(request.getfixturevalue("postgres_url")))


def place(seat: Seat, name: str, sandbox: Running, brief: Path) -> Program:
    """A machine: on a server's database each has a data directory of its own, on SQLite they share it."""
    home = seat.home if seat.url is None else seat.home.parents[1] / name / "home"
    program = fresh(home).at(sandbox).with_settings(DATABASE_URL=seat.url, TALENTSCOPE_DESK_KEY=DESK_KEY)
    folder = home.parent / "briefs"
    folder.mkdir(exist_ok=True)
    (folder / "everything.yaml").write_text(brief.read_text())
    return program.with_settings(TALENTSCOPE_BATCH_ROWS=50_000)


def only(seat: Seat, *names: str) -> None:
    """Say on the desk that all else has just been done."""
    with seat.open(SystemClock(), key=DESK_KEY) as desk:
        leave_due(seat, desk, *names)


def runs(seat: Seat) -> list[PastRun]:
    """What ran since, the newest first."""
    with seat.open(SystemClock(), key=DESK_KEY) as desk:
        return ran(desk)


def start_hasty(program: Program, **numbers: float) -> subprocess.Popen[bytes]:
    """`run --due` with a lease, a beat and deadlines of so many seconds."""
    environment = {**program.settings, "TALENTSCOPE_HOME": str(program.home), "PATH": "/usr/bin:/bin"}
    words = [str(numbers[name]) for name in ("lease", "beat", "deadline")]
    return subprocess.Popen(
        [sys.executable, "-c", HASTY, *words],
        env=environment,
        cwd=program.home.parent,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


def holder(seat: Seat) -> Any:
    with seat.open(SystemClock(), key=DESK_KEY) as desk:
        return desk.leases.holder_of(LEASE)


def is_held(seat: Seat) -> bool:
    """Whether a run has the warehouse."""
    if seat.url is None:
        return (seat.home / "run.json").exists()
    here = "database = (SELECT oid FROM pg_database WHERE datname = current_database())"
    held = f"SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND objid = {LOCK_KEY} AND granted AND {here}"
    return bool(seat.run(held))


def test_a_run_in_another_database_of_the_server_holds_nothing_here(postgres_url: str) -> None:  # noqa: F811
    here, there = create_database(postgres_url), create_database(postgres_url)
    with psycopg.connect(there) as connection:
        connection.execute("SELECT pg_advisory_lock(%s)", [LOCK_KEY])
        assert is_held(Seat(Path(), there))
        assert not is_held(Seat(Path(), here))


@pytest.mark.parametrize(
    ("now", "then"), [("03:29:59", "03:30:00"), ("03:58:40", "04:00:00"), ("03:31:00", "03:31:00")]
)
def test_these_tests_begin_when_no_window_is_about_to(now: str, then: str) -> None:
    clear = await_clear_time(FixedClock(datetime.fromisoformat(f"2026-11-22T{now}").replace(tzinfo=UTC)))
    assert f"{clear:%H:%M:%S}" == then


def test_two_at_once_run_each_window_once(seat: Seat, sandbox: Running, brief: Path) -> None:
    only(seat, "talent", "purge")
    places = [place(seat, name, sandbox, brief) for name in ("first", "second")]
    both = [program.start("run", "--due") for program in places]
    answers = [program.finish(process) for program, process in zip(places, both, strict=True)]
    assert [answer.code for answer in answers] == [0, 0], [answer.err for answer in answers]
    assert sorted((run.entry, run.code) for run in runs(seat)) == [("purge", 0), ("talent", 0)]
    said = "".join(answer.err for answer in answers)
    assert (said.count("due: Talent"), said.count("due: Purge")) == (1, 1)
    assert "another `run --due` is at it" in said or "nothing is due" in said
    assert holder(seat) is None


def test_a_run_past_its_deadline_is_ended_and_goes_on_with_the_next_call(
    seat: Seat, world: Callable[..., Running], brief: Path
) -> None:
    only(seat, "talent")
    slow = place(seat, "first", world(latency_ms=1500), brief)
    process = start_hasty(slow, lease=60, beat=0.2, deadline=3)
    _, err = process.communicate(timeout=120)
    assert process.returncode == 75, err.decode()
    assert b"past its deadline of 0:00:03" in err
    assert [(run.ending, run.code, run.has_done) for run in runs(seat)] == [(Ending.past_deadline, 75, False)]
    assert holder(seat) is None
    answer = place(seat, "first", world(), brief)("run", "--due")
    assert answer.code == 0, answer.err
    assert [run.ending for run in runs(seat)] == [Ending.done, Ending.past_deadline]


def test_a_run_that_somebody_began_is_let_finish(seat: Seat, world: Callable[..., Running], brief: Path) -> None:
    only(seat, "talent")
    by_hand = place(seat, "first", world(latency_ms=1500), brief)
    process = by_hand.start("run", "talent")
    wait_until(lambda: is_held(seat), why="the run by hand holds the warehouse")
    answer = by_hand.with_settings(TALENTSCOPE_LOCK_WAIT_SECONDS=1)("run", "--due")
    process.kill()
    process.communicate()
    assert answer.code == 75, answer.err
    assert "talent, not now" in answer.err
    assert [(run.ending, run.has_done) for run in runs(seat)] == [(Ending.stopped, False)]


def test_who_lost_the_lease_ends_as_if_asked_to(seat: Seat, world: Callable[..., Running], brief: Path) -> None:
    only(seat, "talent")
    process = start_hasty(place(seat, "first", world(latency_ms=1500), brief), lease=60, beat=0.2, deadline=600)
    wait_until(lambda: holder(seat) is not None and holder(seat).doing == "talent", why="it is at work")
    seat.run("UPDATE leases SET holder = 'somebody else'")
    _, err = process.communicate(timeout=120)
    assert process.returncode == 75, err.decode()
    assert b"the lease of the schedule was lost" in err
    assert holder(seat).holder == "somebody else", "what is another's is not given back"
    assert [run.ending for run in runs(seat)] == [Ending.stopped]


def test_a_holder_that_is_killed_is_waited_out(seat: Seat, world: Callable[..., Running], brief: Path) -> None:
    only(seat, "talent")
    process = start_hasty(place(seat, "first", world(latency_ms=1500), brief), lease=8, beat=0.2, deadline=600)
    wait_until(lambda: holder(seat) is not None and holder(seat).doing == "talent", why="it is at work")
    process.kill()
    process.communicate()
    other = place(seat, "second", world(), brief)
    early = other("run", "--due")
    if "another `run --due` is at it" not in early.err:  # a busy machine took longer than the lease lasts
        assert "due: Talent" in early.err
        return
    wait_until(lambda: holder(seat) is None, why="the lease runs out")
    late = other("run", "--due")
    assert late.code == 0, late.err
    assert "due: Talent" in late.err
    assert [run.ending for run in runs(seat)] == [Ending.done]
