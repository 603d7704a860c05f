"""Objects by name: in a bucket (gs://, s3://) or in a directory. What they mean is said elsewhere.

An object appears whole or not at all. A small one can be replaced on the condition that it is still what was read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Protocol

from talentscope.runtime.errors import UsageError

SMALL = 65_536
"""Bytes of an object that is read whole; a larger one under that name is not what it should be."""

PIECE = 8 * 1024 * 1024
"""Bytes that are held in memory at a time."""

_BUCKET = re.compile(r"(gs|s3)://([a-z0-9][a-z0-9._-]{1,221}[a-z0-9])(?:/(.*))?")
_PREFIX = re.compile(r"[A-Za-z0-9][\w.=+@-]*(/[A-Za-z0-9][\w.=+@-]*)*")
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,199}")
"""An object's name: it is a file's name too, so it leads nowhere else."""


@dataclass(frozen=True)
class Access:
    """How buckets are reached. Empty: the service's own address, and the identity of this machine."""

    endpoint: str = ""
    region: str = ""
    key_id: str = ""
    secret: str = field(default="", repr=False)
    session: str = field(default="", repr=False)
    google: str = ""  # a stand-in for Google's service


@dataclass(frozen=True)
class Version:
    """Tells one state of an object from another. S3 counts by `e_tag`, Google by `number`."""

    e_tag: str | None
    number: str | None


@dataclass(frozen=True)
class Found:
    """A small object. `content` is None when it is as it was; `version` is None too when there is none."""

    content: bytes | None
    version: Version | None


@dataclass(frozen=True)
class Listed:
    """An object in a list; `changed_at` is the service's time, aware."""

    name: str
    size: int
    changed_at: datetime


@dataclass(frozen=True)
class Place:
    """An address taken apart: gs or s3 with bucket and prefix, or file with a directory."""

    scheme: str
    bucket: str
    prefix: str

    @property
    def address(self) -> str:
        """As people write it."""
        return self.bucket if self.scheme == "file" else f"{self.scheme}://{self.bucket}/{self.prefix}".rstrip("/")


class Objects(Protocol):
    """A place for objects. Everything here raises StorageError, naming the place, the reason and the way out."""

    @property
    def address(self) -> str:
        """Where, as people write it; without secrets."""
        ...

    def read(self, name: str, *, known: Version | None = None) -> Found:
        """A small object; if it is still `known`, only that."""
        ...

    def write(self, name: str, content: bytes, *, replacing: Version | None) -> None:
        """Put a small object in the place of that version, or where none is. Raises Overtaken when that is not so."""
        ...

    def upload(self, path: Path, name: str) -> None:
        """A file under a name; memory stays flat."""
        ...

    def size(self, name: str) -> int | None:
        """Bytes of an object, None when there is none."""
        ...

    def pieces(self, name: str, size: int) -> Iterator[bytes]:
        """The first `size` bytes of an object, some megabytes at a time."""
        ...

    def list(self) -> list[Listed]:
        """All objects here, without those of places below."""
        ...

    def delete(self, name: str) -> None:
        """Remove an object; nothing happens if it is gone already."""
        ...


def parse_place(text: str, *, what: str) -> Place:
    """An address taken apart. Raises UsageError naming `what` (the setting or argument that it is)."""
    way_out = "write gs://bucket/prefix, s3://bucket/prefix or a directory"
    if "://" not in text:
        return Place("file", str(Path(text).expanduser()), "")
    match = _BUCKET.fullmatch(text.strip())
    if match is None:
        shown = text.split("://", 1)[0]
        raise UsageError(f"{what}: expected the address of a bucket or a directory, came {shown}://…", way_out=way_out)
    prefix = (match.group(3) or "").strip("/")
    if prefix and not _PREFIX.fullmatch(prefix):
        raise UsageError(f"{what}: the path in the bucket has characters that lead astray", way_out=way_out)
    return Place(match.group(1), match.group(2), prefix)


def open_objects(place: Place, access: Access) -> Objects:
    """The objects of a place. Nothing is asked yet. Raises StorageError when the library for buckets is not there."""
    if place.scheme == "file":
        from talentscope.transport.folder import Folder

        return Folder(Path(place.bucket))
    from talentscope.transport.bucket import Bucket

    return Bucket(place, access)
