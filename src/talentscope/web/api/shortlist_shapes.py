"""Shortlists as the API tells and takes them."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from talentscope.web.api.shapes import Body, Page, Shape

Stage = Literal["new", "shortlisted", "contacted", "replied", "passed", "hired"]
Choice = Literal["yes", "maybe", "no"]


class ShortlistShape(Shape):
    """A shortlist."""

    shortlist_id: int = Field(examples=[1])
    name: str = Field(examples=["Voxel engines, autumn"])
    brief_text: str = Field(description="The YAML of the brief that it was made from; may be empty.")
    created_at: datetime
    created_by: str
    changed_at: datetime
    is_archived: bool = Field(description="Closed for changes.")
    size: int = Field(description="How many are on it.")
    stages: dict[str, int] = Field(description="How many are in each stage.", examples=[{"new": 3, "contacted": 1}])


class ShortlistPage(Page):
    """Shortlists, the last changed first."""

    shortlists: list[ShortlistShape]


class NoteShape(Shape):
    """What somebody wrote about a developer."""

    note_id: int
    text: str
    at: datetime
    actor: str = Field(description="Who wrote it.")


class NotesPage(Page):
    """Notes in the order of time; `next` is always null."""

    notes: list[NoteShape]


class DecisionShape(Shape):
    """yes, maybe or no, by a person."""

    decision: Choice
    reason: str
    at: datetime
    actor: str


class MoveShape(Shape):
    """From one stage to another."""

    from_stage: str
    to_stage: str
    reason: str
    at: datetime
    actor: str


class EntryShape(Shape):
    """A developer on a shortlist. Histories are in the order of time."""

    github_id: int
    login: str
    score: float | None = Field(description="The score when they were added; null if they were not scored.")
    stage: Stage
    added_at: datetime
    added_by: str
    tags: list[str] = Field(description="Words of the team, in the order of the alphabet.")
    notes: list[NoteShape]
    decisions: list[DecisionShape]
    history: list[MoveShape]


class EntryPage(Page):
    """Who is on a shortlist, the best score first."""

    entries: list[EntryShape]


class AddedPeople(Shape):
    """What became of the logins."""

    added: int
    present: int = Field(description="Those who were on it already; they stay as they are.")
    unknown: list[str] = Field(description="Logins that the snapshot does not know, or that may not be shown.")


class NewShortlist(Body):
    """A shortlist to be made."""

    name: str = Field(min_length=1, max_length=200, examples=["Voxel engines, autumn"])
    brief_text: str = Field("", max_length=100_000)


class ShortlistChange(Body):
    """What to change; what is left out stays."""

    name: str | None = Field(None, min_length=1, max_length=200)
    is_archived: bool | None = None


class EntriesBody(Body):
    """Developers to be put on a shortlist."""

    logins: list[Annotated[str, Field(min_length=1, max_length=100)]] = Field(
        min_length=1, max_length=200, examples=[["one-login", "another"]]
    )
    brief: str | None = Field(None, max_length=64, description="The brief to score them for.")


class MoveBody(Body):
    """The stage to move to. `passed` needs a reason, and so does `contacted` while the team waits."""

    stage: Stage = Field(examples=["contacted"])
    reason: str = Field("", max_length=1_000)


class NoteBody(Body):
    """A note to be written."""

    text: str = Field(min_length=1, max_length=10_000, examples=["Wrote the renderer alone; asks for part time."])


class DecisionBody(Body):
    """A decision, with its reason."""

    decision: Choice = Field(examples=["maybe"])
    reason: str = Field(max_length=1_000, examples=["after the first call"])
