"""Values kept in memory up to a limit, the one not asked for longest going first. Each is built once, whoever asks."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from concurrent.futures import Future
from threading import Lock
from typing import Protocol, TypeVar, cast


class Weighty(Protocol):
    """What can be kept."""

    @property
    def size_bytes(self) -> int:
        """What it takes in memory."""


Value = TypeVar("Value", bound=Weighty)


class Kept:
    """A cache by what was asked. Safe to share between threads: while one builds, the others wait for the same."""

    def __init__(self, limit_bytes: int) -> None:
        self._limit_bytes = limit_bytes
        self._lock = Lock()
        self._values: OrderedDict[Hashable, Weighty] = OrderedDict()
        self._building: dict[Hashable, Future[Weighty]] = {}
        self._size_bytes = 0

    @property
    def size_bytes(self) -> int:
        """What is kept, at most the limit."""
        return self._size_bytes

    def get(self, key: Hashable, build: Callable[[], Value]) -> Value:
        """The value of this key, built if need be. What building raises, all who wait get; nothing is kept then."""
        with self._lock:
            if key in self._values:
                self._values.move_to_end(key)
                return cast("Value", self._values[key])
            awaited = self._building.get(key)
            mine: Future[Weighty] = Future()
            if awaited is None:
                self._building[key] = mine
        if awaited is not None:
            return cast("Value", awaited.result())
        return self._build(key, build, mine)

    def peek(self, key: Hashable) -> Weighty | None:
        """The value of this key, if it is kept."""
        with self._lock:
            if key in self._values:
                self._values.move_to_end(key)
            return self._values.get(key)

    def put(self, key: Hashable, value: Weighty) -> None:
        """Keep a value that was built elsewhere."""
        with self._lock:
            if key not in self._values:
                self._keep(key, value)

    def _build(self, key: Hashable, build: Callable[[], Value], mine: Future[Weighty]) -> Value:
        try:
            value = build()
        except BaseException as error:
            with self._lock:
                del self._building[key]
            mine.set_exception(error)
            raise
        with self._lock:
            del self._building[key]
            self._keep(key, value)
        mine.set_result(value)
        return value

    def _keep(self, key: Hashable, value: Weighty) -> None:
        if value.size_bytes > self._limit_bytes:
            return
        self._values[key] = value
        self._size_bytes += value.size_bytes
        while self._size_bytes > self._limit_bytes:
            _, gone = self._values.popitem(last=False)
            self._size_bytes -= gone.size_bytes
