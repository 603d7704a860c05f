"""Facet counts: how many would pass with each value of one filter, while all other filters stay. Suppressed people are
never counted.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

import duckdb
import pyarrow as pa

from talentscope.runtime.words import fold
from talentscope.scoring.brief import Brief
from talentscope.scoring.pool import Pool
from talentscope.scoring.query import Question, build_parameters, compose, execute
from talentscope.scoring.ranking import View, rank_ids
from talentscope.scoring.topic_chips import AskedTopic
from talentscope.scoring.topics import Expansion, TopicCluster

MOST_VALUES = 30
"""Values of a facet; those chosen come on top of it."""

CONTACTS = {"none": "Anybody", "any": "Any way to write", "email": "E-mail address"}
BETWEEN_PLACES = re.compile(r"[,;/|()]+")

Counts = dict[str, int]
FindPool = Callable[[Question], Pool]


@dataclass(frozen=True)
class FacetValue:
    """A value that a filter can take: `value` as a brief writes it, `label` as people read it, and how many pass."""

    value: str
    label: str
    count: int
    is_chosen: bool


def without_filter(brief: Brief, name: str) -> Brief:
    """The brief with one developer filter (contact, places, employers) put aside."""
    free = {"contact": "none"}.get(name, ())
    return brief.model_copy(update={"developer": brief.developer.model_copy(update={name: free})})


def count_languages(
    connection: duckdb.DuckDBPyConnection, question: Question, view: View, find_pool: FindPool
) -> tuple[FacetValue, ...]:
    """Developers by the languages of the repositories that answer; somebody with two is counted in both."""
    free = replace(question, is_in_any_language=True)
    found = _count_spots(connection, free, view, find_pool, column="language", source="matched")
    chosen = {language.lower(): language for language in question.brief.languages}
    counts = {chosen.get(name.lower(), name): number for name, number in found.items()}
    return _to_values(counts, question.brief.languages, label=str)


def count_topics(
    connection: duckdb.DuckDBPyConnection,
    question: Question,
    clusters: Sequence[AskedTopic],
    view: View,
    find_pool: FindPool,
) -> tuple[FacetValue, ...]:
    """Developers by each topic asked for or offered, as if it were asked for alone."""
    if not clusters:
        return ()
    offered = {item.topic: item for cluster in clusters for item in cluster.offered}
    names = list(dict.fromkeys([*question.brief.topics, *offered]))
    alone = TopicCluster(names[0], "", tuple(Expansion(name, "alias", "", "") for name in names[1:]), ())
    brief = question.brief.model_copy(update={"topics": (names[0],), "keywords": (), "without_topics": ()})
    free = replace(question, brief=brief, clusters=(alone,))
    counts = _count_spots(connection, free, view, find_pool, column="topic", source="carried")
    used = {*question.brief.topics, *(name for name, item in offered.items() if item.is_used)}
    return tuple(FacetValue(name, name, counts.get(name, 0), name in used) for name in names)


def count_contacts(
    connection: duckdb.DuckDBPyConnection, question: Question, view: View, find_pool: FindPool
) -> tuple[FacetValue, ...]:
    """How many would be left with each demand for a way to write."""
    values = []
    for value, label in CONTACTS.items():
        developer = question.brief.developer.model_copy(update={"contact": value})
        asked = replace(question, brief=question.brief.model_copy(update={"developer": developer}))
        number = len(_ids(connection, asked, view, find_pool))
        values.append(FacetValue(value, label, number, value == question.brief.developer.contact))
    return tuple(values)


def count_places(
    connection: duckdb.DuckDBPyConnection, question: Question, view: View, find_pool: FindPool
) -> tuple[FacetValue, ...]:
    """Developers by the places that their profiles state. A place counts wherever the filter would find it: Berlin also
    in `Greater Berlin`."""
    free = replace(question, brief=without_filter(question.brief, "places"))
    stated = _count_column(connection, free, view, find_pool, "location")
    folded: Counts = {}
    labels: dict[str, Counts] = {}
    for text, number in stated.items():
        folded[fold(text)] = folded.get(fold(text), 0) + number
        for part in BETWEEN_PLACES.split(text):
            name = " ".join(part.split())
            if fold(name).strip() and len(name) <= 100:
                spelt = labels.setdefault(fold(name), {})
                spelt[name] = spelt.get(name, 0) + number
    often = sorted(labels, key=lambda place: (-sum(labels[place].values()), place))[:MOST_VALUES]
    names = {place: max(labels[place], key=lambda name: (labels[place][name], name)) for place in often}
    chosen = {fold(place): place for place in question.brief.developer.places}
    names |= chosen
    counts = {name: sum(n for text, n in folded.items() if place in text) for place, name in names.items()}
    return _to_values(counts, question.brief.developer.places, label=str)


def count_employers(
    connection: duckdb.DuckDBPyConnection, question: Question, view: View, find_pool: FindPool
) -> tuple[FacetValue, ...]:
    """Developers by the company of the registry that they state to work for."""
    aside = replace(question.employment, only=None)
    free = replace(question, brief=without_filter(question.brief, "employers"), employment=aside)
    counts = _count_column(connection, free, view, find_pool, "employer_company_id")
    return _to_values(counts, question.employment.only or (), label=question.employment.name_of)


def _ids(connection: duckdb.DuckDBPyConnection, question: Question, view: View, find_pool: FindPool) -> pa.Array:
    return rank_ids(connection, find_pool(question), question, replace(view, offset=0, limit=2**62))


def _count_column(
    connection: duckdb.DuckDBPyConnection, question: Question, view: View, find_pool: FindPool, column: str
) -> Counts:
    passing = pa.table({"github_id": _ids(connection, question, view, find_pool)})
    with connection.cursor() as cursor:
        cursor.register("passing", passing)
        rows = execute(
            cursor,
            f"SELECT {column}, count(*) FROM developers SEMI JOIN passing USING (github_id)"
            f" WHERE {column} IS NOT NULL GROUP BY {column}",
            {},
        ).fetchall()
    return {str(value): int(number) for value, number in rows}


def _count_spots(
    connection: duckdb.DuckDBPyConnection,
    question: Question,
    view: View,
    find_pool: FindPool,
    *,
    column: str,
    source: str,
) -> Counts:
    passing = pa.table({"github_id": _ids(connection, question, view, find_pool)})
    with connection.cursor() as cursor:
        cursor.register("passing", passing)
        sql = f"""{compose("facets")}
        SELECT {column}, count(DISTINCT owner_github_id) FROM {source}
        WHERE {column} IS NOT NULL AND owner_github_id IN (SELECT github_id FROM passing) GROUP BY {column}
        """
        rows = execute(cursor, sql, build_parameters(question)).fetchall()
    return {str(value): int(number) for value, number in rows}


def _to_values(counts: Counts, chosen: Iterable[str], *, label: Callable[[str], str]) -> tuple[FacetValue, ...]:
    """The most frequent, and all that are chosen, even at none."""
    picked = list(chosen)
    often = sorted(counts, key=lambda value: (-counts[value], value))
    shown = [*often[:MOST_VALUES], *(value for value in picked if value not in often[:MOST_VALUES])]
    values = [FacetValue(value, label(value), counts.get(value, 0), value in picked) for value in shown]
    return tuple(sorted(values, key=lambda item: (-item.count, item.label)))
