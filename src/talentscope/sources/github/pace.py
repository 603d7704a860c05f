"""How many things to ask in one GraphQL query. Pure: halve on trouble, grow slowly after (AIMD).

GitHub gives a query ten seconds; commit counts cost it about 0.09 s each, and a query over the limit is lost whole.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass
class Pace:
    """The size of the next batch, between 1 and `most`."""

    size: int
    most: int = 100
    step: int = 2

    def shrink(self) -> None:
        """It was too much."""
        self.size = max(1, self.size // 2)

    def grow(self) -> None:
        """It went well."""
        self.size = min(self.most, self.size + self.step)
