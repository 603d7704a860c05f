"""SIGTERM wherever it lands: the run keeps what it has and is gone with 75 before anybody would kill it."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.functional.market import BY_SOURCE, aimed
from tests.functional.stage import Program, Rows, assert_same_rows, wait_until
from tests.postgres import create_database, postgres_url, session_folder  # noqa: F401 - fixtures

from talentscope.registry.read import Registry
from talentscope.runtime.clock import SystemClock
from talentscope.runtime.events import Progress, read_progress
from talentscope.sandbox.server import Running

PATIENCE_OF_CLOUD_RUN = 10.0
"""Seconds between SIGTERM and SIGKILL."""


def is_loading(home: Path, _: Progress) -> bool:
    """Whether a load package of the run is on its way into the warehouse."""
    return any((home / "dlt" / "talentscope" / "load" / "normalized").glob("*/started_jobs/*"))


def is_at(stage: str) -> Callable[[Path, Progress], bool]:
    return lambda _, progress: bool(progress.stages) and progress.stages[-1].name == stage


def is_waiting(_: Path, progress: Progress) -> bool:
    return progress.waiting_until is not None


MOMENTS: dict[str, Callable[[Path, Progress], bool]] = {
    "searching": is_at("searching repositories"),
    "reading": is_at("reading owners"),
    "loading": is_loading,
    "transforming": is_at("transforming"),
    "publishing": is_at("checking and publishing"),
    "waiting": is_waiting,
}
FAULTS = {"waiting": ["secondary-limit-seconds:120"]}


def end_at(program: Program, words: list[object], is_time: Callable[[Path, Progress], bool], events: Path) -> str:
    """Start a run, end it at that moment, hold it to its manners; what it said."""
    process = program.start("run", "--events", events, *words)
    wait_until(lambda: is_time(program.home, read_progress(events)) or process.poll() is not None, why="the moment")
    clock = SystemClock()
    begun = clock.now()
    os.kill(process.pid, signal.SIGTERM)
    answer = program.finish(process)
    assert (clock.now() - begun).total_seconds() < PATIENCE_OF_CLOUD_RUN
    assert answer.code == 75, answer.err
    assert read_progress(events).code == 75
    return answer.err


@pytest.mark.parametrize("moment", MOMENTS)
def test_a_signal_ends_a_talent_run_in_time_and_the_next_goes_on(
    program: Program, world: Callable[..., Running], brief: Path, undisturbed: Rows, tmp_path: Path, moment: str
) -> None:
    run = program.at(world(*FAULTS.get(moment, []), latency_ms=50))
    said = end_at(run, ["talent", "--brief", brief], MOMENTS[moment], tmp_path / "events.jsonl")
    assert "next run goes on from there" in said
    if moment in {"loading", "publishing"}:
        answer = run.at(world()).run(brief)
        assert answer.code == 0, answer.err
        assert_same_rows(program.home, undisturbed)


@pytest.mark.parametrize("moment", ["loading", "transforming"])
@pytest.mark.once
def test_a_signal_ends_a_run_on_postgres_in_time(
    program: Program,
    world: Callable[..., Running],
    brief: Path,
    tmp_path: Path,
    postgres_url: str,  # noqa: F811
    moment: str,
) -> None:
    run = program.with_settings(DATABASE_URL=create_database(postgres_url)).at(world(latency_ms=50))
    end_at(run, ["talent", "--brief", brief], MOMENTS[moment], tmp_path / "events.jsonl")


def test_a_signal_ends_a_companies_run_whose_sources_are_slow(
    program: Program, make_market: Callable[..., Running], registry: Registry, tmp_path: Path
) -> None:
    run = aimed(program, make_market(latency_ms=5000), registry)
    end_at(run, ["companies", *BY_SOURCE], is_at("asking sources"), tmp_path / "events.jsonl")


def test_a_program_that_hears_nothing_is_ended_all_the_same(tmp_path: Path) -> None:
    """A library that swallows what the handler raises, again and again, until the watch has enough of it."""
    script = """
from talentscope.cli.events import endable
with endable():
    while True:
        try:
            print("deaf", flush=True)
            __import__("threading").Event().wait(60)
        except KeyboardInterrupt:
            pass
"""
    import subprocess
    import sys

    clock = SystemClock()
    process = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert process.stdout is not None
    assert process.stdout.readline() == b"deaf\n"
    begun = clock.now()
    process.terminate()
    _, err = process.communicate(timeout=60)
    assert process.returncode == 75, err
    assert (clock.now() - begun).total_seconds() < PATIENCE_OF_CLOUD_RUN
    assert b"still busy" in err
