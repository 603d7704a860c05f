"""Runs that a program starts: who may, one at a time, and where they come from elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from tests.functional.api.asking import SAME, Doorkeeper, parts_of
from tests.player import write_player
from tests.web_world import client, make_parts

from talentscope.web.jobs import Jobs

Site = Callable[..., TestClient]


@pytest.fixture
def sit(home: Path, tmp_path: Path) -> Iterator[Site]:
    """The app over a data directory in which runs are played; whoever asks says their role."""
    parts = make_parts(home, gate=Doorkeeper())
    jobs = Jobs(home, parts.clock, program=write_player(tmp_path))

    def make(*, page_runs: bool = True) -> TestClient:
        web = parts.web.model_copy(update={"page_runs": page_runs})
        running = client(replace(parts, jobs=jobs, web=web))
        running.headers.update(SAME)
        return running

    yield make
    jobs.close(wait_seconds=5)
    parts.reader.close()
    parts.desk.close()


def test_a_key_that_may_operate_starts_one_run_at_a_time(sit: Site) -> None:
    site = sit()
    _, secret = parts_of(site).desk.keys.create("nightly", ["operate"], actor="Rana")
    key = {"Authorization": f"Bearer {secret}"}
    begun = site.post("/api/v1/runs", json={"kind": "companies"}, headers=key)
    assert begun.status_code == 202, begun.text
    told = begun.json()
    assert told["title"] == "Companies"
    assert begun.headers["location"] == told["page"] == f"/runs/jobs/{told['job_id']}"
    assert site.get(told["page"], headers=key).status_code == 200
    second = site.post("/api/v1/runs", json={"kind": "talent"}, headers=key)
    assert second.status_code == 409
    assert "Companies is running" in second.json()["detail"]
    (line,) = parts_of(site).desk.audit.list(10, action="start run")
    assert (line.actor, line.detail) == (told["started_by"], "Companies")


def test_briefs_are_those_of_the_desk(sit: Site) -> None:
    site = sit()
    site.headers["x-test-role"] = "operator"
    begun = site.post("/api/v1/runs", json={"kind": "talent", "briefs": ["minecraft-modders"]})
    assert (begun.status_code, begun.json()["title"]) == (202, "Talent for minecraft-modders")


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"kind": "rm -rf"}, 422),
        ({"kind": "talent", "briefs": ["../../etc/passwd"]}, 422),
        ({"kind": "companies", "briefs": ["minecraft-modders"]}, 400),
        ({"kind": "due", "sweep": True}, 422),
        ({}, 422),
    ],
)
def test_what_is_no_run_is_not_started(sit: Site, body: dict[str, object], status: int) -> None:
    site = sit()
    site.headers["x-test-role"] = "operator"
    refused = site.post("/api/v1/runs", json=body)
    assert (refused.status_code, refused.headers["content-type"]) == (status, "application/problem+json")
    jobs = parts_of(site).jobs
    assert jobs is not None
    assert jobs.recent() == []


def test_who_is_no_operator_starts_nothing(sit: Site) -> None:
    site = sit()
    site.headers["x-test-role"] = "recruiter"
    assert site.post("/api/v1/runs", json={"kind": "due"}).status_code == 403


def test_where_runs_come_from_elsewhere_none_is_started(sit: Site) -> None:
    site = sit(page_runs=False)
    site.headers["x-test-role"] = "operator"
    refused = site.post("/api/v1/runs", json={"kind": "due"})
    assert refused.status_code == 400
    assert "come from its schedule alone" in refused.json()["detail"]
