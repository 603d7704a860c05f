"""What the schedule keeps on the desk: past runs, and leases that outlive nobody."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import orjson
import pytest
from tests.desk_world import Seat

from talentscope.desk.desk import Desk
from talentscope.desk.past_runs import KEPT
from talentscope.runtime.clock import FixedClock, SystemClock
from talentscope.runtime.schedule import Ending, Last, due

NOW = datetime(2026, 11, 21, 13, 20, tzinfo=UTC)
KEY = "a key that is long enough"


class Waited(FixedClock):
    """A clock that the desk goes by, or where a server has one of its own, one that waits for it."""

    def __init__(self, *, is_real: bool) -> None:
        super().__init__(NOW)
        self._is_real = is_real

    def advance(self, seconds: float) -> None:
        super().advance(seconds)
        if self._is_real:
            SystemClock().sleep(seconds)


@pytest.fixture
def clock(seat: Seat) -> FixedClock:
    return Waited(is_real=seat.url is not None)


@pytest.fixture
def sit(seat: Seat, clock: FixedClock) -> Iterator[Callable[[], Desk]]:
    """Opens the same desk again and again, as several processes do."""
    opened: list[Desk] = []

    def make() -> Desk:
        opened.append(seat.open(clock, key=KEY))
        return opened[-1]

    yield make
    for desk in opened:
        desk.close()


def test_a_lease_is_one_holders_until_it_gives_it_back(sit: Callable[[], Desk], clock: FixedClock) -> None:
    ours, theirs = sit().leases, sit().leases
    assert ours.holder_of("schedule") is None
    assert ours.take("schedule", "a", 60, doing="talent")
    assert not theirs.take("schedule", "b", 60)
    held = theirs.holder_of("schedule")
    assert held is not None
    assert (held.holder, held.doing) == ("a", "talent")
    assert held.expires_at == held.taken_at + timedelta(seconds=60)
    assert theirs.take("another", "b", 60), "a lease of another name is another lease"
    theirs.release("schedule", "b")
    assert not theirs.take("schedule", "b", 60), "only its holder gives it back"
    ours.release("schedule", "a")
    assert theirs.take("schedule", "b", 60)


def test_a_lease_that_is_renewed_lasts_and_one_that_is_not_runs_out(sit: Callable[[], Desk], clock: FixedClock) -> None:
    ours, theirs = sit().leases, sit().leases
    ours.take("schedule", "a", 1)
    taken = ours.holder_of("schedule")
    for _ in range(3):
        clock.advance(0.6)
        assert ours.renew("schedule", "a", 1, doing="sweep")
        assert not theirs.take("schedule", "b", 1)
    held = ours.holder_of("schedule")
    assert taken is not None
    assert held is not None
    assert (held.doing, held.taken_at) == ("sweep", taken.taken_at)
    clock.advance(1)
    assert theirs.holder_of("schedule") is None
    assert not ours.renew("schedule", "a", 60), "it has expired, although nobody took it"
    assert theirs.take("schedule", "b", 60)
    assert not ours.renew("schedule", "a", 60)
    assert not ours.take("schedule", "a", 60)
    ours.release("schedule", "a")
    assert theirs.renew("schedule", "b", 60), "the former holder cannot give away what is another's"


def test_machines_whose_clocks_differ_go_by_the_servers(seat: Seat) -> None:
    if seat.url is None:
        pytest.skip("SQLite is one machine's: there is one clock")
    with seat.open(FixedClock(NOW), key=KEY) as ours, seat.open(FixedClock(NOW + timedelta(hours=3)), key=KEY) as late:
        assert ours.leases.take("schedule", "a", 60)
        assert not late.leases.take("schedule", "b", 60), "it has not expired, whatever this machine's clock says"
        assert late.leases.now() - ours.leases.now() < timedelta(seconds=30)


def test_of_many_that_take_it_at_once_one_has_it(sit: Callable[[], Desk]) -> None:
    desks = [sit() for _ in range(8)]
    barrier, won = threading.Barrier(len(desks)), []

    def take(number: int) -> None:
        barrier.wait()
        leases = desks[number].leases
        won.extend(name for name in ("first", "second", "third") if leases.take(name, f"holder {number}", 60))

    threads = [threading.Thread(target=take, args=(number,)) for number in range(len(desks))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(won) == ["first", "second", "third"]


def test_what_ran_is_kept_for_each_entry_and_for_those_it_covers(sit: Callable[[], Desk]) -> None:
    past = sit().past_runs
    assert past.read() == {}
    ended = NOW + timedelta(minutes=9)
    past.note("sweep", started_at=NOW, ended_at=ended, code=0, run_id="r1")
    past.note("companies", started_at=NOW, ended_at=NOW, code=1, message="two checks failed" + "!" * 500)
    kept = sit().past_runs.read()
    assert kept["talent"] == kept["sweep"] == Last(NOW, NOW, ended, 0, Ending.done, "r1", "sweep")
    assert kept["companies"] == Last(None, NOW, NOW, 1, Ending.failed, "", "companies", "two checks failed" + "!" * 483)
    assert [(run.entry, run.ran_as) for run in past.list()] == [
        ("talent", "sweep"),
        ("sweep", "sweep"),
        ("companies", "companies"),
    ]


def test_an_ending_says_more_than_its_code(sit: Callable[[], Desk]) -> None:
    past = sit().past_runs
    past.note("talent", started_at=NOW, ended_at=NOW, code=75, ending=Ending.stopped)
    assert past.read()["talent"].done_at is None, "it was stopped: the window is not done"
    past.note("talent", started_at=NOW, ended_at=NOW, code=75)
    assert past.read()["talent"].done_at == NOW, "its budget ended: the window is done"


def test_the_last_fifty_are_kept_and_the_last_that_did_its_window(sit: Callable[[], Desk]) -> None:
    past = sit().past_runs
    past.note("companies", started_at=NOW, ended_at=NOW, code=0)
    for number in range(1, KEPT + 20):
        at = NOW + timedelta(minutes=number)
        past.note("companies", started_at=at, ended_at=at, code=1)
    past.note("talent", started_at=NOW, ended_at=NOW, code=0)
    runs = past.list("companies", limit=1000)
    assert len(runs) == KEPT + 1
    assert runs[-1].has_done
    assert past.read()["companies"].done_at == NOW
    assert len(past.list("talent")) == 1


def test_what_an_older_version_kept_is_taken_over_once(sit: Callable[[], Desk], tmp_path: Path) -> None:
    done, tried = NOW - timedelta(days=1), NOW - timedelta(minutes=3)
    told = {
        "companies": {"done_at": done.isoformat(), "tried_at": tried.isoformat(), "code": 1},
        "sweep": {"done_at": NOW.isoformat(), "tried_at": NOW.isoformat(), "code": 0},
        "yearly": {"done_at": NOW.isoformat(), "tried_at": NOW.isoformat(), "code": 0},
    }
    (tmp_path / "schedule.json").write_bytes(orjson.dumps(told))
    (tmp_path / "schedule.turn.lock").touch()
    kept = sit().past_runs.read()
    assert set(kept) == {"companies", "sweep"}
    assert (kept["companies"].done_at, kept["companies"].ended_at, kept["companies"].code) == (done, tried, 1)
    assert (kept["sweep"].done_at, kept["sweep"].code) == (NOW, 0)
    assert list(tmp_path.glob("schedule*")) == []
    assert sit().past_runs.read() == kept


@pytest.mark.parametrize("text", ["", "[]", "{", '{"talent": 3, "sweep": {"done_at": "soon", "code": "x"}}'])
def test_a_file_that_is_broken_means_that_all_is_due(sit: Callable[[], Desk], tmp_path: Path, text: str) -> None:
    (tmp_path / "schedule.json").write_text(text)
    wanted = due(NOW, sit().past_runs.read())
    assert [entry.name for entry in wanted] == ["companies", "sweep", "purge"]


def test_the_tables_of_the_schedule_can_be_taken_back(seat: Seat, sit: Callable[[], Desk]) -> None:
    from alembic import command
    from alembic.config import Config
    from sqlalchemy import inspect

    from talentscope.desk.connection import MIGRATIONS

    sit().close()
    engine = seat.engine()
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, "0002")
    assert not {"past_runs", "leases"} & set(inspect(engine).get_table_names())
    engine.dispose()
    assert sit().past_runs.read() == {}
