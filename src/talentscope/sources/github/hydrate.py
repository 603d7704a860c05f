"""Reads the public profiles of accounts: by the hundred with a token, one by one without."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from talentscope.runtime.clock import Clock
from talentscope.sources.github.asking import Asker, Question, Reading
from talentscope.sources.github.batch import AccountRef, Batch
from talentscope.sources.github.graphql import ACCOUNTS, ACCOUNTS_WITHOUT_EMAIL, TOO_MUCH, data_of, errors_of, has_error
from talentscope.sources.github.pace import Pace
from talentscope.sources.github.parsing import Notebook, parse_account, parse_account_node, reject_for
from talentscope.sources.github.records import Account, Reject, Tombstone
from talentscope.transport.session import Session

NO_EMAIL = "published e-mail addresses: the token lacks the scope read:user or user:email"
GONE = "GitHub knows no such account"


class Hydration:
    """Fetches accounts. `left_out` gathers what a person should know was not read."""

    def __init__(self, session: Session, *, api_url: str, graphql_url: str, clock: Clock, notebook: Notebook) -> None:
        self._session, self._api_url = session, api_url
        self._clock, self._notebook = clock, notebook
        self._asks_email = True
        self.left_out: list[str] = []
        self._asker = Asker[AccountRef](session, graphql_url, Pace(100), self._write, self._read, self._give_up)

    def fetch_by_graphql(self, refs: Sequence[AccountRef]) -> Iterator[Batch]:
        """One request a hundred accounts."""
        return self._asker.ask(refs)

    def _write(self, refs: Sequence[AccountRef]) -> Question:
        query = ACCOUNTS if self._asks_email else ACCOUNTS_WITHOUT_EMAIL
        return Question(query, {"ids": [ref.node_id for ref in refs]})

    def _read(self, answer: Any, refs: Sequence[AccountRef]) -> Reading[AccountRef]:
        errors = errors_of(answer)
        if self._asks_email and has_error(errors, "INSUFFICIENT_SCOPES"):
            self._asks_email = False
            self.left_out.append(NO_EMAIL)
            return Reading(Batch(), again=refs, is_void=True)
        at, nodes = self._clock.now(), data_of(answer).get("nodes")
        nodes = nodes if isinstance(nodes, list) and len(nodes) == len(refs) else [None] * len(refs)
        accounts: list[Account] = []
        tombstones: list[Tombstone] = []
        rejects: list[Reject] = []
        again: list[AccountRef] = []
        for place, (ref, node) in enumerate(zip(refs, nodes, strict=True)):
            if isinstance(node, Mapping):
                parsed = parse_account_node(node, ref, at=at)
                (accounts if isinstance(parsed, Account) else rejects).append(parsed)  # type: ignore[arg-type]
            elif errors.get(("nodes", place)) == "NOT_FOUND":
                tombstones.append(Tombstone("account", ref.node_id, at, GONE))
            else:
                again.append(ref)
        batch = Batch(accounts=tuple(accounts), tombstones=tuple(tombstones), rejects=tuple(rejects))
        why = "; ".join(sorted(set(errors.values()))) or "GitHub gave nothing for it"
        return Reading(batch, again, why, is_limited=has_error(errors, TOO_MUCH))

    def _give_up(self, ref: AccountRef, why: str) -> Reject:
        return reject_for(
            ref.node_id, {}, kind="account", path="nodes", source="graphql", at=self._clock.now(), reason=why
        )

    def fetch_by_rest(self, refs: Sequence[AccountRef]) -> Iterator[Batch]:
        """One request an account, by its number, which survives renames.

        https://docs.github.com/en/rest/users/users#get-a-user-using-their-id
        """
        for ref in refs:
            answer = self._session.get(f"{self._api_url}/user/{ref.github_id}", resource="core", allow={404})
            at = self._clock.now()
            if answer.status == 404:
                yield Batch(tombstones=(Tombstone("account", ref.node_id, at, GONE),))
                continue
            parsed = parse_account(answer.data, at=at)
            noted = self._notebook.note_account(answer.data, at=at)
            if isinstance(parsed, Account):
                yield Batch(accounts=(parsed,), unknown_fields=noted)
            else:
                # The queue goes by node id, whatever the broken record says of itself.
                yield Batch(rejects=(replace(parsed, record_id=ref.node_id),), unknown_fields=noted)
