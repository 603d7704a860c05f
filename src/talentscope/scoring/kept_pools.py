"""Pools kept in memory up to a limit, the one not asked for longest going first. Each is built once, whoever asks."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from concurrent.futures import Future
from threading import Lock

from talentscope.scoring.pool import Pool


class KeptPools:
    """A cache by what was asked. Safe to share between threads: while one builds, the others wait for the same."""

    def __init__(self, limit_bytes: int) -> None:
        self._limit_bytes = limit_bytes
        self._lock = Lock()
        self._kept: OrderedDict[Hashable, Pool] = OrderedDict()
        self._building: dict[Hashable, Future[Pool]] = {}
        self._size_bytes = 0

    @property
    def size_bytes(self) -> int:
        """What is kept."""
        return self._size_bytes

    def get(self, key: Hashable, build: Callable[[], Pool]) -> Pool:
        """The pool of this key, built if need be. What building raises, all who wait get; nothing is kept then."""
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
            awaited = self._building.get(key)
            if awaited is None:
                mine = self._building[key] = Future()
        if awaited is not None:
            return awaited.result()
        try:
            pool = build()
        except BaseException as error:
            with self._lock:
                del self._building[key]
            mine.set_exception(error)
            raise
        with self._lock:
            del self._building[key]
            self._keep(key, pool)
        mine.set_result(pool)
        return pool

    def _keep(self, key: Hashable, pool: Pool) -> None:
        if pool.size_bytes > self._limit_bytes:
            return
        self._kept[key] = pool
        self._size_bytes += pool.size_bytes
        while self._size_bytes > self._limit_bytes:
            _, gone = self._kept.popitem(last=False)
            self._size_bytes -= gone.size_bytes
