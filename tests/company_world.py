"""A few invented companies, and sources that say what they are told to: builders that several tiers share."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

from talentscope.registry.company import Board, Company, Dated
from talentscope.registry.observation import Findings, Metric, Observation, Post, Posting, State

TODAY = date(2026, 11, 21)
NOW = datetime(2026, 11, 21, 2, tzinfo=UTC)


def company(company_id: str = "acme", **fields: object) -> Company:
    """A company with the fewest facts."""
    usual: dict[str, object] = {"name": company_id.title(), "tickers": (Dated(company_id.upper()[:4]),)}
    return Company(company_id, **{**usual, **fields})  # type: ignore[arg-type]


def observation(
    metric: Metric, value: float | None, *, company_id: str = "acme", as_of: date = TODAY, **fields: object
) -> Observation:
    """A fact, ok if it has a value."""
    usual: dict[str, object] = {
        "observed_at": NOW,
        "source": "sec",
        "source_url": "https://example.invalid/fact",
        "state": State.OK if value is not None else State.MISSING,
    }
    return Observation(company_id, metric, value, as_of, **{**usual, **fields})  # type: ignore[arg-type]


def posting(number: int, *, board: Board, company_id: str = "acme", title: str = "", location: str = "") -> Posting:
    """One listing; its requisition is its own number."""
    return Posting(
        company_id=company_id,
        vendor=board.vendor,
        board=board.token,
        posting_id=f"p{number}",
        requisition_id=f"r{number}",
        title=title or f"Engineer {number}",
        department=None,
        location=location or "Somewhere",
        url=f"https://example.invalid/{board.token}/{number}",
        opened_at=NOW,
    )


def post(number: int, *, company_id: str = "acme", text: str = "fine", author: str = "", at: datetime = NOW) -> Post:
    """Something that an invented person wrote."""
    return Post(
        company_id=company_id,
        source="hackernews",
        post_id=str(number),
        url=f"https://example.invalid/item/{number}",
        text=text,
        author=author or f"author-{number}",
        posted_at=at,
    )


Answer = Callable[[Company, date], Findings]


@dataclass
class ToldSource:
    """Says what it is told to; counts who asks, and how many at once."""

    name: str = "sec"
    metrics: tuple[Metric, ...] = (Metric.EMPLOYEES,)
    in_flight: int = 1
    has_past: bool = False
    answer: Answer = lambda company, day: Findings()
    preparing: Callable[[], None] = lambda: None
    asked: list[tuple[str, date]] = field(default_factory=list)
    prepared: list[date] = field(default_factory=list)
    most_at_once: int = 0
    _now: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def covers(self, company: Company, day: date) -> bool:
        """Everything but what has no ticker."""
        return bool(company.tickers)

    def prepare(self, companies: Sequence[Company], day: date) -> None:
        """As told."""
        self.prepared.append(day)
        self.preparing()

    def observe(self, company: Company, day: date) -> Findings:
        """As told."""
        with self._lock:
            self._now += 1
            self.most_at_once = max(self.most_at_once, self._now)
            self.asked.append((company.company_id, day))
        try:
            return self.answer(company, day)
        finally:
            with self._lock:
                self._now -= 1
