"""Strings that mean harm: terminal escapes, direction marks, formulas, HTML, SQL, and ten megabytes of them."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.functional.places import IS_POSTGRES, copy_home, facts
from tests.functional.stage import Program, Rows, fresh, read_rows, steering

from talentscope.sandbox.github.words import HOSTILE
from talentscope.sandbox.server import Running

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory, collected: Path) -> Program:
    """A data directory in which every profile and every repository is hostile, each in its own way."""
    home = tmp_path_factory.mktemp("hostile") / "home"
    copy_home(collected, home)
    texts = [text.replace("\0", "") for text in HOSTILE]  # as loading takes it out
    pick = f"list_value({', '.join('?' for _ in HOSTILE)})[1 + github_id % {len(HOSTILE)}]"
    if IS_POSTGRES:
        pick = f"(ARRAY[{', '.join('%s' for _ in HOSTILE)}])[1 + github_id %% {len(HOSTILE)}]"
    with facts(home, is_writing=True) as connection:
        fields = ", ".join(f"{name} = {pick}" for name in ("name", "company", "location", "bio", "email", "website"))
        connection.execute(f"UPDATE raw.github_accounts SET {fields}", texts * 6)
        connection.execute(f"UPDATE raw.github_repositories SET description = {pick}", texts)
    program = fresh(home)
    assert program("rebuild").code == 0
    return program


def test_no_character_of_theirs_steers_the_terminal(hostile: Program, brief: Path) -> None:
    table = hostile("leads", brief, "--limit", 100000)
    assert table.code == 0
    assert "owned" in table.out, "their text is shown, but for what steers"
    assert "DROP TABLE developers" in table.out
    assert steering(table.out) == set()
    assert steering(table.err) == set()
    for lead in hostile("leads", brief, "--format", "json", "--limit", 2).json():
        answer = hostile("explain", brief, lead["login"])
        assert answer.code == 0
        assert steering(answer.out) == set()


def test_no_cell_of_a_csv_is_one_that_a_spreadsheet_would_run(hostile: Program, brief: Path) -> None:
    answer = hostile("leads", brief, "--format", "csv", "--limit", 100000, "--purpose", "=1+1")
    assert answer.code == 0
    rows = list(csv.DictReader(io.StringIO(answer.raw.decode(), newline="")))
    assert len(rows) > 100
    assert [row for row in rows if any(value.startswith(FORMULA) for value in row.values())] == []
    assert any(row["company"].startswith("'=HYPERLINK") for row in rows), "their text is kept, as text"
    assert {row["purpose"] for row in rows} == {"'=1+1"}


def test_a_login_that_is_hostile_finds_nobody_and_shows_nothing(hostile: Program, brief: Path) -> None:
    for login in HOSTILE[2:5]:
        answer = hostile("explain", brief, login)
        assert answer.code == 0
        assert "is not a lead" in answer.out
        assert steering(answer.out + answer.err) == set()


def test_a_bio_of_ten_megabytes_is_read_like_any_other(
    program: Program, world: Callable[..., Running], brief: Path, undisturbed: Rows
) -> None:
    sandbox = world("hostile-bio-10mb")
    answer = program.at(sandbox).run(brief)
    assert answer.code == 0, answer.err
    assert sandbox.faults.struck == {"hostile-bio-10mb": 1}
    rows = read_rows(program.home)
    assert {table: len(found) for table, found in rows.items()} == {t: len(found) for t, found in undisturbed.items()}
    table = program("leads", brief, "--limit", 100000)
    assert table.code == 0
    assert steering(table.out) == set()
    assert max(map(len, table.out.splitlines())) < 300
