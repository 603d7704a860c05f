"""How many requests a minute: buckets of tokens, one for each user, key and address, in this process."""

from __future__ import annotations

import math
import threading
from collections import OrderedDict
from dataclasses import dataclass

from talentscope.runtime.clock import Clock

MOST_BUCKETS = 50_000
"""Buckets that are kept; the one that was used longest ago is forgotten first, by then it is full or nearly so."""

WINDOW_SECONDS = 60


@dataclass(frozen=True)
class Rate:
    """What a bucket says to one request. `wait_seconds` is 0 when it is allowed."""

    is_allowed: bool
    limit: int
    remaining: int
    wait_seconds: int

    def headers(self) -> dict[str, str]:
        """As clients read it. Rule: https://datatracker.ietf.org/doc/draft-ietf-httpapi-ratelimit-headers/"""
        told = {
            "RateLimit-Policy": f'"default";q={self.limit};w={WINDOW_SECONDS}',
            "RateLimit": f'"default";r={self.remaining};t={self.wait_seconds}',
        }
        return told if self.is_allowed else told | {"Retry-After": str(self.wait_seconds)}


class Rates:
    """Buckets that fill evenly, `per_minute` tokens a minute and as many at most. Safe to share between threads."""

    def __init__(self, per_minute: int, clock: Clock, *, most: int = MOST_BUCKETS) -> None:
        self.per_minute = per_minute
        self._clock, self._most = clock, most
        self._lock = threading.Lock()
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, key: str, limit: int) -> Rate:
        """One token out of the bucket of `key`, which holds `limit`."""
        now = self._clock.now().timestamp()
        a_second = limit / WINDOW_SECONDS
        with self._lock:
            tokens, at = self._buckets.pop(key, (float(limit), now))
            tokens = min(float(limit), tokens + max(0.0, now - at) * a_second)
            is_allowed = tokens >= 1
            tokens -= 1 if is_allowed else 0
            self._buckets[key] = (tokens, now)
            while len(self._buckets) > self._most:
                self._buckets.popitem(last=False)
        wait = 0 if is_allowed else max(1, math.ceil((1 - tokens) / a_second))
        return Rate(is_allowed, limit, int(tokens), wait)
