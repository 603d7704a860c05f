"""Many account ids as a few bytes: sorted, eight bytes each, compressed. Pure."""

from __future__ import annotations

import sys
import zlib
from array import array
from collections.abc import Iterable


def pack(ids: Iterable[int]) -> bytes:
    """Each id once, in order."""
    numbers = array("q", sorted(set(ids)))
    if sys.byteorder == "big":
        numbers.byteswap()
    return zlib.compress(numbers.tobytes(), level=1)


def unpack(packed: bytes) -> array[int]:
    """What `pack` was given, in order, each once."""
    numbers = array("q")
    numbers.frombytes(zlib.decompress(packed))
    if sys.byteorder == "big":
        numbers.byteswap()
    return numbers
