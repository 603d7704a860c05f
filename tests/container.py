"""A rehearsal of the image where no container engine is: the same layout, the same program, the same walls.

The libraries are those that the image takes (tools/requirements.py), out of the environment that the tests run in; the
program comes as its wheel; deploy/container/slim.py takes away and compiles what the image's build does. It then runs
as user 10001 in a mount namespace of its own, in which everything is read-only but the data directory and /tmp.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from importlib import metadata
from pathlib import Path

import httpx

ROOT = Path(__file__).resolve().parents[1]
EXTRAS = ("postgres", "gcp", "objects", "otel")
USER = 10001
VERSION = f"python{sys.version_info.major}.{sys.version_info.minor}"

WALLS = """
set -e
new="$1" base="$2" environment="$3" home="$4"; shift 4
mount --make-rprivate /
mount --bind / "$new"
mount -o remount,bind,ro "$new"
mount -t tmpfs -o size=256m,mode=1777 tmpfs "$new/tmp"
mount -t tmpfs -o size=1m,mode=0755 tmpfs "$new/mnt"
mkdir "$new/mnt/base" "$new/mnt/talentscope" "$new/mnt/data"
mount --bind "$base" "$new/mnt/base"; mount -o remount,bind,ro "$new/mnt/base"
mount --bind "$environment" "$new/mnt/talentscope"; mount -o remount,bind,ro "$new/mnt/talentscope"
mount --bind "$home" "$new/mnt/data"
mount -o remount,ro "$new/mnt"
mount --rbind /proc "$new/proc"; mount --rbind /dev "$new/dev"
exec chroot --userspec=10001:10001 "$new" "$@"
"""
"""Taken out of /tmp and put under /mnt: the tests' own folders lie in /tmp, and root's are closed to others."""


def install(target: Path) -> Path:
    """An environment at `target` as the image has it under /opt/talentscope, to be run at /mnt/talentscope."""
    libraries = target / "lib" / VERSION / "site-packages"
    libraries.mkdir(parents=True)
    (target / "bin").mkdir()
    (target / "pyvenv.cfg").write_text("home = /mnt/base/bin\ninclude-system-site-packages = false\n")
    (target / "bin" / "python").symlink_to(f"/mnt/base/bin/{VERSION}")
    for name in sorted(wanted()):
        copy_distribution(name, libraries)
    wheel = [sys.executable, "-m", "pip", "wheel", "--quiet", "--disable-pip-version-check", "--no-deps"]
    subprocess.run([*wheel, "--wheel-dir", str(target / "wheel"), str(ROOT)], check=True, capture_output=True)
    (built,) = (target / "wheel").glob("*.whl")
    shutil.unpack_archive(built, libraries, "zip")
    shutil.rmtree(target / "wheel")
    subprocess.run(
        [sys.executable, str(ROOT / "deploy/container/slim.py"), str(target)], check=True, capture_output=True
    )
    return target


def wanted() -> set[str]:
    """Names of all distributions that the image's requirements come to, those of extras that they ask for included."""
    asked = subprocess.run(
        [sys.executable, str(ROOT / "tools/requirements.py"), *EXTRAS], check=True, capture_output=True, text=True
    )
    from packaging.requirements import Requirement

    todo, seen = [Requirement(line) for line in asked.stdout.splitlines()], set[tuple[str, str]]()
    while todo:
        requirement = todo.pop()
        name = _canonical(requirement.name)
        for extra in {"", *requirement.extras}:
            if (name, extra) in seen:
                continue
            seen.add((name, extra))
            for line in metadata.requires(name) or []:
                needed = Requirement(line)
                if needed.marker is None or needed.marker.evaluate({"extra": extra}):
                    todo.append(needed)
    return {name for name, _ in seen}


def _canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def copy_distribution(name: str, libraries: Path) -> None:
    """Its files as they were installed, without bytecode and scripts; linked where that can be."""
    found = metadata.distribution(name)
    for file in found.files or []:
        if ".." in file.parts or file.suffix == ".pyc":
            continue
        source, target = Path(str(found.locate_file(file))), libraries / file
        if not source.is_file():
            continue
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            os.link(source, target)
        except FileExistsError:
            continue
        except OSError:
            shutil.copy2(source, target)


def can_wall() -> bool:
    """Whether this process may make mount namespaces: root may, where the kernel lets it."""
    return os.geteuid() == 0 and subprocess.run(["unshare", "--mount", "true"], check=False).returncode == 0


def start(
    environment: Path, home: Path, *words: str, settings: Mapping[str, str] | None = None
) -> subprocess.Popen[bytes]:
    """Begin `python` with these words within the walls, its standard output and error together."""
    (new := home.parent / "root").mkdir(exist_ok=True)
    shutil.chown(home, USER, USER)
    variables = {
        "PATH": "/mnt/talentscope/bin:/usr/local/bin:/usr/bin:/bin", "HOME": "/tmp", "LANG": "C.UTF-8",  # noqa: S108
        "LD_LIBRARY_PATH": "/mnt/base/lib", "PYTHONUNBUFFERED": "1", "TALENTSCOPE_HOME": "/mnt/data",
        "TALENTSCOPE_LOG_FORMAT": "json", **(settings or {}),
    }  # fmt: skip
    inside = ["env", "-i", *(f"{name}={value}" for name, value in variables.items()), "python", *words]
    outside = ["unshare", "--mount", "sh", "-c", WALLS, "walls", str(new), sys.base_prefix, str(environment), str(home)]
    return subprocess.Popen([*outside, *inside], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, cwd="/")


def program(environment: Path, home: Path, *words: str, **settings: str) -> subprocess.Popen[bytes]:
    """Begin a command of the program within the walls."""
    return start(environment, home, "-m", "talentscope", *words, settings=settings)


@contextmanager
def page(environment: Path, home: Path, port: int, *words: str, **settings: str) -> Iterator[subprocess.Popen[bytes]]:
    """`serve` or another command that listens on `port`, until /healthz answers; killed at the end if still there."""
    process = program(environment, home, *words, **{"PORT": str(port), **settings})
    try:
        wait_for(process, f"http://127.0.0.1:{port}/healthz")
        yield process
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGKILL)
        process.communicate()


def wait_for(process: subprocess.Popen[bytes], url: str, *, seconds: float = 120.0) -> float:
    """Ask until 200 comes; the seconds that it took."""
    began = time.perf_counter()
    while time.perf_counter() - began < seconds:
        with suppress(httpx.TransportError):
            if httpx.get(url, timeout=60).status_code == 200:
                return time.perf_counter() - began
        assert process.poll() is None, (process.stdout.read() if process.stdout else b"").decode()
        time.sleep(0.02)  # noqa: TID251 - another process is waited for
    raise AssertionError(f"no answer from {url} in {seconds:.0f} s")
