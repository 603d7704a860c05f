"""Fetches GitHub's own contracts, pinned and checked, into .contracts/ at the repository root.

    .venv/bin/python tests/contract/fetch.py

They come from npm packages by npm's own client, whatever registry that is set up for. Run again, it does nothing.
Exit 1 with one clear sentence when npm is missing or a package is not what was pinned.
"""

from __future__ import annotations

import base64
import hashlib
import shutil
import subprocess
import sys
import tarfile
import tempfile
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CONTRACTS = ROOT / ".contracts"


@dataclass(frozen=True)
class Package:
    """A pinned npm package, its sha512 (base64, as npm prints it) and which members are kept under which name."""

    name: str
    integrity: str
    members: dict[str, str]


PACKAGES = (
    Package(
        "@octokit/openapi@23.0.2",
        "pV8M7L9GY23AybNvTmo2nyjmpmnt6+2sRE/tqr0ZLQcPS4lnw7u5eZGNmwRNkBC3D7gZXbFx5AHzLUVRBXGDhg==",
        {
            "package/generated/api.github.com.json": "api.github.com.json",
            "package/LICENSE": "api.github.com.LICENSE",
        },
    ),
    Package(
        "@octokit/graphql-schema@15.26.1",
        "RFDC2MpRBd4AxSRvUeBIVeBU7ojN/SxDfALUd7iVYOSeEK3gZaqR2MGOysj4Zh2xj2RY5fQAUT+Oqq7hWTraMA==",
        {"package/schema.graphql": "schema.graphql", "package/LICENSE.md": "schema.LICENSE"},
    ),
)


class CannotFetch(Exception):
    """The message says what is missing and how to get it."""


def fetch(package: Package, folder: Path) -> bool:
    """Put the members of a package into `folder`; False when they were there. Raises CannotFetch."""
    stamp = folder / (package.name.replace("/", "_") + ".fetched")
    if stamp.exists() and all((folder / kept).exists() for kept in package.members.values()):
        return False
    folder.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        _unpack(_download(package, Path(scratch)), package, folder)
    stamp.write_text(package.integrity + "\n")
    return True


def _download(package: Package, scratch: Path) -> Path:
    npm = shutil.which("npm")
    if npm is None:
        raise CannotFetch(
            f"npm is not installed, and GitHub's contract {package.name} comes by it. Install Node.js (its package "
            "brings npm), or copy a .contracts/ folder from a machine that has one."
        )
    command = [npm, "pack", package.name, "--silent", "--pack-destination", str(scratch)]
    done = subprocess.run(command, capture_output=True, text=True, cwd=scratch, check=False)
    archives = list(scratch.glob("*.tgz"))
    if done.returncode or not archives:
        reason = (done.stderr.strip().splitlines() or ["no reason given"])[-1]
        raise CannotFetch(f"npm could not fetch {package.name}: {reason}. Is the registry that npm uses reachable?")
    return archives[0]


def _unpack(archive: Path, package: Package, folder: Path) -> None:
    digest = base64.b64encode(hashlib.sha512(archive.read_bytes()).digest()).decode()
    if digest != package.integrity:
        raise CannotFetch(
            f"{package.name} is not the pinned one: expected sha512-{package.integrity}, came sha512-{digest}"
        )
    wanted = dict(package.members)
    with tarfile.open(archive) as tar:
        for member in tar:
            kept = wanted.pop(member.name, None)
            content = tar.extractfile(member) if kept else None
            if kept and content is not None:
                part = folder / f"{kept}.part"
                with part.open("wb") as target:
                    shutil.copyfileobj(content, target)
                part.replace(folder / kept)
            if not wanted:
                return
    raise CannotFetch(f"{package.name} has no {', '.join(wanted)}: its layout changed, look at tests/contract/fetch.py")


def main() -> int:
    """Progress and complaints go to standard error."""
    try:
        for package in PACKAGES:
            has_come = fetch(package, CONTRACTS)
            sys.stderr.write(f"{package.name}: {'fetched' if has_come else 'already there'}\n")
    except CannotFetch as error:
        sys.stderr.write(f"contracts: {error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
