"""Which repositories a search has met: a set of numeric ids that stays small.

Ids are kept as two-byte remainders, sorted, in one block for each 65,536 ids: a million ids spread over a thousand
million take 5 MB, where a set of Python ints takes 65.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left


class Seen:
    """A growing set of non-negative integers."""

    def __init__(self) -> None:
        self._blocks: dict[int, array[int]] = {}
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def __contains__(self, number: int) -> bool:
        block = self._blocks.get(number >> 16)
        if block is None:
            return False
        low = number & 0xFFFF
        place = bisect_left(block, low)
        return place < len(block) and block[place] == low

    def add(self, number: int) -> bool:
        """Put `number` in; True if it was not there."""
        low = number & 0xFFFF
        block = self._blocks.get(number >> 16)
        if block is None:
            self._blocks[number >> 16] = array("H", [low])
        else:
            place = bisect_left(block, low)
            if place < len(block) and block[place] == low:
                return False
            block.insert(place, low)
        self._count += 1
        return True
