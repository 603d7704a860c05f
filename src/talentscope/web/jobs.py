"""Runs that were started from the page: each a process of its own, which outlives the server if need be.

A job is a folder <home>/jobs/<id>/ with what was started (job.json), what the run tells (events.jsonl) and what it
printed (log.txt; passed on to the server's log too). Whoever reads these files knows how it stands, so a server that
was restarted goes on where it was.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import threading
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

import orjson
import psutil  # type: ignore[import-untyped]
from filelock import FileLock, Timeout

from talentscope.runtime.clock import Clock
from talentscope.runtime.errors import OutOfBudget, TalentscopeError
from talentscope.runtime.events import Progress, read_progress
from talentscope.web.errors import Conflict, NotHere
from talentscope.web.passing_on import pass_on

PROGRAM = (sys.executable, "-m", "talentscope")
KEPT = 30
"""Jobs whose files are kept; older ones go when a new one starts."""

LOG_BYTES = 20_000
STOPPED_BY_HAND = 130
_ID = re.compile(r"\d{8}T\d{6}-[0-9a-f]{8}")


class State(StrEnum):
    """How a job stands."""

    running = "running"
    done = "done"
    out_of_budget = "out of budget"
    stopped = "stopped"
    failed = "failed"
    gone = "gone"


@dataclass(frozen=True)
class Job:
    """One job. `words` follow `talentscope run`; `code` is the exit code where anybody knows it."""

    job_id: str
    title: str
    words: tuple[str, ...]
    started_at: datetime
    started_by: str
    state: State
    code: int | None
    progress: Progress
    is_stopping: bool = False

    @property
    def is_running(self) -> bool:
        """Whether its process is there."""
        return self.state is State.running

    @property
    def ended_at(self) -> datetime | None:
        """When it told its end; None while it runs, or if it never did."""
        return None if self.is_running else self.progress.told_at


class Jobs:
    """Starts runs, one at a time, and tells how they stand. Safe to share between threads and processes."""

    def __init__(
        self, home: Path, clock: Clock, program: Sequence[str] = PROGRAM, *, settings: Mapping[str, str] | None = None
    ) -> None:
        """`settings` stand before those of the environment, which a run inherits."""
        self._folder, self._clock, self._program = home / "jobs", clock, tuple(program)
        self._environment = {**os.environ, **settings} if settings else None  # noqa: TID251 - handed down, not read
        self._children: dict[str, subprocess.Popen[bytes]] = {}
        self._passing: dict[str, threading.Thread] = {}
        self._lock = threading.Lock()

    def start(self, words: Sequence[str], *, title: str, actor: str) -> Job:
        """Start `talentscope run …`. Raises Conflict while another is running, JobTrouble if it cannot be started."""
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            with self._lock, FileLock(self._folder / "start.lock", timeout=10):
                running = self.running()
                if running is not None:
                    raise Conflict(
                        f"{running.title} is running since {running.started_at:%H:%M} UTC",
                        way_out="wait for its end, or stop it first",
                    )
                self._forget_old()
                return self._start(tuple(words), title=title, actor=actor)
        except (OSError, Timeout) as error:
            raise JobTrouble(f"the run could not be started: {error}", way_out="check the data directory") from error

    def running(self) -> Job | None:
        """The job that is running, if one is."""
        return next((job for job in self.recent(limit=KEPT) if job.is_running), None)

    def recent(self, limit: int = 10) -> list[Job]:
        """Jobs, the newest first."""
        jobs = (self._read(folder) for folder in self._folders()[:limit])
        return [job for job in jobs if job is not None]

    def get(self, job_id: str) -> Job:
        """One job. Raises NotHere."""
        job = self._read(self._folder / job_id) if _ID.fullmatch(job_id) else None
        if job is None:
            raise NotHere("there is no such run", way_out="its files may be gone by now; see the runs")
        return job

    def log(self, job_id: str) -> str:
        """The end of what the run printed. Raises NotHere."""
        path = self._folder / self.get(job_id).job_id / "log.txt"
        try:
            with path.open("rb") as file:
                size = file.seek(0, 2)
                file.seek(max(0, size - LOG_BYTES))
                text = file.read().decode("utf-8", "replace")
        except OSError:
            return ""
        return text if size <= LOG_BYTES else text.partition("\n")[2]

    def stop(self, job_id: str) -> Job:
        """Ask the run to end: it stores what it has and can be run again. Raises NotHere, Conflict if it has ended."""
        job = self.get(job_id)
        process = self._process(self._facts(self._folder / job_id))
        if not job.is_running or process is None:
            raise Conflict("this run has ended already", way_out="see how it ended")
        (self._folder / job_id / "stopping").touch()
        process.send_signal(signal.SIGTERM)
        return self.get(job_id)

    def close(self, wait_seconds: float = 20.0) -> None:
        """End what this server has started, in a way that it can be resumed."""
        for job_id, child in self._children.items():
            if child.poll() is None:
                self.stop(job_id)
        for child in self._children.values():
            try:
                child.wait(wait_seconds)
            except subprocess.TimeoutExpired:
                child.kill()
        for thread in self._passing.values():
            thread.join(wait_seconds)

    def _start(self, words: tuple[str, ...], *, title: str, actor: str) -> Job:
        now = self._clock.now()
        job_id = f"{now:%Y%m%dT%H%M%S}-{uuid.uuid4().hex[:8]}"
        folder = self._folder / job_id
        folder.mkdir(mode=0o700)
        with (folder / "log.txt").open("wb") as log:
            child = subprocess.Popen(  # noqa: S603 - our own program; words are names of briefs, never a shell's
                [*self._program, "run", "--events", str((folder / "events.jsonl").absolute()), *words],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=self._environment,
                start_new_session=True,
            )
        self._children[job_id], self._passing[job_id] = child, pass_on(folder / "log.txt", child)
        facts = {
            "title": title,
            "words": words,
            "started_at": now,
            "started_by": actor,
            "pid": child.pid,
            "born_at": _born_at(child.pid),
        }
        part = folder / "job.part"
        part.write_bytes(orjson.dumps(facts))
        part.rename(folder / "job.json")
        return self.get(job_id)

    def _read(self, folder: Path) -> Job | None:
        facts = self._facts(folder)
        if not facts:
            return None
        is_there = self._process(facts) is not None
        progress = read_progress(folder / "events.jsonl")
        child = self._children.get(folder.name)
        code = child.poll() if child is not None else None
        code = code if code is not None else progress.code
        is_stopping = (folder / "stopping").exists()
        return Job(
            job_id=folder.name,
            title=str(facts["title"]),
            words=tuple(str(word) for word in facts["words"]),
            started_at=datetime.fromisoformat(facts["started_at"]),
            started_by=str(facts["started_by"]),
            state=State.running if is_there else _state(code, is_stopping=is_stopping),
            code=None if is_there else code,
            progress=progress,
            is_stopping=is_stopping,
        )

    def _facts(self, folder: Path) -> dict[str, Any]:
        try:
            facts = orjson.loads((folder / "job.json").read_bytes())
        except (OSError, orjson.JSONDecodeError):
            return {}
        keys = {"title", "words", "started_at", "started_by", "pid", "born_at"}
        return facts if isinstance(facts, dict) and keys <= facts.keys() else {}

    def _process(self, facts: dict[str, Any]) -> psutil.Process | None:
        """The job's process; a number that another process has by now is not it, nor is one that has only ended."""
        try:
            process = psutil.Process(int(facts["pid"]))
            is_it = process.create_time() == facts["born_at"] and process.status() != psutil.STATUS_ZOMBIE
        except (psutil.Error, KeyError, ValueError):
            return None
        return process if is_it else None

    def _folders(self) -> list[Path]:
        try:
            found = [path for path in self._folder.iterdir() if _ID.fullmatch(path.name)]
        except OSError:
            return []
        return sorted(found, reverse=True)

    def _forget_old(self) -> None:
        for folder in self._folders()[KEPT - 1 :]:
            shutil.rmtree(folder, ignore_errors=True)
            self._children.pop(folder.name, None)
            self._passing.pop(folder.name, None)


class JobTrouble(TalentscopeError):
    """A run could not be started, for reasons of this machine."""


def _born_at(pid: int) -> float:
    try:
        return float(psutil.Process(pid).create_time())
    except psutil.Error:
        return 0.0


def _state(code: int | None, *, is_stopping: bool) -> State:
    if code is None:
        return State.gone
    if code == 0:
        return State.done
    if code == STOPPED_BY_HAND or is_stopping:
        return State.stopped
    return State.out_of_budget if code == OutOfBudget.exit_code else State.failed
