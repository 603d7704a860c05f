"""Bad days of the companies' sources: each trouble costs its own facts, is told, and is never a zero."""

from __future__ import annotations

import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock
from tests.functional.market import BY_SOURCE, CHOSEN, aimed
from tests.functional.stage import Answer, Program, count, fresh, wait_until

from talentscope.registry.read import Registry
from talentscope.sandbox.limits import Limits
from talentscope.sandbox.server import Running

Market = Callable[..., Running]
KEY = "fmp-KeepThisToYourself"

OF_COMPANIES = (
    "board-403:block",
    "board-404:gitlab",
    "board-empty:openai",
    "html-200-board:amplitude",
    "overloaded-529:hugging-face",
    "capped-2000:nvidia",
    "zero-market-value:alphabet",
    "missing-employees:block",
    "ticker-vanished:spotify",
    "wrong-cik:gitlab",
)
OF_SOURCES = (
    "renamed-field:nasdaq",
    "retyped-field:greenhouse",
    "time-out:hackernews",
    "truncated:lever",
    "broken-json:ashby",
    "robots-closed:workday",
    "upstream-reset:workable",
)
OF_THE_WORLD = (
    "foreign-posts:nvidia",
    "no-posts:gitlab",
    "company-renamed:gitlab",
    "share-split:nvidia",
    "board-moved:amplitude",
    "key-refused",
)


class Day:
    """A data directory after one run on a bad day, and what the run said."""

    def __init__(self, program: Program, said: Answer) -> None:
        self.program, self.said = program, said
        rows = program("companies", "--format", "json").json()
        self.row: dict[str, dict[str, Any]] = {row["company_id"]: row for row in rows}

    def card(self, name: str) -> Any:
        return self.program("companies", "show", name, "--format", "json").json()

    def fact(self, name: str, metric: str, source: str) -> Any:
        facts = self.card(name)["facts"]
        return next(fact for fact in facts if (fact["metric"], fact["source"]) == (metric, source))

    def board(self, name: str) -> Any:
        return next(board for board in self.card(name)["boards"] if board["is_current"])


@pytest.fixture(scope="session")
def day_of(shared_folder: Path, make_market: Market, registry: Registry) -> Callable[..., Day]:
    """Runs once a set of faults, for all tests of this session."""
    done: dict[tuple[str, ...], Day] = {}

    def run(*faults: str, also: tuple[str, ...] = ()) -> Day:
        if faults not in done:
            home = shared_folder / f"day-{faults[0].replace(':', '-')}" / "home"
            with FileLock(shared_folder / f"{home.parent.name}.lock"):
                program = aimed(fresh(home), make_market(*faults), registry).with_settings(
                    TALENTSCOPE_TIMEOUT_SECONDS=1, FMP_API_KEY=KEY
                )
                said = program("run", "companies", *BY_SOURCE, *also)
            assert said.code == 0, said.err
            done[faults] = Day(program, said)
        return done[faults]

    return run


def warnings(said: Answer) -> dict[str, str]:
    """The warning lines by the source that they are of."""
    lines = [line.removeprefix("warning: ") for line in said.err.splitlines() if line.startswith("warning: ")]
    return {line.split(" ")[0]: line for line in lines}


def test_a_refused_board_is_blocked_and_never_zero(day_of: Callable[..., Day]) -> None:
    day = day_of(*OF_COMPANIES)
    row = day.row["block"]
    assert (row["open_offers"], row["open_offers_state"], row["value_per_offer_usd"]) == (None, "blocked", None)
    assert "offers_blocked" in row["quality"]
    assert "403" in day.board("block")["reason"]
    assert "facts blocked" in warnings(day.said)["greenhouse"]


def test_a_board_that_is_gone_is_missing_and_an_empty_one_is_a_true_zero(day_of: Callable[..., Day]) -> None:
    day = day_of(*OF_COMPANIES)
    assert (day.row["gitlab"]["open_offers"], day.row["gitlab"]["open_offers_state"]) == (None, "missing")
    assert (day.row["openai"]["open_offers"], day.row["openai"]["open_offers_state"]) == (0, "empty")
    assert "few_offers" in day.row["openai"]["quality"]
    assert day.row["openai"]["value_per_offer_usd"] is None, "nothing is divided by zero"


def test_a_page_with_status_200_and_an_overloaded_board_are_blocked(day_of: Callable[..., Day]) -> None:
    day = day_of(*OF_COMPANIES)
    assert "HTML where JSON was expected" in day.board("amplitude")["reason"]
    assert day.board("hugging-face")["state"] == "blocked"
    assert "529" in warnings(day.said)["workable"]


def test_a_total_that_is_capped_is_a_floor(day_of: Callable[..., Day]) -> None:
    row = day_of(*OF_COMPANIES).row["nvidia"]
    assert (row["open_offers"], row["open_offers_state"]) == (2000, "capped")
    assert "offers_capped" in row["quality"]


def test_a_market_value_of_0_is_unknown_and_shares_times_price_stand_in(day_of: Callable[..., Day]) -> None:
    day = day_of(*OF_COMPANIES)
    assert day.fact("alphabet", "market_value_usd", "nasdaq")["value"] is None
    row = day.row["alphabet"]
    price, shares = row["price_usd"], row["shares"]
    assert row["market_value_usd"] == pytest.approx(price * shares)
    # how many posts were written by now depends on the hour
    assert [mark for mark in row["quality"] if mark != "few_mentions"] == ["value_computed"]
    assert row["value_per_employee_usd"] == pytest.approx(price * shares / row["employees"])


def test_a_head_count_that_stands_nowhere_withholds_the_ratio_with_the_reason(day_of: Callable[..., Day]) -> None:
    row = day_of(*OF_COMPANIES).row["block"]
    assert (row["employees"], row["value_per_employee_usd"]) == (None, None)
    assert row["withheld"]["value_per_employee"] == "the head-count is not known"


def test_a_ticker_that_vanished_is_an_alarm_and_not_a_crash(day_of: Callable[..., Day]) -> None:
    day = day_of(*OF_COMPANIES)
    assert "nasdaq: Spotify: no stock is listed as SPOT any more" in day.said.err
    assert "sec: Spotify: EDGAR does not list the ticker SPOT any more" in day.said.err
    assert day.row["spotify"]["market_value_usd"] is None
    assert day.row["spotify"]["employees"] is not None


def test_an_item_of_another_company_is_not_believed(day_of: Callable[..., Day]) -> None:
    fact = day_of(*OF_COMPANIES).fact("gitlab", "employees", "wikidata")
    assert fact["value"] is None


def test_what_no_trouble_touched_is_as_on_a_good_day(day_of: Callable[..., Day]) -> None:
    rows = day_of(*OF_COMPANIES).row
    assert set(rows) == set(CHOSEN)
    assert rows["servicenow"]["value_per_employee_usd"] is not None
    assert rows["spotify"]["open_offers"] > 0


def test_seven_sources_down_still_publish_and_each_says_why(day_of: Callable[..., Day]) -> None:
    day = day_of(*OF_SOURCES)
    expected = {
        "nasdaq": "marketCap",
        "greenhouse": "internal_job_id",
        "hackernews": "did not answer in time",
        "lever": "without sending complete message body",
        "ashby": "not JSON",
        "workday": "robots.txt",
        "workable": "disconnected",
    }
    said = warnings(day.said)
    assert set(said) == set(expected)
    for source, words in expected.items():
        assert "is down" in said[source]
        assert words in said[source]
    assert all(row["open_offers"] is None for row in day.row.values())
    assert all(row["market_value_usd"] is None for row in day.row.values())
    assert day.row["nvidia"]["employees"] is not None
    status = day.program("status", "--format", "json").json()
    states = {one["source"]: one["state"] for one in status["sources"] if "state" in one}
    assert {source for source, state in states.items() if state == "down"} == set(expected)
    assert count(day.program.home, "raw.company_mentions") == 0, "nobody was read: that is not nobody wrote"


def test_posts_in_other_languages_are_counted_and_not_scored(day_of: Callable[..., Day]) -> None:
    day = day_of(*OF_THE_WORLD, also=("--source", "fmp"))
    row = day.row["nvidia"]
    assert row["sentiment"]["mentions"] == 0
    assert row["sentiment"]["mean"] is None
    assert count(day.program.home, "raw.company_mentions", "company_id = 'nvidia' AND posts > 10 AND scored = 0") == 1
    assert count(day.program.home, "raw.company_mentions", "company_id = 'gitlab' AND posts = 0") == 1


def test_a_renamed_company_is_an_alarm_and_keeps_its_history(day_of: Callable[..., Day]) -> None:
    day = day_of(*OF_THE_WORLD, also=("--source", "fmp"))
    assert "sec: GitLab: EDGAR does not list the ticker GTLB any more" in day.said.err
    assert day.row["gitlab"]["employees"] is not None, "identity is the CIK"


def test_a_board_that_moved_counts_no_job_twice(
    day_of: Callable[..., Day], make_market: Market, registry: Registry, now: Any
) -> None:
    moved, still = day_of(*OF_THE_WORLD, also=("--source", "fmp")), make_market()
    truth = still.employers.open_requisitions("amplitude", now.date())
    assert moved.row["amplitude"]["open_offers"] == truth.distinct


def test_a_refused_key_is_told_and_never_shown(day_of: Callable[..., Day]) -> None:
    day = day_of(*OF_THE_WORLD, also=("--source", "fmp"))
    assert "401" in warnings(day.said)["fmp"]
    assert KEY not in day.said.err
    files = [path for path in day.program.home.rglob("*") if path.is_file()]
    assert len(files) > 10
    assert [path.name for path in files if KEY.encode() in path.read_bytes()] == []


def test_without_a_contact_the_sec_refuses_and_the_run_says_what_to_set(
    program: Program, make_market: Market, registry: Registry
) -> None:
    aim = aimed(program, make_market(limits=Limits()), registry).with_settings(TALENTSCOPE_CONTACT=None)
    said = aim("run", "companies", "--source", "sec")
    assert said.code == 0, said.err
    assert "TALENTSCOPE_CONTACT is not set" in said.err
    assert "403" in warnings(said)["sec"]


def test_ctrl_c_keeps_what_was_read_and_the_next_run_goes_on(
    program: Program, make_market: Market, registry: Registry
) -> None:
    market = make_market("slow-upstream:sec=300")
    aim = aimed(program, market, registry)
    process = aim.start("run", "companies", *BY_SOURCE)
    wait_until(lambda: market.log.count(resource="greenhouse") >= 2, why="boards are read")
    process.send_signal(signal.SIGINT)
    said = aim.finish(process)
    assert said.code == 130, said.err
    assert "everything collected so far is stored" in said.err
    assert aim("run", "companies", *BY_SOURCE).code == 0
    assert count(program.home, "marts.companies") == len(CHOSEN)
