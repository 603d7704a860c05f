"""The archive of a backup: one zip that describes itself. What its tables mean is said elsewhere.

`manifest.json` names every other member with rows, bytes and SHA-256. Members are Parquet, packed already, so the zip
only holds them. The manifest comes last and the zip's own list after it: an archive that was cut off is none.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import IO, Any

import pyarrow as pa
import pyarrow.parquet as pq

from talentscope.runtime.errors import BackupError

FORMAT = 1
MANIFEST = "manifest.json"
KEY = "desk.key"
_MEMBER = re.compile(r"(raw|desk)/[a-z][a-z0-9_]{0,60}\.parquet|desk\.key")
_MOST_MANIFEST = 1_000_000
_PIECE = 1024 * 1024


@dataclass(frozen=True)
class Member:
    """One file in the archive; `sha256` as hexadecimal text."""

    rows: int
    size: int
    sha256: str


@dataclass
class Manifest:
    """What an archive says about itself. `migration` is the desk's, `fingerprint` that of the key of its hashes."""

    made_at: datetime
    version: str
    engine: str
    migration: str
    fingerprint: str
    members: dict[str, Member] = field(default_factory=dict)

    def to_bytes(self) -> bytes:
        """As it is stored."""
        facts = {"format": FORMAT, **asdict(self), "made_at": self.made_at.isoformat()}
        return json.dumps(facts, indent=1, sort_keys=True).encode() + b"\n"

    def rows(self, room: str) -> int:
        """How many rows all tables of `raw` or `desk` have."""
        return sum(member.rows for name, member in self.members.items() if name.startswith(room + "/"))


class _Sink:
    """Counts and hashes what is written into a member."""

    closed = False

    def __init__(self, file: IO[bytes]) -> None:
        self._file, self._hash = file, hashlib.sha256()
        self.size = 0

    def write(self, data: Any) -> int:
        content = bytes(data)
        self._file.write(content)
        self._hash.update(content)
        self.size += len(content)
        return len(content)

    def tell(self) -> int:
        return self.size

    def flush(self) -> None:
        pass

    def to_member(self, rows: int) -> Member:
        return Member(rows, self.size, self._hash.hexdigest())


class Writer:
    """An archive that is being written; `manifest` gains a member with each call."""

    def __init__(self, zipped: zipfile.ZipFile, manifest: Manifest) -> None:
        self._zip, self.manifest = zipped, manifest

    def add_table(self, name: str, schema: pa.Schema, batches: Iterator[pa.RecordBatch]) -> int:
        """A table as Parquet, a batch at a time; how many rows it had."""
        rows = 0
        with self._zip.open(_entry(name), "w", force_zip64=True) as file:
            sink = _Sink(file)
            with pq.ParquetWriter(pa.PythonFile(sink, mode="w"), schema, compression="zstd") as writer:
                for batch in batches:
                    writer.write_batch(batch)
                    rows += batch.num_rows
        self.manifest.members[name] = sink.to_member(rows)
        return rows

    def add_text(self, name: str, text: str) -> None:
        """A small text."""
        content = text.encode()
        self._zip.writestr(_entry(name), content)
        self.manifest.members[name] = Member(1, len(content), hashlib.sha256(content).hexdigest())


@contextmanager
def write_archive(path: Path, manifest: Manifest) -> Iterator[Writer]:
    """A new archive at `path`, for its owner only. Raises BackupError for a file that is there or cannot be written.

    A block that fails leaves no file.
    """
    aside = path.with_name(f".{path.name}.unfinished")
    try:
        if path.exists():
            raise BackupError(f"{path} is there already; nothing was written", way_out="name another file")
        aside.unlink(missing_ok=True)
        handle = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as file:
            with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as zipped:
                yield Writer(zipped, manifest)
                zipped.writestr(_entry(MANIFEST), manifest.to_bytes())
            file.flush()
            os.fsync(file.fileno())
        aside.rename(path)
    except OSError as error:
        way_out = "name a file in a directory that this user may write and that has room"
        raise BackupError(f"{path} cannot be written: {error.strerror or error}", way_out=way_out) from error
    finally:
        aside.unlink(missing_ok=True)


def _entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name)
    entry.external_attr = 0o600 << 16
    return entry


def read_manifest(path: Path) -> Manifest:
    """What the archive says about itself. Raises BackupError: no archive, damaged, or of a newer format."""
    try:
        with zipfile.ZipFile(path) as zipped:
            entry = zipped.getinfo(MANIFEST)
            if entry.file_size > _MOST_MANIFEST:
                raise _damaged(path, "its manifest is too large")
            facts = json.loads(zipped.read(entry))
        if not isinstance(facts["format"], int) or facts["format"] > FORMAT:
            raise BackupError(
                f"{path.name} was made by talentscope {str(facts.get('version'))[:20]}, in a newer format than ours",
                way_out="restore it with that version, or a newer one",
            )
        members = {name: Member(**facts["members"][name]) for name in facts["members"]}
        if not all(_MEMBER.fullmatch(name) for name in members):
            raise _damaged(path, "its manifest names what no backup has")
        return Manifest(
            made_at=datetime.fromisoformat(facts["made_at"]),
            version=str(facts["version"]),
            engine=str(facts["engine"]),
            migration=str(facts["migration"]),
            fingerprint=str(facts["fingerprint"]),
            members=members,
        )
    except OSError as error:
        raise BackupError(f"{path} cannot be read: {error.strerror or error}", way_out="name a backup") from error
    except (zipfile.BadZipFile, KeyError, ValueError, TypeError, RecursionError) as error:
        raise _damaged(path, "it is cut off, or no backup at all") from error


def unpack(path: Path, manifest: Manifest, folder: Path) -> dict[str, Path]:
    """Every member as a file in `folder`, by name, each as long and with the checksum that the manifest says.

    Raises BackupError for the first that is not.
    """
    found: dict[str, Path] = {}
    try:
        with zipfile.ZipFile(path) as zipped:
            for name, member in manifest.members.items():
                target = folder / name.replace("/", "-")
                if _copy(zipped, name, member, target) != member.sha256:
                    raise _damaged(path, f"{name} is not what was written")
                found[name] = target
    except (zipfile.BadZipFile, KeyError, EOFError) as error:
        raise _damaged(path, "a part of it is missing") from error
    except OSError as error:
        way_out = f"free some space in {folder}: a backup is unpacked there for a while"
        raise BackupError(f"{path.name} cannot be unpacked: {error.strerror or error}", way_out=way_out) from error
    return found


def _copy(zipped: zipfile.ZipFile, name: str, member: Member, target: Path) -> str:
    hashed, left = hashlib.sha256(), member.size
    with zipped.open(name) as source, os.fdopen(os.open(target, os.O_WRONLY | os.O_CREAT, 0o600), "wb") as file:
        while piece := source.read(_PIECE):
            left -= len(piece)
            if left < 0:
                return ""
            hashed.update(piece)
            file.write(piece)
    return hashed.hexdigest()


def _damaged(path: Path, reason: str) -> BackupError:
    return BackupError(f"{path.name} is damaged: {reason}", way_out="nothing was restored; take another backup")
