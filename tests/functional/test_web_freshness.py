"""Old data, and loads that fail, are told above every page; fresh and invented data say nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from tests.functional.stage import Program
from tests.web_world import As, Desktop, client, make_parts, text

from talentscope.runtime.clock import FixedClock
from talentscope.web.parts import Parts
from talentscope.web.signin.identity import Role

Seat = Callable[..., Desktop]


@pytest.fixture
def at() -> Iterator[Seat]:
    """Somebody before the page over a data directory at a time."""
    made: list[Parts] = []

    def make(home: Path, when: timedelta, role: Role | None = Role.reader, *, is_demo: bool = False) -> Desktop:
        parts = make_parts(home, gate=As(role), clock=FixedClock(datetime.now(UTC) + when))
        made.append(replace(parts, is_demo=is_demo))
        return Desktop(made[-1], client(made[-1]))

    yield make
    for parts in made:
        parts.reader.close()
        parts.desk.close()


def test_old_data_is_told_above_every_page(at: Seat, copied: Program) -> None:
    reader = at(copied.home, timedelta(days=10))
    for url in ("/leads", "/briefs", "/shortlists", "/leads/none"):
        told = reader.page(url, status=404 if url == "/leads/none" else 200).css_first(".banner.warn")
        assert told is not None, url
        assert "Leads are old: renewed last 10 days ago." in " ".join(told.text().split())
        assert told.css_first("a[href='/runs']") is not None


@pytest.mark.parametrize(
    ("when", "role", "is_demo"),
    [(timedelta(), Role.reader, False), (timedelta(days=10), Role.reader, True), (timedelta(days=10), None, False)],
)
def test_fresh_and_invented_data_say_nothing_nor_does_a_visitor_read_it(
    at: Seat, copied: Program, when: timedelta, role: Role | None, is_demo: bool
) -> None:
    page = at(copied.home, when, role, is_demo=is_demo).page("/leads" if role else "/privacy")
    assert page.css_first(".banner.warn") is None


def test_a_load_that_failed_is_told_until_one_ends_well(at: Seat, copied: Program) -> None:
    reader = at(copied.home, timedelta(minutes=30))
    clock, past = reader.parts.clock, reader.parts.desk.past_runs
    assert reader.page("/leads").css_first(".banner.warn") is None
    past.note("companies", started_at=clock.now(), ended_at=clock.now(), code=1)
    assert reader.page("/leads").css_first(".banner.warn") is None, "the desk is asked every few seconds only"
    assert isinstance(clock, FixedClock)
    clock.advance(60)
    assert "Companies: the last run failed 1 minute ago." in text(reader.page("/leads"), ".banner.warn")
    past.note("companies", started_at=clock.now(), ended_at=clock.now(), code=0)
    clock.advance(60)
    assert reader.page("/leads").css_first(".banner.warn") is None
