"""Asks GraphQL about many things in batches that GitHub can bear. It is handed how to write and how to read a query.

Partial answers are data: what came is kept, the rest is asked again in smaller company, and what fails even alone is
set aside, so that the end is always reached.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar

from talentscope.runtime.errors import UpstreamDown
from talentscope.sources.github.batch import Batch
from talentscope.sources.github.graphql import errors_of, is_too_much
from talentscope.sources.github.pace import Pace
from talentscope.sources.github.records import Reject
from talentscope.transport.session import SLOW, Session

LONE_TRIES = 3
"""How often something is asked for alone before it is set aside."""

PROBE = "query Probe { rateLimit { cost } }"


class Ref(Protocol):
    """Anything with a node id."""

    @property
    def node_id(self) -> str:
        """GitHub's global id."""
        ...


R = TypeVar("R", bound=Ref)


@dataclass(frozen=True)
class Reading(Generic[R]):
    """What an answer held. `again`: what it did not answer, with `why`. `is_limited`: GitHub found it too much.

    `is_void`: the question itself was wrong, and will be written differently now.
    """

    batch: Batch
    again: Sequence[R] = ()
    why: str = ""
    is_limited: bool = False
    is_void: bool = False


@dataclass(frozen=True)
class Question:
    """A GraphQL query and its variables."""

    query: str
    variables: Mapping[str, object]


@dataclass
class Asker(Generic[R]):
    """`write` makes the question for some references, `read` reads its answer, `give_up` sets one aside."""

    session: Session
    url: str
    pace: Pace
    write: Callable[[Sequence[R]], Question]
    read: Callable[[Any, Sequence[R]], Reading[R]]
    give_up: Callable[[R, str], Reject]

    def ask(self, refs: Sequence[R]) -> Iterator[Batch]:
        """Every reference ends as a record, a tombstone or a reject.

        Raises OutOfBudget between batches, and UpstreamDown if GitHub answers nothing at all any more.
        """
        queue: deque[tuple[R, int]] = deque((ref, self.pace.most) for ref in refs)  # with how many it may be asked
        lone: Counter[str] = Counter()
        while queue:
            asked = self._take(queue)
            if len(asked) == 1:
                yield self._ask_alone(asked[0], queue, lone)
                continue
            question = self.write(asked)
            answer = self.session.post_graphql(self.url, query=question.query, variables=question.variables)
            if answer.status in SLOW:
                self.pace.shrink()
                queue.extendleft((ref, len(asked) // 2) for ref in reversed(asked))
                continue
            reading = self._read(answer.data, asked)
            queue.extend((ref, _company(reading, len(asked))) for ref in reading.again)
            yield reading.batch

    def _take(self, queue: deque[tuple[R, int]]) -> list[R]:
        taken: list[R] = []
        most = self.pace.size
        while queue and len(taken) < min(most, queue[0][1]):
            ref, company = queue.popleft()
            most = min(most, company)
            taken.append(ref)
        return taken

    def _ask_alone(self, ref: R, queue: deque[tuple[R, int]], lone: Counter[str]) -> Batch:
        question = self.write([ref])
        try:
            answer = self.session.post_graphql(
                self.url, query=question.query, variables=question.variables, is_patient=True
            )
        except UpstreamDown as error:
            # Either this one is too much for GitHub, or GitHub is down: then the probe fails as well, and says so.
            self.session.post_graphql(self.url, query=PROBE, variables={}, is_patient=True)
            return Batch(rejects=(self.give_up(ref, error.message),))
        reading = self._read(answer.data, [ref])
        if not reading.again:
            return reading.batch
        lone[ref.node_id] += not reading.is_void
        if lone[ref.node_id] >= LONE_TRIES:
            return Batch(rejects=(self.give_up(ref, f"{reading.why}, alone, {LONE_TRIES} times"),))
        queue.append((ref, 1))
        return reading.batch

    def _read(self, answer: Any, asked: Sequence[R]) -> Reading[R]:
        if is_too_much(answer):
            why = "; ".join(sorted(set(errors_of(answer).values())))
            reading = Reading(Batch(), asked, why, is_limited=True)
        else:
            reading = self.read(answer, asked)
        if reading.is_limited:
            self.pace.shrink()
        elif not reading.again:
            self.pace.grow()
        return reading


def _company(reading: Reading[R], asked: int) -> int:
    """With how many others what was not answered may be asked again.

    At a limit, with as many as were answered; else in half the company it failed in, so that one alone is to blame
    in the end.
    """
    if reading.is_void:
        return asked
    answered = asked - len(reading.again)
    return answered if reading.is_limited and answered else max(1, len(reading.again) // 2)
