"""The snapshots of a data directory as files: synced, pointed to, removed when nobody needs them. No snapshot is read.

A run and the page's follower may both move the pointer, so each takes the lock for that moment.
"""

from __future__ import annotations

import fcntl
import os
import uuid
from pathlib import Path

from filelock import FileLock

LOCK_SECONDS = 10


def sync(path: Path) -> None:
    """The file and its entry in the directory are on the disk."""
    for target in (path, path.parent):
        handle = os.open(target, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def read_pointer(folder: Path) -> str:
    """The name of the newest snapshot, empty when there is none."""
    try:
        return (folder / "current").read_text(encoding="utf-8").strip()
    except FileNotFoundError:
        return ""


def point(folder: Path, name: str, *, only_forward: bool = False) -> str | None:
    """Replace the pointer in one step. The former name, or None when `only_forward` and it was as new already."""
    with FileLock(folder.parent / "snapshots.lock", timeout=LOCK_SECONDS):
        former = read_pointer(folder)
        if only_forward and former >= name:
            return None
        unfinished = folder / f".current.{uuid.uuid4().hex[:8]}.unfinished"
        with unfinished.open("w", encoding="utf-8") as file:
            file.write(name + "\n")
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(folder / "current")
        sync(folder / "current")
        return former


def remove_old(folder: Path, *, kept: set[str], before: str = "") -> None:
    """Older snapshots go, but for those in `kept` and any that a reader still holds.

    `before`: only names that come before this one; a run beside us may be about to point to a newer one.
    """
    for path in folder.glob("*.duckdb"):
        if path.name in kept or (before and path.name > before):
            continue
        try:
            handle = os.open(path, os.O_RDONLY)
        except FileNotFoundError:  # somebody else removed it
            continue
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            path.unlink(missing_ok=True)
        except BlockingIOError:
            continue
        finally:
            os.close(handle)
