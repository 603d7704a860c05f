"""`run --due` and a desk that is away for a moment, a lease that is lost before a run began; whose clock a note has."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import pytest

from talentscope.cli import planned, run_due
from talentscope.cli.events import Events
from talentscope.runtime.clock import FixedClock
from talentscope.runtime.errors import DeskError
from talentscope.runtime.schedule import ENTRIES
from talentscope.runtime.settings import Settings

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
FAR_OFF = timedelta(hours=3)
"""How wrong the clock of this machine is."""


class Desk:
    """Its leases and past runs in one; nothing ran yet, so all is due. The next `away` questions find it away."""

    def __init__(self) -> None:
        self.away, self.is_ours = 0, True
        self.noted: list[tuple[str, dict[str, Any]]] = []
        self.leases = self.past_runs = self

    def _ask(self) -> None:
        if self.away:
            self.away -= 1
            raise DeskError("the desk is away", way_out="wait")

    def now(self) -> datetime:
        self._ask()
        return NOW

    def read(self) -> dict[str, Any]:
        return {}

    def renew(self, *_: object, **__: object) -> bool:
        self._ask()
        return self.is_ours

    def note(self, entry: str, **facts: Any) -> None:
        self.noted.append((entry, facts))


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> FixedClock:
    made = FixedClock(NOW + FAR_OFF)
    monkeypatch.setattr(run_due, "CLOCK", made)
    monkeypatch.setattr(planned, "SystemClock", lambda: made)
    return made


@pytest.fixture
def ran(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The entries that were executed."""
    names: list[str] = []

    def execute(entry: Any, *_: object) -> tuple[int, str]:
        names.append(entry.name)
        return 0, ""

    monkeypatch.setattr(run_due, "_execute", execute)
    return names


def work(desk: Desk) -> list[int]:
    return run_due._work(Settings(), Events(), cast("Any", desk), "me")


def test_a_lease_that_was_lost_begins_nothing(
    clock: FixedClock, ran: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    desk = Desk()
    desk.is_ours = False
    assert work(desk) == []
    assert (ran, desk.noted) == ([], [])
    said = capsys.readouterr().err
    assert "whoever has the lease" in said
    assert "nothing is due" not in said


def test_a_desk_that_is_away_for_a_moment_is_waited_for(clock: FixedClock, ran: list[str]) -> None:
    desk = Desk()
    desk.away = run_due.TRIES - 1
    assert set(work(desk)) == {0}
    assert set(ran) <= {entry.name for entry in ENTRIES}
    assert ran
    assert clock.slept == [run_due.TRY_SECONDS] * (run_due.TRIES - 1)


def test_a_desk_that_stays_away_ends_the_call(clock: FixedClock, ran: list[str]) -> None:
    desk = Desk()
    desk.away = 1000
    with pytest.raises(DeskError):
        work(desk)
    assert len(clock.slept) == run_due.TRIES - 1


def test_a_run_by_hand_is_noted_by_the_clock_of_the_desk(clock: FixedClock, monkeypatch: pytest.MonkeyPatch) -> None:
    desk = Desk()

    @contextmanager
    def build_desk(_: Settings) -> Iterator[Desk]:
        yield desk

    monkeypatch.setattr(planned, "build_desk", build_desk)
    took = timedelta(minutes=5)
    planned.note_past_run(Settings(), "talent", started_at=clock.now() - took, run_id="run1")
    [(entry, facts)] = desk.noted
    assert (entry, facts["started_at"], facts["ended_at"]) == ("talent", NOW - took, NOW)
