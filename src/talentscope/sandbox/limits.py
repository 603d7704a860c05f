"""Rate limits as GitHub enforces them: windows per resource that open at first use, and the secondary limits.

Rules: https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api and
https://docs.github.com/en/graphql/overview/rate-limits-and-query-limits-for-the-graphql-api
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Limits:
    """Everything GitHub limits; windows in seconds. `None` for `resource_counts` means that fault is off."""

    core: int = 5_000
    core_anonymous: int = 60
    core_window: float = 3_600
    search: int = 30
    search_anonymous: int = 10
    search_window: float = 60
    graphql: int = 5_000
    graphql_window: float = 3_600
    secondary_rest: int = 900
    secondary_graphql: int = 2_000
    secondary_window: float = 60
    concurrent: int = 100
    history_counts: int = 110  # commit counts of one GraphQL query beyond which it dies with 502
    resource_counts: int | None = None  # beyond which the rest comes back null with RESOURCE_LIMITS_EXCEEDED
    graphql_nodes: int = 500_000
    search_results: int = 1_000
    has_manners: bool = True  # whether the upstreams of companies insist on theirs (companies/manners.py)

    def allowance(self, resource: str, *, has_token: bool) -> tuple[int, float]:
        """Points and seconds of one window. GraphQL without a token has none."""
        if resource == "search":
            return (self.search if has_token else self.search_anonymous), self.search_window
        if resource == "graphql":
            return (self.graphql if has_token else 0), self.graphql_window
        return (self.core if has_token else self.core_anonymous), self.core_window


UNLIMITED = Limits(
    core=10**9, core_anonymous=10**9, search=10**9, search_anonymous=10**9, graphql=10**9,
    secondary_rest=10**9, secondary_graphql=10**9, has_manners=False,
)  # fmt: skip


@dataclass(frozen=True)
class Standing:
    """One resource of one caller at one moment, as the five headers say it. `reset` is epoch seconds."""

    resource: str
    limit: int
    used: int
    reset: int

    @property
    def remaining(self) -> int:
        return max(0, self.limit - self.used)

    def headers(self) -> dict[str, str]:
        """The five `x-ratelimit-*` headers."""
        return {
            "X-RateLimit-Limit": str(self.limit),
            "X-RateLimit-Remaining": str(self.remaining),
            "X-RateLimit-Reset": str(self.reset),
            "X-RateLimit-Used": str(self.used),
            "X-RateLimit-Resource": self.resource,
        }

    def body(self) -> dict[str, int | str]:
        """As `/rate_limit` lists it."""
        return {
            "limit": self.limit, "used": self.used, "remaining": self.remaining, "reset": self.reset,
            "resource": self.resource,
        }  # fmt: skip


@dataclass
class _Window:
    opened: float
    used: int = 0


@dataclass
class Meter:
    """Counts what every caller uses. A caller is a token, or the address of somebody without one."""

    limits: Limits
    _windows: dict[tuple[str, str], _Window] = field(default_factory=dict)
    _recent: dict[str, deque[tuple[float, int]]] = field(default_factory=dict)
    _blocked_until: float = 0.0

    def standing(self, caller: str, resource: str, *, has_token: bool, now: float) -> Standing:
        """Where a caller stands; a window nobody has used yet would open now."""
        limit, length = self.limits.allowance(resource, has_token=has_token)
        window = self._windows.get((caller, resource))
        if window is None or now >= window.opened + length:
            return Standing(resource, limit, 0, int(-(-(now + length) // 1)))
        return Standing(resource, limit, min(window.used, limit), int(-(-(window.opened + length) // 1)))

    def spend(self, caller: str, resource: str, *, points: int, has_token: bool, now: float) -> bool:
        """Take `points` of a window; False, and nothing taken, when it is spent."""
        limit, length = self.limits.allowance(resource, has_token=has_token)
        window = self._windows.get((caller, resource))
        if window is None or now >= window.opened + length:
            window = self._windows[caller, resource] = _Window(now)
        if window.used >= limit:
            return False
        window.used += points
        return True

    def refund(self, caller: str, resource: str, points: int) -> None:
        """A 304 to an authenticated caller is free."""
        window = self._windows.get((caller, resource))
        if window is not None:
            window.used = max(0, window.used - points)

    def exhaust(self, caller: str, resource: str, *, has_token: bool, now: float) -> None:
        """Leave nothing of the present window."""
        limit, _ = self.limits.allowance(resource, has_token=has_token)
        self.spend(caller, resource, points=0, has_token=has_token, now=now)
        self._windows[caller, resource].used = limit

    def is_crowded(self, caller: str, family: str, *, points: int, now: float) -> bool:
        """Whether this request breaks a secondary limit (points a rolling minute; family is rest or graphql)."""
        recent = self._recent.setdefault(f"{caller}/{family}", deque())
        while recent and recent[0][0] <= now - self.limits.secondary_window:
            recent.popleft()
        recent.append((now, points))
        allowed = self.limits.secondary_graphql if family == "graphql" else self.limits.secondary_rest
        return sum(spent for _, spent in recent) > allowed

    def block(self, until: float) -> None:
        """Refuse everybody until then (a secondary limit by fault)."""
        self._blocked_until = until

    def is_blocked(self, now: float) -> bool:
        """Whether `block` still holds."""
        return now < self._blocked_until

    @property
    def blocked_until(self) -> float:
        """Epoch seconds."""
        return self._blocked_until
