"""How good an order is, and how sure we can be: NDCG, its mean over lists, a paired bootstrap. Pure."""

from __future__ import annotations

import hashlib
import math
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

CUT = 10
MOST_GAIN = 3
ROUNDS = 10_000


def ndcg(order: Sequence[str], gains: Mapping[str, int], *, cut: int = CUT) -> float:
    """Discounted gain of the first `cut` of an order, over that of the best possible order; 0..1.

    The gain of somebody is `min(n, 3)` for n repositories in the list. Raises ValueError when nobody is relevant.
    """
    best = _dcg(sorted((min(gain, MOST_GAIN) for gain in gains.values()), reverse=True)[:cut])
    if best <= 0:
        raise ValueError("expected at least one relevant developer, came none: NDCG is not defined")
    return _dcg([min(gains.get(name, 0), MOST_GAIN) for name in order[:cut]]) / best


def half(name: str) -> str:
    """A or B, by the hash of a list's name: rules may be tuned on A, never on B."""
    return "AB"[hashlib.sha256(name.encode()).digest()[0] % 2]


@dataclass(frozen=True)
class Comparison:
    """Means of two orders over the same lists, and what lies between them."""

    lists: int
    ours: float
    theirs: float
    wins: int
    ties: int
    losses: int
    low: float
    high: float


def compare(ours: Sequence[float], theirs: Sequence[float], *, seed: int = 0) -> Comparison:
    """Paired over lists; `low` and `high` bound the mean difference at 95 % (bootstrap over lists)."""
    differences = [a - b for a, b in zip(ours, theirs, strict=True)]
    chance = random.Random(seed)
    means = sorted(_mean(chance.choices(differences, k=len(differences))) for _ in range(ROUNDS))
    return Comparison(
        lists=len(differences),
        ours=_mean(ours),
        theirs=_mean(theirs),
        wins=sum(each > 1e-9 for each in differences),
        ties=sum(abs(each) <= 1e-9 for each in differences),
        losses=sum(each < -1e-9 for each in differences),
        low=means[round(0.025 * (ROUNDS - 1))],
        high=means[round(0.975 * (ROUNDS - 1))],
    )


def _dcg(gains: Sequence[int]) -> float:
    return sum(gain / math.log2(place + 1) for place, gain in enumerate(gains, 1))


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)
