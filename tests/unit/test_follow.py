"""When the page looks for a newer snapshot: before it listens, every few seconds, and for a request after a sleep."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

import pytest

from talentscope.runtime.clock import FixedClock
from talentscope.runtime.errors import StorageError
from talentscope.transport.objects import Found, Objects
from talentscope.warehouse import follow
from talentscope.warehouse.follow import STALE_POLLS, Follower, following

NEVER = 3600.0
"""Seconds between two looks, more than a test lasts: each further look is one that somebody asked for."""

HANG = 60.0


class Place:
    """An empty place that counts who looks. It answers while `is_open`, and fails when it is `broken`."""

    address = "/mnt/shared"

    def __init__(self) -> None:
        self.looks, self.broken = 0, False
        self.is_open = threading.Event()
        self.is_open.set()

    def read(self, *_: object, **__: object) -> Found:
        self.is_open.wait(HANG)
        self.looks += 1
        if self.broken:
            raise StorageError("/mnt/shared cannot be read", way_out="mount it")
        return Found(None, None)


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(datetime(2026, 11, 1, tzinfo=UTC))


@pytest.fixture
def place(monkeypatch: pytest.MonkeyPatch) -> Iterator[Place]:
    monkeypatch.setattr(follow, "REQUEST_SECONDS", HANG)
    made = Place()
    yield made
    made.is_open.set()


def watched(place: Place, clock: FixedClock, home: Path, **options: Any) -> Any:
    follower = Follower(cast("Objects", place), home=home, clock=clock)
    return following(follower, every_seconds=NEVER, clock=clock, **options)


def test_the_first_look_is_over_before_the_page_listens(place: Place, clock: FixedClock, tmp_path: Path) -> None:
    with watched(place, clock, tmp_path):
        assert place.looks == 1


def test_a_first_look_that_fails_is_told_and_the_page_starts(
    place: Place, clock: FixedClock, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    place.broken = True
    with watched(place, clock, tmp_path):
        said = capsys.readouterr()
    assert "/mnt/shared cannot be read" in said.out + said.err


def test_a_first_look_that_hangs_does_not_keep_the_page(
    place: Place, clock: FixedClock, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    place.is_open.clear()
    with watched(place, clock, tmp_path, wait_seconds=0.01):
        assert place.looks == 0
        place.is_open.set()
    said = capsys.readouterr()
    assert "the page starts without it" in said.out + said.err


def test_a_request_after_a_sleep_has_a_look(place: Place, clock: FixedClock, tmp_path: Path) -> None:
    with watched(place, clock, tmp_path) as look:
        look()
        assert place.looks == 1, "it was looked a moment ago"
        clock.advance(STALE_POLLS * NEVER)
        look()
        assert place.looks == 2
        look()
        assert place.looks == 2


def test_a_request_does_not_wait_for_a_place_that_hangs(
    place: Place, clock: FixedClock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with watched(place, clock, tmp_path) as look:
        place.is_open.clear()
        clock.advance(STALE_POLLS * NEVER)
        monkeypatch.setattr(follow, "REQUEST_SECONDS", 0.01)
        look()
        assert place.looks == 1
        monkeypatch.setattr(follow, "REQUEST_SECONDS", HANG)
        look()  # another request, at once: it does not wait at all, or this would take a minute
        assert place.looks == 1
        place.is_open.set()


def test_without_a_shared_place_nothing_is_looked_for(clock: FixedClock) -> None:
    with following(None, every_seconds=NEVER, clock=clock) as look:
        look()
