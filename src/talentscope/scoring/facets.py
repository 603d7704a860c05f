"""Facet counts: how many would pass with each value of one filter, while all other filters stay. Who is left out of a
view is not counted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import duckdb
import numpy as np

from talentscope.runtime.words import fold
from talentscope.scoring.ground import Ground
from talentscope.scoring.owners import all_of
from talentscope.scoring.pool import Pool
from talentscope.scoring.query import Question
from talentscope.scoring.ranking import View, left_in
from talentscope.scoring.topic_chips import AskedTopic
from talentscope.scoring.topics import Expansion, TopicCluster

if TYPE_CHECKING:
    from talentscope.scoring.texts import Mask, Places

MOST_VALUES = 30
"""Values of a facet; those chosen come on top of it."""

CONTACTS = {"none": "Anybody", "any": "Any way to write", "email": "E-mail address"}

Counts = dict[str, int]


@dataclass(frozen=True)
class FacetValue:
    """A value that a filter can take: `value` as a brief writes it, `label` as people read it, and how many pass."""

    value: str
    label: str
    count: int
    is_chosen: bool


@dataclass(frozen=True)
class Facets:
    """Counts for one question and view."""

    connection: duckdb.DuckDBPyConnection
    question: Question
    view: View
    find_ground: Callable[[duckdb.DuckDBPyConnection, Question], Ground]
    find_pool: Callable[[duckdb.DuckDBPyConnection, Question], Pool]

    def others(self) -> dict[str, tuple[FacetValue, ...]]:
        """language, contact, place and employer."""
        pool = self.find_pool(self.connection, self.question)
        owners = pool.ground.owners
        masks = owners.masks(self.connection, self.question)
        left = left_in(self.connection, owners, self.view)

        def rows(but: str) -> Places:
            """Owners with a row in the pool whom all filters but one let through."""
            passing = all_of(masks, but=but) & left
            places: Places = pool.owner_places[passing[pool.owner_places]]
            return places

        return {
            "language": self._languages(pool.ground, all_of(masks) & left),
            "contact": self._contacts(pool, rows("contact")),
            "place": self._places(pool, rows("place")),
            "employer": self._employers(pool, rows("employer")),
        }

    def topics(self, clusters: Sequence[AskedTopic]) -> tuple[FacetValue, ...]:
        """Each topic asked for or offered, as if it were asked for alone."""
        offered = {item.topic: item for cluster in clusters for item in cluster.offered}
        names = list(dict.fromkeys([*self.question.brief.topics, *offered]))
        if not names:
            return ()
        question = _alone(self.question, names)
        ground = self.find_ground(self.connection, question)
        counts = ground.spots.count_topics(self._kept(ground, question, self._passing(ground)))
        used = {*self.question.brief.topics, *(name for name, item in offered.items() if item.is_used)}
        return tuple(FacetValue(name, name, counts.get(place, 0), name in used) for place, name in enumerate(names))

    def _languages(self, ground: Ground, passing: Mask) -> tuple[FacetValue, ...]:
        """Developers by the languages of the repositories that answer; somebody with two is counted in both."""
        question = replace(self.question, is_in_any_language=True)
        counts = ground.spots.count_languages(self._kept(ground, question, passing), _same(ground.languages))
        chosen = {language.lower(): language for language in self.question.brief.languages}
        named: Counts = {}
        for place, number in counts.items():
            name = ground.languages[place]
            named[chosen.get(name.lower(), name)] = number
        return _to_values(named, self.question.brief.languages, label=str)

    def _contacts(self, pool: Pool, rows: Places) -> tuple[FacetValue, ...]:
        owners, asked = pool.ground.owners, self.question.brief.developer.contact
        return tuple(
            FacetValue(value, label, int(owners.by_contact(value)[rows].sum()), value == asked)
            for value, label in CONTACTS.items()
        )

    def _places(self, pool: Pool, rows: Places) -> tuple[FacetValue, ...]:
        """Places that profiles state. One counts wherever the filter would find it: Berlin also in `Greater Berlin`."""
        locations = pool.ground.owners.locations
        numbers = locations.count(rows)
        parts = locations.parts(self.connection)
        asked = {fold(place): place for place in self.question.brief.developer.places}
        counted = np.bincount(parts.of, weights=numbers[parts.texts], minlength=len(parts.names))
        often = np.argsort(-counted, kind="stable")[:MOST_VALUES]
        names = {parts.folded[part]: parts.names[part] for part in often.tolist() if counted[part]} | asked
        counts = {name: int(numbers[locations.holding(self.connection, text)].sum()) for text, name in names.items()}
        return _to_values(counts, self.question.brief.developer.places, label=str)

    def _employers(self, pool: Pool, rows: Places) -> tuple[FacetValue, ...]:
        """Companies of the registry that people state to work for."""
        employers = pool.ground.owners.employers
        numbers = employers.count(rows).tolist()
        counts = dict(zip(employers.distinct.to_pylist(), numbers, strict=True))
        employment = self.question.employment
        return _to_values(counts, employment.only or (), label=employment.name_of)

    def _passing(self, ground: Ground) -> Mask:
        owners = ground.owners
        return all_of(owners.masks(self.connection, self.question)) & left_in(self.connection, owners, self.view)

    def _kept(self, ground: Ground, question: Question, passing: Mask) -> Mask:
        """Repositories that pass the repository filters, of those who pass."""
        found: Mask = ground.matched(question) & passing[ground.spots.owner_places]
        return found


def _same(languages: Sequence[str]) -> list[int]:
    """For each language the place of the first that a filter takes for the same."""
    first: dict[str, int] = {}
    return [first.setdefault(language.lower(), place) for place, language in enumerate(languages)]


def _alone(question: Question, names: Sequence[str]) -> Question:
    """The question for these topics only, as one cluster."""
    cluster = TopicCluster(names[0], "", tuple(Expansion(name, "alias", "", "") for name in names[1:]), ())
    brief = question.brief.model_copy(update={"topics": (names[0],), "keywords": (), "without_topics": ()})
    return replace(question, brief=brief, clusters=(cluster,))


def _to_values(counts: Counts, chosen: Iterable[str], *, label: Callable[[str], str]) -> tuple[FacetValue, ...]:
    """The most frequent, and all that are chosen, even at none."""
    picked = list(chosen)
    often = sorted((value for value in counts if counts[value]), key=lambda value: (-counts[value], value))
    shown = [*often[:MOST_VALUES], *(value for value in picked if value not in often[:MOST_VALUES])]
    values = [FacetValue(value, label(value), counts.get(value, 0), value in picked) for value in shown]
    return tuple(sorted(values, key=lambda item: (-item.count, item.label)))
