"""What functional tests stand on: the installed program as a process, an invented GitHub, and rows to compare.

Every answer of the program is held to what is true of all of them: no traceback, no secret, and none of the exit codes
that nobody documented.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from tests.functional import places

from talentscope.sandbox.limits import UNLIMITED, Limits
from talentscope.sandbox.server import Running, WorldSettings, start

TALENTSCOPE = Path(sys.executable).parent / "talentscope"
TOKEN = "ghp_KeepThisToYourself0123456789"
DOCUMENTED = {0, 1, 2, 75, 130}
PATIENCE = 240.0
"""Seconds for one command; only a hang is caught by it."""

EVERYTHING = """\
name: everything
title: All of three languages, so that there is something to read
languages: [Java, Python, Go]
"""
"""A brief without a bound in time: what it finds does not depend on the second it is asked in."""

RAW = ("github_repositories", "github_repository_topics", "github_accounts", "github_ownership", "github_tombstones")
MARTS = ("repositories", "repository_topics", "topics", "topic_pairs", "developers")
Rows = Mapping[str, list[tuple[Any, ...]]]


@dataclass(frozen=True)
class Answer:
    """What a command said. `out` is standard output, `err` standard error."""

    code: int
    out: str
    err: str
    raw: bytes = b""

    def json(self) -> Any:
        """Standard output, which must be JSON and nothing else."""
        return json.loads(self.out)


@dataclass(frozen=True)
class Program:
    """The installed program with a data directory of its own and nothing inherited from whoever runs the tests."""

    home: Path
    settings: Mapping[str, str] = field(default_factory=dict)

    def with_settings(self, **settings: object) -> Program:
        """The same with other settings; None takes one away."""
        merged = {**self.settings, **{name: str(value) for name, value in settings.items() if value is not None}}
        return Program(self.home, {name: value for name, value in merged.items() if settings.get(name, "") is not None})

    def at(self, sandbox: Running) -> Program:
        """The same, aimed at a sandbox."""
        return self.with_settings(GITHUB_API_URL=sandbox.api_url, GITHUB_GRAPHQL_URL=sandbox.graphql_url)

    def start(self, *words: object, **options: Any) -> subprocess.Popen[bytes]:
        """Begin a command without waiting for it."""
        folder = self.home.parent
        environment = {
            "PATH": os.environ["PATH"],  # noqa: TID251 - a process needs a path, tests have no settings object
            "HOME": str(folder),
            "COLUMNS": "200",
            "LANG": "C.UTF-8",
            "PYTHONDONTWRITEBYTECODE": "1",  # a process without room would leave half a file in the source tree
            "TALENTSCOPE_HOME": str(self.home),
            **self.settings,
        }
        return subprocess.Popen(
            [str(TALENTSCOPE), *map(str, words)],
            env=environment,
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            **options,
        )

    def finish(self, process: subprocess.Popen[bytes]) -> Answer:
        """Wait for a command and hold its answer to what is true of all."""
        out, err = process.communicate(timeout=PATIENCE)
        answer = Answer(process.returncode, out.decode("utf-8", "replace"), err.decode("utf-8", "replace"), out)
        if process.returncode != -signal.SIGKILL:
            check_manners(answer, self.settings)
        return answer

    def __call__(self, *words: object, **options: Any) -> Answer:
        """Run a command to its end."""
        return self.finish(self.start(*words, **options))

    def run(self, brief: object, **options: Any) -> Answer:
        """`run talent` for one brief."""
        return self("run", "talent", "--brief", brief, **options)


def fresh(home: Path) -> Program:
    """A data directory in small loads: a run has many moments at which it can end."""
    home.parent.mkdir(parents=True, exist_ok=True)
    return Program(home, {"GITHUB_TOKEN": TOKEN, "TALENTSCOPE_BATCH_ROWS": "100", **places.settings_of(home)})


def check_manners(answer: Answer, settings: Mapping[str, str]) -> None:
    """No traceback, no secret, a documented exit code; a failure says one thing and nothing on standard output."""
    said = answer.out + answer.err
    assert "Traceback" not in said, said
    for name in ("GITHUB_TOKEN", "TALENTSCOPE_DESK_KEY"):
        assert not settings.get(name) or settings[name] not in said, f"{name} was shown"
    assert answer.code in DOCUMENTED, f"exit code {answer.code}: {said}"


def complaint(answer: Answer, *, code: int = 1) -> str:
    """The one message of a command that failed as documented, way out included."""
    assert answer.code == code, answer.err
    assert answer.out == ""
    lines = [line for line in answer.err.splitlines() if line.startswith("talentscope: ")]
    assert len(lines) == 1, answer.err
    return answer.err[answer.err.index("talentscope: ") :]


def sandbox_at(now: datetime, *faults: str, limits: Limits = UNLIMITED, scale: int = 1500, **options: Any) -> Running:
    """An invented GitHub; the same `now` and scale make the same world."""
    return start(WorldSettings(scale=scale, seed=1, now=now), limits=limits, faults=faults, **options)


def wait_until(condition: Callable[[], bool], *, why: str) -> None:
    """Look again and again. The limit only catches a hang."""
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end, f"never happened: {why}"
        time.sleep(0.01)  # noqa: TID251 - another process is waited for, no clock can be handed to it


def read_rows(home: Path) -> Rows:
    """Every fact and what is derived from it, without when and by which run it was seen."""
    with places.facts(home) as connection:
        names = [f"raw.{table}" for table in RAW] + [f"marts.{table}" for table in MARTS]
        return {name: _rows(connection, name) for name in names}


def _rows(connection: Any, table: str) -> list[tuple[Any, ...]]:
    schema, name = table.split(".")
    known = "SELECT column_name FROM information_schema.columns"
    where = f"WHERE table_schema = '{schema}' AND table_name = '{name}'"
    columns = [row[0] for row in connection.execute(f"{known} {where}").fetchall()]
    kept = [c for c in columns if not c.startswith("_dlt") and c != "run_id" and not c.endswith("observed_at")]
    listed = ", ".join(f'"{column}"' for column in sorted(kept))
    return sorted(connection.execute(f"SELECT {listed} FROM {table}").fetchall(), key=repr)


def count(home: Path, table: str, where: str = "TRUE") -> int:
    """Rows of one table of the warehouse."""
    with places.facts(home) as connection:
        row = connection.execute(f"SELECT count(*) FROM {table} WHERE {where}").fetchone()
    assert row is not None
    return int(row[0])


def assert_same_rows(home: Path, undisturbed: Rows) -> None:
    """The data directory holds what an undisturbed run of the same brief holds: no row more, none less."""
    rows = read_rows(home)
    for table, expected in undisturbed.items():
        assert expected or table.endswith("tombstones"), f"{table} is empty: this would prove nothing"
        came = rows[table]
        assert len(came) == len(expected), table
        differing = [pair for pair in zip(came, expected, strict=True) if pair[0] != pair[1]]
        assert differing == [], f"{table}: {differing[:2]}"


def steering(text: str) -> set[str]:
    """Control characters, direction marks and other invisible ones, but for the end of a line."""
    return {c for c in text if unicodedata.category(c) in {"Cc", "Cf", "Zl", "Zp"} and c != "\n"}
