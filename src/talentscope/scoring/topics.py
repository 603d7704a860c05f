"""What a topic also goes by (aliases) and what lies beside it (related), each with the reason why.

Facts come from GitHub's published topic pages (`data/topics.jsonl`, made once, source and date beside it) and from the
topics that collected repositories carry together. What only occurs together is never taken for a synonym.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar

import duckdb
from pydantic import BaseModel, ConfigDict, ValidationError

from talentscope.runtime.errors import TalentscopeError, UsageError
from talentscope.scoring.brief import Brief
from talentscope.scoring.rules import RULES
from talentscope.scoring.terms import is_topic, normalise_topic

Model = TypeVar("Model", bound=BaseModel)
DATA = Path(__file__).resolve().parent / "data"


class TopicFact(BaseModel):
    """One topic page of GitHub: its synonyms and its neighbours."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    topic: str
    display_name: str
    aliases: tuple[str, ...]
    related: tuple[str, ...]


class TopicSource(BaseModel):
    """Where the facts come from."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    source: str
    licence: str
    date: str


@dataclass(frozen=True)
class Pair:
    """Two topics on the same repositories. `share`: of the repositories with `topic`, how many carry `other_topic`."""

    topic: str
    other_topic: str
    repository_count: int
    share: float
    lift: float


@dataclass(frozen=True)
class Expansion:
    """One topic that a term pulls in. `kind` is alias or related, `source` github or collected, `reason` a sentence."""

    topic: str
    kind: str
    source: str
    reason: str


@dataclass(frozen=True)
class TopicCluster:
    """A term, what it also goes by, and apart from that, what is related to it."""

    topic: str
    display_name: str
    aliases: tuple[Expansion, ...]
    related: tuple[Expansion, ...]

    @property
    def synonyms(self) -> tuple[str, ...]:
        """The topic and all its aliases."""
        return (self.topic, *(alias.topic for alias in self.aliases))

    @property
    def entries(self) -> tuple[Expansion, ...]:
        """Everything that the topic pulls in, aliases first."""
        return (*self.aliases, *self.related)

    def without(self, struck: Collection[str]) -> TopicCluster:
        """The cluster less what is struck out of it; the topic itself stays."""
        aliases = tuple(item for item in self.aliases if item.topic not in struck)
        return replace(self, aliases=aliases, related=tuple(item for item in self.related if item.topic not in struck))

    def to_dict(self) -> dict[str, Any]:
        """Plain data for the command line and the API."""
        return {
            "topic": self.topic,
            "display_name": self.display_name,
            "aliases": [vars(item) for item in self.aliases],
            "related": [vars(item) for item in self.related],
        }


class TopicFacts:
    """Facts by topic, and from each alias back to the topics that own it."""

    def __init__(self, facts: Iterable[TopicFact], source: TopicSource) -> None:
        self.source = source
        self._facts: Mapping[str, TopicFact] = {fact.topic: fact for fact in facts}
        self._owners: dict[str, list[str]] = {}
        for fact in self._facts.values():
            for alias in fact.aliases:
                self._owners.setdefault(alias, []).append(fact.topic)

    def __len__(self) -> int:
        return len(self._facts)

    def groups(self, term: str) -> tuple[TopicFact, ...]:
        """The facts of the term itself and of every topic that names it as an alias."""
        names = [term, *sorted(self._owners.get(term, ()))]
        return tuple(self._facts[name] for name in dict.fromkeys(names) if name in self._facts)


def load_facts(folder: Path = DATA) -> TopicFacts:
    """Read topics.jsonl and topics.source.json. Raises TalentscopeError when missing or malformed, naming the line."""
    source = _parse(TopicSource, _read(folder / "topics.source.json"), folder / "topics.source.json", 1)
    path = folder / "topics.jsonl"
    lines = _read(path).splitlines()
    return TopicFacts((_parse(TopicFact, line, path, number) for number, line in enumerate(lines, 1)), source)


@lru_cache(maxsize=1)
def shipped_facts() -> TopicFacts:
    """The facts that come with talentscope, read once."""
    return load_facts()


def expand(term: str, facts: TopicFacts, *, pairs: Sequence[Pair] = ()) -> TopicCluster:
    """The cluster of a topic. `pairs` are those whose `other_topic` is one of the synonyms; all others are ignored.

    Aliases work both ways through the topic that owns them; related topics go one step. Raises UsageError.
    """
    topic = normalise_topic(term)
    if not is_topic(topic):
        raise UsageError(
            f"expected a topic (letters, digits and hyphens, at most 50), came {term[:80]!r}",
            way_out="GitHub writes C++ as cpp, C# as csharp",
        )
    groups = facts.groups(topic)
    aliases = _first_of_each(_aliases(topic, groups), without={topic})
    synonyms = {topic, *(alias.topic for alias in aliases)}
    related = _first_of_each([*_related(groups), *_seen_together(synonyms, pairs)], without=synonyms)
    display_name = groups[0].display_name if groups else topic
    return TopicCluster(topic, display_name, aliases, related)


def search_terms(brief: Brief) -> tuple[str, ...]:
    """What to ask GitHub's search for: the topics of a brief with their aliases, and related topics if it wants them.

    Only published facts count here: what is collected must not decide what is collected next.
    """
    whole = (describe_topic(None, topic, related=brief.related) for topic in brief.topics)
    clusters = [cluster.without(brief.struck) for cluster in whole]
    found = [name for cluster in clusters for name in (cluster.topic, *(entry.topic for entry in cluster.entries))]
    return tuple(dict.fromkeys(found))


def describe_topic(
    connection: duckdb.DuckDBPyConnection | None, term: str, *, related: bool, facts: TopicFacts | None = None
) -> TopicCluster:
    """What a term pulls in and why. `related`: related topics too, with a snapshot's connection also those that its
    repositories show. Raises UsageError when the term cannot be a topic."""
    known = facts or shipped_facts()
    cluster = expand(term, known)
    if not related:
        return replace(cluster, related=())
    return cluster if connection is None else expand(term, known, pairs=read_pairs(connection, cluster.synonyms))


def read_pairs(connection: duckdb.DuckDBPyConnection, synonyms: Sequence[str]) -> list[Pair]:
    """Pairs that pass the thresholds and lead to one of the synonyms, strongest first."""
    rules = RULES.cooccurrence
    rows = connection.execute(
        """
        SELECT topic, other_topic, repository_count, share, lift FROM topic_pairs
        WHERE list_contains($synonyms::VARCHAR[], other_topic) AND NOT list_contains($synonyms::VARCHAR[], topic)
          AND repository_count >= $least_repositories AND share >= $least_share AND lift >= $least_lift
        ORDER BY share DESC, repository_count DESC, topic, other_topic LIMIT $most
        """,
        {
            "synonyms": list(synonyms),
            "least_repositories": rules.least_repositories,
            "least_share": rules.least_share,
            "least_lift": rules.least_lift,
            "most": rules.most_topics,
        },
    ).fetchall()
    return [Pair(*row) for row in rows]


def _aliases(topic: str, groups: Sequence[TopicFact]) -> list[Expansion]:
    found = []
    for fact in groups:
        if fact.topic != topic:
            found.append(Expansion(fact.topic, "alias", "github", f"GitHub lists {topic} as an alias of {fact.topic}"))
        found += [
            Expansion(alias, "alias", "github", f"GitHub lists {alias} as an alias of {fact.topic}")
            for alias in fact.aliases
        ]
    return found


def _related(groups: Sequence[TopicFact]) -> list[Expansion]:
    return [
        Expansion(other, "related", "github", f"GitHub lists {other} as related to {fact.topic}")
        for fact in groups
        for other in fact.related
    ]


def _seen_together(synonyms: set[str], pairs: Sequence[Pair]) -> list[Expansion]:
    return [
        Expansion(
            pair.topic,
            "related",
            "collected",
            f"{pair.share:.0%} of repositories with {pair.topic} also carry {pair.other_topic} (lift {pair.lift:.0f})",
        )
        for pair in pairs
        if pair.other_topic in synonyms
    ]


def _first_of_each(expansions: Iterable[Expansion], *, without: set[str]) -> tuple[Expansion, ...]:
    first: dict[str, Expansion] = {}
    for expansion in expansions:
        if expansion.topic not in without:
            first.setdefault(expansion.topic, expansion)
    return tuple(first.values())


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise TalentscopeError(
            f"expected the topic facts in {path.name}, but {(error.strerror or 'cannot read').lower()}",
            way_out="install talentscope again: the file belongs to it",
        ) from error


def _parse(model: type[Model], text: str, path: Path, line: int) -> Model:
    try:
        return model.model_validate(json.loads(text))
    except (json.JSONDecodeError, ValidationError) as error:
        raise TalentscopeError(
            f"{path.name}:{line}: expected a {model.__name__}, came {text[:80]!r}", way_out="install talentscope again"
        ) from error
