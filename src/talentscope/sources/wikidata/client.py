"""Wikidata's query service: head-counts with their dates, a few queries for all companies."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from itertools import islice

from talentscope.registry.company import Company
from talentscope.registry.observation import Findings, Metric, Observation, State
from talentscope.runtime.clock import Clock
from talentscope.sources.wikidata.records import Item, build_query, choose, newest_head_count, parse_items
from talentscope.transport.site import Site
from talentscope.transport.visitor import Visitor

HOME = "https://query.wikidata.org"
PATH = "/sparql"
COMPANIES_A_QUERY = 40
"""About a hundred ids. A GET may be some 8,000 characters long and is answered from their cache; this is half of it."""


def site(url: str) -> Site:
    """One query at a time, a minute of query time a minute, a User-Agent that says who we are; whoever goes on after
    a 429 is banned for a day (https://www.mediawiki.org/wiki/Wikidata_Query_Service/User_Manual, query limits).
    """
    return Site("wikidata", url, "TALENTSCOPE_WIKIDATA_URL", per_second=0.5)


class Wikidata:
    """Head-counts of companies with a CIK or an item."""

    name = "wikidata"
    metrics: tuple[Metric, ...] = (Metric.EMPLOYEES,)
    in_flight = 1
    has_past = False

    def __init__(self, visitor: Visitor, *, clock: Clock) -> None:
        self._visitor, self._clock = visitor, clock
        self._items: tuple[Item, ...] | None = None

    def covers(self, company: Company, day: date) -> bool:  # noqa: ARG002 - the protocol
        """Companies that can be found without their name."""
        return company.cik is not None or company.wikidata_id is not None

    def prepare(self, companies: Sequence[Company], day: date) -> None:
        """Ask for all companies. Raises UpstreamError; then nothing is known of any."""
        self._items = None
        asked = [company for company in companies if self.covers(company, day)]
        by_id: dict[str, Item] = {}
        for batch in _batches(asked):
            answer = self._visitor.get_json(
                PATH,
                params={"query": build_query(batch), "format": "json"},
                headers={"Accept": "application/sparql-results+json"},
            )
            by_id.update((item.qid, item) for item in parse_items(answer))
        self._items = tuple(by_id.values())

    def observe(self, company: Company, day: date) -> Findings:
        """The newest dated head-count of its item, or why there is none."""
        if self._items is None:
            raise ValueError("prepare comes before observe")
        choice = choose(company, self._items)
        notes = (choice.note,) if choice.note else ()
        if choice.item is None:
            return Findings((self._observation(company, day, reason=choice.reason),), notes=notes)
        found = newest_head_count(choice.item, until=day)
        if isinstance(found, str) or found.on is None:
            reason = found if isinstance(found, str) else "no date"
            return Findings((self._observation(company, day, item=choice.item, reason=reason),), notes=notes)
        told = self._observation(
            company,
            found.on,
            item=choice.item,
            value=float(found.employees),
            evidence=f"{choice.item.qid} ({', '.join(sorted(choice.item.labels)) or 'no English name'}), P1128"
            f" with P585: {found.employees} employees on {found.on}",
        )
        return Findings((told,), notes=notes)

    def _observation(
        self,
        company: Company,
        as_of: date,
        *,
        item: Item | None = None,
        value: float | None = None,
        evidence: str = "",
        reason: str = "",
    ) -> Observation:
        return Observation(
            company_id=company.company_id,
            metric=Metric.EMPLOYEES,
            value=value,
            as_of=as_of,
            observed_at=self._clock.now(),
            source=self.name,
            source_url=self._page(item.qid if item is not None else company.wikidata_id),
            state=State.OK if value is not None else State.MISSING,
            evidence=evidence,
            reason=reason,
        )

    def _page(self, qid: str | None) -> str:
        """Where a person sees the item; where another place stands in for Wikidata, that place."""
        if self._visitor.site.url != HOME:
            return self._visitor.url_of(PATH)
        return f"https://www.wikidata.org/wiki/{qid}" if qid is not None else HOME


def _batches(companies: Sequence[Company]) -> Iterator[list[Company]]:
    rest = iter(companies)
    while batch := list(islice(rest, COMPANIES_A_QUERY)):
        yield batch
