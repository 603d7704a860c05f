"""Offers of companies with several boards: a job that is on two systems counts once. Pure.

The readings of such a company are held until all its boards have been read; each posting then counts on the first
board that shows it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from talentscope.registry.company import Company
from talentscope.registry.observation import Findings, Metric, Observation, State
from talentscope.registry.offers import distinct_across

VENDOR_FAMILIES = {"lever-eu": "lever"}
"""Vendors that are read by a source of another name."""

WHY_UNREAD = {
    "smartrecruiters": "its robots.txt closes the API to everybody but one crawler",
    "oracle_orc": "its API is marked for internal use",
}
"""Reasons, where there is a better one than that no source reads the vendor: reference of the registry, §2.1."""


def source_of(vendor: str) -> str:
    """The name of the source that reads a vendor's boards."""
    return VENDOR_FAMILIES.get(vendor, vendor)


@dataclass
class Shelf:
    """Board readings of companies that hire on several boards, until they can be counted together."""

    day: date
    _held: dict[str, list[Findings]] = field(default_factory=dict)
    _order: dict[str, dict[str, int]] = field(default_factory=dict)

    def holds(self, company: Company, findings: Findings) -> bool:
        """Keep the findings if they must wait for another board of the company."""
        is_board = any(o.metric is Metric.OPEN_OFFERS for o in findings.observations)
        boards = company.boards_on(self.day)
        if not is_board or len(boards) < 2:
            return False
        self._order[company.company_id] = {board.subject: place for place, board in enumerate(boards)}
        self._held.setdefault(company.company_id, []).append(findings)
        return True

    def release(self) -> list[Findings]:
        """All that was held, each offer counted once a company."""
        released = [recounted(findings, self._order[company_id]) for company_id, findings in self._held.items()]
        self._held = {}
        return released


def recounted(findings: Sequence[Findings], order: Mapping[str, int]) -> Findings:
    """The readings of one company's boards as one, with every offer on the first board that shows it.

    `order` is the registry's order of boards by subject: answers come in any, and the counts must not depend on it.
    """
    postings = tuple(
        sorted(
            (posting for found in findings for posting in found.postings),
            key=lambda posting: order.get(f"{posting.vendor}:{posting.board}", len(order)),
        )
    )
    counts = distinct_across(postings)
    observations = tuple(_recount(o, counts.get(o.subject)) for found in findings for o in found.observations)
    return Findings(observations, postings, notes=tuple(note for found in findings for note in found.notes))


def _recount(observation: Observation, count: int | None) -> Observation:
    if observation.metric is not Metric.OPEN_OFFERS or observation.state is not State.OK or count is None:
        return observation
    if observation.value is None or count >= observation.value:
        return observation
    told = f"{observation.value - count:.0f} of {observation.value:.0f} are on another board of the company too"
    evidence = f"{observation.evidence}; {told}" if observation.evidence else told
    return replace(observation, value=float(count), evidence=evidence)


def unread_boards(
    companies: Iterable[Company], *, read: Iterable[str], day: date, observed_at: datetime
) -> list[Observation]:
    """A fact without a value for each board whose vendor no source reads: unknown is not zero."""
    known = set(read)
    return [
        Observation(
            company_id=company.company_id,
            metric=Metric.OPEN_OFFERS,
            value=None,
            as_of=day,
            observed_at=observed_at,
            source=board.vendor,
            source_url=f"https://{company.website}" if company.website else "",
            state=State.MISSING,
            subject=board.subject,
            reason=f"no source reads {board.vendor} boards"
            + (f": {WHY_UNREAD[board.vendor]}" if board.vendor in WHY_UNREAD else ""),
        )
        for company in companies
        for board in company.boards_on(day)
        if source_of(board.vendor) not in known
    ]
