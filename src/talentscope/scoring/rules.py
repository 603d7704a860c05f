"""Every band and threshold of the score, once, frozen and validated. Read by SQL (as parameters), docs and tests.

A change here changes scores everywhere at once; docs/scoring.md is generated from it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise

COMPONENTS = ("relevance", "authorship", "substance", "validation", "recency", "reach", "attention")


def _check_shares(*shares: float) -> None:
    if not all(0 <= share <= 1 for share in shares):
        raise ValueError(f"shares are between 0 and 1; came {shares}")


def _check_sum(*shares: float) -> None:
    _check_shares(*shares)
    if abs(sum(shares) - 1) > 1e-12:
        raise ValueError(f"shares add up to 1; came {shares}")


@dataclass(frozen=True)
class Bands:
    """A step function: a number is worth the value of the highest floor it reaches. Values are 0..1, one direction."""

    floors: tuple[int, ...]
    values: tuple[float, ...]

    def __post_init__(self) -> None:
        rising = all(low < high for low, high in pairwise(self.floors))
        steps = [high - low for low, high in pairwise(self.values)]
        one_way = all(step < 0 for step in steps) or all(step > 0 for step in steps)
        if self.floors[0] != 0 or len(self.floors) != len(self.values) or not rising or not one_way:
            raise ValueError(f"bands start at 0, floors rise and values go one way; came {self}")
        if not all(0 <= value <= 1 for value in self.values):
            raise ValueError(f"band values are between 0 and 1; came {self.values}")

    def value(self, number: float) -> float:
        """The value of the band that `number` falls into; below 0 counts as 0."""
        return self.values[max(0, sum(1 for floor in self.floors if floor <= number) - 1)]


@dataclass(frozen=True)
class Evidence:
    """What one matched repository counts for, by its strongest kind of match."""

    topic: float = 1.0
    related: float = 0.5
    keyword: float = 0.5
    language: float = 0.3

    def __post_init__(self) -> None:
        _check_shares(self.topic, self.related, self.keyword, self.language)


@dataclass(frozen=True)
class Relevance:
    """Depth is evidence / (evidence + depth_half). Focus is evidence among known repositories, pulled to `focus_prior`
    as if `focus_prior_count` more repositories were known. Breadth is the share of the asked terms that were met."""

    depth_half: float = 1.0
    focus_prior: float = 0.25
    focus_prior_count: float = 2.0
    depth_share: float = 0.5
    focus_share: float = 0.3
    breadth_share: float = 0.2

    def __post_init__(self) -> None:
        _check_shares(self.focus_prior, self.depth_share, self.focus_share, self.breadth_share)
        _check_sum(self.depth_share, self.focus_share, self.breadth_share)
        if self.depth_half <= 0 or self.focus_prior_count <= 0:
            raise ValueError("depth_half and focus_prior_count are above zero")


@dataclass(frozen=True)
class Substance:
    """Each part is log(1 + x) / log(1 + full), at most 1; the strongest repositories count by `rank_shares`.

    Full marks are rare, else they tell nobody apart: at 1,000 days 84 % of real repositories with a topic had them, and
    benchmarks/ranking.py lost NDCG by it.
    """

    full_size_kb: int = 20_000
    full_commits: int = 1_000
    full_active_days: int = 2_000
    rank_shares: tuple[float, float, float] = (0.7, 0.2, 0.1)

    def __post_init__(self) -> None:
        _check_sum(*self.rank_shares)
        if min(self.full_size_kb, self.full_commits, self.full_active_days) <= 0:
            raise ValueError("full marks are above zero")


@dataclass(frozen=True)
class Reach:
    """What each published way to write to somebody adds."""

    email: float = 0.7
    website: float = 0.2
    twitter: float = 0.1

    def __post_init__(self) -> None:
        _check_sum(self.email, self.website, self.twitter)


@dataclass(frozen=True)
class Cooccurrence:
    """When a topic seen together with an asked one counts as related: never as a synonym."""

    least_repositories: int = 5
    least_share: float = 0.25
    least_lift: float = 5.0
    most_topics: int = 15


@dataclass(frozen=True)
class Rules:
    """All of them. `stars` in bands because stars are bought by the million (arXiv 2412.13459)."""

    evidence: Evidence = Evidence()
    relevance: Relevance = Relevance()
    substance: Substance = Substance()
    reach: Reach = Reach()
    cooccurrence: Cooccurrence = Cooccurrence()
    stars: Bands = field(
        default=Bands((0, 1, 3, 10, 30, 100, 300, 1_000, 5_000), (0, 0.1, 0.25, 0.4, 0.55, 0.7, 0.8, 0.9, 1.0))
    )
    days_since_push: Bands = field(
        default=Bands((0, 31, 91, 181, 366, 731, 1_096), (1.0, 0.85, 0.7, 0.5, 0.25, 0.1, 0.0))
    )
    followers: Bands = field(default=Bands((0, 50, 200, 500, 1_000, 5_000), (1.0, 0.8, 0.6, 0.4, 0.2, 0.0)))
    score_decimals: int = 6


RULES = Rules()
