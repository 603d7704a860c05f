"""Exports: no cell runs, no text breaks the file, and every row says what it is for."""

from __future__ import annotations

import csv
import io
import json
from datetime import UTC, date, datetime
from pathlib import Path

import openpyxl
import pyarrow.parquet as pq
import pytest

from talentscope.runtime.errors import TalentscopeError, UsageError
from talentscope.scoring.lead import Component, Lead, MatchedRepository, Reason
from talentscope.scoring.lead_sheet import COLUMNS, Stamp, export_leads
from talentscope.scoring.rules import COMPONENTS

STAMP = Stamp(
    brief="minecraft-modders",
    exported_at=datetime(2026, 11, 21, 12, tzinfo=UTC),
    purpose="in-house recruiting",
    query="brief=minecraft-modders&stars_min=2",
)
KINDS = ("csv", "xlsx", "json", "parquet")

HOSTILE = [
    '=HYPERLINK("http://example.invalid")',
    "+1+1",
    "-2",
    "@SUM(A1)",
    "\tstarts with a tab",
    "\rstarts with a return",
    "\nstarts on the next line",
    "\0=starts with a nul",
    '<script>alert("x")</script>',
    "\x1b[31mred\x1b[0m",
    "evil\u202egnp.exe",
    "nul-ish \x01\x08 and \ufffe",
    "lone \ud800 surrogate",
    '"quoted", with comma\r\nand line',
    "'; DROP TABLE developers; --",
    "x" * 100_000,
]


def lead(**fields: object) -> Lead:
    usual: dict[str, object] = {
        "rank": 1,
        "login": "somebody",
        "github_id": 7,
        "name": None,
        "url": "https://github.com/somebody",
        "score": 61.5,
        "score_low": 50.0,
        "score_high": 70.0,
        "components": tuple(Component(name, 0.5, 1.0, 10.0, "because", "https://github.com") for name in COMPONENTS),
        "reasons": (Reason("3 of 7 known repositories carry minecraft", "https://github.com/somebody"),),
        "repositories": (repository(),),
        "followers": None,
        "contacts": {"email": None, "website": None, "twitter": None},
        "company": None,
        "employer": None,
        "location": None,
        "is_profile_known": True,
        "as_of": date(2026, 11, 21),
        "profile_observed_at": None,
        "repositories_observed_at": None,
    }
    return Lead(**{**usual, **fields})  # type: ignore[arg-type]


def repository() -> MatchedRepository:
    return MatchedRepository(
        full_name="somebody/mod",
        url="https://github.com/somebody/mod",
        matched_by="topic",
        matched_topics=("minecraft",),
        language="Java",
        stars=5,
        size_kb=100,
        is_archived=False,
        pushed_at=None,
        commits_total=None,
        commits_owner=None,
        owner_commit_share=None,
        active_days=None,
    )


def export(*leads: Lead, kind: str) -> bytes:
    content = export_leads(leads, stamp=STAMP, kind=kind, path=None)
    assert content is not None
    return content


def read_csv(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode(), newline="")))


def read_sheet(content: bytes, name: str) -> list[tuple[object, ...]]:
    return list(openpyxl.load_workbook(io.BytesIO(content))[name].iter_rows(values_only=True))


@pytest.mark.parametrize("text", HOSTILE)
def test_no_csv_cell_begins_like_a_formula(text: str) -> None:
    (row,) = read_csv(export(lead(name=text, company=text, location=text), kind="csv"))
    assert not row["name"].startswith(("=", "+", "-", "@", "\t", "\r", "\n", "\0"))


def test_harmless_text_and_negative_numbers_stay_as_they_are_in_csv() -> None:
    (row,) = read_csv(export(lead(name='a "quoted", name', score_low=-1.0), kind="csv"))
    assert (row["name"], row["score_low"]) == ('a "quoted", name', "-1.0")


def test_csv_lines_end_as_rfc_4180_says() -> None:
    assert export(lead(), kind="csv").count(b"\r\n") == 2


@pytest.mark.parametrize("text", HOSTILE)
def test_no_xlsx_cell_is_a_formula_or_a_link(text: str) -> None:
    sheet = openpyxl.load_workbook(io.BytesIO(export(lead(name=text), kind="xlsx")))["Leads"]
    cell = sheet.cell(row=2, column=list(COLUMNS).index("name") + 1)
    assert cell.data_type == "s"
    assert cell.hyperlink is None


@pytest.mark.parametrize("text", HOSTILE)
def test_json_gives_back_what_went_in(text: str) -> None:
    (found,) = json.loads(export(lead(name=text), kind="json"))
    assert found["name"] == text.encode("utf-8", errors="replace").decode()


@pytest.mark.parametrize("text", HOSTILE)
def test_parquet_gives_back_what_went_in(text: str) -> None:
    (found,) = pq.read_table(io.BytesIO(export(lead(name=text), kind="parquet"))).to_pylist()
    assert found["name"] == text.encode("utf-8", errors="replace").decode()


def test_every_row_of_every_kind_carries_its_stamp() -> None:
    asked = "brief=minecraft-modders&stars_min=2"
    stamp = ("minecraft-modders", asked, "2026-11-21T12:00:00+00:00", "in-house recruiting")
    names = ("brief", "query", "exported_at", "purpose")
    tables = {
        "csv": read_csv(export(lead(), kind="csv")),
        "json": json.loads(export(lead(), kind="json")),
        "parquet": pq.read_table(io.BytesIO(export(lead(), kind="parquet"))).to_pylist(),
    }
    header, first = read_sheet(export(lead(), kind="xlsx"), "Leads")
    tables["xlsx"] = [dict(zip(header, first, strict=True))]
    for kind, (row,) in tables.items():
        assert tuple(row[name] for name in names) == stamp, kind


def test_parquet_carries_the_stamp_in_its_metadata_too() -> None:
    metadata = pq.read_schema(io.BytesIO(export(lead(), kind="parquet"))).metadata
    assert metadata[b"purpose"] == b"in-house recruiting"


def test_xlsx_says_what_it_is_about() -> None:
    about = dict(read_sheet(export(lead(), kind="xlsx"), "About"))
    assert about["purpose"] == "in-house recruiting"
    assert about["query"] == "brief=minecraft-modders&stars_min=2"
    assert about["leads"] == "1"


def test_unknown_is_empty_and_not_zero() -> None:
    unknown = lead(score=None, followers=None)
    assert read_csv(export(unknown, kind="csv"))[0]["followers"] == ""
    assert pq.read_table(io.BytesIO(export(unknown, kind="parquet"))).to_pylist()[0]["score"] is None


@pytest.mark.parametrize("kind", KINDS)
def test_no_leads_still_make_a_readable_file(kind: str) -> None:
    content = export(kind=kind)
    readers = {
        "csv": lambda: read_csv(content),
        "json": lambda: json.loads(content),
        "parquet": lambda: pq.read_table(io.BytesIO(content)).to_pylist(),
        "xlsx": lambda: read_sheet(content, "Leads")[1:],
    }
    assert readers[kind]() == []


def test_a_file_is_whole_or_not_there(tmp_path: Path) -> None:
    target = tmp_path / "leads.csv"
    target.write_text("the former export")
    export_leads([lead()], stamp=STAMP, kind="csv", path=target)
    assert target.read_bytes() == export(lead(), kind="csv")
    assert [file.name for file in tmp_path.iterdir()] == ["leads.csv"]


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(TalentscopeError, match=r"missing/leads\.csv"):
        export_leads([lead()], stamp=STAMP, kind="csv", path=tmp_path / "missing" / "leads.csv")


def test_a_target_that_is_a_folder_leaves_nothing_behind(tmp_path: Path) -> None:
    (tmp_path / "leads.csv").mkdir()
    with pytest.raises(TalentscopeError):
        export_leads([lead()], stamp=STAMP, kind="csv", path=tmp_path / "leads.csv")
    assert [file.name for file in tmp_path.iterdir()] == ["leads.csv"]


def test_an_unknown_kind_is_refused() -> None:
    with pytest.raises(UsageError, match="came 'pdf'"):
        export_leads([], stamp=STAMP, kind="pdf", path=None)
