"""Prints what pyproject.toml asks for, with the extras that are named, as a requirements file.

    python tools/requirements.py postgres gcp > requirements.txt

The image installs this apart from the program itself, so that a new version of the program changes one small layer.
Exit 2 with one clear sentence for an extra that there is not.
"""

from __future__ import annotations

import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def main(extras: list[str]) -> int:
    """One requirement a line, on standard output."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    offered = project["optional-dependencies"]
    unknown = sorted(set(extras) - set(offered))
    if unknown:
        sys.stderr.write(f"requirements: no extra is called {', '.join(unknown)}; there are {', '.join(offered)}\n")
        return 2
    wanted = {line for extra in extras for line in offered[extra]} | set(project["dependencies"])
    sys.stdout.write("".join(f"{line}\n" for line in sorted(wanted)))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
