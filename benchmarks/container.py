"""What the image adds to its base, how soon the first page comes, and what page and run take of memory.

Rehearsed without a container engine (tests/container.py): same files, read-only root, user 10001. Cold start is from
the start of the process to the first 200 of /leads over the demo's data, which asks every line of the way: bytecode,
imports, desk, snapshot, first question. Needs root.
"""

from __future__ import annotations

import shutil
import socket
import subprocess
import tempfile
import time
from pathlib import Path

import httpx
import psutil

STARTS = 5
REQUESTS = 100
MB = 1e6
MIB = 1024 * 1024


def main() -> None:
    """Print one table."""
    from tests.container import can_wall, install, page, program, wait_for

    assert can_wall(), "mount namespaces need root"
    folder = Path(tempfile.mkdtemp())
    try:
        environment, home = install(folder / "talentscope"), folder / "data"
        home.mkdir()
        demo = {"TALENTSCOPE_HOME": "/mnt/data/demo"}
        print("| what | figure |\n|---|--:|")
        print(f"| libraries and program, bytecode included, MB | {size(environment):.0f} |")
        print(f"| of them our program, MB | {size(next(environment.glob('lib/*/site-packages/talentscope'))):.0f} |")
        peak = run_of_talent(program(environment, home, "demo", "--scale", "2000"))
        print(f"| peak memory of both runs of the demo, stand-in services included, MiB | {peak:.0f} |", flush=True)
        starts = []
        for _ in range(STARTS):
            port = free_port()
            began = time.perf_counter()
            with page(environment, home, port, "serve", **demo) as process:
                wait_for(process, f"http://127.0.0.1:{port}/leads")
                starts.append(time.perf_counter() - began)
        port = free_port()
        with page(environment, home, port, "serve", **demo) as process:
            wait_for(process, f"http://127.0.0.1:{port}/healthz")
            idle = memory(process.pid)
            for number in range(REQUESTS):
                path = ("leads", "companies", "runs", "shortlists")[number % 4]
                httpx.get(f"http://127.0.0.1:{port}/{path}", timeout=60).raise_for_status()
            used = memory(process.pid)
        print(f"| cold start to the first page of leads, s, lowest of {STARTS} | {min(starts):.2f} |")
        print(f"| the same, median | {sorted(starts)[STARTS // 2]:.2f} |")
        print(f"| memory of the page, idle, MiB | {idle:.0f} |")
        print(f"| memory of the page after {REQUESTS} requests, MiB | {used:.0f} |")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def size(folder: Path) -> float:
    """Megabytes of all files."""
    return sum(path.lstat().st_size for path in folder.rglob("*") if not path.is_dir()) / MB


def memory(pid: int) -> float:
    """Resident MiB of a process and all that it started."""
    family = [psutil.Process(pid), *psutil.Process(pid).children(recursive=True)]
    return sum(one.memory_info().rss for one in family) / MIB


def run_of_talent(process: subprocess.Popen[bytes]) -> float:
    """The most that a process took until its end, asked five times a second; it must end well."""
    peak = 0.0
    while process.poll() is None:
        try:
            peak = max(peak, memory(process.pid))
            process.communicate(timeout=0.2)
        except (subprocess.TimeoutExpired, psutil.NoSuchProcess):
            continue
    assert process.returncode == 0
    return peak


def free_port() -> int:
    """A port that nobody listens on just now."""
    with socket.create_server(("127.0.0.1", 0)) as door:
        port: int = door.getsockname()[1]
    return port


if __name__ == "__main__":
    main()
