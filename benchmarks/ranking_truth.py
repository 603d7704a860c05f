"""Who is relevant for a topic, by people who had no part in this: the curated awesome lists. Pure but for two readers.

A list stands for the topic that its name says (`awesome-flask`: flask), if a repository of the world carries that topic
or one of its aliases. Lists whose name is no topic are named in `NAMES`, chosen before any order was looked at.
A developer is relevant by as many repositories as they own in the list.
"""

from __future__ import annotations

import gzip
import json
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

from talentscope.scoring.terms import is_topic, normalise_topic
from talentscope.scoring.topics import describe_topic

LEAST_RELEVANT = 5
NAMES = {
    "awesome-mac": "macos",
    "awesome-esp": "esp8266",
    "awesome-cross-platform-nodejs": "nodejs",
    "awesome-react-components": "react",
    "awesome-robotic-tooling": "robotics",
    "awesome-web-security": "security",
    "open-source-mac-os-apps": "macos",
}


@dataclass(frozen=True)
class World:
    """What a list is held against: owner (a user, lower case) by repository (lower case), and the topics carried."""

    owners: Mapping[str, str]
    topics: Collection[str]


@dataclass(frozen=True)
class Case:
    """A list as a question with its answer: gains by login, lower case."""

    name: str
    topic: str
    gains: Mapping[str, int]


def read_lists(folder: Path) -> dict[str, set[str]]:
    """Repositories (lower case) by awesome list."""
    lists: dict[str, set[str]] = {}
    with gzip.open(folder / "truth" / "awesome-entries.jsonl.gz", "rt", encoding="utf-8") as lines:
        for entry in map(json.loads, lines):
            lists.setdefault(entry["list"], set()).add(entry["repo"].lower())
    return lists


def read_collections(folder: Path) -> dict[str, set[str]]:
    """Repositories (lower case) by GitHub collection, which is named as `collections/<slug>`."""
    text = (folder / "truth" / "github-collections.jsonl").read_text(encoding="utf-8")
    rows = [json.loads(line) for line in text.splitlines()]
    return {f"collections/{row['collection']}": {item.lower().strip("/") for item in row["items"]} for row in rows}


def build_cases(lists: Mapping[str, set[str]], world: World, *, least: int = LEAST_RELEVANT) -> list[Case]:
    """The lists that name a topic of this world and hold at least `least` of its users, by name."""
    cases = []
    for name, entries in sorted(lists.items()):
        gains = Counter(world.owners[entry] for entry in entries if entry in world.owners)
        topic = find_topic(name, world.topics)
        if topic is not None and len(gains) >= least:
            cases.append(Case(name, topic, gains))
    return cases


def find_topic(name: str, carried: Collection[str]) -> str | None:
    """The topic of a list (`owner/awesome-flask`), if it or an alias of it is carried."""
    slug = name.rsplit("/", maxsplit=1)[-1]
    topic = NAMES.get(slug) or normalise_topic(slug).removeprefix("awesome-")
    if not is_topic(topic):
        return None
    synonyms = describe_topic(None, topic, related=False).synonyms
    return topic if any(synonym in carried for synonym in synonyms) else None
