"""A run of the companies pipeline on a real warehouse: troubles become states, nothing is lost, twice is as once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.company_world import NOW, TODAY, ToldSource, company, observation, post, posting

from talentscope.pipelines.companies.posts import sum_up
from talentscope.pipelines.companies.progress import Silence
from talentscope.pipelines.companies.run import CompaniesRun, Outcome, Pace
from talentscope.registry.company import Board, Company
from talentscope.registry.observation import Findings, Metric, Source, State
from talentscope.runtime.clock import Clock, FixedClock
from talentscope.runtime.errors import UpstreamDown, UpstreamRefused
from talentscope.scoring.companies import Question, find_card, find_companies
from talentscope.warehouse.connection import Warehouse, open_warehouse
from talentscope.warehouse.snapshot import open_snapshot

ASHBY, GREENHOUSE = Board("ashby", "acme"), Board("greenhouse", "acme")
ACME = company("acme", boards=(GREENHOUSE,))
COMPANIES = [ACME, company("bolt"), company("crate"), company("hidden", tickers=(), status="private")]


class Still(FixedClock):
    """A clock for a run whose threads wait in the real time; each look at it is a moment later."""

    def now(self) -> Any:
        self.advance(0.001)
        return super().now()


@pytest.fixture
def opened(tmp_path: Path, database_url: str | None) -> Iterator[tuple[Warehouse, Path]]:
    clock = Still(NOW)
    home = tmp_path / "home"
    with open_warehouse(home=home, database_url=database_url, clock=clock) as warehouse:
        yield warehouse, home


def run_of(
    warehouse: Warehouse, *sources: Source, companies: Sequence[Company] = COMPANIES, clock: Clock | None = None
) -> CompaniesRun:
    return CompaniesRun(
        companies=companies,
        sources=sources,
        off={"fmp": "it needs a key"},
        spent=lambda _: (3, 1),
        warehouse=warehouse,
        clock=clock or Still(NOW),
        watcher=Silence(),
        pace=Pace(batch_rows=100, lock_wait_seconds=30, deadline=timedelta(minutes=1)),
        summarise=lambda *asked: sum_up(*asked, score=lambda posts: [0.5 for _ in posts]),
        note_employers=lambda *_: None,
    )


def figures() -> list[ToldSource]:
    """Market value from one source, head-count from another, offers from a board, posts from a fourth."""
    values = {"acme": 1e9, "bolt": 4e9, "crate": 2e9}
    people = {"acme": 1000.0, "bolt": 2000.0, "crate": None}
    listed = tuple(posting(n, board=GREENHOUSE) for n in range(10))

    def market(asked: Company, day: date) -> Findings:
        value = values[asked.company_id]
        return Findings((observation(Metric.MARKET_VALUE, value, company_id=asked.company_id, source="nasdaq"),))

    def filed(asked: Company, day: date) -> Findings:
        value = people[asked.company_id]
        of = TODAY - timedelta(days=100)
        return Findings((observation(Metric.EMPLOYEES, value, company_id=asked.company_id, as_of=of),))

    def board(asked: Company, day: date) -> Findings:
        if asked.company_id != "acme":
            return Findings()
        subject = GREENHOUSE.subject
        told = [(Metric.OPEN_OFFERS, 10.0), (Metric.POSTINGS, 10.0)]
        return Findings(tuple(observation(m, v, source="greenhouse", subject=subject) for m, v in told), listed)

    def written(asked: Company, day: date) -> Findings:
        count = 30 if asked.company_id == "acme" else 0
        return Findings(posts=tuple(post(n, at=NOW - timedelta(days=1)) for n in range(count)))

    return [
        ToldSource("nasdaq", (Metric.MARKET_VALUE,), answer=market),
        ToldSource("sec", (Metric.EMPLOYEES,), answer=filed, in_flight=3),
        ToldSource("greenhouse", (Metric.OPEN_OFFERS, Metric.POSTINGS), answer=board),
        ToldSource("hackernews", (), answer=written, has_past=True),
    ]


def ranking(home: Path, sort: str = "value_per_employee") -> list[dict[str, Any]]:
    with open_snapshot(home) as snapshot:
        return find_companies(snapshot.connection, Question(sort=sort))


def test_a_run_ends_with_a_ranking_and_unknown_is_not_zero(opened: tuple[Warehouse, Path]) -> None:
    warehouse, home = opened
    outcome = run_of(warehouse, *figures()).execute()
    assert outcome.warnings == ()
    rows = ranking(home)
    assert [(row["company_id"], row["rank"], row["value_per_employee_usd"]) for row in rows] == [
        ("bolt", 1, 2e6),
        ("acme", 2, 1e6),
        ("crate", None, None),
        ("hidden", None, None),
    ]
    acme = next(row for row in rows if row["company_id"] == "acme")
    assert acme["value_per_offer_usd"] == 1e8
    assert acme["sentiment_mentions"] == 30
    hidden = next(row for row in rows if row["company_id"] == "hidden")
    assert hidden["open_offers"] is None
    with open_snapshot(home) as snapshot:
        card = find_card(snapshot.connection, "acme")
    assert len(card["postings"]) == 10
    assert {sample["score"] for sample in card["posts"]} == {0.5}
    assert {visit.state for visit in outcome.visits} == {"ok", "off"}


def test_two_sources_down_still_publish_and_the_last_good_value_stays_with_its_age(
    opened: tuple[Warehouse, Path],
) -> None:
    warehouse, home = opened
    run_of(warehouse, *figures()).execute()

    def dead(*_: object) -> Findings:
        raise UpstreamDown("no answer from the board")

    def down() -> None:
        raise UpstreamRefused("403 says no", status=403)

    nasdaq, sec, greenhouse, hackernews = figures()
    later = Still(NOW + timedelta(days=1))
    outcome = run_of(
        warehouse,
        replace(nasdaq, preparing=down),
        sec,
        replace(greenhouse, answer=dead),
        hackernews,
        clock=later,
    ).execute()
    assert [warning.partition(" ")[0] for warning in outcome.warnings] == ["nasdaq", "greenhouse"]
    acme = next(row for row in ranking(home) if row["company_id"] == "acme")
    assert (acme["market_value_usd"], acme["market_value_age_days"]) == (1e9, 1)
    assert (acme["open_offers"], acme["offers_age_days"], acme["offers_state"]) == (10, 1, "stale")
    with open_snapshot(home) as snapshot:
        facts = find_card(snapshot.connection, "acme")["facts"]
    blocked = {fact["metric"]: fact for fact in facts if fact["state"] == "blocked"}
    assert set(blocked) == {"market_value_usd", "open_offers", "postings"}
    assert blocked["market_value_usd"]["reason"] == "403 says no"
    assert blocked["market_value_usd"]["value"] == 1e9


def test_the_same_day_run_twice_is_as_once(opened: tuple[Warehouse, Path]) -> None:
    warehouse, home = opened
    run_of(warehouse, *figures()).execute()
    once = ranking(home)
    run_of(warehouse, *figures(), clock=Still(NOW + timedelta(hours=3))).execute()
    assert ranking(home) == once


def test_a_job_on_two_boards_counts_once(opened: tuple[Warehouse, Path]) -> None:
    warehouse, home = opened
    moved = company("acme", boards=(ASHBY, GREENHOUSE))

    def reading(board: Board, numbers: range) -> ToldSource:
        listed = tuple(posting(n, board=board) for n in numbers)
        count = float(len(listed))
        facts = tuple(
            observation(metric, count, source=board.vendor, subject=board.subject)
            for metric in (Metric.OPEN_OFFERS, Metric.POSTINGS)
        )
        metrics = (Metric.OPEN_OFFERS, Metric.POSTINGS)
        return ToldSource(board.vendor, metrics, answer=lambda asked, day: Findings(facts, listed))

    run = run_of(warehouse, reading(ASHBY, range(10)), reading(GREENHOUSE, range(7, 12)), companies=[moved])
    run.execute()
    (acme,) = ranking(home)
    assert (acme["open_offers"], acme["postings"]) == (12, 15)


def test_a_board_that_no_source_reads_is_missing_and_not_nothing(opened: tuple[Warehouse, Path]) -> None:
    warehouse, home = opened
    closed = company("acme", boards=(Board("smartrecruiters", "Acme"),))
    nothing = ToldSource("greenhouse", (Metric.OPEN_OFFERS, Metric.POSTINGS))
    run_of(warehouse, nothing, companies=[closed]).execute()
    (acme,) = ranking(home)
    assert (acme["open_offers"], acme["offers_state"]) == (None, State.MISSING)
    with open_snapshot(home) as snapshot:
        (board,) = find_card(snapshot.connection, "acme")["boards"]
    assert "robots.txt" in board["reason"]


def test_a_fault_of_ours_keeps_what_was_told_until_then(opened: tuple[Warehouse, Path]) -> None:
    warehouse, _ = opened

    def broken(asked: Company, day: date) -> Findings:
        if asked.company_id == "crate":
            raise ZeroDivisionError("a bug")
        return Findings((observation(Metric.EMPLOYEES, 5.0, company_id=asked.company_id),))

    with pytest.raises(ZeroDivisionError):
        run_of(warehouse, ToldSource("sec", (Metric.EMPLOYEES,), answer=broken)).execute()
    kept = warehouse.query("SELECT company_id FROM raw.company_observations WHERE source = 'sec' ORDER BY company_id")
    assert kept.column("company_id").to_pylist() == ["acme", "bolt"]


def test_a_row_that_left_the_registry_leaves_the_ranking(opened: tuple[Warehouse, Path]) -> None:
    warehouse, home = opened
    run_of(warehouse, *figures()).execute()
    run_of(warehouse, *figures(), companies=COMPANIES[:2], clock=Still(NOW + timedelta(hours=1))).execute()
    assert {row["company_id"] for row in ranking(home)} == {"acme", "bolt"}


def test_missed_days_of_posts_are_caught_up(opened: tuple[Warehouse, Path]) -> None:
    warehouse, _ = opened
    run_of(warehouse, *figures()).execute()
    posts = figures()[3]
    run_of(warehouse, posts, clock=Still(NOW + timedelta(days=4))).execute()
    assert sorted({day for _, day in posts.asked}) == [TODAY + timedelta(days=n) for n in (0, 1, 2, 3)]


def test_a_backfill_reaches_the_days_of_history(opened: tuple[Warehouse, Path]) -> None:
    warehouse, _ = opened
    posts = figures()[3]
    outcome: Outcome = run_of(warehouse, posts).backfill(first=date(2026, 11, 1), last=date(2026, 11, 5))
    assert sorted({day for _, day in posts.asked}) == [date(2026, 11, day) for day in (1, 2, 3, 4, 5)]
    assert outcome.warnings == ()
