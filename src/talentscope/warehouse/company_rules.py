"""The rules of the companies' figures: thresholds, orders of sources and quality marks, once. Read by the models (as
SQLMesh variables), by their naive twin in the tests, and by the documentation.

Nothing is imputed: a figure that these rules withhold is NULL with the reason beside it. The sentiment thresholds are
those of scoring/sentiment_rules.py, which derives them; a test holds the two equal.
"""

from __future__ import annotations

from dataclasses import dataclass

VALUE_SOURCES = ("csv", "fmp", "nasdaq")
"""Stated market values of one day, the first wins; any other name is that of an imported table and counts as csv."""

VALUE_OLD_DAYS = 7
"""A market value older than this is marked. A stated one that is not wins over shares x price, however new."""

VALUE_LIFETIME_DAYS = 30
"""A market value or price older than this is no longer shown."""

DISPUTED_SHARE = 0.15
"""A market value that differs from shares x price by more than this share of it is marked (reference §1.2)."""

DISAGREE_SHARE = 0.01
"""Sources whose market values of one day differ by more than this are marked."""

SPLIT_FACTOR = 1.4
"""A price that moves by this factor between two closes after the shares were counted looks like a share split: shares x
price is then unknown until there is a newer count. A 3:2 split moves it by 1.5."""

SHARES_LIFETIME_DAYS = 457
EMPLOYEES_OLD_DAYS = 457
"""Fifteen months. A head-count that is older is marked, and yields to another source's newer one."""

JUMP_SHARE = 0.30
"""A head-count that differs from that of the year before by more than this is marked."""

YEAR_MIN_DAYS, YEAR_MAX_DAYS = 250, 500
"""How far back `the year before` may lie: fiscal years end when they like, and tables appear when they like."""

OFFERS_FILL_DAYS = 7
"""How long a board's last good reading fills in for days on which it could not be read."""

OFFERS_MEDIAN_DAYS = 7
LEAST_OFFERS = 5
"""Below so many open offers (7-day median) value per offer is withheld."""

MENTIONS_DAYS = 7
LEAST_MENTIONS = 20
PRIOR_WEIGHT = 20.0
LEAST_VARIANCE = 0.01
BASELINE_DAYS = 28
Z = 1.96

NEWS_LIFETIME_DAYS = 13
"""The tone of news is asked about once a week for seven days at once; the last such week is shown for so long."""

POSTS_SHOWN = 20
"""Sample posts a company in the snapshot, the newest."""


@dataclass(frozen=True)
class Mark:
    """A quality mark as it stands in `quality`, and what it says."""

    name: str
    sentence: str


MARKS = (
    Mark("value_old", f"The market value is more than {VALUE_OLD_DAYS} days old."),
    Mark("value_computed", "No source states a market value: it is shares x price."),
    Mark(
        "value_disputed", f"The market value differs by more than {DISPUTED_SHARE:.0%} of itself from shares x price."
    ),
    Mark("sources_disagree", f"Market values of that day from two sources differ by more than {DISAGREE_SHARE:.0%}."),
    Mark(
        "split_suspected",
        f"The price moved by a factor of {SPLIT_FACTOR} after the share count: shares x price is unknown.",
    ),
    Mark("employees_old", "The head-count is more than fifteen months old."),
    Mark("employees_jump", f"The head-count differs by more than {JUMP_SHARE:.0%} from that of the year before."),
    Mark("offers_capped", "A board shows no more than so many offers: the number is a floor."),
    Mark(
        "offers_filled",
        f"A board could not be read; its last good reading, at most {OFFERS_FILL_DAYS} days old, fills in.",
    ),
    Mark("offers_partial", "A board is gone or read by no source: the number is a floor."),
    Mark("offers_blocked", f"A board could not be read, nor in the {OFFERS_FILL_DAYS} days before: unknown."),
    Mark("few_offers", f"Fewer than {LEAST_OFFERS} open offers; value per offer is withheld."),
    Mark("few_mentions", f"Fewer than {LEAST_MENTIONS} mentions in {MENTIONS_DAYS} days; sentiment is withheld."),
)


def to_variables() -> dict[str, object]:
    """The thresholds as variables of the SQL models."""
    return {
        "value_old_days": VALUE_OLD_DAYS,
        "value_lifetime_days": VALUE_LIFETIME_DAYS,
        "disputed_share": DISPUTED_SHARE,
        "disagree_share": DISAGREE_SHARE,
        "split_factor": SPLIT_FACTOR,
        "shares_lifetime_days": SHARES_LIFETIME_DAYS,
        "employees_old_days": EMPLOYEES_OLD_DAYS,
        "jump_share": JUMP_SHARE,
        "year_min_days": YEAR_MIN_DAYS,
        "year_max_days": YEAR_MAX_DAYS,
        "offers_fill_days": OFFERS_FILL_DAYS,
        "offers_median_days": OFFERS_MEDIAN_DAYS,
        "least_offers": LEAST_OFFERS,
        "mentions_days": MENTIONS_DAYS,
        "least_mentions": LEAST_MENTIONS,
        "prior_weight": PRIOR_WEIGHT,
        "least_variance": LEAST_VARIANCE,
        "baseline_days": BASELINE_DAYS,
        "z_score": Z,
        "news_lifetime_days": NEWS_LIFETIME_DAYS,
        "posts_shown": POSTS_SHOWN,
    }
