"""Workday: one question a site, a count and never a list, and the cap of 2,000 told from a count."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.answers import html, say
from tests.upstream_world import JSON, NOW, TODAY, Paths, calm, employer, facts, mangled

from talentscope.registry.company import Board
from talentscope.registry.observation import Metric, State
from talentscope.runtime.clock import FixedClock
from talentscope.runtime.errors import UpstreamMalformed
from talentscope.sources.workday.client import HOME, Workday, site
from talentscope.sources.workday.records import parse_first_page

BOARD = Board("workday", "acme/wd5/External_Careers")
PATH = "/wday/cxs/acme/External_Careers/jobs"


def facet(name: str, *counts: int) -> dict[str, Any]:
    values = [{"descriptor": f"value {n}", "id": str(n), "count": count} for n, count in enumerate(counts)]
    return {"facetParameter": name, "descriptor": name, "values": values}


def places(*counts: int) -> dict[str, Any]:
    """Workday's group of places: the counts lie one level deeper."""
    return {"facetParameter": "locationMainGroup", "values": [{"descriptor": "Places", **facet("locations", *counts)}]}


def page(total: int, *facets: dict[str, Any]) -> dict[str, Any]:
    posting = {"title": "Engineer", "externalPath": "/job/1", "locationsText": "Lisbon", "bulletFields": ["JR1"]}
    return {
        "total": total,
        "jobPostings": [posting] * min(total, 20),
        "facets": list(facets),
        "userAuthenticated": False,
    }


def observe(answer: object, *, board: Board = BOARD, paths: Paths | None = None, url: str = HOME) -> Any:
    paths = paths or Paths({PATH: answer})
    findings = Workday(calm(paths, site(url)), clock=FixedClock(NOW)).observe(employer(board), TODAY)
    assert findings.postings == ()
    ((subject, metric), found), *more = facts(findings).items()
    assert (subject, metric, more) == (board.subject, Metric.OPEN_OFFERS, [])
    return found


def test_the_question_has_all_four_fields_and_goes_to_the_employers_own_host() -> None:
    paths = Paths({PATH: page(1_366)})
    found = observe(None, paths=paths)

    (request,) = paths.asked
    assert (request.method, str(request.url)) == ("POST", f"https://acme.wd5.myworkdayjobs.com{PATH}")
    assert orjson.loads(request.content) == {"appliedFacets": {}, "limit": 20, "offset": 0, "searchText": ""}
    assert (found.value, found.state) == (1_366, State.OK)
    assert found.source_url == "https://acme.wd5.myworkdayjobs.com/External_Careers"
    assert "which of them share a requisition is not told" in found.evidence


def test_what_stands_in_is_asked_below_its_own_path() -> None:
    paths = Paths({f"/workday/acme/wd5{PATH}": page(3)})
    found = observe(None, paths=paths, url="http://127.0.0.1:1/workday/{tenant}/{pod}")
    assert (found.value, found.source_url) == (3, f"http://127.0.0.1:1/workday/acme/wd5{PATH}")


@pytest.mark.parametrize(
    ("answer", "value", "state", "said"),
    [
        (page(0), 0, State.EMPTY, "counts 0 jobs"),
        (page(1_999), 1_999, State.OK, "counts 1999 jobs"),
        (page(17_772), 17_772, State.OK, "counts 17772 jobs"),  # not every site is clamped
        (page(2_000), 2_000, State.CAPPED, "no more than 2000"),
        (page(2_000, facet("timeType", 1_500, 1_100)), 2_600, State.OK, "timeType (2600)"),
        (page(2_000, facet("timeType", 2_000)), 2_000, State.OK, "timeType (2000)"),
        (
            page(2_000, facet("timeType", 2_580), facet("jobFamilyGroup", 1_000, 1_600)),
            *(2_600, State.OK, "timeType (2580) and jobFamilyGroup (2600)"),
        ),
        (page(2_000, facet("timeType", 2_100), facet("jobFamilyGroup", 9_000)), 2_100, State.CAPPED, "disagree"),
        (page(2_000, facet("timeType", 1_000)), 2_000, State.CAPPED, "no count that sums to more"),
        (page(2_000, facet("workerSubType", 51_500)), 2_000, State.CAPPED, "no count that sums to more"),
        (page(2_000, places(3_000, 2_200)), 2_000, State.CAPPED, "no count that sums to more"),
    ],
)
def test_a_total_at_the_cap_is_believed_only_where_a_sum_of_counts_says_more(
    answer: object, value: float, state: State, said: str
) -> None:
    found = observe(answer)
    assert (found.value, found.state) == (value, state)
    assert said in found.evidence


@pytest.mark.parametrize(
    ("answer", "state", "said"),
    [
        (say(status=404), State.MISSING, "404"),
        (say({"errorCode": "HTTP_422"}, status=422), State.BLOCKED, "422"),
        (say(status=403), State.BLOCKED, "403"),
        (say(status=303, location="https://community.workday.com/maintenance-page"), State.BLOCKED, "303"),
        (html(200), State.BLOCKED, "HTML"),
        ({"jobPostings": []}, State.BLOCKED, "total: Field required"),
        ({"total": "12", "jobPostings": [{}]}, State.BLOCKED, "total"),
        ({"total": 12, "jobPostings": []}, State.BLOCKED, "says that it has 12 jobs and lists 0"),
        ({"total": 0, "jobPostings": [{}]}, State.BLOCKED, "says that it has 0 jobs and lists 1"),
    ],
)
def test_a_trouble_of_one_site_is_a_state(answer: object, state: State, said: str) -> None:
    found = observe(answer)
    assert (found.value, found.state) == (None, state)
    assert said in found.reason


@pytest.mark.parametrize(
    "token", ["acme", "acme/wd5", "acme/5/External", "a.evil/wd5/x", "acme/wd5/../x", "acme/wd5/x?y"]
)
def test_a_token_that_is_none_is_not_asked_about(token: str) -> None:
    paths = Paths({})
    found = observe(None, board=Board("workday", token), paths=paths)
    assert (found.state, paths.asked) == (State.MISSING, [])
    assert "tenant/pod/site" in found.reason


@given(mangled(page(2_000, facet("timeType", 2_100), places(1))) | JSON, st.lists(mangled(facet("timeType", 1)) | JSON))
def test_any_answer_is_read_or_refused(data: Any, facets: list[Any]) -> None:
    with suppress(UpstreamMalformed):
        assert parse_first_page(data, board=BOARD).offers >= 0
    with suppress(UpstreamMalformed):
        assert parse_first_page({**page(2_000), "facets": facets}, board=BOARD).offers >= 2_000
