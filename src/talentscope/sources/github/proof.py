"""Asks how many of a repository's commits its owner wrote: in adaptive batches with a token, one by one without."""

from __future__ import annotations

import re
from collections import Counter, deque
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from talentscope.runtime.clock import Clock
from talentscope.sources.github.batch import Batch, RepositoryRef
from talentscope.sources.github.graphql import data_of, error_types, ownership_query
from talentscope.sources.github.pace import Pace
from talentscope.sources.github.parsing import parse_contributors, parse_ownership_node, reject_for
from talentscope.sources.github.records import Ownership, Reject, Tombstone
from talentscope.transport.session import SLOW, Answer, Session

ATTEMPTS = 4
START, MOST = 50, 100
LIMITED = "RESOURCE_LIMITS_EXCEEDED"
"""https://github.blog/changelog/2025-09-01-graphql-api-resource-limits"""

_LAST_PAGE = re.compile(r"[?&]page=(\d+)")


class Proof:
    """Fetches ownership. The pace is kept for the life of the process: what GitHub bears is learned once."""

    def __init__(self, session: Session, *, api_url: str, graphql_url: str, clock: Clock) -> None:
        self._session, self._api_url, self._graphql_url, self._clock = session, api_url, graphql_url, clock
        self.pace = Pace(START, most=MOST)

    def fetch_by_graphql(self, refs: Sequence[RepositoryRef]) -> Iterator[Batch]:
        """Fifty repositories a request at first; half of that when GitHub runs out of time, slowly more when not."""
        queue, attempts = deque(refs), Counter[str]()
        while queue:
            asked = [queue.popleft() for _ in range(min(self.pace.size, len(queue)))]
            variables = {f"r{n}": ref.node_id for n, ref in enumerate(asked)}
            variables |= {f"o{n}": ref.owner_node_id for n, ref in enumerate(asked)}
            answer = self._session.post_graphql(
                self._graphql_url, query=ownership_query(len(asked)), variables=variables
            )
            if answer.status in SLOW:
                self.pace.shrink()
                if len(asked) == 1:  # only a repository that fails alone is to blame itself
                    attempts.update([asked[0].node_id])
                yield self._again(queue, asked, attempts, why=f"GitHub answered {answer.status}")
                continue
            yield self._read(answer.data, asked, queue, attempts)

    def _read(
        self, data: Mapping[str, Any], asked: list[RepositoryRef], queue: deque[RepositoryRef], attempts: Counter[str]
    ) -> Batch:
        at, errors = self._clock.now(), error_types(data, depth=0)
        nodes = data_of(data)
        owned: list[Ownership] = []
        tombstones: list[Tombstone] = []
        rejects: list[Reject] = []
        again: list[RepositoryRef] = []
        for number, ref in enumerate(asked):
            node, trouble = nodes.get(f"r{number}"), errors.get(f"r{number}")
            if trouble == "NOT_FOUND":
                tombstones.append(Tombstone("repository", ref.node_id, at, "GitHub knows no such repository"))
            elif node is None or trouble is not None:
                again.append(ref)
            else:
                parsed = parse_ownership_node(node, ref, at=at)
                (owned if isinstance(parsed, Ownership) else rejects).append(parsed)  # type: ignore[arg-type]
        if LIMITED in errors.values():
            self.pace.shrink()
        else:
            self.pace.grow()
        if LIMITED not in errors.values() or len(asked) == 1:
            attempts.update(ref.node_id for ref in again)
        given_up = self._again(queue, again, attempts, why="GitHub gave no count for it").rejects
        return Batch(ownership=tuple(owned), tombstones=tuple(tombstones), rejects=(*rejects, *given_up))

    def _again(
        self, queue: deque[RepositoryRef], refs: Sequence[RepositoryRef], attempts: Counter[str], *, why: str
    ) -> Batch:
        at = self._clock.now()
        queue.extend(ref for ref in refs if attempts[ref.node_id] < ATTEMPTS)
        return Batch(
            rejects=tuple(
                reject_for(
                    ref.node_id,
                    {"full_name": ref.full_name},
                    kind="ownership",
                    path="history",
                    source="graphql",
                    at=at,
                    reason=f"{why}, {ATTEMPTS} times",
                )
                for ref in refs
                if attempts[ref.node_id] >= ATTEMPTS
            )
        )

    def fetch_by_rest(self, refs: Sequence[RepositoryRef]) -> Iterator[Batch]:
        """One request a repository: the list of contributors, whose first page tells shares and number.

        https://docs.github.com/en/rest/repos/repos#list-repository-contributors (cached for hours; 204 for an empty
        repository; 403 where the history is too large to list).
        """
        for ref in refs:
            answer = self._session.get(
                f"{self._api_url}/repos/{ref.full_name}/contributors",
                params={"per_page": 100, "anon": "1"},
                resource="core",
                allow={403, 404},
            )
            yield self._read_contributors(answer, ref)

    def _read_contributors(self, answer: Answer, ref: RepositoryRef) -> Batch:
        at = self._clock.now()
        if answer.status == 404:
            return Batch(tombstones=(Tombstone("repository", ref.node_id, at, "GitHub knows no such repository"),))
        if answer.status == 403:
            message = str(answer.data.get("message", "")) if isinstance(answer.data, dict) else ""
            reason = f"GitHub lists no contributors: {message}"[:500]
            return Batch(
                rejects=(
                    reject_for(
                        ref.node_id,
                        answer.data,
                        kind="ownership",
                        path="contributors",
                        source="rest",
                        at=at,
                        reason=reason,
                    ),
                )
            )
        pages = _LAST_PAGE.search(answer.link.get("last", ""))
        more = int(pages.group(1)) * 100 if pages else None  # at most so many: the last page may be short
        parsed = parse_contributors(answer.data or [], ref, contributors=more, at=at)
        return Batch(ownership=(parsed,)) if isinstance(parsed, Ownership) else Batch(rejects=(parsed,))
