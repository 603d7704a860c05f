"""Readers of the snapshot: each keeps the one it began with; a newer one is taken up; the old one is let go."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest

from talentscope.runtime.clock import FixedClock
from talentscope.runtime.errors import SnapshotMissing, SnapshotOfAnotherVersion
from talentscope.warehouse.snapshot import FORMAT
from talentscope.web.reader import CHECK_SECONDS, Memory, Reader

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


def publish(home: Path, name: str, number: int, *, form: int = FORMAT) -> None:
    """A snapshot with one row, and the pointer on it."""
    folder = home / "snapshots"
    folder.mkdir(parents=True, exist_ok=True)
    with duckdb.connect(str(folder / name)) as target:
        target.execute(
            "CREATE TABLE snapshot AS SELECT $name AS name, 'run' AS run_id, $at::TIMESTAMPTZ AS published_at,"
            " $form::BIGINT AS format, '9.9' AS version",
            {"name": name, "at": NOW.isoformat(), "form": form},
        )
        target.execute("CREATE TABLE runs (site VARCHAR, started_at TIMESTAMPTZ)")
        target.execute("CREATE TABLE facts AS SELECT $number AS number", {"number": number})
    (folder / "current").write_text(name + "\n")


@contextmanager
def reader_of(home: Path, clock: FixedClock) -> Iterator[Reader]:
    reader = Reader(home, clock)
    yield reader
    reader.close()


def number(reader: Reader) -> int:
    with reader.read() as reading:
        row = reading.connection.execute("SELECT number FROM facts").fetchone()
    assert row is not None
    return int(row[0])


def test_nothing_published_is_said(tmp_path: Path) -> None:
    with reader_of(tmp_path, FixedClock(NOW)) as reader, pytest.raises(SnapshotMissing), reader.read():
        pass


def test_the_first_publish_is_seen_at_once_after_there_was_none(tmp_path: Path) -> None:
    with reader_of(tmp_path, FixedClock(NOW)) as reader:
        with pytest.raises(SnapshotMissing), reader.read():
            pass
        publish(tmp_path, "one.duckdb", 1)
        assert number(reader) == 1


def test_a_newer_snapshot_is_taken_up_within_the_second_and_not_asked_for_more_often(tmp_path: Path) -> None:
    clock = FixedClock(NOW)
    publish(tmp_path, "one.duckdb", 1)
    with reader_of(tmp_path, clock) as reader:
        assert number(reader) == 1
        assert number(reader) == 1  # from here on the pointer has been looked at
        publish(tmp_path, "two.duckdb", 2)
        assert number(reader) == 1
        clock.advance(CHECK_SECONDS)
        assert number(reader) == 2


def test_a_request_keeps_the_snapshot_it_began_with(tmp_path: Path) -> None:
    clock = FixedClock(NOW)
    publish(tmp_path, "one.duckdb", 1)
    with reader_of(tmp_path, clock) as reader, ExitStack() as old:
        reading = old.enter_context(reader.read())
        publish(tmp_path, "two.duckdb", 2)
        clock.advance(CHECK_SECONDS)
        assert number(reader) == 2
        assert reading.connection.execute("SELECT number FROM facts").fetchone() == (1,)
        assert reading.name == "one.duckdb"


def test_what_was_worked_out_for_a_snapshot_goes_with_it(tmp_path: Path) -> None:
    clock = FixedClock(NOW)
    publish(tmp_path, "one.duckdb", 1)
    with reader_of(tmp_path, clock) as reader:
        with reader.read() as reading:
            assert reading.remember("key", lambda: "first") == "first"
        with reader.read() as reading:
            assert reading.remember("key", lambda: "again") == "first"
        publish(tmp_path, "two.duckdb", 2)
        clock.advance(CHECK_SECONDS)
        with reader.read() as reading:
            assert reading.remember("key", lambda: "second") == "second"


def test_an_old_snapshot_is_closed_when_its_last_reader_leaves(tmp_path: Path) -> None:
    clock = FixedClock(NOW)
    publish(tmp_path, "one.duckdb", 1)
    with reader_of(tmp_path, clock) as reader:
        with reader.read() as reading:
            publish(tmp_path, "two.duckdb", 2)
            clock.advance(CHECK_SECONDS)
            number(reader)
            kept = reading.connection
        with pytest.raises(duckdb.ConnectionException):
            kept.execute("SELECT 1")
        with duckdb.connect(str(tmp_path / "snapshots" / "one.duckdb")) as writer:  # nobody holds it any more
            writer.execute("SELECT 1")


def test_many_who_want_the_same_wait_for_the_first() -> None:
    memory, calls, gate = Memory(), [], threading.Event()

    def build() -> str:
        calls.append(1)
        gate.wait(5)
        return "built"

    found: list[str] = []
    threads = [threading.Thread(target=lambda: found.append(memory.remember("key", build))) for _ in range(8)]
    for thread in threads:
        thread.start()
    gate.set()
    for thread in threads:
        thread.join()
    assert found == ["built"] * 8
    assert len(calls) == 1


def test_a_failure_is_not_remembered() -> None:
    memory = Memory()

    def fail() -> str:
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        memory.remember("key", fail)
    assert memory.remember("key", lambda: "yes") == "yes"


@pytest.mark.parametrize(
    ("form", "way"), [(FORMAT + 1, "install talentscope 9.9"), (FORMAT - 1, "talentscope rebuild")]
)
def test_a_snapshot_of_another_version_is_refused_with_the_way_out(tmp_path: Path, form: int, way: str) -> None:
    publish(tmp_path, "a.duckdb", 1, form=form)
    with reader_of(tmp_path, FixedClock(NOW)) as reader:
        with pytest.raises(SnapshotOfAnotherVersion, match=f"a.duckdb has format {form}") as raised, reader.read():
            pass
        assert way in raised.value.way_out
        publish(tmp_path, "b.duckdb", 2)
        assert number(reader) == 2


def test_the_last_good_snapshot_serves_on_while_the_newest_is_of_another_version(tmp_path: Path) -> None:
    clock = FixedClock(NOW)
    publish(tmp_path, "a.duckdb", 1)
    with reader_of(tmp_path, clock) as reader:
        assert number(reader) == 1
        publish(tmp_path, "b.duckdb", 2, form=FORMAT + 1)
        for _ in range(3):
            clock.advance(CHECK_SECONDS)
            assert number(reader) == 1
        publish(tmp_path, "c.duckdb", 3)
        clock.advance(CHECK_SECONDS)
        assert number(reader) == 3
