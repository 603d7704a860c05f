"""Prints the path of a Chromium for the browser tests; finds one, or installs one.

    .venv/bin/python tools/chromium.py

In this order: one on the PATH, Playwright's own if it is there, Debian's package (as root, on Debian), Playwright's own
download. Exit 1 with one clear sentence when none of these serves.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def on_path() -> str | None:
    """A Chromium that the machine has."""
    return next((path for path in map(shutil.which, NAMES) if path), None)


def of_playwright() -> str | None:
    """The one that Playwright has downloaded before."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if Path(path).exists() else None


def run(*words: str) -> bool:
    """A command with its output on standard error; whether it went well."""
    sys.stderr.write(f"chromium: {' '.join(words)}\n")
    quiet = ("env", "DEBIAN_FRONTEND=noninteractive", *words)
    return subprocess.run(quiet, stdout=sys.stderr, check=False).returncode == 0


def install() -> str | None:
    """Debian's package where it may, else Playwright's download."""
    if shutil.which("apt-get") and os.geteuid() == 0:
        wanted = ("apt-get", "install", "-y", "-qq", "--no-install-recommends", "chromium")
        if run(*wanted) or (run("apt-get", "update", "-qq") and run(*wanted)):
            return on_path()
    if run(sys.executable, "-m", "playwright", "install", "chromium"):
        return of_playwright()
    return None


def main() -> int:
    """The path on standard output."""
    path = on_path() or of_playwright() or install()
    if path is None:
        sys.stderr.write(
            "chromium: none is installed and none could be: the browser tests need one. Install the package "
            "chromium (as root: apt-get install chromium), or let Playwright fetch its own: "
            "python -m playwright install chromium\n"
        )
        return 1
    sys.stdout.write(path + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
