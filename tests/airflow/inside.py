"""Runs inside Airflow's own environment and prints JSON: what a real Airflow makes of our DAG file.

python inside.py load             what was loaded, and what was not and why
python inside.py pool             the pool that all tasks share
python inside.py run DAG_ID       run one DAG to its end with `dag.test()`
python inside.py cloud DAG_ID     the same against a stand-in of Cloud Run's own gRPC API
"""

from __future__ import annotations

import json
import sys
from concurrent import futures
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parents[2] / "deploy" / "airflow"


def read_bag() -> Any:
    from airflow.dag_processing.dagbag import DagBag
    from airflow.models.dagbundle import DagBundleModel
    from airflow.utils.session import create_session

    with create_session() as session:
        session.merge(DagBundleModel(name="deploy"))
    return DagBag(FOLDER, bundle_name="deploy", bundle_path=FOLDER)


def load() -> dict[str, Any]:
    bag = read_bag()
    return {"errors": list(bag.import_errors.values()), "dags": {name: tell(dag) for name, dag in bag.dags.items()}}


def pool() -> dict[str, Any]:
    from airflow.models.pool import Pool

    found = Pool.get_pool("talentscope")
    return {"slots": found.slots, "include_deferred": found.include_deferred}


def tell(dag: Any) -> dict[str, Any]:
    from croniter import croniter

    monday = datetime(2026, 11, 16, tzinfo=UTC)
    times, moment = [], croniter(dag.schedule, monday - timedelta(seconds=1))
    while (at := moment.get_next(datetime)) < monday + timedelta(days=7):
        times.append(at.isoformat())
    tasks = [
        {
            "kind": type(task).__name__,
            "pool": task.pool,
            "weight": task.priority_weight,
            "retries": task.retries,
            "retry_seconds": task.retry_delay.total_seconds(),
            "timeout_seconds": task.execution_timeout.total_seconds(),
            "command": getattr(task, "bash_command", None),
            "overrides": getattr(task, "overrides", None),
            "address": [getattr(task, name, None) for name in ("project_id", "region", "job_name")],
        }
        for task in dag.tasks
    ]
    return {
        "times": times,
        "catchup": dag.catchup,
        "max_active_runs": dag.max_active_runs,
        "tasks": tasks,
    }


def run(dag_id: str) -> dict[str, Any]:
    dag = read_bag().dags[dag_id]
    for task in dag.tasks:
        task.retry_delay = timedelta(seconds=1)  # the test has no hour to wait
        task.max_retry_delay = timedelta(seconds=2)
    ended = dag.test()
    tries = [{"task": item.task_id, "state": str(item.state), "try": item.try_number} for item in told(ended)]
    return {"state": str(ended.state), "tries": tries}


def told(ended: Any) -> list[Any]:
    return list(ended.get_task_instances())


def cloud(dag_id: str) -> dict[str, Any]:
    """Cloud Run's API, as far as the operator uses it, spoken with Google's own messages."""
    import grpc
    from google.api_core import operations_v1
    from google.cloud import run_v2
    from google.cloud.run_v2.services.jobs.transports import JobsGrpcTransport
    from google.longrunning import operations_pb2

    asked: list[dict[str, Any]] = []

    def run_job(request: bytes, _context: Any) -> bytes:
        asked.append(run_v2.RunJobRequest.to_dict(run_v2.RunJobRequest.deserialize(request)))
        return finished()

    def finished() -> bytes:
        name = "projects/p/locations/r/jobs/j"
        execution = run_v2.Execution(name=f"{name}/executions/e", job=name, task_count=1, succeeded_count=1)
        operation = operations_pb2.Operation(name="projects/p/locations/r/operations/o", done=True)
        operation.metadata.Pack(run_v2.Execution.pb(run_v2.Execution(name=f"{name}/executions/e", log_uri="")))
        operation.response.Pack(run_v2.Execution.pb(execution))
        return operation.SerializeToString()

    def get_job(_request: bytes, _context: Any) -> bytes:
        return run_v2.Job.serialize(run_v2.Job(name="projects/p/locations/r/jobs/j"))

    server = grpc.server(futures.ThreadPoolExecutor(2))
    handlers = {"RunJob": run_job, "GetJob": get_job}
    jobs = {name: grpc.unary_unary_rpc_method_handler(handler) for name, handler in handlers.items()}
    operations = {"GetOperation": grpc.unary_unary_rpc_method_handler(lambda *_: finished())}
    server.add_generic_rpc_handlers(
        (
            grpc.method_handlers_generic_handler("google.cloud.run.v2.Jobs", jobs),
            grpc.method_handlers_generic_handler("google.longrunning.Operations", operations),
        )
    )
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    assert operations_v1

    from airflow.providers.google.cloud.hooks.cloud_run import CloudRunHook

    transport = JobsGrpcTransport(channel=grpc.insecure_channel(f"127.0.0.1:{port}"))
    client = run_v2.JobsClient(transport=transport)
    CloudRunHook.get_conn = lambda *_, **__: client  # the one thing replaced: where the client connects to
    dag = read_bag().dags[dag_id]
    for task in dag.tasks:
        task.deferrable, task.retries = False, 0  # a trigger would make a client of its own
    ended = dag.test()
    return {"state": str(ended.state), "asked": asked}


def main(words: list[str]) -> None:
    say, *rest = words
    answer = {"load": load, "pool": pool, "run": run, "cloud": cloud}[say](*rest)
    print("ANSWER " + json.dumps(answer, default=str))  # noqa: T201 - this is how it answers


if __name__ == "__main__":
    main(sys.argv[1:])
