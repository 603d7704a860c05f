"""A desk that a team has worked at: shortlists with people in several stages, notes, a brief, requests, a key, runs."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from talentscope.desk.shortlist import Candidate
from talentscope.scoring.brief import find_brief
from talentscope.scoring.browse import Leads
from talentscope.scoring.ranking import View
from talentscope.web.parts import Parts

BRIEF = """\
name: modders-abroad
title: Modders who write Java
topics: [minecraft]
languages: [Java]
developer: {followers: {max: 500}}
"""


JOB = "20261121T120000-0a1b2c3d"
"""A run that was started from the page and has ended."""


@dataclass(frozen=True)
class Furnished:
    """What is there. `people` are the best leads of minecraft-modders, `listed` of them are on the shortlist.

    `nobody` is no lead for any brief, `request` the reference of an open one.
    """

    people: tuple[Candidate, ...]
    listed: tuple[Candidate, ...]
    shortlist_id: int
    nobody: str
    request: str


def best(parts: Parts, how_many: int = 12, brief: str = "minecraft-modders") -> tuple[Candidate, ...]:
    """The best leads of a shipped brief."""
    with parts.reader.read() as reading:
        view = View(limit=how_many)
        page = Leads(parts.registry).page(reading.connection, find_brief(brief), view, as_of=reading.as_of)
    return tuple(Candidate(lead.github_id, lead.login, lead.score) for lead in page.leads)


def furnish(parts: Parts, said: str = "asked for 12 queries") -> Furnished:
    """Work at the desk for a while, as several people; `said` is what a run told on its way."""
    desk, people = parts.desk, best(parts)
    listed = people[2:8]
    number = desk.shortlists.create("Modders for the game team", actor="Rana", brief_text=BRIEF)
    desk.shortlists.add(number, listed, actor="Rana")
    for candidate, stage, why in zip(
        listed[:4],
        ("shortlisted", "contacted", "passed", "contacted"),
        ("", "", "moved to another field", ""),
        strict=True,
    ):
        desk.shortlists.move(number, candidate.github_id, stage, actor="Tomke", reason=why)
    desk.shortlists.move(number, listed[3].github_id, "replied", actor="Tomke", reason="glad to talk in spring")
    desk.shortlists.note(number, listed[0].github_id, "Wrote the loader that half of the packs use.", actor="Rana")
    desk.shortlists.tag(number, listed[0].github_id, ["rendering", "part time"], actor="Rana")
    desk.shortlists.tag(number, listed[2].github_id, ["rendering"], actor="Tomke")
    desk.shortlists.decide(number, listed[0].github_id, "yes", "Finishes what he begins.", actor="Rana")
    desk.shortlists.create("For next year", actor="Tomke")
    desk.shortlists.archive(desk.shortlists.create("Of last year", actor="Tomke"), actor="Tomke")
    desk.briefs.save("modders-abroad", BRIEF, actor="Rana", note="the first try")
    desk.briefs.save(
        "modders-abroad", BRIEF + "weights: {relevance: 3, recency: 2}\n", actor="Tomke", note="fresh work counts"
    )
    asked = desk.requests.submit(
        "object", login="somebody-invented", contact="somebody@example.invalid", text="Leave me out."
    )
    desk.requests.submit(
        "access", login="another-invented", contact="another@example.invalid", text="What do you have?"
    )
    done = desk.requests.submit(
        "correct", login="third-invented", contact="third@example.invalid", text="My place is wrong."
    )
    desk.requests.settle(done, "done", actor="operator", note="read again from the source")
    desk.keys.create("nightly export", ["read", "export"], actor="operator")
    _leave_job(parts.settings.home / "jobs" / JOB, said)
    return Furnished(people, listed, number, _find_nobody(parts), asked)


def _find_nobody(parts: Parts) -> str:
    """Somebody whom a rule keeps out of all leads, and who may be shown."""
    with parts.reader.read() as reading:
        found = reading.connection.execute(
            "SELECT login FROM developers WHERE excluded_rule NOT IN ('gone') ORDER BY followers DESC NULLS LAST, login"
        ).fetchone()
    assert found is not None, "the world has nobody who is excluded"
    return str(found[0])


def _leave_job(folder: Path, said: str) -> None:
    """The files of a run that failed on the way."""
    folder.mkdir(parents=True)
    at = "2026-11-21T12:00:00+00:00"
    facts = {"title": f"Talent for {said}", "words": ["talent"], "started_by": said, "pid": 0, "born_at": 0.0}
    told = [
        {"at": at, "event": "stage", "name": said, "total": 4},
        {"at": at, "event": "advance", "done": 3, "requests": {"search": 2}},
        {"at": at, "event": "note", "text": said},
        {"at": at, "event": "end", "code": 1, "message": said, "way_out": said},
    ]
    (folder / "job.json").write_text(json.dumps(facts | {"started_at": at}))
    (folder / "events.jsonl").write_text("".join(f"{json.dumps(line)}\n" for line in told))
    (folder / "log.txt").write_text(f"{said}\n")
