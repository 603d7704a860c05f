"""Facts from a file of one's own: stored beside the others, each with its day and the name of the table."""

from __future__ import annotations

import csv
import gzip
from pathlib import Path

from tests.functional.stage import Program, complaint, count

TABLE = """Symbol,Shortname,Marketcap,Fulltimeemployees,Currentprice
NVDA,NVIDIA,"$1,000,000,000,000",10000,$100.00
AAPL,Apple,0,150000,
ZZZZ,Nobody Yet Inc.,5000000000,100,$5
"""


def test_a_table_becomes_facts_with_their_day_and_the_tables_name(program: Program, tmp_path: Path) -> None:
    path = tmp_path / "prices.csv"
    path.write_text(TABLE)
    answer = program("import", "companies", path, "--as-of", "2026-06-30", "--name", "mytable")
    assert answer.code == 0, answer.err
    assert "1 rows are of no company of the registry" in answer.err
    card = program("companies", "show", "nvidia", "--format", "json").json()
    assert (card["market_value_usd"], card["market_value_source"], card["market_value_as_of"]) == (
        1e12,
        "mytable",
        "2026-06-30",
    )
    assert card["value_per_employee_usd"] == 1e8
    apple = program("companies", "show", "AAPL", "--format", "json").json()
    assert apple["market_value_usd"] is None, "0 is unknown"
    assert apple["employees"] == 150000
    assert apple["value_per_employee_usd"] is None


def test_companies_that_are_new_are_added_to_a_registry_of_ones_own(program: Program, tmp_path: Path) -> None:
    path = tmp_path / "prices.csv.gz"
    path.write_bytes(gzip.compress(TABLE.encode()))
    answer = program("import", "companies", path, "--as-of", "2026-06-30", "--add")
    assert answer.code == 0, answer.err
    with (program.home / "registry.csv").open() as file:
        assert len(list(csv.DictReader(file))) == 152
    (best, *_) = program("companies", "--format", "json", "-n", 1).json()
    assert (best["name"], best["value_per_employee_usd"]) == ("NVIDIA", 1e8)
    added = program("companies", "show", "ZZZZ", "--format", "json").json()
    assert added["value_per_employee_usd"] == 5e7


def test_the_same_table_twice_is_the_same_as_once(program: Program, tmp_path: Path) -> None:
    path = tmp_path / "prices.csv"
    path.write_text(TABLE)
    words = ("import", "companies", path, "--as-of", "2026-06-30")
    assert program(*words).code == 0
    days = count(program.home, "marts.company_days")
    once = program("companies", "show", "nvidia", "--format", "json").json()
    assert program(*words).code == 0
    twice = program("companies", "show", "nvidia", "--format", "json").json()
    for card in (once, twice):
        for fact in card["facts"]:
            fact.pop("observed_at")
            fact.pop("asked_at")
    assert once == twice
    assert count(program.home, "marts.company_days") == days


def test_a_table_that_cannot_be_read_is_refused_whole_with_row_and_column(program: Program, tmp_path: Path) -> None:
    path = tmp_path / "prices.csv"
    path.write_text(TABLE.replace("10000,$100.00", "many,$100.00"))
    said = complaint(program("import", "companies", path, "--as-of", "2026-06-30"), code=2)
    assert "row 2" in said
    assert "Fulltimeemployees" in said
    assert "many" in said
    assert not (program.home / "warehouse.duckdb").exists()


def test_wrong_words_are_answered_with_the_way_out(program: Program, tmp_path: Path) -> None:
    path = tmp_path / "prices.csv"
    path.write_text(TABLE)
    assert "--as-of" in complaint(program("import", "companies", path), code=2)
    assert "cannot be read" in complaint(program("import", "companies", tmp_path / "no.csv"), code=2)
    assert "FACT=COLUMN" in complaint(
        program("import", "companies", path, "--as-of", "2026-06-30", "--column", "Cap"), code=2
    )
    path.write_text("Symbol,Marketcap\nZZZZ,5\n")
    assert "--add" in complaint(program("import", "companies", path, "--as-of", "2026-06-30"), code=2)
