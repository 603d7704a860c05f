"""What the pages of privacy tell: what is held about people by source, and what an operator sees of a request."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from talentscope.desk.desk import Desk
from talentscope.desk.requests import Request
from talentscope.runtime.errors import SnapshotMissing
from talentscope.warehouse.columns import read_columns
from talentscope.warehouse.person import find_account, held_about
from talentscope.web.parts import Parts

KINDS = {
    "object": ("Leave me out", "Never shown, scored or collected again, from the moment that we have read this."),
    "access": ("Show me what you hold", "You get all of it, with its sources."),
    "erase": ("Delete what you hold", "All of it goes; a keyed hash stays, so that you are never collected again."),
    "correct": ("Put something right", "Say what is wrong and what is right."),
}
OUTCOMES = {"done": "Done", "refused": "Refused", "not_found": "Nobody of that name is held"}

_PROFILE = (
    "login", "name", "bio", "company", "location", "email", "website", "twitter", "followers", "following",
    "public_repositories", "account_created_at", "type", "github_id", "node_id",
)  # fmt: skip


@dataclass(frozen=True)
class Held:
    """A group of what is held about a person: column -> what it is."""

    title: str
    source: str
    purpose: str
    how_long: str
    fields: Mapping[str, str]


def what_is_held(purpose: str, retention: timedelta) -> list[Held]:
    """Everything that may be held about somebody, by source; the sentences are those of the dictionary."""
    age = f"Read anew while it is found; deleted when it was not seen again on GitHub for {retention.days} days."
    developers, repositories = read_columns("marts", "developers"), read_columns("marts", "repositories")
    developers, repositories = _brief(developers), _brief(repositories)
    profile = {name: developers[name] for name in _PROFILE}
    derived = {name: said for name, said in developers.items() if name not in profile}
    return [
        Held("Your public GitHub profile", "GitHub's public API", f"To find and reach people: {purpose}", age, profile),
        Held("Your public repositories", "GitHub's public API", "To tell what somebody works on", age, repositories),
        Held(
            "What is worked out of these",
            "talentscope, from the two above",
            "To order a list that people read: nobody is chosen or turned down by a score alone",
            "As long as what it is worked out of.",
            derived | {"score": "For each brief: how well public work fits it, with every reason and its evidence."},
        ),
        Held(
            "What the team writes",
            "People of this team",
            "To work together, and not to write to anybody twice",
            "Until you say no, or the team takes you off its list. It is deleted at once then.",
            {
                "shortlist": "Which shortlist you are on, at which stage, since when.",
                "notes, tags and decisions": "What somebody noted, tagged or decided, with the reason.",
                "contact": "When somebody of the team wrote to you.",
                "looks": "That your name was in a list that somebody had looked at.",
            },
        ),
        Held(
            "What you ask us here",
            "You",
            "To answer you",
            "Until it is erased on your request. The record of who did what knows you by a keyed hash only.",
            {"request": "Your login, how we reach you, and what you write in the form below."},
        ),
    ]


def _brief(columns: Mapping[str, str]) -> dict[str, str]:
    """The first half of each sentence; what follows a semicolon is for those who write queries."""
    return {name: said.partition(";")[0].removesuffix(".") + "." for name, said in columns.items()}


@dataclass(frozen=True)
class Shown:
    """A request as an operator sees it in the queue."""

    request: Request
    title: str
    days_left: int
    kind: str


def show_request(request: Request, now: datetime) -> Shown:
    """A request with how many days are left to answer it; the law gives one month."""
    days = (request.due_at - now).days
    is_late = request.state == "open" and days < 0
    return Shown(request, KINDS[request.kind][0], days, "bad" if is_late else "warn" if days < 7 else "")


@dataclass(frozen=True)
class Found:
    """What is held about the person of a request. `is_in_snapshot` is None where nothing is published."""

    github_id: int | None
    is_in_snapshot: bool | None
    repositories: int
    desk: Sequence[tuple[str, int]]
    is_suppressed: bool


def find_person(parts: Parts, login: str) -> tuple[Found, dict[str, Any]]:
    """What is held about a login: as a summary, and all of it as the person gets it. Nothing for one erased since."""
    if not login:
        return Found(None, None, 0, (), is_suppressed=True), {}
    github_id: int | None = None
    is_there: bool | None = None
    snapshot: dict[str, Any] = {"profile": [], "repositories": []}
    try:
        with parts.reader.read() as reading:
            account = find_account(reading.connection, login=login)
            is_there = account is not None
            if account is not None:
                github_id = account[0]
                retention = parts.settings.retention
                snapshot = held_about(reading.connection, github_id, site=reading.site, retention=retention)
            snapshot["published_at"] = reading.published_at.isoformat(timespec="seconds")
    except SnapshotMissing:
        pass
    desk: Desk = parts.desk
    written = desk.person.export(github_id, login)
    rows = [(name.replace("_", " "), len(lines)) for name, lines in written.items() if lines]
    is_suppressed = desk.is_suppressed(github_id, login)
    found = Found(github_id, is_there, len(snapshot["repositories"]), rows, is_suppressed)
    return found, {"about": {"login": login, "github_id": github_id}, "snapshot": snapshot, "desk": written}
