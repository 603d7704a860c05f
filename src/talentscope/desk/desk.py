"""The desk: what people write. One object with a room for each kind of thing; every write is signed and audited.

desk.briefs      saved briefs with their history       desk.requests   what people ask about their own data
desk.shortlists  entries, stages, notes, contact       desk.keys       keys of programs
desk.looks       whom somebody saw last                desk.audit      who did what
desk.person      all about one person: export, erase   desk.past_runs  what the schedule ran
desk.leases      who may do what one may do at a time
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from sqlalchemy import insert, select
from sqlalchemy.exc import SQLAlchemyError

from talentscope.desk.api_keys import ApiKeys
from talentscope.desk.audit import Audit
from talentscope.desk.briefs import Briefs
from talentscope.desk.connection import CONNECTIONS, bring_up, database_at
from talentscope.desk.engines.engine import Database
from talentscope.desk.key import Hasher, load_key
from talentscope.desk.leases import Leases
from talentscope.desk.looks import Looks
from talentscope.desk.past_runs import PastRuns
from talentscope.desk.person import Person
from talentscope.desk.requests import Requests
from talentscope.desk.shortlists import Shortlists
from talentscope.desk.store import Store
from talentscope.desk.suppressions import Suppressions
from talentscope.desk.tables import KEYS
from talentscope.runtime.addresses import CloudSql, Postgres
from talentscope.runtime.clock import Clock
from talentscope.runtime.errors import DeskError

COOLDOWN_DAYS = 90


def open_desk(
    *,
    home: Path,
    key: str | None,
    clock: Clock,
    actor: str = "operator",
    cooldown_days: int = COOLDOWN_DAYS,
    address: Postgres | CloudSql | None = None,
    connections: int = CONNECTIONS,
) -> Desk:
    """The desk in `<home>/desk.sqlite`, or in the schema `desk` of the database at `address`; made on first use.

    `key` is Settings.desk_key; `actor` signs what names nobody; `connections` to a server at most at a time.
    Raises DeskError (unreachable, unreadable, wrong key, of a newer version) or SettingError (key too short).
    """
    database = database_at(home, address, connections=connections)
    try:
        bring_up(database)
        is_new = _fingerprint(database) is None
        hasher = Hasher(load_key(home, key, may_create=is_new, desk=database.place))
        desk = Desk(database, hasher=hasher, clock=clock, actor=actor, cooldown_days=cooldown_days)
        desk.check_key()
        desk.past_runs.adopt(home)
    except BaseException:
        database.close()
        raise
    return desk


def _fingerprint(database: Database) -> str | None:
    """Of the key that the desk's hashes were made with; None on a new desk."""
    try:
        with database.reading.begin() as connection:
            return connection.execute(select(KEYS.c.fingerprint)).scalar()
    except SQLAlchemyError as error:
        raise database.explain(error, doing="opened") from error


class Desk:
    """Suppressions, and the rooms. Safe to share between threads; several processes may write."""

    def __init__(
        self, database: Database, *, hasher: Hasher, clock: Clock, actor: str, cooldown_days: int = COOLDOWN_DAYS
    ) -> None:
        self._store, self._actor = Store(database, hasher=hasher, clock=clock), actor
        self.hasher = hasher
        self.suppressions = Suppressions(self._store)
        self.briefs = Briefs(self._store)
        self.shortlists = Shortlists(self._store, self.suppressions, cooldown=timedelta(days=cooldown_days))
        self.looks = Looks(self._store)
        self.requests = Requests(self._store)
        self.keys = ApiKeys(self._store)
        self.audit = Audit(self._store)
        self.person = Person(self._store, self.suppressions)
        self.past_runs = PastRuns(self._store)
        self.leases = Leases(self._store)

    def __enter__(self) -> Desk:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the database."""
        self._store.close()

    def version(self) -> str:
        """Another text after anybody committed anything but a mere line of the audit; cheap where nobody did."""
        return str(self._store.revision())

    def check_key(self) -> None:
        """Raises DeskError when the suppressions were hashed with another key: none of them would be found."""
        ours = self.hasher.fingerprint()
        with self._store.read() as connection:
            known = connection.execute(select(KEYS.c.fingerprint)).scalar()
        if known is None:
            with self._store.write() as connection:  # one writer at a time: two machines must not both be the first
                known = connection.execute(select(KEYS.c.fingerprint)).scalar()
                if known is None:
                    known = ours
                    connection.execute(insert(KEYS).values(fingerprint=ours))
        if known != ours:
            raise DeskError(
                "the key of the desk is not the one its suppressions were made with; none of them would be found",
                way_out="restore desk.key, or set TALENTSCOPE_DESK_KEY to the former key",
            )

    def suppress(
        self, *, github_id: int | None = None, login: str | None = None, reason: str, actor: str | None = None
    ) -> dict[str, int]:
        """Never show, score, load or export this account again. Give both where known: logins change, ids do not.

        What the team wrote about them is deleted at once; how many rows of each table went. Raises UsageError when
        neither is given. Doing it twice is the same as once.
        """
        signed = actor or self._actor
        return self.suppressions.suppress(github_id=github_id, login=login, reason=reason, actor=signed)

    def release(self, *, github_id: int | None = None, login: str | None = None, actor: str | None = None) -> bool:
        """Take a suppression back. False when there was none. Raises UsageError when neither is given."""
        return self.suppressions.release(github_id=github_id, login=login, actor=actor or self._actor)

    def is_suppressed(self, github_id: int | None, login: str | None) -> bool:
        """Whether the account said no, by id or by login."""
        return self.suppressions.is_suppressed(github_id, login)

    def suppression_check(self) -> Callable[[int | None, str | None], bool]:
        """As `is_suppressed`, by what is in force now: for one pass over many accounts, which then asks nobody."""
        return self.suppressions.check()

    def suppression_count(self) -> int:
        """How many accounts are suppressed."""
        return self.suppressions.count()

    def suppressed_hashes(self) -> frozenset[str]:
        """The hashes in force; compare with `hasher.account(id)` and `hasher.login(login)`."""
        return self.suppressions.hashes()

    def suppressions_version(self) -> str:
        """As `version`, of suppressions alone."""
        return str(self.suppressions.revision())

    def record(
        self,
        action: str,
        *,
        detail: str,
        github_id: int | None = None,
        login: str | None = None,
        actor: str | None = None,
    ) -> None:
        """Append to the audit: who did what, to whom (hashed). `detail` must not name a person."""
        signed = actor or self._actor
        self.audit.record(action, actor=signed, detail=detail, github_id=github_id, login=login)
