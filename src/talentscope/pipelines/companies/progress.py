"""What a run tells whoever watches it. The command line draws it; tests ignore it."""

from __future__ import annotations

from typing import Protocol


class Watcher(Protocol):
    """Told of each stage as it begins and moves."""

    def stage(self, name: str, *, total: int | None) -> None:
        """A stage begins."""
        ...

    def advance(self, done: int) -> None:
        """So many more units of the present stage are done."""
        ...

    def note(self, sentence: str) -> None:
        """Something a person should know."""
        ...


class Silence:
    """A watcher that says nothing."""

    def stage(self, name: str, *, total: int | None) -> None:
        """Nothing."""

    def advance(self, done: int) -> None:
        """Nothing."""

    def note(self, sentence: str) -> None:
        """Nothing."""
