"""Leads as the page and the API ask for them: a view of a brief, at once, from any thread.

`Leads` belongs to one snapshot. It keeps what was asked last: the ground of the terms, the pool of the repository
filters, the medians. A slider, an order, another page or a filter on developers only weighs and cuts what is in memory.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from types import MappingProxyType
from typing import Generic, TypeVar

import duckdb
import pyarrow as pa

from talentscope.registry.read import Registry
from talentscope.scoring.brief import Brief, Weights
from talentscope.scoring.exclusion import find_account_by_id, find_exclusion, never_seen, suppressed
from talentscope.scoring.facets import Facets, FacetValue
from talentscope.scoring.ground import Ground, read_ground
from talentscope.scoring.kept import Kept
from talentscope.scoring.lead import Exclusion, Lead
from talentscope.scoring.pool import Pool, build_pool, look_up
from talentscope.scoring.query import GITHUB, Question, Row, ask, resolve_clusters
from talentscope.scoring.ranking import ORDERS, Order, Selection, View, find_medians, rank_ids, rank_pool, select
from talentscope.scoring.telling import to_lead
from talentscope.scoring.topic_chips import AskedTopic, describe_clusters
from talentscope.scoring.topics import TopicCluster, TopicFacts

__all__ = ["ORDERS", "Exclusion", "FacetValue", "Lead", "LeadPage", "Leads", "Order", "View"]

Value = TypeVar("Value")

MOST_KEPT = 100
"""Leads of a slice that is kept: what a screen shows. An export is asked once."""

LEAD_BYTES = 8_192
"""About what a lead takes in memory, with its reasons and repositories."""


@dataclass(frozen=True)
class LeadPage:
    """A slice of the leads. `total` counts the view, `median` (0..1 by component) is over everybody who passes."""

    leads: tuple[Lead, ...]
    total: int
    median: Mapping[str, float | None]


@dataclass(frozen=True)
class _Small(Generic[Value]):
    """Something that hardly counts among what is kept."""

    value: Value
    size_bytes: int = 16_384


class Leads:
    """Answers about the leads of one snapshot. Safe to share between threads, each with a connection of its own.

    Everything raises BriefError for an employer that is no company of the registry, WarehouseError for a snapshot of
    another version. `as_of` is the day of the snapshot, `site` where links lead.
    """

    def __init__(self, registry: Registry, facts: TopicFacts | None = None, limit_bytes: int = 256 * 2**20) -> None:
        self._registry, self._facts = registry, facts
        self._kept = Kept(limit_bytes)

    def page(
        self, connection: duckdb.DuckDBPyConnection, brief: Brief, view: View, *, as_of: date, site: str = GITHUB
    ) -> LeadPage:
        """The slice that the view asks for, with reasons and repositories. A slice of a screen is kept."""

        def build() -> _Small[LeadPage]:
            page = self._build_page(connection, brief, view, as_of=as_of, site=site)
            return _Small(page, size_bytes=LEAD_BYTES * (1 + len(page.leads)))

        if view.limit > MOST_KEPT:
            return build().value
        return self._kept.get(("page", brief, view, as_of, site), build).value

    def _build_page(
        self, connection: duckdb.DuckDBPyConnection, brief: Brief, view: View, *, as_of: date, site: str
    ) -> LeadPage:
        question = self._ask(connection, brief, as_of=as_of, site=site)
        pool = self._pool(connection, question)
        selection = select(connection, pool, question, view)
        found = rank_pool(connection, pool, question, selection, view)
        rows = self._details(connection, question, pool, found.rows)
        median = self._medians(pool, question, selection, view)
        return LeadPage(tuple(to_lead(row, question) for row in rows), found.total, median)

    def facets(
        self, connection: duckdb.DuckDBPyConnection, brief: Brief, view: View, *, as_of: date
    ) -> Mapping[str, tuple[FacetValue, ...]]:
        """language, topic, contact, place and employer: each counted without its own filter, with all the others and
        with the view's text and ids. The most frequent values first, chosen ones always there. Weights play no part:
        whoever moves them is answered from what is kept."""
        unweighed = brief.model_copy(update={"weights": Weights()})
        key = ("facets", unweighed, view.text, view.without_ids, view.only_ids, as_of)
        return self._kept.get(key, lambda: _Small(self._count(connection, brief, view, as_of=as_of))).value

    def _count(
        self, connection: duckdb.DuckDBPyConnection, brief: Brief, view: View, *, as_of: date
    ) -> Mapping[str, tuple[FacetValue, ...]]:
        question = self._ask(connection, brief, as_of=as_of)
        clusters = self.clusters(connection, brief)
        facets = Facets(connection, question, view, self._ground, self._pool)
        return MappingProxyType({"topic": facets.topics(clusters), **facets.others()})

    def clusters(self, connection: duckdb.DuckDBPyConnection, brief: Brief) -> tuple[AskedTopic, ...]:
        """The topic chips of a brief: as `describe_clusters`, but looked up once."""

        def build() -> _Small[tuple[AskedTopic, ...]]:
            return _Small(describe_clusters(connection, brief, self._facts))

        return self._kept.get(("chips", brief.topics, brief.related, brief.struck), build).value

    def one(
        self,
        connection: duckdb.DuckDBPyConnection,
        brief: Brief,
        github_id: int,
        *,
        as_of: date,
        site: str = GITHUB,
        without_ids: frozenset[int] = frozenset(),
    ) -> Lead | Exclusion:
        """One account as a lead with its rank, or the rule that keeps it out. `without_ids`: who is suppressed."""
        account = find_account_by_id(connection, github_id)
        if account is None:
            return replace(never_seen(f"account {github_id}"), github_id=github_id)
        if github_id in without_ids:
            return suppressed(account)
        question = self._ask(connection, brief, as_of=as_of, site=site)
        pool = self._pool(connection, question)
        view = View(limit=1, without_ids=without_ids, only_ids=frozenset({github_id}))
        found = rank_pool(connection, pool, question, select(connection, pool, question, view), view)
        rows = self._details(connection, question, pool, found.rows)
        return to_lead(rows[0], question) if rows else find_exclusion(connection, question, account)

    def ids(self, connection: duckdb.DuckDBPyConnection, brief: Brief, view: View, *, as_of: date) -> pa.Array:
        """The account ids (int64) of the view in its order, from its offset, as many as its limit."""
        question = self._ask(connection, brief, as_of=as_of)
        pool = self._pool(connection, question)
        return rank_ids(connection, pool, question, select(connection, pool, question, view), view)

    def _ask(self, connection: duckdb.DuckDBPyConnection, brief: Brief, *, as_of: date, site: str = GITHUB) -> Question:
        def build() -> _Small[tuple[TopicCluster, ...]]:
            return _Small(resolve_clusters(connection, brief, self._facts))

        clusters = self._kept.get(("clusters", brief.topics, brief.related, brief.struck), build).value
        return ask(connection, brief, as_of=as_of, site=site, registry=self._registry, clusters=clusters)

    def _ground(self, connection: duckdb.DuckDBPyConnection, question: Question) -> Ground:
        return self._kept.get(question.ground_key, lambda: read_ground(connection, question))

    def _pool(self, connection: duckdb.DuckDBPyConnection, question: Question) -> Pool:
        def build() -> Pool:
            return build_pool(question, self._ground(connection, question))

        return self._kept.get(question.pool_key, build)

    def _details(
        self, connection: duckdb.DuckDBPyConnection, question: Question, pool: Pool, rows: Sequence[Row]
    ) -> list[Row]:
        """As read_details, looking up new faces only: most who are shown stay when a weight moves."""
        keys = {row["github_id"]: ("details", question.pool_key, row["github_id"]) for row in rows}
        found = {github_id: self._kept.peek(key) for github_id, key in keys.items()}
        told = {github_id: kept.value for github_id, kept in found.items() if isinstance(kept, _Small)}
        new = look_up(connection, question, pool.ground, [github_id for github_id in keys if github_id not in told])
        for github_id, line in new.items():
            self._kept.put(keys[github_id], _Small(line, size_bytes=1024 * (2 + len(line["repositories"]))))
        return [{**row, **(told.get(row["github_id"]) or new[row["github_id"]])} for row in rows]

    def _medians(self, pool: Pool, question: Question, selection: Selection, view: View) -> Mapping[str, float | None]:
        key = ("medians", question.pool_key, question.brief.developer, question.employment.key, view.without_ids)
        return self._kept.get(key, lambda: _Small(MappingProxyType(find_medians(pool, selection)))).value
