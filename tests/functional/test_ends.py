"""Runs that do not come to their end: killed, stopped by hand. The next one goes on, to the same rows."""

from __future__ import annotations

import random
import signal
import subprocess
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.functional.stage import Program, Rows, assert_same_rows, count, wait_until

from talentscope.sandbox.server import Running

REQUESTS = 19
"""What an undisturbed run of the brief asks: searches, owners, proofs."""


def watch(process: subprocess.Popen[bytes]) -> list[str]:
    """Standard error as it comes, line by line."""
    lines: list[str] = []

    def follow() -> None:
        assert process.stderr is not None
        lines.extend(line.decode() for line in process.stderr)  # a list grows line by line, whoever looks

    threading.Thread(target=follow, daemon=True).start()
    return lines


def kill_when(process: subprocess.Popen[bytes], is_time: Callable[[], bool], *, after: float, why: str) -> None:
    wait_until(lambda: is_time() or process.poll() is not None, why=why)
    threading.Event().wait(after)
    process.kill()
    assert process.wait() == -signal.SIGKILL, f"it ended before it could be killed: {why}"


@pytest.mark.parametrize(("seed", "stage"), [(1, "transforming"), (2, "checking and publishing")])
def test_killed_at_any_moment_and_run_again_the_rows_are_those_of_an_undisturbed_run(
    program: Program, world: Callable[..., Running], brief: Path, undisturbed: Rows, seed: int, stage: str
) -> None:
    chance = random.Random(seed)
    sandbox = world(latency_ms=30)
    run = program.at(sandbox)
    for _ in range(2):
        asked = len(sandbox.log.entries) + chance.randrange(1, REQUESTS // 2)
        process = run.start("run", "talent", "--brief", brief)
        watch(process)
        kill_when(
            process,
            lambda asked=asked: len(sandbox.log.entries) >= asked,  # type: ignore[misc]
            after=chance.random() / 2,
            why=f"request {asked}",
        )
    process = run.start("run", "talent", "--brief", brief)
    lines = watch(process)
    kill_when(
        process,
        lambda: any(stage in line for line in lines),
        after=chance.random() * (2 if stage == "transforming" else 0.2),
        why=stage,
    )
    assert not (program.home / "snapshots" / "current").exists()
    answer = run.run(brief)
    assert answer.code == 0, answer.err
    assert_same_rows(program.home, undisturbed)
    assert program("status", "--format", "json").json()["sources"][0]["missing"] == 0


def test_stopped_by_hand_it_keeps_everything_says_so_and_the_next_run_goes_on(
    program: Program, world: Callable[..., Running], brief: Path, undisturbed: Rows
) -> None:
    sandbox = world(latency_ms=100)
    run = program.at(sandbox)
    process = run.start("run", "talent", "--brief", brief)
    wait_until(lambda: sandbox.log.count(resource="graphql") >= 2, why="owners are being read")
    process.send_signal(signal.SIGINT)
    answer = run.finish(process)
    assert answer.code == 130, answer.err
    assert "stopped by hand" in answer.err
    assert "stored" in answer.err
    assert answer.out == ""
    assert count(program.home, "raw.github_repositories") == len(undisturbed["raw.github_repositories"])
    assert count(program.home, "raw.github_accounts") > 0

    searched = sandbox.log.count(resource="search")
    again = run.run(brief)
    assert again.code == 0, again.err
    assert sandbox.log.count(resource="search") - searched == 3, "what was searched is not searched again"
    assert_same_rows(program.home, undisturbed)


def test_stopped_by_hand_while_it_builds_it_ends_as_well(copied: Program, sandbox: Running, brief: Path) -> None:
    before = (copied.home / "snapshots" / "current").read_text()
    run = copied.at(sandbox)
    process = run.start("run", "talent", "--brief", brief)
    lines = watch(process)
    wait_until(lambda: any("transforming" in line for line in lines), why="the models are built")
    process.send_signal(signal.SIGINT)
    assert process.wait() == 130, "".join(lines)
    wait_until(lambda: any("stopped by hand" in line for line in lines), why="what it said last was read")
    assert (copied.home / "snapshots" / "current").read_text() == before
    assert copied("rebuild").code == 0
