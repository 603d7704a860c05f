"""What a shortlist is made of, and its stages. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

STAGES = ("new", "shortlisted", "contacted", "replied", "passed", "hired")
DECISIONS = ("yes", "maybe", "no")
MOST_TAGS = 10
"""Tags of one entry."""

REASONED = ("passed",)
"""Stages that nobody is moved to without a reason."""


@dataclass(frozen=True)
class Candidate:
    """An account to be put on a shortlist, with the score it had; None where it was not scored."""

    github_id: int
    login: str
    score: float | None = None


@dataclass(frozen=True)
class Added:
    """What became of the candidates: counts of new ones, of those there already, and of those who said no."""

    added: int
    present: int
    suppressed: int


@dataclass(frozen=True)
class Shortlist:
    """A shortlist. `brief_text` is the brief it was made from; `counts` says how many are in each stage.

    Times are aware.
    """

    shortlist_id: int
    name: str
    brief_text: str
    created_at: datetime
    created_by: str
    changed_at: datetime
    archived_at: datetime | None
    counts: Mapping[str, int]

    @property
    def is_archived(self) -> bool:
        """Whether it is closed for changes."""
        return self.archived_at is not None

    @property
    def size(self) -> int:
        """How many developers are on it."""
        return sum(self.counts.values())


@dataclass(frozen=True)
class Move:
    """From one stage to another; `reason` may be empty."""

    from_stage: str
    to_stage: str
    reason: str
    at: datetime
    actor: str


@dataclass(frozen=True)
class Note:
    """What somebody wrote about a developer, on which shortlist."""

    note_id: int
    shortlist_id: int
    github_id: int
    text: str
    at: datetime
    actor: str


@dataclass(frozen=True)
class Tag:
    """A word that somebody put on a developer's entry, in lower case."""

    text: str
    at: datetime
    actor: str


@dataclass(frozen=True)
class Decision:
    """yes, maybe or no, by a person, with their reason."""

    shortlist_id: int
    github_id: int
    decision: str
    reason: str
    at: datetime
    actor: str


@dataclass(frozen=True)
class Contact:
    """The last time anybody of the team wrote to a developer, why if they said so, and until when the others wait."""

    github_id: int
    at: datetime
    by: str
    shortlist_id: int
    until: datetime
    reason: str

    def is_cooling(self, now: datetime) -> bool:
        """Whether the team still waits."""
        return now < self.until


@dataclass(frozen=True)
class Entry:
    """A developer on a shortlist. Histories are in the order of time."""

    shortlist_id: int
    github_id: int
    login: str
    score: float | None
    stage: str
    added_at: datetime
    added_by: str
    notes: tuple[Note, ...]
    decisions: tuple[Decision, ...]
    history: tuple[Move, ...]
    tags: tuple[Tag, ...]


@dataclass(frozen=True)
class Place:
    """Where a developer is: a shortlist's id and name, and the stage there."""

    shortlist_id: int
    name: str
    is_archived: bool
    stage: str
    added_at: datetime
    added_by: str
