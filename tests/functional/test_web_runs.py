"""The page of runs: what it tells of a snapshot, a run that is started, watched and stopped from it, who may."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from httpx import Response
from selectolax.lexbor import LexborHTMLParser
from tests.functional.stage import Program
from tests.player import write_player
from tests.web_world import client, make_parts

from talentscope.runtime.clock import FixedClock
from talentscope.runtime.schedule import LEASE
from talentscope.web.jobs import Jobs
from talentscope.web.pages.runs_view import span
from talentscope.web.parts import Parts
from talentscope.web.signin.identity import Role, User

PATIENCE = 30.0


@dataclass(frozen=True)
class As:
    """A gate at which everybody is the same user."""

    role: Role

    def identify(self, request: object) -> User:
        return User(self.role.name, self.role, via="password")


@dataclass(frozen=True)
class Desktop:
    """Somebody's browser, and the parts behind it."""

    parts: Parts
    web: TestClient

    def page(self, url: str = "/runs") -> LexborHTMLParser:
        answer = self.web.get(url)
        assert answer.status_code == 200, answer.text[:500]
        return LexborHTMLParser(answer.text)

    def post(self, url: str, **form: object) -> Response:
        return self.web.post(url, data=form, headers={"Origin": "http://127.0.0.1"})


@pytest.fixture
def sit(tmp_path: Path) -> Iterator[Callable[..., Desktop]]:
    """Somebody of a role before the page over a data directory; runs are played."""
    made: list[Parts] = []

    def make(home: Path, role: Role = Role.operator) -> Desktop:
        parts = make_parts(home, gate=As(role))
        parts = replace(parts, jobs=Jobs(home, parts.clock, program=write_player(tmp_path)))
        made.append(parts)
        return Desktop(parts, client(parts))

    yield make
    for parts in made:
        assert parts.jobs is not None
        parts.jobs.close(wait_seconds=5)
        parts.reader.close()
        parts.desk.close()


def text(page: LexborHTMLParser, selector: str) -> str:
    node = page.css_first(selector)
    assert node is not None, selector
    return " ".join(node.text(separator=" ").split())


def until(desktop: Desktop, condition: Callable[[str], bool]) -> LexborHTMLParser:
    end = time.monotonic() + PATIENCE
    while True:
        page = desktop.page("/runs/now")
        if condition(text(page, "#now")):
            return page
        assert time.monotonic() < end, text(page, "#now")
        time.sleep(0.02)  # noqa: TID251 - another process is waited for


def test_before_anything_was_published_the_page_says_how_to_begin(sit: Callable[..., Desktop], tmp_path: Path) -> None:
    (tmp_path / "home").mkdir()
    page = sit(tmp_path / "home").page()
    assert "Nothing has been published yet" in text(page, "#facts")
    assert "talentscope run talent" in text(page, "#facts")
    assert page.css_first("form.start-run button") is not None


def test_the_page_tells_what_status_tells(sit: Callable[..., Desktop], copied: Program) -> None:
    facts = copied("status", "--format", "json").json()
    page = sit(copied.home).page()
    told = text(page, "#facts")
    assert f"Repositories {facts['snapshot']['repositories']:,}" in told
    assert f"Developers {facts['snapshot']['developers']:,}" in told
    queries = [node.text().strip() for node in page.css("#facts .query")]
    assert sorted(queries) == sorted(row["query"] for row in facts["coverage"])
    for row in facts["coverage"]:
        assert f"{row['query']} {row['reported']:,} {row['read']:,} {row['missing']:,} {row['requests']:,}" in told
    assert [text(page, "#facts .run-name")] == [facts["budgets"][0]["briefs"]]


def test_a_run_is_started_watched_and_its_end_told(sit: Callable[..., Desktop], copied: Program) -> None:
    desktop = sit(copied.home)
    answer = desktop.post("/runs", kind="talent", brief=["minecraft-modders", "rust-systems"])
    assert (answer.status_code, answer.headers["location"]) == (303, "/runs")
    page = until(desktop, lambda told: "Done" in told)
    told = text(page, "#now")
    assert "Talent for minecraft-modders, rust-systems" in told
    assert "by operator" in told
    assert "exit code 0" in told
    assert "Requests 2" in told
    assert page.css_first("#now").attributes.get("hx-trigger") is None, "nobody is asked any more"
    assert page.css_first("#now [hx-trigger=load]") is not None, "the facts are asked for once more"
    assert desktop.parts.jobs is not None
    job = desktop.parts.jobs.recent()[0]
    assert job.words == ("talent", "--brief", "minecraft-modders", "--brief", "rust-systems")
    log = desktop.page(f"/runs/jobs/{job.job_id}")
    assert text(log, "pre.log") == "said on the way <b>", "shown as it is"
    assert log.css_first("pre.log b") is None
    audit = desktop.parts.desk.audit.list(10, action="start run")
    assert [(line.actor, line.detail) for line in audit] == [("operator", job.title)]


def test_a_run_that_is_under_way_is_asked_for_each_second_and_stops_on_request(
    sit: Callable[..., Desktop], copied: Program
) -> None:
    desktop = sit(copied.home)
    desktop.post("/runs", kind="companies")
    page = until(desktop, lambda told: "3 of 4" in told)
    now = page.css_first("#now")
    assert (now.attributes["hx-get"], now.attributes["hx-trigger"]) == ("/runs/now", "every 1s")
    bar = page.css_first("progress")
    assert (bar.attributes["max"], bar.attributes["value"]) == ("4", "3")
    busy = desktop.post("/runs", kind="talent")
    assert busy.status_code == 409
    assert "Companies is running" in busy.text
    action = page.css_first("#now form").attributes["action"]
    assert action is not None
    assert desktop.post(action).status_code == 303
    ended = text(until(desktop, lambda told: "Stopped" in told), "#now")
    assert "stopped by a signal" in ended
    assert "exit code 75" in ended
    assert "goes on from there" in ended
    assert desktop.post(action).status_code == 409


@pytest.mark.parametrize("role", [Role.reader, Role.recruiter])
def test_who_is_no_operator_reads_and_starts_nothing(sit: Callable[..., Desktop], copied: Program, role: Role) -> None:
    desktop = sit(copied.home, role)
    page = desktop.page()
    assert page.css_first("form.start-run") is None
    assert text(page, "h1") == "Runs"
    assert desktop.post("/runs", kind="talent").status_code == 403
    assert desktop.web.get("/runs/jobs/20261121T120000-00000000").status_code == 403
    assert desktop.parts.jobs is not None
    assert desktop.parts.jobs.recent() == []


@pytest.mark.parametrize(
    ("form", "status"),
    [
        ({"kind": "rm -rf"}, 400),
        ({"kind": "talent", "brief": "../../etc/passwd"}, 422),
        ({"kind": "talent", "brief": "--sweep"}, 422),
        ({}, 422),
    ],
)
def test_what_is_no_run_is_not_started(
    sit: Callable[..., Desktop], copied: Program, form: dict[str, str], status: int
) -> None:
    desktop = sit(copied.home)
    assert desktop.post("/runs", **form).status_code == status
    assert desktop.parts.jobs is not None
    assert desktop.parts.jobs.recent() == []


def test_the_schedule_says_how_the_last_run_ended_and_when_the_next_is(
    sit: Callable[..., Desktop], copied: Program
) -> None:
    now = datetime.now(UTC)
    desktop = sit(copied.home)
    past = desktop.parts.desk.past_runs
    past.note("companies", started_at=now, ended_at=now, code=1, message="a check failed: <b>boards</b>")
    past.note("sweep", started_at=now - timedelta(minutes=50), ended_at=now, code=0)
    late = now - timedelta(days=3)
    past.note("purge", started_at=late, ended_at=late, code=0)
    told = text(desktop.page(), "table")
    assert "Failed (1) a check failed: <b>boards</b>" in told, "as text"
    assert re.search(r"Full sweep: every match again, Sundays at 03:00 UTC Done [a-z0-9 ]+ 50 min", told), told
    assert "by the sweep" in told
    purge = told.partition("Purge:")[2]
    assert "Due now Overdue since" in purge
    assert "Overdue" not in told.partition("Purge:")[0]


def test_the_schedule_says_who_is_at_it(sit: Callable[..., Desktop], copied: Program) -> None:
    desktop = sit(copied.home)
    assert "Running" not in text(desktop.page(), "table")
    assert desktop.parts.desk.leases.take(LEASE, "machine-7 process 12", 60, doing="companies")
    told = text(desktop.page(), "table")
    assert "by machine-7 process 12" in told.partition("Full sweep")[0]
    assert told.count("Running") == 1


def test_where_runs_come_from_elsewhere_the_page_starts_none_and_says_so(
    sit: Callable[..., Desktop], copied: Program
) -> None:
    desktop = sit(copied.home)
    parts = replace(desktop.parts, web=desktop.parts.web.model_copy(update={"page_runs": False}))
    elsewhere = Desktop(parts, client(parts))
    page = elsewhere.page()
    assert page.css_first("form.start-run") is None
    assert "come from its schedule alone" in text(page, "#runs")
    refused = elsewhere.post("/runs", kind="talent")
    assert refused.status_code == 400
    assert "come from its schedule alone" in refused.text
    assert parts.jobs is not None
    assert parts.jobs.recent() == []


def test_over_invented_data_nothing_is_started(copied: Program) -> None:
    parts = replace(make_parts(copied.home), is_demo=True)
    web = client(parts)
    page = LexborHTMLParser(web.get("/runs").text)
    assert page.css_first("form.start-run") is None
    assert "Nothing runs by itself in a demo" in page.text()
    assert "Due now" not in page.text()
    answer = web.post("/runs", data={"kind": "talent"}, headers={"Origin": "http://127.0.0.1"})
    assert answer.status_code == 400
    assert "invented data" in answer.text
    parts.reader.close()
    parts.desk.close()


def test_a_run_whose_process_vanished_says_so(sit: Callable[..., Desktop], copied: Program) -> None:
    folder = copied.home / "jobs" / "20261121T120000-0123abcd"
    folder.mkdir(parents=True)
    facts = {
        "title": "Talent",
        "words": ["talent"],
        "started_at": "2026-11-21T12:00:00+00:00",
        "started_by": "ada",
        "pid": 2**22 + 1,
        "born_at": 1.0,
    }
    (folder / "job.json").write_text(json.dumps(facts))
    told = text(sit(copied.home).page(), "#now")
    assert "Vanished" in told
    assert "without a word" in told


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0, "0 s"), (59.4, "59 s"), (60, "1 min"), (130, "2 min 10 s"), (3599, "59 min"), (3900, "1 h 5 min")],
)
def test_a_stretch_of_time_in_words(seconds: float, words: str) -> None:
    assert span(seconds) == words


def test_the_clock_of_the_page_is_the_one_it_is_given(copied: Program) -> None:
    clock = FixedClock(datetime(2030, 1, 1, tzinfo=UTC))
    parts = make_parts(copied.home, clock=clock)
    page = LexborHTMLParser(client(parts).get("/runs").text)
    assert "years ago" in text(page, "#facts")
    assert "stale" in text(page, "#facts"), "a source that is years old is not called ok"
    parts.reader.close()
    parts.desk.close()
