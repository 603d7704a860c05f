"""Real tables through the import into the marts: six tables of five days, value per employee, and what is odd in them.

Needs shared data; see DEVELOPERS.md.
"""

from __future__ import annotations

import csv
import gzip
import json
import os
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from tests.integration.stock import Row

from talentscope.pipelines.companies.rows import observation_row, registry_rows, to_tables
from talentscope.registry.read import Registry, build_registry, read_registry
from talentscope.runtime.clock import SystemClock
from talentscope.sources.table.client import Imported, read_table
from talentscope.warehouse import company_tables
from talentscope.warehouse.connection import Warehouse, open_warehouse

ROOT = Path(__file__).parents[2]
GIVEN = os.environ.get("TALENTSCOPE_TEST_DATA")  # noqa: TID251 - tests have no settings object
DATA = (Path(GIVEN) if GIVEN else ROOT.parent / "shared" / "data") / "companies"

pytestmark = pytest.mark.skipif(
    not DATA.is_dir(), reason="the shared data is not there; set TALENTSCOPE_TEST_DATA to its folder"
)

MARCH, JUNE, AUGUST, DECEMBER = date(2024, 3, 6), date(2024, 6, 3), date(2024, 8, 1), date(2024, 12, 9)
YEAR_LATER = date(2025, 8, 7)

INDEX_TABLES = {MARCH: "sp500-joachenn.csv", JUNE: "sp500-dalameh.csv", DECEMBER: "sp500-mattcng9.csv"}
LISTINGS = {
    JUNE: "us-listed-2024-06-04.jsonl.gz",
    AUGUST: "us-listed-2024-08-02.jsonl.gz",
    YEAR_LATER: "us-listed-2025-08-08.jsonl.gz",
}
CLASSES = {"GOOG": "GOOGL", "FOXA": "FOX", "NWSA": "NWS"}
"""Second share classes of the tables, and the ticker whose row speaks for the company."""

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


@dataclass
class Told:
    """The marts that the six tables make, and what the import said of each."""

    registry: Registry
    days: dict[tuple[str, date], Row] = field(default_factory=dict)
    companies: dict[str, Row] = field(default_factory=dict)
    imported: dict[str, Imported] = field(default_factory=dict)

    def of(self, ticker: str, day: date) -> Row:
        return self.days[self.name(ticker, day), day]

    def name(self, ticker: str, day: date) -> str:
        company = self.registry.ticker_owner(ticker, day)
        assert company is not None, ticker
        return company.company_id


def read_index_table(day: date) -> list[dict[str, str]]:
    """The rows as they stand, without second share classes."""
    with (DATA / INDEX_TABLES[day]).open(encoding="utf-8", newline="") as file:
        return [row for row in csv.DictReader(file) if row["Symbol"] not in CLASSES]


def read_listing(day: date) -> dict[str, dict[str, str]]:
    with gzip.open(DATA / LISTINGS[day], "rt", encoding="utf-8") as file:
        return {row["symbol"].replace("/", "-"): row for row in map(json.loads, file)}


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Told:
    found = Told(read_registry())
    tables = [(day, file, "csv", True) for day, file in INDEX_TABLES.items()]
    tables += [(day, file, "nasdaq", False) for day, file in LISTINGS.items()]
    observations = []
    for day, file, source, is_adding in tables:
        imported = read_table(
            DATA / file,
            registry=found.registry,
            as_of=day,
            source_name=source,
            tickers_file=DATA / "sec-company-tickers.json.gz",
            is_adding=is_adding,
        )
        found.registry = build_registry([*found.registry.companies, *imported.new_companies])
        found.imported[file] = imported
        observations += [observation_row(observation) for observation in imported.observations]
    gathered = registry_rows(found.registry.companies, today=NOW.date(), observed_at=NOW)
    gathered.add(company_tables.COMPANY_OBSERVATIONS, observations)
    home = tmp_path_factory.mktemp("import")
    with open_warehouse(home=home, database_url=None, clock=SystemClock()) as warehouse:
        warehouse.prepare()
        warehouse.load(to_tables(gathered, run_id="import"))
        warehouse.transform()
        assert warehouse.check() == []
        _fill(found, warehouse)
    return found


def _fill(found: Told, warehouse: Warehouse) -> None:
    days = ", ".join(f"DATE '{day}'" for day in (MARCH, JUNE, AUGUST, DECEMBER, YEAR_LATER))
    rows = warehouse.query(f"SELECT * FROM marts.company_days WHERE day IN ({days})").to_pylist()
    found.days = {(row["company_id"], row["day"]): row for row in rows}
    companies = warehouse.query("SELECT * FROM marts.companies").to_pylist()
    found.companies = {row["company_id"]: row for row in companies}


def marks(row: Row) -> set[str]:
    return set((row["quality"] or "").split(",")) - {""}


def test_every_row_of_the_index_tables_is_a_company_and_second_classes_are_none(told: Told) -> None:
    for file in INDEX_TABLES.values():
        imported = told.imported[file]
        assert (imported.row_count, imported.unknown_rows) == (503, ())
        assert len({observation.company_id for observation in imported.observations}) == 500
    for other, own in CLASSES.items():
        assert told.name(other, JUNE) == told.name(own, JUNE)


@pytest.mark.parametrize("day", INDEX_TABLES)
def test_value_per_employee_is_there_for_every_company_with_both_facts(told: Told, day: date) -> None:
    expected = {
        told.name(row["Symbol"], day): int(row["Marketcap"]) / int(row["Fulltimeemployees"])
        for row in read_index_table(day)
        if row["Fulltimeemployees"]
    }
    assert len(expected) > 480
    shown = {company: told.days[company, day]["value_per_employee_usd"] for company in expected}
    assert shown == pytest.approx(expected)
    assert sorted(shown, key=lambda name: -shown[name]) == sorted(expected, key=lambda name: -expected[name])


@pytest.mark.parametrize("day", INDEX_TABLES)
def test_a_head_count_that_a_table_does_not_know_is_not_invented(told: Told, day: date) -> None:
    unknown = [told.name(row["Symbol"], day) for row in read_index_table(day) if not row["Fulltimeemployees"]]
    assert unknown
    for company in unknown:
        row = told.days[company, day]
        if row["employees"] is None:
            assert row["withheld_value_per_employee"] == "the head-count is not known"
        else:  # from an earlier table, and of that table's day
            assert row["employees_as_of"] < day


def test_the_two_sources_agree_on_the_day_that_both_tell_of_and_those_that_do_not_are_marked(told: Told) -> None:
    listing = read_listing(JUNE)
    values = {
        told.name(row["Symbol"], JUNE): (int(row["Marketcap"]), float(listing[row["Symbol"]]["marketCap"] or 0))
        for row in read_index_table(JUNE)
        if row["Symbol"] in listing and row["Symbol"] != "PCG"  # another name there, and no CIK to say that it is it
    }
    both = {company: pair for company, pair in values.items() if all(pair)}
    apart = {company for company, (one, other) in both.items() if abs(one - other) > 0.01 * one}
    assert len(both) > 490
    assert len(apart) <= 0.05 * len(both)
    marked = {company for (company, day), row in told.days.items() if day == JUNE and "sources_disagree" in marks(row)}
    assert marked == apart
    assert {"netapp", told.name("BX", JUNE), told.name("V", JUNE)} <= apart


def test_a_row_that_might_be_another_company_is_set_aside_and_told(told: Told) -> None:
    reasons = {row.ticker: row.reason for row in told.imported[LISTINGS[JUNE]].unknown_rows}
    assert reasons["PCG"].startswith("PG&E Corporation has that ticker in the registry, but not that name")
    assert reasons["AACG"] == "no company of the registry has that ticker or CIK"


def test_nvidias_split_does_not_look_like_a_fall(told: Told) -> None:
    june, december = told.of("NVDA", JUNE), told.of("NVDA", DECEMBER)
    assert (june["price_usd"], december["price_usd"]) == (1150.0, 138.81)
    assert december["market_value_usd"] / june["market_value_usd"] - 1 == pytest.approx(0.2017, abs=1e-4)
    assert june["value_per_employee_usd"] == pytest.approx(95_567_721, abs=1)
    assert december["value_per_employee_usd"] == pytest.approx(114_846_517, abs=1)


def test_nvidias_head_count_of_years_ago_stays_what_the_tables_say_and_in_the_end_turns_grey(told: Told) -> None:
    assert [told.of("NVDA", day)["employees"] for day in INDEX_TABLES] == [29600] * 3
    assert told.of("NVDA", YEAR_LATER)["employees_as_of"] == DECEMBER
    assert "employees_old" not in marks(told.of("NVDA", YEAR_LATER))


def test_apples_head_counts_are_those_of_each_day(told: Told) -> None:
    rows = [told.of("AAPL", day) for day in INDEX_TABLES]
    assert [(row["employees"], row["employees_as_of"]) for row in rows] == [
        (161_000, MARCH),
        (150_000, JUNE),
        (164_000, DECEMBER),
    ]
    assert [row["value_per_employee_usd"] for row in rows] == pytest.approx([16_220_707, 19_835_169, 22_742_827], abs=1)
    assert told.of("AAPL", AUGUST)["employees_as_of"] == JUNE
    assert told.of("AAPL", YEAR_LATER)["market_value_usd"] == 3265331011700
    assert told.of("AAPL", YEAR_LATER)["value_per_employee_usd"] == pytest.approx(19_910_555, abs=1)


def test_head_counts_that_jump_within_the_year_are_marked(told: Told) -> None:
    before = {row["Symbol"]: row["Fulltimeemployees"] for row in read_index_table(MARCH)}
    after = {row["Symbol"]: row["Fulltimeemployees"] for row in read_index_table(DECEMBER)}
    pairs = {
        ticker: (int(before[ticker]), int(after[ticker])) for ticker in after if after[ticker] and before.get(ticker)
    }
    jumped = {told.name(ticker, DECEMBER) for ticker, (old, new) in pairs.items() if abs(new / old - 1) > 0.3}
    assert len(jumped) == 6
    rows = {company: row for (company, day), row in told.days.items() if day == DECEMBER}
    assert {company for company, row in rows.items() if "employees_jump" in marks(row)} == jumped


def test_between_the_tables_a_value_grows_old_and_is_then_withheld(told: Told) -> None:
    row = told.of("UPS", AUGUST)
    assert row["market_value_as_of"] == AUGUST
    pcg = told.of("PCG", AUGUST)  # in no listing
    assert (pcg["market_value_usd"], pcg["withheld_value_per_employee"]) == (None, "the market value is 59 days old")


def test_the_newest_day_is_ranked_by_value_per_employee(told: Told) -> None:
    ranked = [row for row in told.companies.values() if row["rank_value_per_employee"]]
    expected = sorted(ranked, key=lambda row: -row["value_per_employee_usd"])
    assert [row["company_id"] for row in sorted(ranked, key=lambda row: row["rank_value_per_employee"])] == [
        row["company_id"] for row in expected
    ]
    assert len(ranked) > 450
    assert all(row["day"] == YEAR_LATER for row in told.companies.values())
