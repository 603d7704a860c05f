"""The published world that tests of the API ask about: the one of the browser tests, made once for all of a session."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from filelock import FileLock
from tests.functional import places

ROOT = Path(__file__).parents[1]


def published_home(factory: pytest.TempPathFactory, config: pytest.Config) -> Path:
    """A data directory with both pipelines' data. Read only: copy it. `--worlds` as for the browser tests."""
    base, kept = factory.getbasetemp(), config.getoption("--worlds", default=None)
    folder = Path(kept) if kept else (base.parent if hasattr(config, "workerinput") else base) / "browser"
    folder.mkdir(parents=True, exist_ok=True)
    with FileLock(folder / "lock"):
        if not (folder / "home").exists():
            some = {name: os.environ[name] for name in ("PATH", "LANG") if name in os.environ}  # noqa: TID251
            words = [sys.executable, "-m", "tests.browser.world", str(folder)]
            surroundings = {"HOME": str(folder), **some, **places.settings_of(folder / "home")}
            done = subprocess.run(words, cwd=ROOT, env=surroundings, capture_output=True, check=False)
            assert done.returncode == 0, done.stderr.decode()
            places.copy_facts(folder / "home", folder / "hostile")
    return folder / "home"


def publish_again(home: Path) -> None:
    """A newer snapshot with the same content, as a publish leaves it: a new file, and the pointer moved."""
    pointer = home / "snapshots" / "current"
    former = pointer.with_name(pointer.read_text().strip())
    newer = former.with_name("29991231T000000000000-00000000.duckdb")
    shutil.copyfile(former, newer)
    pointer.write_text(newer.name)
