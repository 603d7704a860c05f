"""The thresholds and the statistics of a company's sentiment. Pure; the marts compute the same in SQL.

The unit is the *author-day*: all scored posts of one author about one company on one day at one source, averaged to one
score between -1 and 1. Whoever writes thirty posts in an evening counts once. A company's raw figures are sums over the
author-days of the last seven days: n, the sum of scores, the sum of their squares.

**Mean and variance.** mean = sum / n; variance = (square_sum - sum²/n) / (n - 1), the unbiased estimate. Scores of few
authors can agree by chance, and an interval of no width would be a lie: the variance counts as at least 0.01 (a
standard deviation of a tenth).

**Shrinkage.** Let an author-day of company c be x ~ N(m_c, v), and companies differ as m_c ~ N(prior, t). The best
guess of m_c after n author-days is the posterior mean (Gelman et al., Bayesian Data Analysis, 2.5):

    m = (n/v * mean + 1/t * prior) / (n/v + 1/t) = (n * mean + k * prior) / (n + k),      k = v/t
    variance of the guess = 1 / (n/v + 1/t) = v / (n + k)

so the prior weighs as much as k author-days. Scores of single authors spread by about 0.45 (v = 0.2) and true company
means by about 0.1 (t = 0.01): k = 20. A company with exactly the required twenty author-days stands half on its own
feet, one with two hundred almost wholly. `prior` is the mean of all companies' raw means on that day (each company with
enough author-days one vote, so that the two or three of which everybody talks do not set it).

**Interval.** 95 % of N(m, v/(n+k)): m ± 1.96 * sqrt(v / (n + k)), cut to [-1, 1]. It takes author-days as independent.
They are not quite (one author on several days, one discussion thread), so it is rather too narrow than too wide.

**Own past.** A company is compared with itself: the raw mean of the window less the raw mean of the 28 days before it,
± 1.96 * sqrt(v/n + v0/n0). Raw on both sides: shrinkage would pull a real movement toward zero.
"""

from __future__ import annotations

import math

WINDOW_DAYS = 7
LEAST_MENTIONS = 20
"""Author-days with a score in the window; below that a company's sentiment is withheld."""

PRIOR_WEIGHT = 20.0
"""How many author-days the all-company mean weighs."""

LEAST_VARIANCE = 0.01
BASELINE_DAYS = 28
"""The company's own past: so many days before the window, under the same LEAST_MENTIONS."""

Z = 1.96
"""Of a standard normal, 95 % lie within plus and minus this."""

POSITIVE_FROM = 0.2
NEGATIVE_TO = -0.2


def label(score: float) -> str:
    """The word for a score: positive, neutral or negative. The limits are those of the model; docs/decisions/0008."""
    if score >= POSITIVE_FROM:
        return "positive"
    return "negative" if score <= NEGATIVE_TO else "neutral"


def spread(n: int, score_sum: float, score_square_sum: float) -> tuple[float, float]:
    """Mean and unbiased variance of `n` scores from their sums; the variance of one score is 0. `n` is at least 1."""
    if n < 1:
        raise ValueError(f"a mean needs at least one score; came {n}")
    mean = score_sum / n
    if n == 1:
        return mean, 0.0
    return mean, max(0.0, (score_square_sum - score_sum * mean) / (n - 1))


def shrunk(
    n: int, mean: float, variance: float, prior_mean: float, prior_weight: float = PRIOR_WEIGHT
) -> tuple[float, float, float]:
    """A company's mean score drawn toward the all-company mean, with its 95 % interval: (mean, low, high) in -1..1."""
    weight = n + prior_weight
    centre = (n * mean + prior_weight * prior_mean) / weight
    half = Z * math.sqrt(max(variance, LEAST_VARIANCE) / weight)
    return centre, max(centre - half, -1.0), min(centre + half, 1.0)


def change(
    n: int, mean: float, variance: float, past_n: int, past_mean: float, past_variance: float
) -> tuple[float, float, float]:
    """The window's raw mean less that of the company's own past, with its 95 % interval: (change, low, high)."""
    half = Z * math.sqrt(max(variance, LEAST_VARIANCE) / n + max(past_variance, LEAST_VARIANCE) / past_n)
    return mean - past_mean, mean - past_mean - half, mean - past_mean + half
