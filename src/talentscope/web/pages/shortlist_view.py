"""What the pages of shortlists show: who is on one, with what the snapshot and the team know of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from talentscope.desk.shortlist import STAGES, Entry, Shortlist
from talentscope.web.parts import Parts
from talentscope.web.shortlist_rows import PersonRow, build_rows, facts_of

PAGE_SIZE = 50


@dataclass(frozen=True)
class Wanted:
    """Which part of a shortlist somebody looks at. `page` counts from 1."""

    stage: str = ""
    text: str = ""
    page: int = 1
    tag: str = ""

    def has(self, entry: Entry) -> bool:
        """Whether an entry is in that stage and has that tag."""
        return self.stage in {"", entry.stage} and (not self.tag or self.tag in {tag.text for tag in entry.tags})

    def pairs(self, **changes: str) -> dict[str, str]:
        """What an address says of it, but for the page; `changes` are told in place of what it says."""
        said = {"stage": self.stage, "tag": self.tag, "q": self.text} | changes
        return {name: value for name, value in said.items() if value}


@dataclass(frozen=True)
class PersonPage:
    """A page of a shortlist: its rows, how many pass, and where they stand among these."""

    rows: tuple[PersonRow, ...]
    total: int
    page: int
    last_page: int

    @property
    def first(self) -> int:
        """The number of the first row shown, from 1."""
        return (self.page - 1) * PAGE_SIZE + 1


def people_on(parts: Parts, shortlist_id: int) -> list[Entry]:
    """Everybody on it but those who said no, asked once more."""
    desk = parts.desk
    entries = desk.shortlists.entries(shortlist_id)
    is_suppressed = desk.suppression_check()
    return [entry for entry in entries if not is_suppressed(entry.github_id, entry.login)]


def page_of(parts: Parts, entries: Sequence[Entry], wanted: Wanted) -> PersonPage:
    """The page that was asked for; past the last it is the last."""
    text = wanted.text.strip().lower()
    some = [entry for entry in entries if wanted.has(entry)]
    if text:
        names = {number: str(facts.get("name") or "").lower() for number, facts in facts_of(parts, some).items()}
        some = [entry for entry in some if text in entry.login.lower() or text in names.get(entry.github_id, "")]
    last_page = max(1, -(-len(some) // PAGE_SIZE))
    page = min(max(1, wanted.page), last_page)
    shown = some[(page - 1) * PAGE_SIZE : page * PAGE_SIZE]
    return PersonPage(build_rows(parts, shown), len(some), page, last_page)


def counts_of(entries: Sequence[Entry]) -> dict[str, int]:
    """How many are in each stage, in the order of the stages."""
    return {stage: sum(entry.stage == stage for entry in entries) for stage in STAGES}


def tags_of(entries: Sequence[Entry], wanted: str) -> list[tuple[str, int]]:
    """Tags with how many carry each, the most frequent first; the one that is asked for, whoever has it."""
    counts = Counter(tag.text for entry in entries for tag in entry.tags)
    counts.update({wanted: 0} if wanted else {})
    return sorted(counts.items(), key=lambda one: (-one[1], one[0]))


def titled(shortlists: Sequence[Shortlist]) -> list[tuple[Shortlist, list[tuple[str, int]]]]:
    """Shortlists with their counts in the order of the stages, without empty ones."""
    return [(one, [(stage, one.counts[stage]) for stage in STAGES if one.counts.get(stage)]) for one in shortlists]
