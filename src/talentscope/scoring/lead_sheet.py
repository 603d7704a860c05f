"""Leads as rows of a file. Every row is stamped with brief, time and purpose: an export is a copy of personal data."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from talentscope.scoring.exports import Row, Sheet, export
from talentscope.scoring.lead import Lead
from talentscope.scoring.rules import COMPONENTS

COLUMNS: dict[str, str] = {
    "rank": "int64",
    "login": "string",
    "github_id": "int64",
    "name": "string",
    "url": "string",
    "score": "double",
    "score_low": "double",
    "score_high": "double",
    **dict.fromkeys(COMPONENTS, "double"),
    "reasons": "string",
    "repositories": "string",
    "followers": "int64",
    "email": "string",
    "website": "string",
    "twitter": "string",
    "company": "string",
    "employer": "string",
    "employer_company_id": "string",
    "location": "string",
    "as_of": "string",
    "brief": "string",
    "query": "string",
    "exported_at": "string",
    "purpose": "string",
}


@dataclass(frozen=True)
class Stamp:
    """What every exported row carries: the brief's name, when it was exported (aware), and what for.

    `query` is what made another list of it than the brief as saved, as an address says it; empty for that one.
    """

    brief: str
    exported_at: datetime
    purpose: str
    query: str = ""

    def to_dict(self) -> dict[str, str]:
        """Plain text, the time in UTC."""
        return {
            "brief": self.brief,
            "query": self.query,
            "exported_at": self.exported_at.astimezone(UTC).isoformat(timespec="seconds"),
            "purpose": self.purpose,
        }


def export_leads(leads: Sequence[Lead], *, stamp: Stamp, kind: str, path: Path | None) -> bytes | None:
    """Write leads as csv, xlsx, json or parquet into `path`, or return the bytes when there is no path.

    Raises UsageError for an unknown kind, TalentscopeError when the file cannot be written.
    """
    sheet = Sheet(
        title="Leads",
        columns=COLUMNS,
        rows=[_row(lead, stamp) for lead in leads],
        objects=[{**lead.to_dict(), **stamp.to_dict()} for lead in leads],
        stamp=stamp.to_dict(),
        about=_about(leads),
    )
    return export(sheet, kind=kind, path=path)


def _row(lead: Lead, stamp: Stamp) -> Row:
    return {
        "rank": lead.rank,
        "login": lead.login,
        "github_id": lead.github_id,
        "name": lead.name,
        "url": lead.url,
        "score": lead.score,
        "score_low": lead.score_low,
        "score_high": lead.score_high,
        **{component.name: component.value for component in lead.components},
        "reasons": "; ".join(str(reason) for reason in lead.reasons),
        "repositories": " ".join(repository.full_name for repository in lead.repositories),
        "followers": lead.followers,
        **lead.contacts,
        "company": lead.company,
        "employer": lead.employer.name if lead.employer else None,
        "employer_company_id": lead.employer.company_id if lead.employer else None,
        "location": lead.location,
        "as_of": lead.as_of.isoformat(),
        **stamp.to_dict(),
    }


def _about(leads: Sequence[Lead]) -> list[tuple[str, str]]:
    return [
        ("leads", str(len(leads))),
        ("source", "public GitHub profiles and repositories, collected by talentscope"),
        ("personal data", "delete this file when its purpose is met; honour every request not to be contacted"),
        ("score", "0 to 100, the weighted mean of the known components; low and high put the unknown at 0 and at 1"),
    ]
