"""Follow: the newest snapshot of a shared place comes into the data directory, verified; then the local pointer moves.

Never inside a request: a thread of the page does it every few seconds (once before the page listens), commands that
read do it once before.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import threading
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path

import duckdb
import structlog
from filelock import FileLock, Timeout

from talentscope.runtime.clock import Clock
from talentscope.runtime.errors import StorageError
from talentscope.transport.objects import Objects, Version
from talentscope.warehouse.pointer import POINTER, Pointer, parse_pointer
from talentscope.warehouse.publish import SERVED
from talentscope.warehouse.shelf import point, read_pointer, remove_old, sync
from talentscope.warehouse.snapshot import FORMAT

WAIT_SECONDS = 60
"""How long a command waits while another process downloads for the same data directory."""

FIRST_SECONDS = 30.0
"""How long a page waits for its first look before it listens."""

STALE_POLLS = 4
"""Looks that were missed before a request asks for one."""

REQUEST_SECONDS = 2.0
"""How long that request waits."""

log = structlog.get_logger()


class Follower:
    """Follows one place into one data directory. `catch_up` is safe to call from several threads and processes."""

    def __init__(self, objects: Objects, *, home: Path, clock: Clock) -> None:
        self._objects, self._home, self._clock = objects, home, clock
        self._folder = home / "snapshots"
        self._known: Version | None = None
        self.trouble: str | None = None
        """Why the last look failed; None after one that went well."""
        self.looked_at: datetime | None = None
        """When the place last answered."""

    @property
    def address(self) -> str:
        """Where it looks."""
        return self._objects.address

    def catch_up(self) -> bool:
        """Take the newest snapshot, unless it is here; whether the local pointer moved.

        Raises StorageError: the place does not answer, or names what must not be taken. What is here is untouched then.
        """
        try:
            moved = self._catch_up()
        except StorageError as error:
            self.trouble = error.message
            raise
        self.trouble, self.looked_at = None, self._clock.now()
        return moved

    def _catch_up(self) -> bool:
        found = self._objects.read(POINTER, known=self._known)
        if found.content is None:
            if found.version is None:
                self._known = None
            return False
        pointer = parse_pointer(found.content, place=self.address)
        moved = False
        with self._translated():
            self._folder.mkdir(parents=True, exist_ok=True)
            with FileLock(self._home / "follow.lock", timeout=WAIT_SECONDS):
                if read_pointer(self._folder) < pointer.name:
                    self._take(pointer)
                    former = point(self._folder, pointer.name, only_forward=True)
                    moved = former is not None
                    if former is not None:
                        remove_old(self._folder, kept={pointer.name, former}, before=pointer.name)
        self._known = found.version
        return moved

    def _take(self, pointer: Pointer) -> None:
        """The file under its own name, all of it and as it was published; else nothing."""
        for path in self._folder.glob(".*.coming"):  # of one that was killed; only one downloads at a time
            path.unlink(missing_ok=True)
        free = shutil.disk_usage(self._folder).free
        if free < pointer.size:
            raise StorageError(
                f"no space for the snapshot of {self.address}: {pointer.size:,} bytes, {free:,} are free",
                way_out=f"free some space in {self._folder}; the last snapshot is served until then",
            )
        if self._objects.size(pointer.name) != pointer.size:
            raise self._refusal(pointer, "its size is not what the pointer says")
        coming = self._folder / f".{pointer.name}.{uuid.uuid4().hex[:8]}.coming"
        try:
            if self._download(pointer, coming) != pointer.sha256:
                raise self._refusal(pointer, "its checksum is not what the pointer says")
            self._check(pointer, coming)
            sync(coming)
            coming.rename(self._folder / pointer.name)
        finally:
            coming.unlink(missing_ok=True)

    def _download(self, pointer: Pointer, coming: Path) -> str:
        hashed = hashlib.sha256()
        with os.fdopen(os.open(coming, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            for piece in self._objects.pieces(pointer.name, pointer.size):
                hashed.update(piece)
                file.write(piece)
        return hashed.hexdigest()

    def _check(self, pointer: Pointer, coming: Path) -> None:
        """A whole file that this version can serve: of another version it would fail every request."""
        try:
            with duckdb.connect(str(coming), read_only=True, config={"enable_external_access": "false"}) as connection:
                tables = {row[0] for row in connection.execute("SHOW TABLES").fetchall()}
                about = connection.execute("SELECT * FROM snapshot").to_arrow_table().to_pylist()[0]
        except duckdb.Error as error:
            raise self._refusal(pointer, f"it cannot be opened here: {str(error)[:200]}") from error
        if about.get("format", 1) != FORMAT:
            raise self._refusal(pointer, f"it has format {about.get('format', 1)}, this talentscope reads {FORMAT}")
        missing = {table.name for table in SERVED} - tables
        if missing:
            raise self._refusal(pointer, f"it lacks {', '.join(sorted(missing))}")

    def _refusal(self, pointer: Pointer, reason: str) -> StorageError:
        return StorageError(
            f"the snapshot {pointer.name} of {self.address}, published by talentscope {pointer.version}, was refused:"
            f" {reason}",
            way_out="the last one is served on; publish again with the talentscope that is installed here",
        )

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except Timeout as error:
            raise StorageError(
                f"another process has been downloading into {self._folder} for {WAIT_SECONDS} s", way_out="try again"
            ) from error
        except OSError as error:
            raise StorageError(
                f"{self._folder} cannot be written: {error.strerror or error}",
                way_out="free some space, and check that this user may write there",
            ) from error


class Watch:
    """Looks every few seconds in a thread of its own; trouble is a line in the log, once."""

    def __init__(self, follower: Follower, *, every_seconds: float, clock: Clock) -> None:
        self._follower, self._every, self._clock = follower, every_seconds, clock
        self._has_ended, self._is_wanted, self._has_looked = threading.Event(), threading.Event(), threading.Event()
        self._asked_at = clock.now()
        self._thread = threading.Thread(target=self._keep_up, name="follower", daemon=True)

    def start(self, *, wait_seconds: float) -> None:
        """Begin, and wait for the first look, so that a page that was asleep does not begin with nothing."""
        self._thread.start()
        if not self._has_looked.wait(wait_seconds):
            log.warning("the first look takes long; the page starts without it", place=self._follower.address)

    def end(self) -> None:
        """A download that is under way dies with us; nobody sees half of it."""
        self._has_ended.set()
        self._is_wanted.set()
        self._thread.join(timeout=2)

    def look_if_stale(self) -> None:
        """Wait a moment for a look, if the last is long ago: a machine that sleeps between requests gives threads no
        turn but while somebody asks. Of many who ask at once, one waits."""
        now = self._clock.now()
        if (now - self._asked_at).total_seconds() < STALE_POLLS * self._every:
            return
        self._asked_at = now
        self._has_looked.clear()
        self._is_wanted.set()
        self._has_looked.wait(REQUEST_SECONDS)

    def _keep_up(self) -> None:
        told: str | None = None
        while not self._has_ended.is_set():
            self._is_wanted.clear()
            told = self._look(told)
            self._asked_at = self._clock.now()
            self._has_looked.set()
            self._is_wanted.wait(self._every)

    def _look(self, told: str | None) -> str | None:
        """The trouble that is known now; `told` is the one of before."""
        follower = self._follower
        with suppress(StorageError):  # remembered as follower.trouble
            if follower.catch_up():
                log.info("a newer snapshot came", place=follower.address)
        if follower.trouble is not None and follower.trouble != told:
            log.warning("the last snapshot is served on", reason=follower.trouble)
        elif follower.trouble is None and told is not None:
            log.warning("snapshots are followed again", place=follower.address)
        return follower.trouble


@contextmanager
def following(
    follower: Follower | None, *, every_seconds: float, clock: Clock, wait_seconds: float = FIRST_SECONDS
) -> Iterator[Callable[[], None]]:
    """Catches up while the block runs, and once before it. What it gives is to be called before a reading."""
    if follower is None:
        yield lambda: None
        return
    watch = Watch(follower, every_seconds=every_seconds, clock=clock)
    watch.start(wait_seconds=wait_seconds)
    try:
        yield watch.look_if_stale
    finally:
        watch.end()
