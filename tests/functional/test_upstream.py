"""GitHub on bad days: each trouble is mended or ends in one message; nothing is lost, and the rows come right."""

from __future__ import annotations

import re
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from tests.functional.stage import TOKEN, Program, Rows, assert_same_rows, complaint, count, fresh, wait_until

from talentscope.sandbox.limits import Limits
from talentscope.sandbox.server import Running

World = Callable[..., Running]

PASSING = (
    "connection-reset:2",
    "bad-gateway:3",
    "service-unavailable:2",
    "html-200:1",
    "truncated-body:2",
    "clock-skew:3600",
    "clock-skew:-3600",
)
LASTING = {
    "connection-reset": "no usable answer",
    "bad-gateway": "answered 502",
    "service-unavailable": "answered 503",
    "html-200": "not JSON",
    "truncated-body": "no usable answer",
}


@pytest.mark.parametrize("fault", PASSING)
def test_a_passing_trouble_is_mended(
    program: Program, world: World, brief: Path, undisturbed: Rows, fault: str
) -> None:
    sandbox = world()
    process = program.at(sandbox).start("run", "talent", "--brief", brief)
    if "clock-skew" not in fault:
        wait_until(lambda: sandbox.log.count(resource="search") >= 2, why="the run has begun")
    sandbox.faults.switch_on(fault)
    answer = program.finish(process)
    assert answer.code == 0, answer.err
    assert "clock-skew" in fault or sandbox.faults.struck, "the fault never happened"
    assert sandbox.log.count(status=403) == 0
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


def test_nobody_there_is_told_with_the_address(program: Program, brief: Path) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{closed.getsockname()[1]}"
        told = complaint(program.with_settings(GITHUB_API_URL=url).run(brief))
    assert url in told
    assert "GITHUB_API_URL" in told
    assert not (program.home / "snapshots" / "current").exists()


def test_a_name_that_nobody_has_is_told(program: Program, brief: Path) -> None:
    told = complaint(program.with_settings(GITHUB_API_URL="http://github.invalid").run(brief))
    assert "github.invalid" in told


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


@contextmanager
def deaf() -> Iterator[str]:
    """A server that takes connections and never says a word."""
    with socket.create_server(("127.0.0.1", 0), backlog=50) as server:
        yield f"http://127.0.0.1:{server.getsockname()[1]}"


def test_an_answer_that_never_comes_is_not_waited_for_forever(program: Program, brief: Path) -> None:
    with deaf() as url:
        patient = program.with_settings(GITHUB_API_URL=url, TALENTSCOPE_TIMEOUT_SECONDS="0.2")
        told = complaint(patient.run(brief))
    assert "did not answer in time" in told


def test_slow_is_no_failure(program: Program, world: World, brief: Path, undisturbed: Rows) -> None:
    answer = program.at(world("slow:400")).run(brief)
    assert answer.code == 0, answer.err
    assert_same_rows(program.home, undisturbed)


@pytest.mark.parametrize("token", ["bad_token_0123456789", "expired_token_0123456789"])
def test_a_token_that_github_refuses_is_told_and_not_shown(
    program: Program, world: World, brief: Path, token: str
) -> None:
    told = complaint(program.at(world()).with_settings(GITHUB_TOKEN=token).run(brief))
    assert "invalid or expired" in told
    assert "GITHUB_TOKEN" in told
    assert token not in told


def test_a_token_revoked_midway_ends_the_run_and_keeps_what_was_read(
    program: Program, world: World, brief: Path
) -> None:
    sandbox = world()
    process = program.at(sandbox).start("run", "talent", "--brief", brief)
    wait_until(lambda: sandbox.log.count(resource="graphql") >= 1, why="owners are being read")
    sandbox.faults.switch_on("invalid-token")
    assert "invalid or expired" in complaint(program.finish(process))
    assert count(program.home, "raw.github_repositories") > 0


def test_a_token_without_the_scope_reads_all_but_mail_and_says_so(
    program: Program, world: World, brief: Path, undisturbed: Rows
) -> None:
    answer = program.at(world()).with_settings(GITHUB_TOKEN="noscope_0123456789").run(brief)
    assert answer.code == 0, answer.err
    assert re.search(r"left out: .*e-mail.*read:user", answer.err), answer.err
    leads = program("leads", brief, "--format", "json", "--limit", 100000).json()
    assert len(leads) > 100
    assert {lead["contacts"]["email"] for lead in leads} == {None}
    assert any(lead["contacts"]["website"] for lead in leads)
    assert "e-mail" in program("status").err


def test_without_a_token_it_reads_what_sixty_requests_allow_and_says_what_it_left_out(
    program: Program, world: World, brief: Path
) -> None:
    sandbox = world(limits=Limits(search_anonymous=10, search_window=3600))
    nobody = program.at(sandbox).with_settings(GITHUB_TOKEN=None, TALENTSCOPE_MAX_WAIT_SECONDS=0)
    answer = nobody.run(brief)
    assert answer.code in {0, 75}, answer.err
    assert "without a token" in answer.err
    assert "owners not read yet" in answer.err
    assert sandbox.log.count(resource="graphql") == 0
    assert 0 < sandbox.log.count(resource="core") <= 60
    assert sandbox.log.count(status=403) == 0
    assert "published" in answer.err
    leads = nobody("leads", brief, "--format", "json", "--limit", 100000).json()
    assert leads
    assert any(lead["score_low"] < lead["score_high"] for lead in leads), "unknown is not zero: it widens the range"


def test_no_log_and_no_output_has_a_secret_in_it(program: Program, world: World, brief: Path, tmp_path: Path) -> None:
    loud = program.at(world("bad-gateway:1")).with_settings(
        TALENTSCOPE_LOG_LEVEL="debug", TALENTSCOPE_DESK_KEY="a-desk-key-that-nobody-may-see"
    )
    assert loud.run(brief).code == 0  # `Program` looks for secrets in all that is said
    assert loud("status").code == 0
    kept = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert len(kept) > 3
    secrets = (TOKEN.encode(), b"a-desk-key-that-nobody-may-see")
    assert [path for path in kept if any(secret in path.read_bytes() for secret in secrets)] == []
