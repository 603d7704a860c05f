"""Follow: the newest snapshot of a shared place comes into the data directory, verified; then the local pointer moves.

Never inside a request: a thread of the page does it every few seconds, commands that read do it once before.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import threading
import uuid
from collections.abc import Iterator
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


@contextmanager
def following(follower: Follower | None, *, every_seconds: float) -> Iterator[None]:
    """A thread that catches up every few seconds while the block runs; trouble is a line in the log, once."""
    if follower is None:
        yield
        return
    has_ended = threading.Event()
    thread = threading.Thread(target=_keep_up, args=(follower, has_ended, every_seconds), name="follower", daemon=True)
    thread.start()
    try:
        yield
    finally:
        has_ended.set()
        thread.join(timeout=2)  # a download that is under way dies with us; nobody sees half of it


def _keep_up(follower: Follower, has_ended: threading.Event, every_seconds: float) -> None:
    told: str | None = None
    while not has_ended.is_set():
        with suppress(StorageError):  # remembered as follower.trouble
            if follower.catch_up():
                log.info("a newer snapshot came", place=follower.address)
        if follower.trouble is not None and follower.trouble != told:
            log.warning("the last snapshot is served on", reason=follower.trouble)
        elif follower.trouble is None and told is not None:
            log.warning("snapshots are followed again", place=follower.address)
        told = follower.trouble
        has_ended.wait(every_seconds)
