"""A reader for a page that sleeps while nobody looks: there the follower's thread had no turn either, so it is given
one before a reading."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from talentscope.runtime.clock import Clock
from talentscope.web.reader import Reader, Reading


class FreshReader(Reader):
    """As Reader; `look` comes first, and takes long on no account."""

    def __init__(self, home: Path, clock: Clock, *, look: Callable[[], None]) -> None:
        super().__init__(home, clock)
        self._look = look

    @contextmanager
    def read(self) -> Iterator[Reading]:
        """As Reader.read."""
        self._look()
        with super().read() as reading:
            yield reading
