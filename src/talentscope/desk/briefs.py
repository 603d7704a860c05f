"""Briefs saved from the page: every version is kept, and nobody overwrites what somebody else saved meanwhile."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import yaml
from sqlalchemy import Connection, Select, func, insert, select

from talentscope.desk.store import Store
from talentscope.desk.tables import BRIEF_VERSIONS
from talentscope.desk.wording import BRIEF, NAME, REASON, one_line, paragraphs
from talentscope.runtime.errors import UsageError

_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")


@dataclass(frozen=True)
class SavedBrief:
    """One version of a brief. `text` is its YAML; `version` counts from 1; `saved_at` is aware."""

    name: str
    title: str
    text: str
    version: int
    saved_at: datetime
    saved_by: str
    note: str


class SavedElsewhere(UsageError):
    """Somebody saved meanwhile; `now` is what stands there now, or None if it was deleted."""

    def __init__(self, message: str, *, now: SavedBrief | None, way_out: str) -> None:
        super().__init__(message, way_out=way_out)
        self.now = now


class Briefs:
    """Reads and writes saved briefs. Whether a text is a brief is for scoring to say, before it comes here."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def list(self) -> tuple[SavedBrief, ...]:
        """The newest version of every brief that is not deleted, by name."""
        newest = select(BRIEF_VERSIONS.c.name, func.max(BRIEF_VERSIONS.c.version).label("version"))
        newest_of = newest.group_by(BRIEF_VERSIONS.c.name).subquery()
        joined = BRIEF_VERSIONS.join(
            newest_of,
            (newest_of.c.name == BRIEF_VERSIONS.c.name) & (newest_of.c.version == BRIEF_VERSIONS.c.version),
        )
        query = select(BRIEF_VERSIONS).select_from(joined).where(~BRIEF_VERSIONS.c.is_deleted)
        with self._store.read() as connection:
            return tuple(_to_brief(row) for row in connection.execute(query.order_by(BRIEF_VERSIONS.c.name)))

    def get(self, name: str) -> SavedBrief | None:
        """The newest version, or None if there is no such brief or it was deleted."""
        with self._store.read() as connection:
            row = _newest(connection, name)
        return None if row is None or row.is_deleted else _to_brief(row)

    def history(self, name: str) -> tuple[SavedBrief, ...]:
        """Every version, the newest first; what was deleted has its text in the version before."""
        with self._store.read() as connection:
            return tuple(_to_brief(row) for row in connection.execute(_versions(name)) if not row.is_deleted)

    def save(
        self, name: str, text: str, *, actor: str, note: str = "", expected_version: int | None = None
    ) -> SavedBrief:
        """Save a new version; a text that already stands there is saved once. `expected_version` 0 means: a new one.

        Raises SavedElsewhere if not `expected_version` stands there, UsageError for a bad name or text.
        """
        if _NAME.fullmatch(name) is None:
            way_out = "for example minecraft-modders"
            raise UsageError("expected a name of lower-case letters, digits and hyphens, at most 64", way_out=way_out)
        text = paragraphs(text, "the brief", most=BRIEF)
        with self._store.write() as connection:
            row = _newest(connection, name)
            _refuse_stale(row, name, expected_version)
            if row is not None and not row.is_deleted and row.text == text:
                return _to_brief(row)
            return self._insert(connection, row, name=name, text=text, note=note, actor=actor, action="save brief")

    def restore(self, name: str, version: int, *, actor: str) -> SavedBrief:
        """Make an old version the newest. Raises UsageError if there is none of that number."""
        with self._store.write() as connection:
            old = connection.execute(_versions(name).where(BRIEF_VERSIONS.c.version == version)).first()
            if old is None or old.is_deleted:
                raise UsageError(f"there is no version {version} of {name}"[:200], way_out="see its history")
            row = _newest(connection, name)
            note = f"version {version} again"
            return self._insert(
                connection, row, name=name, text=old.text, note=note, actor=actor, action="restore brief"
            )

    def delete(self, name: str, *, actor: str) -> bool:
        """Take a brief off the list; its history stays and can be restored. False if there was none."""
        with self._store.write() as connection:
            row = _newest(connection, name)
            if row is None or row.is_deleted:
                return False
            self._insert(connection, row, name=name, text="", note="", actor=actor, action="delete brief")
        return True

    def _insert(
        self, connection: Connection, row: Any, *, name: str, text: str, note: str, actor: str, action: str
    ) -> SavedBrief:
        values = {
            "name": name,
            "version": 1 if row is None else row.version + 1,
            "title": _title(text),
            "text": text,
            "note": one_line(note, "the note", most=REASON, least=0),
            "is_deleted": action == "delete brief",
            "saved_at": self._store.now(),
            "saved_by": one_line(actor, "the actor"),
        }
        connection.execute(insert(BRIEF_VERSIONS).values(**values))
        self._store.log(connection, action, actor=actor, detail=f"{name}, version {values['version']}")
        return SavedBrief(**{key: value for key, value in values.items() if key != "is_deleted"})  # type: ignore[arg-type]


def _newest(connection: Connection, name: str) -> Any:
    return connection.execute(_versions(name).limit(1)).first()


def _versions(name: str) -> Select[Any]:
    return select(BRIEF_VERSIONS).where(BRIEF_VERSIONS.c.name == name).order_by(BRIEF_VERSIONS.c.version.desc())


def _to_brief(row: Any) -> SavedBrief:
    return SavedBrief(row.name, row.title, row.text, row.version, row.saved_at, row.saved_by, row.note)


def _refuse_stale(row: Any, name: str, expected_version: int | None) -> None:
    stands = 0 if row is None or row.is_deleted else row.version
    if expected_version is None or expected_version == stands:
        return
    if stands == 0:
        happened = "it was deleted" if row is not None else "there is none of that name"
        raise SavedElsewhere(
            f"{name}: expected version {expected_version}, but {happened}", now=None, way_out="save it as a new brief"
        )
    raise SavedElsewhere(
        f"{name}: {row.saved_by} saved version {stands} on {row.saved_at:%Y-%m-%d %H:%M} UTC, meanwhile",
        now=_to_brief(row),
        way_out="look at what changed, then save again; or save under another name",
    )


def _title(text: str) -> str:
    """The title that the YAML states; nothing where it is no YAML."""
    try:
        read: Sequence[Any] | dict[str, Any] | Any = yaml.safe_load(text)
    except (yaml.YAMLError, ValueError, RecursionError):
        return ""
    title = read.get("title") if isinstance(read, dict) else None
    return " ".join(title.split())[:NAME] if isinstance(title, str) else ""
