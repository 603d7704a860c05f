"""When the next request to a site may begin: one at a time through the gate, evenly spaced, and one pause for all."""

from __future__ import annotations

from datetime import datetime, timedelta
from threading import Lock

from talentscope.runtime.clock import Clock


class Pace:
    """Safe to use from several threads. Starts are spaced, so that no second ever sees more than its share.

    The gate is held while its holder waits: a late riser delays the next one instead of starting together with it.
    (pyrate-limiter was weighed: its clocks and waits are its own, ours must be the Clock's.)
    """

    def __init__(self, per_second: float, *, clock: Clock) -> None:
        self._clock = clock
        self._gate, self._state = Lock(), Lock()
        self._between = timedelta(seconds=1 / per_second)
        self._last: datetime | None = None
        self._paused_until: datetime | None = None

    def wait_turn(self, patience_seconds: float) -> float:
        """Wait until the caller may send one request, and return 0.

        If there is a pause of more than `patience_seconds`, also one that begins meanwhile, return at once how long
        it is; then it is not the caller's turn.
        """
        with self._gate:
            while (seconds := self._seconds_left()) > 0:
                if (pause := self.paused_for()) > patience_seconds:
                    return pause
                self._clock.sleep(seconds)
            self._last = self._clock.now()
        return 0.0

    def _seconds_left(self) -> float:
        now = self._clock.now()
        with self._state:
            between = self._between
        if self._last is None:
            return self.paused_for()
        self._last = min(self._last, now)  # a clock that was set back must not make a long wait out of a short space
        spacing = self._last + between - now
        return max(spacing.total_seconds(), self.paused_for())

    def pause(self, seconds: float) -> None:
        """Nobody's turn comes for so long; a longer pause that is already on stays."""
        until = self._clock.now() + timedelta(seconds=seconds)
        with self._state:
            self._paused_until = max(until, self._paused_until) if self._paused_until is not None else until

    def paused_for(self) -> float:
        """How many seconds are left of the pause."""
        with self._state:
            until = self._paused_until
        return max(0.0, (until - self._clock.now()).total_seconds()) if until is not None else 0.0

    def slow_to(self, seconds_between: float) -> None:
        """Leave at least so long between two starts."""
        with self._state:
            self._between = max(self._between, timedelta(seconds=seconds_between))
