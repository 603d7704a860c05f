"""The image rehearsed: read-only root, a user who owns nothing, no tools, quick to start, ended by SIGTERM."""

from __future__ import annotations

import json
import signal
import socket
from pathlib import Path

import httpx
import pytest
from tests.container import VERSION, can_wall, install, page, program, start

pytestmark = pytest.mark.skipif(
    not can_wall(), reason="mount namespaces need root: run the tests as root, or in a container with CAP_SYS_ADMIN"
)


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return install(tmp_path_factory.mktemp("image") / "talentscope")


@pytest.fixture(scope="module")
def home(environment: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data directory after both pipelines ran over the sandbox within the walls."""
    made = tmp_path_factory.mktemp("container") / "data"
    made.mkdir()
    process = program(environment, made, "demo", "--scale", "300")
    out, _ = process.communicate(timeout=600)
    assert process.returncode == 0, out.decode()
    return made


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as door:
        port: int = door.getsockname()[1]
    return port


def test_both_pipelines_run_with_a_read_only_root(home: Path) -> None:
    assert (home / "demo" / "snapshots" / "current").exists()
    assert {path.stat().st_uid for path in home.rglob("*")} == {10001}


PROBE = """
import json, os, pathlib

def can(path):
    try:
        pathlib.Path(path, "probe").write_text("x")
    except OSError as error:
        return error.strerror
    return "written"

places = ["/", "/etc", "/var/tmp", "/mnt/talentscope", "/mnt/base", "/mnt/data", "/tmp"]
print(json.dumps([os.getuid(), {path: can(path) for path in places}]))
"""


def test_the_walls_hold(environment: Path, tmp_path: Path) -> None:
    (empty := tmp_path / "data").mkdir()
    process = start(environment, empty, "-c", PROBE)
    out, _ = process.communicate(timeout=60)
    user, said = json.loads(out)
    assert user == 10001
    assert {path for path, answer in said.items() if answer == "written"} == {"/mnt/data", "/tmp"}  # noqa: S108


def test_nothing_that_builds_or_installs_is_left_and_all_is_compiled(environment: Path) -> None:
    libraries = environment / "lib" / VERSION / "site-packages"
    assert sorted(path.name for path in (environment / "bin").iterdir()) == ["python"]
    for gone in ("pip", "setuptools", "jedi", "pandas/tests", "pyarrow/include"):
        assert not (libraries / gone).exists(), gone
    sources = list((libraries / "talentscope").rglob("*.py"))
    assert len(sources) > 150
    for source in sources:
        assert list((source.parent / "__pycache__").glob(f"{source.stem}.*.pyc")), source
    assert (libraries / "talentscope/scoring/briefs/minecraft-modders.yaml").exists()
    assert list((libraries / "talentscope/web/static/vendor").glob("*.js")), "the page would be plain"


def test_the_page_is_served_on_the_port_of_the_surroundings_and_ends_when_asked(environment: Path, home: Path) -> None:
    port = free_port()
    with page(environment, home, port, "serve", TALENTSCOPE_HOME="/mnt/data/demo") as process:
        assert httpx.get(f"http://127.0.0.1:{port}/readyz", timeout=60).status_code == 200
        assert "minecraft" in httpx.get(f"http://127.0.0.1:{port}/leads", timeout=60).text
        process.send_signal(signal.SIGTERM)
        out, _ = process.communicate(timeout=30)
    assert process.returncode == 0, out.decode()
    lines = [json.loads(line) for line in out.decode().splitlines()]
    assert any(f":{port}" in line["message"] for line in lines), "every line is one of JSON"


def test_beyond_loopback_it_says_what_to_set(environment: Path, home: Path) -> None:
    process = program(environment, home, "up", "--host", "0.0.0.0", PORT=str(free_port()))  # noqa: S104 - what the image does
    out, _ = process.communicate(timeout=60)
    assert process.returncode == 2
    assert "TALENTSCOPE_SIGN_IN" in out.decode()
