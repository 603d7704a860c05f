"""The DAG file, loaded and run by a real Airflow in its own environment (`make test-airflow`)."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.functional.stage import EVERYTHING, TALENTSCOPE, TOKEN, sandbox_at

from talentscope.runtime.schedule import ENTRIES
from talentscope.warehouse.snapshot import open_snapshot

ROOT = Path(__file__).parents[2]
AIRFLOW = ROOT / ".environments" / "airflow" / "bin"
MAKE_POOL = shlex.split(
    re.search(r"^airflow (pools set .+)$", (ROOT / "docs/airflow.md").read_text(), re.MULTILINE)[1]  # type: ignore[index]
)
"""As the page tells people to."""

JOB = "projects/example/locations/europe-west1/jobs/talentscope-runs"
WEEK = timedelta(days=7)
PATIENCE = 300

Ask = Callable[..., Any]


@pytest.fixture(scope="session")
def ask(tmp_path_factory: pytest.TempPathFactory) -> Ask:
    """Asks the real Airflow, with a database of its own; further settings go into its environment."""
    if not (AIRFLOW / "airflow").exists():
        pytest.fail("Airflow's environment is not there: run `make test-airflow`, or make .environments/airflow/ready")
    folder = tmp_path_factory.mktemp("airflow")
    environment = {
        "PATH": f"{AIRFLOW}:{os.environ['PATH']}",  # noqa: TID251 - a process needs a path
        "HOME": str(folder),
        "AIRFLOW_HOME": str(folder / "airflow"),
        "AIRFLOW__CORE__DAGS_FOLDER": str(ROOT / "deploy" / "airflow"),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW_CONN_GOOGLE_CLOUD_DEFAULT": "google-cloud-platform://",
    }
    for words in (["db", "migrate"], MAKE_POOL):
        done = subprocess.run(
            [AIRFLOW / "airflow", *words], env=environment, capture_output=True, timeout=PATIENCE, check=False
        )
        assert done.returncode == 0, done.stderr.decode()[-2000:]

    def answer(*words: str, **settings: str) -> Any:
        done = subprocess.run(
            [AIRFLOW / "python", ROOT / "tests" / "airflow" / "inside.py", *words],
            env=environment | settings,
            cwd=folder,
            capture_output=True,
            timeout=PATIENCE,
            check=False,
        )
        lines = [line for line in done.stdout.decode().splitlines() if line.startswith("ANSWER ")]
        assert lines, (done.stdout.decode()[-3000:], done.stderr.decode()[-3000:])
        return json.loads(lines[-1].removeprefix("ANSWER "))

    return answer


@pytest.fixture(scope="session")
def on_worker(ask: Ask) -> Any:
    """What is loaded when the program is on the worker."""
    return ask("load")


def test_each_entry_of_the_schedule_is_a_dag_at_the_same_times_with_the_same_command(on_worker: Any) -> None:
    assert on_worker["errors"] == []
    assert set(on_worker["dags"]) == {f"talentscope_{entry.name}" for entry in ENTRIES}
    monday = datetime(2026, 11, 16, tzinfo=UTC)
    for entry in ENTRIES:
        told = on_worker["dags"][f"talentscope_{entry.name}"]
        first = entry.window(monday)
        begins = [first + entry.period * number for number in range(WEEK // entry.period + 2)]
        expected = [at for at in begins if monday <= at < monday + WEEK]
        assert [datetime.fromisoformat(at) for at in told["times"]] == expected, entry.name
        assert told["tasks"][0]["command"] == "exec talentscope " + " ".join(entry.command)
        assert timedelta(seconds=told["tasks"][0]["timeout_seconds"]) > entry.deadline


def test_one_slot_for_all_retries_that_outlast_a_budget_and_no_flood_of_missed_windows(on_worker: Any) -> None:
    for told in on_worker["dags"].values():
        (task,) = told["tasks"]
        assert task["pool"] == "talentscope"
        assert task["retries"] >= 2
        assert task["retry_seconds"] >= 900
        assert told["catchup"] is False
        assert told["max_active_runs"] == 1
    weights = {name: told["tasks"][0]["weight"] for name, told in on_worker["dags"].items()}
    assert min(weights, key=lambda name: weights[name]) == "talentscope_talent"


def test_the_pool_counts_tasks_that_wait_for_cloud_run_too(ask: Ask) -> None:
    """A deferred task leaves a pool that does not count it, and a second writer starts beside the first."""
    assert ask("pool") == {"slots": 1, "include_deferred": True}
    told = (ROOT / "deploy/airflow/talentscope_dags.py").read_text()
    assert f"airflow {shlex.join(MAKE_POOL)}".replace("'", '"') in told, "file and page say the same"


def test_with_a_cloud_run_job_the_same_commands_are_its_arguments(ask: Ask) -> None:
    told = ask("load", TALENTSCOPE_AIRFLOW_JOB=JOB)
    assert told["errors"] == []
    for entry in ENTRIES:
        (task,) = told["dags"][f"talentscope_{entry.name}"]["tasks"]
        assert task["kind"] == "CloudRunExecuteJobOperator"
        assert task["address"] == ["example", "europe-west1", "talentscope-runs"]
        assert task["overrides"]["container_overrides"] == [{"args": list(entry.command)}]
        assert task["overrides"]["timeout"] == f"{int(entry.deadline.total_seconds())}s"


def test_a_wrong_address_of_the_job_is_told_where_airflow_tells_it(ask: Ask) -> None:
    told = ask("load", TALENTSCOPE_AIRFLOW_JOB="talentscope-runs")
    assert told["dags"] == {}
    assert "expected projects/PROJECT/locations/REGION/jobs/NAME, came 'talentscope-runs'" in told["errors"][0]


def test_the_job_is_executed_over_cloud_runs_own_api(ask: Ask) -> None:
    answer = ask("cloud", "talentscope_sweep", TALENTSCOPE_AIRFLOW_JOB=JOB)
    assert answer["state"] == "success"
    (asked,) = answer["asked"]
    assert asked["name"] == JOB
    assert asked["overrides"]["container_overrides"][0]["args"] == ["run", "talent", "--sweep"]


def test_a_run_out_of_budget_is_tried_again_and_goes_on(ask: Ask, tmp_path: Path) -> None:
    program = tmp_path / "program"
    program.write_text(f'#!/bin/sh\n[ -e "{tmp_path}/once" ] && exit 0\ntouch "{tmp_path}/once"\nexit 75\n')
    program.chmod(0o755)
    answer = ask("run", "talentscope_talent", TALENTSCOPE_AIRFLOW_PROGRAM=str(program))
    assert answer == {"state": "success", "tries": [{"task": "run", "state": "success", "try": 2}]}


def test_a_real_run_in_airflow_publishes(ask: Ask, tmp_path: Path) -> None:
    (tmp_path / "briefs").mkdir()
    (tmp_path / "everything.yaml").write_text(EVERYTHING)
    home = tmp_path / "home"
    with sandbox_at(datetime.now(UTC)) as sandbox:
        answer = ask(
            "run",
            "talentscope_talent",
            TALENTSCOPE_AIRFLOW_PROGRAM=str(TALENTSCOPE),
            TALENTSCOPE_HOME=str(home),
            GITHUB_TOKEN=TOKEN,
            GITHUB_API_URL=sandbox.api_url,
            GITHUB_GRAPHQL_URL=sandbox.graphql_url,
        )
    assert answer["state"] == "success"
    with open_snapshot(home) as snapshot:
        (count,) = snapshot.connection.execute("SELECT count(*) FROM developers").fetchone() or (0,)
    assert count > 0
