"""Repeatable chance by name: the same words always give the same draws, whatever was drawn before."""

from __future__ import annotations

import hashlib
import math
import random


def chance(*words: object) -> random.Random:
    """A source of draws of its own for these words."""
    return random.Random("/".join(map(str, words)))


def number(*words: object, below: int) -> int:
    """One whole number in [0, below)."""
    digest = hashlib.blake2b("/".join(map(str, words)).encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big") % below


def share(*words: object) -> float:
    """One number in [0, 1)."""
    return number(*words, below=1 << 53) / (1 << 53)


def uuid(*words: object) -> str:
    """An id in the form of a version 4 UUID."""
    text = hashlib.blake2b("/".join(map(str, words)).encode(), digest_size=16).hexdigest()
    return f"{text[:8]}-{text[8:12]}-4{text[13:16]}-a{text[17:20]}-{text[20:]}"


def between(rng: random.Random, low: float, high: float) -> float:
    """Evenly by order of magnitude."""
    return math.exp(rng.uniform(math.log(low), math.log(high)))


def how_many(rng: random.Random, mean: float) -> int:
    """A count of rare events (Poisson); of many by its normal likeness."""
    if mean > 40:
        return max(0, round(rng.gauss(mean, math.sqrt(mean))))
    least, product, count = math.exp(-mean), rng.random(), 0
    while product > least:
        product *= rng.random()
        count += 1
    return count


def swing(day: int, *words: object, periods: tuple[tuple[float, float], ...]) -> float:
    """A smooth walk of days: waves of (days, height), each begun anywhere."""
    return sum(height * math.sin(2 * math.pi * (day / days + share(*words, days))) for days, height in periods)
