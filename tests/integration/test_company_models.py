"""The marts of companies on every bad day: one company a trouble, all in one warehouse, on both engines."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from tests.integration.company_stock import (
    TODAY,
    day,
    employer,
    organisation,
    post,
    posting,
    seen,
    stock,
    visit,
)
from tests.integration.company_troubles import BILLION, TROUBLES, plain
from tests.integration.stock import Row, account, repository, to_arrow

from talentscope.runtime.clock import SystemClock
from talentscope.scoring import sentiment_rules
from talentscope.warehouse import company_rules, tables
from talentscope.warehouse.connection import open_warehouse
from talentscope.warehouse.snapshot import open_snapshot


@dataclass
class Published:
    """The snapshot of that warehouse."""

    home: Path
    companies: dict[str, Row]
    days: dict[tuple[str, date], Row]

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        with open_snapshot(self.home) as snapshot:
            return snapshot.connection.execute(sql).fetchall()


@pytest.fixture(scope="module", params=["duckdb", "postgres"])
def published(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Published:
    url = request.getfixturevalue("make_database")() if request.param == "postgres" else None
    home = tmp_path_factory.mktemp("bad_days")
    rows = [row for trouble in TROUBLES for row in trouble()]
    given = stock(
        *rows,
        company_organisations=[organisation("open", "open-org"), organisation("open", "left", observed_at=seen(1))],
        company_postings=[
            posting("once", 1),
            posting("once", 2, days_ago=-0.01),
            posting("once", 3, days_ago=1),
            posting("moved", 4, days_ago=3),
            posting("shut", 5, days_ago=8),
        ],
        company_posts=[post("once", number, days_ago=number) for number in range(25)],
        employer_names=[employer("@open", "open", "high"), employer("opne", "open", "review")],
        source_visits=[
            visit("nasdaq", days_ago=1),
            visit("nasdaq", state="down", reason="503"),
            visit("lever", days_ago=4),
        ],
    )
    given |= {
        tables.REPOSITORIES: [
            repository(1, owner=1, owner_login="Open-Org", owner_type="Organization", stars=100),
            repository(2, owner=1, owner_login="Open-Org", owner_type="Organization", stars=7),
            repository(3, owner=1, owner_login="Open-Org", owner_type="Organization", stars=9, is_fork=True),
            *(repository(10 + owner, owner=owner) for owner in range(2, 6)),
        ],
        tables.ACCOUNTS: [
            account(2, company="@open"),
            account(3, company="@open"),
            account(4, company="opne"),
            account(5, company="@open", login="x-bot"),
        ],
    }
    again = [row for row in plain("once") if "metric" in row]
    with open_warehouse(home=home, database_url=url, clock=SystemClock()) as warehouse:
        warehouse.prepare()
        warehouse.load(to_arrow(given))
        warehouse.load(to_arrow(stock(*again)))
        warehouse.transform()
        warehouse.publish(run_id="run1")
        companies = warehouse.query("SELECT * FROM marts.companies").to_pylist()
        days = warehouse.query("SELECT * FROM marts.company_days").to_pylist()
    return Published(
        home,
        {row["company_id"]: row for row in companies},
        {(row["company_id"], row["day"]): row for row in days},
    )


def marks(row: Row) -> set[str]:
    return set((row["quality"] or "").split(",")) - {""}


def test_the_same_day_run_twice_counts_once(published: Published) -> None:
    once, twin = published.companies["once"], published.companies["twin"]
    own = {"company_id", "name", "ticker", "website", "cik"}
    assert {name: once[name] for name in once if name not in own} == {
        name: twin[name] for name in twin if name not in own
    }
    assert (once["open_offers"], once["value_per_offer_usd"]) == (40, 50 * BILLION / 40)
    assert len([key for key in published.days if key[0] == "once"]) == 10


def test_every_company_of_the_registry_is_there_and_no_other(published: Published) -> None:
    assert {"open", "zero", "dark"} <= published.companies.keys()
    assert "removed" not in published.companies
    assert "formerly" not in published.companies
    assert ("removed", day(2)) in published.days
    assert ("removed", TODAY) not in published.days


def test_two_share_classes_are_one_company_at_one_value(published: Published) -> None:
    row = published.companies["classes"]
    assert row["market_value_usd"] == 2000 * BILLION
    assert row["value_per_employee_usd"] == 20_000_000
    assert marks(row) == set()


def test_a_market_value_of_zero_is_unknown(published: Published) -> None:
    row = published.companies["zero"]
    assert (row["market_value_usd"], row["value_per_employee_usd"], row["rank_market_value"]) == (None, None, None)
    assert row["withheld_value_per_employee"] == "the market value is not known"


def test_shares_times_price_stands_in_where_nobody_states_a_value(published: Published) -> None:
    row = published.companies["computed"]
    assert (row["market_value_usd"], row["market_value_source"]) == (4 * BILLION, "sec x nasdaq")
    assert "value_computed" in marks(row)


def test_without_employees_the_ratio_is_withheld_and_nothing_is_divided_by_zero(published: Published) -> None:
    row = published.companies["nobody"]
    assert (row["employees"], row["value_per_employee_usd"]) == (None, None)
    assert row["withheld_value_per_employee"] == "the head-count is not known"


def test_no_offers_is_zero_and_known_but_no_ratio(published: Published) -> None:
    row = published.companies["quiet"]
    assert (row["offers_state"], row["open_offers"], row["value_per_offer_usd"]) == ("empty", 0, None)
    assert row["withheld_value_per_offer"] == "0 open offers are too few: it takes 5"
    assert "few_offers" in marks(row)


def test_few_offers_make_no_ratio(published: Published) -> None:
    row = published.companies["few"]
    assert (row["open_offers"], row["value_per_offer_usd"], row["rank_value_per_offer"]) == (4, None, None)


def test_a_share_split_does_not_look_like_a_fall(published: Published) -> None:
    row = published.companies["split"]
    assert row["market_value_change_7d_percent"] == pytest.approx(100 / 99)
    assert "split_suspected" in marks(row)
    assert "value_disputed" not in marks(row)
    row = published.companies["unsplit"]
    assert row["market_value_usd"] is None
    assert (
        row["withheld_value_per_employee"] == "the market value is 5 days old"
        or "shares x price is unknown" in row["withheld_value_per_employee"]
    )
    assert published.days["unsplit", day(6)]["market_value_usd"] == 990 * BILLION


def test_values_that_do_not_agree_are_marked_and_shown(published: Published) -> None:
    assert "value_disputed" in marks(published.companies["disputed"])
    row = published.companies["disagreeing"]
    assert marks(row) >= {"sources_disagree"}
    assert (row["market_value_usd"], row["market_value_source"]) == (102 * BILLION, "csv")


def test_an_old_value_is_marked_and_in_the_end_withheld(published: Published) -> None:
    row = published.companies["old"]
    assert (row["market_value_usd"], row["market_value_age_days"]) == (BILLION, 8)
    assert "value_old" in marks(row)
    row = published.companies["expired"]
    assert (row["market_value_usd"], row["market_value_as_of"]) == (None, None)
    assert row["withheld_value_per_employee"] == "the market value is 31 days old"


def test_old_head_counts_are_grey_and_jumps_are_marked(published: Published) -> None:
    row = published.companies["grey"]
    assert (row["employees"], row["employees_age_days"], row["value_per_employee_usd"]) == (10, 500, BILLION / 10)
    assert "employees_old" in marks(row)
    row = published.companies["jumpy"]
    assert row["employees_change_1y_percent"] == pytest.approx(31)
    assert "employees_jump" in marks(row)


def test_a_filed_head_count_comes_before_a_newer_one_that_is_sold(published: Published) -> None:
    row = published.companies["filed"]
    assert (row["employees"], row["employees_source"], row["employees_as_of"]) == (164_000, "sec", day(60))


def test_a_blocked_board_is_filled_for_a_week_and_is_never_zero(published: Published) -> None:
    row = published.companies["blocked"]
    assert (row["offers_state"], row["open_offers"], row["offers_as_of"]) == ("stale", 40, day(3))
    assert "offers_filled" in marks(row)
    assert row["value_per_offer_usd"] == 50 * BILLION / 40
    row = published.companies["shut"]
    assert (row["offers_state"], row["open_offers"], row["value_per_offer_usd"]) == ("blocked", None, None)
    assert row["withheld_value_per_offer"] == "a job board could not be read, nor in the 7 days before"
    assert "offers_blocked" in marks(row)
    assert published.days["shut", day(1)]["open_offers"] == 40


def test_a_later_failure_of_the_same_day_does_not_hide_the_good_value(published: Published) -> None:
    row = published.companies["later"]
    assert (row["offers_state"], row["open_offers"]) == ("ok", 40)
    state = published.rows(
        "SELECT state, value FROM company_facts WHERE company_id = 'later' AND metric = 'open_offers'"
    )
    assert state == [("ok", 40)]


@pytest.mark.parametrize("name", ["moved", "left"])
def test_a_board_that_moved_is_counted_once(published: Published, name: str) -> None:
    assert [published.days[name, day(n)]["open_offers"] for n in (4, 3, 2, 1, 0)] == [40, 40, 41, 41, 41]
    row = published.companies[name]
    assert ("offers_partial" in marks(row)) == (name == "left")
    boards = published.rows(
        f"SELECT vendor, is_current, state, open_offers FROM company_boards WHERE company_id = '{name}'"
    )
    gone = ("greenhouse", name == "left", "missing" if name == "left" else "ok", 40)
    assert boards == [("ashby", True, "ok", 41), gone]


def test_a_capped_number_is_a_floor_and_its_change_unknown(published: Published) -> None:
    row = published.companies["capped"]
    assert (row["offers_state"], row["open_offers"], row["offers_change_7d"]) == ("capped", 2000, None)
    assert "offers_capped" in marks(row)
    assert published.companies["once"]["offers_change_7d"] == 0


def test_a_company_renamed_in_the_registry_keeps_its_history(published: Published) -> None:
    row = published.companies["lately"]
    assert (row["market_value_usd"], row["market_value_as_of"], row["value_per_employee_usd"]) == (9e9, day(1), 1e8)
    assert row["mentions_7d"] == 35
    assert published.days["lately", day(8)]["market_value_usd"] == 9e9
    assert not [key for key in published.days if key[0] == "formerly"]


def test_posts_in_other_languages_count_as_mentions_but_have_no_tone(published: Published) -> None:
    row = published.companies["foreign"]
    assert (row["mentions_7d"], row["sentiment_mentions"], row["sentiment_mean"]) == (63, 0, None)
    assert row["withheld_sentiment"] == "too few mentions: 0 of 20 in 7 days"
    assert published.companies["once"]["withheld_sentiment"] == "no posts were read"


def test_sentiment_is_shrunk_has_an_interval_and_is_compared_with_its_own_past(published: Published) -> None:
    row = published.companies["loved"]
    raw = {"loved": 0.75, "lately": 0.4}
    prior = sum(raw.values()) / 2
    spread = sentiment_rules.spread(28, 28 * 0.75, 7 * (0.64 + 0.36 + 0.49 + 0.81))
    assert (row["sentiment_mean"], row["sentiment_low"], row["sentiment_high"]) == pytest.approx(
        sentiment_rules.shrunk(28, *spread, prior)
    )
    assert row["sentiment_change"] == pytest.approx(0.75 - 0.05)
    assert (row["sentiment_direction"], row["sentiment_as_of"]) == ("rising", day(1))
    assert (row["sentiment_positive_share"], row["sentiment_negative_share"]) == (1, 0)


def test_yesterdays_answer_is_of_yesterday(published: Published) -> None:
    row = published.companies["slow"]
    assert (row["market_value_usd"], row["market_value_as_of"]) == (BILLION, day(1))
    assert (row["open_offers"], row["offers_state"], row["offers_as_of"]) == (7, "stale", day(1))


def test_with_two_sources_down_the_last_good_values_are_shown_with_their_age(published: Published) -> None:
    row = published.companies["dark"]
    assert (row["market_value_usd"], row["market_value_age_days"]) == (50 * BILLION, 1)
    assert (row["open_offers"], row["offers_age_days"], row["offers_state"]) == (40, 1, "stale")
    facts = published.rows(
        "SELECT metric, state, reason, value, as_of, age_days FROM company_facts WHERE company_id = 'dark'"
        " AND source <> 'sec' ORDER BY metric"
    )
    assert facts == [
        ("market_value_usd", "blocked", "403", 50 * BILLION, day(1), 1),
        ("open_offers", "blocked", "403", 40, day(1), 1),
        ("price_usd", "blocked", "403", 10, day(1), 1),
    ]
    visits = published.rows("SELECT source, state, reason, last_good_day FROM source_visits ORDER BY source")
    assert visits == [("lever", "ok", None, day(4)), ("nasdaq", "down", "503", day(1))]


def test_what_was_never_good_has_no_age(published: Published) -> None:
    found = published.rows(
        "SELECT state, value, as_of, age_days FROM company_facts"
        " WHERE company_id = 'mute' AND metric = 'market_value_usd'"
    )
    assert found == [("blocked", None, None, None)]


def test_a_fact_of_a_day_to_come_is_left_out(published: Published) -> None:
    assert published.companies["hasty"]["market_value_usd"] == BILLION
    assert max(key[1] for key in published.days) == TODAY


def test_organisations_and_developers_are_counted_and_not_named(published: Published) -> None:
    row = published.companies["open"]
    assert (row["organisation_repository_count"], row["organisation_star_count"], row["developer_count"]) == (2, 107, 2)
    assert published.companies["once"]["organisation_repository_count"] is None
    assert published.companies["once"]["developer_count"] == 0
    names = published.rows("SELECT stated, company_id, confidence, developer_count FROM employer_names ORDER BY 1")
    assert names == [("@open", "open", "high", 3), ("opne", "open", "review", 1)]
    people = published.rows(
        "SELECT github_id, employer_company_id, employer_confidence, employer_evidence FROM developers"
        " WHERE github_id > 1 ORDER BY 1"
    )
    sure = ("open", "high", "an alias")
    assert people == [(2, *sure), (3, *sure), (4, None, None, None), (5, *sure)]


def test_postings_are_those_of_the_boards_last_good_reading(published: Published) -> None:
    found = published.rows("SELECT company_id, posting_id FROM company_postings ORDER BY ALL")
    assert found == [("once", "P1"), ("once", "P2"), ("shut", "P5")]


def test_twenty_posts_a_company_are_kept_as_samples(published: Published) -> None:
    found = published.rows("SELECT company_id, post_id FROM company_posts ORDER BY posted_at DESC")
    assert found == [("once", str(number)) for number in range(company_rules.POSTS_SHOWN)]


def test_ranks_are_dense_and_only_of_what_is_shown(published: Published) -> None:
    for rank, column in [("rank_value_per_employee", "value_per_employee_usd"), ("rank_sentiment", "sentiment_mean")]:
        shown = {row[column] for row in published.companies.values() if row[column] is not None}
        places = {value: number for number, value in enumerate(sorted(shown, reverse=True), start=1)}
        assert {name: row[rank] for name, row in published.companies.items()} == {
            name: places.get(row[column]) for name, row in published.companies.items()
        }


def test_the_thresholds_of_sentiment_are_those_of_scoring() -> None:
    ours = (company_rules.MENTIONS_DAYS, company_rules.LEAST_MENTIONS, company_rules.PRIOR_WEIGHT)
    assert ours == (sentiment_rules.WINDOW_DAYS, sentiment_rules.LEAST_MENTIONS, sentiment_rules.PRIOR_WEIGHT)
    ours = (company_rules.LEAST_VARIANCE, company_rules.BASELINE_DAYS, company_rules.Z)
    assert ours == (sentiment_rules.LEAST_VARIANCE, sentiment_rules.BASELINE_DAYS, sentiment_rules.Z)
