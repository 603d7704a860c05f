"""Workable: one request, one shortcode one job."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.answers import html, say
from tests.upstream_world import JSON, NOW, TODAY, Paths, calm, employer, facts, mangled

from talentscope.registry.company import Board
from talentscope.registry.observation import Metric, State
from talentscope.runtime.clock import FixedClock
from talentscope.runtime.errors import UpstreamMalformed
from talentscope.sources.workable.client import HOME, Workable, site
from talentscope.sources.workable.records import parse_board

BOARD = Board("workable", "acme")
PATH = "/api/v1/widget/accounts/acme"


def job(shortcode: str, **changes: Any) -> dict[str, Any]:
    return {
        "title": f"Engineer {shortcode}",
        "shortcode": shortcode,
        "code": "",
        "department": "Engineering",
        "url": f"https://apply.workable.com/j/{shortcode}",
        "city": "Wellington",
        "state": "",
        "country": "New Zealand",
        "published_on": "2026-07-30",
        "created_at": "2026-07-01",
        **changes,
    }


def observe(answer: object) -> Any:
    return Workable(calm(Paths({PATH: answer}), site(HOME)), clock=FixedClock(NOW)).observe(employer(BOARD), TODAY)


def test_a_job_that_is_listed_in_two_places_is_one_offer() -> None:
    findings = observe({"name": "Acme", "jobs": [job("A1"), job("A1", city="Lisbon", country="Portugal"), job("B2")]})

    found = facts(findings)
    assert found["workable:acme", Metric.OPEN_OFFERS].value == 2
    assert found["workable:acme", Metric.POSTINGS].value == 3
    assert found["workable:acme", Metric.POSTINGS].source_url == "https://apply.workable.com/acme"


def test_places_and_dates_may_be_empty() -> None:
    full, bare = observe({"jobs": [job("A"), job("B", city="", country="", published_on="", department=None)]}).postings
    assert (full.location, full.opened_at) == ("Wellington, New Zealand", datetime(2026, 7, 30, tzinfo=UTC))
    assert (bare.location, bare.opened_at, bare.department) == (None, None, None)


@pytest.mark.parametrize(
    ("answer", "state", "said"),
    [
        ({"jobs": []}, State.EMPTY, ""),
        (say(status=404), State.MISSING, "404"),
        (say(status=429, retry_after="9999"), State.BLOCKED, "asks to wait"),
        (html(200), State.BLOCKED, "HTML"),
        ({"results": []}, State.BLOCKED, "jobs: Field required"),
        ({"jobs": [{**job("A"), "shortcode": None}]}, State.BLOCKED, "shortcode"),
        ({"jobs": [job("A", published_on="30 July")]}, State.BLOCKED, "published_on"),
    ],
)
def test_a_trouble_of_one_board_is_a_state(answer: object, state: State, said: str) -> None:
    for one in facts(observe(answer)).values():
        assert (one.value, one.state) == (0 if state is State.EMPTY else None, state)
        assert said in one.reason


@given(st.lists(mangled(job("a")) | JSON, max_size=5) | JSON)
def test_any_answer_is_read_or_refused(jobs: Any) -> None:
    with suppress(UpstreamMalformed):
        reading = parse_board({"jobs": jobs}, company_id="acme", board=BOARD)
        assert reading.offers == len(reading.postings) <= len(jobs)
