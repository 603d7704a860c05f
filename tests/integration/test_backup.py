"""A backup out of one engine and into another: every row comes back, and nobody whom a no keeps out."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert, select
from tests.integration.stock import coverage, crowd, run, small, to_arrow
from tests.postgres import to_address

from talentscope.backup.archive import Manifest, read_manifest, write_archive
from talentscope.backup.restore import Restored, Target, find_occupied, is_begun, restore_backup
from talentscope.backup.take import take_backup
from talentscope.desk import copying
from talentscope.desk.api_keys import SCOPES
from talentscope.desk.connection import HEAD, database_at, migrate
from talentscope.desk.copying import COPIED
from talentscope.desk.desk import Desk, open_desk
from talentscope.desk.shortlist import Candidate
from talentscope.desk.tables import AUDIT, METADATA, PERSONAL, SUPPRESSIONS
from talentscope.pipelines.talent.collect import read_marks
from talentscope.runtime.clock import FixedClock
from talentscope.runtime.errors import BackupError, WarehouseError
from talentscope.warehouse import copying as facts
from talentscope.warehouse import tables
from talentscope.warehouse.connection import Warehouse, open_warehouse
from talentscope.warehouse.raw import RAW_TABLES

KEY = "the key of the hashes of this desk"
CLOCK = FixedClock(datetime(2026, 11, 21, 12, tzinfo=UTC))
ANN = "ann@example.org"


class Place:
    """An installation: a data directory with warehouse and desk on one engine."""

    def __init__(self, stack: ExitStack, home: Path, url: str | None) -> None:
        home.mkdir(parents=True)
        self._address = None if url is None else to_address(url)
        self.home, self.url = home, url
        self.warehouse = stack.enter_context(open_warehouse(home=home, database_url=url, clock=CLOCK))
        self.database = database_at(home, self._address)
        stack.callback(self.database.close)

    def desk(self, key: str = KEY) -> Desk:
        return open_desk(home=self.home, key=key, clock=CLOCK, address=self._address)

    def backup(self, path: Path, *, key: str = KEY, with_key: bool = False) -> Manifest:
        with self.warehouse.hold(wait_seconds=0, purpose="backup"):
            return take_backup(
                path, warehouse=self.warehouse, database=self.database, key=key, with_key=with_key, clock=CLOCK
            )

    def restore(self, path: Path, *, key: str = KEY) -> Restored:
        with self.warehouse.hold(wait_seconds=0, purpose="restore"):
            target = Target(self.home, self.warehouse, self.database)
            occupied = find_occupied(target)
            return restore_backup(path, read_manifest(path), target, key=key, is_clearing=bool(occupied))

    def facts(self) -> dict[str, list[str]]:
        """Raw rows by table, without dlt's own columns."""
        found = {}
        for table in RAW_TABLES:
            rows = self.warehouse.query(f"SELECT * FROM raw.{table.name}").to_pylist()
            plain = [{name: row[name] for name in sorted(row) if not name.startswith("_dlt_")} for row in rows]
            found[table.name] = sorted(map(repr, plain))
        return found

    def work(self) -> dict[str, list[Any]]:
        """The desk's rows by table."""
        with self.database.reading.begin() as connection:
            return {
                str(table.name): [tuple(row) for row in connection.execute(select(table).order_by(*table.primary_key))]
                for table in COPIED
            }


@pytest.fixture
def make_place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Callable[[str, str], Place]]:
    with ExitStack() as stack:

        def make(name: str, engine: str) -> Place:
            url = request.getfixturevalue("make_empty_database")() if engine == "postgres" else None
            return Place(stack, tmp_path / name, url)

        yield make


def furnish(place: Place) -> None:
    """Facts of every kind, and work in every room."""
    place.warehouse.prepare()
    place.warehouse.load(to_arrow(crowd(60, seed=3)))
    marks = [coverage("topic:minecraft", watermark=CLOCK.now()), coverage("topic:other")]
    place.warehouse.load(to_arrow({tables.COVERAGE: marks, tables.RUNS: [run("run1")]}))
    with place.desk() as desk:
        desk.briefs.save("modders", "title: Modders\ntopics: [a]", actor=ANN)
        shortlist = desk.shortlists.create("First", actor=ANN)
        people = [Candidate(number, f"dev{number}", 50.0) for number in (1, 2, 3, 77)]
        desk.shortlists.add(shortlist, people, actor=ANN)
        desk.shortlists.note(shortlist, 2, 'knows "Java"; ünïcode\nand lines', actor=ANN)
        desk.shortlists.tag(shortlist, 2, ["ünïcode", "java"], actor=ANN)
        desk.suppress(github_id=900, login="gone", reason="asked", actor=ANN)
        desk.keys.create("robot", scopes=[SCOPES[0]], actor=ANN)
        desk.record("search", detail="topics: a")


@pytest.mark.parametrize("target", ["duckdb", "postgres"])
@pytest.mark.parametrize("source", ["duckdb", "postgres"])
def test_every_row_comes_back_whatever_the_databases(
    make_place: Callable[[str, str], Place], tmp_path: Path, source: str, target: str
) -> None:
    old, new, path = make_place("old", source), make_place("new", target), tmp_path / "backup.zip"
    furnish(old)
    manifest = old.backup(path)
    assert path.stat().st_mode & 0o777 == 0o600
    assert zipfile.ZipFile(path).testzip() is None
    assert read_manifest(path) == manifest
    done = new.restore(path)
    assert new.facts() == old.facts()
    assert new.work() == old.work()
    assert done.facts == manifest.rows("raw") == sum(map(len, old.facts().values()))
    assert read_marks(new.warehouse) == read_marks(old.warehouse)
    assert not (new.home / "restore.json").exists()
    with new.desk() as desk:  # what is numbered goes on being numbered
        assert desk.is_suppressed(900, None)
        desk.briefs.save("another", "title: Another\ntopics: [b]", actor=ANN)
        desk.record("search", detail="again")
    new.warehouse.load(to_arrow(small()))


def test_a_place_that_is_occupied_says_with_what_and_is_replaced_whole(
    make_place: Callable[[str, str], Place], tmp_path: Path
) -> None:
    old, new, path = make_place("old", "duckdb"), make_place("new", "duckdb"), tmp_path / "backup.zip"
    furnish(old)
    old.backup(path)
    new.warehouse.prepare()
    new.warehouse.load(to_arrow(crowd(5, seed=9)))
    with new.desk() as desk:
        desk.shortlists.create("Mine", actor=ANN)
        desk.record("look", detail="before the restore")
    occupied = find_occupied(Target(new.home, new.warehouse, new.database))
    assert occupied["shortlists"] == 1
    assert occupied["github_repositories"] > 0
    new.restore(path)
    assert new.facts() == old.facts()
    assert {**new.work(), "audit": []} == {**old.work(), "audit": []}
    assert {row[1:] for row in old.work()["audit"]} < {row[1:] for row in new.work()["audit"]}


@pytest.mark.parametrize("engine", ["duckdb", "postgres"])
def test_who_was_erased_after_the_backup_does_not_come_back(
    make_place: Callable[[str, str], Place], tmp_path: Path, engine: str
) -> None:
    place, path = make_place("home", engine), tmp_path / "backup.zip"
    furnish(place)
    owner = place.warehouse.query("SELECT github_id, login FROM raw.github_accounts ORDER BY 1").to_pylist()[0]
    with place.desk() as desk:
        shortlist = desk.shortlists.list()[0].shortlist_id
        desk.shortlists.add(shortlist, [Candidate(owner["github_id"], owner["login"], 1.0)], actor=ANN)
        desk.requests.submit("erase", login=owner["login"], contact="me@example.org", text="please")
    place.backup(path)
    with place.desk() as desk:
        desk.suppress(github_id=owner["github_id"], login=owner["login"], reason="asked", actor=ANN)
        desk.person.erase(owner["github_id"], owner["login"], actor=ANN)
    done = place.restore(path)
    assert done.kept_out > 0
    with place.database.reading.begin() as connection:
        for table in PERSONAL:
            ids = set(connection.execute(select(table.c.github_id)).scalars())
            assert owner["github_id"] not in ids
    assert repr(owner["login"]) not in repr(place.work()["requests"])
    left = place.warehouse.query("SELECT github_id, login FROM raw.github_accounts").to_pylist()
    assert left
    assert owner not in left
    with place.desk() as desk:
        assert desk.is_suppressed(owner["github_id"], None)
        assert desk.is_suppressed(900, None)


def test_another_key_a_newer_desk_and_a_damaged_file_are_refused_before_anything_is_touched(
    make_place: Callable[[str, str], Place], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old, new, path = make_place("old", "duckdb"), make_place("new", "duckdb"), tmp_path / "backup.zip"
    furnish(old)
    manifest = old.backup(path)
    with pytest.raises(BackupError, match="another key"):
        new.restore(path, key="quite another key than that")
    with write_archive(tmp_path / "newer.zip", Manifest(**{**vars(manifest), "migration": "9999"})):
        pass
    with pytest.raises(BackupError, match="newer talentscope"):
        new.restore(tmp_path / "newer.zip")
    content = bytearray(path.read_bytes())
    content[len(content) // 3] ^= 1
    (tmp_path / "damaged.zip").write_bytes(content)
    with pytest.raises(BackupError, match="damaged"):
        new.restore(tmp_path / "damaged.zip")
    (tmp_path / "cut.zip").write_bytes(content[:-100])
    with pytest.raises(BackupError, match="damaged"):
        read_manifest(tmp_path / "cut.zip")
    assert not any(new.facts().values())
    assert not any(rows for name, rows in new.work().items() if name != "keys")


@pytest.mark.parametrize("step", ["put_rows", "put_facts"])
def test_a_restore_that_is_cut_off_begins_anew(
    make_place: Callable[[str, str], Place], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    old, new, path = make_place("old", "duckdb"), make_place("new", "duckdb"), tmp_path / "backup.zip"
    furnish(old)
    manifest = old.backup(path)
    whole, load = facts.put_facts, Warehouse.load

    def cut_off(self: Warehouse, rows: Any) -> None:
        if tables.COVERAGE in rows or step == "put_rows":
            raise WarehouseError("the power went", way_out="")
        load(self, rows)

    monkeypatch.setattr(Warehouse, "load", cut_off)
    with pytest.raises(WarehouseError, match="the power went"):
        new.restore(path)
    monkeypatch.undo()
    assert whole is facts.put_facts
    assert is_begun(new.home, manifest)
    assert read_marks(new.warehouse) == {}  # a run would read everything again rather than miss anything
    new.restore(path)
    assert not is_begun(new.home, manifest)
    assert new.facts() == old.facts()
    assert new.work() == old.work()


@pytest.mark.parametrize("engine", ["duckdb", "postgres"])
def test_a_backup_of_an_older_desk_is_migrated(
    make_place: Callable[[str, str], Place], tmp_path: Path, engine: str
) -> None:
    """Made as the first version left its desk: two tables and the key's fingerprint."""
    older = database_at(tmp_path, None)
    migrate(older, to="0001")
    new, path = make_place("new", engine), tmp_path / "backup.zip"
    with new.desk() as desk:
        hasher = desk.hasher
    values = {"account_hash": hasher.account(5), "login_hash": None, "reason": "asked", "created_by": ANN}
    line = {"at": CLOCK.now(), "actor": ANN, "action": "suppress", "subject_hash": hasher.account(5), "detail": ""}
    with older.writing.begin() as connection:
        connection.execute(insert(SUPPRESSIONS).values(**values, created_at=CLOCK.now()))
        connection.execute(insert(AUDIT).values(**line))
    with (
        write_archive(path, Manifest(CLOCK.now(), "0.1.0", "duckdb", "0001", hasher.fingerprint())) as writer,
        older.reading.begin() as connection,
    ):
        for table in (SUPPRESSIONS, AUDIT):
            batches = copying.read_batches(connection, table)
            writer.add_table(f"desk/{table.name}.parquet", copying.to_schema(table), batches)
    older.close()
    new.restore(path)
    with new.desk() as desk:
        assert desk.is_suppressed(5, None)
        assert desk.suppression_count() == 1
    assert new.database.version() == HEAD


def test_every_table_of_the_desk_is_in_a_backup_but_those_of_the_moment() -> None:
    assert {table.name for table in METADATA.sorted_tables} - {table.name for table in COPIED} == {
        "leases",
        "revisions",
    }
