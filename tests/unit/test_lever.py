"""Lever: pages until there are no more, at the pace that robots.txt asks for, on two hosts."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.answers import html, say
from tests.upstream_world import JSON, NOW, TODAY, Paths, calm, employer, facts, mangled, recorded

from talentscope.registry.boards import count_listings
from talentscope.registry.company import Board
from talentscope.registry.observation import Metric, State
from talentscope.runtime.clock import FixedClock
from talentscope.runtime.errors import UpstreamMalformed
from talentscope.sources.lever.client import EU_HOME, HOME, MOST_PAGES, PAGE, Lever, site
from talentscope.sources.lever.records import parse_page

BOARD, EU_BOARD = Board("lever", "acme"), Board("lever-eu", "acme")
PATH = "/v0/postings/acme"


def job(number: int, **changes: Any) -> dict[str, Any]:
    return {
        "id": f"00000000-{number}",
        "text": f"Engineer {number}",
        "categories": {"location": "Lisbon", "team": "Engineering", "allLocations": ["Lisbon", "Porto"]},
        "createdAt": 1_779_223_091_267,
        "hostedUrl": f"https://jobs.lever.co/acme/{number}",
        **changes,
    }


def pages(jobs: list[dict[str, Any]]) -> Any:
    def answer(request: httpx.Request) -> object:
        assert request.url.params["mode"] == "json"
        skip, limit = int(request.url.params["skip"]), int(request.url.params["limit"])
        return jobs[skip : skip + limit]

    return answer


def lever(american: Paths, european: Paths | None = None, *, clock: FixedClock | None = None) -> Lever:
    european = european or Paths({})
    return Lever(
        calm(american, site(HOME), clock), eu_visitor=calm(european, site(EU_HOME, is_eu=True)), clock=FixedClock(NOW)
    )


@pytest.mark.parametrize(("number", "requests"), [(0, 1), (1, 1), (99, 1), (100, 2), (101, 2), (250, 3)])
def test_pages_are_read_until_one_is_not_full(number: int, requests: int) -> None:
    paths = Paths({PATH: pages([job(n) for n in range(number)])})
    found = facts(lever(paths).observe(employer(BOARD), TODAY))

    assert found["lever:acme", Metric.OPEN_OFFERS].value == number
    assert found["lever:acme", Metric.OPEN_OFFERS].state is (State.OK if number else State.EMPTY)
    assert len(paths.asked) == requests


def test_a_job_that_slips_to_the_next_page_while_it_is_read_counts_once() -> None:
    jobs = [job(n) for n in range(150)]

    def moving(request: httpx.Request) -> object:
        skip = int(request.url.params["skip"])
        return jobs[skip : skip + PAGE] if skip == 0 else jobs[skip - 1 : skip - 1 + PAGE]

    found = facts(lever(Paths({PATH: moving})).observe(employer(BOARD), TODAY))
    assert found["lever:acme", Metric.OPEN_OFFERS].value == 150


def test_a_site_that_repeats_its_first_page_is_read_twice_and_not_for_ever() -> None:
    paths = Paths({PATH: [job(n) for n in range(120)]})
    found = facts(lever(paths).observe(employer(BOARD), TODAY))
    assert (found["lever:acme", Metric.OPEN_OFFERS].value, len(paths.asked)) == (120, 2)


def test_a_site_without_end_is_a_floor() -> None:
    def endless(request: httpx.Request) -> object:
        skip = int(request.url.params["skip"])
        return [job(n) for n in range(skip, skip + PAGE)]

    found = facts(lever(Paths({PATH: endless})).observe(employer(BOARD), TODAY))
    offers = found["lever:acme", Metric.OPEN_OFFERS]
    assert (offers.value, offers.state) == (MOST_PAGES * PAGE, State.CAPPED)


def test_robots_crawl_delay_is_kept() -> None:
    robots = httpx.Response(200, content=b"User-agent: *\nAllow: /\nCrawl-delay: 3\n")
    clock = FixedClock(NOW)
    paths = Paths({PATH: pages([job(n) for n in range(250)]), "/robots.txt": robots})
    lever(paths, clock=clock).observe(employer(BOARD), TODAY)

    assert len(paths.asked) == 3
    assert (clock.now() - NOW).total_seconds() >= 2 * 3


def test_european_boards_are_asked_at_their_own_host() -> None:
    american, european = Paths({PATH: pages([job(1)])}), Paths({PATH: pages([job(2), job(3)])})
    found = facts(lever(american, european).observe(employer(BOARD, EU_BOARD), TODAY))

    assert found["lever:acme", Metric.OPEN_OFFERS].value == 1
    assert found["lever-eu:acme", Metric.OPEN_OFFERS].value == 2
    assert {one.source for one in found.values()} == {"lever"}
    assert found["lever:acme", Metric.OPEN_OFFERS].source_url == "https://jobs.lever.co/acme"
    assert found["lever-eu:acme", Metric.OPEN_OFFERS].source_url == "https://jobs.eu.lever.co/acme"
    assert {request.url.host for request in european.asked} == {"api.eu.lever.co"}
    assert site(EU_HOME, is_eu=True).setting == "TALENTSCOPE_LEVER_EU_URL"


@pytest.mark.parametrize(
    ("answer", "state", "said"),
    [
        (say({"ok": False, "error": "Document not found"}, status=404), State.MISSING, "Document not found"),
        (say(status=403), State.BLOCKED, "403"),
        (html(200), State.BLOCKED, "HTML"),
        ({"ok": False}, State.BLOCKED, "expected a list of postings; came an object with 'ok'"),
        ([{**job(1), "categories": None}], State.BLOCKED, "categories"),
        ([{key: value for key, value in job(1).items() if key != "text"}], State.BLOCKED, "text: Field required"),
    ],
)
def test_a_trouble_of_one_board_is_a_state(answer: object, state: State, said: str) -> None:
    for one in facts(lever(Paths({PATH: answer})).observe(employer(BOARD), TODAY)).values():
        assert (one.value, one.state) == (None, state)
        assert said in one.reason


def test_a_recorded_board_counts_what_is_in_it() -> None:
    answer = recorded("lever-matchgroup.json.gz")
    postings = parse_page(answer, company_id="match-group", board=Board("lever", "matchgroup"))
    reading = count_listings(postings)
    assert (reading.offers, reading.listings) == (2, 2)
    assert [(one.title, one.department, one.location) for one in postings] == [
        ("Android Engineer III", "Engineering", "New York, New York"),
        ("Android Software Engineer (Azar)", "Engineering", "Seoul, South Korea"),
    ]
    assert postings[0].opened_at == datetime(2026, 5, 19, 20, 38, 11, 267000, tzinfo=UTC)
    assert postings[0].posting_id == "3414ba28-35f7-45d3-8e13-35c883959635"


@given(st.lists(mangled(job(1)) | JSON, max_size=5) | JSON)
def test_any_answer_is_read_or_refused(data: Any) -> None:
    with suppress(UpstreamMalformed):
        assert len(parse_page(data, company_id="acme", board=BOARD)) == len(data)
