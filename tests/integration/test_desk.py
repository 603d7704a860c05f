"""The desk: a no is kept as a keyed hash, holds at once, and cannot be lost quietly."""

from __future__ import annotations

import sqlite3
import stat
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import inspect
from tests.desk_world import Seat

from talentscope.desk.connection import HEAD, MIGRATIONS
from talentscope.desk.desk import Desk
from talentscope.desk.tables import METADATA
from talentscope.runtime.clock import FixedClock
from talentscope.runtime.errors import DeskError, SettingError, UsageError

CLOCK = FixedClock(datetime(2026, 11, 21, 12, tzinfo=UTC))
KEY = "a key that is long enough"


def desk_in(seat: Seat, key: str | None = None) -> Desk:
    return seat.open(CLOCK, key=key)


def rows(seat: Seat, table: str) -> list[tuple[object, ...]]:
    return seat.run(f"SELECT * FROM {table}")


def test_nobody_is_suppressed_on_a_new_desk(seat: Seat) -> None:
    with desk_in(seat) as desk:
        assert not desk.is_suppressed(1, "somebody")
        assert desk.suppression_count() == 0


def test_suppressing_holds_at_once_by_id_and_by_login(seat: Seat) -> None:
    with desk_in(seat) as desk:
        desk.suppress(github_id=7, login="Some-Body", reason="asked for it")
        assert desk.is_suppressed(7, "renamed")
        assert desk.is_suppressed(None, "some-body")
        assert desk.is_suppressed(8, "@SOME-BODY")
        assert not desk.is_suppressed(8, "somebody-else")


def test_another_process_sees_a_suppression_without_opening_again(seat: Seat) -> None:
    with desk_in(seat) as reader, desk_in(seat) as writer:
        assert not reader.is_suppressed(7, "x")
        writer.suppress(github_id=7, reason="asked")
        assert reader.is_suppressed(7, "x")
        writer.release(github_id=7)
        assert not reader.is_suppressed(7, "x")


def test_a_desk_sees_its_own_writes(seat: Seat) -> None:
    with desk_in(seat) as desk:
        assert not desk.is_suppressed(7, None)
        desk.suppress(github_id=7, reason="asked")
        assert desk.is_suppressed(7, None)


def test_suppressing_twice_is_the_same_as_once(seat: Seat) -> None:
    with desk_in(seat) as desk:
        desk.suppress(login="x", reason="asked")
        desk.suppress(github_id=7, login="X", reason="asked again")
        assert desk.suppression_count() == 1
        assert desk.is_suppressed(7, "renamed")


def test_an_account_known_by_id_in_one_row_and_by_login_in_another_becomes_one(seat: Seat) -> None:
    with desk_in(seat) as desk:
        desk.suppress(github_id=7, reason="asked")
        desk.suppress(login="x", reason="asked")
        desk.suppress(github_id=7, login="x", reason="asked")
        assert desk.suppression_count() == 1
        assert desk.release(login="x")
        assert not desk.is_suppressed(7, "x")


def test_release_says_whether_there_was_anything_to_release(seat: Seat) -> None:
    with desk_in(seat) as desk:
        desk.suppress(github_id=7, reason="asked")
        assert desk.release(github_id=7)
        assert not desk.release(github_id=7)


def test_naming_nobody_is_refused(seat: Seat) -> None:
    with desk_in(seat) as desk:
        with pytest.raises(UsageError):
            desk.suppress(reason="asked")
        with pytest.raises(UsageError):
            desk.release(login="  ")


def test_no_plain_id_or_login_is_stored(seat: Seat) -> None:
    with desk_in(seat) as desk:
        desk.suppress(github_id=987654321, login="very-unusual-login", reason="asked")
        desk.record("explain", detail="minecraft-modders", login="very-unusual-login")
        kept = desk.hasher.account(987654321).encode()
    content = seat.stored().lower()
    assert kept in content
    assert b"very-unusual-login" not in content
    assert b"987654321" not in content


def test_hashes_of_two_installations_differ(tmp_path: Path) -> None:
    seats = [Seat(tmp_path / name, None) for name in ("a", "b")]
    for seat in seats:
        seat.home.mkdir()
        with desk_in(seat) as desk:
            desk.suppress(github_id=7, reason="asked")
    assert rows(seats[0], "suppressions")[0][1] != rows(seats[1], "suppressions")[0][1]


def test_the_key_is_made_once_and_readable_by_its_owner_only(seat: Seat) -> None:
    desk_in(seat).close()
    key = (seat.home / "desk.key").read_text()
    assert stat.S_IMODE((seat.home / "desk.key").stat().st_mode) == 0o600
    desk_in(seat).close()
    assert (seat.home / "desk.key").read_text() == key


def test_a_key_from_the_settings_leaves_no_key_file(seat: Seat) -> None:
    desk_in(seat, KEY).close()
    assert not (seat.home / "desk.key").exists()


def test_another_key_is_refused_instead_of_finding_nobody(seat: Seat) -> None:
    with desk_in(seat, KEY) as desk:
        desk.suppress(github_id=7, reason="asked")
    with pytest.raises(DeskError, match="not the one"):
        desk_in(seat, KEY + " but another")


def test_a_lost_key_is_an_error_and_no_new_one_is_made(seat: Seat) -> None:
    desk_in(seat).close()
    (seat.home / "desk.key").unlink()
    with pytest.raises(DeskError, match=r"desk\.key"):
        desk_in(seat)
    assert not (seat.home / "desk.key").exists()


def test_a_short_key_is_refused(seat: Seat) -> None:
    with pytest.raises(SettingError, match="at least 16 characters, came 5"):
        desk_in(seat, "short")


def test_every_change_is_in_the_audit_with_time_and_actor(seat: Seat) -> None:
    with desk_in(seat) as desk:
        desk.suppress(github_id=7, reason="asked")
        desk.release(github_id=7)
        desk.release(github_id=7)
        desk.record("export", detail="20 leads")
    found = rows(seat, "audit")
    assert [row[3] for row in found] == ["suppress", "release", "export"]
    assert {(str(row[1])[:19], row[2]) for row in found} == {("2026-11-21 12:00:00", "operator")}


@pytest.mark.parametrize("statement", ["UPDATE audit SET actor = 'nobody'", "DELETE FROM audit"])
def test_the_audit_is_append_only(seat: Seat, statement: str) -> None:
    with desk_in(seat) as desk:
        desk.record("export", detail="20 leads")
    with pytest.raises((sqlite3.IntegrityError, psycopg.errors.RaiseException), match="append-only"):
        seat.run(statement)


def test_the_desk_keeps_a_write_ahead_log(tmp_path: Path) -> None:
    seat = Seat(tmp_path, None)
    desk_in(seat).close()
    assert seat.run("PRAGMA journal_mode") == [("wal",)]


def test_the_newest_migration_is_the_one_the_code_expects() -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    assert ScriptDirectory.from_config(config).get_heads() == [HEAD]


def test_migrations_and_tables_say_the_same(seat: Seat) -> None:
    desk_in(seat).close()
    found = inspect(seat.engine())
    for table in METADATA.sorted_tables:
        expected = {(column.name, bool(column.nullable)) for column in table.columns}
        assert {(column["name"], bool(column["nullable"])) for column in found.get_columns(table.name)} == expected


def test_a_desk_that_is_no_database_is_named(tmp_path: Path) -> None:
    (tmp_path / "desk.sqlite").write_text("this is not a database, but it is long enough to be looked at" * 20)
    with pytest.raises(DeskError, match=r"desk\.sqlite"):
        desk_in(Seat(tmp_path, None), KEY)
