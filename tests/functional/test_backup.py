"""`backup` and `restore` as commands, and a laptop's data that goes on elsewhere without being collected again."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
from tests.functional.stage import EVERYTHING, TOKEN, Program, complaint, sandbox_at
from tests.objects_world import Service, seaweed
from tests.postgres import make_empty_database, postgres_url, session_folder

from talentscope.sandbox.server import Running

pytestmark = pytest.mark.once

__all__ = ["make_empty_database", "postgres_url", "session_folder"]  # fixtures


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Running]:
    with sandbox_at(datetime.now(UTC), scale=600) as running:
        yield running


@pytest.fixture(scope="module")
def collected(sandbox: Running, tmp_path_factory: pytest.TempPathFactory) -> Program:
    """One run of a laptop."""
    folder = tmp_path_factory.mktemp("laptop")
    (folder / "everything.yaml").write_text(EVERYTHING)
    program = Program(folder / "home", {"GITHUB_TOKEN": TOKEN}).at(sandbox)
    answer = program.run(folder / "everything.yaml")
    assert answer.code == 0, answer.err
    return program


@pytest.fixture(scope="module")
def bucket(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    with seaweed(tmp_path_factory.mktemp("bucket") / "s3") as running:
        yield running


def newest(program: Program) -> dict[str, int]:
    """What the newest run spent and stored."""
    run = program("status", "--format", "json").json()["budgets"][0]
    spent = sum(run[name] for name in ("search_requests", "core_requests", "graphql_requests"))
    return {"requests": spent, "rows": run["rows_loaded"]}


def test_a_laptop_moves_to_a_server_and_goes_on_where_it_stood(
    collected: Program, make_empty_database: Callable[[], str], tmp_path: Path
) -> None:
    archive = tmp_path / "laptop.zip"
    assert "the key is" not in (told := collected("backup", archive, "--with-key")).err
    assert told.code == 0, told.err
    server = Program(tmp_path / "server" / "home", dict(collected.settings))
    server.home.mkdir(parents=True)
    server = server.with_settings(DATABASE_URL=make_empty_database())
    done = server("restore", archive, "--publish")
    assert done.code == 0, done.err
    assert (server.home / "desk.key").read_text() == (collected.home / "desk.key").read_text()
    assert (server.home / "desk.key").stat().st_mode & 0o777 == 0o600
    brief = collected.home.parent / "everything.yaml"
    before, after = (
        program("leads", brief, "--format", "json", "--limit", "1000").json() for program in (collected, server)
    )
    assert [lead["login"] for lead in after] == [lead["login"] for lead in before]
    assert server.run(brief).code == 0
    first, next_one = newest(collected), newest(server)
    assert next_one["requests"] < first["requests"]
    assert next_one["rows"] < first["rows"] / 2


def test_a_backup_needs_its_key_and_an_empty_place(collected: Program, tmp_path: Path) -> None:
    told = collected("backup", tmp_path)
    assert "desk's key is not in it" in told.err
    [archive] = tmp_path.glob("talentscope-*.zip")
    assert archive.stat().st_mode & 0o777 == 0o600
    new = Program(tmp_path / "new" / "home", dict(collected.settings))
    new.home.mkdir(parents=True)
    assert "without the desk's key" in complaint(new("restore", archive))
    shutil.copy(collected.home / "desk.key", new.home / "desk.key")
    assert new("restore", archive).code == 0
    assert "there is something here already" in complaint(new("restore", archive), code=2)
    asked = new("restore", archive, "--replace")
    assert asked.code == 2
    assert "this would be replaced" in asked.err
    assert new("restore", archive, "--replace", "--yes").code == 0
    assert "is there already" in complaint(collected("backup", archive))
    assert "another key" in complaint(
        new.with_settings(TALENTSCOPE_DESK_KEY="quite another key than that one")("restore", archive)
    )
    assert not [path for path in new.home.iterdir() if path.name.startswith(".restore-")]


def test_a_bucket_takes_backups_and_snapshots_and_gives_them_back(
    collected: Program, bucket: Service, tmp_path: Path
) -> None:
    program = collected.with_settings(**bucket.variables)
    address = f"{bucket.address}/backups/one.zip"
    assert program("backup", address, "--with-key").code == 0
    assert "is there already" in complaint(program("backup", address), code=2)
    elsewhere = Program(tmp_path / "elsewhere" / "home", dict(program.settings))
    elsewhere.home.mkdir(parents=True)
    elsewhere = elsewhere.with_settings(TALENTSCOPE_SNAPSHOTS=f"{bucket.address}/snapshots")
    done = elsewhere("restore", address, "--publish")
    assert done.code == 0, done.err
    reader = Program(tmp_path / "reader" / "home", dict(elsewhere.settings))
    reader.home.parent.mkdir()
    shown, ours = (one("status", "--format", "json").json()["snapshot"] for one in (reader, program))
    stamps = ("name", "published_at")
    assert {name: shown[name] for name in shown if name not in stamps} == {
        name: ours[name] for name in ours if name not in stamps
    }
    assert shown["name"] != ours["name"]
    assert "there is no backup" in complaint(reader("restore", f"{bucket.address}/nothing.zip"), code=2)


def test_a_page_without_data_is_not_ready_until_a_snapshot_came(
    collected: Program, bucket: Service, tmp_path: Path
) -> None:
    settings = dict(collected.settings) | bucket.variables
    place = f"{bucket.address}/page"
    reader = Program(tmp_path / "page" / "home", settings).with_settings(
        TALENTSCOPE_SNAPSHOTS=place, TALENTSCOPE_SNAPSHOT_POLL_SECONDS="0.5"
    )
    reader.home.parent.mkdir()
    process = reader.start("serve", "--port", "0")
    try:
        assert process.stderr is not None
        url = next(line.decode().split()[0] for line in process.stderr if b"http://" in line)
        assert httpx.get(f"{url}/readyz", timeout=60).status_code == 503
        loader = Program(collected.home, dict(collected.settings)).with_settings(
            **bucket.variables, TALENTSCOPE_SNAPSHOTS=place
        )
        assert loader("rebuild").code == 0
        deadline = datetime.now(UTC).timestamp() + 120
        while httpx.get(f"{url}/readyz", timeout=60).status_code != 200:
            assert datetime.now(UTC).timestamp() < deadline
        assert httpx.get(f"{url}/leads", timeout=60).status_code == 200
    finally:
        process.terminate()
        reader.finish(process)
    bucket.pause()
    try:
        served = reader("status", "--format", "json")  # the last one that came, with a word about the bucket
    finally:
        bucket.go_on()
    assert served.json()["snapshot"]["name"] == (reader.home / "snapshots" / "current").read_text().strip()
    assert "this is the last snapshot that came" in served.err
