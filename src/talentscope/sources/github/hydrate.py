"""Reads the public profiles of accounts: by the hundred with a token, one by one without."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from talentscope.runtime.clock import Clock
from talentscope.sources.github.batch import AccountRef, Batch
from talentscope.sources.github.graphql import ACCOUNTS, ACCOUNTS_WITHOUT_EMAIL, data_of, error_types
from talentscope.sources.github.pace import Pace
from talentscope.sources.github.parsing import Notebook, parse_account, parse_account_node, reject_for
from talentscope.sources.github.records import Account, Reject, Tombstone
from talentscope.transport.session import SLOW, Session

ATTEMPTS = 3
NO_EMAIL = "published e-mail addresses: the token lacks the scope read:user or user:email"


class Hydration:
    """Fetches accounts. `left_out` gathers what a person should know was not read."""

    def __init__(self, session: Session, *, api_url: str, graphql_url: str, clock: Clock, notebook: Notebook) -> None:
        self._session, self._api_url, self._graphql_url = session, api_url, graphql_url
        self._clock, self._notebook = clock, notebook
        self._asks_email = True
        self.left_out: list[str] = []

    def fetch_by_graphql(self, refs: Sequence[AccountRef]) -> Iterator[Batch]:
        """One request a hundred accounts. What comes back null for a passing reason is asked again, thrice at most."""
        queue, attempts, pace = deque(refs), Counter[str](), Pace(100)
        while queue:
            asked = [queue.popleft() for _ in range(min(pace.size, len(queue)))]
            attempts.update(ref.node_id for ref in asked)
            query = ACCOUNTS if self._asks_email else ACCOUNTS_WITHOUT_EMAIL
            answer = self._session.post_graphql(
                self._graphql_url, query=query, variables={"ids": [ref.node_id for ref in asked]}
            )
            if answer.status in SLOW:
                pace.shrink()
                yield self._again(queue, asked, attempts, why=f"GitHub answered {answer.status}")
                continue
            if self._asks_email and "INSUFFICIENT_SCOPES" in error_types(answer.data, depth=0).values():
                self._asks_email = False
                self.left_out.append(NO_EMAIL)
                attempts.subtract(ref.node_id for ref in asked)
                queue.extendleft(reversed(asked))
                continue
            pace.grow()
            yield self._read(answer.data, asked, queue, attempts)

    def _read(
        self, data: Mapping[str, Any], asked: list[AccountRef], queue: deque[AccountRef], attempts: Counter[str]
    ) -> Batch:
        at, errors = self._clock.now(), error_types(data, depth=1)
        nodes = data_of(data).get("nodes") or []
        accounts: list[Account] = []
        tombstones: list[Tombstone] = []
        rejects: list[Reject] = []
        again: list[AccountRef] = []
        for place, ref in enumerate(asked):
            node = nodes[place] if place < len(nodes) else None
            if node is not None:
                parsed = parse_account_node(node, ref, at=at)
                (accounts if isinstance(parsed, Account) else rejects).append(parsed)  # type: ignore[arg-type]
            elif errors.get(place) == "NOT_FOUND":
                tombstones.append(Tombstone("account", ref.node_id, at, "GitHub knows no such account"))
            else:
                again.append(ref)
        given_up = self._again(queue, again, attempts, why="GitHub gave nothing for it").rejects
        return Batch(accounts=tuple(accounts), tombstones=tuple(tombstones), rejects=(*rejects, *given_up))

    def _again(
        self, queue: deque[AccountRef], refs: Sequence[AccountRef], attempts: Counter[str], *, why: str
    ) -> Batch:
        """Put back what may still come, set aside what was asked often enough."""
        at = self._clock.now()
        queue.extend(ref for ref in refs if attempts[ref.node_id] < ATTEMPTS)
        return Batch(
            rejects=tuple(
                reject_for(
                    ref.node_id,
                    {},
                    kind="account",
                    path="nodes",
                    source="graphql",
                    at=at,
                    reason=f"{why}, {ATTEMPTS} times",
                )
                for ref in refs
                if attempts[ref.node_id] >= ATTEMPTS
            )
        )

    def fetch_by_rest(self, refs: Sequence[AccountRef]) -> Iterator[Batch]:
        """One request an account, by its number, which survives renames.

        https://docs.github.com/en/rest/users/users#get-a-user-using-their-id
        """
        for ref in refs:
            answer = self._session.get(f"{self._api_url}/user/{ref.github_id}", resource="core", allow={404})
            at = self._clock.now()
            if answer.status == 404:
                yield Batch(tombstones=(Tombstone("account", ref.node_id, at, "GitHub knows no such account"),))
                continue
            parsed = parse_account(answer.data, at=at)
            noted = self._notebook.note_account(answer.data, at=at)
            if isinstance(parsed, Account):
                yield Batch(accounts=(parsed,), unknown_fields=noted)
            else:
                # the queue goes by node id, whatever the broken record says of itself
                yield Batch(rejects=(_as(parsed, ref.node_id),), unknown_fields=noted)


def _as(reject: Reject, record_id: str) -> Reject:
    return Reject(reject.source, reject.kind, record_id, reject.path, reject.reason, reject.payload, reject.observed_at)
