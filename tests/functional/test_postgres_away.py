"""PostgreSQL is killed and started again under a run: the run says so and ends with 75, the next one goes on."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.desk_world import Seat
from tests.functional.killing import Tables, assert_same_tables, read_tables, run_to_end
from tests.functional.stage import Program, fresh, wait_until
from tests.own_server import Server, own_server
from tests.postgres import create_database
from tests.schedule_world import leave_due

from talentscope.desk.desk import open_desk
from talentscope.runtime.addresses import Postgres, parse_address
from talentscope.runtime.clock import SystemClock
from talentscope.runtime.events import read_progress
from talentscope.runtime.schedule import Ending
from talentscope.sandbox.server import Running

pytestmark = pytest.mark.once

DESK_KEY = "a key that is long enough"
FILLED = ["marts.repositories", "marts.developers", "snapshot.repositories", "raw.github_accounts"]


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with own_server() as running:
        yield running


def on(url: str, home: Path, brief: Path) -> Program:
    """The program on a database, where `run talent` knows this brief beside those that are shipped."""
    program = fresh(home).with_settings(DATABASE_URL=url, TALENTSCOPE_DESK_KEY=DESK_KEY)
    (home.parent / "briefs").mkdir()
    shutil.copy(brief, home.parent / "briefs" / "everything.yaml")
    return program


@pytest.fixture(scope="module")
def peace(server: Server, sandbox: Running, brief: Path, tmp_path_factory: pytest.TempPathFactory) -> Tables:
    """What a run leaves whose server stays."""
    folder, url = tmp_path_factory.mktemp("peace"), create_database(server.url)
    run_to_end(
        on(url, folder / "place" / "home", brief).at(sandbox), ["talent", "--brief", brief], folder / "events.jsonl"
    )
    return read_tables(folder / "place" / "home", url)


@pytest.mark.parametrize("stage", ["reading owners", "transforming"])
def test_a_run_whose_server_goes_away_ends_with_75_and_the_next_completes(
    server: Server, peace: Tables, world: Callable[..., Running], brief: Path, tmp_path: Path, stage: str
) -> None:
    url, events = create_database(server.url), tmp_path / "events.jsonl"
    program = on(url, tmp_path / "place" / "home", brief)
    words = ("talent", "--brief", brief)
    process = program.at(world(latency_ms=100)).start("run", "--events", events, *words)
    wait_until(
        lambda: process.poll() is not None or any(step.name == stage for step in read_progress(events).stages),
        why=stage,
    )
    server.restart()
    answer = program.finish(process)
    assert answer.code == 75, answer.err
    assert "went away during the run" in answer.err
    assert "run again when the server is back" in answer.err
    run_to_end(program.at(world()), words, tmp_path / "last.jsonl")
    assert_same_tables(read_tables(program.home, url), peace, filled=FILLED)


def test_the_schedule_notes_it_and_goes_on(
    server: Server, world: Callable[..., Running], brief: Path, tmp_path: Path
) -> None:
    url, events = create_database(server.url), tmp_path / "events.jsonl"
    program = on(url, tmp_path / "place" / "home", brief)
    address = parse_address(url)
    assert isinstance(address, Postgres)
    program.home.mkdir()
    with open_desk(home=program.home, key=DESK_KEY, clock=SystemClock(), address=address) as desk:
        leave_due(Seat(program.home, url), desk, "purge")
    process = program.at(world()).start("run", "--events", events, "--due")
    wait_until(lambda: process.poll() is not None or bool(read_progress(events).stages), why="the purge began")
    server.restart()
    answer = program.finish(process)
    with open_desk(home=program.home, key=DESK_KEY, clock=SystemClock(), address=address) as desk:
        ran = [(run.ending, run.code) for run in desk.past_runs.list("purge")]
        assert desk.leases.holder_of("schedule") is None
    assert ran in ([(Ending.stopped, 75)], [(Ending.done, 0)]), answer.err
    assert answer.code == ran[0][1], answer.err
