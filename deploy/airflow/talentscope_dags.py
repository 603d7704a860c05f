"""talentscope's pipelines as Airflow DAGs, for Cloud Composer or any Airflow 3. Copy this one file into the DAG folder.

The same commands at the same times as talentscope's own schedule (a test holds them together); use one of the two, not
both. Airflow only starts them and retries: a run that ran out of budget exits with 75, keeps what it has, and goes on
when it is tried again. The warehouse takes one writer at a time, so all tasks share the pool `talentscope` of one slot,
which those that wait for Cloud Run hold too:

    airflow pools set talentscope 1 "one writer at a time" --include-deferred

Where the commands run is said by the environment of Airflow:
    TALENTSCOPE_AIRFLOW_JOB       projects/PROJECT/locations/REGION/jobs/NAME: the Cloud Run job, executed with the
                                  command as its arguments. Empty: the program runs on the worker itself.
    TALENTSCOPE_AIRFLOW_PROGRAM   the program on the worker; `talentscope` from the PATH when empty.
"""

from __future__ import annotations

import os
import re
import shlex
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

from airflow.sdk import DAG

if TYPE_CHECKING:
    from airflow.sdk import BaseOperator

POOL = "talentscope"
JOB = os.environ.get("TALENTSCOPE_AIRFLOW_JOB", "")  # noqa: TID251 - this file is Airflow's, not the product's
PROGRAM = os.environ.get("TALENTSCOPE_AIRFLOW_PROGRAM", "") or "talentscope"  # noqa: TID251
BUDGET_RETURNS = timedelta(minutes=15)
"""GitHub's budgets are whole again within an hour: the first retry may find a part of it, the last the whole."""

LONGEST_WAIT = timedelta(hours=1)
SHUT_DOWN = timedelta(minutes=10)
"""What a run that is ended at its deadline has for storing what it holds."""


class Pipeline(NamedTuple):
    """One DAG. `weight` says who goes first when several wait for the pool: the one that is due least often."""

    name: str
    title: str
    cron: str
    command: tuple[str, ...]
    deadline: timedelta
    retries: int
    weight: int


PIPELINES = (
    Pipeline("companies", "Companies: every source", "0 2 * * *", ("run", "companies"), timedelta(hours=4), 3, 30),
    Pipeline("sweep", "Full sweep", "0 3 * * 0", ("run", "talent", "--sweep"), timedelta(hours=20), 5, 40),
    Pipeline("talent", "Talent", "0 * * * *", ("run", "talent"), timedelta(minutes=50), 2, 10),
    Pipeline("purge", "Purge of what is too old", "30 3 * * *", ("privacy", "purge"), timedelta(minutes=30), 3, 20),
)


def build(pipeline: Pipeline) -> DAG:
    """The DAG of one pipeline: one task, one run at a time; windows that were missed are left to the next."""
    with DAG(
        dag_id=f"talentscope_{pipeline.name}",
        dag_display_name=f"talentscope: {pipeline.title}",
        description=f"talentscope {shlex.join(pipeline.command)}",
        doc_md=__doc__,
        schedule=pipeline.cron,
        start_date=datetime(2026, 1, 1, tzinfo=UTC),
        catchup=False,
        max_active_runs=1,
        tags=["talentscope"],
        default_args={
            "pool": POOL,
            "priority_weight": pipeline.weight,
            "retries": pipeline.retries,
            "retry_delay": BUDGET_RETURNS,
            "retry_exponential_backoff": True,
            "max_retry_delay": LONGEST_WAIT,
            "execution_timeout": pipeline.deadline + SHUT_DOWN,
        },
    ) as dag:
        to_task(pipeline)
    return dag


def to_task(pipeline: Pipeline) -> BaseOperator:
    """The command as a task, on the worker or as an execution of the Cloud Run job."""
    if not JOB:
        from airflow.providers.standard.operators.bash import BashOperator

        return BashOperator(task_id="run", bash_command=f"exec {shlex.join([PROGRAM, *pipeline.command])}")
    from airflow.providers.google.cloud.operators.cloud_run import CloudRunExecuteJobOperator

    project, region, name = read_job(JOB)
    overrides: dict[str, Any] = {
        "container_overrides": [{"args": list(pipeline.command)}],
        "task_count": 1,
        "timeout": f"{int(pipeline.deadline.total_seconds())}s",
    }
    return CloudRunExecuteJobOperator(
        task_id="run", project_id=project, region=region, job_name=name, overrides=overrides, deferrable=True
    )


def read_job(address: str) -> tuple[str, str, str]:
    """Project, region and name of a Cloud Run job. Raises ValueError, which Airflow shows as an import error."""
    found = re.fullmatch(r"projects/([^/]+)/locations/([^/]+)/jobs/([^/]+)", address)
    if found is None:
        raise ValueError(
            f"TALENTSCOPE_AIRFLOW_JOB: expected projects/PROJECT/locations/REGION/jobs/NAME, came {address!r}"
        )
    return found[1], found[2], found[3]


for _pipeline in PIPELINES:
    globals()[f"talentscope_{_pipeline.name}"] = build(_pipeline)
