"""Fetches what others publish on npm, pinned and checked, and never committed.

    .venv/bin/python tools/fetch.py contracts    GitHub's own API schemas and axe, for tests, into .contracts/
    .venv/bin/python tools/fetch.py page         scripts and fonts of the page, into src/talentscope/web/static/vendor/

By npm's own client, whatever registry that is set up for. Run again, it does nothing.
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

ROOT = Path(__file__).resolve().parents[1]
FOLDERS = {"contracts": ROOT / ".contracts", "page": ROOT / "src/talentscope/web/static/vendor"}


@dataclass(frozen=True)
class Package:
    """A pinned npm package, its sha512 (base64, as npm prints it) and which members are kept under which name."""

    name: str
    integrity: str
    members: dict[str, str]


CONTRACTS = (
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
    Package(
        "axe-core@4.14.1",
        "FHfa+lmNjQZfJz1q8wKqIDwC6DExcHt/pkjNQb09a3NPjCKg2rhu5qb2S4r76ASyFNNtuFooJpZe37OgudVGtQ==",
        {"package/axe.min.js": "axe.min.js", "package/LICENSE": "axe.LICENSE"},
    ),
)
PAGE = (
    Package(
        "htmx.org@4.0.1",
        "oF7JgXhDW9UXCy/k1ZYFUQgzu/rm19ORWPSPNL91vPluB2PB9+MV55tyQdH/w7o2EAbTYUG5SDW1R60mdkdqGg==",
        {"package/dist/htmx.min.js": "htmx.min.js", "package/LICENSE": "htmx.LICENSE"},
    ),
    Package(
        "uplot@1.6.32",
        "KIMVnG68zvu5XXUbC4LQEPnhwOxBuLyW1AHtpm6IKTXImkbLgkMy+jabjLgSLMasNuGGzQm/ep3tOkyTxpiQIw==",
        {
            "package/dist/uPlot.iife.min.js": "uplot.min.js",
            "package/dist/uPlot.min.css": "uplot.min.css",
            "package/LICENSE": "uplot.LICENSE",
        },
    ),
    Package(
        "@fontsource-variable/inter@5.3.0",
        "OupL48va4JNofb97w6NYeF9S7W/kHNKM0Er8Dem5nqi4jeOLrVJDoE8tZEpnMJmtkvNbB1EIPPwHcdkF6b1oUA==",
        {
            "package/files/inter-latin-wght-normal.woff2": "inter-latin.woff2",
            "package/files/inter-latin-ext-wght-normal.woff2": "inter-latin-ext.woff2",
            "package/LICENSE": "inter.LICENSE",
        },
    ),
    Package(
        "swagger-ui-dist@5.35.0",
        "U06rpMtW9V3XPGOBeamTUSr0Z09jMX4IJuANpE/EZbAhw0G8CgwrzU4YmXkn/h0wCDNsXdGarTNNHC3sU8yVUQ==",
        {
            "package/swagger-ui.css": "swagger-ui.css",
            "package/swagger-ui-bundle.js": "swagger-ui-bundle.js",
            "package/LICENSE": "swagger-ui.LICENSE",
            "package/NOTICE": "swagger-ui.NOTICE",
        },
    ),
)
PACKAGES = {"contracts": CONTRACTS, "page": PAGE}


class CannotFetch(Exception):
    """The message says what is missing and how to get it."""


def fetch(package: Package, folder: Path) -> bool:
    """Put the members of a package into `folder`; False when they were there. Raises CannotFetch."""
    stamp = folder / (package.name.replace("/", "_") + ".fetched")
    if stamp.exists() and all((folder / kept).exists() for kept in package.members.values()):
        return False
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        _unpack(_download(package, Path(scratch)), package, folder)
    stamp.write_text(package.integrity + "\n")
    return True


def _download(package: Package, scratch: Path) -> Path:
    npm = shutil.which("npm")
    if npm is None:
        folders = ", ".join(str(folder.relative_to(ROOT)) for folder in FOLDERS.values())
        raise CannotFetch(
            f"npm is not installed, and {package.name} comes by it. Install Node.js (its package brings npm), "
            f"or copy the folder from a machine that has it: {folders}"
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
    raise CannotFetch(f"{package.name} has no {', '.join(wanted)}: its layout changed, look at tools/fetch.py")


def main(words: list[str]) -> int:
    """Progress and complaints go to standard error."""
    if len(words) != 1 or words[0] not in PACKAGES:
        sys.stderr.write(f"fetch: expected one of {', '.join(PACKAGES)}, came {' '.join(words) or 'nothing'}\n")
        return 2
    try:
        for package in PACKAGES[words[0]]:
            has_come = fetch(package, FOLDERS[words[0]])
            sys.stderr.write(f"{package.name}: {'fetched' if has_come else 'already there'}\n")
    except CannotFetch as error:
        sys.stderr.write(f"fetch: {error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
