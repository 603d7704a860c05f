"""Entries of a shortlist with what the snapshot and the team know of each: for page, API and files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from talentscope.desk.shortlist import Contact, Entry
from talentscope.runtime.errors import SnapshotMissing
from talentscope.web.parts import Parts

_FACTS = "name, company, location, email, website, twitter, observed_at"


@dataclass(frozen=True)
class PersonRow:
    """One developer on a shortlist. `facts` come from the snapshot and are empty where it knows them no more."""

    entry: Entry
    facts: Mapping[str, Any]
    contact: Contact | None
    is_cooling: bool
    url: str

    @property
    def name(self) -> str:
        """The name of the profile, or nothing."""
        return str(self.facts.get("name") or "")

    @property
    def is_known(self) -> bool:
        """Whether the snapshot has them."""
        return bool(self.facts)

    @property
    def decision(self) -> str:
        """The last decision, or nothing."""
        return self.entry.decisions[-1].decision if self.entry.decisions else ""


def build_rows(parts: Parts, entries: Sequence[Entry]) -> tuple[PersonRow, ...]:
    """Entries with what is known of each."""
    facts = facts_of(parts, entries)
    contacts = parts.desk.shortlists.contacted([entry.github_id for entry in entries])
    now = parts.clock.now()
    return tuple(
        PersonRow(
            entry=entry,
            facts=facts.get(entry.github_id, {}),
            contact=contacts.get(entry.github_id),
            is_cooling=entry.github_id in contacts and contacts[entry.github_id].is_cooling(now),
            url=f"/developers/{facts.get(entry.github_id, {}).get('login') or entry.login}",
        )
        for entry in entries
    )


def facts_of(parts: Parts, entries: Sequence[Entry]) -> Mapping[int, Mapping[str, Any]]:
    """Public facts of these accounts by id, as far as the snapshot has them; none before the first is published."""
    if not entries:
        return {}
    try:
        with parts.reader.read() as reading:
            cursor = reading.connection.execute(
                f"SELECT github_id, login, {_FACTS} FROM developers"
                " WHERE github_id IN (SELECT unnest($ids::BIGINT[])) AND excluded_rule IS DISTINCT FROM 'gone'",
                {"ids": [entry.github_id for entry in entries]},
            )
            columns = [column[0] for column in cursor.description or []]
            return {row[0]: dict(zip(columns, row, strict=True)) for row in cursor.fetchall()}
    except SnapshotMissing:
        return {}
