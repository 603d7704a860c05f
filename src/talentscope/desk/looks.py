"""Whom somebody saw when they last looked at a brief: the next time, the page can say who is new."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, insert, select

from talentscope.desk.packing import pack, unpack
from talentscope.desk.store import Store
from talentscope.desk.tables import LOOKS
from talentscope.desk.wording import account_id, one_line
from talentscope.runtime.errors import UsageError

MOST_IDS = 2_000_000
BRIEF_NAME = 64


@dataclass(frozen=True)
class Look:
    """When (aware), and the account ids that were there."""

    at: datetime
    ids: frozenset[int]


class Looks:
    """One look for each actor and brief: the last."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def last(self, actor: str, brief_name: str) -> Look | None:
        """The last look, or None before the first."""
        query = select(LOOKS.c.at, LOOKS.c.github_ids).where(LOOKS.c.actor == actor, LOOKS.c.brief_name == brief_name)
        with self._store.read() as connection:
            row = connection.execute(query).first()
        return None if row is None else Look(row.at, frozenset(unpack(row.github_ids)))

    def mark(self, actor: str, brief_name: str, ids: Sequence[int] | Collection[int]) -> Look:
        """Remember that this actor has now seen these accounts for that brief."""
        actor = one_line(actor, "the actor")
        brief_name = one_line(brief_name, "the brief's name", most=BRIEF_NAME)
        if len(ids) > MOST_IDS:
            raise UsageError(f"expected at most {MOST_IDS:,} accounts, came {len(ids):,}", way_out="narrow the brief")
        seen = frozenset(account_id(int(number)) for number in ids)
        look = Look(self._store.now(), seen)
        values = {"actor": actor, "brief_name": brief_name, "at": look.at, "github_ids": pack(seen)}
        with self._store.write() as connection:
            connection.execute(delete(LOOKS).where(LOOKS.c.actor == actor, LOOKS.c.brief_name == brief_name))
            connection.execute(insert(LOOKS).values(**values))
        return look
