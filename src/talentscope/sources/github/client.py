"""GitHub as talentscope uses it: search everything, read owners, prove ownership. Talks; decides nothing.

OutOfBudget may be raised between two batches: whatever was yielded is the caller's to keep.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import orjson

from talentscope.runtime.clock import Clock
from talentscope.runtime.errors import UpstreamMalformed
from talentscope.sources.github.batch import AccountRef, Batch, RepositoryRef, Spend
from talentscope.sources.github.hydrate import Hydration
from talentscope.sources.github.parsing import Notebook, parse_repository
from talentscope.sources.github.proof import Proof
from talentscope.sources.github.records import Reject, Repository
from talentscope.sources.github.search import Item, Keyset, Page
from talentscope.transport.budget import Budget
from talentscope.transport.session import Session

__all__ = ["AccountRef", "Batch", "GitHub", "RepositoryRef", "Spend"]

NO_TOKEN = "without a token: GraphQL, so most owners and commit counts (sixty REST requests an hour); set GITHUB_TOKEN"  # noqa: S105

NAMELESS = 2**48


class GitHub:
    """One GitHub, one identity. Without a token everything goes by REST.

    `site` is where people look at what was found (https://github.com, or an Enterprise host), learned from the answers.
    """

    def __init__(self, session: Session, *, api_url: str, graphql_url: str, clock: Clock, has_token: bool) -> None:
        self.has_token = has_token
        self._session, self._api_url, self._clock = session, api_url.rstrip("/"), clock
        self._notebook = Notebook()
        self.site: str | None = None
        self._hydration = Hydration(
            session, api_url=self._api_url, graphql_url=graphql_url, clock=clock, notebook=self._notebook
        )
        self._proof = Proof(session, api_url=self._api_url, graphql_url=graphql_url, clock=clock)

    @property
    def left_out(self) -> list[str]:
        """What was not read, and why, as sentences."""
        return [*([] if self.has_token else [NO_TOKEN]), *self._hydration.left_out]

    def search(self, query: str, *, since: datetime, is_sweep: bool) -> Iterator[Batch]:
        """All repositories that match `query` and were pushed at or after `since`, a page at a time.

        Each batch carries the coverage so far: storing both together is a checkpoint, and searching again from its
        watermark goes on. The last one says `drained`. Raises UpstreamRefused if GitHub does not take the query.
        """
        keyset = Keyset(query, since=since, is_sweep=is_sweep)
        while (request := keyset.next_request()) is not None:
            answer = self._session.get(
                f"{self._api_url}/search/repositories", params=request.params(), resource="search"
            )
            total, is_incomplete, items = _envelope(answer.data)
            page = Page(total, is_incomplete, tuple(_item(item) for item in items))
            fresh = keyset.receive(page, now=self._session.now())
            chosen = [items[place] for place in sorted(fresh)]
            self.site = self.site or next(filter(None, map(_site, items)), None)
            batch = self._parse_page(chosen)
            yield replace(batch, coverage=keyset.coverage(self._clock.now()))

    def _parse_page(self, items: Sequence[object]) -> Batch:
        at = self._clock.now()
        parsed = [parse_repository(item, source="rest_search", at=at) for item in items]
        noted = [note for item in items for note in self._notebook.note_repository(item, source="rest_search", at=at)]
        return Batch(
            repositories=tuple(record for record in parsed if isinstance(record, Repository)),
            rejects=tuple(record for record in parsed if isinstance(record, Reject)),
            unknown_fields=tuple(noted),
        )

    def fetch_accounts(self, refs: Sequence[AccountRef]) -> Iterator[Batch]:
        """The public profiles of these accounts; tombstones for those that are gone."""
        by = self._hydration.fetch_by_graphql if self.has_token else self._hydration.fetch_by_rest
        return by(refs)

    def fetch_ownership(self, refs: Sequence[RepositoryRef]) -> Iterator[Batch]:
        """Commit counts of these repositories, all and their owner's."""
        by = self._proof.fetch_by_graphql if self.has_token else self._proof.fetch_by_rest
        return by(refs)

    def spend(self) -> Spend:
        """What was asked of GitHub so far."""
        budgets = self._session.budgets.of
        return Spend(
            search_requests=budgets["search"].requests,
            core_requests=budgets["core"].requests,
            graphql_requests=budgets["graphql"].requests,
            graphql_points=budgets["graphql"].points,
        )

    def budgets(self) -> dict[str, int | None]:
        """Limit and rest of each budget as GitHub last said it: search_limit, search_remaining and so on."""
        return {name: value for budget in self._session.budgets.of.values() for name, value in _budget(budget).items()}


def _budget(budget: Budget) -> dict[str, int | None]:
    return {f"{budget.resource}_limit": budget.limit, f"{budget.resource}_remaining": budget.remaining}


def _envelope(data: Any) -> tuple[int, bool, list[Any]]:
    """The three parts of a search answer. Raises UpstreamMalformed if one is missing."""
    if isinstance(data, Mapping):
        total, is_incomplete, items = data.get("total_count"), data.get("incomplete_results"), data.get("items")
        if isinstance(total, int) and isinstance(is_incomplete, bool) and isinstance(items, list):
            return total, is_incomplete, items
    raise UpstreamMalformed(
        f"a search answered without total_count, incomplete_results and items; came {str(data)[:200]}",
        way_out="check that GITHUB_API_URL is GitHub's REST API",
    )


def _item(data: Any) -> Item:
    """What the walk needs of an item. One without a number is known by what it holds, far beyond GitHub's numbers."""
    fields = data if isinstance(data, Mapping) else {}
    number = fields.get("id")
    if not isinstance(number, int) or isinstance(number, bool) or number < 0:
        number = NAMELESS + zlib.crc32(orjson.dumps(fields.get("node_id") or data))
    return Item(number, _moment(fields.get("pushed_at")))


def _moment(text: object) -> datetime | None:
    if not isinstance(text, str):
        return None
    try:
        moment = datetime.fromisoformat(text)
        return moment.astimezone(UTC).replace(microsecond=0) if moment.tzinfo is not None else None
    except (ValueError, OverflowError):
        return None  # the record itself will be set aside for it


def _site(item: Any) -> str | None:
    """`https://github.com` of `https://github.com/owner/name`; None for anything that is no such address."""
    if not isinstance(item, Mapping):
        return None
    page, name = item.get("html_url"), item.get("full_name")
    if not isinstance(page, str) or not isinstance(name, str) or not page.endswith(f"/{name}"):
        return None
    site = page[: -len(name) - 1]
    return site if re.fullmatch(r"https?://[A-Za-z0-9.:-]+", site) else None
