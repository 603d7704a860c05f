"""Reading a company's job boards: what one board said, or why it did not, becomes findings.

What each vendor's answer looks like stands in its source; what an observation of a board is, here, once.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from talentscope.registry.company import Board, Company
from talentscope.registry.observation import Findings, Metric, Observation, Posting, State
from talentscope.registry.offers import offer_key
from talentscope.runtime.clock import Clock
from talentscope.runtime.errors import UpstreamDown, UpstreamError, UpstreamRefused

GONE = frozenset({404, 410})
"""Statuses that say that there is no such board; every other refusal says that it is not for us."""


@dataclass(frozen=True)
class Reading:
    """What a board said. Offers and listings are numbers of `state` ok, capped (a floor) or empty.

    `listings` is None where the vendor does not tell listings one by one; then `postings` is empty.
    """

    offers: int
    listings: int | None
    postings: tuple[Posting, ...] = ()
    is_capped: bool = False
    evidence: str = ""


@dataclass(frozen=True)
class Told:
    """Who tells it and when: what the observations of one look have in common."""

    source: str
    metrics: tuple[Metric, ...]
    day: date
    at: datetime


class BoardSource(ABC):
    """A Source (observation.py) of job boards: what all vendors have in common. A vendor adds `page` and `read`.

    `vendors` are the words of the registry for its boards.
    """

    name: str
    vendors: tuple[str, ...]
    metrics: tuple[Metric, ...] = (Metric.OPEN_OFFERS, Metric.POSTINGS)
    in_flight: int
    has_past = False

    def __init__(self, *, clock: Clock) -> None:
        self._clock = clock

    @abstractmethod
    def page(self, board: Board) -> str:
        """Where a person sees the board."""

    @abstractmethod
    def read(self, company: Company, board: Board) -> Reading:
        """Ask for the board as it stands. Raises UpstreamError."""

    def covers(self, company: Company, day: date) -> bool:
        """Companies that hire on a board of this vendor on that day."""
        return bool(self._boards(company, day))

    def prepare(self, companies: Sequence[Company], day: date) -> None:  # noqa: B027 - most vendors need none
        """Nothing is asked for in common."""

    def observe(self, company: Company, day: date) -> Findings:
        """Offers and listings of each of its boards, as they stand now. Raises UpstreamDown if none answers."""
        told = Told(self.name, self.metrics, day, self._clock.now())
        boards = self._boards(company, day)
        return read_boards(company, boards, told=told, page=self.page, read=lambda board: self.read(company, board))

    def _boards(self, company: Company, day: date) -> tuple[Board, ...]:
        return tuple(board for board in company.boards_on(day) if board.vendor in self.vendors)


def count_listings(postings: Sequence[Posting], *, listings: int | None = None, left_out: str = "") -> Reading:
    """The reading of a board that tells every listing: requisitions count once, whatever the number of cities.

    `listings` is how many the board shows, if it shows one posting several times; `left_out` says what is no offer.
    """
    unique = tuple({posting.posting_id: posting for posting in postings}.values())
    offers = len({offer_key(posting) for posting in unique})
    shown = len(postings) if listings is None else listings
    without = sum(posting.requisition_id is None for posting in unique)
    told = [f"requisitions: {offers}, listings: {shown}"]
    if without:
        told.append(f"without a requisition id, each counted by itself: {without}")
    if left_out:
        told.append(left_out)
    return Reading(offers, shown, unique, evidence="; ".join(told))


def read_boards(
    company: Company,
    boards: Sequence[Board],
    *,
    told: Told,
    page: Callable[[Board], str],
    read: Callable[[Board], Reading],
) -> Findings:
    """Read each of the boards. `page` is where a person finds the board, `read` asks it.

    A board's trouble is the state of its facts. Raises UpstreamDown if that is the trouble of all of them.
    """
    found, downs = [], []
    for board in boards:
        try:
            found.append(_facts(company, board, read(board), told=told, url=page(board)))
        except UpstreamError as error:
            downs += [error] if isinstance(error, UpstreamDown) else []
            found.append(_trouble(company, board, error, told=told, url=page(board)))
    if downs and len(downs) == len(boards):
        raise downs[-1]
    return Findings(
        observations=tuple(observation for findings in found for observation in findings.observations),
        postings=tuple(posting for findings in found for posting in findings.postings),
    )


def trouble_state(error: UpstreamError) -> State:
    """Missing if the upstream says that it has no such thing, else blocked."""
    return State.MISSING if isinstance(error, UpstreamRefused) and error.status in GONE else State.BLOCKED


def _facts(company: Company, board: Board, reading: Reading, *, told: Told, url: str) -> Findings:
    numbers = {Metric.OPEN_OFFERS: reading.offers, Metric.POSTINGS: reading.listings}
    observations = []
    for metric in told.metrics:
        number = numbers[metric]
        if number is None:
            raise ValueError(f"{told.source} promises {metric} and has none for {board.subject}")
        state = State.CAPPED if reading.is_capped else State.OK if number else State.EMPTY
        observations.append(
            replace(
                _observation(company, board, metric, told=told, url=url),
                value=float(number),
                state=state,
                evidence=reading.evidence,
            )
        )
    return Findings(tuple(observations), reading.postings)


def _trouble(company: Company, board: Board, error: UpstreamError, *, told: Told, url: str) -> Findings:
    state = trouble_state(error)
    return Findings(
        tuple(
            replace(_observation(company, board, metric, told=told, url=url), state=state, reason=error.message)
            for metric in told.metrics
        )
    )


def _observation(company: Company, board: Board, metric: Metric, *, told: Told, url: str) -> Observation:
    return Observation(
        company_id=company.company_id,
        metric=metric,
        value=None,
        as_of=told.day,
        observed_at=told.at,
        source=told.source,
        source_url=url,
        state=State.MISSING,
        subject=board.subject,
    )
