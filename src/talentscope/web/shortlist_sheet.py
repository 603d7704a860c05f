"""A shortlist as a file: a copy of personal data, so it is stamped, audited, and leaves out who said no."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from talentscope.desk.shortlist import Shortlist
from talentscope.scoring.exports import Row, Sheet
from talentscope.web.shortlist_rows import PersonRow

COLUMNS = {
    "login": "string",
    "github_id": "int64",
    "name": "string",
    "url": "string",
    "stage": "string",
    "score": "double",
    "added_at": "string",
    "added_by": "string",
    "contacted_at": "string",
    "contacted_by": "string",
    "wait_until": "string",
    "decision": "string",
    "decision_reason": "string",
    "decided_by": "string",
    "notes": "string",
    "tags": "string",
    "company": "string",
    "location": "string",
    "email": "string",
    "website": "string",
    "twitter": "string",
    "as_of": "string",
    "shortlist": "string",
    "exported_at": "string",
    "purpose": "string",
}


def make_sheet(shortlist: Shortlist, rows: Sequence[PersonRow], *, site: str, purpose: str, now: datetime) -> Sheet:
    """The sheet of a shortlist. `site` is where profiles are, such as https://github.com; `now` is aware."""
    stamp = {"shortlist": shortlist.name, "exported_at": _utc(now), "purpose": purpose}
    flat = [_row(row, site) | stamp for row in rows]
    return Sheet(
        title="Shortlist",
        columns=COLUMNS,
        rows=flat,
        objects=[
            {**row, "notes": _notes(person), "tags": _tags(person), "history": _history(person)}
            for row, person in zip(flat, rows, strict=True)
        ],
        stamp=stamp,
        about=[
            ("developers", str(len(rows))),
            ("brief", shortlist.brief_text),
            ("source", "public GitHub profiles, and what the team wrote"),
            ("personal data", "delete this file when its purpose is met; honour every request not to be contacted"),
        ],
    )


def _row(row: PersonRow, site: str) -> Row:
    entry, facts = row.entry, row.facts
    decision = entry.decisions[-1] if entry.decisions else None
    login = str(facts.get("login") or entry.login)
    return {
        "login": login,
        "github_id": entry.github_id,
        "name": facts.get("name"),
        "url": f"{site}/{login}",
        "stage": entry.stage,
        "score": entry.score,
        "added_at": _utc(entry.added_at),
        "added_by": entry.added_by,
        "contacted_at": _utc(row.contact.at) if row.contact else None,
        "contacted_by": row.contact.by if row.contact else None,
        "wait_until": _utc(row.contact.until) if row.contact and row.is_cooling else None,
        "decision": decision.decision if decision else None,
        "decision_reason": decision.reason if decision else None,
        "decided_by": decision.actor if decision else None,
        "notes": "\n".join(f"{note.at:%Y-%m-%d} {note.actor}: {note.text}" for note in entry.notes) or None,
        "tags": ", ".join(tag.text for tag in entry.tags) or None,
        **{name: facts.get(name) for name in ("company", "location", "email", "website", "twitter")},
        "as_of": _utc(facts["observed_at"]) if facts.get("observed_at") else None,
    }


def _notes(row: PersonRow) -> list[dict[str, Any]]:
    return [{"text": note.text, "at": _utc(note.at), "by": note.actor} for note in row.entry.notes]


def _tags(row: PersonRow) -> list[dict[str, Any]]:
    return [{"text": tag.text, "at": _utc(tag.at), "by": tag.actor} for tag in row.entry.tags]


def _history(row: PersonRow) -> list[dict[str, Any]]:
    return [
        {"from": move.from_stage, "to": move.to_stage, "reason": move.reason, "at": _utc(move.at), "by": move.actor}
        for move in row.entry.history
    ]


def _utc(value: datetime) -> str:
    return value.astimezone(UTC).isoformat(timespec="seconds")
