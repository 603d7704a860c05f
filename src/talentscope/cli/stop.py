"""How a command ends when it is asked to: by SIGTERM, by Ctrl-C, by its own watch. First the checkpoint, soon the end.

Python runs a handler only between two steps of its own, dlt puts a handler of its own in place of ours for a while, and
a finalizer swallows what a handler raises. So a thread hears of each signal too, reminds the main thread of it, and in
the end does what a kill would do: that is safe at any moment, and Cloud Run would do it two seconds later.
"""

from __future__ import annotations

import os
import signal
import socket
import threading
from collections.abc import Callable
from contextlib import suppress

from talentscope.runtime.errors import OutOfBudget

SIGNALS = (signal.SIGINT, signal.SIGTERM)
STOPPED_BY_HAND = 130
"""128 + SIGINT, as shells have it."""

REMIND_SECONDS = 2.5
LAST_WORDS_SECONDS = 8.0
"""Cloud Run kills after ten: https://docs.cloud.google.com/run/docs/container-contract#instance-shutdown"""


class Terminated(KeyboardInterrupt):
    """SIGTERM: a service manager, a container or the page ends the run, which keeps what it has as after a Ctrl-C."""


class Stop:
    """Heeds SIGINT and SIGTERM within its block, in the main thread: the first of them is raised there.

    With `at_worst` it also ends the process where that does not help in time; `at_worst` is told the exit code first.
    """

    def __init__(
        self, at_worst: Callable[[int], None] | None = None, *, last_words_seconds: float = LAST_WORDS_SECONDS
    ) -> None:
        self.reason = ""
        self._at_worst, self._last_words_seconds = at_worst, last_words_seconds
        self._asked: int | None = None
        self._has_raised, self._is_over = threading.Event(), threading.Event()
        self._main = threading.main_thread().ident or 0
        self._before: dict[int, object] = {}
        self._ears: tuple[socket.socket, socket.socket] | None = None
        self._former_ear = -1

    @staticmethod
    def in_force() -> Stop | None:
        """The one whose block we are in."""
        found = getattr(signal.getsignal(signal.SIGTERM), "__self__", None)
        return found if isinstance(found, Stop) else None

    @property
    def is_asked(self) -> bool:
        """Whether this process has been asked to end."""
        return self._asked is not None

    @property
    def code(self) -> int:
        """The exit code that goes with who asked: everything is kept in either case."""
        return STOPPED_BY_HAND if self._asked == signal.SIGINT else OutOfBudget.exit_code

    @property
    def error(self) -> type[KeyboardInterrupt]:
        """What is raised for it."""
        return KeyboardInterrupt if self._asked == signal.SIGINT else Terminated

    def __enter__(self) -> Stop:
        if threading.current_thread() is threading.main_thread():
            self._before = {number: signal.signal(number, self._heed) for number in SIGNALS}
            if self._at_worst is not None:
                self._listen()
        return self

    def __exit__(self, *_: object) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)  # type: ignore[arg-type]
        if self._ears is not None:
            signal.set_wakeup_fd(self._former_ear)
        if not self.is_asked:
            self._hang_up()  # else the thread watches over the end of the process, which waits for its threads

    def heed(self) -> None:
        """Raises KeyboardInterrupt if this process was asked to end and what was raised then got lost."""
        if self.is_asked:
            self._has_raised.set()
            raise self.error

    def end(self, reason: str, *, within_seconds: float) -> None:
        """Ask this process to end as SIGTERM does; for a thread that has noticed that it must."""
        self.reason, self._last_words_seconds = reason, within_seconds
        signal.pthread_kill(self._main, signal.SIGTERM)

    def _heed(self, number: int, _: object) -> None:
        self._asked = self._asked or number
        self._has_raised.set()
        raise self.error

    def _listen(self) -> None:
        """Every signal is written into a socket as it comes, whatever the main thread is at.

        Rule: https://docs.python.org/3/library/signal.html#signal.set_wakeup_fd
        """
        self._ears = socket.socketpair()
        self._ears[1].setblocking(False)
        self._former_ear = signal.set_wakeup_fd(self._ears[1].fileno(), warn_on_full_buffer=False)
        threading.Thread(target=self._watch, name="stop", daemon=True).start()

    def _hang_up(self) -> None:
        self._is_over.set()
        for ear in self._ears or ():
            with suppress(OSError):
                ear.shutdown(socket.SHUT_RDWR)
            ear.close()
        self._ears = None

    def _watch(self) -> None:
        assert self._ears is not None  # noqa: S101 - _listen has made them
        ear, number = self._ears[0], 0
        while number not in SIGNALS:
            try:
                heard = ear.recv(1)
            except OSError:
                return
            if not heard:
                return
            number = heard[0]
        self._asked = self._asked or number
        if self._is_over.wait(min(REMIND_SECONDS, self._last_words_seconds)):
            return
        if not self._has_raised.is_set():
            signal.pthread_kill(self._main, number)
        if self._is_over.wait(max(0.0, self._last_words_seconds - REMIND_SECONDS)):
            return
        assert self._at_worst is not None  # noqa: S101 - nobody listens without
        self._at_worst(self.code)
        os._exit(self.code)
