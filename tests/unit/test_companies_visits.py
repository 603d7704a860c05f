"""All sources are asked at once; none holds up another, and none ends the run."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from tests.company_world import TODAY, ToldSource, company, observation, posting

from talentscope.pipelines.companies.ledger import Ledger
from talentscope.pipelines.companies.offers import recounted
from talentscope.pipelines.companies.plan import Ask, plan_backfill, plan_run
from talentscope.pipelines.companies.visits import Began, Ended, Event, Failed, Found, Visits
from talentscope.registry.company import Board, Company
from talentscope.registry.observation import Findings, Metric, State
from talentscope.runtime.clock import SystemClock
from talentscope.runtime.errors import UpstreamDown

COMPANIES = [company(f"c{number}") for number in range(12)]
LONG = timedelta(minutes=5)


def visit(
    *sources: ToldSource,
    deadline: timedelta = LONG,
    days: int = 1,
    spent: Callable[[str], tuple[int, int]] = lambda _: (0, 0),
) -> list[Event]:
    asks = [Ask(source, TODAY - timedelta(days=n)) for source in sources for n in reversed(range(days))]
    return list(Visits(asks, COMPANIES, clock=SystemClock(), deadline=deadline, spent=spent).events())


def down() -> None:
    raise UpstreamDown("no answer")


def test_every_company_is_asked_once_and_no_more_at_a_time_than_allowed() -> None:
    source = ToldSource(in_flight=3)
    events = visit(source)
    assert sorted(source.asked) == sorted((c.company_id, TODAY) for c in COMPANIES)
    assert source.most_at_once <= 3
    assert isinstance(events[0], Began)
    assert isinstance(events[-1], Ended)
    assert sum(isinstance(event, Found) for event in events) == len(COMPANIES)


def test_a_company_that_a_source_does_not_cover_is_not_asked_about() -> None:
    source = ToldSource()
    private = company("hidden", tickers=())
    events = list(Visits([Ask(source, TODAY)], [private], clock=SystemClock(), deadline=LONG).events())
    assert source.asked == []
    assert [type(event) for event in events] == [Began, Ended]


def test_a_source_that_hangs_holds_up_nobody_and_is_told_as_down_at_its_deadline() -> None:
    release = threading.Event()

    def hang(*_: object) -> Findings:
        release.wait(20)
        return Findings()

    quick, stuck = ToldSource("quick"), ToldSource("stuck", answer=hang)
    try:
        events = visit(quick, stuck, deadline=timedelta(seconds=0.3))
    finally:
        release.set()
    found = [event.source.name for event in events if isinstance(event, Found)]
    failed = [event for event in events if isinstance(event, Failed)]
    assert found == ["quick"] * len(COMPANIES)
    assert {event.company.company_id for event in failed} == {c.company_id for c in COMPANIES}
    assert all("not done after 0 s" in event.error.message for event in failed)


def test_days_that_a_stuck_source_never_began_are_told_too() -> None:
    release = threading.Event()
    stuck = ToldSource("stuck", preparing=lambda: (release.wait(20), None)[1])
    asks = [Ask(stuck, TODAY - timedelta(days=1)), Ask(stuck, TODAY)]
    ledger = Ledger()
    try:
        for event in Visits(asks, COMPANIES, clock=SystemClock(), deadline=timedelta(seconds=0.3)).events():
            ledger.note(event)
    finally:
        release.set()
    assert {day for _, day in ledger.visits} == {TODAY, TODAY - timedelta(days=1)}
    assert {visit.state for visit in ledger.visits.values()} == {"down"}


def test_a_source_that_is_down_is_told_for_every_company_and_the_others_go_on() -> None:
    dead, alive = ToldSource("dead", preparing=down), ToldSource("alive")
    events = visit(dead, alive)
    assert dead.asked == []
    assert sum(isinstance(event, Failed) for event in events) == len(COMPANIES)
    assert sum(isinstance(event, Found) for event in events) == len(COMPANIES)


def test_a_fault_of_ours_in_a_thread_ends_the_run_instead_of_vanishing() -> None:
    def broken(*_: object) -> Findings:
        raise ZeroDivisionError("a bug")

    with pytest.raises(ZeroDivisionError):
        visit(ToldSource(answer=broken))


def test_leaving_the_loop_stops_the_asking() -> None:
    gate = threading.Event()

    def wait(*_: object) -> Findings:
        gate.wait(5)
        return Findings()

    source = ToldSource(answer=wait)
    events = Visits([Ask(source, TODAY)], COMPANIES, clock=SystemClock(), deadline=LONG).events()
    next(events)
    events.close()
    gate.set()
    for thread in threading.enumerate():
        if thread.name.startswith("source-sec"):
            thread.join(5)
    assert len(source.asked) <= 1


def test_the_ledger_counts_what_was_told_and_what_was_not() -> None:
    def some(asked: object, day: date) -> Findings:
        if asked.company_id == "c0":  # type: ignore[attr-defined]
            raise UpstreamDown("c0 hung up")
        facts = (observation(Metric.EMPLOYEES, 5.0), observation(Metric.SHARES, None))
        return Findings(facts, notes=("a ticker vanished",))

    spent = iter([(10, 1), (34, 5)])
    ledger = Ledger()
    for event in visit(ToldSource(answer=some), spent=lambda _: next(spent)):
        ledger.note(event)
    (told,) = ledger.visits.values()
    assert (told.state, told.requests, told.unchanged) == ("partial", 24, 4)
    assert (told.companies, told.failed, told.observations, told.without_value) == (12, 1, 22, 11)
    assert ledger.warnings() == ["sec answered in part (2026-11-21): 1 of 12 companies without an answer: c0 hung up"]
    assert ledger.notes[0] == "sec: a ticker vanished"


def test_each_day_counts_its_own_requests_however_late_the_ledger_reads() -> None:
    source = ToldSource()
    events = visit(source, days=3, spent=lambda _: (len(source.asked), 0))
    ledger = Ledger()
    for event in events:
        ledger.note(event)
    assert [told.requests for told in ledger.visits.values()] == [len(COMPANIES)] * 3


@pytest.mark.parametrize(("blocked", "state"), [(12, "down"), (3, "partial"), (0, "ok")])
def test_a_source_that_answers_only_with_refusals_is_not_fine(blocked: int, state: str) -> None:
    refused = {c.company_id for c in COMPANIES[:blocked]}

    def answer(asked: Company, day: date) -> Findings:
        if asked.company_id in refused:
            return Findings((observation(Metric.EMPLOYEES, None, state=State.BLOCKED, reason="403 says no"),))
        return Findings((observation(Metric.EMPLOYEES, 5.0),))

    ledger = Ledger()
    for event in visit(ToldSource(answer=answer)):
        ledger.note(event)
    (told,) = ledger.visits.values()
    assert told.state == state
    assert ("403 says no" in told.reason) == (state != "ok")


def test_which_board_keeps_a_shared_offer_does_not_depend_on_which_answers_first() -> None:
    ashby, greenhouse = Board("ashby", "acme"), Board("greenhouse", "acme")
    order = {ashby.subject: 0, greenhouse.subject: 1}

    def reading(board: Board) -> Findings:
        listed = tuple(posting(n, board=board) for n in range(4))
        return Findings((observation(Metric.OPEN_OFFERS, 4.0, subject=board.subject),), listed)

    for answers in ([ashby, greenhouse], [greenhouse, ashby]):
        told = recounted([reading(board) for board in answers], order)
        assert {o.subject: o.value for o in told.observations} == {ashby.subject: 4.0, greenhouse.subject: 0.0}
        assert any("4 of 4 are on another board" in o.evidence for o in told.observations)


def test_posts_are_asked_for_whole_days_and_missed_days_are_caught_up() -> None:
    posts = ToldSource("hackernews", metrics=(), has_past=True)
    stream = ToldSource("bluesky", metrics=())
    boards = ToldSource("greenhouse", metrics=(Metric.OPEN_OFFERS,))
    yesterday = TODAY - timedelta(days=1)

    def plan(last: dict[str, date]) -> dict[str, list[date]]:
        days: dict[str, list[date]] = {}
        for ask in plan_run([posts, stream, boards], today=TODAY, last_days=last):
            days.setdefault(ask.source.name, []).append(ask.day)
        return days

    assert plan({}) == {"hackernews": [yesterday], "bluesky": [yesterday], "greenhouse": [TODAY]}
    missed = plan({"hackernews": TODAY - timedelta(days=4), "bluesky": TODAY - timedelta(days=4)})
    assert missed["hackernews"] == [TODAY - timedelta(days=n) for n in (3, 2, 1)]
    assert missed["bluesky"] == [yesterday], "it has no past"
    assert len(plan({"hackernews": date(2026, 1, 1)})["hackernews"]) == 7
    assert plan({"hackernews": yesterday})["hackernews"] == [yesterday], "the same day twice asks the same"


def test_a_backfill_asks_sources_with_a_past_and_ends_on_the_last_day() -> None:
    sources = [
        ToldSource("hackernews", metrics=(), has_past=True),
        ToldSource("greenhouse"),
        ToldSource("sec", has_past=True),
    ]
    first, last = date(2026, 9, 1), date(2026, 11, 15)
    days: dict[str, list[date]] = {}
    for ask in plan_backfill(sources, first=first, last=last):
        days.setdefault(ask.source.name, []).append(ask.day)
    assert len(days["hackernews"]) == 76
    assert days["sec"] == [date(2026, 9, 1), date(2026, 10, 1), date(2026, 10, 31), date(2026, 11, 15)]
    assert "greenhouse" not in days
