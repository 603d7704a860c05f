"""What the schedule ran: the end of each run, the last fifty of each entry."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import orjson
from sqlalchemy import Connection, Row, delete, func, insert, select

from talentscope.desk.store import Store
from talentscope.desk.tables import MESSAGE_LENGTH, PAST_RUNS
from talentscope.runtime.schedule import BY_NAME, Ending, Last, ending_of

KEPT = 50
FORMER_FILE = "schedule.json"
"""Where what ran last was kept before the desk did."""


@dataclass(frozen=True)
class PastRun:
    """A run of the schedule that ended; times are aware. `ran_as` names another entry where that one covered it, and
    `message` says why it failed."""

    entry: str
    ran_as: str
    started_at: datetime
    ended_at: datetime
    code: int
    ending: Ending
    has_done: bool
    run_id: str
    message: str = ""


class PastRuns:
    """Reads and writes what is known of scheduled runs. Several processes may."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def read(self) -> dict[str, Last]:
        """What is known of each entry, for schedule.plan; empty before anything ran."""
        newest = _newest(PAST_RUNS.c.ended_at).subquery()
        done = _newest(PAST_RUNS.c.started_at, PAST_RUNS.c.has_done).subquery()
        with self._store.read() as connection:
            last = connection.execute(select(newest).where(newest.c.place == 1)).all()
            done_at = {row.entry: row.started_at for row in connection.execute(select(done).where(done.c.place == 1))}
        return {
            row.entry: Last(
                done_at.get(row.entry),
                row.started_at,
                row.ended_at,
                row.code,
                Ending(row.ending),
                row.run_id,
                row.ran_as,
                row.message,
            )
            for row in last
        }

    def list(self, entry: str | None = None, *, limit: int = KEPT) -> list[PastRun]:
        """Runs of one entry or of all, the newest first."""
        query = select(PAST_RUNS).order_by(PAST_RUNS.c.ended_at.desc(), PAST_RUNS.c.past_run_id.desc()).limit(limit)
        if entry is not None:
            query = query.where(PAST_RUNS.c.entry == entry)
        with self._store.read() as connection:
            return [_past_run(row) for row in connection.execute(query)]

    def ended_well(self, entry: str) -> datetime | None:
        """When the last run that did the entry's window ended."""
        return next((run.ended_at for run in self.list(entry) if run.has_done), None)

    def note(
        self,
        name: str,
        *,
        started_at: datetime,
        ended_at: datetime,
        code: int,
        ending: Ending | None = None,
        run_id: str = "",
        message: str = "",
    ) -> None:
        """A run of the entry `name`, and so of each that it covers, ended. `ending` is told by the code if not given.

        Raises DeskError.
        """
        entry, ending = BY_NAME[name], ending or ending_of(code)
        shared = {"ran_as": name, "code": code, "ending": ending.value, "has_done": entry.has_done(ending)}
        shared |= {"started_at": started_at, "ended_at": ended_at, "run_id": run_id}
        shared |= {"message": message[:MESSAGE_LENGTH]}
        with self._store.append() as connection:
            for one in (name, *entry.covers):
                connection.execute(insert(PAST_RUNS).values(entry=one, **shared))
                _forget_old(connection, one)

    def adopt(self, home: Path) -> None:
        """Take over what an older version kept in `<home>/schedule.json`, once: the file goes.

        What cannot be read of it counts as nothing: that entry is due then.
        """
        path = home / FORMER_FILE
        try:
            told = orjson.loads(path.read_bytes())
        except FileNotFoundError:
            return
        except (OSError, orjson.JSONDecodeError):
            told = {}
        known = self.read()
        for name, facts in told.items() if isinstance(told, dict) else ():
            if name in BY_NAME and name not in known and isinstance(facts, dict):
                self._adopt(name, facts)
        for left in (path, home / "schedule.json.lock", home / "schedule.turn.lock"):
            with suppress(OSError):  # a file that cannot go changes nothing: the desk knows better from now on
                left.unlink(missing_ok=True)

    def _adopt(self, name: str, facts: Mapping[str, Any]) -> None:
        done_at, tried_at, code = _moment(facts.get("done_at")), _moment(facts.get("tried_at")), facts.get("code")
        rows = []
        if done_at is not None:
            rows.append((done_at, done_at, 0))
        if tried_at is not None and isinstance(code, int) and (done_at is None or code):
            rows.append((tried_at, tried_at, code))
        with self._store.append() as connection:
            for started_at, ended_at, ended_with in rows:
                ending = ending_of(ended_with)
                has_done = BY_NAME[name].has_done(ending)
                connection.execute(
                    insert(PAST_RUNS).values(
                        entry=name,
                        ran_as=name,
                        started_at=started_at,
                        ended_at=ended_at,
                        code=ended_with,
                        ending=ending.value,
                        has_done=has_done,
                        run_id="",
                    )
                )


def _newest(order: Any, *conditions: Any) -> Any:
    """Rows with their place among those of their entry."""
    place = func.row_number().over(
        partition_by=PAST_RUNS.c.entry, order_by=(order.desc(), PAST_RUNS.c.past_run_id.desc())
    )
    return select(PAST_RUNS, place.label("place")).where(*conditions)


def _forget_old(connection: Connection, entry: str) -> None:
    """Keep the last of an entry, and the newest that did its window however long ago that is."""
    of_entry = PAST_RUNS.c.entry == entry
    newest = select(PAST_RUNS.c.past_run_id).where(of_entry).order_by(PAST_RUNS.c.past_run_id.desc()).limit(KEPT)
    done = select(func.max(PAST_RUNS.c.past_run_id)).where(of_entry, PAST_RUNS.c.has_done)
    kept = [*connection.scalars(newest), *connection.scalars(done)]
    connection.execute(delete(PAST_RUNS).where(of_entry, PAST_RUNS.c.past_run_id.not_in(kept)))


def _past_run(row: Row[Any]) -> PastRun:
    return PastRun(
        row.entry,
        row.ran_as,
        row.started_at,
        row.ended_at,
        row.code,
        Ending(row.ending),
        row.has_done,
        row.run_id,
        row.message,
    )


def _moment(text: object) -> datetime | None:
    try:
        moment = datetime.fromisoformat(str(text))
    except ValueError:
        return None
    return moment if moment.tzinfo is not None else None
