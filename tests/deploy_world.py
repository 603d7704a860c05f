"""The deploy files, read: what their tests stand on. HCL by python-hcl2, in the environment of the deploy tools."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[1]
DEPLOY = ROOT / "deploy"
TERRAFORM = DEPLOY / "terraform"
MODULES = {"team": TERRAFORM, "free": TERRAFORM / "free"}
TOOLS = ROOT / ".environments" / "deploy" / "bin"


def tool(name: str) -> Path:
    """A program of the environment of the deploy tools; the test fails where that was not made."""
    path = TOOLS / name
    assert path.exists(), f"no {path.relative_to(ROOT)}: run make .environments/deploy/ready"
    return path


def run(name: str, *words: object) -> subprocess.CompletedProcess[str]:
    """Run a deploy tool to its end."""
    return subprocess.run([str(tool(name)), *map(str, words)], capture_output=True, text=True, check=False, cwd=ROOT)


READ = """
import json, pathlib, sys, hcl2
files = sorted(pathlib.Path(sys.argv[1]).glob("*.tf"))
print(json.dumps([hcl2.loads(path.read_text()) for path in files]))
"""


@cache
def module(name: str) -> list[dict[str, Any]]:
    """The files of a Terraform module as python-hcl2 gives them, quotes of labels and texts taken off."""
    done = run("python", "-c", READ, MODULES[name])
    assert done.returncode == 0, done.stderr
    read: list[dict[str, Any]] = _bare(json.loads(done.stdout))
    return read


def _bare(value: Any) -> Any:
    if isinstance(value, dict):
        return {_bare(key): _bare(item) for key, item in value.items() if key not in {"__is_block__", "__comments__"}}
    if isinstance(value, list):
        return [_bare(item) for item in value]
    if isinstance(value, str) and len(value) > 1 and value[0] == value[-1] == '"':
        return value[1:-1]
    return value


def resources(name: str) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """(type, name, body) of each resource of a module."""
    for file in module(name):
        for block in file.get("resource", []):
            for kind, named in block.items():
                for label, body in named.items():
                    yield kind, label, body


def resource(name: str, kind: str, label: str) -> dict[str, Any]:
    """The body of one resource."""
    return next(body for found, at, body in resources(name) if (found, at) == (kind, label))


def variables(name: str) -> dict[str, dict[str, Any]]:
    """The variables of a module."""
    return {at: body for file in module(name) for block in file.get("variable", []) for at, body in block.items()}


def text(name: str) -> str:
    """All of a module's text, without comments."""
    lines = [line for path in sorted(MODULES[name].glob("*.tf")) for line in path.read_text().splitlines()]
    return "\n".join(re.sub(r"(^|\s)#.*$", "", line) for line in lines)


def compose() -> dict[str, Any]:
    """compose.yaml with its anchors resolved."""
    read: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
    return read


def cloud_build() -> dict[str, Any]:
    """cloudbuild.yaml."""
    read: dict[str, Any] = yaml.safe_load((DEPLOY / "cloudbuild.yaml").read_text())
    return read


def dockerfile() -> list[tuple[str, str]]:
    """(instruction, rest) of each instruction of the Dockerfile, continued lines joined, comments left out."""
    kept = [line for line in (DEPLOY / "container" / "Dockerfile").read_text().splitlines() if not line.startswith("#")]
    joined = re.sub(r"\\\n\s*", "", "\n".join(kept))
    return [(word, rest) for line in joined.splitlines() if line for word, _, rest in [line.partition(" ")]]
