"""The snapshot that requests read: opened once, shared, and swapped when a newer one has been published.

A request keeps the snapshot that it began with, so nobody sees half of two. The old one is closed when its last
reading ends.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, TypeVar, cast

import duckdb
import structlog

from talentscope.runtime.clock import Clock
from talentscope.runtime.errors import SnapshotOfAnotherVersion
from talentscope.scoring.leads import find_site
from talentscope.warehouse.snapshot import Snapshot, find_snapshot, open_snapshot

log = structlog.get_logger()

CHECK_SECONDS = 1.0
"""How long a request may be answered from the former snapshot after a newer one was published."""

Value = TypeVar("Value")


class Memory:
    """Values worked out once for a snapshot. Several threads that want the same one wait for the first."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._values: dict[Hashable, Any] = {}
        self._building: dict[Hashable, threading.Lock] = {}

    def remember(self, key: Hashable, build: Callable[[], Value]) -> Value:
        """The value under `key`, built now if it is not there. What `build` raises is not remembered."""
        with self._lock:
            if key in self._values:
                return cast("Value", self._values[key])
            gate = self._building.setdefault(key, threading.Lock())
        with gate:
            with self._lock:
                if key in self._values:
                    return cast("Value", self._values[key])
            built = build()
            with self._lock:
                self._values[key] = built
            return built


@dataclass(frozen=True)
class Reading:
    """One request's view of a snapshot. `connection` is its own; `site` is where links to accounts lead."""

    connection: duckdb.DuckDBPyConnection
    name: str
    published_at: datetime
    run_id: str
    site: str
    memory: Memory

    @property
    def as_of(self) -> date:
        """The day that ages are counted from."""
        return self.published_at.astimezone(UTC).date()

    def remember(self, key: Hashable, build: Callable[[], Value]) -> Value:
        """As Memory.remember: kept as long as this snapshot is the current one."""
        return self.memory.remember(key, build)


@dataclass
class _Open:
    """A snapshot with those who read it."""

    snapshot: Snapshot
    site: str
    memory: Memory = field(default_factory=Memory)
    readers: int = 0
    is_retired: bool = False


class Reader:
    """Hands out readings of the newest snapshot. Safe to share between threads."""

    def __init__(self, home: Path, clock: Clock) -> None:
        self._home, self._clock = home, clock
        self._lock = threading.Lock()
        self._current: _Open | None = None
        self._checked_at: datetime | None = None

    @contextmanager
    def read(self) -> Iterator[Reading]:
        """A reading of the newest snapshot. Raises SnapshotMissing, WarehouseError."""
        held = self._take()
        try:
            cursor = held.snapshot.connection.cursor()
            try:
                snapshot = held.snapshot
                yield Reading(
                    connection=cursor,
                    name=snapshot.path.name,
                    published_at=snapshot.published_at,
                    run_id=snapshot.run_id,
                    site=held.site,
                    memory=held.memory,
                )
            finally:
                cursor.close()
        finally:
            self._give_back(held)

    def close(self) -> None:
        """Let go of the snapshot as soon as nobody reads it."""
        with self._lock:
            self._retire()

    def _take(self) -> _Open:
        with self._lock:
            if self._current is None:
                self._current = self._open()
            elif self._is_newer_there():
                self._swap()
            held = self._current
            held.readers += 1
            return held

    def _swap(self) -> None:
        try:
            fresh = self._open()
        except SnapshotOfAnotherVersion as error:  # the last good one serves on, until this program is exchanged too
            log.warning("the last good snapshot is served on", why=error.message, way_out=error.way_out)
            return
        self._retire()
        self._current = fresh

    def _is_newer_there(self) -> bool:
        now = self._clock.now()
        if self._checked_at is not None and (now - self._checked_at).total_seconds() < CHECK_SECONDS:
            return False
        self._checked_at = now
        assert self._current is not None  # noqa: S101 - asked only then
        newest = find_snapshot(self._home)
        return newest is not None and newest.name != self._current.snapshot.path.name

    def _open(self) -> _Open:
        snapshot = open_snapshot(self._home)
        return _Open(snapshot, find_site(snapshot.connection))

    def _retire(self) -> None:
        if self._current is None:
            return
        self._current.is_retired = True
        if self._current.readers == 0:
            self._current.snapshot.close()
        self._current = None

    def _give_back(self, held: _Open) -> None:
        with self._lock:
            held.readers -= 1
            if held.is_retired and held.readers == 0:
                held.snapshot.close()
