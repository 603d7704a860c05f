"""Leads as the page and the API ask for them: a view of a brief, at once, from any thread.

`Leads` belongs to one snapshot. It keeps the pools of the questions asked last, so that a slider, an order or another
page only weighs and cuts what is in memory already.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from types import MappingProxyType

import duckdb
import pyarrow as pa

from talentscope.registry.read import Registry
from talentscope.scoring.brief import Brief
from talentscope.scoring.exclusion import find_account_by_id, find_exclusion, never_seen, suppressed
from talentscope.scoring.facets import (
    FacetValue,
    count_contacts,
    count_employers,
    count_languages,
    count_places,
    count_topics,
)
from talentscope.scoring.kept_pools import KeptPools
from talentscope.scoring.lead import Exclusion, Lead
from talentscope.scoring.pool import Pool, build_pool, read_details
from talentscope.scoring.query import GITHUB, Question, ask
from talentscope.scoring.ranking import ORDERS, Order, View, find_medians, rank_ids, rank_pool
from talentscope.scoring.telling import to_lead
from talentscope.scoring.topic_chips import describe_clusters
from talentscope.scoring.topics import TopicFacts

__all__ = ["ORDERS", "Exclusion", "FacetValue", "Lead", "LeadPage", "Leads", "Order", "View"]


@dataclass(frozen=True)
class LeadPage:
    """A slice of the leads. `total` counts the view, `median` (0..1 by component) is over everybody who passes."""

    leads: tuple[Lead, ...]
    total: int
    median: Mapping[str, float | None]


class Leads:
    """Answers about the leads of one snapshot. Safe to share between threads, each with a connection of its own.

    Everything raises BriefError for an employer that is no company of the registry, WarehouseError for a snapshot of
    another version. `as_of` is the day of the snapshot, `site` where links lead.
    """

    def __init__(self, registry: Registry, facts: TopicFacts | None = None, limit_bytes: int = 256 * 2**20) -> None:
        self._registry, self._facts = registry, facts
        self._pools = KeptPools(limit_bytes)

    def page(
        self, connection: duckdb.DuckDBPyConnection, brief: Brief, view: View, *, as_of: date, site: str = GITHUB
    ) -> LeadPage:
        """The slice that the view asks for, with reasons and repositories."""
        question = self._ask(connection, brief, as_of=as_of, site=site)
        pool = self._pool(connection, question)
        found = rank_pool(connection, pool, question, view)
        rows = read_details(connection, question, found.rows)
        medians = MappingProxyType(find_medians(pool, view))
        return LeadPage(tuple(to_lead(row, question) for row in rows), found.total, medians)

    def facets(
        self, connection: duckdb.DuckDBPyConnection, brief: Brief, view: View, *, as_of: date
    ) -> Mapping[str, tuple[FacetValue, ...]]:
        """language, topic, contact, place and employer: each counted without its own filter, with all the others and
        with the view's text and ids. The most frequent values first, chosen ones always there."""
        question = self._ask(connection, brief, as_of=as_of)
        clusters = describe_clusters(connection, brief, self._facts)

        def find_pool(other: Question) -> Pool:
            return self._pool(connection, other)

        return MappingProxyType(
            {
                "language": count_languages(connection, question, view, find_pool),
                "topic": count_topics(connection, question, clusters, view, find_pool),
                "contact": count_contacts(connection, question, view, find_pool),
                "place": count_places(connection, question, view, find_pool),
                "employer": count_employers(connection, question, view, find_pool),
            }
        )

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
        view = View(limit=1, without_ids=without_ids, only_ids=frozenset({github_id}))
        found = rank_pool(connection, self._pool(connection, question), question, view)
        rows = read_details(connection, question, found.rows)
        return to_lead(rows[0], question) if rows else find_exclusion(connection, question, account)

    def ids(self, connection: duckdb.DuckDBPyConnection, brief: Brief, view: View, *, as_of: date) -> pa.Array:
        """The account ids (int64) of the view in its order, from its offset, as many as its limit."""
        question = self._ask(connection, brief, as_of=as_of)
        return rank_ids(connection, self._pool(connection, question), question, view)

    def _ask(self, connection: duckdb.DuckDBPyConnection, brief: Brief, *, as_of: date, site: str = GITHUB) -> Question:
        return ask(connection, brief, as_of=as_of, site=site, facts=self._facts, registry=self._registry)

    def _pool(self, connection: duckdb.DuckDBPyConnection, question: Question) -> Pool:
        return self._pools.get(question.key, lambda: build_pool(connection, question))
