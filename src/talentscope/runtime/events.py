"""What a run tells while it works, as JSON lines in a file: the run writes, the page reads.

A line is {"at": …, "event": …} with the facts of that event: estimate, stage, advance, note, wait, end. A line that is
not whole yet is left for later; an event that this version does not know is passed over.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import orjson

from talentscope.runtime.clock import Clock

MOST_NOTES = 30


@dataclass
class Stage:
    """One step of a run. `total` is None where nobody knows it; `ended_at` is None while it lasts."""

    name: str
    total: int | None
    started_at: datetime
    done: int = 0
    ended_at: datetime | None = None


@dataclass
class Progress:
    """How far a run is. `code`, `message` and `way_out` are known once it has ended by itself."""

    stages: list[Stage] = field(default_factory=list)
    estimate: dict[str, Any] = field(default_factory=dict)
    requests: dict[str, int] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    waited_seconds: float = 0.0
    waiting_until: datetime | None = None
    waiting_for: str = ""
    code: int | None = None
    message: str = ""
    way_out: str = ""
    told_at: datetime | None = None


class EventLog:
    """Appends events to a file. A disk that is full costs the progress shown, never the run."""

    def __init__(self, path: Path, clock: Clock) -> None:
        self._path, self._clock = path, clock
        self._is_broken = False

    def now(self) -> datetime:
        """The present moment."""
        return self._clock.now()

    def write(self, event: str, **facts: Any) -> None:
        """Append one event."""
        if self._is_broken:
            return
        line = {"at": self._clock.now(), "event": event} | facts
        try:
            with self._path.open("ab") as file:
                file.write(orjson.dumps(line, option=orjson.OPT_APPEND_NEWLINE, default=str))
        except OSError:
            self._is_broken = True


def read_progress(path: Path) -> Progress:
    """How far the run that writes to `path` is; nothing at all if it has told nothing yet."""
    try:
        return fold(path.read_bytes().splitlines())
    except FileNotFoundError:
        return Progress()


def fold(lines: Iterable[bytes]) -> Progress:
    """From events to how things stand. Pure."""
    progress = Progress()
    for line in lines:
        try:
            facts = orjson.loads(line)
            at = datetime.fromisoformat(facts["at"])
        except (ValueError, TypeError, KeyError):
            continue
        _heed(progress, str(facts.get("event")), facts, at)
        progress.told_at = at
    return progress


def _heed(progress: Progress, event: str, facts: dict[str, Any], at: datetime) -> None:
    match event:
        case "estimate":
            progress.estimate = {key: value for key, value in facts.items() if key not in {"at", "event"}}
        case "stage":
            _end_stage(progress, at)
            progress.stages.append(Stage(str(facts.get("name")), _whole(facts.get("total")), at))
        case "advance":
            if progress.stages:
                progress.stages[-1].done += _whole(facts.get("done")) or 0
        case "note":
            progress.notes = [*progress.notes, str(facts.get("text"))][-MOST_NOTES:]
        case "wait":
            seconds = float(facts.get("seconds") or 0)
            progress.waited_seconds += seconds
            progress.waiting_until = datetime.fromtimestamp(at.timestamp() + seconds, at.tzinfo)
            progress.waiting_for = str(facts.get("resource"))
        case "end":
            _end_stage(progress, at)
            progress.code = _whole(facts.get("code"))
            progress.message, progress.way_out = str(facts.get("message", "")), str(facts.get("way_out", ""))
    requests = facts.get("requests")
    if isinstance(requests, dict):
        progress.requests = {str(name): _whole(count) or 0 for name, count in requests.items()}


def _end_stage(progress: Progress, at: datetime) -> None:
    if progress.stages and progress.stages[-1].ended_at is None:
        progress.stages[-1].ended_at = at


def _whole(value: object) -> int | None:
    return int(value) if isinstance(value, int | float) else None
