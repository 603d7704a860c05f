"""Desks of other versions: an older one is migrated with nothing lost, one is taken back, a newer one is refused."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import inspect
from tests.desk_world import Seat
from tests.postgres import to_address

from talentscope.desk.connection import HEAD, database_at, migrate, plan
from talentscope.desk.engines.engine import Database
from talentscope.desk.key import Hasher
from talentscope.desk.shortlist import Candidate
from talentscope.runtime.clock import FixedClock
from talentscope.runtime.errors import DeskError, UsageError

CLOCK = FixedClock(datetime(2026, 11, 21, 12, tzinfo=UTC))
KEY = "a key that is long enough"
HASHER = Hasher(KEY)


def database_of(seat: Seat) -> Database:
    return database_at(seat.home, None if seat.url is None else to_address(seat.url))


def made_at(seat: Seat, revision: str) -> None:
    """Tables as an older version made them, and what it would have written."""
    database = database_of(seat)
    migrate(database, to=revision)
    database.close()
    seat.run(f"INSERT INTO keys VALUES ('{HASHER.fingerprint()}')")
    seat.run(
        "INSERT INTO suppressions (account_hash, login_hash, reason, created_at, created_by) VALUES"
        f" ('{HASHER.account(7)}', '{HASHER.login('ada')}', 'asked', '2026-11-01 10:00:00', 'operator')"
    )
    seat.run(
        "INSERT INTO audit (at, actor, action, subject_hash, detail) VALUES"
        f" ('2026-11-01 10:00:00.000000', 'operator', 'suppress', '{HASHER.account(7)}', 'asked')"
    )
    if revision == "0001":
        return
    seat.run(
        "INSERT INTO shortlists (name, brief_text, created_at, created_by, changed_at)"
        " VALUES ('Modders', '', '2026-11-01 10:00:00.000000', 'ann', '2026-11-01 10:00:00.000000')"
    )
    seat.run(
        "INSERT INTO shortlist_entries (shortlist_id, github_id, login, score, stage, added_at, added_by)"
        " VALUES (1, 8, 'ben', 81.5, 'new', '2026-11-01 10:00:00.000000', 'ann')"
    )
    seat.run("UPDATE revisions SET number = 12")


@pytest.mark.parametrize("revision", ["0001", "0002", "0003"])
def test_an_older_desk_is_brought_up_and_nothing_is_lost(new_seat: Seat, revision: str) -> None:
    made_at(new_seat, revision)
    for _ in range(2):
        with new_seat.open(CLOCK, key=KEY) as desk:
            assert desk.is_suppressed(7, None)
            assert desk.is_suppressed(None, "ADA")
            [line] = desk.audit.list()
            assert (line.action, line.at) == ("suppress", datetime(2026, 11, 1, 10, tzinfo=UTC))
            assert desk.past_runs.read() == {}
            if revision == "0001":
                assert (desk.shortlists.list(), desk.version()) == ((), "0")
            else:
                [entry] = desk.shortlists.entries(1)
                assert (entry.login, entry.score, entry.tags, desk.version()) == ("ben", 81.5, (), "12")
    assert database_of(new_seat).version() == HEAD


def test_a_desk_goes_back_step_by_step_and_keeps_what_the_older_version_knows(new_seat: Seat) -> None:
    with new_seat.open(CLOCK, key=KEY) as desk:
        desk.suppress(github_id=7, reason="asked")
        number = desk.shortlists.create("Modders", actor="ann")
        desk.shortlists.add(number, [Candidate(8, "ben")], actor="ann")
        desk.shortlists.tag(number, 8, ["renderer"], actor="ann")
    database = database_of(new_seat)
    reasons, tags = migrate(database, to="0003")
    assert (reasons.revision, reasons.is_loss) == ("0005", True)
    assert (tags.revision, tags.is_loss) == ("0004", True)
    assert "tags" not in inspect(new_seat.engine()).get_table_names()
    assert [step.revision for step in migrate(database, to="0002")] == ["0003"]
    assert new_seat.run("SELECT login FROM shortlist_entries") == [("ben",)]
    [step] = migrate(database, to="0001")
    assert (step.revision, step.is_loss) == ("0002", True)
    assert set(inspect(new_seat.engine()).get_table_names()) == {"suppressions", "audit", "keys", "alembic_version"}
    with new_seat.open(CLOCK, key=KEY) as desk:
        assert desk.is_suppressed(7, None)
        assert desk.shortlists.list() == ()
    database.close()


def test_a_plan_says_what_would_be_done_and_does_nothing(new_seat: Seat) -> None:
    database = database_of(new_seat)
    found, steps = plan(database, to=HEAD)
    assert (found, [step.revision for step in steps]) == (None, ["0001", "0002", "0003", "0004", "0005"])
    assert all(step.title and not step.is_loss for step in steps)
    assert database.version() is None
    assert list(new_seat.home.iterdir()) == []
    migrate(database, to=HEAD)
    assert plan(database, to=HEAD) == (HEAD, ())
    assert [step.is_loss for step in plan(database, to="0001")[1]] == [True, True, True, True]
    assert migrate(database, to=HEAD) == ()
    database.close()


def test_a_revision_that_is_none_is_refused(new_seat: Seat) -> None:
    with pytest.raises(UsageError, match="out of 0001, 0002, 0003, 0004, 0005, came 'head'"):
        migrate(database_of(new_seat), to="head")


def test_a_newer_desk_is_refused_with_the_way_out_and_untouched(seat: Seat) -> None:
    seat.open(CLOCK, key=KEY).close()
    seat.run("UPDATE alembic_version SET version_num = '0099'")
    with pytest.raises(DeskError, match=r"a newer talentscope \(migration 0099") as raised:
        seat.open(CLOCK, key=KEY)
    assert "install that version again" in raised.value.way_out
    assert seat.run("SELECT version_num FROM alembic_version") == [("0099",)]


def test_a_migration_that_fails_changes_nothing(new_seat: Seat, monkeypatch: pytest.MonkeyPatch) -> None:
    made_at(new_seat, "0001")
    new_seat.run("CREATE TABLE looks (look_id INTEGER)")  # 0002 makes one of that name, late
    with pytest.raises(DeskError, match="looks"):
        new_seat.open(CLOCK, key=KEY)
    assert new_seat.run("SELECT version_num FROM alembic_version") == [("0001",)]
    assert "shortlists" not in inspect(new_seat.engine()).get_table_names()
    new_seat.run("DROP TABLE looks")
    with new_seat.open(CLOCK, key=KEY) as desk:
        assert desk.is_suppressed(7, None)


def test_the_key_of_another_machine_is_asked_for_in_one_message(seat: Seat, tmp_path: Path) -> None:
    seat.open(CLOCK).close()
    key = (seat.home / "desk.key").read_text()
    if seat.url is None:  # another machine has other files: there it is a lost key
        (seat.home / "desk.key").unlink()
        other = seat
    else:
        other = Seat(tmp_path / "other", seat.url)
        other.home.mkdir()
    with pytest.raises(DeskError, match=r"was begun with a key, but .*desk\.key cannot be read") as raised:
        other.open(CLOCK)
    assert "copy desk.key from the machine that began it" in raised.value.way_out
    assert "TALENTSCOPE_DESK_KEY" in raised.value.way_out
    assert not (other.home / "desk.key").exists()
    other.open(CLOCK, key=key).close()
