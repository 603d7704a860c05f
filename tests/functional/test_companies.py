"""Employers as a stranger meets them: a run, the ranking, one company, exports, bad days, wrong words."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import openpyxl
import pyarrow.parquet as pq
import pytest
from filelock import FileLock
from tests.functional.market import BY_SOURCE, CHOSEN, aimed
from tests.functional.places import copy_home
from tests.functional.stage import Program, complaint, count, fresh, steering

from talentscope.registry.read import Registry
from talentscope.sandbox.server import Running


@pytest.fixture(scope="session")
def ranked(shared_folder: Path, make_market: Callable[..., Running], registry: Registry) -> Path:
    """A data directory after one run. Read only: copy it to change it."""
    home = shared_folder / "ranked" / "home"
    with FileLock(shared_folder / "ranked.lock"):
        if not home.exists():
            answer = aimed(fresh(home), make_market(), registry)("run", "companies", *BY_SOURCE)
            assert answer.code == 0, answer.err
            assert "warning" not in answer.err, answer.err
            assert "published; look at it with: talentscope companies" in answer.err
    return home


@pytest.fixture
def reader(ranked: Path, registry: Registry) -> Program:
    return fresh(ranked).with_settings(TALENTSCOPE_REGISTRY=registry.path)


def test_the_ranking_carries_every_fact_with_its_day_and_source(reader: Program) -> None:
    rows = reader("companies", "--format", "json").json()
    assert {row["company_id"] for row in rows} == set(CHOSEN)
    ranks = [row["rank"] for row in rows if row["rank"] is not None]
    assert ranks == list(range(1, len(ranks) + 1))
    known = [row["value_per_employee_usd"] for row in rows if row["rank"] is not None]
    assert known == sorted(known, reverse=True)
    assert len(known) >= 6
    for row in rows:
        for fact in ("market_value", "employees"):
            value = row[f"{fact}_usd" if fact == "market_value" else fact]
            assert (value is None) == (row[f"{fact}_as_of"] is None)
            assert (value is None) == (row[f"{fact}_source"] is None)
        if row["value_per_employee_usd"] is not None:
            assert row["value_per_employee_usd"] == pytest.approx(row["market_value_usd"] / row["employees"])
        else:
            assert row["withheld"]["value_per_employee"]


def test_the_private_have_no_market_value_and_say_so(reader: Program) -> None:
    card = reader("companies", "show", "OpenAI", "--format", "json").json()
    assert card["market_value_usd"] is None
    assert card["open_offers"] is not None
    assert "market value" in card["withheld"]["value_per_offer"]


def test_a_board_that_nobody_may_read_is_not_zero_offers(reader: Program) -> None:
    card = reader("companies", "show", "servicenow", "--format", "json").json()
    assert (card["open_offers"], card["open_offers_state"]) == (None, "missing")
    assert "robots.txt" in card["boards"][0]["reason"]


def test_share_classes_are_one_company_and_their_shares_are_summed(reader: Program) -> None:
    rows = reader("companies", "--format", "json").json()
    assert sum(row["cik"] == "0001652044" for row in rows) == 1
    facts = reader("companies", "show", "GOOG", "--format", "json").json()["facts"]
    shares = next(fact for fact in facts if fact["metric"] == "shares")
    assert "class c" in shares["evidence"]
    parts = [int(n.replace(",", "")) for n in re.findall(r": ([\d,]+)", shares["evidence"])]
    assert len(parts) > 1
    assert sum(parts) == shares["value"]


def test_a_card_shows_sentence_boards_and_samples_with_links(reader: Program) -> None:
    card = reader("companies", "show", "nvidia", "--format", "json").json()
    head_count = next(f for f in card["facts"] if f["metric"] == "employees" and f["source"] == "sec")
    assert f"{card['employees']:,}" in head_count["evidence"]
    assert "/Archives/edgar/" in head_count["source_url"]
    assert card["boards"][0]["state"] == "ok"
    assert all(post["url"] and "author" not in post for post in card["posts"])
    shown = reader("companies", "show", "nvidia")
    assert shown.code == 0
    assert not steering(shown.out)
    for words in ("NVIDIA (NVDA)", "Job boards", "Facts, as each source tells them", "value per person"):
        assert words in shown.out


@pytest.mark.parametrize("sort", ["market_value", "value_per_offer", "open_offers", "name", "mentions"])
def test_every_order_is_an_order(reader: Program, sort: str) -> None:
    answer = reader("companies", "--sort", sort, "-n", 5)
    assert answer.code == 0, answer.err
    assert len(reader("companies", "--sort", sort, "--format", "json").json()) == len(CHOSEN)


def test_filters_keep_what_they_name(reader: Program) -> None:
    rows = reader("companies", "--sector", "semiconductors", "--format", "json").json()
    assert [row["company_id"] for row in rows] == ["nvidia"]
    rows = reader("companies", "--complete", "--format", "json").json()
    assert rows
    assert all(row["value_per_employee_usd"] and row["value_per_offer_usd"] for row in rows)
    rows = reader("companies", "--status", "private", "--format", "json").json()
    assert {row["company_id"] for row in rows} == {"openai", "hugging-face"}
    least = 1e11
    assert all(
        row["market_value_usd"] >= least for row in reader("companies", "--min-value", least, "--format", "json").json()
    )


def test_files_hold_the_same_companies(reader: Program, tmp_path: Path) -> None:
    names = [row["name"] for row in reader("companies", "--format", "json").json()]
    rows = list(csv.DictReader(io.StringIO(reader("companies", "--format", "csv").out)))
    assert [row["name"] for row in rows] == names
    assert all(row["sorted_by"] == "value_per_employee" for row in rows)
    assert {row["query"] for row in rows} == {"limit=30"}
    some = reader("companies", "--status", "private", "-n", 9, "--sort", "name", "--format", "json").json()
    assert {row["query"] for row in some} == {"status=private&sort=name&limit=9"}
    book, table = tmp_path / "c.xlsx", tmp_path / "c.parquet"
    assert reader("companies", "--format", "xlsx", "--output", book).code == 0
    assert reader("companies", "--format", "parquet", "--output", table).code == 0
    sheet = openpyxl.load_workbook(book)["Companies"]
    assert [row[2].value for row in sheet.iter_rows(min_row=2)] == names
    assert pq.read_table(table).column("name").to_pylist() == names


def test_the_registry_can_be_shown_and_used_as_a_file(program: Program, tmp_path: Path) -> None:
    answer = program("companies", "--registry", "--format", "csv")
    assert len(list(csv.DictReader(io.StringIO(answer.out)))) == 151
    own = tmp_path / "home" / "registry.csv"
    own.parent.mkdir()
    own.write_text("".join(answer.out.splitlines(keepends=True)[:3]))
    assert len(program("companies", "--registry", "--format", "json").json()) == 2


def test_a_registry_with_a_mistake_is_refused_with_file_row_and_column(program: Program, tmp_path: Path) -> None:
    lines = program("companies", "--registry", "--format", "csv").out.splitlines(keepends=True)
    broken = tmp_path / "broken.csv"
    broken.write_text(lines[0] + lines[1] + lines[1].replace("apple,Apple", "apfel,Apfel"))
    said = complaint(program.with_settings(TALENTSCOPE_REGISTRY=broken)("companies", "--registry"), code=2)
    assert "broken.csv:3" in said
    assert "cik" in said


def test_wrong_words_are_answered_with_the_way_out(reader: Program) -> None:
    assert "value_per_employee" in complaint(reader("companies", "--sort", "value_per_employe"), code=2)
    assert "semiconductors" in complaint(reader("companies", "--sector", "chips"), code=2)
    assert "did you mean NVIDIA" in complaint(reader("companies", "show", "Nvidea"), code=2)
    assert "add --output" in complaint(reader("companies", "--format", "xlsx"), code=2)
    assert "one of" in complaint(reader("run", "companies", "--source", "linkedin"), code=2)
    assert "swap them" in complaint(
        reader("backfill", "companies", "--from", "2026-02-01", "--to", "2026-01-01"), code=2
    )


def test_before_any_run_there_is_a_way_out(program: Program) -> None:
    assert "talentscope run" in complaint(program("companies"))


def test_two_sources_down_are_told_and_the_rest_is_published(
    program: Program, make_market: Callable[..., Running], registry: Registry
) -> None:
    market = make_market("upstream-down:hackernews", "board-403:greenhouse")
    answer = aimed(program, market, registry)("run", "companies", *BY_SOURCE)
    assert answer.code == 0, answer.err
    assert "warning: hackernews is down" in answer.err
    status = program.with_settings(TALENTSCOPE_REGISTRY=registry.path)("status", "--format", "json").json()
    states = {source["source"]: source["state"] for source in status["sources"] if "state" in source}
    assert states["hackernews"] == "down"
    assert states["sec"] == "ok"
    card = program.with_settings(TALENTSCOPE_REGISTRY=registry.path)(
        "companies", "show", "gitlab", "--format", "json"
    ).json()
    assert (card["open_offers"], card["open_offers_state"]) == (None, "blocked")
    assert card["value_per_employee_usd"] is not None


def test_a_run_that_is_killed_is_made_good_by_the_next(
    program: Program, make_market: Callable[..., Running], registry: Registry
) -> None:
    market = make_market()
    aim = aimed(program, market, registry)
    process = aim.start("run", "companies", *BY_SOURCE)
    while market.log.count(resource="greenhouse") == 0 and process.poll() is None:
        pass
    process.kill()
    process.wait()
    assert aim("run", "companies", *BY_SOURCE).code == 0
    assert count(program.home, "marts.companies") == len(CHOSEN)
    again = aim("companies", "--format", "json").json()
    assert aim("run", "companies", *BY_SOURCE).code == 0
    twice = aim("companies", "--format", "json").json()
    for row in [*again, *twice]:
        row.pop("exported_at")
    assert again == twice


def test_the_next_day_has_changes_and_the_old_day_stays(
    tmp_path: Path, ranked: Path, make_market: Callable[..., Running], registry: Registry
) -> None:
    copy_home(ranked, tmp_path / "home")
    program = fresh(tmp_path / "home")
    market = make_market()
    day = datetime.now(UTC).date() - timedelta(days=4)
    answer = aimed(program, market, registry)(
        "backfill", "companies", "--from", day, "--to", day + timedelta(days=2), "--source", "hackernews"
    )
    assert answer.code == 0, answer.err
    assert count(program.home, "marts.company_days", f"day = DATE '{day}'") > 0
    assert count(program.home, "raw.company_mentions", f"day = DATE '{day}'") == len(CHOSEN)
