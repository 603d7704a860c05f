"""Failed attempts to sign in make the next ones wait, by name and by address, in this process."""

from __future__ import annotations

import math
import threading
from collections import OrderedDict
from collections.abc import Sequence

from talentscope.runtime.clock import Clock

MOST_KEPT = 20_000
FORGOTTEN_SECONDS = 3600
"""After so long without an attempt, nothing is held against a name or an address."""

FREE = {"pair": 5, "address": 20, "name": 30}
"""Attempts before the first wait: one address at one name, one address at any name, one name from anywhere."""

LONGEST = {"pair": 900, "address": 900, "name": 60}
"""Seconds. A stranger must not keep somebody out by guessing at their name, so a name alone never waits for long."""


class Slowdown:
    """Counts attempts; every one after the free ones doubles the wait. Safe to share between threads."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._counted: OrderedDict[tuple[str, ...], tuple[int, float]] = OrderedDict()

    def attempt(self, name: str, address: str) -> int:
        """Count an attempt before it is looked at, so that many at once gain nothing. Seconds to wait, 0 to go on."""
        now = self._clock.now().timestamp()
        with self._lock:
            wait = max(self._wait(key, now) for key in _keys(name, address))
            if wait > 0:
                return math.ceil(wait)
            for key in _keys(name, address):
                count, _ = self._counted.pop(key, (0, now))
                self._counted[key] = (count + 1, now)
            while len(self._counted) > MOST_KEPT:
                self._counted.popitem(last=False)
        return 0

    def succeeded(self, name: str, address: str) -> None:
        """The attempt was good: it is taken back, and nothing is held against the pair any more."""
        pair, *others = _keys(name, address)
        with self._lock:
            self._counted.pop(pair, None)
            for key in others:
                count, at = self._counted.get(key, (0, 0.0))
                if count > 1:
                    self._counted[key] = (count - 1, at)
                else:
                    self._counted.pop(key, None)

    def _wait(self, key: tuple[str, ...], now: float) -> float:
        count, at = self._counted.get(key, (0, now))
        if now - at > FORGOTTEN_SECONDS:
            self._counted.pop(key, None)
            return 0.0
        over = count - FREE[key[0]]
        return 0.0 if over < 0 else at + min(LONGEST[key[0]], 2 ** min(over, 20)) - now


def _keys(name: str, address: str) -> Sequence[tuple[str, ...]]:
    name = name[:100]
    return (("pair", name, address), ("address", address), ("name", name))
