"""What ran last, kept in `<home>/schedule.json`, and the lock that lets one `run --due` work at a time."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import orjson
from filelock import FileLock, Timeout

from talentscope.runtime.errors import WarehouseError
from talentscope.runtime.schedule import Last, note_run

WAIT_SECONDS = 10


class PastRuns:
    """Reads and writes what is known of scheduled runs in one data directory. Several processes may."""

    def __init__(self, home: Path) -> None:
        self._path = home / "schedule.json"
        self._home = home

    def read(self) -> dict[str, Last]:
        """By entry; empty before anything ran. What is no list of runs counts as nothing: all is due again then."""
        try:
            told = orjson.loads(self._path.read_bytes())
        except (FileNotFoundError, orjson.JSONDecodeError):
            return {}
        except OSError as error:
            raise self._trouble(error) from error
        runs = told.items() if isinstance(told, dict) else ()
        return {name: _last(facts) for name, facts in runs if isinstance(facts, dict)}

    def note(self, name: str, *, started_at: datetime, ended_at: datetime, code: int) -> None:
        """A run of the entry `name` ended. Raises WarehouseError if that cannot be written."""
        try:
            with FileLock(self._home / "schedule.json.lock", timeout=WAIT_SECONDS):
                after = note_run(self.read(), name, started_at=started_at, ended_at=ended_at, code=code)
                part = self._path.with_suffix(".part")
                part.write_bytes(orjson.dumps(after, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE))
                part.replace(self._path)
        except (OSError, Timeout) as error:
            raise self._trouble(error) from error

    @contextmanager
    def turn(self) -> Iterator[bool]:
        """Whether it is our turn to run what is due: False while another process is at it."""
        lock = FileLock(self._home / "schedule.turn.lock")
        try:
            lock.acquire(blocking=False)
        except Timeout:
            yield False
            return
        except OSError as error:
            raise self._trouble(error) from error
        try:
            yield True
        finally:
            lock.release()

    def _trouble(self, error: Exception) -> WarehouseError:
        return WarehouseError(
            f"what ran last cannot be kept in {self._path}: {error}", way_out="check the rights of the data directory"
        )


def _last(facts: dict[str, Any]) -> Last:
    code = facts.get("code")
    return Last(_moment(facts.get("done_at")), _moment(facts.get("tried_at")), code if isinstance(code, int) else None)


def _moment(text: object) -> datetime | None:
    try:
        moment = datetime.fromisoformat(str(text))
    except ValueError:
        return None
    return moment if moment.tzinfo is not None else None
