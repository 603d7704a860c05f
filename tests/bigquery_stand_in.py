"""bqemulator in an environment of its own, as a process on a free port: a stand-in that speaks BigQuery's REST API.

It is DuckDB underneath: that rows come out equal says little of BigQuery's own meaning of SQL; that Google's client,
dlt's loads and SQLMesh's plans get through says that the protocol is right. See docs/bigquery.md.
"""

from __future__ import annotations

import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
PYTHON = ROOT / ".environments" / "bigquery" / "bin" / "python"
PROJECT = "talentscope-test"
PATIENCE_SECONDS = 120

# DuckDB extensions come as wheels; the emulator looks for them where DuckDB keeps those of the user
_INSTALL = """
import duckdb, duckdb_extension_inet, duckdb_extension_spatial, pathlib
with duckdb.connect() as connection:
    for module in (duckdb_extension_spatial, duckdb_extension_inet):
        for file in pathlib.Path(module.__path__[0]).rglob("*.duckdb_extension"):
            connection.execute(f"INSTALL '{file}'")
"""


@contextmanager
def stand_in(folder: Path) -> Iterator[str]:
    """Its URL, for BIGQUERY_EMULATOR_HOST. Gone afterwards, with all that it held."""
    assert PYTHON.exists(), "no environment for BigQuery's stand-in: run make .environments/bigquery/ready"
    environment = {"HOME": str(folder), "PATH": f"{PYTHON.parent}:/usr/bin:/bin", "TZ": "UTC"}
    subprocess.run([PYTHON, "-c", _INSTALL], env=environment, check=True, capture_output=True)
    port = _free_port()
    command = [PYTHON, "-m", "bqemulator", "start", "--rest-port", str(port), "--grpc-port", "0", "--ephemeral"]
    with (folder / "stand_in.log").open("w") as log:
        process = subprocess.Popen(
            [*command, "--project", PROJECT, "--log-level", "error"],
            env=environment,
            cwd=folder,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
    try:
        _wait_for(f"http://127.0.0.1:{port}", process, folder / "stand_in.log")
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        try:
            process.wait(timeout=30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait_for(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < until:
        assert process.poll() is None, log.read_text(encoding="utf-8")[-3000:]
        try:
            with urllib.request.urlopen(f"{url}/bigquery/v2/projects/{PROJECT}/datasets", timeout=5):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.3)  # noqa: TID251 - a process of a test has no clock of ours
    raise AssertionError(
        f"the stand-in did not answer in {PATIENCE_SECONDS} s: {log.read_text(encoding='utf-8')[-3000:]}"
    )


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def list_objects(adapter: Any, schema_name: Any, object_names: set[str] | None = None) -> list[Any]:
    """In place of SQLMesh's own question about tables and views of a dataset, in INFORMATION_SCHEMA: the emulator takes
    that for a syntax error, so in the test it is asked through the API. This one statement is not tested."""
    from google.api_core.exceptions import NotFound
    from sqlmesh.core.dialect import to_schema
    from sqlmesh.core.engine_adapter.shared import DataObject, DataObjectType

    schema = to_schema(schema_name)
    try:
        items = list(adapter.client.list_tables(f"{PROJECT}.{schema.db}"))
    except NotFound:
        return []
    return [
        DataObject(
            catalog=PROJECT,
            schema=schema.db,
            name=item.table_id,
            type=DataObjectType.VIEW if item.table_type == "VIEW" else DataObjectType.TABLE,
        )
        for item in items
        if object_names is None or item.table_id in object_names
    ]
