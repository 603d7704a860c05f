"""Where one developer is in the team's work: for templates/shortlists/_state.html, which other pages include.

A page passes `state=shortlist_state(parts, user, github_id)` and includes the template; its forms work by themselves
and come back to that page.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from talentscope.desk.shortlist import DECISIONS, STAGES, Contact, Decision, Note, Place, Shortlist
from talentscope.runtime.errors import UsageError
from talentscope.web.parts import Parts
from talentscope.web.signin.identity import Role, User


@dataclass(frozen=True)
class Trouble:
    """Why a form was refused, beside the form, with what was typed."""

    github_id: int
    form: str
    message: str
    way_out: str
    typed: Mapping[str, str] = field(default_factory=dict)
    shortlist_id: int = 0


@dataclass(frozen=True)
class ShortlistState:
    """A developer's shortlists, notes and decisions (newest first), and whether the team waits after a contact.

    `choices` are open shortlists that they are not on. `shortlist_names` tells all shortlists by id.
    """

    github_id: int
    places: tuple[Place, ...]
    choices: tuple[Shortlist, ...]
    notes: tuple[Note, ...]
    decisions: tuple[Decision, ...]
    contact: Contact | None
    is_cooling: bool
    can_write: bool
    shortlist_names: Mapping[int, str]
    trouble: Trouble | None = None
    query: str = ""
    stages: tuple[str, ...] = STAGES
    verdicts: tuple[str, ...] = DECISIONS

    @property
    def open_places(self) -> tuple[Place, ...]:
        """The shortlists where something can be changed."""
        return tuple(place for place in self.places if not place.is_archived)


def shortlist_state(
    parts: Parts, user: User, github_id: int, *, query: str = "", trouble: Trouble | None = None
) -> ShortlistState:
    """What the team knows of this account. `query`: the leads address it was found by, kept with a new shortlist."""
    room = parts.desk.shortlists
    places = room.of_account(github_id)
    lists = room.list()
    there = {place.shortlist_id for place in places}
    contact = room.contacted([github_id]).get(github_id)
    return ShortlistState(
        github_id=github_id,
        places=places,
        choices=tuple(one for one in lists if not one.is_archived and one.shortlist_id not in there),
        notes=room.notes(github_id),
        decisions=room.decisions(github_id),
        contact=contact,
        is_cooling=contact is not None and contact.is_cooling(parts.clock.now()),
        can_write=user.role >= Role.recruiter,
        shortlist_names={one.shortlist_id: one.name for one in lists},
        trouble=trouble,
        query=query,
    )


def trouble_of(
    error: UsageError, *, github_id: int, form: str, typed: Mapping[str, str], shortlist_id: int = 0
) -> Trouble:
    """A refusal as a page shows it."""
    return Trouble(github_id, form, error.message, error.way_out, typed, shortlist_id)
