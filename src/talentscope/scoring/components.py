"""Measures the accounts behind the repositories that answer: the components of the score, for all of them at once.

All that does not depend on weights, and before any filter on developers (owners.py). Sums over arrays take a fifth of
what a query over the same rows took; tests/integration/test_scoring_twin.py computes the same naively.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from talentscope.scoring.query import Question
from talentscope.scoring.rules import RULES, Bands, Relevance, Rules

if TYPE_CHECKING:  # the command line says its help without these
    import numpy as np
    import pyarrow as pa

    from talentscope.scoring.ground import Ground
    from talentscope.scoring.owners import Owners
    from talentscope.scoring.texts import Mask, Numbers, Places

BEST_OF = 3
"""Repositories whose substance counts: as many as `rank_shares`."""


@dataclass(frozen=True)
class Gathered:
    """What the repositories that answer say of each account, a place each. NaN and NaT: no repository tells.

    `commits_owner` and `commits_total` count where the owner's share is known. `substances` are the highest three.
    """

    owner_places: Places
    matched_count: Places
    evidence: Numbers
    bits: Places
    commits_owner: Numbers
    commits_total: Numbers
    substances: tuple[Numbers, ...]
    stars: Places
    pushed_on: np.ndarray[Any, np.dtype[np.datetime64]]


def gather(ground: Ground, question: Question) -> Gathered:
    """The repositories that answer, by account. Spots stand by owner, the most substantial first."""
    import numpy as np

    spots = ground.spots
    rows = np.flatnonzero(ground.matched(question))
    owners = spots.owner_places[rows]
    starts = np.flatnonzero(np.diff(owners, prepend=-1))
    ends = np.append(starts[1:], len(rows))

    def total(values: Any, by: Any = np.add) -> Any:
        return by.reduceat(values[rows], starts) if len(starts) else values[rows]

    is_known = spots.table["owner_commit_share"].is_valid().to_numpy()
    any_known = total(is_known, np.logical_or)
    pushed = spots.table["pushed_on"].to_numpy()
    return Gathered(
        owner_places=owners[starts],
        matched_count=ends - starts,
        evidence=total(spots.table["evidence"].to_numpy()),
        bits=total(ground.bits(question), np.bitwise_or),
        commits_owner=np.where(any_known, total(spots.numbers("commits_owner") * is_known), np.nan),
        commits_total=np.where(any_known, total(spots.numbers("commits_total") * is_known), np.nan),
        substances=tuple(_of_rank(spots.substance[rows], starts + rank, ends) for rank in range(BEST_OF)),
        stars=total(spots.numbers("stars"), np.maximum),
        pushed_on=total(pushed.view(np.int64), np.maximum).view(pushed.dtype),  # NaT is the least of numbers
    )


def _of_rank(values: Numbers, at: Places, ends: Places) -> Numbers:
    """The values at these places, NaN where an account's repositories end before."""
    import numpy as np

    found = np.full(len(at), np.nan)
    found[at < ends] = values[at[at < ends]]
    return found


def measure(ground: Ground, question: Question, rules: Rules = RULES) -> pa.Table:
    """A row an account with a repository that answers: the columns of a pool (pool.py)."""
    import numpy as np
    import pyarrow as pa

    of = gather(ground, question)
    owners = ground.owners.table.select(OWNED).take(pa.array(of.owner_places))
    known_count = np.maximum(owners["repository_count"].fill_null(0).to_numpy(), of.matched_count)
    days = (np.datetime64(question.as_of, "D") - of.pushed_on).astype(np.float64)
    days[np.isnat(of.pushed_on)] = np.nan
    days = np.maximum(days, 0)
    followers = owners["followers"].cast("float64").to_numpy()  # NaN where unknown
    with np.errstate(divide="ignore", invalid="ignore"):
        authorship = np.where(of.commits_total > 0, np.minimum(1, of.commits_owner / of.commits_total), np.nan)
    floats = {
        "relevance": _relevance(of, known_count, len(question.brief.terms), rules.relevance),
        "authorship": authorship,
        "substance": _substance(of, rules.substance.rank_shares),
        "validation": _in_bands(rules.stars, of.stars.astype(np.float64)),
        "recency": _in_bands(rules.days_since_push, days),
        "reach": _reach(ground.owners, of.owner_places, rules),
        "attention": _in_bands(rules.followers, followers),
    }
    columns = {
        "owner_place": pa.array(of.owner_places),
        "github_id": owners["github_id"],
        "followers": owners["followers"],
        "stars": pa.array(of.stars),
        "matched_count": pa.array(of.matched_count),
        "known_count": pa.array(known_count),
        "bits": pa.array(of.bits),
        "commits_owner": pa.array(of.commits_owner, type=pa.int64(), from_pandas=True),
        "commits_total": pa.array(of.commits_total, type=pa.int64(), from_pandas=True),
        "days_since_push": pa.array(days, type=pa.int64(), from_pandas=True),
        "is_profile_known": owners["is_profile_known"],
    }
    return pa.table({**columns, **{name: pa.array(values, from_pandas=True) for name, values in floats.items()}})


OWNED = ("github_id", "followers", "repository_count", "is_profile_known")
"""Columns of an owner that go into a pool or its components."""


def _relevance(of: Gathered, known_count: Places, term_count: int, rules: Relevance) -> Numbers:
    import numpy as np

    depth = of.evidence / (of.evidence + rules.depth_half)
    pulled = of.evidence + rules.focus_prior_count * rules.focus_prior
    focus = np.minimum(1, pulled / (known_count + rules.focus_prior_count))
    breadth = np.bitwise_count(of.bits) / term_count
    found: Numbers = rules.depth_share * depth + rules.focus_share * focus + rules.breadth_share * breadth
    return found


def _substance(of: Gathered, shares: tuple[float, ...]) -> Numbers:
    """Unknown where the first is; fewer repositories than three count as none."""
    import numpy as np

    first, *others = of.substances
    found: Numbers = shares[0] * first
    for share, values in zip(shares[1:], others, strict=True):
        found = found + share * np.nan_to_num(values)
    return found


def _in_bands(bands: Bands, numbers: Numbers) -> Numbers:
    """Bands.value of each; NaN stays NaN."""
    import numpy as np

    place = np.searchsorted(bands.floors, np.nan_to_num(numbers), side="right") - 1
    found: Numbers = np.where(np.isnan(numbers), np.nan, np.array(bands.values, dtype=np.float64)[np.maximum(place, 0)])
    return found


def _reach(owners: Owners, places: Places, rules: Rules) -> Numbers:
    """What ways to write add up to; NaN where no profile was read."""
    import numpy as np

    def has(flags: Mask) -> Mask:
        found: Mask = flags[places]
        return found

    reach = rules.reach
    ways = ((reach.email, owners.has_email), (reach.website, owners.has_website), (reach.twitter, owners.has_twitter))
    total = sum((value * has(flags) for value, flags in ways), start=np.zeros(len(places)))
    return np.where(has(owners.is_profile_known), total, np.nan)
