"""The desk: a no is kept as a keyed hash, holds at once, and cannot be lost quietly."""

from __future__ import annotations

import sqlite3
import stat
from datetime import UTC, datetime
from pathlib import Path

import pytest
from alembic.config import Config
from alembic.script import ScriptDirectory

from talentscope.desk.connection import HEAD, MIGRATIONS
from talentscope.desk.desk import Desk, open_desk
from talentscope.runtime.clock import FixedClock
from talentscope.runtime.errors import DeskError, SettingError, UsageError

CLOCK = FixedClock(datetime(2026, 11, 21, 12, tzinfo=UTC))
KEY = "a key that is long enough"


def desk_in(home: Path, key: str | None = None) -> Desk:
    return open_desk(home=home, key=key, clock=CLOCK)


def rows(home: Path, table: str) -> list[tuple[object, ...]]:
    with sqlite3.connect(home / "desk.sqlite") as connection:
        return connection.execute(f"SELECT * FROM {table}").fetchall()


def test_nobody_is_suppressed_on_a_new_desk(tmp_path: Path) -> None:
    with desk_in(tmp_path) as desk:
        assert not desk.is_suppressed(1, "somebody")
        assert desk.suppression_count() == 0


def test_suppressing_holds_at_once_by_id_and_by_login(tmp_path: Path) -> None:
    with desk_in(tmp_path) as desk:
        desk.suppress(github_id=7, login="Some-Body", reason="asked for it")
        assert desk.is_suppressed(7, "renamed")
        assert desk.is_suppressed(None, "some-body")
        assert desk.is_suppressed(8, "@SOME-BODY")
        assert not desk.is_suppressed(8, "somebody-else")


def test_another_process_sees_a_suppression_without_opening_again(tmp_path: Path) -> None:
    with desk_in(tmp_path) as reader, desk_in(tmp_path) as writer:
        assert not reader.is_suppressed(7, "x")
        writer.suppress(github_id=7, reason="asked")
        assert reader.is_suppressed(7, "x")
        writer.release(github_id=7)
        assert not reader.is_suppressed(7, "x")


def test_a_desk_sees_its_own_writes(tmp_path: Path) -> None:
    with desk_in(tmp_path) as desk:
        assert not desk.is_suppressed(7, None)
        desk.suppress(github_id=7, reason="asked")
        assert desk.is_suppressed(7, None)


def test_suppressing_twice_is_the_same_as_once(tmp_path: Path) -> None:
    with desk_in(tmp_path) as desk:
        desk.suppress(login="x", reason="asked")
        desk.suppress(github_id=7, login="X", reason="asked again")
        assert desk.suppression_count() == 1
        assert desk.is_suppressed(7, "renamed")


def test_an_account_known_by_id_in_one_row_and_by_login_in_another_becomes_one(tmp_path: Path) -> None:
    with desk_in(tmp_path) as desk:
        desk.suppress(github_id=7, reason="asked")
        desk.suppress(login="x", reason="asked")
        desk.suppress(github_id=7, login="x", reason="asked")
        assert desk.suppression_count() == 1
        assert desk.release(login="x")
        assert not desk.is_suppressed(7, "x")


def test_release_says_whether_there_was_anything_to_release(tmp_path: Path) -> None:
    with desk_in(tmp_path) as desk:
        desk.suppress(github_id=7, reason="asked")
        assert desk.release(github_id=7)
        assert not desk.release(github_id=7)


def test_naming_nobody_is_refused(tmp_path: Path) -> None:
    with desk_in(tmp_path) as desk:
        with pytest.raises(UsageError):
            desk.suppress(reason="asked")
        with pytest.raises(UsageError):
            desk.release(login="  ")


def test_no_plain_id_or_login_is_stored(tmp_path: Path) -> None:
    with desk_in(tmp_path) as desk:
        desk.suppress(github_id=987654321, login="very-unusual-login", reason="asked")
        desk.record("explain", detail="minecraft-modders", login="very-unusual-login")
    for file in tmp_path.iterdir():
        content = file.read_bytes().lower()
        assert b"very-unusual-login" not in content, file.name
        assert b"987654321" not in content, file.name


def test_hashes_of_two_installations_differ(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        with desk_in(tmp_path / name) as desk:
            desk.suppress(github_id=7, reason="asked")
    assert rows(tmp_path / "a", "suppressions")[0][1] != rows(tmp_path / "b", "suppressions")[0][1]


def test_the_key_is_made_once_and_readable_by_its_owner_only(tmp_path: Path) -> None:
    desk_in(tmp_path).close()
    key = (tmp_path / "desk.key").read_text()
    assert stat.S_IMODE((tmp_path / "desk.key").stat().st_mode) == 0o600
    desk_in(tmp_path).close()
    assert (tmp_path / "desk.key").read_text() == key


def test_a_key_from_the_settings_leaves_no_key_file(tmp_path: Path) -> None:
    desk_in(tmp_path, KEY).close()
    assert not (tmp_path / "desk.key").exists()


def test_another_key_is_refused_instead_of_finding_nobody(tmp_path: Path) -> None:
    with desk_in(tmp_path, KEY) as desk:
        desk.suppress(github_id=7, reason="asked")
    with pytest.raises(DeskError, match="not the one"):
        desk_in(tmp_path, KEY + " but another")


def test_a_lost_key_is_an_error_and_no_new_one_is_made(tmp_path: Path) -> None:
    desk_in(tmp_path).close()
    (tmp_path / "desk.key").unlink()
    with pytest.raises(DeskError, match=r"desk\.key"):
        desk_in(tmp_path)
    assert not (tmp_path / "desk.key").exists()


def test_a_short_key_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingError, match="at least 16 characters, came 5"):
        desk_in(tmp_path, "short")


def test_every_change_is_in_the_audit_with_time_and_actor(tmp_path: Path) -> None:
    with desk_in(tmp_path) as desk:
        desk.suppress(github_id=7, reason="asked")
        desk.release(github_id=7)
        desk.release(github_id=7)
        desk.record("export", detail="20 leads")
    found = rows(tmp_path, "audit")
    assert [row[3] for row in found] == ["suppress", "release", "export"]
    assert {(row[1], row[2]) for row in found} == {("2026-11-21 12:00:00.000000", "operator")}


@pytest.mark.parametrize("statement", ["UPDATE audit SET actor = 'nobody'", "DELETE FROM audit"])
def test_the_audit_is_append_only(tmp_path: Path, statement: str) -> None:
    with desk_in(tmp_path) as desk:
        desk.record("export", detail="20 leads")
    with sqlite3.connect(tmp_path / "desk.sqlite") as connection, pytest.raises(sqlite3.IntegrityError, match="append"):
        connection.execute(statement)


def test_the_desk_keeps_a_write_ahead_log(tmp_path: Path) -> None:
    desk_in(tmp_path).close()
    with sqlite3.connect(tmp_path / "desk.sqlite") as connection:
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)


def test_the_newest_migration_is_the_one_the_code_expects() -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    assert ScriptDirectory.from_config(config).get_heads() == [HEAD]


def test_migrations_and_tables_say_the_same(tmp_path: Path) -> None:
    from sqlalchemy import create_engine, inspect

    from talentscope.desk.tables import METADATA

    desk_in(tmp_path).close()
    found = inspect(create_engine(f"sqlite:///{tmp_path / 'desk.sqlite'}"))
    for table in METADATA.sorted_tables:
        expected = {(column.name, bool(column.nullable)) for column in table.columns}
        assert {(column["name"], bool(column["nullable"])) for column in found.get_columns(table.name)} == expected


def test_a_desk_that_is_no_database_is_named(tmp_path: Path) -> None:
    (tmp_path / "desk.sqlite").write_text("this is not a database, but it is long enough to be looked at" * 20)
    with pytest.raises(DeskError, match=r"desk\.sqlite"):
        desk_in(tmp_path, KEY)
