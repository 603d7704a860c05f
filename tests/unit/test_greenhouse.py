"""Greenhouse: requisitions count once, prospect posts never, and an answer that is not whole is no count."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, date, datetime
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.answers import html, say
from tests.upstream_world import JSON, NOW, TODAY, Paths, calm, employer, facts, mangled, recorded

from talentscope.registry.company import Board
from talentscope.registry.observation import Metric, Posting, State
from talentscope.runtime.clock import FixedClock
from talentscope.runtime.errors import UpstreamDown, UpstreamMalformed
from talentscope.sources.greenhouse.client import HOME, Greenhouse, site
from talentscope.sources.greenhouse.records import parse_board

BOARD = Board("greenhouse", "acme")
PATH = "/v1/boards/acme/jobs"


def job(number: int, *, requisition: int | None = 0, **changes: Any) -> dict[str, Any]:
    return {
        "id": number,
        "internal_job_id": number * 10 if requisition == 0 else requisition,
        "title": f"Engineer {number}",
        "absolute_url": f"https://job-boards.greenhouse.io/acme/jobs/{number}",
        "location": {"name": "Lisbon"},
        "first_published": "2026-04-17T05:58:03-04:00",
        "updated_at": "2026-07-17T08:48:22-04:00",
        **changes,
    }


def board(*jobs: dict[str, Any], total: int | None = None) -> dict[str, Any]:
    return {"jobs": list(jobs), "meta": {"total": len(jobs) if total is None else total}}


def observe(answers: dict[str, Any], *boards: Board, url: str = HOME) -> Any:
    source = Greenhouse(calm(Paths(answers), site(url)), clock=FixedClock(NOW))
    return source.observe(employer(*(boards or (BOARD,))), TODAY)


def test_a_requisition_in_three_cities_is_one_offer_and_three_listings() -> None:
    answer = board(job(1, requisition=7), job(2, requisition=7), job(3, requisition=7), job(4))
    found = facts(observe({PATH: answer}))

    offers = found["greenhouse:acme", Metric.OPEN_OFFERS]
    assert (offers.value, offers.state, offers.as_of, offers.observed_at) == (2, State.OK, TODAY, NOW)
    assert found["greenhouse:acme", Metric.POSTINGS].value == 4
    assert "requisitions: 2, listings: 4" in offers.evidence


def test_a_prospect_post_is_no_offer() -> None:
    findings = observe({PATH: board(job(1), job(2, requisition=None))})

    offers = facts(findings)["greenhouse:acme", Metric.OPEN_OFFERS]
    assert offers.value == 1
    assert "prospect posts left out: 1" in offers.evidence
    assert [posting.posting_id for posting in findings.postings] == ["1"]


def test_a_listing_is_told_as_it_stands() -> None:
    (posting,) = observe({PATH: board(job(1))}).postings
    assert posting == Posting(
        company_id="acme",
        vendor="greenhouse",
        board="acme",
        posting_id="1",
        requisition_id="10",
        title="Engineer 1",
        department=None,
        location="Lisbon",
        url="https://job-boards.greenhouse.io/acme/jobs/1",
        opened_at=datetime(2026, 4, 17, 9, 58, 3, tzinfo=UTC),
    )


def test_an_empty_board_is_a_true_zero() -> None:
    found = facts(observe({PATH: board()}))
    assert {(one.value, one.state) for one in found.values()} == {(0, State.EMPTY)}


@pytest.mark.parametrize(
    ("answer", "state", "said"),
    [
        (say(status=404), State.MISSING, "404"),
        (say(status=410), State.MISSING, "410"),
        (say(status=403), State.BLOCKED, "403"),
        (say(status=401), State.BLOCKED, "401"),
        (say(status=422), State.BLOCKED, "422"),
        (say(status=451), State.BLOCKED, "451"),
        (say(status=429, retry_after="9999"), State.BLOCKED, "asks to wait"),
        (html(200), State.BLOCKED, "HTML"),
        (say(status=302, location="https://boards.test/embed"), State.MISSING, "404"),
        (board(job(1), total=167), State.BLOCKED, "says that it has 167 jobs and lists 1"),
        ({"jobs": [job(1)]}, State.BLOCKED, "meta"),
        ({"postings": [], "meta": {"total": 0}}, State.BLOCKED, "jobs: Field required; came an object with 'postings'"),
    ],
)
def test_a_trouble_of_one_board_is_a_state_and_never_a_zero(answer: object, state: State, said: str) -> None:
    found = facts(observe({PATH: answer}))
    assert set(found) == {("greenhouse:acme", Metric.OPEN_OFFERS), ("greenhouse:acme", Metric.POSTINGS)}
    for one in found.values():
        assert (one.value, one.state) == (None, state)
        assert said in one.reason


def renamed(old: str, new: str) -> dict[str, Any]:
    return {new if key == old else key: value for key, value in job(1).items()}


@pytest.mark.parametrize(
    "changed",
    [
        renamed("internal_job_id", "job_requisition"),
        renamed("title", "name"),
        job(1, id="1"),
        job(1, internal_job_id="10"),
        job(1, location="Lisbon"),
        job(1, absolute_url="javascript:alert(1)"),
        job(1, first_published="yesterday"),
        job(1, title=" "),
    ],
    ids=str,
)
def test_a_field_that_changed_its_name_or_type_makes_no_count(changed: dict[str, Any]) -> None:
    found = facts(observe({PATH: board(job(2), changed, job(3))}))
    for one in found.values():
        assert (one.value, one.state) == (None, State.BLOCKED)
        assert one.reason.startswith("1 of 3 jobs of the Greenhouse board acme are not what they were: number 2: ")


def test_the_texts_of_jobs_are_not_asked_for_and_a_token_stays_within_its_place() -> None:
    paths = Paths({"/v1/boards/a%2Fb%3Fc/jobs": board(), "/v1/boards/a/b?c/jobs": board()})
    source = Greenhouse(calm(paths, site(HOME)), clock=FixedClock(NOW))
    source.observe(employer(Board("greenhouse", "a/b?c")), TODAY)

    assert [str(request.url) for request in paths.asked] == [f"{HOME}/v1/boards/a%2Fb%3Fc/jobs"]


def test_a_source_leads_to_the_page_for_people_or_to_what_stands_in() -> None:
    for url, page in [
        (HOME, "https://job-boards.greenhouse.io/acme"),
        ("http://127.0.0.1:1/greenhouse", "http://127.0.0.1:1/greenhouse/v1/boards/acme/jobs"),
    ]:
        found = facts(observe({PATH: board(), f"/greenhouse{PATH}": board()}, url=url))
        assert {one.source_url for one in found.values()} == {page}


def test_only_boards_of_the_day_are_read() -> None:
    old = Board("greenhouse", "old", until=date(2025, 12, 31))
    source = Greenhouse(calm(Paths({PATH: board(job(1))}), site(HOME)), clock=FixedClock(NOW))

    assert not source.covers(employer(old, Board("ashby", "acme")), TODAY)
    assert source.covers(employer(old), date(2025, 12, 31))
    assert {subject for subject, _ in facts(source.observe(employer(old, BOARD), TODAY))} == {"greenhouse:acme"}


def test_one_dead_board_costs_its_own_facts_only() -> None:
    answers = {PATH: board(job(1)), "/v1/boards/other/jobs": httpx.ConnectTimeout("slow")}
    findings = observe(answers, Board("greenhouse", "other"), BOARD)

    found = facts(findings)
    assert found["greenhouse:acme", Metric.OPEN_OFFERS].value == 1
    assert found["greenhouse:other", Metric.OPEN_OFFERS].state is State.BLOCKED
    assert "no usable answer" in found["greenhouse:other", Metric.OPEN_OFFERS].reason


def test_a_dead_upstream_is_a_trouble_of_the_source() -> None:
    with pytest.raises(UpstreamDown):
        observe({PATH: say(status=529)})


def test_robots_are_heeded() -> None:
    closed = httpx.Response(200, content=b"User-agent: *\nDisallow: /v1/")
    found = facts(observe({PATH: board(job(1)), "/robots.txt": closed}))
    assert {one.state for one in found.values()} == {State.BLOCKED}


def test_a_recorded_board_counts_what_is_in_it() -> None:
    answer = recorded("greenhouse-gitlab.json.gz")
    with pytest.raises(UpstreamMalformed, match="says that it has 167 jobs and lists 2"):  # trimmed by its recorder
        parse_board(answer, company_id="gitlab", board=Board("greenhouse", "gitlab"))

    reading = parse_board({**answer, "meta": {"total": 2}}, company_id="gitlab", board=Board("greenhouse", "gitlab"))
    assert (reading.offers, reading.listings) == (2, 2)
    first, second = reading.postings
    assert (first.requisition_id, first.title, first.department, first.location) == (
        *("6396658002", "Account Executive - Italy", "EMEA - Commercial", "Remote, Italy"),
    )
    assert (second.requisition_id, second.opened_at) == ("6421347002", datetime(2026, 5, 29, 11, 49, 29, tzinfo=UTC))


@given(st.lists(mangled(job(1)) | JSON, max_size=5), st.booleans(), JSON)
def test_any_answer_is_read_or_refused(jobs: list[Any], is_whole: bool, other: Any) -> None:
    data = {"jobs": jobs, "meta": {"total": len(jobs)}} if is_whole else other
    with suppress(UpstreamMalformed):
        reading = parse_board(data, company_id="acme", board=BOARD)
        assert reading.offers <= len(reading.postings) <= len(jobs)
