"""Snapshots in a shared place, on real object stores: offered, followed, swapped under readers, and what can fail."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import uuid
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
import pytest
from tests.objects_world import SERVICES, Service

from talentscope.runtime.clock import FixedClock, SystemClock
from talentscope.runtime.errors import SnapshotMissing, StorageError
from talentscope.transport import bucket
from talentscope.transport.objects import Access, Objects, open_objects, parse_place
from talentscope.warehouse import follow
from talentscope.warehouse import offer as offering
from talentscope.warehouse.follow import Follower, following
from talentscope.warehouse.offer import offer
from talentscope.warehouse.pointer import POINTER, parse_pointer
from talentscope.warehouse.publish import SERVED
from talentscope.warehouse.shelf import point
from talentscope.warehouse.snapshot import FORMAT, find_snapshot, open_snapshot
from talentscope.web.fresh_reader import FreshReader
from talentscope.web.reader import Reader

START = datetime(2026, 11, 1, tzinfo=UTC)
CLOCK = SystemClock()


@pytest.fixture(scope="module", params=SERVICES)
def service(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    with SERVICES[request.param](tmp_path_factory.mktemp(request.param) / "service") as running:
        yield running


@pytest.fixture
def place(service: Service) -> Objects:
    """A prefix of its own."""
    return reach(service, f"{service.address}/{uuid.uuid4().hex[:8]}")


def reach(service: Service, address: str) -> Objects:
    given = service.variables
    access = Access(
        endpoint=given.get("AWS_ENDPOINT_URL", ""),
        region=given.get("AWS_REGION", ""),
        key_id=given.get("AWS_ACCESS_KEY_ID", ""),
        secret=given.get("AWS_SECRET_ACCESS_KEY", ""),
        google=given.get("STORAGE_EMULATOR_HOST", ""),
    )
    return open_objects(parse_place(address, what="a test"), access)


def make_snapshot(home: Path, minute: int, *, filling: int = 0) -> Path:
    """A published snapshot, as publish.py leaves it: every served table, one row about itself; `filling` in bytes."""
    at = START + timedelta(minutes=minute)
    folder = home / "snapshots"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{at:%Y%m%dT%H%M%S%f}-{uuid.uuid4().hex[:8]}.duckdb"
    with duckdb.connect(str(path)) as connection:
        for table in SERVED:
            connection.execute(f"CREATE TABLE {table.name} AS SELECT {minute} AS minute")
        connection.execute("CREATE OR REPLACE TABLE runs (run_id TEXT, started_at TIMESTAMPTZ, site TEXT)")
        connection.execute("CREATE TABLE filling AS SELECT ? AS bytes", [os.urandom(filling)])
        connection.execute(
            "CREATE TABLE snapshot AS SELECT ? AS name, ? AS run_id, ?::TIMESTAMPTZ AS published_at,"
            f" 'duckdb' AS engine, {FORMAT} AS format",
            [path.name, f"run{minute}", at],
        )
    point(folder, path.name)
    return path


def publish(objects: Objects, home: Path, minute: int, *, filling: int = 0) -> Path:
    path = make_snapshot(home, minute, filling=filling)
    offer(objects, path, run_id=f"run{minute}", clock=CLOCK)
    return path


def names(objects: Objects) -> set[str]:
    return {item.name for item in objects.list()}


def test_what_is_published_on_one_machine_is_read_on_another(place: Objects, tmp_path: Path) -> None:
    there, here = tmp_path / "loader", tmp_path / "reader"
    follower = Follower(place, home=here, clock=CLOCK)
    assert follower.catch_up() is False
    with pytest.raises(SnapshotMissing):
        open_snapshot(here)
    path = publish(place, there, 1, filling=20_000_000)
    assert follower.catch_up() is True
    assert follower.catch_up() is False
    with open_snapshot(here) as snapshot:
        assert (snapshot.run_id, snapshot.path.name) == ("run1", path.name)
        assert snapshot.path.read_bytes() == path.read_bytes()
        assert snapshot.path.stat().st_mode & 0o077 == 0
    assert parse_pointer(place.read(POINTER).content or b"", place="a test").run_id == "run1"


def test_twenty_readers_swap_without_a_failed_request(place: Objects, tmp_path: Path) -> None:
    there, here = tmp_path / "loader", tmp_path / "reader"
    publish(place, there, 0)
    follower = Follower(place, home=here, clock=CLOCK)
    follower.catch_up()
    reader, ended = Reader(here, CLOCK), threading.Event()
    seen: set[str] = set()
    failed: list[BaseException] = []

    def ask() -> None:
        while not ended.is_set():
            try:
                with reader.read() as reading:
                    found = reading.connection.execute("SELECT minute FROM developers").fetchall()
                    assert reading.run_id == f"run{found[0][0]}"
                    seen.add(reading.run_id)
            except BaseException as error:  # noqa: BLE001 - whatever a reader meets fails the test
                failed.append(error)
                return
            ended.wait(0.01)

    threads = [threading.Thread(target=ask) for _ in range(20)]
    with following(follower, every_seconds=0.2, clock=CLOCK):
        for thread in threads:
            thread.start()
        for minute in range(1, 6):
            publish(place, there, minute)
            ended.wait(1.2)
        for _ in range(100):
            if "run5" in seen or failed:
                break
            ended.wait(0.2)
        ended.set()
        for thread in threads:
            thread.join()
    reader.close()
    assert failed == []
    assert "run5" in seen
    assert len(seen) > 2


def test_a_page_that_slept_answers_with_the_newest(
    place: Objects, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its thread had no turn meanwhile: here because it would look again in an hour only."""
    there, here, clock = tmp_path / "loader", tmp_path / "reader", FixedClock(START)
    monkeypatch.setattr(follow, "REQUEST_SECONDS", 60)
    publish(place, there, 1)
    follower = Follower(place, home=here, clock=clock)
    with (
        following(follower, every_seconds=3600, clock=clock) as look,
        closing(FreshReader(here, clock, look=look)) as reader,
    ):
        with reader.read() as reading:
            assert reading.run_id == "run1"
        publish(place, there, 2)
        clock.advance(follow.STALE_POLLS * 3600)
        with reader.read() as reading:
            assert reading.run_id == "run2"


def test_old_snapshots_go_but_the_last_two_and_what_may_be_downloading(
    place: Objects, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = [publish(place, tmp_path, minute).name for minute in range(3)]
    place.upload(make_snapshot(tmp_path / "other", 9), "20200101T000000000000-0000abcd.duckdb")  # of a killed publish
    place.write("notes.txt", b"somebody else's", replacing=None)
    assert set(first) <= names(place)
    monkeypatch.setattr(offering, "GRACE", timedelta(seconds=-5))
    last = publish(place, tmp_path, 4).name
    assert names(place) == {POINTER, "notes.txt", first[-1], last}


def test_a_damaged_snapshot_is_refused_and_the_last_one_is_served_on(place: Objects, tmp_path: Path) -> None:
    there, here = tmp_path / "loader", tmp_path / "reader"
    follower = Follower(place, home=here, clock=CLOCK)
    publish(place, there, 1)
    follower.catch_up()
    path = publish(place, there, 2)
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    damaged = tmp_path / "damaged"
    damaged.write_bytes(content)
    place.upload(damaged, path.name)
    with pytest.raises(StorageError, match="checksum"):
        follower.catch_up()
    damaged.write_bytes(content[:-10])
    place.upload(damaged, path.name)
    with pytest.raises(StorageError, match="size"):
        follower.catch_up()
    with open_snapshot(here) as snapshot:
        assert snapshot.run_id == "run1"
    assert [item.name for item in (here / "snapshots").iterdir() if item.name.startswith(".")] == []
    assert "checksum" in follower.trouble or "size" in follower.trouble  # type: ignore[operator]
    publish(place, there, 3)
    assert follower.catch_up() is True
    assert follower.trouble is None


@pytest.mark.parametrize(
    "lie",
    [
        {"name": "../../../etc/passwd"},
        {"name": "/etc/passwd"},
        {"name": "20261101T000000000000-0000abcd.duckdb/../../x"},
        {"name": "current"},
        {"size": -1},
        {"sha256": "0" * 63},
        {"published_at": "2026-11-01T00:00:00"},
        {"format": 2},
    ],
    ids=str,
)
def test_a_hostile_pointer_leads_nowhere(place: Objects, tmp_path: Path, lie: dict[str, object]) -> None:
    publish(place, tmp_path / "loader", 1)
    known = place.read(POINTER)
    place.write(POINTER, json.dumps(json.loads(known.content or b"") | lie).encode(), replacing=known.version)
    follower = Follower(place, home=tmp_path / "reader", clock=CLOCK)
    with pytest.raises(StorageError, match=r"does not name a snapshot|format 2"):
        follower.catch_up()
    assert not (tmp_path / "reader").exists()


def test_a_snapshot_of_another_version_is_refused_with_the_way_out(place: Objects, tmp_path: Path) -> None:
    path = make_snapshot(tmp_path / "loader", 1)
    with duckdb.connect(str(path)) as connection:
        connection.execute("DROP TABLE company_posts")
    offer(place, path, run_id="old", clock=CLOCK)
    with pytest.raises(StorageError, match="lacks company_posts") as caught:
        Follower(place, home=tmp_path / "reader", clock=CLOCK).catch_up()
    assert "publish again" in caught.value.way_out


def test_a_snapshot_of_another_format_is_refused(place: Objects, tmp_path: Path) -> None:
    path = make_snapshot(tmp_path / "loader", 1)
    with duckdb.connect(str(path)) as connection:
        connection.execute("UPDATE snapshot SET format = format + 1")
    offer(place, path, run_id="new", clock=CLOCK)
    with pytest.raises(StorageError, match="format"):
        Follower(place, home=tmp_path / "reader", clock=CLOCK).catch_up()


def test_a_publisher_that_was_overtaken_never_moves_the_pointer_back(place: Objects, tmp_path: Path) -> None:
    newer = publish(place, tmp_path / "one", 5)
    with pytest.raises(StorageError, match="newer snapshot"):
        publish(place, tmp_path / "two", 4)
    assert parse_pointer(place.read(POINTER).content or b"", place="a test").name == newer.name


def test_two_publishers_at_one_moment_leave_the_newer_pointer(
    place: Objects, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The slow one has read the pointer; the fast one moves it; the slow one's put is then refused by the store."""
    publish(place, tmp_path / "one", 1)
    slow, newer = make_snapshot(tmp_path / "slow", 2), make_snapshot(tmp_path / "fast", 3)
    upload, is_first = place.upload, [True]

    def upload_slowly(path: Path, name: str) -> None:
        upload(path, name)
        if is_first.pop() if is_first else False:
            offer(place, newer, run_id="fast", clock=CLOCK)

    monkeypatch.setattr(place, "upload", upload_slowly)
    with pytest.raises(StorageError, match="newer snapshot"):
        offer(place, slow, run_id="slow", clock=CLOCK)
    assert parse_pointer(place.read(POINTER).content or b"", place="a test").name == newer.name


def test_what_was_published_here_is_not_replaced_by_what_is_older(place: Objects, tmp_path: Path) -> None:
    publish(place, tmp_path / "loader", 1)
    mine = make_snapshot(tmp_path / "mine", 2)  # its upload failed, say
    assert Follower(place, home=tmp_path / "mine", clock=CLOCK).catch_up() is False
    assert find_snapshot(tmp_path / "mine") == mine


KILLED = """
import os, signal, sys
from pathlib import Path
from talentscope.runtime.clock import SystemClock
from talentscope.transport.objects import Access, open_objects, parse_place
from talentscope.warehouse import offer
step, address, path = sys.argv[1:4]
place = open_objects(parse_place(address, what="a test"), Access(*sys.argv[4:9], google=sys.argv[9]))
def die(*given, **named):
    os.kill(os.getpid(), signal.SIGKILL)
setattr(offer, step, die)
offer.offer(place, Path(path), run_id="killed", clock=SystemClock())
"""


@pytest.mark.parametrize("step", ["_check_arrived", "_move", "_remove_old"])
def test_a_publish_killed_on_the_way_leaves_a_pointer_to_what_is_there(
    service: Service, tmp_path: Path, step: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = reach(service, f"{service.address}/{uuid.uuid4().hex[:8]}")
    publish(place, tmp_path / "loader", 1)
    path = make_snapshot(tmp_path / "loader", 2)
    given = service.variables
    words = [given.get(name, "") for name in ("AWS_ENDPOINT_URL", "AWS_REGION", "AWS_ACCESS_KEY_ID")]
    words += [given.get("AWS_SECRET_ACCESS_KEY", ""), "", given.get("STORAGE_EMULATOR_HOST", "")]
    command = [sys.executable, "-c", KILLED, step, place.address, str(path), *words]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == -signal.SIGKILL, done.stderr
    follower = Follower(place, home=tmp_path / "reader", clock=CLOCK)
    assert follower.catch_up() is True
    with open_snapshot(tmp_path / "reader") as snapshot:
        assert snapshot.run_id == ("run2" if step == "_remove_old" else "run1")
    monkeypatch.setattr(offering, "GRACE", timedelta(seconds=-5))
    publish(place, tmp_path / "loader", 3)
    assert len(names(place)) == 3  # the pointer and the last two: what was never pointed to is swept


def test_a_store_that_hangs_fails_the_publish_in_time_and_is_followed_again(
    service: Service, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not service.variables:
        pytest.skip("a directory has no server that could hang")
    address, here = f"{service.address}/{uuid.uuid4().hex[:8]}", tmp_path / "reader"
    usual = reach(service, address)
    publish(usual, tmp_path / "loader", 1)
    Follower(usual, home=here, clock=CLOCK).catch_up()
    newer = publish(usual, tmp_path / "loader", 2, filling=20_000_000)
    monkeypatch.setattr(bucket, "PATIENCE", timedelta(seconds=2))
    monkeypatch.setattr(bucket, "ANSWER", timedelta(seconds=2))
    place = reach(service, address)
    follower = Follower(place, home=here, clock=CLOCK)
    pieces = place.pieces

    def die_half_way(name: str, size: int) -> Iterator[bytes]:
        for number, piece in enumerate(pieces(name, size)):
            if number == 1:
                service.pause()
            yield piece

    upload = place.upload

    def die_uploading(path: Path, name: str) -> None:
        service.pause()
        upload(path, name)

    try:
        monkeypatch.setattr(place, "pieces", die_half_way)
        with pytest.raises(StorageError, match="cannot be reached"):
            follower.catch_up()
        service.go_on()
        path = make_snapshot(tmp_path / "loader", 3, filling=20_000_000)
        monkeypatch.setattr(place, "upload", die_uploading)
        with pytest.raises(StorageError, match="cannot be reached"):
            offer(place, path, run_id="run3", clock=CLOCK)
    finally:
        service.go_on()
    monkeypatch.undo()
    with open_snapshot(here) as snapshot:
        assert snapshot.run_id == "run1"
    place = usual
    assert parse_pointer(place.read(POINTER).content or b"", place="a test").name == newer.name
    assert Follower(place, home=here, clock=CLOCK).catch_up() is True
    publish(place, tmp_path / "loader", 4)
    assert Follower(place, home=here, clock=CLOCK).catch_up() is True


def test_wrong_keys_and_missing_buckets_are_named_without_the_key(service: Service) -> None:
    if "AWS_ENDPOINT_URL" not in service.variables:
        pytest.skip("only the S3 server asks for keys")
    given = dict(service.variables) | {"AWS_SECRET_ACCESS_KEY": "not-the-secret"}
    with pytest.raises(StorageError) as caught:
        reach(Service(service.address, given, service.process), service.address).read(POINTER)
    assert "refuses" in caught.value.message
    assert "not-the-secret" not in caught.value.message + caught.value.way_out
    with pytest.raises(StorageError, match="NoSuchBucket"):
        reach(service, "s3://nowhere/a").read(POINTER)
