"""`leads`, `explain`, `topics` and `status` over a collected data directory: data on standard output, clean."""

from __future__ import annotations

import csv
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import openpyxl
import pyarrow.parquet as pq
import pytest
from tests.functional.stage import Program, fresh, steering

from talentscope.warehouse.snapshot import open_snapshot

FIELDS = {
    "rank", "login", "github_id", "score", "score_low", "score_high", "components", "reasons", "repositories",
    "followers", "contacts", "company", "as_of",
}  # fmt: skip


@pytest.fixture(scope="module")
def leads(collected: Path, brief: Path) -> set[str]:
    """Logins of all leads."""
    answer = fresh(collected)("leads", brief, "--format", "json", "--limit", 100000)
    return {lead["login"] for lead in answer.json()}


def one_login(home: Path, where: str) -> str:
    with open_snapshot(home) as snapshot:
        row = snapshot.connection.execute(
            f"SELECT login FROM developers WHERE {where} ORDER BY login LIMIT 1"
        ).fetchone()
    assert row is not None, f"the world has nobody with {where}"
    return str(row[0])


def test_leads_as_json_are_ranked_and_carry_their_reasons(reader: Program, brief: Path) -> None:
    answer = reader("leads", brief, "--format", "json", "--limit", 50)
    assert answer.code == 0
    assert answer.err == ""
    leads = answer.json()
    assert len(leads) == 50
    assert [lead["rank"] for lead in leads] == list(range(1, 51))
    scores = [lead["score"] for lead in leads]
    assert scores == sorted(scores, reverse=True)
    for lead in leads:
        assert set(lead) >= FIELDS
        assert 0 <= lead["score_low"] <= lead["score"] <= lead["score_high"] <= 100
        assert lead["reasons"]
        assert all(
            set(part) >= {"value", "weight", "contribution", "reason", "url"} for part in lead["components"].values()
        )
        assert lead["repositories"]
        for repository in lead["repositories"]:
            assert set(repository) >= {"full_name", "matched_topics", "stars", "owner_commit_share"}
        assert set(lead["contacts"]) == {"email", "website", "twitter"}
        assert datetime.fromisoformat(lead["as_of"]).date() <= datetime.now(UTC).date()


def test_every_kind_of_export_holds_the_same_leads_and_says_brief_time_and_purpose(
    reader: Program, brief: Path, tmp_path: Path
) -> None:
    files = {kind: tmp_path / f"leads.{kind}" for kind in ("csv", "json", "xlsx", "parquet")}
    for kind, path in files.items():
        answer = reader("leads", brief, "-f", kind, "-n", 30, "-o", path, "--purpose", "hiring for the tools team")
        assert answer.code == 0, answer.err
        assert answer.out == ""
        assert str(path) in answer.err
        assert path.stat().st_mode & 0o077 == 0, "an export is a copy of personal data"
    sheet = openpyxl.load_workbook(files["xlsx"], read_only=True)["Leads"]
    header, *cells = sheet.iter_rows(values_only=True)
    read = {
        "csv": list(csv.DictReader(files["csv"].open(newline=""))),
        "json": json.loads(files["json"].read_text()),
        "xlsx": [dict(zip(header, row, strict=True)) for row in cells],
        "parquet": pq.read_table(files["parquet"]).to_pylist(),
    }
    expected = [lead["login"] for lead in read["json"]]
    assert len(expected) == 30
    for kind, rows in read.items():
        assert [row["login"] for row in rows] == expected, kind
        assert {row["brief"] for row in rows} == {"everything"}, kind
        assert {row["purpose"] for row in rows} == {"hiring for the tools team"}, kind
        age = datetime.now(UTC) - datetime.fromisoformat(rows[0]["exported_at"])
        assert abs(age) < timedelta(hours=1), kind


def test_explain_gives_the_reasons_of_a_lead(reader: Program, brief: Path) -> None:
    first = reader("leads", brief, "--format", "json", "--limit", 1).json()[0]
    answer = reader("explain", brief, first["login"].upper())
    assert answer.code == 0
    assert first["login"] in answer.out
    for name in first["components"]:
        assert name in answer.out
    assert first["url"] in answer.out
    told = reader("explain", brief, first["login"], "--format", "json").json()
    assert told["score"] == first["score"]


@pytest.mark.parametrize(
    ("where", "word"),
    [
        ("excluded_rule = 'organisation'", "organisation"),
        ("excluded_rule IN ('bot_type', 'bot_name')", "bot"),
        ("excluded_rule = 'mass_commits'", "commits"),
    ],
    ids=["an organisation", "a bot", "a mass committer"],
)
def test_explain_names_the_rule_that_keeps_somebody_out(
    reader: Program, brief: Path, leads: set[str], where: str, word: str
) -> None:
    login = one_login(reader.home, where)
    answer = reader("explain", brief, login)
    assert answer.code == 0
    assert f"{login} is not a lead for everything" in answer.out
    assert word in answer.out.lower()
    told = reader("explain", brief, login, "--format", "json").json()
    assert told["excluded"] is True
    assert word[:3] in told["rule"]
    assert login not in leads


def test_explain_says_that_it_never_met_somebody(reader: Program, brief: Path) -> None:
    answer = reader("explain", brief, "nobody-of-this-name")
    assert answer.code == 0
    assert "nobody-of-this-name is not a lead" in answer.out
    assert steering(reader("explain", brief, "\x1b[31mred\u202e").out) == set()


def test_topics_says_what_a_word_pulls_in_and_why(reader: Program) -> None:
    synonyms = reader("topics", "ai", "--format", "json").json()
    assert "artificial-intelligence" in json.dumps(synonyms)
    related = reader("topics", "ai", "--related", "--format", "json").json()
    assert len(json.dumps(related)) > len(json.dumps(synonyms))
    table = reader("topics", "ai", "--related")
    assert table.code == 0
    assert "artificial-intelligence" in table.out
    assert "machine-learning" in table.out


def test_topics_works_before_anything_is_published(program: Program) -> None:
    answer = program("topics", "ai")
    assert answer.code == 0
    assert "artificial-intelligence" in answer.out
    assert "nothing is published yet" in answer.err
    assert not program.home.exists()


def test_status_tells_sources_coverage_budgets_and_snapshot(reader: Program, undisturbed: object) -> None:
    answer = reader("status", "--format", "json")
    assert answer.code == 0
    facts = answer.json()
    assert facts["sources"][0]["source"] == "github"
    assert facts["sources"][0]["drained"] == facts["sources"][0]["queries"] == 3
    assert len(facts["coverage"]) == 3
    for row in facts["coverage"]:
        assert set(row) >= {"query", "reported", "read", "missing", "requests"}
        assert row["read"] == row["reported"] > 0
        assert row["missing"] == 0
    budget = facts["budgets"][0]
    assert budget["search_requests"] > 0
    assert budget["graphql_points"] > 0
    assert budget["state"] == "done"
    assert facts["snapshot"]["name"].endswith(".duckdb")
    assert facts["snapshot"]["repositories"] == sum(row["read"] for row in facts["coverage"])
    table = reader("status")
    assert table.code == 0
    assert "language:java" in table.out
    assert "drained" in table.out


@pytest.mark.parametrize("words", [["leads", "minecraft-modders"], ["explain", "rust-systems", "x"], ["status"]])
def test_nothing_published_yet_is_said_with_the_way_to_publish(program: Program, words: list[str]) -> None:
    answer = program(*words)
    assert answer.code == 1
    assert answer.out == ""
    assert "nothing has been published" in answer.err
    assert "talentscope run talent" in answer.err
