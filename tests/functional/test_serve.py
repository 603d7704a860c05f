"""`serve`, `up` and `run --due` as processes: addresses, ports, signals, exit codes, and what is due."""

from __future__ import annotations

import json
import os
import signal
import socket
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.desk_world import Seat
from tests.functional.live_page import Page
from tests.functional.places import desk_at, url_of
from tests.functional.stage import Program, complaint, wait_until
from tests.schedule_world import leave_due, ran

from talentscope.cli.serve import door
from talentscope.desk.past_runs import PastRun
from talentscope.runtime.schedule import Ending
from talentscope.runtime.web_settings import WebSettings
from talentscope.sandbox.server import Running


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_the_page_is_served_until_a_signal(serve: Callable[..., Page], reader: Program, number: signal.Signals) -> None:
    page = serve(reader)
    assert page.url.startswith("http://127.0.0.1:")
    assert page.get("/readyz").text == "ready\n"
    assert "Runs" in page.get("/runs").text
    assert "ended" in page.end(number)


def test_before_anything_was_published_it_serves_and_says_what_to_run(
    serve: Callable[..., Page], program: Program
) -> None:
    page = serve(program)
    assert page.get("/readyz").status_code == 503
    assert page.get("/healthz").status_code == 200
    leads = page.get("/leads")
    assert leads.status_code == 503
    assert "talentscope run talent" in leads.text
    assert "Nothing has been published yet" in page.get("/runs").text
    page.end()


def test_answers_wait_for_nobody_to_say_received() -> None:
    with door("127.0.0.1", 0, WebSettings()) as listening:
        listening.listen()
        with socket.create_connection(listening.getsockname()), listening.accept()[0] as accepted:
            assert accepted.proto == socket.IPPROTO_TCP  # what asyncio asks before it sets TCP_NODELAY


def test_a_port_that_is_taken_is_one_clear_message(reader: Program) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        said = complaint(reader("serve", "--port", port), code=2)
    assert f"port {port} is taken" in said
    assert "--port" in said


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1"])  # noqa: S104 - refused, that is the point
def test_where_others_reach_it_nobody_gets_in_unsigned(reader: Program, host: str) -> None:
    said = complaint(reader("serve", "--host", host, "--port", 0), code=2)
    assert "TALENTSCOPE_SIGN_IN" in said


def test_a_host_that_is_none_is_said(reader: Program) -> None:
    answer = reader("serve", "--host", "127.0.0.1.invalid", "--port", 0)
    assert answer.code == 2, answer.err


def test_a_run_from_the_page_publishes_and_the_page_shows_it(
    serve: Callable[..., Page], program: Program, sandbox: Running, brief: Path
) -> None:
    page = serve(in_one_load(program.at(sandbox)))
    page.post("/briefs", text=brief.read_text())
    assert page.post("/runs", kind="talent", brief="everything").status_code == 303
    wait_until(lambda: "every 1s" not in page.get("/runs/now").text, why="the run ended")
    assert "exit code 0" in page.get("/runs/now").text, page.get("/runs/now").text
    assert page.get("/readyz").status_code == 200
    shown = page.get("/runs").text
    assert "language:java is:public" in shown
    assert "Talent for everything" in shown
    page.end()


def test_a_run_survives_the_server_and_the_next_server_can_stop_it(
    serve: Callable[..., Page], program: Program, world: Callable[..., Running], brief: Path
) -> None:
    slow = program.at(world("slow:400"))
    first = serve(slow)
    first.post("/briefs", text=brief.read_text())
    first.post("/runs", kind="talent", brief="everything")
    wait_until(lambda: "<progress" in first.get("/runs/now").text, why="the run began")
    first.end()
    second = serve(slow)
    shown = second.get("/runs/now").text
    assert "Running now" in shown
    stop = shown.partition('action="')[2].partition('"')[0]
    assert second.post(stop).status_code == 303
    wait_until(lambda: "every 1s" not in second.get("/runs/now").text, why="the run ended")
    ended = second.get("/runs/now").text
    assert "Stopped" in ended
    assert "stopped by a signal" in ended
    second.end()


def everything_but(name: str, home: Path) -> None:
    """Say that all else has just been done, on the desk that the schedule keeps it on."""
    home.mkdir(exist_ok=True)
    with desk_at(home) as desk:
        leave_due(Seat(home, url_of(home)), desk, name)


def past_runs(home: Path) -> list[PastRun]:
    """What the schedule ran, beside what `everything_but` said."""
    with desk_at(home) as desk:
        return ran(desk)


def only_brief(program: Program, brief: Path) -> Program:
    """The program where `run talent` knows nothing but this brief beside those that are shipped."""
    folder = program.home.parent / "briefs"
    folder.mkdir(exist_ok=True)
    (folder / "everything.yaml").write_text(brief.read_text())
    return in_one_load(program)


def in_one_load(program: Program) -> Program:
    """Stored at once: these tests are not about where a run can end."""
    return program.with_settings(TALENTSCOPE_BATCH_ROWS=50_000)


def test_what_is_due_is_run_once_and_then_nothing_is(program: Program, sandbox: Running, brief: Path) -> None:
    aimed = only_brief(program.at(sandbox), brief)
    everything_but("talent", aimed.home)
    first = aimed("run", "--due")
    assert first.code == 0, first.err
    assert "due: Talent" in first.err
    (run,) = past_runs(aimed.home)
    assert (run.entry, run.ran_as, run.code, run.ending) == ("talent", "talent", 0, Ending.done)
    assert run.run_id in first.err
    assert (aimed.home / "snapshots" / "current").exists()
    second = aimed("run", "--due")
    assert second.code == 0
    assert "nothing is due; next: " in second.err


def test_two_at_once_run_each_window_once(program: Program, sandbox: Running, brief: Path) -> None:
    aimed = only_brief(program.at(sandbox), brief)
    everything_but("talent", aimed.home)
    both = [aimed.start("run", "--due"), aimed.start("run", "--due")]
    answers = [aimed.finish(process) for process in both]
    assert [answer.code for answer in answers] == [0, 0]
    said = "".join(answer.err for answer in answers)
    assert said.count("due: Talent") == 1
    assert "another `run --due` is at it" in said or "nothing is due" in said


def test_a_run_that_failed_is_left_alone_for_a_while_and_the_code_is_told(program: Program, brief: Path) -> None:
    aimed = only_brief(program, brief).with_settings(
        GITHUB_API_URL="http://127.0.0.1:1", TALENTSCOPE_MAX_WAIT_SECONDS=0, TALENTSCOPE_TIMEOUT_SECONDS=1
    )
    everything_but("talent", aimed.home)
    first = aimed("run", "--due")
    assert first.code == 1, first.err
    assert "warning: talent:" in first.err
    [run] = past_runs(aimed.home)
    assert run.code == 1
    assert "127.0.0.1:1" in run.message
    assert "nothing is due" in aimed("run", "--due").err


@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 75), (signal.SIGINT, 130)])
def test_a_signal_ends_a_run_and_its_events_say_so(
    program: Program, world: Callable[..., Running], brief: Path, number: signal.Signals, code: int
) -> None:
    aimed, events = program.at(world("slow:300")), program.home.parent / "events.jsonl"
    process = aimed.start("run", "--events", events, "talent", "--brief", brief)
    wait_until(lambda: events.exists() and b'"advance"' in events.read_bytes(), why="the run began")
    os.kill(process.pid, number)
    assert aimed.finish(process).code == code
    told = [json.loads(line) for line in events.read_text().splitlines()]
    assert told[0]["event"] == "stage"
    assert (told[-1]["event"], told[-1]["code"]) == ("end", code)
    assert "stopped by" in told[-1]["message"]


def test_up_starts_what_is_due_and_takes_it_down_with_itself(
    serve: Callable[..., Page], program: Program, world: Callable[..., Running], brief: Path
) -> None:
    aimed = only_brief(program.at(world("slow:400")), brief)
    everything_but("talent", aimed.home)
    page = serve(aimed, "up")
    assert any("Talent: what was pushed since, hourly: due now" in line for line in page.lines)
    wait_until(lambda: "<progress" in page.get("/runs/now").text, why="the schedule started a run")
    assert "by schedule" in page.get("/runs/now").text
    said = page.end()
    assert "asking the run to end" in said
    job = json.loads(next((aimed.home / "jobs").glob("*/job.json")).read_text())
    with pytest.raises(ProcessLookupError):
        os.kill(job["pid"], 0)
