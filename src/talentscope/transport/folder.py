"""Objects in a directory that machines share. Written aside, synced, renamed: nobody sees half of one."""

from __future__ import annotations

import hashlib
import os
import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from filelock import FileLock, Timeout

from talentscope.runtime.errors import Overtaken, StorageError
from talentscope.transport.objects import NAME, PIECE, SMALL, Found, Listed, Version

LOCK_SECONDS = 10


class Folder:
    """See Objects. A version is the hash of the content; a lock file makes reading and replacing one step."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @property
    def address(self) -> str:
        return str(self._folder)

    def read(self, name: str, *, known: Version | None = None) -> Found:
        with self._translated():
            try:
                with (self._folder / name).open("rb") as file:
                    content = file.read(SMALL + 1)
            except FileNotFoundError:
                return Found(None, None)
        if len(content) > SMALL:
            raise StorageError(f"{self.address}/{name} is too large for what it should be", way_out="remove it")
        version = _version(content)
        return Found(None, version) if version == known else Found(content, version)

    def write(self, name: str, content: bytes, *, replacing: Version | None) -> None:
        with self._translated():
            self._folder.mkdir(parents=True, exist_ok=True)
            with FileLock(self._folder / f".{name}.lock", timeout=LOCK_SECONDS):
                if self.read(name).version != replacing:
                    raise Overtaken(f"{name} in {self.address} was replaced by somebody else", way_out="try again")
                aside = self._aside(name)
                aside.write_bytes(content)
                self._keep(aside, name)

    def upload(self, path: Path, name: str) -> None:
        with self._translated():
            self._folder.mkdir(parents=True, exist_ok=True)
            aside = self._aside(name)
            try:
                shutil.copyfile(path, aside)
                self._keep(aside, name)
            finally:
                aside.unlink(missing_ok=True)

    def size(self, name: str) -> int | None:
        with self._translated():
            try:
                return (self._folder / name).stat().st_size
            except FileNotFoundError:
                return None

    def pieces(self, name: str, size: int) -> Iterator[bytes]:
        left = size
        with self._translated(), (self._folder / name).open("rb") as file:
            while left > 0 and (piece := file.read(min(PIECE, left))):
                left -= len(piece)
                yield piece

    def list(self) -> list[Listed]:
        with self._translated():
            if not self._folder.is_dir():
                return []
            found = [(path.name, path.stat()) for path in self._folder.iterdir() if path.is_file()]
        return [
            Listed(name, stat.st_size, datetime.fromtimestamp(stat.st_mtime, UTC))
            for name, stat in found
            if NAME.fullmatch(name) or name.endswith(".unfinished")
        ]

    def delete(self, name: str) -> None:
        with self._translated():
            (self._folder / name).unlink(missing_ok=True)

    def _aside(self, name: str) -> Path:
        return self._folder / f".{name}.{uuid.uuid4().hex[:8]}.unfinished"

    def _keep(self, aside: Path, name: str) -> None:
        for path in (aside, aside.parent):
            handle = os.open(path, os.O_RDONLY)
            try:
                os.fsync(handle)
                if path is aside:
                    aside.replace(self._folder / name)
            finally:
                os.close(handle)

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except (OSError, Timeout) as error:
            reason = (getattr(error, "strerror", None) or str(error)).lower()
            raise StorageError(
                f"{self.address} cannot be used: {reason}",
                way_out="check that the directory is there (mounted), writable for this user, and has room",
            ) from error


def _version(content: bytes) -> Version:
    return Version(hashlib.sha256(content).hexdigest(), None)
