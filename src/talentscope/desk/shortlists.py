"""Shortlists: who is on them, where they stand, what the team wrote. Whoever said no is on none.

Reading is here; everything that changes an entry (stages, notes, tags, decisions, contact) is in entries.py.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection, func, insert, select

from talentscope.desk.entries import Entries, entry_of, placed
from talentscope.desk.shortlist import Added, Candidate, Entry, Place, Shortlist
from talentscope.desk.store import Store
from talentscope.desk.suppressions import Suppressions
from talentscope.desk.tables import DECISIONS, ENTRIES, MOVES, NOTES, SHORTLISTS, TAGS
from talentscope.desk.wording import BRIEF, account_id, login_name, one_line, paragraphs
from talentscope.runtime.errors import UsageError

MOST_AT_ONCE, MOST_ON_ONE, MOST_SHORTLISTS = 1_000, 10_000, 10_000


class Shortlists(Entries):
    """The team's shortlists."""

    def __init__(self, store: Store, suppressions: Suppressions, *, cooldown: timedelta) -> None:
        super().__init__(store, cooldown=cooldown)
        self._suppressions = suppressions

    def create(self, name: str, *, actor: str, brief_text: str = "") -> int:
        """A new, empty shortlist; its id. Raises UsageError for a name that another open shortlist has."""
        now, name = self._store.now(), one_line(name, "the name")
        values = {
            "name": name,
            "brief_text": paragraphs(brief_text, "the brief", most=BRIEF, least=0),
            "created_at": now,
            "created_by": one_line(actor, "the actor"),
            "changed_at": now,
        }
        with self._store.write() as connection:
            self._refuse_taken(connection, name=name, but=None)
            if connection.execute(select(func.count()).select_from(SHORTLISTS)).scalar_one() >= MOST_SHORTLISTS:
                raise UsageError(f"there are {MOST_SHORTLISTS:,} shortlists already", way_out="use one of these")
            made = connection.execute(insert(SHORTLISTS).values(**values)).inserted_primary_key
            assert made is not None  # noqa: S101 - an insert of one row has its key
            number = int(made[0])
            self._store.log(connection, "create shortlist", actor=actor, detail=f"shortlist {number}")
        return number

    def list(self, *, is_archived: bool | None = None) -> tuple[Shortlist, ...]:
        """Shortlists, the last changed first; open ones (False), archived ones (True), or all."""
        query = select(SHORTLISTS).order_by(SHORTLISTS.c.changed_at.desc(), SHORTLISTS.c.shortlist_id.desc())
        if is_archived is not None:
            query = query.where(SHORTLISTS.c.archived_at.is_not(None) == is_archived)
        with self._store.read() as connection:
            counts = _counts(connection)
            return tuple(_to_shortlist(row, counts[row.shortlist_id]) for row in connection.execute(query))

    def get(self, shortlist_id: int) -> Shortlist | None:
        """One shortlist, or None."""
        with self._store.read() as connection:
            row = connection.execute(select(SHORTLISTS).where(SHORTLISTS.c.shortlist_id == shortlist_id)).first()
            return None if row is None else _to_shortlist(row, _counts(connection)[row.shortlist_id])

    def rename(self, shortlist_id: int, name: str, *, actor: str) -> None:
        """Another name. Raises UsageError for a name that another open shortlist has."""
        name = one_line(name, "the name")
        with self._store.write() as connection:
            self._find(connection, shortlist_id)
            self._refuse_taken(connection, name=name, but=shortlist_id)
            self._change(connection, shortlist_id, name=name)
            self._store.log(connection, "rename shortlist", actor=actor, detail=f"shortlist {shortlist_id}")

    def archive(self, shortlist_id: int, *, actor: str) -> None:
        """Close it for changes; nothing is lost. Twice is the same as once."""
        with self._store.write() as connection:
            if self._find(connection, shortlist_id).archived_at is None:
                self._change(connection, shortlist_id, archived_at=self._store.now())
                self._store.log(connection, "archive shortlist", actor=actor, detail=f"shortlist {shortlist_id}")

    def reopen(self, shortlist_id: int, *, actor: str) -> None:
        """The end of `archive`."""
        with self._store.write() as connection:
            row = self._find(connection, shortlist_id)
            if row.archived_at is not None:
                self._refuse_taken(connection, name=row.name, but=shortlist_id)
                self._change(connection, shortlist_id, archived_at=None)
                self._store.log(connection, "reopen shortlist", actor=actor, detail=f"shortlist {shortlist_id}")

    def add(self, shortlist_id: int, candidates: Sequence[Candidate], *, actor: str) -> Added:
        """Put developers on a shortlist, in stage `new`; who is there already stays as they are.

        Whoever said no is left out. Raises UsageError when that leaves nobody, or for what cannot be a candidate.
        """
        checked = _check(candidates)
        with self._store.write() as connection:
            self._find_open(connection, shortlist_id)
            said_no = self._suppressions.among(connection, {c.github_id: c.login for c in checked})
            wanted = [c for c in checked if c.github_id not in said_no]
            if not wanted:
                raise UsageError("they asked not to be shown", way_out="leave them out; see the privacy page")
            query = select(ENTRIES.c.github_id).where(ENTRIES.c.shortlist_id == shortlist_id)
            present = set(connection.execute(query).scalars())
            new = [c for c in wanted if c.github_id not in present]
            if len(present) + len(new) > MOST_ON_ONE:
                raise UsageError(f"a shortlist holds at most {MOST_ON_ONE:,}", way_out="start another one")
            stamp = {"stage": "new", "added_at": self._store.now(), "added_by": one_line(actor, "the actor")}
            if new:
                connection.execute(insert(ENTRIES), [{"shortlist_id": shortlist_id, **vars(c), **stamp} for c in new])
                details = {c.github_id: f"shortlist {shortlist_id}" for c in new}
                self._store.log_each(connection, "shortlist", actor=actor, details=details)
                self._change(connection, shortlist_id)
        return Added(len(new), len(wanted) - len(new), len(checked) - len(wanted))

    def entries(self, shortlist_id: int) -> tuple[Entry, ...]:
        """Everybody on it, the best score first. Raises UsageError if there is no such shortlist."""
        with self._store.read() as connection:
            self._find(connection, shortlist_id)
            rows = connection.execute(select(ENTRIES).where(ENTRIES.c.shortlist_id == shortlist_id)).all()
            tables = NOTES, TAGS, DECISIONS, MOVES
            about = {table.name: _by_account(connection, table, shortlist_id) for table in tables}
        found = [entry_of(row, {name: rows_of[row.github_id] for name, rows_of in about.items()}) for row in rows]
        return tuple(sorted(found, key=lambda e: (e.score is None, -(e.score or 0.0), e.login.lower(), e.github_id)))

    def of_account(self, github_id: int) -> tuple[Place, ...]:
        """The shortlists that a developer is on; open ones first, the newest first."""
        return self.places([github_id]).get(github_id, ())

    def places(self, github_ids: Iterable[int]) -> Mapping[int, tuple[Place, ...]]:
        """As `of_account` for many; who is on none is not in the answer."""
        with self._store.read() as connection:
            return placed(connection, set(github_ids))

    def _refuse_taken(self, connection: Connection, *, name: str, but: int | None) -> None:
        is_open = SHORTLISTS.c.archived_at.is_(None)
        query = select(SHORTLISTS.c.shortlist_id).where(is_open, func.lower(SHORTLISTS.c.name) == name.lower())
        taken = [number for number in connection.execute(query).scalars() if number != but]
        if taken:
            raise UsageError(f"there is a shortlist {name!r} already", way_out="use it, or choose another name")


def _check(candidates: Sequence[Candidate]) -> list[Candidate]:
    if not 0 < len(candidates) <= MOST_AT_ONCE:
        raise UsageError(
            f"expected 1 to {MOST_AT_ONCE:,} developers at a time, came {len(candidates):,}", way_out="choose some"
        )
    checked = {}
    for one in candidates:
        score = None if one.score is None or not math.isfinite(one.score) else float(one.score)
        checked[account_id(one.github_id)] = Candidate(one.github_id, login_name(one.login), score)
    return list(checked.values())


def _counts(connection: Connection) -> Mapping[int, dict[str, int]]:
    columns = ENTRIES.c.shortlist_id, ENTRIES.c.stage
    counts: defaultdict[int, dict[str, int]] = defaultdict(dict)
    query = select(*columns, func.count().label("people")).group_by(*columns)
    for row in connection.execute(query):
        counts[row.shortlist_id][row.stage] = row.people
    return counts


def _by_account(connection: Connection, table: Any, shortlist_id: int) -> Mapping[int, list[Any]]:
    key = next(iter(table.primary_key.columns))
    rows: defaultdict[int, list[Any]] = defaultdict(list)
    for row in connection.execute(select(table).where(table.c.shortlist_id == shortlist_id).order_by(key)):
        rows[row.github_id].append(row)
    return rows


def _to_shortlist(row: Any, counts: Mapping[str, int]) -> Shortlist:
    return Shortlist(
        shortlist_id=row.shortlist_id,
        name=row.name,
        brief_text=row.brief_text,
        created_at=row.created_at,
        created_by=row.created_by,
        changed_at=row.changed_at,
        archived_at=row.archived_at,
        counts=counts,
    )
