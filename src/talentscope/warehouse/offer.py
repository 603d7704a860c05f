"""Offer: a published snapshot into the shared place. New name, read back, then the pointer, then the old ones go.

Killed at any moment, the old pointer stands and names what is there. What was uploaded and never pointed to is swept by
a later publish.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

from talentscope import __version__
from talentscope.runtime.clock import Clock
from talentscope.runtime.errors import Overtaken, StorageError
from talentscope.transport.objects import PIECE, Found, Objects
from talentscope.warehouse.checks import count_floored
from talentscope.warehouse.engines.engine import Engine
from talentscope.warehouse.pointer import POINTER, SNAPSHOT_NAME, Pointer, parse_pointer
from talentscope.warehouse.publish import publish

GRACE = timedelta(hours=1)
"""How long a snapshot that nobody points to stays: somebody may be downloading it."""

ATTEMPTS = 3


def publish_to(objects: Objects, engine: Engine, *, home: Path, clock: Clock, run_id: str, is_forced: bool) -> Path:
    """As `publish`, held against the last snapshot of that place, and offered there. Raises ChecksFailed, StorageError.

    A place that does not answer is told once the snapshot is published here: unseen, nothing there is replaced.
    """
    last: Mapping[str, int] = {}
    trouble: StorageError | None = None
    try:
        last = count_there(objects)
    except StorageError as error:
        trouble = error
    path = publish(engine, home=home, clock=clock, run_id=run_id, is_forced=is_forced, last=last, place=objects.address)
    if trouble is not None:
        raise trouble
    offer(objects, path, run_id=run_id, clock=clock, rows=count_floored(home))
    return path


def offer(objects: Objects, path: Path, *, run_id: str, clock: Clock, rows: Mapping[str, int] | None = None) -> Pointer:
    """Upload the file, check what arrived, move the pointer to it. Raises StorageError; the file here stays.

    `rows` of some of its tables go into the pointer.

    A pointer to a newer snapshot is left alone, and so is one that somebody else moved meanwhile (a conditional put).
    """
    digest, size = _digest(_pieces(path)), path.stat().st_size
    published_at = datetime.strptime(path.name.partition("-")[0], "%Y%m%dT%H%M%S%f").replace(tzinfo=UTC)
    pointer = Pointer(path.name, size, digest, published_at, run_id, __version__, rows or {})
    former = objects.read(POINTER)
    _check_forward(objects, former, pointer)
    objects.upload(path, path.name)
    _check_arrived(objects, pointer)
    kept = {path.name, *_move(objects, former, pointer)}
    _remove_old(objects, kept=kept, before=clock.now() - GRACE)
    return pointer


def count_there(objects: Objects) -> Mapping[str, int]:
    """Rows of the snapshot that is pointed to, as its pointer tells; empty where nothing tells. Raises StorageError."""
    found = objects.read(POINTER)
    try:
        return parse_pointer(found.content, place=objects.address).rows if found.content is not None else {}
    except StorageError:  # damaged: this publish mends it
        return {}


def _move(objects: Objects, former: Found, pointer: Pointer) -> list[str]:
    """The name that was pointed to, if any that can be read. A put that was overtaken looks again and decides anew."""
    for attempt in range(ATTEMPTS):
        names = _check_forward(objects, former, pointer)
        try:
            objects.write(POINTER, pointer.to_bytes(), replacing=former.version)
        except Overtaken:
            former = objects.read(POINTER)
            if former.content == pointer.to_bytes():  # our own put came through and only its answer was lost
                return names
            if attempt == ATTEMPTS - 1:
                raise
        else:
            return names
    return []


def _check_forward(objects: Objects, former: Found, pointer: Pointer) -> list[str]:
    if former.content is None:
        return []
    try:
        there = parse_pointer(former.content, place=objects.address)
    except StorageError:  # damaged: this publish mends it
        return []
    if there.published_at > pointer.published_at:
        raise StorageError(
            f"{objects.address} has a newer snapshot, of {there.published_at:%Y-%m-%d %H:%M:%S} UTC by run"
            f" {there.run_id}; its pointer was left alone",
            way_out="let one warehouse publish there; if a clock was wrong, delete the object `current` there",
        )
    return [there.name]


def _check_arrived(objects: Objects, pointer: Pointer) -> None:
    size = objects.size(pointer.name)
    if size == pointer.size and _digest(objects.pieces(pointer.name, pointer.size)) == pointer.sha256:
        return
    objects.delete(pointer.name)
    raise StorageError(
        f"{objects.address}: {pointer.name} arrived damaged ({size or 0:,} of {pointer.size:,} bytes)",
        way_out="run again; the snapshot here and the pointer there are as they were",
    )


def _remove_old(objects: Objects, *, kept: set[str], before: datetime) -> None:
    for item in objects.list():
        is_ours = SNAPSHOT_NAME.fullmatch(item.name) or (
            item.name.startswith(".") and item.name.endswith(".unfinished")
        )
        if is_ours and item.name not in kept and item.changed_at < before:
            objects.delete(item.name)


def _pieces(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while piece := file.read(PIECE):
            yield piece


def _digest(pieces: Iterator[bytes]) -> str:
    hashed = hashlib.sha256()
    for piece in pieces:
        hashed.update(piece)
    return hashed.hexdigest()
