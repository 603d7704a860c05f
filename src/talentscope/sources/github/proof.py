"""Asks how many of a repository's commits its owner wrote: in adaptive batches with a token, one by one without."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from talentscope.runtime.clock import Clock
from talentscope.sources.github.asking import Asker, Question, Reading
from talentscope.sources.github.batch import Batch, RepositoryRef
from talentscope.sources.github.graphql import TOO_MUCH, data_of, errors_of, has_error, ownership_query
from talentscope.sources.github.pace import Pace
from talentscope.sources.github.parsing import parse_contributors, parse_ownership_node, reject_for
from talentscope.sources.github.records import Ownership, Reject, Tombstone
from talentscope.transport.session import Answer, Session

START, MOST = 50, 100
GONE = "GitHub knows no such repository"

_LAST_PAGE = re.compile(r"[?&]page=(\d{1,9})(?:&|$)")


class Proof:
    """Fetches ownership. The pace is kept for the life of the process: what GitHub bears is learned once."""

    def __init__(self, session: Session, *, api_url: str, graphql_url: str, clock: Clock) -> None:
        self._session, self._api_url, self._clock = session, api_url, clock
        self.pace = Pace(START, most=MOST)
        self._asker = Asker[RepositoryRef](session, graphql_url, self.pace, _write, self._read, self._give_up)

    def fetch_by_graphql(self, refs: Sequence[RepositoryRef]) -> Iterator[Batch]:
        """Fifty repositories a request at first; half of that when GitHub runs out of time, slowly more when not."""
        return self._asker.ask(refs)

    def _read(self, answer: Any, refs: Sequence[RepositoryRef]) -> Reading[RepositoryRef]:
        at, errors, nodes = self._clock.now(), errors_of(answer), data_of(answer)
        owned: list[Ownership] = []
        tombstones: list[Tombstone] = []
        rejects: list[Reject] = []
        again: list[RepositoryRef] = []
        failed = {path[0] for path in errors if path}
        for number, ref in enumerate(refs):
            name = f"r{number}"
            node = nodes.get(name)
            if errors.get((name,)) == "NOT_FOUND":
                tombstones.append(Tombstone("repository", ref.node_id, at, GONE))
            elif name in failed or not isinstance(node, Mapping):
                again.append(ref)
            else:
                parsed = parse_ownership_node(node, ref, at=at)
                (owned if isinstance(parsed, Ownership) else rejects).append(parsed)  # type: ignore[arg-type]
        batch = Batch(ownership=tuple(owned), tombstones=tuple(tombstones), rejects=tuple(rejects))
        why = "; ".join(sorted(set(errors.values()))) or "GitHub gave no count for it"
        return Reading(batch, again, why, is_limited=has_error(errors, TOO_MUCH))

    def _give_up(self, ref: RepositoryRef, why: str) -> Reject:
        return reject_for(
            ref.node_id,
            {"full_name": ref.full_name},
            kind="ownership",
            path="history",
            source="graphql",
            at=self._clock.now(),
            reason=why,
        )

    def fetch_by_rest(self, refs: Sequence[RepositoryRef]) -> Iterator[Batch]:
        """One request a repository: the list of contributors, whose first page tells shares and number.

        https://docs.github.com/en/rest/repos/repos#list-repository-contributors (cached for hours; 204 for an empty
        repository; 403 where the history is too large to list; 451 where it was taken down).
        """
        for ref in refs:
            answer = self._session.get(
                f"{self._api_url}/repos/{ref.full_name}/contributors",
                params={"per_page": 100, "anon": "1"},
                resource="core",
                allow={403, 404, 451},
            )
            yield self._read_contributors(answer, ref)

    def _read_contributors(self, answer: Answer, ref: RepositoryRef) -> Batch:
        at = self._clock.now()
        if answer.status == 404:
            return Batch(tombstones=(Tombstone("repository", ref.node_id, at, GONE),))
        if answer.status in {403, 451}:
            unknown = Ownership(ref.node_id, ref.owner_github_id, None, None, None, at, "rest")
            return Batch(ownership=(unknown,))
        pages = _LAST_PAGE.search(answer.link.get("last", ""))
        more = int(pages.group(1)) * 100 if pages else None  # at most so many: the last page may be short
        data = [] if answer.status == 204 else answer.data
        parsed = parse_contributors(data, ref, contributors=more, at=at)
        if isinstance(parsed, Ownership):
            return Batch(ownership=(parsed,))
        return Batch(rejects=(replace(parsed, record_id=ref.node_id),))


def _write(refs: Sequence[RepositoryRef]) -> Question:
    variables = {f"r{n}": ref.node_id for n, ref in enumerate(refs)}
    variables |= {f"o{n}": ref.owner_node_id for n, ref in enumerate(refs)}
    return Question(ownership_query(len(refs)), variables)
