"""How much we may still ask, and when. Pure: headers and times in, waits out; nobody sleeps here.

Rules: https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api,
https://docs.github.com/en/graphql/overview/rate-limits-and-query-limits-for-the-graphql-api and
https://docs.github.com/en/rest/using-the-rest-api/best-practices-for-using-the-rest-api

Requests are made one at a time, so the limits on concurrency and on seconds of answering per minute cannot be met.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from talentscope.transport.headers import http_date, number, retry_after

MINUTE = timedelta(seconds=60)
SECONDARY_PAUSE_SECONDS = 60.0
"""The least pause after a secondary limit that names no time; doubled each time it comes again at once."""

POINTS_PER_MINUTE: Mapping[str, int] = {"rest": 900, "graphql": 2000}
"""Secondary limits; a GET and a query without mutation are one point each."""


@dataclass(frozen=True)
class Wait:
    """A pause to make: for which resource, how many seconds, and why."""

    resource: str
    seconds: float
    reason: str


@dataclass
class Budget:
    """One resource: what the server last said of it, and what we spent. `resets_at` is server time."""

    resource: str
    limit: int | None = None
    remaining: int | None = None
    used: int | None = None
    resets_at: datetime | None = None
    requests: int = 0
    points: int = 0
    refused: int = 0


@dataclass
class Budgets:
    """All resources of one identity, the shared pause, and the governor of the secondary limits."""

    points_per_minute: Mapping[str, int] = field(default_factory=lambda: dict(POINTS_PER_MINUTE))
    skew: timedelta = timedelta(0)
    paused_until: datetime | None = None

    def __post_init__(self) -> None:
        self.of = {name: Budget(name) for name in ("search", "core", "graphql")}
        self._recent: dict[str, deque[datetime]] = {"rest": deque(), "graphql": deque()}
        self._secondary_in_a_row = 0

    def wait_before(self, resource: str, now: datetime) -> Wait | None:
        """The pause to make before asking, or None. `now` is our own clock."""
        if self.paused_until is not None and self.paused_until > now:
            return Wait(resource, (self.paused_until - now).total_seconds(), "secondary limit")
        budget = self.of[resource]
        if budget.remaining is not None and budget.remaining <= 0 and budget.resets_at is not None:
            seconds = (budget.resets_at - (now + self.skew)).total_seconds()
            if seconds > 0:
                return Wait(resource, seconds + 1, "its window is spent")
            budget.remaining = None
        return self._govern(resource, now)

    def _govern(self, resource: str, now: datetime) -> Wait | None:
        kind = "graphql" if resource == "graphql" else "rest"
        recent = self._recent[kind]
        while recent and recent[0] <= now - MINUTE:
            recent.popleft()
        if len(recent) < self.points_per_minute[kind]:
            return None
        return Wait(resource, (recent[0] + MINUTE - now).total_seconds() + 0.1, "pace of the secondary limit")

    def note_request(self, resource: str, now: datetime) -> None:
        """A request is on its way."""
        self.of[resource].requests += 1
        self._recent["graphql" if resource == "graphql" else "rest"].append(now)

    def note_answer(self, resource: str, headers: Mapping[str, str], now: datetime) -> None:
        """Learn from the five rate headers and from `Date`."""
        said = http_date(headers.get("date"))
        if said is not None:
            # `Date` has whole seconds, cut off: this may make us wait a second longer, never shorter
            self.skew = said - now
        budget = self.of.get(headers.get("x-ratelimit-resource", resource), self.of[resource])
        limit, remaining = number(headers.get("x-ratelimit-limit")), number(headers.get("x-ratelimit-remaining"))
        used, reset = number(headers.get("x-ratelimit-used")), number(headers.get("x-ratelimit-reset"))
        if remaining is None or reset is None:
            return
        resets_at = datetime.fromtimestamp(reset, UTC)
        if used is not None:
            budget.points += _spent(budget, used, resets_at)
        budget.limit, budget.remaining, budget.used, budget.resets_at = limit, remaining, used, resets_at

    def note_success(self) -> None:
        """An answer that was no limit ends a row of secondary limits."""
        self._secondary_in_a_row = 0

    def note_limit(self, resource: str, headers: Mapping[str, str], now: datetime) -> Wait:
        """What to wait after a limit answer: `Retry-After`, else the window's reset, else a minute, doubling.

        A secondary limit pauses every resource; a spent window only its own.
        """
        self.of[resource].refused += 1
        after = retry_after(headers.get("retry-after"), now + self.skew)
        if after is not None:
            return self._pause(resource, after, now)
        if number(headers.get("x-ratelimit-remaining")) == 0:
            wait = self.wait_before(resource, now)
            if wait is not None:
                return wait
        seconds = SECONDARY_PAUSE_SECONDS * 2**self._secondary_in_a_row
        self._secondary_in_a_row += 1
        return self._pause(resource, seconds, now)

    def _pause(self, resource: str, seconds: float, now: datetime) -> Wait:
        until = now + timedelta(seconds=seconds)
        self.paused_until = max(until, self.paused_until) if self.paused_until else until
        return Wait(resource, seconds, "secondary limit")


def _spent(before: Budget, used: int, resets_at: datetime) -> int:
    """Points since the last answer. What a window held before our first request in it is not ours."""
    if before.used is None:
        return min(1, used)
    is_same_window = before.resets_at is not None and abs(resets_at - before.resets_at) < MINUTE / 2
    return max(0, used - before.used) if is_same_window else used


def is_limit(status: int, headers: Mapping[str, str], message: str) -> bool:
    """Whether a 403 or 429 is a rate limit rather than a refusal.

    A refusal may happen to use up the window; where there is a message, it tells the two apart.
    """
    if status not in {403, 429}:
        return False
    if status == 429 or "retry-after" in headers:
        return True
    lowered = message.lower()
    if lowered:
        return "rate limit" in lowered or "abuse" in lowered
    return headers.get("x-ratelimit-remaining") == "0"
