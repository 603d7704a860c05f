"""What every database offers the desk. No database is imported here."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Protocol

from sqlalchemy import Connection, Engine

from talentscope.runtime.errors import DeskError


class Database(Protocol):
    """A database that can hold the desk. Safe to share between threads; nothing is opened before it is used."""

    @property
    def place(self) -> str:
        """The file or the server, without secrets, for messages."""
        ...

    @property
    def reading(self) -> Engine:
        """For transactions that read: each sees one state."""
        ...

    @property
    def writing(self) -> Engine:
        """For transactions that write: each sees what the one before it committed."""
        ...

    def ticks(self) -> int:
        """Another number after every commit that counts in the table revisions, of whatever process. Raises DeskError.

        Cheap: asked at each request of the page.
        """
        ...

    def version(self) -> str | None:
        """The migration that the tables are at, or None where there are none yet. Raises SQLAlchemyError."""
        ...

    def alone(self) -> AbstractContextManager[Connection]:
        """One transaction, while nobody else migrates. Raises SQLAlchemyError, OSError."""
        ...

    def scrub(self) -> None:
        """After an erasure: leave no bytes of what was deleted, as far as this database can."""
        ...

    def explain(self, error: Exception, *, doing: str) -> DeskError:
        """A foreign error as ours; `doing` is `opened`, `read` or `written`."""
        ...

    def close(self) -> None:
        """Let go of the database."""
        ...
