"""A desk that a team has worked at: a shortlist with people in several stages, notes, a brief, requests, a key."""

from __future__ import annotations

from dataclasses import dataclass

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


@dataclass(frozen=True)
class Furnished:
    """What is there. `people` are the best leads of minecraft-modders, `listed` of them are on the shortlist."""

    people: tuple[Candidate, ...]
    listed: tuple[Candidate, ...]
    shortlist_id: int


def best(parts: Parts, how_many: int = 12, brief: str = "minecraft-modders") -> tuple[Candidate, ...]:
    """The best leads of a shipped brief."""
    with parts.reader.read() as reading:
        view = View(limit=how_many)
        page = Leads(parts.registry).page(reading.connection, find_brief(brief), view, as_of=reading.as_of)
    return tuple(Candidate(lead.github_id, lead.login, lead.score) for lead in page.leads)


def furnish(parts: Parts) -> Furnished:
    """Work at the desk for a while, as several people."""
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
    desk.briefs.save("modders-abroad", BRIEF, actor="Rana", note="the first try")
    desk.briefs.save(
        "modders-abroad", BRIEF + "weights: {relevance: 3, recency: 2}\n", actor="Tomke", note="fresh work counts"
    )
    desk.requests.submit("object", login="somebody-invented", contact="somebody@example.invalid", text="Leave me out.")
    desk.requests.submit(
        "access", login="another-invented", contact="another@example.invalid", text="What do you have?"
    )
    done = desk.requests.submit(
        "correct", login="third-invented", contact="third@example.invalid", text="My place is wrong."
    )
    desk.requests.settle(done, "done", actor="operator", note="read again from the source")
    desk.keys.create("nightly export", ["read", "export"], actor="operator")
    return Furnished(people, listed, number)
