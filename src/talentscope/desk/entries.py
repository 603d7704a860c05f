"""What changes a developer's entry on a shortlist: stage, note, tag, decision, contact. Each is signed and audited.

talentscope sends nothing: `contacted` says that somebody of the team wrote, so that the others wait (the cool-down).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select, update

from talentscope.desk import shortlist as shapes
from talentscope.desk.shortlist import MOST_TAGS, Contact, Decision, Entry, Move, Note, Place, Tag
from talentscope.desk.store import Store
from talentscope.desk.tables import CONTACTS, DECISIONS, ENTRIES, MOVES, NOTES, SHORTLISTS, TAGS
from talentscope.desk.wording import NOTE, REASON, account_id, one_line, paragraphs, tag_text
from talentscope.runtime.errors import UsageError

CHUNK = 500
"""Values in one IN (…)."""


class Entries:
    """Changes entries. Methods raise UsageError if the shortlist is archived or the developer is not on it."""

    def __init__(self, store: Store, *, cooldown: timedelta) -> None:
        self._store, self._cooldown = store, cooldown
        self._all_contacts: tuple[int, Mapping[int, Contact]] | None = None  # with the revision they were read at

    def move(self, shortlist_id: int, github_id: int, stage: str, *, actor: str, reason: str = "") -> bool:
        """To another stage; False if they are there already. See `move_many`."""
        return self.move_many(shortlist_id, [github_id], stage, actor=actor, reason=reason) == 1

    def move_many(
        self, shortlist_id: int, github_ids: Sequence[int], stage: str, *, actor: str, reason: str = ""
    ) -> int:
        """Move all of them or, if one may not be moved, none; how many were elsewhere before.

        Raises UsageError for an unknown stage, for `passed` without a reason, and for `contacted` without a reason
        while the team waits after an earlier contact.
        """
        if stage not in shapes.STAGES:
            raise UsageError(f"expected one of {', '.join(shapes.STAGES)}", way_out="choose one of these")
        reason = paragraphs(reason, "the reason", most=REASON, least=0)
        if stage in shapes.REASONED and not reason:
            raise UsageError(f"{stage}: expected a reason, came none", way_out="say why; only the team reads it")
        stamp = {"actor": one_line(actor, "the actor"), "at": self._store.now()}
        with self._store.write() as connection:
            self._find_open(connection, shortlist_id)
            moving = [row for row in self._entries(connection, shortlist_id, github_ids) if row.stage != stage]
            if stage == "contacted":
                self._refuse_early(connection, moving, reason=reason)
            if moving:
                self._write_moves(connection, shortlist_id, moving, stage, {"reason": reason, **stamp})
                self._change(connection, shortlist_id)
        return len(moving)

    def _write_moves(
        self, connection: Connection, shortlist_id: int, rows: Sequence[Any], stage: str, shared: Mapping[str, Any]
    ) -> None:
        about = [{"shortlist_id": shortlist_id, "github_id": row.github_id, **shared} for row in rows]
        for some in chunks({row.entry_id for row in rows}):
            connection.execute(update(ENTRIES).where(ENTRIES.c.entry_id.in_(some)).values(stage=stage))
        moves = [
            {"from_stage": row.stage, "to_stage": stage, **values} for row, values in zip(rows, about, strict=True)
        ]
        connection.execute(insert(MOVES), moves)
        if stage == "contacted":
            connection.execute(insert(CONTACTS), about)
        details = {row.github_id: f"shortlist {shortlist_id}: {row.stage} to {stage}" for row in rows}
        self._store.log_each(connection, "move", actor=str(shared["actor"]), details=details)

    def remove(self, shortlist_id: int, github_id: int, *, actor: str) -> bool:
        """Off the shortlist, with notes, tags, decisions and history there; that somebody wrote to them stays known.

        False if they were not on it.
        """
        with self._store.write() as connection:
            self._find_open(connection, shortlist_id)
            for table in (NOTES, TAGS, DECISIONS, MOVES):
                connection.execute(delete(table).where(_is(table, shortlist_id, github_id)))
            removed = connection.execute(delete(ENTRIES).where(_is(ENTRIES, shortlist_id, github_id))).rowcount
            if removed:
                self._change(connection, shortlist_id)
                detail = f"shortlist {shortlist_id}"
                self._store.log(connection, "unshortlist", actor=actor, detail=detail, github_id=github_id)
        return removed > 0

    def note(self, shortlist_id: int, github_id: int, text: str, *, actor: str) -> Note:
        """Write a note about a developer."""
        text = paragraphs(text, "the note", most=NOTE)
        values = {"text": text, "at": self._store.now(), "actor": one_line(actor, "the actor")}
        with self._store.write() as connection:
            row = self._insert(connection, NOTES, shortlist_id, github_id, values)
            self._store.log(connection, "note", actor=actor, detail=f"shortlist {shortlist_id}", github_id=github_id)
        return Note(**row._mapping)

    def notes(self, github_id: int) -> tuple[Note, ...]:
        """What the team wrote about a developer on any shortlist, the newest first."""
        query = select(NOTES).where(NOTES.c.github_id == github_id).order_by(NOTES.c.note_id.desc())
        with self._store.read() as connection:
            return tuple(Note(**row._mapping) for row in connection.execute(query))

    def tag(self, shortlist_id: int, github_id: int, texts: Iterable[str], *, actor: str) -> int:
        """Put tags on a developer's entry, all or none; how many were not there before."""
        wanted = dict.fromkeys(tag_text(text) for text in texts)
        if not wanted:
            raise UsageError("the tag: expected a word, came none", way_out="write one, or several with commas between")
        shared = {"at": self._store.now(), "actor": one_line(actor, "the actor")}
        with self._store.write() as connection:
            self._find_open(connection, shortlist_id)
            self._entry(connection, shortlist_id, github_id)
            query = select(TAGS.c.text).where(_is(TAGS, shortlist_id, github_id))
            there = set(connection.execute(query).scalars())
            new = [text for text in wanted if text not in there]
            if len(there) + len(new) > MOST_TAGS:
                raise UsageError(f"expected at most {MOST_TAGS} tags on a developer", way_out="take one off first")
            if new:
                about = {"shortlist_id": shortlist_id, "github_id": github_id, **shared}
                connection.execute(insert(TAGS), [{"text": text, **about} for text in new])
                self._change(connection, shortlist_id)
                self._store.log(connection, "tag", actor=actor, detail=f"shortlist {shortlist_id}", github_id=github_id)
        return len(new)

    def untag(self, shortlist_id: int, github_id: int, text: str, *, actor: str) -> bool:
        """Take a tag off; False if it was not there."""
        is_it = _is(TAGS, shortlist_id, github_id) & (TAGS.c.text == tag_text(text))
        with self._store.write() as connection:
            self._find_open(connection, shortlist_id)
            self._entry(connection, shortlist_id, github_id)
            removed = connection.execute(delete(TAGS).where(is_it)).rowcount
            if removed:
                self._change(connection, shortlist_id)
                detail = f"shortlist {shortlist_id}"
                self._store.log(connection, "untag", actor=actor, detail=detail, github_id=github_id)
        return removed > 0

    def decide(self, shortlist_id: int, github_id: int, decision: str, reason: str, *, actor: str) -> Decision:
        """Say yes, maybe or no, and why. An earlier decision stays on record."""
        if decision not in shapes.DECISIONS:
            raise UsageError(f"expected one of {', '.join(shapes.DECISIONS)}", way_out="choose one of these")
        values = {
            "decision": decision,
            "reason": paragraphs(reason, "the reason", most=REASON),
            "at": self._store.now(),
            "actor": one_line(actor, "the actor"),
        }
        with self._store.write() as connection:
            row = self._insert(connection, DECISIONS, shortlist_id, github_id, values)
            detail = f"shortlist {shortlist_id}: {decision}"
            self._store.log(connection, "decide", actor=actor, detail=detail, github_id=github_id)
        return _to_decision(row)

    def decisions(self, github_id: int) -> tuple[Decision, ...]:
        """What was decided about a developer on any shortlist, the newest first."""
        query = select(DECISIONS).where(DECISIONS.c.github_id == github_id).order_by(DECISIONS.c.decision_id.desc())
        with self._store.read() as connection:
            return tuple(_to_decision(row) for row in connection.execute(query))

    def contacted(self, github_ids: Iterable[int] | None = None) -> Mapping[int, Contact]:
        """The last contact of each of them, whether the team still waits or not; of everybody when None."""
        with self._store.read() as connection:
            return self._contacts(connection, None if github_ids is None else set(github_ids))

    def cooling(self) -> Mapping[int, Contact]:
        """Everybody whom the team leaves alone for now."""
        revision, now = self._store.revision(), self._store.now()
        held = self._all_contacts
        if held is None or held[0] != revision:
            held = self._all_contacts = (revision, self.contacted())
        return {number: contact for number, contact in held[1].items() if contact.is_cooling(now)}

    def _contacts(self, connection: Connection, github_ids: set[int] | None) -> dict[int, Contact]:
        last = select(func.max(CONTACTS.c.contact_id)).group_by(CONTACTS.c.github_id)
        query = select(CONTACTS).where(CONTACTS.c.contact_id.in_(last))
        if github_ids is None:
            rows = list(connection.execute(query))
        else:
            rows = [
                row
                for some in chunks(github_ids)
                for row in connection.execute(query.where(CONTACTS.c.github_id.in_(some)))
            ]
        return {row.github_id: self._to_contact(row) for row in rows}

    def _to_contact(self, row: Any) -> Contact:
        return Contact(
            github_id=row.github_id,
            at=row.at,
            by=row.actor,
            shortlist_id=row.shortlist_id,
            until=row.at + self._cooldown,
            reason=row.reason,
        )

    def _refuse_early(self, connection: Connection, rows: Sequence[Any], *, reason: str) -> None:
        if reason:
            return
        now = self._store.now()
        last = self._contacts(connection, {row.github_id for row in rows})
        for row in rows:
            contact = last.get(row.github_id)
            if contact is not None and contact.is_cooling(now):
                raise UsageError(
                    f"{contact.by} wrote to {row.login} on {contact.at:%Y-%m-%d}; the team waits until"
                    f" {contact.until:%Y-%m-%d}",
                    way_out="wait, or give a reason to write again",
                )

    def _insert(
        self, connection: Connection, table: Any, shortlist_id: int, github_id: int, values: Mapping[str, Any]
    ) -> Any:
        self._find_open(connection, shortlist_id)
        self._entry(connection, shortlist_id, github_id)
        made = connection.execute(insert(table).values(shortlist_id=shortlist_id, github_id=github_id, **values))
        self._change(connection, shortlist_id)
        assert made.inserted_primary_key is not None  # noqa: S101 - an insert of one row has its key
        key = next(iter(table.primary_key.columns))
        return connection.execute(select(table).where(key == made.inserted_primary_key[0])).one()

    def _find(self, connection: Connection, shortlist_id: int) -> Any:
        row = connection.execute(select(SHORTLISTS).where(SHORTLISTS.c.shortlist_id == shortlist_id)).first()
        if row is None:
            raise UsageError(f"there is no shortlist {shortlist_id}"[:100], way_out="see the list of shortlists")
        return row

    def _find_open(self, connection: Connection, shortlist_id: int) -> Any:
        row = self._find(connection, shortlist_id)
        if row.archived_at is not None:
            raise UsageError("this shortlist is archived", way_out="reopen it to change it")
        return row

    def _entry(self, connection: Connection, shortlist_id: int, github_id: int) -> Any:
        return self._entries(connection, shortlist_id, [github_id])[0]

    def _entries(self, connection: Connection, shortlist_id: int, github_ids: Sequence[int]) -> list[Any]:
        wanted = {account_id(number) for number in github_ids}
        query = select(ENTRIES).where(ENTRIES.c.shortlist_id == shortlist_id)
        rows = [
            row for some in chunks(wanted) for row in connection.execute(query.where(ENTRIES.c.github_id.in_(some)))
        ]
        if len(rows) < len(wanted):
            raise UsageError("that developer is not on this shortlist", way_out="add them first")
        return rows

    def _change(self, connection: Connection, shortlist_id: int, **values: Any) -> None:
        values["changed_at"] = self._store.now()
        connection.execute(update(SHORTLISTS).where(SHORTLISTS.c.shortlist_id == shortlist_id).values(**values))


def entry_of(row: Any, about: Mapping[str, Sequence[Any]]) -> Entry:
    """An entry out of its row and, by table name, the rows about the same developer on the same shortlist."""
    return Entry(
        shortlist_id=row.shortlist_id,
        github_id=row.github_id,
        login=row.login,
        score=row.score,
        stage=row.stage,
        added_at=row.added_at,
        added_by=row.added_by,
        notes=tuple(Note(**note._mapping) for note in about[NOTES.name]),
        decisions=tuple(_to_decision(one) for one in about[DECISIONS.name]),
        history=tuple(
            Move(move.from_stage, move.to_stage, move.reason, move.at, move.actor) for move in about[MOVES.name]
        ),
        tags=tuple(Tag(tag.text, tag.at, tag.actor) for tag in about[TAGS.name]),
    )


def placed(connection: Connection, github_ids: set[int]) -> Mapping[int, tuple[Place, ...]]:
    """The shortlists that each of them is on; open ones first, then the last added first."""
    joined = ENTRIES.join(SHORTLISTS, SHORTLISTS.c.shortlist_id == ENTRIES.c.shortlist_id)
    query = select(ENTRIES, SHORTLISTS.c.name, SHORTLISTS.c.archived_at).select_from(joined)
    found: defaultdict[int, list[Place]] = defaultdict(list)
    for some in chunks(github_ids):
        rows = connection.execute(query.where(ENTRIES.c.github_id.in_(some)).order_by(ENTRIES.c.entry_id.desc()))
        for row in rows:
            is_archived = row.archived_at is not None
            place = Place(row.shortlist_id, row.name, is_archived, row.stage, row.added_at, row.added_by)
            found[row.github_id].append(place)
    return {number: tuple(sorted(places, key=lambda place: place.is_archived)) for number, places in found.items()}


def chunks(github_ids: Iterable[int]) -> Iterable[list[int]]:
    """In lists that a query can name."""
    ordered = sorted(github_ids)
    return (ordered[start : start + CHUNK] for start in range(0, len(ordered), CHUNK))


def _is(table: Any, shortlist_id: int, github_id: int) -> Any:
    return (table.c.shortlist_id == shortlist_id) & (table.c.github_id == github_id)


def _to_decision(row: Any) -> Decision:
    return Decision(row.shortlist_id, row.github_id, row.decision, row.reason, row.at, row.actor)
