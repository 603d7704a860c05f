"""What the pages of briefs show: where each brief comes from, what is wrong with a text, what changed between two."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from difflib import unified_diff
from pathlib import Path

from talentscope.desk.briefs import SavedBrief
from talentscope.desk.desk import Desk
from talentscope.runtime.errors import BriefError, SnapshotMissing
from talentscope.scoring.brief import NAME, Brief, find_brief, list_briefs, parse_brief, shipped_folder
from talentscope.scoring.markup import MAX_BYTES
from talentscope.scoring.ranking import View
from talentscope.web.errors import NotHere
from talentscope.web.parts import Parts
from talentscope.web.queries_asking import ask_for

OWN_FOLDER = Path("briefs")
BEGINNING = """\
name: my-brief
title: What you look for
topics: [minecraft]
languages: [Java, Kotlin]
repository: {stars: {min: 3}, pushed_within_days: 365}
developer: {contact: any}
"""
SOURCE = "brief"
EVERY_KEY = "change it there; `What may stand in a brief` shows every key"
_PLACE = re.compile(rf"{SOURCE}:(\d+): (.*)", re.DOTALL)


@dataclass(frozen=True)
class Listed:
    """A brief in the list. `origin` is saved, file or shipped; `trouble` says why it is none any more."""

    name: str
    title: str
    origin: str
    version: int = 0
    saved_at: datetime | None = None
    saved_by: str = ""
    trouble: str = ""


@dataclass(frozen=True)
class Verdict:
    """What is to be said of a text. `line` counts from 1; `total` is None where nothing is published to count in."""

    brief: Brief | None = None
    line: int = 0
    message: str = ""
    way_out: str = ""
    total: int | None = None


@dataclass(frozen=True)
class Change:
    """One version with what it changed: lines with their sign."""

    saved: SavedBrief
    lines: tuple[tuple[str, str], ...]


def list_all(desk: Desk) -> list[Listed]:
    """Every brief by name; one that is saved stands before a file, and one in briefs/ before one that is shipped."""
    found: dict[str, Listed] = {}
    for name in list_briefs():
        origin = _origin(name)
        try:
            found[name] = Listed(name, find_brief(name).title, origin)
        except BriefError as error:
            found[name] = Listed(name, "", origin, trouble=error.message)
    for saved in desk.briefs.list():
        found[saved.name] = Listed(saved.name, saved.title, "saved", saved.version, saved.saved_at, saved.saved_by)
    return [found[name] for name in sorted(found)]


def text_of(desk: Desk, name: str) -> tuple[str, SavedBrief | None]:
    """The text of a brief as it stands, and what is saved of it. Raises NotHere."""
    saved = desk.briefs.get(name) if NAME.fullmatch(name) else None
    if saved is not None:
        return saved.text, saved
    path = _file(name) if NAME.fullmatch(name) else None
    if path is None:
        raise NotHere(f"there is no brief {name[:80]!r}", way_out="see the list of briefs")
    return path.read_text(encoding="utf-8-sig"), None


def parse_text(text: str) -> Brief:
    """A brief out of what was typed. Raises BriefError."""
    if len(text.encode("utf-8", "replace")) > MAX_BYTES:
        raise BriefError(f"{SOURCE}:1: expected at most {MAX_BYTES:,} bytes, came more", way_out="a brief is short")
    return parse_brief(text.replace("\r\n", "\n"), source=SOURCE)


def judge(parts: Parts, text: str) -> Verdict:
    """Whether a text is a brief, and how many leads it would give now. Changes nothing."""
    try:
        brief = parse_text(text)
    except BriefError as error:
        found = _PLACE.match(error.message)
        line, message = (int(found[1]), found[2]) if found else (0, error.message)
        is_path = str(shipped_folder()) in error.way_out  # of this machine: no business of whoever types
        return Verdict(line=line, message=message, way_out=EVERY_KEY if is_path else error.way_out)
    try:
        with parts.reader.read() as reading:
            asking = ask_for(parts, reading)
            view = View(limit=1, without_ids=asking.hidden | asking.cooling)
            return Verdict(brief=brief, total=asking.page(brief, view).total)
    except SnapshotMissing:
        return Verdict(brief=brief)


def show_history(versions: Sequence[SavedBrief]) -> list[Change]:
    """Versions, the newest first, each with what it changed."""
    before = [*(version.text for version in versions[1:]), ""]
    return [Change(saved, diff(old, saved.text)) for saved, old in zip(versions, before, strict=True)]


def diff(old: str, new: str) -> tuple[tuple[str, str], ...]:
    """Lines that went (-), came (+) or stand around them ( ), without the heads that programs want."""
    lines = list(unified_diff(old.splitlines(), new.splitlines(), n=2, lineterm=""))[3:]  # two heads, the first gap
    return tuple((line[0], line[1:]) for line in lines if line[0] in "+- @")


def _origin(name: str) -> str:
    path = _file(name)
    return "shipped" if path is not None and path.parent.resolve() == shipped_folder() else "file"


def _file(name: str) -> Path | None:
    places = (OWN_FOLDER, shipped_folder())
    return next((folder / f"{name}.yaml" for folder in places if (folder / f"{name}.yaml").is_file()), None)
