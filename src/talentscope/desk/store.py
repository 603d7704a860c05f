"""One open desk: its transactions, its counters of what was committed, its clock and its audit. Rooms build on this.

A writing transaction first takes the row `desk` of the table revisions. So writers queue on every database, each reads
what the one before committed, and nothing needs a second try.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from threading import Lock

from sqlalchemy import Connection, func, insert, select, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from talentscope.desk.engines.engine import Database
from talentscope.desk.key import Hasher
from talentscope.desk.tables import AUDIT, REVISIONS
from talentscope.desk.wording import one_line, paragraphs
from talentscope.runtime.clock import Clock

EVERYTHING, NOS = "desk", "suppressions"
"""The two counters: of every commit but a mere line of the audit, and of suppressions alone."""


class Store:
    """The database, the hashes, the time. Safe to share between threads."""

    def __init__(self, database: Database, *, hasher: Hasher, clock: Clock) -> None:
        self.hasher, self._clock = hasher, clock
        self._database = database
        self._lock = Lock()
        self._seen: tuple[int, dict[str, int]] | None = None

    def close(self) -> None:
        """Let go of the database."""
        self._database.close()

    def now(self) -> datetime:
        """The present moment, aware, UTC."""
        return self._clock.now()

    def shared_now(self, connection: Connection) -> datetime:
        """The present moment by the clock that all who share this desk go by: of a server, else of this machine."""
        if connection.dialect.name != "postgresql":
            return self.now()
        moment: datetime = connection.execute(select(func.clock_timestamp())).scalar_one()
        return moment.astimezone(UTC)

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """One transaction that sees one state. Raises DeskError."""
        try:
            with self._database.reading.begin() as connection:
                yield connection
        except (DBAPIError, PoolTimeout) as error:
            raise self._database.explain(error, doing="read") from error

    @contextmanager
    def write(self, *rooms: str) -> Iterator[Connection]:
        """One transaction, all or nothing; counts in `desk` and in the `rooms` named. Raises DeskError."""
        with self.append() as connection:
            for room in (EVERYTHING, *rooms):
                connection.execute(
                    update(REVISIONS).where(REVISIONS.c.room == room).values(number=REVISIONS.c.number + 1)
                )
            yield connection

    @contextmanager
    def append(self) -> Iterator[Connection]:
        """One transaction for lines of the audit only: counted nowhere, since nobody's page shows anything else."""
        try:
            with self._database.writing.begin() as connection:
                yield connection
        except (DBAPIError, PoolTimeout) as error:
            raise self._database.explain(error, doing="written") from error

    def scrub(self) -> None:
        """Leave no bytes of what was deleted in the database, as far as readers let go of it."""
        self._database.scrub()

    def revision(self, room: str = EVERYTHING) -> int:
        """How often anything was committed in that room, by anybody; cheap where nothing was."""
        ticks = self._database.ticks()
        with self._lock:
            if self._seen is not None and self._seen[0] == ticks:
                return self._seen[1][room]
        with self.read() as connection:
            numbers = {str(row.room): int(row.number) for row in connection.execute(select(REVISIONS))}
        with self._lock:
            self._seen = (ticks, numbers)
        return numbers[room]

    def log_each(self, connection: Connection, action: str, *, actor: str, details: Mapping[int, str]) -> None:
        """As `log`, a line for each account; `details` by account id."""
        shared = {"at": self.now(), "actor": one_line(actor, "the actor", most=200), "action": action}
        lines = [
            {**shared, "subject_hash": self.hasher.account(github_id), "detail": detail}
            for github_id, detail in details.items()
        ]
        if lines:
            connection.execute(insert(AUDIT), lines)

    def log(
        self,
        connection: Connection,
        action: str,
        *,
        actor: str,
        detail: str = "",
        github_id: int | None = None,
        login: str | None = None,
    ) -> None:
        """A line of the audit inside a transaction. People are hashed; `detail` must not name one."""
        subject = None
        if github_id is not None:
            subject = self.hasher.account(github_id)
        elif login is not None:
            subject = self.hasher.login(login)
        connection.execute(
            insert(AUDIT).values(
                at=self.now(),
                actor=one_line(actor, "the actor", most=200),
                action=one_line(action, "the action", most=100),
                subject_hash=subject,
                detail=paragraphs(detail, "the detail", most=2_000, least=0),
            )
        )
