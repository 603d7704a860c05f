"""`status` for cron: it fails when something is stale, says what and the way out; and the probes of the page."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.functional.places import break_desk, desk_at
from tests.functional.stage import Program
from tests.web_world import client, make_parts

from talentscope.runtime.clock import FixedClock

JSON = {"Accept": "application/json"}


def test_fresh_data_is_not_stale(reader: Program) -> None:
    answer = reader("status", "--format", "json")
    assert answer.code == 0, answer.err
    assert answer.json()["stale"] == []


def test_a_pipeline_that_has_not_ended_well_for_too_long_is_told(copied: Program) -> None:
    short = copied.with_settings(
        TALENTSCOPE_STALE_TALENT_HOURS="0.000001", TALENTSCOPE_STALE_COMPANIES_HOURS="0.000001"
    )
    answer = short("status")
    assert answer.code == 1
    assert "warning: stale: talent ended well last at" in answer.err
    assert "way out: `talentscope run talent`" in answer.err
    assert "companies" not in answer.err, "no companies run was ever wanted here"
    told = short("status", "--format", "json")
    assert told.code == 1
    (stale,) = told.json()["stale"]
    assert stale["what"] == "talent"
    assert datetime.fromisoformat(stale["since"]) < datetime.now(UTC)


def test_a_run_that_the_schedule_noted_counts(copied: Program) -> None:
    """As after a run whose publish a check stopped, or when another machine ran: the desk knows."""
    with desk_at(copied.home, FixedClock(datetime.now(UTC))) as desk:
        ago = datetime.now(UTC) - timedelta(hours=60)
        desk.past_runs.note("companies", started_at=ago, ended_at=ago, code=0)
        desk.past_runs.note(
            "companies",
            started_at=ago + timedelta(hours=50),
            ended_at=datetime.now(UTC),
            code=1,
            message="two checks failed",
        )
    answer = copied("status", "--format", "json")
    assert answer.code == 1
    assert [item["what"] for item in answer.json()["stale"]] == ["companies"]
    assert "companies ended so: two checks failed" in copied("status").err


def test_an_overdue_request_is_told(copied: Program) -> None:
    with desk_at(copied.home, FixedClock(datetime.now(UTC) - timedelta(days=40))) as desk:
        reference = desk.requests.submit("object", login="ada-lovelace")
    answer = copied("status")
    assert answer.code == 1
    assert f"stale: the request {reference}" in answer.err
    assert "lovelace" not in answer.err


def test_a_demo_is_never_stale(copied: Program) -> None:
    (copied.home / "demo.txt").write_text("invented\n")
    answer = copied.with_settings(TALENTSCOPE_STALE_TALENT_HOURS="0.000001")("status")
    assert answer.code == 0, answer.err


def test_logs_of_json_are_json(copied: Program) -> None:
    loud = copied.with_settings(TALENTSCOPE_LOG_FORMAT="json", TALENTSCOPE_STALE_TALENT_HOURS="0.000001")
    lines = [json.loads(line) for line in loud("status").err.splitlines()]
    assert any(line["severity"] == "WARNING" and line["message"].startswith("stale: talent") for line in lines)


def test_probes_answer_people_and_programs(tmp_path: Path, collected: Path) -> None:
    web = client(make_parts(collected))
    assert web.get("/healthz").text == "ok\n"
    assert web.get("/readyz").text == "ready\n"
    assert web.get("/healthz", headers=JSON).json()["status"] == "ok"
    assert web.get("/readyz", headers=JSON).json() == {
        "status": "ready",
        "checks": {"snapshot": {"ok": True}, "desk": {"ok": True}},
    }


def test_probes_say_what_is_missing_and_nothing_else(tmp_path: Path) -> None:
    parts = make_parts(tmp_path)
    web = client(parts)
    assert web.get("/healthz", headers=JSON).status_code == 200
    answer = web.get("/readyz", headers=JSON)
    assert answer.status_code == 503
    assert answer.json()["checks"] == {
        "snapshot": {"ok": False, "reason": "nothing has been published yet"},
        "desk": {"ok": True},
    }
    parts.desk.close()
    break_desk(tmp_path)
    answer = web.get("/readyz")
    assert answer.status_code == 503
    assert answer.text == "nothing has been published yet; the desk does not answer\n"
    assert web.get("/healthz").status_code == 200
