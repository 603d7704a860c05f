"""Runs that were started from the page, and how far they are."""

from __future__ import annotations

from typing import Protocol


class Jobs(Protocol):
    """Starts runs in processes of their own."""

    def close(self) -> None:
        """Ends what is running, in a way that it can be resumed."""
        ...
