"""When pipelines are due: windows, catching up, trying again, and what is kept of it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from talentscope.runtime.past_runs import PastRuns
from talentscope.runtime.schedule import ENTRIES, RETRY, Entry, Last, due, note_run, plan

NOW = datetime(2026, 11, 21, 13, 20, tzinfo=UTC)  # a Saturday
BY_NAME = {entry.name: entry for entry in ENTRIES}
MOMENTS = st.datetimes(datetime(2020, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC))


def names(entries: list[Entry]) -> list[str]:
    return [entry.name for entry in entries]


def all_done(at: datetime) -> dict[str, Last]:
    return {entry.name: Last(at, at, 0) for entry in ENTRIES}


def test_what_never_ran_is_due_at_once_and_a_sweep_is_a_talent_run_too() -> None:
    assert names(due(NOW, {})) == ["companies", "sweep"]


@pytest.mark.parametrize(
    ("name", "began"),
    [
        ("talent", datetime(2026, 11, 21, 13, tzinfo=UTC)),
        ("companies", datetime(2026, 11, 21, 2, tzinfo=UTC)),
        ("sweep", datetime(2026, 11, 15, 3, tzinfo=UTC)),
    ],
)
def test_windows_begin_when_the_schedule_says(name: str, began: datetime) -> None:
    entry = BY_NAME[name]
    assert entry.window(NOW) == began
    assert entry.window(began) == began
    assert entry.window(began - timedelta(seconds=1)) == began - entry.period
    assert entry.title.endswith({"talent": "hourly", "companies": "02:00 UTC", "sweep": "Sundays at 03:00 UTC"}[name])


def test_a_window_is_run_once() -> None:
    assert due(NOW, all_done(NOW - timedelta(minutes=5))) == []


def test_windows_that_were_missed_are_caught_up_by_one_run() -> None:
    last = all_done(NOW - timedelta(days=30))
    wanted = due(NOW, last)
    assert names(wanted) == ["companies", "sweep"]
    for entry in wanted:
        last = note_run(last, entry.name, started_at=NOW, ended_at=NOW + timedelta(minutes=3), code=0)
    assert due(NOW + timedelta(minutes=4), last) == []


def test_a_run_that_failed_is_tried_again_but_not_at_once() -> None:
    ended = NOW + timedelta(seconds=20)
    last = note_run(all_done(NOW - timedelta(hours=2)), "talent", started_at=NOW, ended_at=ended, code=1)
    assert due(ended + timedelta(minutes=1), last) == []
    assert names(due(ended + RETRY, last)) == ["talent"]
    stands = {item.entry.name: item for item in plan(ended + timedelta(minutes=1), last)}["talent"]
    assert (stands.is_due, stands.next_at, stands.last.code) == (False, ended + RETRY, 1)


def test_a_failure_of_a_former_window_does_not_delay_this_one() -> None:
    ended = datetime(2026, 11, 21, 12, 59, tzinfo=UTC)
    last = note_run(all_done(NOW - timedelta(hours=2)), "talent", started_at=ended, ended_at=ended, code=1)
    assert names(due(datetime(2026, 11, 21, 13, 0, tzinfo=UTC), last)) == ["talent"]


def test_talent_out_of_budget_waits_for_the_next_hour_companies_do_not() -> None:
    last = all_done(NOW - timedelta(days=1, hours=2))
    for name in ("talent", "companies"):
        last = note_run(last, name, started_at=NOW, ended_at=NOW, code=75)
    assert names(due(NOW + RETRY, last)) == ["companies"]


@given(now=MOMENTS, code=st.sampled_from([0, 1, 2, 75, 130]), name=st.sampled_from(sorted(BY_NAME)))
def test_whatever_happened_the_next_time_lies_ahead_and_within_a_period(now: datetime, code: int, name: str) -> None:
    last = note_run({}, name, started_at=now, ended_at=now, code=code)
    stands = {item.entry.name: item for item in plan(now, last)}[name]
    assert now <= stands.next_at <= now + BY_NAME[name].period
    assert not stands.is_due
    again = {item.entry.name: item for item in plan(stands.next_at, last)}[name]
    assert again.is_due


def test_what_ran_last_is_kept(tmp_path: Path) -> None:
    past = PastRuns(tmp_path)
    assert past.read() == {}
    past.note("sweep", started_at=NOW, ended_at=NOW + timedelta(minutes=9), code=0)
    past.note("companies", started_at=NOW, ended_at=NOW, code=1)
    kept = PastRuns(tmp_path).read()
    assert kept["talent"] == kept["sweep"] == Last(NOW, NOW + timedelta(minutes=9), 0)
    assert kept["companies"] == Last(None, NOW, 1)


@pytest.mark.parametrize("text", ["", "[]", "{", '{"talent": 3, "sweep": {"done_at": "soon", "code": "x"}}'])
def test_a_file_that_is_broken_means_that_all_is_due(tmp_path: Path, text: str) -> None:
    (tmp_path / "schedule.json").write_text(text)
    assert names(due(NOW, PastRuns(tmp_path).read())) == ["companies", "sweep"]


def test_one_turn_at_a_time(tmp_path: Path) -> None:
    with PastRuns(tmp_path).turn() as first, PastRuns(tmp_path).turn() as second:
        assert (first, second) == (True, False)
    with PastRuns(tmp_path).turn() as later:
        assert later
