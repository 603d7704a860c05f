"""The boards against the sandbox: every count is the true one on a good day, and no bad day makes a false one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from tests.integration.employers import TODAY, VENDORS, Place, ask, place, told

from talentscope.registry.observation import Findings, Metric, Observation, Posting, State
from talentscope.registry.offers import distinct_across
from talentscope.runtime.errors import UpstreamDown

SOURCES = {"lever-eu": "lever"}


@pytest.fixture(scope="module")
def good_day() -> Iterator[Place]:
    with place() as made:
        yield made


def look(made: Place, company_id: str, *, vendor: str = "") -> Findings:
    company = made.company(company_id)
    vendor = vendor or company.boards[0].vendor
    source = made.boards(SOURCES.get(vendor, vendor))
    assert source.covers(company, TODAY)
    return ask(source, company)


def offers_of(made: Place, company_id: str) -> Observation:
    company = made.company(company_id)
    return told(look(made, company_id))[company.boards[0].subject, Metric.OPEN_OFFERS]


@pytest.mark.parametrize("tier", ["tiny", "mid", "mega"])
@pytest.mark.parametrize("vendor", VENDORS)
def test_offers_and_listings_are_the_true_ones(good_day: Place, vendor: str, tier: str) -> None:
    company_id = f"{vendor}-{tier}"
    subject = good_day.company(company_id).boards[0].subject
    truth, findings = good_day.offers(company_id), look(good_day, company_id)
    found = told(findings)

    offers = found[subject, Metric.OPEN_OFFERS]
    assert offers.value == truth.offers[subject]
    assert offers.state is (State.OK if truth.offers[subject] else State.EMPTY)
    assert offers.source_url.startswith("http://127.0.0.1:")
    if vendor == "workday":
        assert set(found) == {(subject, Metric.OPEN_OFFERS)}
    else:
        assert found[subject, Metric.POSTINGS].value == truth.listings[subject]
        assert distinct_across(findings.postings).get(subject, 0) == truth.offers[subject]


def test_the_sandbox_has_what_these_tests_need(good_day: Place) -> None:
    """More than Workday shows, several pages of Lever, one job in several cities, boards with nothing to leave out."""
    truth = {company.company_id: good_day.offers(company.company_id) for company in good_day.companies()}
    assert truth["workday-mega"].distinct > 2_000
    assert truth["lever-mega"].distinct > 200
    greenhouse = truth["greenhouse-mega"]
    assert sum(greenhouse.listings.values()) > sum(greenhouse.offers.values())
    assert 0 < truth["greenhouse-tiny"].distinct < 10


def test_more_than_workday_shows_is_the_sum_of_a_facet(good_day: Place) -> None:
    offers = offers_of(good_day, "workday-mega")
    assert offers.value is not None
    assert offers.value > 2_000
    assert "no more than 2000 jobs; this is the sum of its counts by jobFamilyGroup" in offers.evidence


def test_two_boards_of_one_system_are_both_counted(good_day: Place) -> None:
    findings, truth = look(good_day, "sisters"), good_day.offers("sisters")
    assert distinct_across(findings.postings) == truth.offers
    assert sum(truth.offers.values()) == truth.distinct


def listings_of_several(made: Place) -> tuple[Posting, ...]:
    vendors = ("greenhouse", "ashby", "lever")
    return tuple(posting for vendor in vendors for posting in look(made, "several", vendor=vendor).postings)


def test_a_board_that_moved_to_another_system_counts_once() -> None:
    with place("board-moved:several") as made:
        truth = made.offers("several")
        assert 5 < truth.distinct < sum(truth.offers.values())
        assert distinct_across(listings_of_several(made)) == {
            "greenhouse:several": truth.distinct,
            "ashby:several-hires": 0,
            "lever:several-work": 0,
        }


def test_boards_of_which_none_moved_all_count(good_day: Place) -> None:
    truth, listings = good_day.offers("several"), listings_of_several(good_day)
    places = {(one.vendor, one.title, one.location) for one in listings}
    alike = sum(count - 1 for count in Counter((title, location) for _, title, location in places).values())
    assert alike <= 1  # by chance, the same work in the same place: nobody can tell it from a job that moved
    assert sum(distinct_across(listings).values()) == truth.distinct - alike
    assert truth.distinct == sum(truth.offers.values())


@pytest.mark.parametrize("vendor", VENDORS)
@pytest.mark.parametrize(
    ("fault", "state", "said"),
    [
        ("board-403", State.BLOCKED, "403"),
        ("board-404", State.MISSING, "404"),
        ("html-200-board", State.BLOCKED, "HTML where JSON was expected"),
        ("forbidden-451", State.BLOCKED, "451"),
        ("renamed-field", State.BLOCKED, "Field required"),
        ("retyped-field", State.BLOCKED, "valid"),
        ("broken-json", State.BLOCKED, "JSON"),
        ("robots-closed", State.BLOCKED, "robots.txt"),
    ],
)
def test_a_board_that_does_not_tell_is_no_zero(vendor: str, fault: str, state: State, said: str) -> None:
    with place(f"{fault}:{vendor}") as made:
        company_id = f"{vendor}-mid"
        for one in look(made, company_id).observations:
            assert (one.value, one.state) == (None, state)
            assert said in one.reason
        assert made.offers(company_id).distinct > 0


DOWN = ["overloaded-529", "upstream-down", "upstream-reset", "truncated"]


@pytest.mark.parametrize("vendor", VENDORS)
@pytest.mark.parametrize("fault", DOWN)
def test_a_board_that_is_down_is_a_trouble_of_the_source(vendor: str, fault: str) -> None:
    with place(f"{fault}:{vendor}-mid") as made, pytest.raises(UpstreamDown, match="no usable answer"):
        look(made, f"{vendor}-mid")


@pytest.mark.parametrize("vendor", VENDORS)
@pytest.mark.parametrize("fault", DOWN)
def test_an_upstream_of_which_not_even_robots_txt_can_be_read_tells_nothing(vendor: str, fault: str) -> None:
    with place(f"{fault}:{vendor}") as made, suppress(UpstreamDown):
        for one in look(made, f"{vendor}-mid").observations:
            assert (one.value, one.state) == (None, State.BLOCKED)
            assert "robots.txt" in one.reason


@pytest.mark.parametrize("vendor", VENDORS)
@pytest.mark.parametrize("fault", [*DOWN, "limit-429"])
def test_a_passing_trouble_costs_a_wait_and_no_fact(vendor: str, fault: str) -> None:
    with place(f"{fault}:{vendor}=2") as made:
        company_id = f"{vendor}-mid"
        offers = offers_of(made, company_id)
        assert (offers.value, offers.state) == (made.offers(company_id).distinct, State.OK)
        assert made.box.faults.struck[fault] == 2
        assert made.clock.slept


def test_a_limit_that_never_ends_is_blocked() -> None:
    with place("limit-429:workable-mid") as made:
        offers = offers_of(made, "workable-mid")
        assert (offers.value, offers.state) == (None, State.BLOCKED)
        assert "limit" in offers.reason


def test_an_answer_that_never_comes_is_given_up() -> None:
    with place("time-out:greenhouse", timeout_seconds=0.2) as made, pytest.raises(UpstreamDown):
        look(made, "greenhouse-mid")


def test_one_dead_board_of_two_costs_its_own_count_only() -> None:
    with place("overloaded-529:greenhouse:sister-games") as made:
        found, truth = told(look(made, "sisters")), made.offers("sisters")
        good, bad = (found[f"greenhouse:{token}", Metric.OPEN_OFFERS] for token in ("sister", "sister-games"))
        assert (good.value, good.state) == (truth.offers["greenhouse:sister"], State.OK)
        assert (bad.value, bad.state) == (None, State.BLOCKED)
        assert "529" in bad.reason


def test_a_cap_without_counts_is_a_floor() -> None:
    with place("capped-2000:workday-mega") as made:
        offers = offers_of(made, "workday-mega")
        assert (offers.value, offers.state) == (2_000, State.CAPPED)
        assert made.offers("workday-mega").distinct > 2_000


@pytest.mark.parametrize("vendor", VENDORS)
def test_an_empty_board_is_a_true_zero(vendor: str) -> None:
    with place(f"board-empty:{vendor}") as made:
        assert {(one.value, one.state) for one in look(made, f"{vendor}-mid").observations} == {(0, State.EMPTY)}


@pytest.mark.parametrize("vendor", ["greenhouse", "ashby", "lever", "workable"])
def test_a_board_that_has_not_changed_is_not_sent_again(vendor: str, tmp_path: Path) -> None:
    with place(cache=tmp_path) as made:
        company, source = made.company(f"{vendor}-mid"), made.boards(vendor)
        first, second = ask(source, company), ask(source, company)
        assert sum(visitor.unchanged for visitor in made.visitors) > 0
        assert second.postings == first.postings
        assert told(second).keys() == told(first).keys()
        for key, one in told(second).items():
            assert (one.value, one.state) == (told(first)[key].value, State.OK)


def test_lever_is_asked_once_a_second_as_its_robots_txt_says(good_day: Place) -> None:
    made = good_day
    source = made.boards("lever")
    before, sent = made.clock.now(), len(made.box.log.entries)
    ask(source, made.company("lever-mega"))
    requests = len(made.box.log.entries) - sent
    assert requests > 4
    assert (made.clock.now() - before).total_seconds() >= requests - 1
