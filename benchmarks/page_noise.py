"""How busy the machine was with other things while something was measured."""

from __future__ import annotations

import statistics
import threading
import time

import psutil

WORK = 200_000
EVERY_SECONDS = 1.0


class Noise:
    """Runs a fixed piece of work now and then; says how much its time varied, and what the load was.

    The piece shares the machine with what is measured, so quiet means: lowest and highest are close.
    """

    def __init__(self) -> None:
        self._times: list[float] = []
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> Noise:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._end.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._end.wait(EVERY_SECONDS):
            begun = time.perf_counter()
            sum(range(WORK))
            self._times.append((time.perf_counter() - begun) * 1000)

    def __str__(self) -> str:
        if not self._times:
            return "too short to tell the noise"
        low, middle, high = min(self._times), statistics.median(self._times), max(self._times)
        load = psutil.getloadavg()[0]
        worked = f"{middle:.1f} in the middle, {high:.1f} at worst"
        return f"noise: a piece of work of {low:.1f} ms took {worked}; load {load:.1f}"
