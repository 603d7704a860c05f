"""When pipelines are due: windows, catching up, trying again, being late."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from talentscope.runtime.schedule import BY_NAME, ENTRIES, RETRY, Ending, Entry, Last, due, note_run, plan

NOW = datetime(2026, 11, 21, 13, 20, tzinfo=UTC)  # a Saturday
MOMENTS = st.datetimes(datetime(2020, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC))


def names(entries: list[Entry]) -> list[str]:
    return [entry.name for entry in entries]


def all_done(at: datetime) -> dict[str, Last]:
    return {entry.name: Last(at, at, at, 0, Ending.done, ran_as=entry.name) for entry in ENTRIES}


def test_what_never_ran_is_due_at_once_and_a_sweep_is_a_talent_run_too() -> None:
    assert names(due(NOW, {})) == ["companies", "sweep", "purge"]


@pytest.mark.parametrize(
    ("name", "began"),
    [
        ("talent", datetime(2026, 11, 21, 13, tzinfo=UTC)),
        ("companies", datetime(2026, 11, 21, 2, tzinfo=UTC)),
        ("sweep", datetime(2026, 11, 15, 3, tzinfo=UTC)),
        ("purge", datetime(2026, 11, 21, 3, 30, tzinfo=UTC)),
    ],
)
def test_windows_begin_when_the_schedule_says(name: str, began: datetime) -> None:
    entry = BY_NAME[name]
    assert entry.window(NOW) == began
    assert entry.window(began) == began
    assert entry.window(began - timedelta(seconds=1)) == began - entry.period
    said = {"talent": "hourly", "companies": "02:00 UTC", "sweep": "Sundays at 03:00 UTC", "purge": "03:30 UTC"}
    assert entry.title.endswith(said[name])


def test_a_window_is_run_once() -> None:
    assert due(NOW, all_done(NOW - timedelta(minutes=5))) == []


def test_windows_that_were_missed_are_caught_up_by_one_run() -> None:
    last = all_done(NOW - timedelta(days=30))
    wanted = due(NOW, last)
    assert names(wanted) == ["companies", "sweep", "purge"]
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
    assert names(due(NOW + RETRY, last)) == ["companies", "purge"]


@given(now=MOMENTS, code=st.sampled_from([0, 1, 2, 75, 130]), name=st.sampled_from(sorted(BY_NAME)))
def test_whatever_happened_the_next_time_lies_ahead_and_within_a_period(now: datetime, code: int, name: str) -> None:
    last = note_run({}, name, started_at=now, ended_at=now, code=code)
    stands = {item.entry.name: item for item in plan(now, last)}[name]
    assert now <= stands.next_at <= now + BY_NAME[name].period
    assert not stands.is_due
    again = {item.entry.name: item for item in plan(stands.next_at, last)}[name]
    assert again.is_due


def test_a_run_past_its_deadline_goes_on_at_once_one_that_was_stopped_is_left_alone() -> None:
    for ending, wanted in ((Ending.past_deadline, ["talent"]), (Ending.stopped, [])):
        last = note_run(
            all_done(NOW - timedelta(hours=2)), "talent", started_at=NOW, ended_at=NOW, code=75, ending=ending
        )
        assert names(due(NOW + timedelta(minutes=1), last))[:1] == wanted
        assert last["talent"].done_at != NOW


def test_a_run_that_began_in_the_window_before_leaves_this_one_due_at_once() -> None:
    began, ended = datetime(2026, 11, 21, 12, 50, tzinfo=UTC), datetime(2026, 11, 21, 13, 10, tzinfo=UTC)
    last = note_run(all_done(NOW), "talent", started_at=began, ended_at=ended, code=0)
    assert names(due(NOW, last)) == ["talent"]


@pytest.mark.parametrize("name", sorted(BY_NAME))
def test_what_waits_longer_than_a_run_may_take_is_overdue(name: str) -> None:
    entry = BY_NAME[name]
    last = all_done(NOW)
    fell_due = entry.window(NOW) + entry.period
    for late, is_overdue in ((timedelta(), False), (entry.patience, False), (entry.patience * 2, True)):
        stands = {item.entry.name: item for item in plan(fell_due + late, last)}[name]
        assert (stands.is_due, stands.due_since, stands.is_overdue) == (True, fell_due, is_overdue)


def test_what_never_ran_is_due_but_not_late() -> None:
    assert {(item.is_due, item.due_since, item.is_overdue) for item in plan(NOW, {})} == {(True, None, False)}


@given(now=MOMENTS, skew=st.timedeltas(timedelta(seconds=-30), timedelta(seconds=30)))
def test_a_machine_whose_clock_is_wrong_runs_no_window_a_second_time(now: datetime, skew: timedelta) -> None:
    """Where clocks differ after all (SQLite on a shared disk): what one noted holds for the other within its window."""
    last = note_run({}, "companies", started_at=now, ended_at=now, code=0)
    entry = BY_NAME["companies"]
    if entry.window(now + skew) == entry.window(now):
        assert "companies" not in names(due(now + skew, last))


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.name)
def test_every_entry_is_a_command_and_ends_within_its_period(entry: Entry) -> None:
    from typer.main import get_command

    from talentscope.cli.app import app

    group = get_command(app).commands[entry.command[0]]  # type: ignore[attr-defined]
    assert entry.command[1] in group.commands
    assert timedelta() < entry.deadline < entry.period
