"""Ashby: what is not listed is no offer, and every job counts by itself, as no requisition is told."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.answers import html, say
from tests.upstream_world import JSON, NOW, TODAY, Paths, calm, employer, facts, mangled, recorded

from talentscope.registry.company import Board
from talentscope.registry.observation import Metric, State
from talentscope.runtime.clock import FixedClock
from talentscope.runtime.errors import UpstreamMalformed
from talentscope.sources.ashby.client import HOME, Ashby, site
from talentscope.sources.ashby.records import parse_board

BOARD = Board("ashby", "mistral.ai")
PATH = "/posting-api/job-board/mistral.ai"


def job(name: str, **changes: Any) -> dict[str, Any]:
    return {
        "id": name,
        "title": f"Engineer {name}",
        "department": "Product",
        "team": "Engineering",
        "location": "Lisbon",
        "secondaryLocations": [],
        "publishedAt": "2021-04-27T20:13:45.158+00:00",
        "isListed": True,
        "jobUrl": f"https://jobs.ashbyhq.com/acme/{name}",
        **changes,
    }


def observe(answer: object) -> Any:
    return Ashby(calm(Paths({PATH: answer}), site(HOME)), clock=FixedClock(NOW)).observe(employer(BOARD), TODAY)


def test_unlisted_jobs_are_dropped_and_the_rest_counts_one_by_one() -> None:
    findings = observe({"jobs": [job("a"), job("b"), job("c", isListed=False)], "apiVersion": "1"})

    offers = facts(findings)["ashby:mistral.ai", Metric.OPEN_OFFERS]
    assert (offers.value, offers.state, offers.source_url) == (2, State.OK, "https://jobs.ashbyhq.com/mistral.ai")
    assert offers.evidence == (
        "requisitions: 2, listings: 2; without a requisition id, each counted by itself: 2; unlisted jobs left out: 1"
    )
    assert {posting.requisition_id for posting in findings.postings} == {None}


def test_a_board_with_unlisted_jobs_only_is_empty() -> None:
    found = facts(observe({"jobs": [job("a", isListed=False)]}))
    assert {(one.value, one.state) for one in found.values()} == {(0, State.EMPTY)}


@pytest.mark.parametrize(
    ("answer", "state", "said"),
    [
        (say(status=404), State.MISSING, "404"),
        (say(status=403), State.BLOCKED, "403"),
        (html(200), State.BLOCKED, "HTML"),
        ({"postings": []}, State.BLOCKED, "jobs: Field required"),
        ({"jobs": [{**job("a"), "isListed": "true"}]}, State.BLOCKED, "isListed"),
        ({"jobs": [{key: value for key, value in job("a").items() if key != "isListed"}]}, State.BLOCKED, "isListed"),
    ],
)
def test_a_trouble_of_one_board_is_a_state(answer: object, state: State, said: str) -> None:
    for one in facts(observe(answer)).values():
        assert (one.value, one.state) == (None, state)
        assert said in one.reason


def test_a_recorded_board_counts_what_is_in_it() -> None:
    reading = parse_board(recorded("ashby-linear.json.gz"), company_id="linear", board=Board("ashby", "linear"))
    assert (reading.offers, reading.listings) == (2, 2)  # one title, two jobs: Europe and North America
    europe, america = reading.postings
    assert (europe.title, america.title) == ("Senior / Staff Fullstack Engineer",) * 2
    assert (europe.location, europe.department) == ("Europe", "Engineering")
    assert america.opened_at == datetime(2021, 8, 18, 20, 48, 26, 891000, tzinfo=UTC)
    assert america.url == "https://jobs.ashbyhq.com/linear/cd5ae036-0223-427a-b038-ba16ef9dcb32"


@given(st.lists(mangled(job("a")) | JSON, max_size=5) | JSON)
def test_any_answer_is_read_or_refused(jobs: Any) -> None:
    with suppress(UpstreamMalformed):
        reading = parse_board({"jobs": jobs}, company_id="acme", board=BOARD)
        assert reading.offers == len(reading.postings) <= len(jobs)
