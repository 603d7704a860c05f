"""GitHub on bad days: each trouble is mended or ends in one message; nothing is lost, and the rows come right."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from tests.functional.stage import Program, Rows, assert_same_rows, complaint, count, fresh, wait_until

from talentscope.sandbox.limits import Limits
from talentscope.sandbox.server import Running

World = Callable[..., Running]

PASSING = {
    "connection-reset:2": ("search", 1),
    "bad-gateway:2": ("search", 3),
    "service-unavailable:1": ("graphql", 1),
    "html-200:1": ("graphql", 3),
    "truncated-body:2": ("graphql", 6),
}
"""Each trouble, and after how many requests of which kind it comes."""

LASTING = {
    "connection-reset": "no usable answer",
    "bad-gateway": "answered 502",
    "service-unavailable": "answered 503",
    "html-200": "not JSON",
    "truncated-body": "no usable answer",
}


def test_troubles_that_pass_are_mended(program: Program, world: World, brief: Path, undisturbed: Rows) -> None:
    sandbox = world(latency_ms=50)
    process = program.at(sandbox).start("run", "talent", "--brief", brief)
    for fault, (resource, number) in PASSING.items():
        wait_until(lambda r=resource, n=number: sandbox.log.count(resource=r) >= n, why=fault)  # type: ignore[misc]
        sandbox.faults.switch_on(fault)
    answer = program.finish(process)
    assert answer.code == 0, answer.err
    assert sorted(sandbox.faults.struck) == sorted(fault.split(":")[0] for fault in PASSING)
    assert_same_rows(program.home, undisturbed)


@pytest.mark.parametrize("seconds", [3600, -3600])
def test_a_clock_an_hour_off_changes_nothing(
    program: Program, world: World, brief: Path, undisturbed: Rows, seconds: int
) -> None:
    limits = Limits(search=4, search_window=5, graphql=6, graphql_window=5)
    sandbox = world(f"clock-skew:{seconds}", limits=limits)
    answer = program.at(sandbox).run(brief)
    assert answer.code == 0, answer.err
    assert "waiting" in answer.err, "windows are waited for by the clock of the server"
    assert sandbox.log.count(status=403) == 0, "and none is asked too early"
    assert_same_rows(program.home, undisturbed)


def test_a_lasting_trouble_ends_in_one_message_and_the_next_run_goes_on(
    tmp_path: Path, world: World, brief: Path, undisturbed: Rows
) -> None:
    """All at once, each on its own GitHub: most of the time is waiting between attempts."""
    cases = []
    for fault in LASTING:
        sandbox = world()
        program = fresh(tmp_path / fault / "home").at(sandbox)
        process = program.start("run", "talent", "--brief", brief)
        switch = threading.Thread(target=_strike, args=(sandbox, fault))
        switch.start()
        cases.append((fault, sandbox, program, process, switch))
    for fault, sandbox, program, process, switch in cases:
        told = complaint(program.finish(process))
        switch.join()
        assert LASTING[fault] in told, told
        assert sandbox.api_url in told
        assert "way out" in told
        kept = count(program.home, "raw.github_repositories")
        assert kept > 0, "what was read before is stored"
        assert count(program.home, "raw.runs", "state = 'failed' AND message <> ''") == 1
    for fault, sandbox, program, *_ in cases[:2]:
        sandbox.faults.switch_off(fault)
        answer = program.run(brief)
        assert answer.code == 0, answer.err
        assert_same_rows(program.home, undisturbed)


def _strike(sandbox: Running, fault: str) -> None:
    """From the fifth request on."""
    wait_until(lambda: len(sandbox.log.entries) >= 5, why="five requests")
    sandbox.faults.switch_on(f"{fault}:always")


@contextmanager
def deaf() -> Iterator[str]:
    """A server that takes connections and never says a word."""
    with socket.create_server(("127.0.0.1", 0), backlog=50) as server:
        yield f"http://127.0.0.1:{server.getsockname()[1]}"


def test_nobody_there_is_told_with_the_address_and_not_waited_for_forever(tmp_path: Path, brief: Path) -> None:
    """Nobody listens, nobody has the name, nobody answers: all at once, most of the time is waiting."""
    with socket.socket() as closed, deaf() as silent:
        closed.bind(("127.0.0.1", 0))
        cases = {
            f"http://127.0.0.1:{closed.getsockname()[1]}": "refused",
            "http://github.invalid": "",
            silent: "did not answer in time",
        }
        started = []
        for place, url in enumerate(cases):
            program = fresh(tmp_path / str(place) / "home")
            program = program.with_settings(GITHUB_API_URL=url, TALENTSCOPE_TIMEOUT_SECONDS="0.2")
            started.append((url, program, program.start("run", "talent", "--brief", brief)))
        for url, program, process in started:
            told = complaint(program.finish(process))
            assert url in told
            assert cases[url] in told
            assert "GITHUB_API_URL" in told
            assert not (program.home / "snapshots" / "current").exists()


def test_github_that_goes_away_and_comes_back_loses_nothing(
    program: Program, world: World, brief: Path, undisturbed: Rows
) -> None:
    first = world()
    process = program.at(first).start("run", "talent", "--brief", brief)
    wait_until(lambda: first.log.count(resource="graphql") >= 2, why="owners are being read")
    first.stop()
    told = complaint(program.finish(process))
    assert "everything collected is kept" in told
    second = world()
    answer = program.at(second).run(brief)
    assert answer.code == 0, answer.err
    assert second.log.count(resource="search") == 3, "what was searched is not searched again"
    assert_same_rows(program.home, undisturbed)


def test_slow_is_no_failure(program: Program, world: World, brief: Path, undisturbed: Rows) -> None:
    answer = program.at(world("slow:400")).run(brief)
    assert answer.code == 0, answer.err
    assert_same_rows(program.home, undisturbed)
