"""How many things to ask in one GraphQL query. Pure: halve on trouble, come back to what was good, then feel ahead.

GitHub gives a query ten seconds; commit counts cost it about 0.09 s each, and a query over the limit is lost whole.
"""

from __future__ import annotations

from dataclasses import dataclass

PATIENCE = 20
"""Good batches at a size next to one that failed before a larger one is dared again."""


@dataclass
class Pace:
    """The size of the next batch, between 1 and `most`."""

    size: int
    most: int = 100
    step: int = 2

    def __post_init__(self) -> None:
        self._ceiling = self.most
        self._good = 0
        self._is_failing = False

    def shrink(self) -> None:
        """It was too much. In a row of failures only the first tells where the limit may be."""
        if not self._is_failing:
            self._ceiling = max(1, self.size - self.step)
        self._is_failing, self._good = True, 0
        self.size = max(1, self.size // 2)

    def grow(self) -> None:
        """It went well. Below what is known to fail, come back by quarters; beside it, wait and feel ahead."""
        self._is_failing = False
        if self._ceiling == self.most:
            self.size = min(self.most, self.size + self.step)
        elif self.size < self._ceiling:
            self.size = min(self._ceiling, self.size + max(self.step, self.size // 4))
        else:
            self._good += 1
            if self._good >= PATIENCE:
                self._ceiling, self._good = min(self.most, self._ceiling + self.step), 0
