"""Answers kept on disk, one file an address: to ask "has it changed?" instead of "what is it?".

Hishel was weighed: it takes the time from the machine and not from our Clock, keys its database by the whole address
(an API key in it), and answers without asking for as long as `max-age` says, where we want the day's fact.
"""

from __future__ import annotations

import gzip
import hashlib
import os
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import orjson

UNUSED_DAYS = 120
"""Longer than a quarter, in which a filing is looked at every day; what nobody asked for in that time goes."""


@dataclass(frozen=True)
class Kept:
    """A body with its validators (RFC 9110, section 8.8), either of which may be empty."""

    body: bytes
    content_type: str = ""
    etag: str = ""
    last_modified: str = ""

    def questions(self) -> dict[str, str]:
        """The headers that ask whether it has changed."""
        asked = {"If-None-Match": self.etag, "If-Modified-Since": self.last_modified}
        return {name: value for name, value in asked.items() if value}


class Shelf:
    """A directory of kept answers. Safe to use from several threads and processes: a file is replaced as a whole."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory

    def find(self, key: str) -> Kept | None:
        """What is kept under that key. A file that cannot be read is as good as none."""
        try:
            packed = self._place(key).read_bytes()
            head, _, body = gzip.decompress(packed).partition(b"\n")
            known = orjson.loads(head)
            if known["key"] != key:
                return None
            os.utime(self._place(key))
            return Kept(body, known["content_type"], known["etag"], known["last_modified"])
        except (OSError, EOFError, ValueError, KeyError, TypeError):
            return None

    def keep(self, key: str, kept: Kept) -> None:
        """Keep it under that key. A full or forbidden disk costs the saving, not the run."""
        head: Mapping[str, str] = {
            "key": key,
            "content_type": kept.content_type,
            "etag": kept.etag,
            "last_modified": kept.last_modified,
        }
        try:
            self._directory.mkdir(mode=0o700, parents=True, exist_ok=True)
            handle, name = tempfile.mkstemp(dir=self._directory, prefix=".")
        except OSError:
            return
        half = Path(name)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(gzip.compress(orjson.dumps(head) + b"\n" + kept.body, compresslevel=3, mtime=0))
            half.replace(self._place(key))
        except OSError:
            half.unlink(missing_ok=True)

    def tidy(self, now_epoch: float) -> None:
        """Drop what nobody asked for in UNUSED_DAYS, and what a killed run left half written."""
        for path in self._directory.glob("*"):
            days = UNUSED_DAYS if path.suffix else 1
            try:
                if path.stat().st_mtime < now_epoch - days * 86_400:
                    path.unlink()
            except OSError:
                continue

    def _place(self, key: str) -> Path:
        return self._directory / f"{hashlib.sha256(key.encode()).hexdigest()}.gz"
