"""What every engine offers the warehouse, and the one translation of foreign errors. No engine is imported here."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager
from typing import Any, Protocol

import pyarrow as pa

from talentscope.runtime.errors import WarehouseAway, WarehouseError, WarehouseLocked

BATCH_ROWS = 10_000


class Holder(Protocol):
    """One attempt after another at the run lock. The lock dies with the process or its connection."""

    def acquire(self) -> bool:
        """Take the lock if it is free."""
        ...

    def release(self) -> None:
        """Give it back, if it was taken."""
        ...

    def is_held(self) -> bool:
        """Whether it is ours still: a server that went away took it along, though the next connection may work."""
        ...

    def describe(self) -> str:
        """Who holds it, since when, and for what, in words."""
        ...


class Engine(Protocol):
    """A database: connections, queries, and how dlt and SQLMesh are told of it."""

    name: str

    @property
    def place(self) -> str:
        """The file or the server, without secrets, for messages."""
        ...

    def connect(self) -> None:
        """Open the connection if it is not open."""
        ...

    def close(self) -> None:
        """Close it; a later use opens it again."""
        ...

    def batches(self, sql: str, parameters: Mapping[str, object]) -> Iterator[pa.RecordBatch]:
        """Rows of a query in DuckDB's dialect, in batches; never the whole result in memory."""
        ...

    def execute(self, sql: str, parameters: Mapping[str, object]) -> int:
        """Run a statement in DuckDB's dialect; the number of rows it changed."""
        ...

    def holder(self, purpose: str) -> Holder:
        """The run lock of this database."""
        ...

    def destination(self) -> Any:
        """dlt's destination."""
        ...

    def gateway(self) -> Any:
        """SQLMesh's connection configuration."""
        ...

    def state_gateway(self) -> Any:
        """SQLMesh's connection to its own state; None: where the models are."""
        ...

    def forget_state(self) -> None:
        """Drop that state, where it is a place of its own."""
        ...

    def schema_name(self, schema: str) -> str:
        """What a schema of ours (raw, staging, daily, marts, ...) is called there."""
        ...

    def translated(self) -> AbstractContextManager[None]:
        """Turns this engine's errors into WarehouseError within the block."""
        ...


_FULL = re.compile(r"no space left|disk full|file too large|not enough space|out of disk|could not extend file", re.I)
_LACKING = re.compile(r"permission denied (for|to) |must be (owner|member) of|must be able to SET ROLE", re.I)
"""A server's words about a role; those of a file system end behind "permission denied"."""
_DENIED = re.compile(r"permission denied|read-only file system|not a directory|cannot open file|file exists", re.I)
_LOCKED = re.compile(r"could not set lock on file", re.I)
_CORRUPT = re.compile(
    r"not a valid duckdb database|file is corrupt|corrupt|checksum|deserializ|failed to load metadata", re.I
)
_UNTRUSTED = re.compile(r"certificate|SSL error|server does not support SSL", re.I)
_UNREACHABLE = re.compile(
    r"connection (refused|failed|timed out|to server)|could not (connect|translate)|password", re.I
)


def whole_text(error: BaseException) -> str:
    """An error's text and those of all errors behind it, the first cause first: it is the one that says why."""
    texts: list[str] = []
    link: BaseException | None = error
    while link is not None and len(texts) < 20:
        texts.append(str(link))
        link = link.__cause__ or link.__context__
    return "\n".join(reversed(texts))


def is_full(text: str) -> bool:
    """Whether a foreign error's text says that there was no room to write."""
    return _FULL.search(text) is not None


def explain(text: str, *, place: str, role: str = "") -> WarehouseError:
    """A foreign error's text as one of ours, with the way out. `place` is the file or server without secrets.

    `role`: who asked, where that is known.
    """
    if _LOCKED.search(text):
        found = re.search(r"held in (.*?\(PID \d+\))", text)
        who = found.group(1) if found else "another program"
        return WarehouseLocked(
            f"the warehouse {place} is open in {who}", way_out="wait until it is done, or end that program"
        )
    if _FULL.search(text):
        way = "free some space (what was stored is safe), then run the same command again"
        return WarehouseError(f"no space to write {place}: {_first_line(text)}", way_out=way)
    if _CORRUPT.search(text):
        way = "put back a backup, or move the file away: the next run collects it again"
        return WarehouseError(f"{place} is not a readable warehouse: {_first_line(text)}", way_out=way)
    if _LACKING.search(text) or _DENIED.search(text):
        return _explain_denied(text, place=place, role=role)
    if _UNTRUSTED.search(text) or _UNREACHABLE.search(text):
        way = "check DATABASE_URL and that the server runs"
        if _UNTRUSTED.search(text):
            way = (
                "check sslmode and sslrootcert in DATABASE_URL, and which host the certificate names (docs/postgres.md)"
            )
        return WarehouseAway(f"cannot reach {place}: {_first_line(text)}", way_out=way)
    return WarehouseError(f"the warehouse {place} refused: {_first_line(text)}", way_out="see the message; it is a bug")


def _explain_denied(text: str, *, place: str, role: str) -> WarehouseError:
    if not _LACKING.search(text):
        way = "set TALENTSCOPE_HOME to a directory that this user may write"
        return WarehouseError(f"cannot write {place}: {_first_line(text)}", way_out=way)
    who = f"the role {role!r}" if role else "the role in DATABASE_URL"
    way = (
        "run this as the role that loads, or, as the owner of the database, let this one: talentscope migrate"
        " --loader ROLE, --reader ROLE (docs/postgres.md)"
    )
    return WarehouseError(f"{who} lacks a right at {place}: {_first_line(text)}", way_out=way)


def _first_line(text: str) -> str:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[0][:300] if lines else "no message"
