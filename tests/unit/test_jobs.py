"""Runs started from the page, played by a few lines of Python: state, stop, log, one at a time, after a restart."""

from __future__ import annotations

import io
import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.player import write_player

from talentscope.runtime.clock import SystemClock
from talentscope.web.errors import Conflict, NotHere
from talentscope.web.jobs import KEPT, Job, Jobs, State

PATIENCE = 30.0


@pytest.fixture
def make(tmp_path: Path) -> Iterator[Callable[[], Jobs]]:
    """Makes what starts and reads jobs, as often as a server is started."""
    program = write_player(tmp_path)
    made: list[Jobs] = []

    def jobs() -> Jobs:
        made.append(Jobs(tmp_path / "home", SystemClock(), program=program))
        return made[-1]

    yield jobs
    for one in made:
        one.close(wait_seconds=5)


def until(jobs: Jobs, job: Job, condition: Callable[[Job], bool]) -> Job:
    end = time.monotonic() + PATIENCE
    while not condition(jobs.get(job.job_id)):
        assert time.monotonic() < end, jobs.get(job.job_id)
        time.sleep(0.02)  # noqa: TID251 - another process is waited for
    return jobs.get(job.job_id)


def finished(jobs: Jobs, word: str) -> Job:
    return until(jobs, jobs.start([word], title=word, actor="ada"), lambda job: not job.is_running)


@pytest.mark.parametrize(
    ("word", "state", "code"),
    [
        ("well", State.done, 0),
        ("budget", State.out_of_budget, 75),
        ("badly", State.failed, 1),
        ("killed", State.failed, -signal.SIGKILL),
    ],
)
def test_how_a_run_ended(make: Callable[[], Jobs], word: str, state: State, code: int) -> None:
    jobs = make()
    job = finished(jobs, word)
    assert (job.state, job.code, job.started_by, job.words) == (state, code, "ada", (word,))
    assert [(stage.name, stage.done, stage.total) for stage in job.progress.stages] == [("reading", 3, 4)]
    assert job.progress.requests == {"search": 2}
    assert jobs.log(job.job_id) == "said on the way <b>\n"


def test_what_a_run_says_is_in_the_log_of_the_server_too(
    make: Callable[[], Jobs], capfd: pytest.CaptureFixture[str]
) -> None:
    jobs = make()
    job = finished(jobs, "chatty")
    jobs.close()
    said = [line for line in capfd.readouterr().err.splitlines() if line.startswith("line ")]
    assert said == [f"line {number} ä" for number in range(5000)] + ["line without an end"]
    assert "line 4999 ä\nline without an end" in jobs.log(job.job_id)


def test_a_run_survives_a_server_whose_log_is_closed(make: Callable[[], Jobs], monkeypatch: pytest.MonkeyPatch) -> None:
    closed = io.StringIO()
    closed.close()
    monkeypatch.setattr(sys, "stderr", closed)
    jobs = make()
    assert finished(jobs, "chatty").state is State.done
    jobs.close()


def test_one_at_a_time_and_stopped_on_request(make: Callable[[], Jobs]) -> None:
    jobs = make()
    job = jobs.start(["long"], title="Talent", actor="ada")
    until(jobs, job, lambda one: bool(one.progress.stages))
    with pytest.raises(Conflict, match="Talent is running"):
        make().start(["well"], title="Companies", actor="bob")
    assert jobs.stop(job.job_id).is_stopping
    ended = until(jobs, job, lambda one: not one.is_running)
    assert (ended.state, ended.code, ended.progress.message) == (State.stopped, 75, "stopped by a signal")
    with pytest.raises(Conflict, match="ended already"):
        jobs.stop(job.job_id)
    assert finished(jobs, "well").state is State.done


def test_a_server_that_was_restarted_knows_the_run(make: Callable[[], Jobs]) -> None:
    first = make()
    job = first.start(["long"], title="Talent", actor="ada")
    until(first, job, lambda one: bool(one.progress.stages))
    second = make()
    seen = second.running()
    assert seen is not None
    assert seen.job_id == job.job_id
    second.stop(job.job_id)
    assert until(second, job, lambda one: not one.is_running).code == 75


def test_a_run_whose_process_vanished_says_so(make: Callable[[], Jobs], tmp_path: Path) -> None:
    first = make()
    job = finished(first, "killed")
    later = make().get(job.job_id)
    assert (later.state, later.code) == (State.gone, None)


def test_a_number_that_another_process_has_now_is_not_the_run(make: Callable[[], Jobs], tmp_path: Path) -> None:
    jobs = make()
    job = finished(jobs, "badly")
    path = tmp_path / "home" / "jobs" / job.job_id / "job.json"
    text = path.read_text()
    pid = text.partition('"pid":')[2].partition(",")[0]
    path.write_text(text.replace(f'"pid":{pid},', f'"pid":{os.getpid()},'))
    assert not make().get(job.job_id).is_running


@pytest.mark.parametrize("job_id", ["", "..", "../../etc", "20261121T120000-00000000", "x" * 300])
def test_what_is_no_run_is_not_looked_for(make: Callable[[], Jobs], job_id: str) -> None:
    with pytest.raises(NotHere):
        make().get(job_id)


def test_old_runs_are_forgotten(make: Callable[[], Jobs], tmp_path: Path) -> None:
    folder = tmp_path / "home" / "jobs"
    for number in range(KEPT + 5):
        (folder / f"20250101T0000{number:02d}-00000000").mkdir(parents=True)
    jobs = make()
    job = finished(jobs, "well")
    left = sorted(path.name for path in folder.iterdir() if path.is_dir())
    assert len(left) == KEPT
    assert left[-1] == job.job_id
    assert left[0] == "20250101T000006-00000000"
